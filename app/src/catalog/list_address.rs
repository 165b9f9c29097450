//! The address of the list of what somebody asks for.

use crate::session::href;
use crate::ui::*;
use model::catalog::EntityQuery;

/// The address that shows this.
pub(super) fn address(query: &EntityQuery) -> String {
    query_url(&href("/catalog"), &query.pairs().into_iter().collect())
}
