//! Where a number comes from and how old it is.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Said under every widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Provenance {
    /// In words: `git history of callboard`, `the catalog`.
    pub source: String,
    /// When the data was read from its source.
    pub as_of: Timestamp,
}
