//! The REST interface: thin doors to the services, in Backstage's words.

pub(crate) mod answer;
pub(crate) mod body;
mod catalog;
mod params;
mod providers;
mod table;

use crate::state::AppState;
use axum::http::StatusCode;
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::Value;
use table::PathTable;

/// The description of every path, kept beside the code and compared with it by a test.
const OPENAPI: &str = include_str!("../../openapi.json");

/// Every path with its method, as the description names them.
pub const PATHS: [PathTable; 3] =
    [&[("get", "/api/openapi.json")], catalog::PATHS, providers::PATHS];

/// Everything under `/api`.
pub fn router(state: &AppState) -> Router {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .merge(catalog::router())
        .merge(providers::router())
        .method_not_allowed_fallback(unknown)
        .route("/api", any(unknown))
        .route("/api/{*path}", any(unknown))
        .with_state(state.clone())
}

/// `GET /api/openapi.json`
async fn openapi() -> Json<Value> {
    // The file is checked by a test, so it always parses.
    Json(serde_json::from_str(OPENAPI).unwrap_or_default())
}

/// As Backstage does it: an unknown path or method is 404 with an empty body.
async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_described_and_every_description_is_a_path() {
        let document: Value = serde_json::from_str(OPENAPI).expect("JSON");
        let mut described: Vec<(String, String)> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("methods").keys();
                methods.map(|method| (method.clone(), path.clone()))
            })
            .collect();
        let tables = PATHS.iter().flat_map(|table| table.iter());
        let mut served: Vec<(String, String)> =
            tables.map(|(method, path)| (method.to_string(), path.to_string())).collect();
        served.sort();
        described.sort();
        assert_eq!(described, served);
    }
}
