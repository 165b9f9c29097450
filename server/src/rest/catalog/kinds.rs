//! `/api/catalog/kinds`: kinds of entities that were added to the built-in ones.

use crate::rest::answer::{Asked, empty, value};
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use model::kind::definition::KindDefinition;
use model::{Error, Result};

/// `GET /kinds`
pub async fn list(asked: Asked) -> Response {
    let found = asked.portal.catalog.kind_list(&asked.op);
    asked.answer(found.and_then(|found| value(StatusCode::OK, &found)))
}

/// `GET /kinds/{name}`
pub async fn get(asked: Asked, Path(name): Path<String>) -> Response {
    let found = asked.portal.catalog.kind_get(&asked.op, &name);
    asked.answer(found.and_then(|found| value(StatusCode::OK, &found)))
}

/// `PUT /kinds/{name}`
pub async fn put(asked: Asked, Path(name): Path<String>, body: Bytes) -> Response {
    let outcome = written(&asked, &name, &body).await;
    asked.answer(outcome)
}

async fn written(asked: &Asked, name: &str, body: &Bytes) -> Result<Response> {
    let definition: KindDefinition = serde_json::from_slice(body).map_err(|error| {
        Error::invalid(format!(
            "The body is no definition of a kind ({error}): expected {{\"name\": …, \
             \"apiVersions\": […], \"schema\": {{…}}, \"relations\": […]}}"
        ))
    })?;
    let catalog = &asked.portal.catalog;
    let status = match catalog.kind_put(&asked.op, name, definition).await? {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    value(status, &catalog.kind_get(&asked.op, name)?)
}

/// `DELETE /kinds/{name}`
pub async fn delete(asked: Asked, Path(name): Path<String>) -> Response {
    let outcome = asked.portal.catalog.kind_delete(&asked.op, &name).await;
    asked.answer(outcome.map(|()| empty(StatusCode::NO_CONTENT)))
}
