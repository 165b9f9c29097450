//! Files of documentation sites: images and downloads, never anything a browser would run.

use crate::entity_path::EntityPath;
use crate::errors::error_response;
use crate::request::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What stands behind the entity in an address.
#[derive(Deserialize)]
pub struct FilePath {
    path: String,
}

/// `GET /docs-files/{namespace}/{kind}/{name}/{*path}`
pub async fn file(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(entity): Path<EntityPath>,
    Path(FilePath { path }): Path<FilePath>,
) -> Response {
    let entity_ref = entity.entity_ref().to_string();
    match state.portal.techdocs.asset(&op, &entity_ref, &path).await {
        Ok((bytes, content_type)) => {
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
            response
        }
        Err(error) => error_response(&error, &context),
    }
}
