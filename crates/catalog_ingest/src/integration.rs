//! Hosts of source code: their addresses, and how the program signs in there.

use clients::http::Auth;
use url::Url;

/// The provider type of a host of source code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Forge {
    /// GitHub and GitHub Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// Gitea and Forgejo.
    Gitea,
}

impl Forge {
    /// Its name in the configuration, in addresses and in keys.
    pub fn name(self) -> &'static str {
        match self {
            Forge::GitHub => "github",
            Forge::GitLab => "gitlab",
            Forge::Gitea => "gitea",
        }
    }

    /// The provider type of this name.
    pub fn parse(text: &str) -> Option<Forge> {
        [Forge::GitHub, Forge::GitLab, Forge::Gitea].into_iter().find(|forge| forge.name() == text)
    }
}

/// A host of source code.
#[derive(Clone, PartialEq, Eq)]
pub struct Integration {
    /// Its provider type.
    pub forge: Forge,
    /// Its name, with a port when it is not the usual one.
    pub host: String,
    /// Where its API is, without a slash at the end.
    pub api_base_url: String,
    /// Where its pages are, without a slash at the end.
    pub web_base_url: String,
    /// How the program signs in; nothing for what everybody may read.
    pub auth: Option<Auth>,
    /// What it signs its messages with; without it none is taken.
    pub webhook_secret: Option<String>,
    /// How many requests an hour may be spent on looking for changes; none for no limit of ours.
    pub requests_per_hour: Option<u32>,
}

impl std::fmt::Debug for Integration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Integration({} {})", self.forge.name(), self.host)
    }
}

/// How a file is read by way of a host's API.
pub struct FileAddress {
    /// Where it is asked for.
    pub url: String,
    /// How the program signs in.
    pub auth: Auth,
    /// The form it is asked for in.
    pub accept: Option<&'static str>,
}

impl Integration {
    /// A host at its usual addresses, unless others are given.
    pub fn new(
        forge: Forge,
        host: &str,
        api_base_url: Option<&str>,
        web_base_url: Option<&str>,
    ) -> Integration {
        let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
        let web = web_base_url.map_or_else(|| format!("https://{host}"), trimmed);
        let api = api_base_url.map_or_else(
            || match (forge, host) {
                (Forge::GitHub, "github.com") => "https://api.github.com".to_owned(),
                (Forge::GitHub, _) => format!("{web}/api/v3"),
                (Forge::GitLab, _) => format!("{web}/api/v4"),
                (Forge::Gitea, _) => format!("{web}/api/v1"),
            },
            trimmed,
        );
        Integration {
            forge,
            host: host.to_owned(),
            api_base_url: api,
            web_base_url: web,
            auth: None,
            webhook_secret: None,
            requests_per_hour: None,
        }
    }

    /// The hosts that have to be asked.
    pub fn hosts(&self) -> Vec<String> {
        let urls = [&self.api_base_url, &self.web_base_url];
        let mut hosts: Vec<String> =
            urls.iter().filter_map(|url| crate::address::host_of(url)).collect();
        hosts.push(self.host.clone());
        hosts.sort();
        hosts.dedup();
        hosts
    }

    /// User and password for a repository on this host, as git is given them.
    pub fn git_credentials(&self, remote: &str) -> Option<(String, String)> {
        let (own, other) = (Url::parse(&self.web_base_url).ok()?, Url::parse(remote).ok()?);
        if own.origin() != other.origin() || !matches!(other.scheme(), "https" | "http") {
            return None;
        }
        let user = match self.forge {
            Forge::GitHub => "x-access-token",
            Forge::GitLab | Forge::Gitea => "oauth2",
        };
        match self.auth.as_ref()? {
            Auth::Bearer(token) | Auth::Token(token) => Some((user.to_owned(), token.clone())),
            Auth::Basic { user, password } => Some((user.clone(), password.clone())),
        }
    }

    /// The full name of the repository that an address leads into; nothing for other hosts and
    /// for pages that are no repository's.
    pub fn repository_of(&self, url: &Url) -> Option<String> {
        let own = Url::parse(&self.web_base_url).ok()?;
        if own.origin() != url.origin() {
            return None;
        }
        let path = url.path().strip_prefix(own.path().trim_end_matches('/'))?.trim_matches('/');
        let plain = |part: &&str| !part.is_empty() && !matches!(*part, "." | "..");
        let parts: Vec<&str> = match self.forge {
            Forge::GitLab => path.split("/-/").next()?.split('/').filter(plain).collect(),
            Forge::GitHub | Forge::Gitea => path.split('/').filter(plain).take(2).collect(),
        };
        let name = parts.join("/");
        let name = name.strip_suffix(".git").unwrap_or(&name);
        (parts.len() >= 2).then(|| name.to_owned())
    }

    /// How a file that is shown at an address is read with what the program signs in with; nothing
    /// for addresses that are no file on this host, or when it does not sign in there.
    pub fn file_address(&self, url: &str) -> Option<FileAddress> {
        let auth = self.auth.clone()?;
        let (own, shown) = (Url::parse(&self.web_base_url).ok()?, Url::parse(url).ok()?);
        if own.origin() != shown.origin() {
            return None;
        }
        let path = shown.path().strip_prefix(own.path().trim_end_matches('/'))?;
        let path = path.trim_start_matches('/');
        let (repository, reference, file) = match self.forge {
            Forge::GitLab => {
                let (repository, rest) = path.split_once("/-/")?;
                let (form, rest) = rest.split_once('/')?;
                let (reference, file) = rest.split_once('/')?;
                matches!(form, "blob" | "raw").then_some((repository, reference, file))?
            }
            Forge::GitHub | Forge::Gitea => {
                let second = path.match_indices('/').nth(1)?.0;
                let (repository, rest) = (&path[..second], &path[second + 1..]);
                let forms: &[&str] = match self.forge {
                    Forge::GitHub => &["blob/", "raw/"],
                    _ => &["src/branch/", "src/tag/", "src/commit/", "raw/branch/", "raw/tag/"],
                };
                let rest = forms.iter().find_map(|form| rest.strip_prefix(form))?;
                let (reference, file) = rest.split_once('/')?;
                (repository, reference, file)
            }
        };
        // The parts come from an address, so they are encoded already.
        let api = &self.api_base_url;
        let (url, accept) = match self.forge {
            Forge::GitHub => {
                let url = format!("{api}/repos/{repository}/contents/{file}?ref={reference}");
                (url, Some(clients::github::RAW))
            }
            Forge::Gitea => (format!("{api}/repos/{repository}/raw/{file}?ref={reference}"), None),
            Forge::GitLab => {
                let (repository, file) = (repository.replace('/', "%2F"), file.replace('/', "%2F"));
                let files = format!("{api}/projects/{repository}/repository/files");
                (format!("{files}/{file}/raw?ref={reference}"), None)
            }
        };
        Some(FileAddress { url, auth, accept })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(forge: Forge, host: &str, web: Option<&str>) -> Integration {
        let auth = Some(Auth::Bearer("secret-token".to_owned()));
        Integration { auth, ..Integration::new(forge, host, None, web) }
    }

    #[test]
    fn files_are_read_by_the_api_when_the_program_signs_in() {
        for (integration, shown, read) in [
            (
                signed(Forge::GitHub, "github.com", None),
                "https://github.com/o/r/blob/main/a/x.yaml",
                "https://api.github.com/repos/o/r/contents/a/x.yaml?ref=main",
            ),
            (
                signed(Forge::GitHub, "ghe.example", None),
                "https://ghe.example/o/r/raw/main/x.yaml",
                "https://ghe.example/api/v3/repos/o/r/contents/x.yaml?ref=main",
            ),
            (
                signed(Forge::GitLab, "gitlab.example", None),
                "https://gitlab.example/a/b/c/-/blob/main/d/x.yaml",
                "https://gitlab.example/api/v4/projects/a%2Fb%2Fc/repository/files/d%2Fx.yaml/raw?ref=main",
            ),
            (
                signed(Forge::Gitea, "git.example", Some("https://git.example/code")),
                "https://git.example/code/o/r/src/branch/main/x.yaml",
                "https://git.example/code/api/v1/repos/o/r/raw/x.yaml?ref=main",
            ),
        ] {
            let found = integration.file_address(shown).expect(shown);
            assert_eq!(found.url, read);
            assert!(!format!("{integration:?}").contains("secret"));
        }
    }

    #[test]
    fn a_token_goes_to_its_own_host_alone() {
        let github = signed(Forge::GitHub, "github.com", None);
        for url in [
            "https://github.com.evil.example/o/r/blob/main/x.yaml",
            "http://github.com/o/r/blob/main/x.yaml",
            "https://github.com:8443/o/r/blob/main/x.yaml",
            "https://github.com/o/r/blob/main",
            "https://github.com/login",
        ] {
            assert!(github.file_address(url).is_none(), "{url}");
        }
        let expected = ("x-access-token".to_owned(), "secret-token".to_owned());
        assert_eq!(github.git_credentials("https://github.com/o/r.git"), Some(expected));
        assert_eq!(github.git_credentials("https://evil.example/o/r.git"), None);
        assert_eq!(github.git_credentials("git@github.com:o/r.git"), None);
        let open = Integration::new(Forge::GitHub, "github.com", None, None);
        assert!(open.file_address("https://github.com/o/r/blob/main/x.yaml").is_none());
    }
}
