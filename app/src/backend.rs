//! The one door from the user interface to the services, on the server only.

use crate::error::AppError;
use access::OpContext;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::Error;
use model::entity_ref::EntityRef;
use portal::Portal;
use std::sync::Arc;

/// Runs one service call for the request this is called in.
///
/// On a page that is being rendered its error does not become the page's status: one broken widget
/// does not break the page.
pub async fn run<T, F, Fut>(work: F) -> Result<T, AppError>
where
    F: FnOnce(Arc<Portal>, OpContext) -> Fut,
    Fut: Future<Output = model::Result<T>>,
{
    answer(use_context::<Parts>(), false, work).await
}

/// As [`run`], for the one thing a page is about: when that fails, the page's status says so.
pub async fn run_page<T, F, Fut>(work: F) -> Result<T, AppError>
where
    F: FnOnce(Arc<Portal>, OpContext) -> Fut,
    Fut: Future<Output = model::Result<T>>,
{
    answer(use_context::<Parts>(), true, work).await
}

async fn answer<T, F, Fut>(parts: Option<Parts>, sets_status: bool, work: F) -> Result<T, AppError>
where
    F: FnOnce(Arc<Portal>, OpContext) -> Fut,
    Fut: Future<Output = model::Result<T>>,
{
    let response = use_context::<ResponseOptions>();
    let found = parts.and_then(|parts| {
        let portal = parts.extensions.get::<Arc<Portal>>()?.clone();
        let op = parts.extensions.get::<OpContext>()?.clone();
        Some((portal, op))
    });
    let outcome = match found {
        Some((portal, op)) => {
            let request_id = op.request_id.clone();
            work(portal, op).await.map_err(|error| with_request_id(error, request_id))
        }
        None => Err(Error::internal("")),
    };
    if let Err(error) = &outcome
        && sets_status
        && let Some(response) = response
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    outcome.map_err(AppError)
}

/// After a form that a browser sent by itself: leads on to this path of the tenant. A call by the
/// portal's own program says what it takes, and is not led anywhere.
pub fn lead_on(path: &str) {
    let Some(parts) = use_context::<Parts>() else { return };
    let (Some(op), Some(response)) =
        (parts.extensions.get::<OpContext>(), use_context::<ResponseOptions>())
    else {
        return;
    };
    if parts.headers.contains_key(header::ACCEPT) || !parts.uri.path().starts_with("/fn/") {
        return;
    }
    if let Ok(to) = HeaderValue::from_str(&format!("{}{path}", op.base_path)) {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::LOCATION, to);
    }
}

/// What a form's handler found wrong and gave the page to show.
pub fn sent_back<T: Clone + Send + Sync + 'static>() -> Option<T> {
    use_context::<Parts>()?.extensions.get::<T>().cloned()
}

/// A reference from a page's address.
pub fn entity_ref(text: &str) -> model::Result<EntityRef> {
    EntityRef::parse(text).map_err(|error| Error::invalid(error.to_string()))
}

fn with_request_id(error: Error, request_id: std::sync::Arc<str>) -> Error {
    match error {
        Error::Internal { request_id: known } if known.is_empty() => Error::internal(&*request_id),
        other => other,
    }
}
