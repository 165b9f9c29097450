//! What watches the program: liveness, readiness, numbers, and the reload signal of development.

use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;

/// Whether this is one of the addresses below: they say nothing that concerns anybody, so they are
/// answered whatever host is named and however busy the program is.
pub fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics" | LIVENESS | READINESS)
}

/// Where Backstage says that it is alive.
pub const LIVENESS: &str = "/.backstage/health/v1/liveness";

/// Where Backstage says that it is ready.
pub const READINESS: &str = "/.backstage/health/v1/readiness";

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the databases can be read and written.
pub async fn readyz(State(state): State<AppState>) -> Response {
    match obstacle(&state).await {
        None => "ready\n".into_response(),
        Some(obstacle) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("{obstacle}\n")).into_response()
        }
    }
}

/// As Backstage's: the process answers.
pub async fn liveness() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// As Backstage's: work can be done.
pub async fn readiness(State(state): State<AppState>) -> Response {
    match obstacle(&state).await {
        None => Json(json!({"status": "ok"})).into_response(),
        Some(obstacle) => {
            let body = Json(json!({"message": obstacle, "status": "error"}));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}

/// What keeps the program from working.
async fn obstacle(state: &AppState) -> Option<&'static str> {
    let control = state.portal.databases.control();
    let tenants = state.portal.tenants.all().map(|tenant| &tenant.db);
    // All at once: one that does not answer takes its time.
    let checks = tenants.chain([control]).map(|db| async move {
        match tokio::time::timeout(PATIENCE, db.ping()).await {
            Ok(Ok(())) if db.is_writable().await => None,
            Ok(Ok(())) => Some("a database cannot be written"),
            _ => Some("a database does not answer"),
        }
    });
    join_all(checks).await.into_iter().flatten().next()
}

/// How long a database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `GET /robots.txt`: everything is for people who sign in.
pub async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

/// `GET /metrics` in Prometheus' text format.
pub async fn metrics(State(state): State<AppState>) -> Response {
    state.metrics.jobs(&state.portal.job_states());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.metrics.render()).into_response()
}

/// `GET /__reload` in development: says which build this is, and again when the site changes.
pub async fn reload(
    State(state): State<AppState>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let started = std::process::id();
    let stream = stream::unfold(String::new(), move |seen| {
        let state = state.clone();
        async move {
            loop {
                let version = format!("{started}{}", state.site.version());
                if version != seen {
                    let event = Event::default().data(&version);
                    return Some((Ok(event), version));
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}
