//! Descriptors with what was edited in the portal, as files to download.

use crate::middleware::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use model::entity_ref::EntityRef;

/// `GET /catalog-files/{namespace}/{kind}/{name}`
pub async fn descriptor(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path((namespace, kind, name)): Path<(String, String, String)>,
) -> Response {
    let entity_ref = EntityRef::new(kind, namespace, name);
    match state.portal.catalog.overlay_descriptor(&op, &entity_ref).await {
        Ok(change) => {
            let mut response = change.text.into_response();
            let headers = response.headers_mut();
            let content_type = HeaderValue::from_static("application/yaml; charset=utf-8");
            headers.insert(header::CONTENT_TYPE, content_type);
            let attachment = HeaderValue::from_static("attachment");
            headers.insert(header::CONTENT_DISPOSITION, attachment);
            response
        }
        Err(error) => crate::rest::error_response(&error, &context),
    }
}
