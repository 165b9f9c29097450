//! What watches the program: liveness, readiness, numbers, and the reload signal of development.

use crate::state::AppState;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use std::convert::Infallible;
use std::time::Duration;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the databases answer too.
pub async fn readyz(State(state): State<AppState>) -> Response {
    if state.portal.databases.control().ping().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the control database does not answer\n")
            .into_response();
    }
    for tenant in state.portal.tenants.all() {
        if tenant.db.ping().await.is_err() {
            return (StatusCode::SERVICE_UNAVAILABLE, "a tenant's database does not answer\n")
                .into_response();
        }
    }
    "ready\n".into_response()
}

/// `GET /metrics` in Prometheus' text format.
pub async fn metrics(State(state): State<AppState>) -> Response {
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
