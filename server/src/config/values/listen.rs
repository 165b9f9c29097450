//! The address the program listens on.

use crate::config::macros::section;
use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::{Tree, Value};
use std::fmt;
use std::net::IpAddr;

/// A host and a port to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Name or number of the interface; none means all.
    pub host: Option<String>,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

section! {
    /// An address in two keys.
    pub struct ListenKeys {
        /// Name or number of the interface; all of them when left out.
        host("host"): Option<String>, example "127.0.0.1";
        /// The port; 0 lets the system choose.
        port("port"): u16, example "7007";
    }
}

const EXPECTED: &str = "an address such as `:7007` or `127.0.0.1:7007`";

impl Listen {
    /// Reads `:7007`, `7007`, `host:7007` or `[::1]:7007`.
    pub fn parse(text: &str) -> Result<Listen, String> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port),
            None => ("", text),
        };
        let port = port
            .parse()
            .map_err(|_| "It ends in a port from 0 to 65535, such as `:7007`.".to_owned())?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(inner) => inner,
            None if host.contains(':') => {
                return Err("An IPv6 address stands in brackets: `[::1]:7007`.".to_owned());
            }
            None => host,
        };
        Listen::new(Some(host.to_owned()), port)
    }

    fn new(host: Option<String>, port: u16) -> Result<Listen, String> {
        let host = host.filter(|host| !host.is_empty() && host != "*");
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        match &host {
            Some(host) if !host.bytes().all(legal) => {
                Err("The host is a name or an IP address, without a scheme.".to_owned())
            }
            _ => Ok(Listen { host, port }),
        }
    }

    /// Whether only this machine can reach it.
    pub fn is_loopback(&self) -> bool {
        self.host.as_deref().is_some_and(|host| {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        })
    }
}

impl fmt::Display for Listen {
    /// `host:port`, as a socket is bound to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.as_deref() {
            None => write!(f, "0.0.0.0:{}", self.port),
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
        }
    }
}

impl Setting for Listen {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Scalar(EXPECTED), ListenKeys::shape()])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match &tree.value {
            Value::Map(_) => {
                let keys = ListenKeys::read(tree, reader)?;
                let listen = Listen::new(keys.host, keys.port);
                if let Err(hint) = &listen {
                    reader.error(&tree.place, hint);
                }
                listen.ok()
            }
            Value::Int(_) => Some(Listen { host: None, port: u16::read(tree, reader)? }),
            _ => reader.parse(tree, EXPECTED, Listen::parse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        let check = |text, shown: &str, loopback| {
            let listen = Listen::parse(text).expect(text);
            assert_eq!((listen.to_string().as_str(), listen.is_loopback()), (shown, loopback));
        };
        check(":7007", "0.0.0.0:7007", false);
        check("7007", "0.0.0.0:7007", false);
        check("*:7007", "0.0.0.0:7007", false);
        check("127.0.0.1:3000", "127.0.0.1:3000", true);
        check("localhost:0", "localhost:0", true);
        check("[::1]:80", "[::1]:80", true);
        check("[::]:80", "[::]:80", false);
        check("portal.example.com:80", "portal.example.com:80", false);
        check("127.0.0.1.example.com:80", "127.0.0.1.example.com:80", false);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", ":", "host", ":70000", "::1:80", "http://host:80", "a b:80", "host:80/x"] {
            assert!(Listen::parse(bad).is_err(), "{bad}");
        }
    }
}
