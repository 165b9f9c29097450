//! `POST /webhooks/{github,gitlab,gitea}`: messages of hosts of source code, proven by signature.

use crate::errors::error_response;
use crate::request::RequestContext;
use crate::state::AppState;
use access::OpContext;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Router};
use catalog::{Delivery, Forge};

/// What a message may weigh at most.
const MAX_MESSAGE: usize = 5 * 1024 * 1024;

/// The addresses hosts send their messages to.
pub fn router(state: &AppState) -> Router {
    Router::new()
        .route("/webhooks/{forge}", post(receive))
        .layer(DefaultBodyLimit::max(MAX_MESSAGE))
        .with_state(state.clone())
}

/// The headers that say which message it is, what it is about, and what proves where it is from.
fn headers_of(forge: Forge) -> [&'static str; 3] {
    match forge {
        Forge::GitHub => ["x-github-delivery", "x-github-event", "x-hub-signature-256"],
        Forge::GitLab => ["x-gitlab-event-uuid", "x-gitlab-event", "x-gitlab-token"],
        Forge::Gitea => ["x-gitea-delivery", "x-gitea-event", "x-gitea-signature"],
    }
}

/// 202 when it is taken; what it says is looked at afterwards.
async fn receive(
    State(state): State<AppState>,
    Extension(context): Extension<RequestContext>,
    Path(forge): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(forge) = Forge::parse(&forge) else { return StatusCode::NOT_FOUND.into_response() };
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let [id, event, proof] = headers_of(forge).map(text);
    let op = OpContext::for_background(context.tenant.clone(), "webhook");
    let delivery = Delivery { forge, id, event, proof, body: &body };
    match state.portal.catalog.webhook_receive(&op, delivery).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => error_response(&error, &context),
    }
}
