//! What the catalog's pages ask the service.

use crate::error::AppError;
use leptos::server;
use model::catalog::{CatalogSummary, EntityLink, EntityList, EntityQuery, EntityView};
use model::source::SourceOverview;

/// One page of the list.
#[server(prefix = "/fn", endpoint = "catalog/entities_get", input = leptos::server_fn::codec::Json)]
pub async fn entities_get(query: EntityQuery) -> Result<EntityList, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.entity_list(&op, &query) })
        .await
}

/// Everything about one entity.
#[server(prefix = "/fn", endpoint = "catalog/entity_get")]
pub async fn entity_get(entity_ref: String) -> Result<EntityView, AppError> {
    crate::backend::run_page(|portal, op| async move {
        portal.catalog.entity_view(&op, &crate::backend::entity_ref(&entity_ref)?)
    })
    .await
}

/// Entities whose name or title holds the text.
#[server(prefix = "/fn", endpoint = "catalog/entity_find")]
pub async fn entity_find(text: String) -> Result<Vec<EntityLink>, AppError> {
    const HITS: usize = 12;
    crate::backend::run(
        |portal, op| async move { portal.catalog.entity_find(&op, &text, &[], HITS) },
    )
    .await
}

/// Descriptors with problems.
#[server(prefix = "/fn", endpoint = "catalog/problems_get")]
pub async fn problems_get() -> Result<CatalogSummary, AppError> {
    crate::backend::run(|portal, op| async move { portal.catalog.summary(&op) }).await
}

/// Asks for an entity's source to be read again now.
#[server(prefix = "/fn", endpoint = "catalog/entity_refresh")]
pub async fn entity_refresh(entity_ref: String) -> Result<(), AppError> {
    crate::backend::run(|portal, op| async move {
        portal.catalog.entity_refresh(&op, &crate::backend::entity_ref(&entity_ref)?).await
    })
    .await
}

/// Where entities come from, and the hosts that are asked for it.
#[server(prefix = "/fn", endpoint = "catalog/sources_get")]
pub async fn sources_get() -> Result<SourceOverview, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.catalog.source_list(&op) }).await
}

/// Asks for a source to be looked at now.
#[server(prefix = "/fn", endpoint = "catalog/source_refresh")]
pub async fn source_refresh(source: String) -> Result<(), AppError> {
    crate::backend::run(
        |portal, op| async move { portal.catalog.source_refresh(&op, &source).await },
    )
    .await
}
