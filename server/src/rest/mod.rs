//! The REST interface: thin doors to the services, in the reference's words.

mod catalog;
mod error;
mod providers;

pub use error::error_response;

use crate::state::AppState;
use axum::http::StatusCode;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::Value;

/// The description of every path, kept beside the code and compared with it by a test.
const OPENAPI: &str = include_str!("../../openapi.json");

/// Every path with its method, as the description names them.
pub const PATHS: [(&str, &str); 6] = [
    ("get", "/api/openapi.json"),
    ("get", "/api/catalog/entities"),
    ("get", "/api/catalog/entities/by-name/{kind}/{namespace}/{name}"),
    ("get", "/api/catalog/entities/by-uid/{uid}"),
    ("post", "/api/catalog/providers/{name}"),
    ("delete", "/api/catalog/providers/{name}"),
];

/// Everything under `/api`.
pub fn router(state: &AppState) -> Router {
    Router::new()
        .route("/api/openapi.json", get(openapi))
        .route("/api/catalog/entities", get(catalog::entities))
        .route(
            "/api/catalog/entities/by-name/{kind}/{namespace}/{name}",
            get(catalog::entity_by_name),
        )
        .route("/api/catalog/entities/by-uid/{uid}", get(catalog::entity_by_uid))
        .route("/api/catalog/providers/{name}", post(providers::push).delete(providers::delete))
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

/// As the reference does it: an unknown path or method is 404 with an empty body.
async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_described_and_every_description_is_a_path() {
        let document: Value = serde_json::from_str(OPENAPI).expect("JSON");
        let described: Vec<(String, String)> = document["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().expect("methods").keys();
                methods.map(|method| (method.clone(), path.clone()))
            })
            .collect();
        let mut served: Vec<(String, String)> =
            PATHS.iter().map(|(method, path)| (method.to_string(), path.to_string())).collect();
        let mut described = described;
        served.sort();
        described.sort();
        assert_eq!(described, served);
    }
}
