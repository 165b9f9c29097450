//! What a page follows while it is open, as server-sent events: the log of a run, and whether the
//! catalog's list or an entity is still as the page shows it.

use crate::entity_path::EntityPath;
use crate::errors::error_response;
use crate::request::RequestContext;
use crate::sessions::session_ended;
use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use catalog::Subscription;
use futures_util::{StreamExt, stream};
use model::catalog::EntityQuery;
use model::task::TaskEvent;
use serde::Deserialize;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;

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
        return error_response(&error, &context);
    }
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let last = seen.unwrap_or(after.after);
    let ended = session_ended(state.clone(), context, headers);
    let follow = Follow { state, op, id, last, waiting: VecDeque::new(), ended: false };
    let stream = stream::unfold(follow, next).take_until(Box::pin(ended));
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// How long a reader waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

/// `GET /events/catalog?…`: tells when the list of this query is not what `etag` stands for.
pub async fn list(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let etag = seen(&headers, &asked);
    let query = EntityQuery::from_address(|key| asked.get(key).cloned().unwrap_or_default());
    let subscription = state.portal.catalog.list_subscribe(&op, query, etag);
    changes(subscription, &context, session_ended(state, context.clone(), headers))
}

/// `GET /events/catalog/{namespace}/{kind}/{name}`: tells when an entity's page is not what `etag`
/// stands for.
pub async fn entity(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path(entity): Path<EntityPath>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let etag = seen(&headers, &asked);
    let subscription = state.portal.catalog.entity_subscribe(&op, entity.entity_ref(), etag);
    changes(subscription, &context, session_ended(state, context.clone(), headers))
}

/// What the page shows: its last event, or what it came with.
fn seen(headers: &HeaderMap, asked: &HashMap<String, String>) -> String {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    last.or_else(|| asked.get("etag").cloned()).unwrap_or_default()
}

/// A `changed` for each change, until the session ends.
fn changes(
    subscription: model::Result<Subscription>,
    context: &RequestContext,
    ended: impl Future<Output = ()> + Send + 'static,
) -> Response {
    let subscription = match subscription {
        Ok(subscription) => subscription,
        Err(error) => return error_response(&error, context),
    };
    let etags = stream::unfold(subscription, |mut subscription| async move {
        let etag = subscription.next().await?;
        let event = Event::default().event("changed").id(&etag).data(etag);
        Some((Ok::<_, Infallible>(event), subscription))
    });
    // The first words open the stream at once, however long nothing changes.
    let opening = stream::iter([Ok(Event::default().retry(RETRY).comment("subscribed"))]);
    let stream = opening.chain(etags).take_until(Box::pin(ended));
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
