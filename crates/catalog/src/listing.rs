//! The list page: which rows, in which order, and what the filters offer.

use crate::Catalog;
use crate::state::State;
use access::{OpContext, Permission};
use catalog_index::index::Index;
use catalog_index::list::{self, Listed, Personal, Stars};
use catalog_index::membership::owners;
use model::Result;
use model::catalog::{EntityList, EntityQuery};
use model::provenance::Provenance;

impl Catalog {
    /// One page of the list, without what people keep for themselves: nothing is starred. See
    /// [`Catalog::list_page`].
    pub fn entity_list(&self, op: &OpContext, query: &EntityQuery) -> Result<EntityList> {
        op.authorize(Permission::CatalogEntityRead)?;
        let state = self.state(op)?;
        Ok(listed(op, &state, query, &Stars::default()).list)
    }
}

/// Everything that fits a query: one walk through all entities, whatever is asked.
pub(crate) fn listed(op: &OpContext, state: &State, query: &EntityQuery, stars: &Stars) -> Listed {
    let index = state.index();
    let owners = op.principal.person().map_or(Vec::new(), |person| owners(person, &index));
    let personal = Personal { owners, stars };
    let provenance = provenance(state, &index);
    list::listed(&index, &state.kinds(), query, &personal, provenance)
}

/// Where figures of the whole catalog come from.
pub(crate) fn provenance(state: &State, index: &Index) -> Provenance {
    list::provenance(index, state.oldest_read(), access::now())
}
