//! `/api/catalog/locations`: places that are registered at run time.

use crate::entity_path::EntityPath;
use crate::rest::answer::{Asked, empty, json, push_list, value};
use crate::rest::body::Object;
use crate::rest::params::Params;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use catalog::{LocationsRequest, OnConflict};
use model::Result;
use serde_json::json as object;

/// `GET /locations`
pub async fn list(asked: Asked) -> Response {
    asked.answer(asked.portal.catalog.locations(&asked.op).and_then(|found| {
        let wrapped: Vec<_> = found.iter().map(|location| object!({"data": location})).collect();
        value(StatusCode::OK, &wrapped)
    }))
}

/// `POST /locations`
pub async fn create(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = created(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn created(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let params = Params::read(&asked.query, &["dryRun", "onConflict"])?;
    let dry_run = params.flag("dryRun")?;
    let on_conflict = match params.choice("onConflict", &["refresh", "reject"])? {
        Some("refresh") => Some(OnConflict::Refresh),
        Some(_) => Some(OnConflict::Reject),
        None => None,
    };
    let (r#type, target) = place(headers, body)?;
    let (portal, op) = (&asked.portal, &asked.op);
    if dry_run {
        let checked = portal.catalog.location_check(op, &r#type, &target).await?;
        return value(
            StatusCode::CREATED,
            &object!({
                "exists": checked.exists,
                "location": checked.location,
                "entities": checked.entities,
            }),
        );
    }
    let location = portal.catalog.location_create(op, &r#type, &target, on_conflict).await?;
    value(StatusCode::CREATED, &object!({"location": location, "entities": []}))
}

/// `POST /locations/by-query`
pub async fn by_query(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    asked.answer(queried(&asked, &headers, &body))
}

fn queried(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let mut body = Object::read(headers, body)?;
    let request = LocationsRequest {
        query: body.value("query")?,
        limit: body.number("limit")?,
        cursor: body.text("cursor")?,
    };
    let page = asked.portal.catalog.locations_page(&asked.op, &request)?;
    let mut info = object!({});
    if let Some(cursor) = page.next_cursor {
        info["nextCursor"] = cursor.into();
    }
    let answer = object!({"items": page.items, "totalItems": page.total_items, "pageInfo": info});
    value(StatusCode::OK, &answer)
}

/// `GET /locations/by-entity/{kind}/{namespace}/{name}`
pub async fn by_entity(asked: Asked, Path(entity): Path<EntityPath>) -> Response {
    let found = asked.portal.catalog.location_of_entity(&asked.op, &entity.entity_ref());
    asked.answer(found.and_then(|location| value(StatusCode::OK, &location)))
}

/// `GET /locations/{id}`
pub async fn get(asked: Asked, Path(id): Path<String>) -> Response {
    let found = asked.portal.catalog.location(&asked.op, &id);
    asked.answer(found.and_then(|location| value(StatusCode::OK, &location)))
}

/// `PUT /locations/{id}`
pub async fn update(
    asked: Asked,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = match place(&headers, &body) {
        Ok((r#type, target)) => {
            asked.portal.catalog.location_update(&asked.op, &id, &r#type, &target).await
        }
        Err(error) => Err(error),
    };
    asked.answer(outcome.and_then(|location| value(StatusCode::OK, &location)))
}

/// `DELETE /locations/{id}`
pub async fn delete(asked: Asked, Path(id): Path<String>) -> Response {
    let outcome = asked.portal.catalog.location_delete(&asked.op, &id).await;
    asked.answer(outcome.map(|()| empty(StatusCode::NO_CONTENT)))
}

/// `POST /analyze-location`
pub async fn analyze(asked: Asked, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = analyzed(&asked, &headers, &body).await;
    asked.answer(outcome)
}

async fn analyzed(asked: &Asked, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
    let mut body = Object::read(headers, body)?;
    let location = body.object("location", "request/body/location")?;
    let mut location = body.required("location", location)?;
    let file_name = body.text("catalogFilename")?;
    let (r#type, target) = (location.text("type")?, location.text("target")?);
    location.required("type", r#type)?;
    let target = location.required("target", target)?;
    let found = asked.portal.catalog.location_analyze(&asked.op, &target, file_name.as_deref());
    let found = found.await?;
    let mut text = b"{\"existingEntityFiles\":".to_vec();
    let existing: Vec<Bytes> = found
        .existing
        .iter()
        .map(|described| {
            let location = &described.location;
            let (kind, target) = location.split_once(':').unwrap_or(("url", location));
            let location = object!({"type": kind, "target": target});
            let known = described.is_registered;
            let mut item =
                format!("{{\"isRegistered\":{known},\"location\":{location},\"entity\":")
                    .into_bytes();
            item.extend_from_slice(&described.entity);
            item.push(b'}');
            Bytes::from(item)
        })
        .collect();
    push_list(&mut text, existing.iter().map(Some));
    let drafts: Vec<_> =
        found.drafts.iter().map(|entity| object!({"entity": entity, "fields": []})).collect();
    text.extend_from_slice(format!(",\"generateEntities\":{}}}", object!(drafts)).as_bytes());
    Ok(json(text))
}

/// Type and target of a place, and nothing else but whether it has to be there.
fn place(headers: &HeaderMap, body: &Bytes) -> Result<(String, String)> {
    let mut body = Object::read(headers, body)?;
    let (r#type, target) = (body.text("type")?, body.text("target")?);
    body.choice("presence", &["required", "optional"])?;
    let (r#type, target) = (body.required("type", r#type)?, body.required("target", target)?);
    body.nothing_else()?;
    Ok((r#type, target))
}
