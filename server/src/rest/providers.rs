//! `/api/catalog/providers`: entities that programs give by themselves.

use super::table::PathTable;
use crate::errors::error_response;
use crate::request::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use catalog::Mutation;
use model::Error;
use portal::Portal;
use std::sync::Arc;

/// Every path with its methods, as the description names them.
pub const PATHS: PathTable =
    &[("post", "/api/catalog/providers/{name}"), ("delete", "/api/catalog/providers/{name}")];

/// Everything under `/api/catalog/providers`.
pub fn router() -> Router<AppState> {
    Router::new().route("/api/catalog/providers/{name}", post(push).delete(delete))
}

/// `POST /api/catalog/providers/{name}`
async fn push(
    Extension(portal): Extension<Arc<Portal>>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response {
    let mutation: Mutation = match serde_json::from_slice(&body) {
        Ok(mutation) => mutation,
        Err(error) => return error_response(&unreadable(&error), &context),
    };
    match portal.catalog.provider_push(&op, &name, mutation).await {
        Ok(report) => Json(report).into_response(),
        Err(error) => error_response(&error, &context),
    }
}

/// `DELETE /api/catalog/providers/{name}`
async fn delete(
    Extension(portal): Extension<Arc<Portal>>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(name): Path<String>,
) -> Response {
    match portal.catalog.provider_delete(&op, &name).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => error_response(&error, &context),
    }
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::invalid(format!(
        "The body is no mutation ({error}): expected {{\"type\": \"full\", \"entities\": […]}} or \
         {{\"type\": \"delta\", \"added\": […], \"removed\": […]}}"
    ))
}
