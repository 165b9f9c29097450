//! The host names the portal is served by. A name of somebody else that is pointed at this address
//! would let their pages speak with the portal as if they were its own.

use crate::config::Config;
use crate::config::values::Host;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// Host names that are served.
#[derive(Debug, Clone, Default)]
pub struct AllowedHosts {
    /// In lower case, without port; `*.` before one stands for all below it.
    names: Vec<String>,
    /// `localhost` and addresses of this machine.
    loopback: bool,
    /// Every numeric address: no name can be pointed at the portal by one.
    numeric: bool,
}

impl AllowedHosts {
    /// What the configuration says; `loopback` tells whether only this machine can connect.
    pub fn of(config: &Config, loopback: bool) -> AllowedHosts {
        let urls = [&config.app.base_url, &config.backend.base_url];
        let urls: Vec<&str> = urls
            .into_iter()
            .flatten()
            .filter_map(|url| {
                let (_, rest) = url.as_str().split_once("://")?;
                rest.split(['/', '?', '#']).next()
            })
            .collect();
        let tenants = config.tenants.values().flat_map(|tenant| &tenant.hosts);
        let tenants = tenants.map(|host| host.as_str());
        let more = config.backend.allowed_hosts.iter().map(|host| host.as_str());
        let has_address = !urls.is_empty();
        let names = urls.into_iter().chain(tenants).chain(more);
        AllowedHosts {
            names: names.map(|name| without_port(name).to_ascii_lowercase()).collect(),
            loopback: loopback || !has_address,
            numeric: !has_address,
        }
    }

    /// The answer to a request for another host, or for none or several.
    pub fn refusal(&self, request: &Request) -> Option<Response> {
        match host_of(request.headers(), request.uri()) {
            Ok(host) if self.serves(host) => None,
            Ok(host) => {
                let host: String = host.chars().filter(|c| !c.is_control()).take(255).collect();
                tracing::debug!(http.host = host, "refused a request for another host");
                let text = format!(
                    "The portal is not served as {host}. Open it at its own address; if this is \
                     one, whoever runs the portal adds the host to `backend.allowedHosts` in its \
                     configuration.\n"
                );
                Some((StatusCode::MISDIRECTED_REQUEST, text).into_response())
            }
            Err(text) => Some((StatusCode::BAD_REQUEST, text).into_response()),
        }
    }

    fn serves(&self, host: &str) -> bool {
        let name = without_port(host).to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let named = self.names.iter().any(|allowed| match allowed.strip_prefix("*.") {
            Some(domain) => name
                .strip_suffix(domain)
                .is_some_and(|below| below.len() > 1 && below.ends_with('.')),
            None => allowed == name,
        });
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        named
            || self.numeric && address.is_some()
            || self.loopback
                && (name == "localhost"
                    || name.ends_with(".localhost")
                    || address.is_some_and(|address| address.is_loopback()))
    }
}

/// The one host a request names. What stands in the request's address has to be the same.
fn host_of<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Result<&'a str, &'static str> {
    let mut named = headers.get_all(header::HOST).iter();
    let first = named.next().ok_or("The request names no host.\n")?;
    if named.next().is_some() {
        return Err("The request names several hosts.\n");
    }
    let host = first.to_str().map_err(|_| "The request's host cannot be read.\n")?;
    if !is_host(host) {
        return Err("The request names no host: expected one name or address.\n");
    }
    match uri.authority() {
        Some(authority) if authority.as_str() != host => {
            Err("The request names two different hosts.\n")
        }
        _ => Ok(host),
    }
}

/// Whether this is one name or numeric address, with a port or without.
fn is_host(host: &str) -> bool {
    // A port may be left out after its colon, a name may end with the root's dot.
    let host = host.strip_suffix(':').unwrap_or(host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_bare = name.starts_with('[') || !name.contains(':');
    is_bare && Host::parse(name).is_ok() && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn hosts(text: &str, loopback: bool) -> AllowedHosts {
        let config = Config::parse("callboard.yaml", Path::new("."), text, |_| None);
        AllowedHosts::of(&config.expect("is valid"), loopback)
    }

    #[test]
    fn only_configured_names_are_served_and_those_nobody_can_point_elsewhere() {
        let text = "app: {baseUrl: 'https://Portal.example:8443/x'}\n\
                    backend: {allowedHosts: ['*.inside.example', other.example]}\n\
                    tenants: {a: {hosts: [a.example]}}\n";
        let outside = hosts(text, false);
        for host in [
            "portal.example",
            "PORTAL.example.",
            "portal.example:8443",
            "a.example:1",
            "b.inside.example",
            "other.example",
        ] {
            assert!(outside.serves(host), "{host}");
        }
        for host in [
            "evil.example",
            "inside.example",
            "evilinside.example",
            "localhost",
            "127.0.0.1",
            "10.0.0.1",
            "portal.example.evil",
            "",
            ":80",
        ] {
            assert!(!outside.serves(host), "{host}");
        }
        let inside = hosts(text, true);
        for host in ["localhost:3000", "a.localhost", "127.0.0.1:3000", "[::1]:3000", "[::1]"] {
            assert!(inside.serves(host), "{host}");
        }
        assert!(!inside.serves("10.0.0.1") && !inside.serves("localhost.evil.example"));
        let unknown = hosts("{}", false);
        for host in ["10.0.0.1:3000", "[fd00::1]:3000", "localhost:3000"] {
            assert!(unknown.serves(host), "{host}");
        }
        assert!(!unknown.serves("evil.example"));
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        for host in [
            "localhost",
            "a.localhost:3000",
            "portal.example.",
            "portal.example.:80",
            "portal.example:",
            "10.0.0.1:80",
            "[::1]",
            "[fd00::1]:3000",
            "my_host",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":80",
            ".",
            "a.localhost, b.localhost",
            "a.localhost,b.localhost",
            "a.localhost b.localhost",
            "localhost/x",
            "user@localhost",
            "localhost:80:80",
            "localhost:port",
            "localhost:99999",
            "::1",
            "[::1",
            "a..localhost",
            "*.localhost",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
