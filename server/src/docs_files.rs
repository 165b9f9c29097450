//! Files of documentation sites: images and downloads, never anything a browser would run.

use crate::middleware::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// `GET /docs-files/{namespace}/{kind}/{name}/{*path}`
pub async fn file(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path((namespace, kind, name, path)): Path<(String, String, String, String)>,
) -> Response {
    let entity_ref = format!("{kind}:{namespace}/{name}");
    match state.portal.techdocs.asset(&op, &entity_ref, &path).await {
        Ok((bytes, content_type)) => {
            let mut response = bytes.into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
            response
        }
        Err(error) => crate::rest::error_response(&error, &context),
    }
}
