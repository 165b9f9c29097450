//! `/api/catalog`: entities, as the reference's clients ask for them.

use super::error_response;
use crate::middleware::RequestContext;
use access::OpContext;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use model::Result;
use model::entity_ref::EntityRef;
use portal::Portal;
use std::sync::Arc;

/// `GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}`, in any letter case.
pub async fn entity_by_name(
    Extension(portal): Extension<Arc<Portal>>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path((kind, namespace, name)): Path<(String, String, String)>,
) -> Response {
    let entity_ref = EntityRef::new(kind, namespace, name);
    answer(portal.catalog.entity_json(&op, &entity_ref), &context)
}

/// `GET /api/catalog/entities/by-uid/{uid}`
pub async fn entity_by_uid(
    Extension(portal): Extension<Arc<Portal>>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(uid): Path<String>,
) -> Response {
    answer(portal.catalog.entity_json_by_uid(&op, &uid), &context)
}

/// `GET /api/catalog/entities`: all of them, by uid.
pub async fn entities(
    Extension(portal): Extension<Arc<Portal>>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
) -> Response {
    let joined = portal.catalog.entities_json(&op).map(|entities| {
        let size = entities.iter().map(|entity| entity.len() + 1).sum::<usize>() + 2;
        let mut text = Vec::with_capacity(size);
        text.push(b'[');
        for (index, entity) in entities.iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            text.extend_from_slice(entity);
        }
        text.push(b']');
        Bytes::from(text)
    });
    answer(joined, &context)
}

/// JSON that is ready to be sent.
fn answer(outcome: Result<Bytes>, context: &RequestContext) -> Response {
    match outcome {
        Ok(json) => {
            let mut response = Response::new(Body::from(json));
            let value = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, value);
            response
        }
        Err(error) => error_response(&error, context).into_response(),
    }
}
