//! Where requests may go: host names that are allowed, and network addresses that are not.
//!
//! A person who can name an address (a catalog location, a template's source) must not be able to
//! make the program read the machine's own services, the internal network or a cloud's metadata
//! service. A name is judged by the addresses it leads to at the moment of connecting, because a
//! name can change its mind between a check and the request.

use super::error::{HttpError, Refused};
use super::shown;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The rules for outgoing requests. By default every public host, and nothing private.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// When not empty, only these hosts may be asked.
    pub hosts: Vec<HostRule>,
    /// Hosts that may lie in private networks or on this machine. They still need to be among
    /// `hosts` when that list is not empty.
    pub private_hosts: Vec<HostRule>,
    /// Every host may lie in private networks or on this machine.
    pub allow_private: bool,
}

/// `example.com`, `*.example.com` (every name below it), `example.com:8443` or an address; with
/// what the path has to begin with, as in `example.com/specs/`, when not all of it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    name: String,
    below: bool,
    port: Option<u16>,
    path: Option<String>,
}

impl HostRule {
    /// Reads a rule.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "\"{text}\" is not a host: expected example.com, *.example.com or example.com:8443"
            )
        };
        let (host, path) = match text.find('/') {
            Some(at) => (&text[..at], Some(text[at..].to_owned())),
            None => (text, None),
        };
        let (below, rest) = match host.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, host),
        };
        let (name, port) = match rest.rsplit_once(':') {
            // The colons of an IPv6 address stand in brackets when a port follows.
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
                (name, Some(port.parse().map_err(|_| wrong())?))
            }
            _ => (rest, None),
        };
        let name = normal(name);
        let address = name.parse::<IpAddr>().is_ok();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        if name.is_empty() || (!address && !name.chars().all(plain)) || (address && below) {
            return Err(wrong());
        }
        Ok(HostRule { name, below, port, path: path.filter(|path| path != "/") })
    }

    fn names(&self, host: &str) -> bool {
        if self.below {
            host.strip_suffix(&self.name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.name
        }
    }

    fn allows_port(&self, port: u16) -> bool {
        self.port.is_none_or(|own| own == port)
    }

    /// A rule for a part of a host says nothing about what has no path.
    fn allows_path(&self, path: Option<&str>) -> bool {
        match (&self.path, path) {
            (None, _) => true,
            // Whoever answers may decode what looks like a part of the path, and go up from there.
            (Some(start), Some(path)) => path.starts_with(start.as_str()) && !may_climb(path),
            (Some(_), None) => false,
        }
    }
}

/// Whether a path may lead above where it begins, decoded once or several times.
fn may_climb(path: &str) -> bool {
    let mut text = path.to_ascii_lowercase();
    // Each round takes away one layer; what is still encoded then is refused.
    for _ in 0..4 {
        let separated = text.replace("%2f", "/").replace("%5c", "/").replace('\\', "/");
        let plain = separated.replace("%2e", ".");
        if plain.split('/').any(|part| part == ".." || part.starts_with("..;")) {
            return true;
        }
        let next = plain.replace("%25", "%");
        if next == text {
            return false;
        }
        text = next;
    }
    true
}

/// Applies [`Rules`]. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Guard(Arc<Rules>);

impl Guard {
    /// A guard with these rules.
    pub fn new(rules: Rules) -> Self {
        Guard(Arc::new(rules))
    }

    /// Refuses an address that is not http or https, whose host is not allowed, or that names a
    /// private network address itself.
    pub fn check_url(&self, url: &Url) -> Result<(), HttpError> {
        let refuse =
            |reason: &str| Err(HttpError::Invalid { url: shown(url), reason: reason.to_owned() });
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("expected an address that begins with https:// or http://");
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return refuse("it names no host");
        };
        self.check(host, port, Some(url.path())).map_err(|error| match error {
            HttpError::Refused { reason, .. } => HttpError::Refused { url: shown(url), reason },
            other => other,
        })
    }

    /// The same for a host and a port.
    pub fn check_host(&self, host: &str, port: u16) -> Result<(), HttpError> {
        self.check(host, port, None)
    }

    fn check(&self, host: &str, port: u16, path: Option<&str>) -> Result<(), HttpError> {
        let host = normal(host);
        let refuse =
            |reason: String| Err(HttpError::Refused { url: format!("{host}:{port}"), reason });
        let named = |rule: &&HostRule| rule.names(&host);
        let fitting = self.0.hosts.iter().filter(named).filter(|rule| rule.allows_port(port));
        let mut fitting = fitting.peekable();
        if !self.0.hosts.is_empty() && fitting.peek().is_none() {
            return refuse(format!(
                "{host} is not among the allowed hosts; add it there if it should be read"
            ));
        }
        if !self.0.hosts.is_empty() && !fitting.any(|rule| rule.allows_path(path)) {
            return refuse(format!(
                "only some paths of {host} are allowed; add this one if it should be read"
            ));
        }
        // A private host that is open on one port is not open on the others.
        let mut private = self.0.private_hosts.iter().filter(named).peekable();
        if !self.0.allow_private
            && private.peek().is_some()
            && !private.any(|rule| rule.allows_port(port))
        {
            return refuse(format!("{host} is not allowed on port {port}"));
        }
        match host.parse::<IpAddr>() {
            Ok(address) => match self.objection(&host, address) {
                Some(reason) => refuse(reason),
                None => Ok(()),
            },
            Err(_) => Ok(()),
        }
    }

    /// The network addresses of a host that may be connected to; an error when there is none.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, HttpError> {
        let host = normal(host);
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => {
                let found = tokio::net::lookup_host((host.as_str(), port)).await;
                let found = found.map_err(|_| HttpError::Connect {
                    url: host.clone(),
                    detail: "the host name is not known".to_owned(),
                })?;
                found.collect()
            }
        };
        let mut objection = None;
        let allowed: Vec<SocketAddr> = found
            .into_iter()
            .filter(|address| match self.objection(&host, address.ip()) {
                Some(reason) => {
                    objection = Some(reason);
                    false
                }
                None => true,
            })
            .collect();
        match (allowed.is_empty(), objection) {
            (false, _) => Ok(allowed),
            (true, Some(reason)) => Err(HttpError::Refused { url: host, reason }),
            (true, None) => Err(HttpError::Connect {
                url: host,
                detail: "the host name has no address".to_owned(),
            }),
        }
    }

    fn objection(&self, host: &str, address: IpAddr) -> Option<String> {
        if self.0.allow_private || self.0.private_hosts.iter().any(|rule| rule.names(host)) {
            return None;
        }
        let kind = not_public(address)?;
        Some(format!(
            "{host} leads to {kind}; add it to the hosts that may be private if it should be read"
        ))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            match Guard::resolve(&guard, name.as_str(), 0).await {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(error) => Err(Refused(error).into()),
            }
        })
    }
}

/// What an address is, when it is not one of the public internet.
pub fn not_public(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => not_public_v4(address),
        IpAddr::V6(address) => not_public_v6(address),
    }
}

fn not_public_v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) => Some("this machine itself"),
        (0, ..) => Some("an address without meaning"),
        (10, ..) | (192, 168, _) | (172, 16..=31, _) => Some("a private network"),
        (100, 64..=127, _) => Some("a provider's internal network"),
        (169, 254, _) => Some("a link-local address (cloud metadata lives there)"),
        (192, 0, 0 | 2) | (198, 51, 100) | (203, 0, 113) | (198, 18..=19, _) | (192, 88, 99) => {
            Some("a reserved address")
        }
        (224.., ..) => Some("a multicast or reserved address"),
        _ => None,
    }
}

fn not_public_v6(address: Ipv6Addr) -> Option<&'static str> {
    let s = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        not_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("this machine itself"),
        // IPv4 written as IPv6 in its several ways: compatible, mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => embedded(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 1, ..] => Some("a private network"),
        [0x2002, high, low, ..] => embedded(high, low),
        [0x2001, 0, ..] => Some("a tunnel address"),
        [0x2001, 0xdb8, ..] | [0x100, 0, 0, 0, ..] | [0x3fff, 0..=0xfff, ..] => {
            Some("a reserved address")
        }
        [0xfc00..=0xfdff, ..] => Some("a private network"),
        [0xfe80..=0xfeff, ..] => Some("a link-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        _ => None,
    }
}

/// Lower case, without brackets and without the dot that ends a full name.
fn normal(host: &str) -> String {
    let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> HostRule {
        HostRule::parse(text).unwrap()
    }

    fn check(rules: &Rules, url: &str) -> bool {
        Guard::new(rules.clone()).check_url(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn knows_addresses_that_are_not_public() {
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(not_public(address.parse().unwrap()).is_some(), "{address}");
        }
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "169.253.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2002:101:101::",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
        ] {
            assert!(not_public(address.parse().unwrap()).is_none(), "{address}");
        }
    }

    #[test]
    fn refuses_private_addresses_however_they_are_written() {
        let rules = Rules::default();
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://017700000001/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "ftp://example.com/",
            "file:///etc/passwd",
        ] {
            assert!(!check(&rules, url), "{url}");
        }
        assert!(check(&rules, "https://example.com/"));
    }

    #[test]
    fn keeps_to_the_list_of_hosts() {
        let rules = Rules {
            hosts: vec![rule("example.com"), rule("*.corp.test"), rule("git.test:8443")],
            ..Rules::default()
        };
        for url in [
            "https://example.com/",
            "https://EXAMPLE.com./",
            "https://a.corp.test/",
            "https://git.test:8443/",
        ] {
            assert!(check(&rules, url), "{url}");
        }
        for url in [
            "https://corp.test/",
            "https://xcorp.test/",
            "https://git.test/",
            "https://example.com.evil.test/",
        ] {
            assert!(!check(&rules, url), "{url}");
        }
    }

    #[test]
    fn keeps_to_the_part_of_a_host_that_is_allowed() {
        let rules = Rules {
            hosts: vec![rule("example.com/specs/"), rule("example.com/docs/")],
            ..Rules::default()
        };
        assert!(check(&rules, "https://example.com/specs/a.yaml"));
        assert!(check(&rules, "https://example.com/specs/a%20b%2fc..d/100%25.yaml"));
        assert!(check(&rules, "https://example.com/docs/"));
        for url in [
            "https://example.com/",
            "https://example.com/spec",
            "https://example.com/specs/../secret",
            "https://example.com/specs/%2e%2e/secret",
            "https://example.com/specs/..%2fsecret",
            "https://example.com/specs/%2E%2E%2Fsecret",
            "https://example.com/specs/..%252fsecret",
            "https://example.com/specs/%252e%252e%252fsecret",
            "https://example.com/specs/..%5csecret",
            "https://example.com/specs/..;/secret",
            "https://example.com/specs/%25252525252e%25252525252e/secret",
            "https://example.com/x?/specs/",
        ] {
            assert!(!check(&rules, url), "{url}");
        }
        // What is asked for by other programs has no path that could be looked at.
        assert!(Guard::new(rules).check_host("example.com", 443).is_err());
    }

    #[test]
    fn opens_private_hosts_by_name_and_port() {
        let rules = Rules { private_hosts: vec![rule("127.0.0.1:3000")], ..Rules::default() };
        assert!(check(&rules, "http://127.0.0.1:3000/"));
        assert!(!check(&rules, "http://127.0.0.1:22/"));
        assert!(!check(&rules, "http://127.0.0.2:3000/"));
        assert!(check(&Rules { allow_private: true, ..Rules::default() }, "http://127.0.0.1:22/"));
    }

    #[test]
    fn reads_host_rules() {
        let read =
            |name: &str, port| HostRule { name: name.into(), below: false, port, path: None };
        assert_eq!(rule("[::1]:80"), read("::1", Some(80)));
        assert_eq!(rule("example.com/"), read("example.com", None));
        assert_eq!(rule("::1").port, None);
        for text in ["", "*", "*.", "a b", "host:port", "https://host", "*.10.0.0.1"] {
            assert!(HostRule::parse(text).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn judges_a_name_by_where_it_leads() {
        let error = Guard::default().resolve("localhost", 80).await.unwrap_err();
        assert!(matches!(error, HttpError::Refused { .. }), "{error}");
        let open = Rules { private_hosts: vec![rule("localhost")], ..Rules::default() };
        assert!(!Guard::new(open).resolve("localhost", 80).await.unwrap().is_empty());
    }
}
