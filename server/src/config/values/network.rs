//! Networks of addresses: `10.0.0.0/8`.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::Tree;
use ipnet::IpNet;
use std::net::IpAddr;

/// The addresses that begin with the same bits, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

const EXPECTED: &str = "a network such as `10.0.0.0/8`";

impl Network {
    /// Checks a network.
    pub fn parse(text: &str) -> Result<Network, String> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => Some(IpNet::from(address)),
            Err(_) => text.parse::<IpNet>().ok().map(|network| network.trunc()),
        };
        network.map(Network).ok_or_else(|| {
            "Write an address, or one with a slash and the number of its bits that count."
                .to_owned()
        })
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl Setting for Network {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, EXPECTED, Network::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_checked_and_hold_their_addresses() {
        let holds = |network: &str, address: &str| {
            Network::parse(network).expect(network).contains(address.parse().expect(address))
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.1.2.3/8", "10.9.9.9"), "the rest of the address does not count");
        assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
        assert!(holds("fd00::/8", "fd12::1") && !holds("fd00::/8", "fe80::1"));
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.7"), "however it is written");
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "localhost", "10.0.0.0/", "::/129"] {
            assert!(Network::parse(bad).is_err(), "{bad}");
        }
    }
}
