//! The address a request comes from: that of the connection, or the one that a proxy names which the
//! configuration trusts.

use crate::config::values::Network;
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, Request, header};
use std::net::{IpAddr, SocketAddr};

/// What older proxies write.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies in front of the program.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(pub Vec<Network>);

/// The address a proxy named, beside a request.
#[derive(Debug, Clone, Copy)]
struct Client(IpAddr);

impl TrustedProxies {
    /// Notes the client's address beside the request when it is not that of the connection.
    pub fn note_client<B>(&self, request: &mut Request<B>) {
        let Some(proxy) = peer(request.extensions()).filter(|peer| self.trust(*peer)) else {
            return;
        };
        let client = self.client(proxy, request.headers());
        if client != proxy {
            request.extensions_mut().insert(Client(client));
        }
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// The client behind a trusted proxy. A proxy writes one of the two headers and may hand on the
    /// other as the client sent it: when they do not agree, nobody knows which is which.
    fn client(&self, proxy: IpAddr, headers: &HeaderMap) -> IpAddr {
        let by_list = self.last_untrusted(proxy, &listed(headers));
        let by_pairs = self.last_untrusted(proxy, &in_pairs(headers));
        match (by_list, by_pairs) {
            (Some(one), Some(other)) if one == other => one,
            (Some(one), None) | (None, Some(one)) => one,
            (Some(_), Some(_)) | (None, None) => proxy,
        }
    }

    /// Each proxy adds the address it was asked from at the end, so only what stands after the
    /// last untrusted one is known to be true. None without the header.
    fn last_untrusted(&self, proxy: IpAddr, hops: &[Option<IpAddr>]) -> Option<IpAddr> {
        if hops.is_empty() {
            return None;
        }
        let mut nearest = proxy;
        for hop in hops.iter().rev() {
            // What cannot be read hides the rest.
            let Some(hop) = hop else { break };
            nearest = *hop;
            if !self.trust(*hop) {
                break;
            }
        }
        Some(nearest)
    }
}

/// The addresses of `X-Forwarded-For`, in the order of the text.
fn listed(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    values
        .flat_map(|value| match value.to_str() {
            Ok(text) => text.split(',').map(address).collect(),
            Err(_) => vec![None],
        })
        .collect()
}

/// The addresses of `Forwarded`, in the order of the text. A quoted text with a comma in it is no
/// address, so that its parts are none either.
fn in_pairs(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hop = |element: &str| {
        element.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("for")
                .then(|| address(value.trim().trim_matches('"')))?
        })
    };
    let values = headers.get_all(header::FORWARDED).iter();
    values
        .flat_map(|value| match value.to_str() {
            Ok(text) => text.split(',').map(hop).collect(),
            Err(_) => vec![None],
        })
        .collect()
}

/// An address with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

/// The address a request came from.
pub fn peer(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(Client(client)) = extensions.get::<Client>() {
        return Some(*client);
    }
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(peer.ip().to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(from: &str, headers: &[(&'static str, &str)]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"];
        let proxies = networks.map(|network| Network::parse(network).expect("a network"));
        let mut request = Request::new(());
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a header value"));
        }
        let from: SocketAddr = from.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(from));
        TrustedProxies(proxies.to_vec()).note_client(&mut request);
        peer(request.extensions()).expect("an address").to_string()
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let list = |value: &'static str| [("x-forwarded-for", value)];
        assert_eq!(client("192.0.2.1:5", &list("198.51.100.7")), "192.0.2.1");
        assert_eq!(client("10.0.0.1:5", &list("198.51.100.7")), "198.51.100.7");
        assert_eq!(client("[::ffff:10.0.0.1]:5", &list("198.51.100.7")), "198.51.100.7");
        assert_eq!(client("10.0.0.1:5", &[]), "10.0.0.1");
        // What the client itself wrote stands before what its proxy added.
        for value in
            ["127.0.0.1, 198.51.100.7", "10.9.9.9, 198.51.100.7, 10.0.0.2", "x,198.51.100.7"]
        {
            assert_eq!(client("10.0.0.1:5", &list(value)), "198.51.100.7", "{value}");
        }
        assert_eq!(client("10.0.0.1:5", &list("198.51.100.7, unknown, 10.0.0.2")), "10.0.0.2");
        assert_eq!(client("10.0.0.1:5", &list("10.0.0.3, 10.0.0.2")), "10.0.0.3");
        assert_eq!(client("10.0.0.1:5", &list("")), "10.0.0.1");
        let two = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-for", "198.51.100.7:4711")];
        assert_eq!(client("[fd00::1]:5", &two), "198.51.100.7");
    }

    #[test]
    fn both_headers_are_read_and_have_to_agree() {
        let pairs = |value: &'static str| [("forwarded", value)];
        for value in [
            "for=198.51.100.7",
            "For=\"198.51.100.7:4711\";proto=https, for=10.0.0.2",
            "for=127.0.0.1;by=_x, by=10.0.0.2;for=198.51.100.7",
        ] {
            assert_eq!(client("10.0.0.1:5", &pairs(value)), "198.51.100.7", "{value}");
        }
        assert_eq!(client("10.0.0.1:5", &pairs("for=\"[2001:db8::1]:4711\"")), "2001:db8::1");
        assert_eq!(client("10.0.0.1:5", &pairs("for=\"[2001:db8::1]\"")), "2001:db8::1");
        assert_eq!(client("10.0.0.1:5", &pairs("for=_hidden")), "10.0.0.1");
        let mut both = [("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=198.51.100.7")];
        assert_eq!(client("10.0.0.1:5", &both), "198.51.100.7");
        both[1].1 = "for=127.0.0.1";
        assert_eq!(client("10.0.0.1:5", &both), "10.0.0.1");
    }
}
