//! Through which entities an entity came into the catalog.

use crate::Catalog;
use access::{OpContext, Permission};
use bytes::Bytes;
use model::entity_ref::EntityRef;
use model::{Error, Result};

/// The way from an entity to the place that is configured or registered.
#[derive(Debug, Clone)]
pub struct Ancestry {
    /// The entity.
    pub root_entity_ref: String,
    /// The entity and those above it, each as JSON and with what is right above it.
    pub items: Vec<(Bytes, Vec<String>)>,
}

impl Catalog {
    /// Where an entity came from.
    pub fn entity_ancestry(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Ancestry> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let root_entity_ref = entity_ref.to_string();
        if index.get(&root_entity_ref).is_none() {
            return Err(Error::not_found(format!("No such entity {root_entity_ref}")));
        }
        let mut items = Vec::new();
        let mut seen = vec![root_entity_ref.clone()];
        let mut next = index.get(&root_entity_ref);
        while let Some(item) = next {
            let parent = &*item.facts.origin.parent_ref;
            // A parent that is gone, or a circle, ends the way.
            next = index.get(parent).filter(|_| !seen.iter().any(|known| known == parent));
            let parents = next.iter().map(|parent| parent.facts.entity_ref.to_string()).collect();
            items.push((item.json(), parents));
            seen.push(parent.to_owned());
        }
        Ok(Ancestry { root_entity_ref, items })
    }
}
