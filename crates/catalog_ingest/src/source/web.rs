//! Descriptors behind an address: which hosts may be asked, and what the usual hosts call the same
//! file in its forms to look at, to edit and to read.

use crate::integration::Integration;
use catalog_index::complaint::NOTHING_THERE;
use clients::budget::Budget;
use clients::http::{Fetched, GetOptions, Guard, HostRule, Http, HttpError, HttpSettings, Rules};
use std::sync::Arc;
use url::Url;

/// Reads addresses on allowed hosts.
#[derive(Clone)]
pub struct Web {
    http: Option<Http>,
    rules: Rules,
    connected: Arc<[Connected]>,
}

/// A configured host, and how often it is asked.
pub struct Connected {
    /// The host.
    pub integration: Integration,
    /// How often it is asked.
    pub budget: Arc<Budget>,
}

/// What an address gave.
pub enum WebFile {
    /// The known version is the present one.
    NotModified,
    /// The bytes, with the etag of their version.
    Body(Vec<u8>, Option<String>),
}

impl Web {
    /// Reads from these hosts only, and at most so many bytes.
    pub fn new(
        hosts: impl IntoIterator<Item = String>,
        integrations: &[Integration],
        max_bytes: u64,
    ) -> Web {
        let mut rules = Rules::default();
        let of_integrations = integrations.iter().flat_map(Integration::hosts);
        for host in hosts.into_iter().chain(of_integrations) {
            // Its files are served from another name.
            if host == "github.com" {
                rules.hosts.extend(HostRule::parse("raw.githubusercontent.com").ok());
            }
            match HostRule::parse(&host) {
                Ok(rule) => rules.hosts.push(rule),
                Err(error) => tracing::warn!(host = host, "host passed over: {error}"),
            }
        }
        rules.private_hosts.clone_from(&rules.hosts);
        let settings = HttpSettings {
            rules: rules.clone(),
            max_body: usize::try_from(max_bytes).unwrap_or(usize::MAX),
            ..HttpSettings::default()
        };
        // Without a single rule every public host would be allowed; here none is.
        let http = if rules.hosts.is_empty() { None } else { build(settings) };
        let connected = integrations.iter().map(|integration| Connected {
            integration: integration.clone(),
            budget: Arc::new(Budget::new(integration.requests_per_hour)),
        });
        Web { http, rules, connected: connected.collect() }
    }

    /// User and password for a repository, when somebody configured them for its host.
    pub fn git_credentials(&self, remote: &str) -> Option<(String, String)> {
        self.connected.iter().find_map(|it| it.integration.git_credentials(remote))
    }

    /// The hosts somebody configured.
    pub fn connected(&self) -> &[Connected] {
        &self.connected
    }

    /// The client, unless no host at all may be asked.
    pub fn http(&self) -> Option<&Http> {
        self.http.as_ref()
    }

    /// The rules, for git.
    pub fn guard(&self) -> Option<Guard> {
        (!self.rules.hosts.is_empty()).then(|| Guard::new(self.rules.clone()))
    }

    /// Reads a file.
    pub async fn fetch(&self, url: &str, etag: Option<&str>) -> Result<WebFile, String> {
        let Some(http) = &self.http else { return Err(no_host(url)) };
        let read =
            self.connected.iter().find_map(|it| Some((it, it.integration.file_address(url)?)));
        let outcome = match &read {
            Some((host, read)) => {
                host.budget.take().map_err(|wait| {
                    format!(
                        "{} is asked again in {} s, to stay within its limits",
                        host.integration.host,
                        wait.as_secs() + 1
                    )
                })?;
                let (auth, accept) = (Some(&read.auth), read.accept);
                http.get_bytes_with(&read.url, GetOptions { etag, auth, accept }).await
            }
            None => {
                let options = GetOptions { etag, ..GetOptions::default() };
                http.get_bytes_with(&raw_url(url), options).await
            }
        };
        match outcome {
            Ok(Fetched::NotModified) => Ok(WebFile::NotModified),
            Ok(Fetched::Body { body, etag, .. }) => Ok(WebFile::Body(body, etag)),
            Err(HttpError::NotFound { status, .. }) => Err(format!(
                "{NOTHING_THERE} {url} (status {status}; some systems answer so when access is \
                 missing)"
            )),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn build(settings: HttpSettings) -> Option<Http> {
    Http::new(settings)
        .inspect_err(|error| tracing::error!("addresses cannot be read: {error}"))
        .ok()
}

/// Why nothing is read from an address.
pub fn no_host(url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    format!(
        "{} is not among the hosts that may be read from; add it to `backend.reading.allow` or to \
         `integrations`",
        host.as_deref().unwrap_or("its host")
    )
}

/// The forms of the usual hosts: the part of a path that says how the file is shown.
const FORMS: [(&str, &str, &str); 6] = [
    // GitLab
    ("/-/blob/", "/-/raw/", "/-/edit/"),
    // Gitea and Forgejo
    ("/src/branch/", "/raw/branch/", "/_edit/"),
    ("/src/tag/", "/raw/tag/", ""),
    ("/src/commit/", "/raw/commit/", ""),
    // GitHub
    ("/blob/", "/raw/", "/edit/"),
    // Bitbucket
    ("/src/", "/raw/", ""),
];

/// Where the bytes of a file are that is shown at an address.
pub fn raw_url(url: &str) -> String {
    if let Some(rest) = url.strip_prefix("https://github.com/") {
        let parts: Vec<&str> = rest.splitn(4, '/').collect();
        if let [owner, name, "blob" | "tree", rest] = parts[..] {
            return format!("https://raw.githubusercontent.com/{owner}/{name}/{rest}");
        }
    }
    form(url).map_or_else(|| url.to_owned(), |(shown, raw, _)| url.replacen(shown, raw, 1))
}

/// Where a file that is shown at an address can be changed; none for one that cannot, and for a
/// plain address of no repository.
pub fn edit_url(url: &str) -> Option<String> {
    let is_hash = |part: &str| part.len() == 40 && part.bytes().all(|b| b.is_ascii_hexdigit());
    if url.split(['/', '?', '=', '#']).any(is_hash) {
        return None;
    }
    match form(url) {
        Some((_, _, "")) => None,
        Some((shown, _, edit)) => Some(url.replacen(shown, edit, 1)),
        None => None,
    }
}

/// The folder of a repository around the file at an address; none where there is no repository.
pub fn source_of(url: &str) -> Option<String> {
    let in_repository = form(url).is_some() || url.starts_with(RAW_GITHUB);
    in_repository.then(|| format!("url:{}", folder_of(url)))
}

const RAW_GITHUB: &str = "https://raw.githubusercontent.com/";

fn folder_of(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let folder = url[..end].rfind('/').map_or(&url[..end], |slash| &url[..=slash]);
    if folder.starts_with("https://github.com/") {
        return folder.replacen("/blob/", "/tree/", 1);
    }
    folder.replacen("/-/blob/", "/-/tree/", 1)
}

/// Address at which a host shows a file of a repository; none for hosts whose form is not known.
pub fn shown_at(remote: &str, branch: &str, path: &str) -> Option<String> {
    let url = Url::parse(remote).ok().filter(|url| url.scheme() == "https")?;
    let plain = remote.trim_end_matches('/').trim_end_matches(".git");
    let form = match url.host_str()? {
        "github.com" => "blob",
        "gitlab.com" => "-/blob",
        "bitbucket.org" => "src",
        "codeberg.org" | "gitea.com" => "src/branch",
        _ => return None,
    };
    Some(format!("{plain}/{form}/{branch}/{path}"))
}

fn form(url: &str) -> Option<(&'static str, &'static str, &'static str)> {
    let path = Url::parse(url).ok()?.path().to_owned();
    let raw_host = url.starts_with(RAW_GITHUB);
    FORMS.into_iter().find(|(shown, _, _)| !raw_host && path.contains(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_forms_of_the_usual_hosts() {
        for (shown, raw, edit) in [
            (
                "https://github.com/o/r/blob/main/catalog-info.yaml",
                "https://raw.githubusercontent.com/o/r/main/catalog-info.yaml",
                Some("https://github.com/o/r/edit/main/catalog-info.yaml"),
            ),
            (
                "https://gitlab.com/a/b/c/-/blob/main/x.yaml",
                "https://gitlab.com/a/b/c/-/raw/main/x.yaml",
                Some("https://gitlab.com/a/b/c/-/edit/main/x.yaml"),
            ),
            (
                "https://git.example/o/r/src/branch/main/x.yaml",
                "https://git.example/o/r/raw/branch/main/x.yaml",
                Some("https://git.example/o/r/_edit/main/x.yaml"),
            ),
            (
                "https://bitbucket.org/o/r/src/main/x.yaml",
                "https://bitbucket.org/o/r/raw/main/x.yaml",
                None,
            ),
            ("https://h.example/x.yaml", "https://h.example/x.yaml", None),
        ] {
            assert_eq!(raw_url(shown), raw);
            assert_eq!(edit_url(shown).as_deref(), edit);
        }
        let hash = "https://github.com/o/r/blob/0123456789012345678901234567890123456789/x.yaml";
        assert_eq!(edit_url(hash), None);
        assert_eq!(
            folder_of("https://github.com/o/r/blob/main/a/x.yaml"),
            "https://github.com/o/r/tree/main/a/"
        );
        assert_eq!(
            shown_at("https://github.com/o/r.git", "main", "a/x.yaml").as_deref(),
            Some("https://github.com/o/r/blob/main/a/x.yaml")
        );
        assert_eq!(shown_at("https://git.example/o/r.git", "main", "x"), None);
    }

    #[tokio::test]
    async fn reads_nothing_from_hosts_nobody_allowed() {
        let nothing = Web::new([], &[], 1000).fetch("https://example.com/x", None).await;
        assert!(nothing.is_err_and(|error| error.contains("backend.reading.allow")));
        let other = Web::new(["other.example".to_owned()], &[], 1000);
        let refused = other.fetch("https://example.com/x", None).await;
        assert!(refused.is_err_and(|error| error.contains("example.com")));
    }
}
