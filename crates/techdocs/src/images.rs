//! Images of other hosts: a page that loads one tells that host who reads it, and when. They are
//! not loaded unless the portal's configuration names the host.

/// The hosts whose images are loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageHosts(Vec<String>);

impl ImageHosts {
    /// Hosts as `img.example.org`, `img.example.org:8443` or `*.example.org` (every host below).
    pub fn new(patterns: impl IntoIterator<Item = String>) -> ImageHosts {
        let patterns = patterns.into_iter().map(|pattern| pattern.trim().to_ascii_lowercase());
        ImageHosts(patterns.filter(|pattern| !pattern.is_empty()).collect())
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether images of a host (with its port when that is not the usual one) are loaded.
    pub fn allow(&self, host: &str) -> bool {
        let plain = |c: char| c.is_alphanumeric() || ".-:[]".contains(c);
        if !host.chars().all(plain) {
            return false;
        }
        self.0.iter().any(|pattern| match pattern.strip_prefix("*.") {
            Some(parent) => host
                .strip_suffix(parent)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            None => pattern == host,
        })
    }
}

/// The host of a web address as a browser reads it, in lower case, with a port of its own; none
/// for an address that names no host.
pub(crate) fn host_of(url: &str) -> Option<String> {
    // Browsers drop these wherever they stand and read `\` as `/`.
    let url: String = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let url = url.trim_start_matches(|c| c <= ' ').replace('\\', "/");
    let lower = url.to_ascii_lowercase();
    let (rest, usual_port) = if let Some(rest) = lower.strip_prefix("https:") {
        (rest, ":443")
    } else if let Some(rest) = lower.strip_prefix("http:") {
        (rest, ":80")
    } else if lower.starts_with("//") {
        (lower.as_str(), ":443")
    } else {
        return None;
    };
    let rest = rest.trim_start_matches('/');
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.strip_suffix(usual_port).unwrap_or(host);
    Some(host.trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_browsers_do() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(host_of(url).as_deref(), expected, "{url}");
        };
        check("https://Img.Example.org/a.png", Some("img.example.org"));
        check("HTTP://a.b:80/x", Some("a.b"));
        check("https://a.b:8443?x", Some("a.b:8443"));
        check("//a.b/x", Some("a.b"));
        check("https:/a.b/x", Some("a.b"));
        check("https:\\\\a.b\\x", Some("a.b"));
        check("ht\ntps://a.b/x", Some("a.b"));
        check(" \u{1}https://a.b/x", Some("a.b"));
        check("\\\\a.b/x", Some("a.b"));
        check("https://good.example@evil.example/x", Some("evil.example"));
        check("/img/x.png", None);
        check("data:image/png;base64,x", None);
    }

    #[test]
    fn only_named_hosts_are_allowed() {
        let hosts = ImageHosts::new(["Img.Example.org".to_owned(), "*.shields.example".to_owned()]);
        for host in ["img.example.org", "a.shields.example", "a.b.shields.example"] {
            assert!(hosts.allow(host), "{host}");
        }
        for host in [
            "example.org",
            "shields.example",
            "evilshields.example",
            ".shields.example",
            "evil.example&sol;.shields.example",
            "img.example.org:8443",
            "img.example.org.evil.example",
        ] {
            assert!(!hosts.allow(host), "{host}");
        }
        assert!(!ImageHosts::default().allow("a.b"));
    }
}
