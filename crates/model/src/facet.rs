//! What a filter offers.

use serde::{Deserialize, Serialize};

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FacetValue {
    /// What the address says.
    pub value: String,
    /// What the person reads.
    pub label: String,
    /// How many entities have it.
    pub count: u32,
}
