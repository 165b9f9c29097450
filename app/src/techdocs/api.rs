//! What the documentation pages ask the service.

use crate::error::AppError;
use leptos::server;
use model::docs::{DocsSummary, DocsView};
use model::entity_ref::EntityRef;

/// Every site.
#[server(prefix = "/fn", endpoint = "techdocs/site_list")]
pub async fn site_list() -> Result<DocsSummary, AppError> {
    crate::backend::run_page(|portal, op| async move { portal.techdocs.summary(&op).await }).await
}

/// One page of a site, with the site around it.
#[server(prefix = "/fn", endpoint = "techdocs/page_get")]
pub async fn page_get(entity_ref: EntityRef, path: String) -> Result<DocsView, AppError> {
    crate::backend::run_page(|portal, op| async move {
        portal.techdocs.page(&op, &entity_ref.to_string(), &path).await
    })
    .await
}
