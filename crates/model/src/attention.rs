//! What in the catalog waits for the person who looks.

use crate::catalog::{EntityLink, Problem};
use crate::history::HeldRun;
use serde::{Deserialize, Serialize};

/// What waits for the person who looks; failed runs are the scaffolder's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogAttention {
    /// Descriptors that gave no entity and places that cannot be read: the first of them.
    pub problems: Vec<Problem>,
    /// How many there are.
    pub problems_total: u32,
    /// Pending removals, for those who may decide on them.
    pub pending_removals: Vec<HeldRun>,
    /// How many entities they would remove.
    pub pending_entities: u32,
    /// Entities that are the person's without an owner that is in the catalog.
    pub unowned: AttentionEntities,
    /// Entities that are the person's whose last refresh failed.
    pub broken: AttentionEntities,
    /// Entities that are the person's that nothing names any more.
    pub orphaned: AttentionEntities,
}

/// Entities that wait for the person who looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttentionEntities {
    /// The first of them.
    pub entities: Vec<AttentionEntity>,
    /// How many there are.
    pub total: u32,
    /// The path of a page that lists them, such as `/catalog?owned=me&state=broken`; empty when
    /// there is none.
    pub path: String,
}

/// An entity that waits, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttentionEntity {
    /// Which one.
    pub entity: EntityLink,
    /// Why.
    pub reason: String,
}

impl CatalogAttention {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.problems_total == 0
            && self.pending_removals.is_empty()
            && [&self.unowned, &self.broken, &self.orphaned].iter().all(|found| found.total == 0)
    }
}
