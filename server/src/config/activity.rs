//! `activity`: what is kept of what happened.

use super::macros::section;
use super::reader::Reader;
use super::tree::Tree;
use std::time::Duration;

section! {
    /// What is kept of what happened.
    pub struct Activity {
        /// Events, which other programs may follow.
        events("events"): Events;
    }
}

section! {
    /// Events, which other programs may follow.
    pub struct Events {
        /// How long events are kept.
        keep_for("keepFor"): Duration, example "7 days";
        /// How many events of a tenant are kept, from 1000 to 100000000: the oldest of more are
        /// removed.
        max_events("maxEvents"): u32, example "100000";
    }
    check Events::check;
}

impl Events {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if !(1_000..=100_000_000).contains(&self.max_events) {
            reader.expected_in(tree, "maxEvents", "a number from 1000 to 100000000", "");
        }
    }
}
