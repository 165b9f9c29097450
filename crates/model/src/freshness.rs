//! How far an entity can be trusted.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How far an entity can be trusted, and since when. Whom to ask is its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// The state.
    pub state: FreshnessState,
    /// Since when; for a fresh one, when it last changed.
    pub since: Timestamp,
    /// Why, in a sentence; empty for a fresh one.
    pub reason: String,
}

/// How far an entity can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FreshnessState {
    /// As its source last gave it.
    Fresh,
    /// Its source cannot be read, or does not give it any more.
    Stale,
    /// Its descriptor has an error; this is the last good version.
    Broken,
    /// Nothing names it any more.
    Orphaned,
}

impl FreshnessState {
    /// The word for people.
    pub fn name(self) -> &'static str {
        match self {
            FreshnessState::Fresh => "fresh",
            FreshnessState::Stale => "stale",
            FreshnessState::Broken => "broken",
            FreshnessState::Orphaned => "orphaned",
        }
    }
}
