//! `catalog.history` and `catalog.removals`: what is kept of the past, and what is not removed
//! without a question.

use super::macros::section;
use super::reader::Reader;
use super::tree::Tree;
use std::time::Duration;

section! {
    /// What is kept of the past.
    pub struct History {
        /// How long versions of entities are kept. The newest version of what is in the catalog
        /// stays.
        keep_for("keepFor"): Duration, example "2 years";
        /// How many versions of one entity are kept: up to 1000.
        max_versions("maxVersions"): u32, example "50";
    }
    check History::check;
}

section! {
    /// How entities are removed.
    pub struct Removals {
        /// How long a removal can be undone.
        undo_for("undoFor"): Duration, example "90 days";
        /// A source's run that would remove more than this share of what the source gave, in per
        /// cent, is held until an administrator has decided: up to 100, which holds nothing.
        hold_above("holdAbove"): u32, example "10";
        /// So many entities are removed without a question, whatever their share.
        free("free"): u32, example "0";
    }
    check Removals::check;
}

impl History {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        let most = ::catalog::MAX_VERSIONS;
        if !(1..=most).contains(&self.max_versions) {
            reader.expected_in(tree, "maxVersions", &format!("a number from 1 to {most}"), "");
        }
    }
}

impl Removals {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if self.hold_above > 100 {
            reader.expected_in(tree, "holdAbove", "per cent from 0 to 100", "");
        }
    }
}
