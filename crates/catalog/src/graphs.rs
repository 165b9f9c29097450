//! Diagrams around entities, and what depends on them.

use crate::Catalog;
use access::{OpContext, Permission};
use catalog_index::graph;
use model::Result;
use model::entity_ref::EntityRef;
use model::graph::{EntityGraph, GraphQuery, Impact};

impl Catalog {
    /// What is around an entity, to a depth and along chosen relations. An owner is shown, but what
    /// else it owns is not: that says nothing about the entity.
    pub fn entity_graph(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        query: &GraphQuery,
    ) -> Result<EntityGraph> {
        op.authorize(Permission::CatalogEntityRead)?;
        let start = self.item(op, entity_ref)?;
        let state = self.state(op)?;
        Ok(graph::around(&state.index(), &state.kinds(), &start, query))
    }

    /// The parts of an entity and how they hang together.
    pub fn entity_parts(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<EntityGraph> {
        op.authorize(Permission::CatalogEntityRead)?;
        let whole = self.item(op, entity_ref)?;
        let state = self.state(op)?;
        Ok(graph::parts(&state.index(), &state.kinds(), &whole))
    }

    /// What depends on an entity, directly or not.
    pub fn entity_impact(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Impact> {
        op.authorize(Permission::CatalogEntityRead)?;
        let start = self.item(op, entity_ref)?;
        Ok(graph::impact(&self.state(op)?.index(), &start))
    }
}
