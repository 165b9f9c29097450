//! Addresses that pages had in earlier versions: they lead on to those of today.

use crate::request::RequestContext;
use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Redirect;

/// `GET /create/tasks`
pub async fn run_list(
    Extension(context): Extension<RequestContext>,
    RawQuery(query): RawQuery,
) -> Redirect {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{}/create/runs{query}", context.base_path))
}

/// `GET /create/tasks/{id}`
pub async fn run(
    Extension(context): Extension<RequestContext>,
    Path(id): Path<String>,
) -> Redirect {
    // The id is outside content: only what an id may hold goes into the address.
    let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Redirect::permanent(&format!("{}/create/runs/{id}", context.base_path))
}
