//! The overview of the administration: how much there is, and what needs somebody.

use serde::{Deserialize, Serialize};

/// Figures of the catalog for administrators. What the person who asks may not see is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdministrationOverview {
    /// Entities, as the catalog lists them: without those of the kind Location.
    pub entities: u32,
    /// Entities of the kind Location, which only point to sources.
    pub locations: u32,
    /// Entities whose last refresh failed.
    pub broken: u32,
    /// Entities that nothing keeps any more.
    pub orphaned: u32,
    /// Descriptors that gave no entity, and sources that cannot be read.
    pub problems: u32,
    /// Sources by their status.
    pub sources: Option<SourceCounts>,
    /// Refreshes that are held, and what they would remove.
    pub pending: Option<PendingCounts>,
    /// Removed entities that can be restored.
    pub removed: Option<u32>,
    /// Kinds that were added, and built-in ones.
    pub kinds: Option<KindCounts>,
}

/// How many sources there are of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceCounts {
    /// All of them.
    pub total: u32,
    /// Refreshed without an error.
    pub ok: u32,
    /// Something in it, or all of it, cannot be read.
    pub error: u32,
    /// A removal waits for a decision.
    pub held: u32,
    /// Not refreshed since the program started.
    pub waiting: u32,
}

/// What waits for a decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingCounts {
    /// How many refreshes.
    pub refreshes: u32,
    /// How many entities they would remove.
    pub entities: u32,
}

/// How many kinds there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindCounts {
    /// Added by an administrator.
    pub own: u32,
    /// Built in.
    pub built_in: u32,
}
