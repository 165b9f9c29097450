//! Slows down who tries secrets: after some wrong ones an address is refused for a while.
//!
//! The memory is fixed, whoever asks: counts stand in a table whose places are chosen by a hash
//! that nobody outside can compute. Two addresses may share a place, which is rare and harmless.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many places there are.
const PLACES: usize = 4096;

/// Counts what was wrong, by address and by account.
pub struct Throttle {
    hasher: RandomState,
    most: u32,
    within: Duration,
    counts: Mutex<Box<[Count]>>,
    /// What was right lately, so that those who know it are not held up by who tries: many
    /// programs may stand behind one address.
    known: Mutex<Box<[u64]>>,
}

#[derive(Clone, Copy)]
struct Count {
    since: Option<Instant>,
    wrong: u32,
}

impl Throttle {
    /// At most so many wrong ones of an address, and of an address for one account, within a time.
    pub fn new(most: u32, within: Duration) -> Throttle {
        Throttle {
            hasher: RandomState::new(),
            most,
            within,
            counts: Mutex::new(vec![Count { since: None, wrong: 0 }; PLACES].into()),
            known: Mutex::new(vec![0; PLACES].into()),
        }
    }

    /// How long to wait before the next try; nothing when it may be tried now.
    pub fn wait(&self, address: IpAddr, account: &str) -> Option<Duration> {
        self.wait_at(address, account, Instant::now())
    }

    fn wait_at(&self, address: IpAddr, account: &str, now: Instant) -> Option<Duration> {
        let counts = self.counts.lock().expect("not poisoned");
        let waits = self.places(address, account).into_iter().filter_map(|(place, most)| {
            let count = counts[place];
            let left = self.within.checked_sub(now.saturating_duration_since(count.since?))?;
            (count.wrong >= most && !left.is_zero()).then_some(left)
        });
        waits.max()
    }

    /// Notes a wrong try.
    pub fn wrong(&self, address: IpAddr, account: &str) {
        self.wrong_at(address, account, Instant::now());
    }

    fn wrong_at(&self, address: IpAddr, account: &str, now: Instant) {
        let mut counts = self.counts.lock().expect("not poisoned");
        for (place, _) in self.places(address, account) {
            let count = &mut counts[place];
            let is_over = |since| now.saturating_duration_since(since) >= self.within;
            if count.since.is_none_or(is_over) {
                *count = Count { since: Some(now), wrong: 0 };
            }
            count.wrong = count.wrong.saturating_add(1);
        }
    }

    /// Notes that this secret is right for this address.
    pub fn right(&self, address: IpAddr, secret: &str) {
        let (place, hash) = self.secret_place(address, secret);
        self.known.lock().expect("not poisoned")[place] = hash;
    }

    /// Whether this secret was right for this address lately.
    pub fn is_known(&self, address: IpAddr, secret: &str) -> bool {
        let (place, hash) = self.secret_place(address, secret);
        self.known.lock().expect("not poisoned")[place] == hash
    }

    /// The places to count at, with how much each bears: an address may try several accounts.
    fn places(&self, address: IpAddr, account: &str) -> [(usize, u32); 2] {
        let network = network_of(address);
        let of_account = self.place(&(network, account));
        let of_address = self.place(&(network, "", 0_u8));
        [(of_account, self.most), (of_address, self.most.saturating_mul(3))]
    }

    fn place(&self, key: &impl Hash) -> usize {
        self.hasher.hash_one(key) as usize % PLACES
    }

    fn secret_place(&self, address: IpAddr, secret: &str) -> (usize, u64) {
        let hash = self.hasher.hash_one((network_of(address), secret)) | 1;
        ((hash >> 16) as usize % PLACES, hash)
    }
}

/// What belongs to one customer of a network: with version 6 a host has many addresses.
fn network_of(address: IpAddr) -> [u8; 8] {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            [0, 0, 0, 0, a, b, c, d]
        }
        IpAddr::V6(address) => {
            let octets = address.octets();
            std::array::from_fn(|at| octets[at])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn after_some_wrong_ones_an_account_has_to_wait_until_the_time_is_over() {
        let throttle = Throttle::new(3, MINUTE);
        let (here, there) = (address("192.0.2.1"), address("198.51.100.7"));
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(throttle.wait_at(here, "jane", now), None);
            throttle.wrong_at(here, "jane", now);
        }
        assert_eq!(throttle.wait_at(here, "jane", now + MINUTE / 2), Some(MINUTE / 2));
        assert_eq!(throttle.wait_at(here, "john", now), None, "another account");
        assert_eq!(throttle.wait_at(there, "jane", now), None, "another address");
        assert_eq!(throttle.wait_at(here, "jane", now + MINUTE), None, "later");
        // Trying many accounts does not help.
        for account in ["a", "b", "c", "d", "e", "f", "g"] {
            throttle.wrong_at(here, account, now);
        }
        assert!(throttle.wait_at(here, "unheard of", now).is_some());
    }

    #[test]
    fn addresses_of_one_network_count_together() {
        let throttle = Throttle::new(1, MINUTE);
        throttle.wrong(address("2001:db8:0:1::1"), "jane");
        assert!(throttle.wait(address("2001:db8:0:1:ffff::2"), "jane").is_some());
        assert!(throttle.wait(address("2001:db8:0:2::1"), "jane").is_none());
        throttle.wrong(address("::ffff:192.0.2.1"), "jane");
        assert!(throttle.wait(address("192.0.2.1"), "jane").is_some());
    }

    #[test]
    fn what_was_right_lately_is_known_for_its_address_only() {
        let throttle = Throttle::new(1, MINUTE);
        throttle.right(address("192.0.2.1"), "secret");
        assert!(throttle.is_known(address("192.0.2.1"), "secret"));
        assert!(!throttle.is_known(address("192.0.2.1"), "secre"));
        assert!(!throttle.is_known(address("192.0.2.2"), "secret"));
    }
}
