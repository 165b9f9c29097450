//! Entities by conditions, and the values that occur, for REST and GraphQL.

use crate::Catalog;
use access::{OpContext, Permission};
use bytes::Bytes;
use catalog_index::facets::{self, FacetRequest};
use catalog_index::query::{self, Entities, EntityPage, ListRequest, PageRequest, RefsRequest};
use model::Result;

impl Catalog {
    /// Entities as a list.
    pub async fn entities_listed(&self, op: &OpContext, request: &ListRequest) -> Result<Entities> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-fetch", "all", "");
        let state = self.state(op)?;
        query::entities_listed(state.index(), &state.lookup, request).await
    }

    /// A page of a query.
    pub async fn entities_page(&self, op: &OpContext, request: &PageRequest) -> Result<EntityPage> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-fetch", "by-query", "");
        let state = self.state(op)?;
        query::entities_page(&state.index(), &state.lookup, request).await
    }

    /// Entities by reference, in the order of the references; nothing where there is none, where
    /// the conditions do not hold and where a reference cannot be read.
    pub async fn entities_by_refs(
        &self,
        op: &OpContext,
        request: &RefsRequest,
    ) -> Result<Vec<Option<Bytes>>> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-fetch", "by-refs", "");
        let state = self.state(op)?;
        query::entities_by_refs(&state.index(), &state.lookup, request).await
    }

    /// The values at each path with how often they occur, as JSON: an object with a list of
    /// `{value, count}` for every path as it was asked for, sorted by value.
    pub async fn entity_facets(&self, op: &OpContext, request: &FacetRequest) -> Result<String> {
        op.authorize(Permission::CatalogEntityRead)?;
        activity::note_read(op, "entity-facets", "", "");
        let state = self.state(op)?;
        facets::entity_facets(&state.index(), &state.lookup, request).await
    }
}
