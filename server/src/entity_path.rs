//! The entity an address names.

use model::entity_ref::EntityRef;
use serde::Deserialize;

/// The segments `{kind}`, `{namespace}` and `{name}` of an address, wherever they stand in it.
#[derive(Deserialize)]
pub struct EntityPath {
    kind: String,
    namespace: String,
    name: String,
}

impl EntityPath {
    /// The entity.
    pub fn entity_ref(self) -> EntityRef {
        EntityRef::new(self.kind, self.namespace, self.name)
    }
}
