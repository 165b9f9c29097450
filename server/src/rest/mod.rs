//! The REST interface: thin doors to the services.

mod error;

pub use error::error_response;

use crate::middleware::RequestContext;
use crate::state::AppState;
use axum::http::StatusCode;
use axum::{Extension, Router};

/// Everything under `/api`.
pub fn router(state: &AppState) -> Router {
    Router::new().fallback(unknown).with_state(state.clone())
}

/// As the reference does it: an unknown path is 404 with an empty body.
async fn unknown(Extension(_): Extension<RequestContext>) -> StatusCode {
    StatusCode::NOT_FOUND
}
