//! Addresses of outside repositories: what git may be pointed at, and the secrets taken out of them.
//!
//! Git understands far more than addresses (helper programs such as `ext::`, options, relative
//! paths). Only what is listed here gets through.

use super::error::GitError;
use crate::http::{Guard, HttpError};
use crate::redact::redact;
use std::path::{Path, PathBuf};

/// An address git may be pointed at, free of secrets.
#[derive(Debug, Clone)]
pub struct Remote {
    url: String,
    kind: Kind,
    credentials: Option<Credentials>,
    pins: Vec<String>,
}

/// A user name and password for one host.
#[derive(Clone)]
pub(super) struct Credentials {
    /// `https://git.example.com:8443`, the only place they are given to.
    pub(super) origin: String,
    pub(super) user: String,
    pub(super) password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials {{ origin: {:?}, user: ***, password: *** }}", self.origin)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Http { host: String, port: u16 },
    Ssh { host: String, port: u16 },
    Git { host: String, port: u16 },
    File(PathBuf),
}

impl Remote {
    /// Reads `https://…`, `http://…`, `ssh://…`, `git://…`, `user@host:path`, and, when
    /// `allow_file` is set, `file://…` and absolute paths.
    pub fn parse(text: &str, allow_file: bool) -> Result<Self, GitError> {
        let shown = || format!("The repository address \"{}\"", redact(text));
        let refuse = |reason: &str| Err(GitError::invalid(shown(), reason));
        if text.is_empty() {
            return refuse("it is empty; expected a clone URL such as https://host/team/name.git");
        }
        if text.starts_with('-') {
            return refuse("it begins with \"-\" and would be taken for an option");
        }
        if text.chars().any(char::is_control) || text.len() > 4096 {
            return refuse("it holds control characters or is longer than 4096");
        }
        if let Some((scheme, _)) = text.split_once("://") {
            return match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" | "ssh" | "git" => by_url(text).map_err(|reason| {
                    // What cannot be read may hide a password anywhere, so it is not repeated.
                    GitError::invalid(format!("The repository address ({scheme}://…)"), reason)
                }),
                "file" if !allow_file => refuse("addresses of files are not allowed here"),
                "file" => match reqwest::Url::parse(text).map(|url| url.to_file_path()) {
                    Ok(Ok(path)) => by_path(&path).map_err(|r| GitError::invalid(shown(), r)),
                    _ => refuse("expected file:///absolute/path"),
                },
                _ => refuse("expected https, http, ssh or git before \"://\""),
            };
        }
        if Path::new(text).is_absolute() {
            if !allow_file {
                return refuse("paths on this machine are not allowed here");
            }
            return by_path(Path::new(text)).map_err(|r| GitError::invalid(shown(), r));
        }
        match text.split_once(':') {
            Some((host, path)) if !host.contains('/') && !path.starts_with(':') => {
                by_scp(text, host, path).map_err(|reason| GitError::invalid(shown(), reason))
            }
            _ => refuse(
                "expected a clone URL such as https://host/team/name.git, user@host:team/name.git \
                 or an absolute path",
            ),
        }
    }

    /// The address without secrets, as it is shown and stored.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the repository lies on this machine, links and `..` not resolved, when it does.
    pub fn local_path(&self) -> Option<&Path> {
        match &self.kind {
            Kind::File(path) => Some(path),
            _ => None,
        }
    }

    /// Whether the address is, or lies below, `place`: the same scheme, host and port, and a path
    /// that begins with the same whole segments, as a server would read them. An address whose
    /// segments hold `..` or `/` in any encoding lies below nothing.
    pub fn is_below(&self, place: &str) -> bool {
        let parse = |text: &str| reqwest::Url::parse(text).ok();
        let (Some(own), Some(place)) = (parse(&self.url), parse(place)) else { return false };
        let port = |url: &reqwest::Url| match url.scheme() {
            "ssh" => url.port().or(Some(22)),
            _ => url.port_or_known_default(),
        };
        let same_user = place.username().is_empty() || place.username() == own.username();
        if own.scheme() != place.scheme()
            || own.host() != place.host()
            || port(&own) != port(&place)
            || !same_user
        {
            return false;
        }
        let (Some(own), Some(place)) = (segments(&own), segments(&place)) else { return false };
        own.starts_with(&place)
    }

    /// Uses this user name and password (or token) instead of what the machine has configured.
    pub fn with_credentials(mut self, user: &str, password: &str) -> Result<Self, GitError> {
        let Some((origin, false)) = origin_of(&self.url) else {
            return Err(GitError::invalid(
                format!("A password for {}", self.url),
                "passwords are for https and http addresses; others use keys",
            ));
        };
        if [user, password].iter().any(|text| text.chars().any(char::is_control)) {
            return Err(GitError::invalid(
                format!("The password for {}", self.url),
                "user names and passwords hold no control characters",
            ));
        }
        self.credentials =
            Some(Credentials { origin, user: user.to_owned(), password: password.to_owned() });
        Ok(self)
    }

    /// Checks the host against the rules of outgoing requests. An http address is bound to the
    /// addresses that were checked and follows no redirects, so that a name that changes its mind
    /// or a redirect leads nowhere else. The programs behind ssh and git addresses look the name up
    /// once more; there the check holds for the moment it is made.
    pub async fn checked(mut self, guard: &Guard) -> Result<Self, GitError> {
        let (host, port) = match &self.kind {
            Kind::File(_) => return Ok(self),
            Kind::Http { host, port } | Kind::Ssh { host, port } | Kind::Git { host, port } => {
                (host.clone(), *port)
            }
        };
        let denied = |error: HttpError| GitError::invalid(&self.url, error.to_string());
        guard.check_host(&host, port).map_err(denied)?;
        let addresses = guard.resolve(&host, port).await.map_err(|error| match error {
            HttpError::Connect { detail, .. } => {
                GitError::Network { remote: self.url.clone(), detail }
            }
            other => GitError::invalid(&self.url, other.to_string()),
        })?;
        if let Kind::Http { .. } = self.kind {
            let list: Vec<String> = addresses
                .iter()
                .map(|address| match address.ip() {
                    std::net::IpAddr::V4(ip) => ip.to_string(),
                    std::net::IpAddr::V6(ip) => format!("[{ip}]"),
                })
                .collect();
            self.pins.push("http.followRedirects=false".to_owned());
            if host.parse::<std::net::IpAddr>().is_err() && !host.starts_with('[') {
                self.pins.push(format!("http.curloptResolve={host}:{port}:{}", list.join(",")));
            }
        }
        Ok(self)
    }

    /// The transports the program may use. A person's settings may rewrite one address into another
    /// kind (`url.….insteadOf`), so all network ones are open; files never are by that way.
    pub(super) fn protocols(&self) -> &'static str {
        match &self.kind {
            Kind::File(_) => "file",
            _ => "https:http:ssh:git",
        }
    }

    pub(super) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    pub(super) fn pins(&self) -> &[String] {
        &self.pins
    }
}

fn by_url(text: &str) -> Result<Remote, String> {
    let mut url = reqwest::Url::parse(text).map_err(|error| error.to_string())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?.to_owned();
    if host.starts_with('-') || url.username().starts_with('-') || url.path().starts_with("/-") {
        return Err(
            "a host, user or path that begins with \"-\" would be taken for an option".into()
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("expected no \"?\" or \"#\"".to_owned());
    }
    let default = if url.scheme() == "http" { 80 } else { 9418 };
    let port = url.port_or_known_default().unwrap_or(default);
    let kind = match url.scheme() {
        "ssh" => Kind::Ssh { host, port: url.port().unwrap_or(22) },
        "git" => Kind::Git { host, port },
        _ => Kind::Http { host, port },
    };
    if matches!(kind, Kind::Ssh { .. }) {
        if url.password().is_some() {
            return Err("an ssh address takes no password; use a key".to_owned());
        }
        return Ok(Remote { url: url.into(), kind, credentials: None, pins: Vec::new() });
    }
    let user = decoded(url.username())?;
    let password = decoded(url.password().unwrap_or_default())?;
    let cleared = url.set_username("").and_then(|()| url.set_password(None));
    cleared.map_err(|()| "the user name cannot be read".to_owned())?;
    let remote = Remote { url: url.into(), kind, credentials: None, pins: Vec::new() };
    if user.is_empty() && password.is_empty() {
        return Ok(remote);
    }
    remote.with_credentials(&user, &password).map_err(|error| error.to_string())
}

/// `user@host:path`, which git hands to ssh.
fn by_scp(text: &str, host: &str, path: &str) -> Result<Remote, String> {
    let bare = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if bare.is_empty() || bare.starts_with('-') || host.starts_with('-') || !host.chars().all(plain)
    {
        return Err("expected user@host:path with a plain host name".to_owned());
    }
    if path.is_empty() || path.starts_with('-') {
        return Err("expected a path after \":\" that does not begin with \"-\"".to_owned());
    }
    let kind = Kind::Ssh { host: bare.to_owned(), port: 22 };
    Ok(Remote { url: text.to_owned(), kind, credentials: None, pins: Vec::new() })
}

fn by_path(path: &Path) -> Result<Remote, String> {
    let url = path.to_str().ok_or("the path is not UTF-8")?.to_owned();
    let kind = Kind::File(path.to_owned());
    Ok(Remote { url, kind, credentials: None, pins: Vec::new() })
}

/// The segments of a path, decoded until nothing more changes; nothing, when one of them means
/// more than a name.
fn segments(url: &reqwest::Url) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
        let mut text = segment.to_owned();
        for _ in 0..4 {
            match decoded(&text) {
                Ok(next) if next != text => text = next,
                Ok(_) => break,
                Err(_) => return None,
            }
        }
        let odd = |c: char| matches!(c, '/' | '\\' | '%') || c.is_control();
        // Some servers take what follows a semicolon for a parameter, and go up at `..;`.
        let name = text.split(';').next().unwrap_or_default().trim();
        if matches!(name, "." | "..") || text.contains(odd) {
            return None;
        }
        found.push(text);
    }
    Some(found)
}

/// `https://host:port` of an http address; the flag says whether it still holds a user name.
fn origin_of(url: &str) -> Option<(String, bool)> {
    let url = reqwest::Url::parse(url).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    Some((url.origin().ascii_serialization(), !url.username().is_empty()))
}

/// A text without its percent encoding.
fn decoded(text: &str) -> Result<String, String> {
    // What follows a percent sign is a byte in two digits, or the text means something else.
    let digits = |part: &str| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    if !text.split('%').skip(1).all(digits) {
        return Err("the user name or password is not percent-encoded properly".to_owned());
    }
    let plain = percent_encoding::percent_decode_str(text).decode_utf8();
    plain
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| "the user name or password is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Remote, GitError> {
        Remote::parse(text, false)
    }

    #[test]
    fn reads_the_usual_addresses() {
        let host = || "host".to_owned();
        for (text, kind) in [
            ("https://host/a/b.git", Kind::Http { host: host(), port: 443 }),
            ("http://host:3000/a/b", Kind::Http { host: host(), port: 3000 }),
            ("ssh://git@host:2222/a.git", Kind::Ssh { host: host(), port: 2222 }),
            ("git@host:a/b.git", Kind::Ssh { host: host(), port: 22 }),
            ("git://host/a", Kind::Git { host: host(), port: 9418 }),
        ] {
            let remote = parse(text).expect(text);
            assert_eq!((remote.url(), &remote.kind), (text, &kind));
            assert!(!remote.protocols().contains("file"));
        }
        assert_eq!(Remote::parse("/srv/a.git", true).unwrap().protocols(), "file");
        assert_eq!(Remote::parse("file:///srv/a.git", true).unwrap().url(), "/srv/a.git");
    }

    #[test]
    fn takes_the_password_out_of_the_address() {
        let remote = parse("https://jane:p%40ss@host:8443/a.git").unwrap();
        assert_eq!(remote.url(), "https://host:8443/a.git");
        let credentials = remote.credentials().unwrap();
        assert_eq!(credentials.origin, "https://host:8443");
        assert_eq!((credentials.user.as_str(), credentials.password.as_str()), ("jane", "p@ss"));
        assert!(!format!("{remote:?}").contains("p@ss"));
        for bad in ["https://jane:p%+1ss@host/a.git", "https://jane:p%4@host/a.git"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn binds_a_checked_address_to_what_was_checked() {
        let open = crate::http::Rules { allow_private: true, ..Default::default() };
        let remote = parse("http://localhost:3000/a.git").unwrap();
        let remote = remote.checked(&Guard::new(open)).await.unwrap();
        let pin = remote.pins().iter().find(|pin| pin.starts_with("http.curloptResolve="));
        let addresses = pin.and_then(|pin| pin.strip_prefix("http.curloptResolve=localhost:3000:"));
        let addresses = addresses.expect("the name is pinned with its port");
        for address in addresses.split(',') {
            assert!(["127.0.0.1", "[::1]"].contains(&address), "{address}");
        }
        assert!(remote.pins().iter().any(|pin| pin == "http.followRedirects=false"));
    }

    #[test]
    fn refuses_what_is_not_an_address() {
        for text in [
            "",
            "--upload-pack=touch /tmp/x",
            "-oProxyCommand=x:y",
            "ext::sh -c id",
            "ext::sh://x",
            "fd::17",
            "ftp://host/a",
            "ssh://-oProxyCommand=id/a",
            "ssh://-user@host/a",
            "-x@host:path",
            "host:-path",
            "git@ho st:path",
            "file:///srv/a.git",
            "/srv/a.git",
            "../a.git",
            "name",
            "https://host/a\nb",
            "https://host/a?x=y",
            "https://u:a%0ab@host/",
        ] {
            let error = parse(text).expect_err(text);
            assert!(matches!(error, GitError::Invalid { .. }), "{text}: {error}");
        }
    }

    #[test]
    fn lies_below_a_place_by_whole_segments() {
        let check = |place: &str, text: &str, expected: bool| {
            let remote = parse(text).expect(text);
            assert_eq!(remote.is_below(place), expected, "{text} below {place}");
        };
        let acme = "https://h/acme/";
        for inside in [
            "https://h/acme/a.git",
            "https://h:443/acme/x/a.git",
            "https://H/acme/a.git",
            "https://h/acme/./a.git",
            "https://h/acme/x/../a.git",
            // Git is given the address without its steps.
            "https://h/acme/.;/../a.git",
            "https://h//acme/a.git",
            "https://jane:token@h/acme/a.git",
            "https://h/%61cme/a.git",
        ] {
            check(acme, inside, true);
            check("https://h/acme", inside, true);
            check("https://h/", inside, true);
        }
        for outside in [
            "https://h/acme/../other/evil.git",
            "https://h/acme/%2e%2e/other/evil.git",
            "https://h/acme/%2E./other/evil.git",
            "https://h/acme/..%2fother/evil.git",
            "https://h/acme%2f..%2fother/evil.git",
            "https://h/acme/%252e%252e/other/evil.git",
            "https://h/acme/..%5cother/evil.git",
            "https://h/acme\\..\\other/evil.git",
            "https://h/acme/..;/other/evil.git",
            "https://h/acme/..;x=y/other/evil.git",
            "https://h/acme/%2e%2e%3b/other/evil.git",
            "https://h/acme-evil/a.git",
            "https://h/acmeevil.git",
            "https://h/ACME/a.git",
            "http://h/acme/a.git",
            "https://h:8443/acme/a.git",
            "https://h.evil.example/acme/a.git",
            "https://h@evil.example/acme/a.git",
            "ssh://h/acme/a.git",
            "git@h:acme/a.git",
        ] {
            check(acme, outside, false);
        }
        check("ssh://git@h/acme/", "ssh://git@h/acme/a.git", true);
        check("ssh://git@h/acme/", "ssh://git@h:22/acme/a.git", true);
        check("ssh://git@h/acme/", "ssh://root@h/acme/a.git", false);
        check("ssh://git@h/acme/", "ssh://git@h/acme/../other/a.git", false);
        check("ssh://git@h/acme/", "ssh://git@h/acme/%2e%2e/other/a.git", false);
        check("acme", "https://h/acme/a.git", false);
    }

    #[test]
    fn never_repeats_a_password() {
        for text in
            ["https://jane:hunter2@ho st/", "https://jane:hunter2@host/?x", "ftp://j:hunter2@h/"]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
