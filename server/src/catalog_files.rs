//! Descriptors with what was edited in the portal, and definitions of APIs, as files to download.

use crate::entity_path::EntityPath;
use crate::errors::error_response;
use crate::request::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// `GET /catalog-files/{namespace}/{kind}/{name}`
pub async fn descriptor(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(entity): Path<EntityPath>,
) -> Response {
    match state.portal.catalog.overlay_descriptor(&op, &entity.entity_ref()).await {
        Ok(change) => file(change.text, "application/yaml; charset=utf-8", "attachment"),
        Err(error) => error_response(&error, &context),
    }
}

/// `GET /catalog-files/{namespace}/{kind}/{name}/definition`
pub async fn definition(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(entity): Path<EntityPath>,
) -> Response {
    match state.portal.apidocs.file(&op, &entity.entity_ref()) {
        Ok(found) => {
            // Whatever the language, a browser is to keep it and not to show it.
            let disposition = format!("attachment; filename=\"{}\"", found.name);
            file(found.text, "text/plain; charset=utf-8", &disposition)
        }
        Err(error) => error_response(&error, &context),
    }
}

fn file(text: String, content_type: &'static str, disposition: &str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    let attachment = HeaderValue::from_str(disposition);
    let attachment = attachment.unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, attachment);
    response
}
