//! An entity as pages name it.

use crate::entity_ref::{DEFAULT_NAMESPACE, EntityRef};
use serde::{Deserialize, Serialize};

/// An entity as it is named on a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityLink {
    /// `component:default/website`, lower case.
    pub entity_ref: String,
    /// The kind as written, such as `Component`.
    pub kind: String,
    /// The title, or the name.
    pub title: String,
    /// Whether the catalog holds it; a dangling one is shown without a link.
    pub exists: bool,
}

impl EntityLink {
    /// `/catalog/default/component/website`; the list for what is no reference.
    pub fn path(&self) -> String {
        EntityRef::parse(&self.entity_ref).map_or("/catalog".to_owned(), |found| found.path())
    }

    /// `default`
    pub fn namespace(&self) -> String {
        let found = EntityRef::parse(&self.entity_ref);
        found.map_or(DEFAULT_NAMESPACE.to_owned(), |found| found.namespace)
    }
}
