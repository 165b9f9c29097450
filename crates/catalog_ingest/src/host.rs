//! Hosts of source code, each asked in the words of its provider type.

use crate::integration::{Forge, Integration};
use clients::api::Api;
use clients::budget::Budget;
use clients::gitea::{self, Gitea};
use clients::github::{self, GitHub};
use clients::gitlab::{self, GitLab};
use clients::http::{Fetched, Http, HttpError};
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// More pages than this are not read: 100,000 repositories.
const MAX_PAGES: u32 = 1000;

/// A host whose repositories are looked through.
pub struct Host {
    client: Client,
    web_base_url: String,
}

enum Client {
    GitHub(GitHub),
    GitLab(GitLab),
    Gitea(Gitea),
}

/// A repository, whatever the provider type of its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The full name: `owner/name`, in GitLab `group/subgroup/name`.
    pub name: String,
    /// What it is, in its owners' words.
    pub description: Option<String>,
    /// The branch others start from.
    pub default_branch: Option<String>,
    /// Nothing in it changes any more.
    pub archived: bool,
    /// It is a copy of another repository.
    pub fork: bool,
    /// `public`, `internal` or `private`.
    pub visibility: String,
    /// What it is about.
    pub topics: Vec<String>,
    /// When it changed last, in the host's own words.
    pub changed_at: String,
}

/// Pages of a listing as they were sent, so that unchanged ones need not be sent again.
#[derive(Default)]
pub struct Pages(HashMap<(bool, u32), Known>);

#[derive(Clone)]
struct Known {
    etag: String,
    repositories: Vec<Repository>,
    more: bool,
}

/// One page; nothing when it is as it was.
type Listed = Result<Option<(Vec<Repository>, bool, Option<String>)>, HttpError>;

impl Host {
    /// A host as it is configured.
    pub fn new(
        integration: &Integration,
        http: &Http,
        budget: Arc<Budget>,
    ) -> Result<Host, HttpError> {
        let auth = integration.auth.clone();
        let api = Api::new(http, &integration.api_base_url, auth, budget)?;
        let client = match integration.forge {
            Forge::GitHub => Client::GitHub(GitHub(api)),
            Forge::GitLab => Client::GitLab(GitLab(api)),
            Forge::Gitea => Client::Gitea(Gitea(api)),
        };
        Ok(Host { client, web_base_url: integration.web_base_url.clone() })
    }

    /// Every repository of an organisation, of a user, or of a group with its subgroups.
    pub async fn repositories(
        &self,
        owner: Option<&str>,
        pages: &mut Pages,
    ) -> Result<Vec<Repository>, HttpError> {
        match self.all_pages(owner, false, pages).await {
            // It may be a person instead.
            Err(HttpError::NotFound { .. }) if !matches!(self.client, Client::GitLab(_)) => {
                self.all_pages(owner, true, pages).await
            }
            other => other,
        }
    }

    async fn all_pages(
        &self,
        owner: Option<&str>,
        person: bool,
        pages: &mut Pages,
    ) -> Result<Vec<Repository>, HttpError> {
        let mut all = Vec::new();
        for page in 1..=MAX_PAGES {
            let known = pages.0.get(&(person, page)).cloned();
            let etag = known.as_ref().map(|known| known.etag.as_str());
            let (repositories, more) = match self.page(owner, person, page, etag).await? {
                Some((repositories, more, etag)) => {
                    if let Some(etag) = etag {
                        let known = Known { etag, repositories: repositories.clone(), more };
                        pages.0.insert((person, page), known);
                    }
                    (repositories, more)
                }
                None => known.map(|known| (known.repositories, known.more)).unwrap_or_default(),
            };
            all.extend(repositories);
            if !more {
                break;
            }
        }
        all.retain(|repository| is_name(&repository.name));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        // A listing that moves while it is read says some twice.
        all.dedup_by(|a, b| a.name == b.name);
        Ok(all)
    }

    async fn page(
        &self,
        owner: Option<&str>,
        person: bool,
        page: u32,
        etag: Option<&str>,
    ) -> Listed {
        let name = owner.unwrap_or_default();
        match &self.client {
            Client::GitHub(client) => listed(match person {
                true => client.user_repos(name, page, etag).await,
                false => client.org_repos(name, page, etag).await,
            }),
            Client::Gitea(client) => listed(match person {
                true => client.user_repos(name, page, etag).await,
                false => client.org_repos(name, page, etag).await,
            }),
            Client::GitLab(client) => listed(match owner {
                Some(group) => client.group_projects(group, page, etag).await,
                None => client.member_projects(page, etag).await,
            }),
        }
    }

    /// One repository; nothing when it is gone or has another name now.
    pub async fn repository(&self, name: &str) -> Result<Option<Repository>, HttpError> {
        let found = match &self.client {
            Client::GitHub(client) => client.repo(name).await?.map(Repository::from),
            Client::Gitea(client) => client.repo(name).await?.map(Repository::from),
            Client::GitLab(client) => client.project(name).await?.map(Repository::from),
        };
        Ok(found.filter(|found| found.name.eq_ignore_ascii_case(name)))
    }

    /// The paths of all files on a branch; an error when there are more than the host lists.
    pub async fn paths(&self, name: &str, branch: &str) -> Result<Vec<String>, HttpError> {
        let mut paths = Vec::new();
        match &self.client {
            Client::GitHub(client) => {
                let Some(tree) = client.tree(name, branch).await? else {
                    return Ok(paths);
                };
                if tree.truncated {
                    return Err(HttpError::NotAsDescribed {
                        url: self.repository_url(name),
                        reason: "the repository has more files than the host lists; set \
                                 `catalogPath` to a path without a pattern"
                            .to_owned(),
                    });
                }
                let files = tree.tree.into_iter().filter(|entry| entry.entry_type == "blob");
                paths.extend(files.map(|entry| entry.path));
            }
            Client::Gitea(client) => {
                for page in 1..=MAX_PAGES {
                    let found = client.tree(name, branch, page).await?;
                    let Some(found) = found else { break };
                    let entries = found.tree.unwrap_or_default();
                    let last = !found.truncated || entries.is_empty();
                    let files = entries.into_iter().filter(|entry| entry.entry_type == "blob");
                    paths.extend(files.map(|entry| entry.path));
                    if last {
                        break;
                    }
                }
            }
            Client::GitLab(client) => {
                for page in 1..=MAX_PAGES {
                    let found = client.tree(name, branch, page).await?;
                    let Some(found) = found else { break };
                    let files = found.items.into_iter().filter(|entry| entry.entry_type == "blob");
                    paths.extend(files.map(|entry| entry.path));
                    if !found.more {
                        break;
                    }
                }
            }
        }
        Ok(paths)
    }

    /// The bytes of a file; nothing when it does not exist.
    pub async fn file(
        &self,
        name: &str,
        path: &str,
        branch: &str,
        etag: Option<&str>,
    ) -> Result<Option<Fetched<Vec<u8>>>, HttpError> {
        match &self.client {
            Client::GitHub(client) => client.contents(name, path, branch, etag).await,
            Client::Gitea(client) => client.raw(name, path, branch, etag).await,
            Client::GitLab(client) => client.file_raw(name, path, branch, etag).await,
        }
    }

    /// Where a browser sees the repository.
    pub fn repository_url(&self, name: &str) -> String {
        format!("{}/{name}", self.web_base_url)
    }

    /// Where a browser sees a file; a pattern is left as it is.
    pub fn file_url(&self, name: &str, branch: &str, path: &str) -> String {
        let form = match &self.client {
            Client::GitHub(_) => "blob",
            Client::GitLab(_) => "-/blob",
            Client::Gitea(_) => "src/branch",
        };
        let plain = format!("{}/{name}/{form}/{branch}/{path}", self.web_base_url);
        match Url::parse(&self.repository_url(name)) {
            Ok(mut url) if !globs::is_pattern(path) => {
                if let Ok(mut segments) = url.path_segments_mut() {
                    segments
                        .extend(form.split('/').chain(branch.split('/')).chain(path.split('/')));
                }
                url.into()
            }
            _ => plain,
        }
    }
}

fn listed<T: Into<Repository>>(
    page: Result<Option<clients::api::Page<Vec<T>>>, HttpError>,
) -> Listed {
    Ok(page?.map(|page| (page.items.into_iter().map(Into::into).collect(), page.more, page.etag)))
}

impl From<github::Repository> for Repository {
    fn from(found: github::Repository) -> Repository {
        let private = if found.private { "private" } else { "public" };
        Repository {
            name: found.full_name,
            description: found.description,
            default_branch: found.default_branch,
            archived: found.archived,
            fork: found.fork,
            visibility: found.visibility.unwrap_or_else(|| private.to_owned()),
            topics: found.topics,
            changed_at: found.pushed_at.unwrap_or_default(),
        }
    }
}

impl From<gitea::Repository> for Repository {
    fn from(found: gitea::Repository) -> Repository {
        let visibility = match (found.private, found.internal) {
            (true, _) => "private",
            (false, true) => "internal",
            (false, false) => "public",
        };
        let branch = Some(found.default_branch).filter(|name| !found.empty && !name.is_empty());
        Repository {
            name: found.full_name,
            description: found.description,
            default_branch: branch,
            archived: found.archived,
            fork: found.fork,
            visibility: visibility.to_owned(),
            topics: found.topics.unwrap_or_default(),
            changed_at: found.updated_at,
        }
    }
}

impl From<gitlab::Project> for Repository {
    fn from(found: gitlab::Project) -> Repository {
        Repository {
            name: found.path_with_namespace,
            description: found.description,
            default_branch: found.default_branch,
            archived: found.archived,
            fork: found.forked_from_project.is_some(),
            visibility: found.visibility.unwrap_or_default(),
            topics: found.topics,
            changed_at: found.last_activity_at.unwrap_or_default(),
        }
    }
}

/// Whether a name from outside is one, so that it can be part of an address.
fn is_name(name: &str) -> bool {
    let fine = |part: &str| {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '~');
        !part.is_empty() && part != "." && part != ".." && part.chars().all(plain)
    };
    name.contains('/') && name.split('/').all(fine)
}
