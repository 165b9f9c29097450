//! Addresses on the web and names of hosts.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::Tree;
use std::fmt;

/// An `http` or `https` address without credentials and without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(String);

/// A host's name or IP address, with a port if it is not the usual one; in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Host(String);

/// A host, or with `*.` in front every host below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPattern(String);

/// The beginning of the path of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrlPath(String);

const PATH: &str = "a path such as `/specs/`";
const URL: &str = "an address such as `https://portal.example.com`";
const HOST: &str = "a host such as `git.example.com`";
const PATTERN: &str = "a host such as `git.example.com` or `*.example.com`";

impl WebUrl {
    /// Checks an address.
    pub fn parse(text: &str) -> Result<WebUrl, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err("It begins with `http://` or `https://`.".to_owned());
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if rest[..end].contains('@') {
            return Err(
                "It must not hold a user or a password: secrets have keys of their own.".to_owned()
            );
        }
        Host::parse(&rest[..end])?;
        if rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"\\".contains(c)) {
            return Err("It must not hold spaces, quotes or angle brackets.".to_owned());
        }
        Ok(WebUrl(text.trim_end_matches('/').to_owned()))
    }

    /// The address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Host {
    /// Checks a host with or without a port.
    pub fn parse(text: &str) -> Result<Host, String> {
        if text.contains("://") || text.contains('/') {
            return Err("Write the host alone, without a scheme or a path.".to_owned());
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, Some(port)),
            _ => (text, None),
        };
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err("After the colon comes a port from 1 to 65535.".to_owned());
        }
        let legal = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => is_host_name(name),
        };
        if legal {
            Ok(Host(text.to_ascii_lowercase()))
        } else {
            Err("A host is made of letters, digits, `-` and `.`.".to_owned())
        }
    }

    /// The host and its port, if it has one.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl HostPattern {
    /// Checks a pattern.
    pub fn parse(text: &str) -> Result<HostPattern, String> {
        Host::parse(text.strip_prefix("*.").unwrap_or(text))?;
        Ok(HostPattern(text.to_ascii_lowercase()))
    }

    /// The pattern: `git.example.com` or `*.example.com`, perhaps with a port.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UrlPath {
    /// Checks a path.
    pub fn parse(text: &str) -> Result<UrlPath, String> {
        match text.starts_with('/') {
            true => Ok(UrlPath(text.to_owned())),
            false => Err("It begins with `/`.".to_owned()),
        }
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether every part between dots is a label of letters, digits and inner dashes.
fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

macro_rules! parsed {
    ($type:ident, $expected:ident) => {
        impl Setting for $type {
            fn shape() -> Shape {
                Shape::Scalar($expected)
            }

            fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
                reader.parse(tree, $expected, $type::parse)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

parsed!(WebUrl, URL);
parsed!(Host, HOST);
parsed!(HostPattern, PATTERN);
parsed!(UrlPath, PATH);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked() {
        let check = |text, expected: &str| {
            assert_eq!(WebUrl::parse(text).map(|url| url.0), Ok(expected.to_owned()));
        };
        check("https://portal.example.com/", "https://portal.example.com");
        check("http://localhost:3000", "http://localhost:3000");
        check("http://[::1]:3000/base/", "http://[::1]:3000/base");
        check("https://git.example.com/api/v3?x=1", "https://git.example.com/api/v3?x=1");
        for bad in [
            "",
            "portal.example.com",
            "ftp://x.example",
            "https://",
            "https:///x",
            "https://a b.example",
            "https://user:pass@git.example.com",
            "javascript://x",
            "https://x.example/\"onload=",
            "https://x.example:99999",
            "https://[::1/x",
        ] {
            assert!(WebUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_are_checked() {
        for good in
            ["github.com", "GIT.Example.com:8443", "localhost", "10.0.0.1", "[::1]:80", "my_host"]
        {
            assert_eq!(Host::parse(good).map(|host| host.0), Ok(good.to_ascii_lowercase()));
        }
        for bad in
            ["", "https://github.com", "a/b", "-x.com", "x..com", "x:port", "é.example", "[::1"]
        {
            assert!(Host::parse(bad).is_err(), "{bad}");
        }
        assert!(HostPattern::parse("*.example.com").is_ok());
        assert!(HostPattern::parse("*").is_err());
        assert!(HostPattern::parse("a.*.com").is_err());
    }
}
