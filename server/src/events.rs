//! What a page follows while it is open, as server-sent events: the log of a run, and whether the
//! catalog's list or an entity is still as the page shows it.

use crate::state::AppState;
use access::OpContext;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use catalog::Follower;
use futures_util::stream;
use model::Error;
use model::catalog::EntityQuery;
use model::entity_ref::EntityRef;
use model::task::TaskEvent;
use serde::Deserialize;
use std::collections::{HashMap, VecDeque};
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
    let stream = stream::unfold(follow, next);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// How long a reader waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

/// `GET /events/catalog?…`: tells when the list of this query is not what `mark` stands for.
pub async fn list(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mark = seen(&headers, &asked);
    let query = EntityQuery::from_address(|key| asked.get(key).cloned().unwrap_or_default());
    changes(state.portal.catalog.list_follow(&op, query, mark), &context)
}

/// `GET /events/catalog/{namespace}/{kind}/{name}`: tells when an entity's page is not what `mark`
/// stands for.
pub async fn entity(
    State(state): State<AppState>,
    Extension(op): Extension<OpContext>,
    Extension(context): Extension<RequestContext>,
    Path((namespace, kind, name)): Path<(String, String, String)>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let entity_ref = EntityRef::parse(&format!("{kind}:{namespace}/{name}"))
        .map_err(|error| Error::invalid(error.to_string()));
    let mark = seen(&headers, &asked);
    let catalog = &state.portal.catalog;
    let follower = entity_ref.and_then(|entity_ref| catalog.entity_follow(&op, entity_ref, mark));
    changes(follower, &context)
}

/// What the page shows: what it was told last, or what it came with.
fn seen(headers: &HeaderMap, asked: &HashMap<String, String>) -> String {
    let told = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    told.or_else(|| asked.get("mark").cloned()).unwrap_or_default()
}

/// A `changed` for each mark.
fn changes(follower: model::Result<Follower>, context: &RequestContext) -> Response {
    let follower = match follower {
        Ok(follower) => follower,
        Err(error) => return crate::rest::error_response(&error, context),
    };
    let marks = stream::unfold(follower, |mut follower| async move {
        let mark = follower.next().await?;
        let event = Event::default().event("changed").id(&mark).data(mark);
        Some((Ok::<_, Infallible>(event), follower))
    });
    // The first words open the stream at once, however long nothing changes.
    let opening = stream::iter([Ok(Event::default().retry(RETRY).comment("following"))]);
    let stream = futures_util::StreamExt::chain(opening, marks);
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
