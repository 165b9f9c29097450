//! What a page follows while it is open: the log of a run, as server-sent events.

use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use model::task::TaskEvent;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use crate::middleware::RequestContext;

/// `?after=` names the last event the reader has.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// How long a reader waits before it looks by itself: another instance may do the work.
const LOOK: Duration = Duration::from_secs(1);

struct Follow {
    state: AppState,
    op: OpContext,
    id: String,
    last: i64,
    waiting: VecDeque<TaskEvent>,
    ended: bool,
}

/// `GET /events/tasks/{id}`: each line of the log, ending with the run.
pub async fn task(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(id): Path<String>,
    Query(after): Query<After>,
    headers: HeaderMap,
) -> Response {
    // The first look decides whether there is such a run and whether it may be seen.
    if let Err(error) = state.portal.scaffolder.task_status(&op, &id).await {
        return crate::rest::error_response(&error, &context);
    }
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let last = seen.unwrap_or(after.after);
    let follow = Follow { state, op, id, last, waiting: VecDeque::new(), ended: false };
    let stream = futures_util::stream::unfold(follow, next);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

async fn next(mut follow: Follow) -> Option<(Result<Event, Infallible>, Follow)> {
    let mut changes = follow.state.portal.scaffolder.changes();
    loop {
        if let Some(event) = follow.waiting.pop_front() {
            follow.last = event.id;
            follow.ended = event.r#type == "completion";
            let text = serde_json::to_string(&event).unwrap_or_default();
            let sent = Event::default().event("event").id(event.id.to_string()).data(text);
            return Some((Ok(sent), follow));
        }
        if follow.ended {
            return None;
        }
        let scaffolder = &follow.state.portal.scaffolder;
        let events = scaffolder.task_events(&follow.op, &follow.id, follow.last).await.ok()?;
        if events.is_empty() {
            // Whoever comes after the end has nothing to wait for.
            let status = scaffolder.task_status(&follow.op, &follow.id).await.ok()?;
            if status.is_final() {
                return None;
            }
            let _ = tokio::time::timeout(LOOK, changes.changed()).await;
        }
        follow.waiting.extend(events);
    }
}
