//! Stand-ins of GitHub, GitLab and Gitea: organisations with repositories, as their APIs tell.

use catalog::{Forge, Integration, ProviderSetting, Settings};
use clients::http::Auth;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use testkit::{Answer, Asked, StandIn};

/// The three makes.
pub const FORGES: [Forge; 3] = [Forge::GitHub, Forge::GitLab, Forge::Gitea];

/// So many repositories stand on one page.
const PAGE: usize = 2;

/// What the stand-in lets in.
pub const TOKEN: &str = "forge-token-for-tests";

/// A repository.
#[derive(Debug, Clone)]
pub struct Repo {
    pub branch: Option<&'static str>,
    pub archived: bool,
    pub fork: bool,
    pub private: bool,
    pub topics: Vec<&'static str>,
    pub changed_at: &'static str,
    pub files: BTreeMap<String, String>,
}

/// A repository with these files.
pub fn repo(files: &[(&str, &str)]) -> Repo {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Repo {
        branch: Some("main"),
        archived: false,
        fork: false,
        private: false,
        topics: Vec::new(),
        changed_at: "2026-01-02T03:04:05Z",
        files: files.collect(),
    }
}

/// What it has and how it misbehaves.
#[derive(Default)]
pub struct Content {
    /// By full name.
    pub repos: BTreeMap<String, Repo>,
    /// Paths with this in them get this answer.
    pub fails: Vec<(String, Answer)>,
}

/// A running stand-in.
pub struct ForgeStandIn {
    pub forge: Forge,
    server: StandIn,
    content: Arc<Mutex<Content>>,
}

impl ForgeStandIn {
    pub async fn start(forge: Forge, repos: &[(&str, Repo)]) -> ForgeStandIn {
        let repos = repos.iter().map(|(name, repo)| ((*name).to_owned(), repo.clone()));
        let content = Content { repos: repos.collect(), ..Content::default() };
        let content = Arc::new(Mutex::new(content));
        let kept = content.clone();
        let answer = move |asked: &Asked| {
            answer(forge, &kept.lock().unwrap_or_else(PoisonError::into_inner), asked)
        };
        ForgeStandIn { forge, server: StandIn::start(answer).await, content }
    }

    pub fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another state of a repository.
    pub fn set(&self, name: &str, repo: Repo) {
        self.content().repos.insert(name.to_owned(), repo);
    }

    /// Where a browser sees it.
    pub fn web(&self) -> String {
        format!("http://{}", self.server.host)
    }

    pub fn host(&self) -> &str {
        &self.server.host
    }

    /// The paths below the API that were asked for since the last call, without queries.
    pub fn asked(&self) -> Vec<String> {
        let start = format!("/api/{}/", version(self.forge));
        let asked = self.server.take_asked().into_iter().map(|asked| asked.path);
        asked.map(|path| path.split('?').next().unwrap_or_default().replace(&start, "")).collect()
    }

    /// The integration for it.
    pub fn integration(&self) -> Integration {
        let auth = match self.forge {
            Forge::Gitea => Auth::Token(TOKEN.to_owned()),
            _ => Auth::Bearer(TOKEN.to_owned()),
        };
        Integration {
            auth: Some(auth),
            ..Integration::new(self.forge, self.host(), None, Some(&self.web()))
        }
    }

    /// Makes it the only place of a catalog, as the provider `all` of the organisation `acme`.
    pub fn configure(&self, settings: &mut Settings, change: impl FnOnce(&mut ProviderSetting)) {
        let mut provider = ProviderSetting::new(self.forge, "all", self.host(), "acme");
        change(&mut provider);
        settings.locations.clear();
        settings.integrations = vec![self.integration()];
        settings.providers = vec![Arc::new(provider)];
    }

    /// The key of that provider.
    pub fn key(&self) -> String {
        format!("{}-provider:all", self.forge.name())
    }

    /// The address at which a browser sees a file on the branch `main`.
    pub fn file_url(&self, repo: &str, path: &str) -> String {
        let form = match self.forge {
            Forge::GitHub => "blob",
            Forge::GitLab => "-/blob",
            Forge::Gitea => "src/branch",
        };
        format!("{}/{repo}/{form}/main/{path}", self.web())
    }
}

fn version(forge: Forge) -> &'static str {
    match forge {
        Forge::GitHub => "v3",
        Forge::GitLab => "v4",
        Forge::Gitea => "v1",
    }
}

fn answer(forge: Forge, content: &Content, asked: &Asked) -> Answer {
    let scheme = if forge == Forge::Gitea { "token" } else { "bearer" };
    if asked.header("authorization") != Some(&format!("{scheme} {TOKEN}")) {
        return Answer::status(401);
    }
    let failing = content.fails.iter().find(|(part, _)| asked.path.contains(part.as_str()));
    if let Some((_, answer)) = failing {
        return answer.clone();
    }
    let path = asked.path.strip_prefix(&format!("/api/{}/", version(forge))).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<String> = path.split('/').map(|part| part.replace("%2F", "/")).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let page = query.split('&').find_map(|pair| pair.strip_prefix("page="));
    let page: usize = page.and_then(|page| page.parse().ok()).unwrap_or(1);
    let named = |name: &str| content.repos.get_key_value(name);
    match (forge, parts.as_slice()) {
        (Forge::GitLab, ["groups", group, "projects"])
        | (Forge::GitHub | Forge::Gitea, ["orgs", group, "repos"]) => {
            let own =
                content.repos.iter().filter(|(name, _)| name.starts_with(&format!("{group}/")));
            let all: Vec<Value> = own.map(|(name, repo)| reported(forge, name, repo)).collect();
            match all.is_empty() {
                true => Answer::status(404),
                false => paged(&all, page, asked),
            }
        }
        (Forge::GitLab, ["projects", name]) => one(forge, named(name)),
        (Forge::GitLab, ["projects", name, "repository", "tree"]) => named(name)
            .map_or_else(|| Answer::status(404), |(_, repo)| paged(&entries(repo), page, asked)),
        (Forge::GitLab, ["projects", name, "repository", "files", file, "raw"]) => {
            file_of(named(name), file, asked)
        }
        (_, ["repos", owner, name]) => one(forge, named(&format!("{owner}/{name}"))),
        (_, ["repos", owner, name, "git", "trees", _]) => match named(&format!("{owner}/{name}")) {
            Some((_, repo)) => {
                Answer::ok(json!({"tree": entries(repo), "truncated": false}).to_string())
            }
            None => Answer::status(404),
        },
        (_, ["repos", owner, name, "contents" | "raw", file @ ..]) => {
            file_of(named(&format!("{owner}/{name}")), &file.join("/"), asked)
        }
        _ => Answer::status(404),
    }
}

fn one(forge: Forge, found: Option<(&String, &Repo)>) -> Answer {
    match found {
        Some((name, repo)) => Answer::ok(reported(forge, name, repo).to_string()),
        None => Answer::status(404),
    }
}

fn paged(all: &[Value], page: usize, asked: &Asked) -> Answer {
    let items: Vec<&Value> = all.iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let mut answer = with_etag(json!(items).to_string(), asked);
    if all.len() > page * PAGE {
        answer = answer.with("link", "<https://elsewhere.example/next>; rel=\"next\"");
    }
    answer
}

fn file_of(found: Option<(&String, &Repo)>, path: &str, asked: &Asked) -> Answer {
    match found.and_then(|(_, repo)| repo.files.get(path)) {
        Some(text) => with_etag(text.clone(), asked),
        None => Answer::status(404),
    }
}

fn with_etag(body: String, asked: &Asked) -> Answer {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let etag = format!("\"{}\"", hasher.finish());
    match asked.header("if-none-match") == Some(etag.as_str()) {
        true => Answer::status(304),
        false => Answer::ok(body).with("etag", etag),
    }
}

fn entries(repo: &Repo) -> Vec<Value> {
    repo.files.keys().map(|path| json!({"path": path, "type": "blob", "mode": "100644"})).collect()
}

fn reported(forge: Forge, name: &str, repo: &Repo) -> Value {
    let visibility = if repo.private { "private" } else { "public" };
    match forge {
        Forge::GitHub => json!({
            "full_name": name, "description": format!("What {name} is"), "name": name.rsplit('/').next(), "default_branch": repo.branch,
            "archived": repo.archived, "fork": repo.fork, "private": repo.private,
            "visibility": visibility, "topics": repo.topics, "pushed_at": repo.changed_at,

        }),
        Forge::Gitea => json!({
            "full_name": name, "description": format!("What {name} is"), "default_branch": repo.branch.unwrap_or_default(),
            "empty": repo.branch.is_none(), "archived": repo.archived, "fork": repo.fork,
            "private": repo.private, "internal": false, "topics": repo.topics,
            "updated_at": repo.changed_at, "html_url": "javascript:alert(1)",
        }),
        Forge::GitLab => json!({
            "path_with_namespace": name, "description": format!("What {name} is"), "default_branch": repo.branch, "archived": repo.archived,
            "forked_from_project": repo.fork.then(|| json!({"id": 1})), "visibility": visibility,
            "topics": repo.topics, "last_activity_at": repo.changed_at,
            "web_url": "https://elsewhere.example/",
        }),
    }
}
