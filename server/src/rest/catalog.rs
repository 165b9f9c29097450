//! `/api/catalog`: entities and locations, as Backstage's clients ask for them.

mod changes;
mod entities;
mod kinds;
mod locations;

use super::table::PathTable;
use crate::state::AppState;
use axum::Router;
use axum::routing::{get, post};

/// Every path with its methods, as the description names them.
pub const PATHS: PathTable = &[
    ("get", "/api/catalog/entities"),
    ("get", "/api/catalog/entities/by-query"),
    ("post", "/api/catalog/entities/by-query"),
    ("get", "/api/catalog/entities/by-uid/{uid}"),
    ("delete", "/api/catalog/entities/by-uid/{uid}"),
    ("get", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}"),
    ("get", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}/ancestry"),
    ("post", "/api/catalog/entities/by-refs"),
    ("get", "/api/catalog/entity-facets"),
    ("post", "/api/catalog/entity-facets"),
    ("get", "/api/catalog/changes"),
    ("post", "/api/catalog/refresh"),
    ("post", "/api/catalog/validate-entity"),
    ("get", "/api/catalog/locations"),
    ("post", "/api/catalog/locations"),
    ("post", "/api/catalog/locations/by-query"),
    ("get", "/api/catalog/locations/by-entity/{kind}/{namespace}/{name}"),
    ("get", "/api/catalog/locations/{id}"),
    ("put", "/api/catalog/locations/{id}"),
    ("delete", "/api/catalog/locations/{id}"),
    ("post", "/api/catalog/analyze-location"),
    ("get", "/api/catalog/kinds"),
    ("get", "/api/catalog/kinds/{name}"),
    ("put", "/api/catalog/kinds/{name}"),
    ("delete", "/api/catalog/kinds/{name}"),
];

/// Everything under `/api/catalog`.
pub fn router() -> Router<AppState> {
    let by_name = "/api/catalog/entities/by-name/{kind}/{namespace}/{name}";
    Router::new()
        .route("/api/catalog/entities", get(entities::list))
        .route(
            "/api/catalog/entities/by-query",
            get(entities::by_query).post(entities::by_posted_query),
        )
        .route("/api/catalog/entities/by-uid/{uid}", get(entities::by_uid).delete(entities::delete))
        .route(by_name, get(entities::by_name))
        .route(&format!("{by_name}/ancestry"), get(entities::ancestry))
        .route("/api/catalog/entities/by-refs", post(entities::by_refs))
        .route("/api/catalog/entity-facets", get(entities::facets).post(entities::posted_facets))
        .route("/api/catalog/changes", get(changes::list))
        .route("/api/catalog/refresh", post(entities::refresh))
        .route("/api/catalog/validate-entity", post(entities::validate))
        .route("/api/catalog/locations", get(locations::list).post(locations::create))
        .route("/api/catalog/locations/by-query", post(locations::by_query))
        .route(
            "/api/catalog/locations/by-entity/{kind}/{namespace}/{name}",
            get(locations::by_entity),
        )
        .route(
            "/api/catalog/locations/{id}",
            get(locations::get).put(locations::update).delete(locations::delete),
        )
        .route("/api/catalog/analyze-location", post(locations::analyze))
        .route("/api/catalog/kinds", get(kinds::list))
        .route("/api/catalog/kinds/{name}", get(kinds::get).put(kinds::put).delete(kinds::delete))
}
