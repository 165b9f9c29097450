//! Panics, which are faults of the program: whoever asked gets an answer all the same, and the log
//! says where it was.

use crate::errors::error_response;
use crate::request::RequestContext;
use crate::telemetry::Metrics;
use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use http_body::{Frame, SizeHint};
use model::Error;
use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    /// What was said of panics while somebody on this thread waits to catch one.
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Logs and counts every panic that is caught by nobody else, with its place.
pub fn log_panics(metrics: Metrics) {
    std::panic::set_hook(Box::new(move |info| {
        let said = described(info);
        let is_awaited = SAID.with_borrow_mut(|during| {
            let Some(text) = during else { return false };
            if !text.is_empty() {
                text.push_str("; then ");
            }
            text.push_str(&said);
            true
        });
        if !is_awaited {
            metrics.panicked("background");
            tracing::error!("a panic {said}");
        }
    }));
}

/// `at crates/x/src/y.rs:12:3: index out of bounds`
fn described(info: &PanicHookInfo<'_>) -> String {
    let message = message(info.payload());
    match info.location() {
        Some(place) => format!("at {place}: {message}"),
        None => format!(": {message}"),
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message")
}

/// Carries out some work; the error says what a panic in it said.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = SAID.replace(Some(String::new()));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let said = SAID.replace(before).filter(|said| !said.is_empty());
    match (outcome, said) {
        (Ok(value), None) => Ok(value),
        (Ok(value), Some(said)) => {
            tracing::error!("a panic {said}");
            Ok(value)
        }
        (Err(_), Some(said)) => Err(said),
        (Err(payload), None) => Err(format!(": {}", message(&*payload))),
    }
}

/// The same for what is made step by step. What made it is dropped within, too: after a panic that
/// may be the next one.
pub async fn caught_async<F: Future>(future: F) -> Result<F::Output, String> {
    let mut slot = std::pin::pin!(Some(future));
    std::future::poll_fn(move |context| {
        let polled = caught(|| slot.as_mut().as_pin_mut().map(|future| future.poll(context)));
        let outcome = match polled {
            Ok(Some(Poll::Pending)) => return Poll::Pending,
            Ok(Some(Poll::Ready(value))) => Ok(value),
            Ok(None) => Err(": asked again after the end".to_owned()),
            Err(said) => Err(said),
        };
        if let Err(said) = caught(|| slot.set(None)) {
            tracing::error!("a panic {said}");
        }
        Poll::Ready(outcome)
    })
    .await
}

/// In which form a request is answered when it cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page for people.
    Page,
    /// An error for the portal's own program in the browser.
    ServerFn,
    /// An error for other programs.
    Rest,
}

impl Form {
    /// What a request asks for.
    pub fn of(request: &Request) -> Form {
        let path = request.uri().path();
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        if ["/api/", "/graphql", "/webhooks/"].iter().any(|area| path.starts_with(area)) {
            Form::Rest
        } else if path.starts_with("/fn/") && !accept.is_some_and(|it| it.contains("text/html")) {
            Form::ServerFn
        } else {
            Form::Page
        }
    }

    /// That something is wrong with the program, and how to find it in the log.
    pub fn answer(self, context: &RequestContext) -> Response {
        let error = Error::internal(&*context.request_id);
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        match self {
            Form::Rest => error_response(&error, context),
            Form::ServerFn => (status, Json(error)).into_response(),
            Form::Page => {
                let home = format!("{}/", context.base_path);
                let page = PAGE.replace("ERROR", &error.to_string()).replace("HOME", &home);
                (status, Html(page)).into_response()
            }
        }
    }
}

/// Made of nothing that could fail as well. Neither id nor path of a tenant needs to be escaped.
const PAGE: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
    <meta name=\"color-scheme\" content=\"light dark\"><title>Something went wrong</title></head>\
    <body><main><h1>Something went wrong</h1><p>ERROR</p>\
    <p>Go back and try again, or <a href=\"HOME\">open the first page</a>. Whoever runs the portal \
    finds the cause in its log under this id.</p></main></body></html>\n";

/// A body that is made while it is sent. When that panics the answer ends there, and the connection
/// with it, so that nobody takes it for the whole.
pub struct GuardedBody {
    body: Option<Body>,
    metrics: Metrics,
    area: &'static str,
}

impl GuardedBody {
    /// Watches a body.
    pub fn new(body: Body, metrics: Metrics, area: &'static str) -> GuardedBody {
        GuardedBody { body: Some(body), metrics, area }
    }
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let Some(body) = &mut this.body else { return Poll::Ready(None) };
        let said = match caught(|| Pin::new(body).poll_frame(context)) {
            Ok(polled) => return polled,
            Err(said) => said,
        };
        this.metrics.panicked(this.area);
        tracing::error!("a page was cut off by a panic {said}");
        if let Err(said) = caught(|| this.body = None) {
            tracing::error!("a panic {said}");
        }
        Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other("the page was cut off")))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(HttpBody::size_hint).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use futures_util::{StreamExt, stream};

    #[tokio::test]
    async fn a_panic_is_an_error_and_not_the_end() {
        assert_eq!(caught_async(async { 1 }).await, Ok(1));
        let failed = caught_async(async {
            tokio::task::yield_now().await;
            panic!("half way")
        });
        let said: Result<(), String> = failed.await;
        assert!(said.is_err_and(|said| said.contains("half way")));
        /// Panics a second time, as what was given up half way may.
        struct Worse;
        impl Drop for Worse {
            fn drop(&mut self) {
                panic!("again");
            }
        }
        let failed = caught_async(async {
            let _worse = Worse;
            tokio::task::yield_now().await;
        });
        assert!(failed.await.is_err());
    }

    #[tokio::test]
    async fn a_body_that_panics_ends_with_an_error() {
        let chunks = stream::iter(0..3).map(|number| match number {
            0 => Ok::<_, std::convert::Infallible>("begins"),
            _ => panic!("in the middle"),
        });
        let metrics = Metrics::new();
        let body = GuardedBody::new(Body::from_stream(chunks), metrics.clone(), "home");
        assert!(to_bytes(Body::new(body), 1000).await.is_err());
        let counted = metrics.render();
        assert!(counted.contains("callboard_panics_total{area=\"home\"} 1"), "{counted}");
    }

    #[test]
    fn each_asks_for_its_form() {
        let form = |path: &str, accept: &str| {
            let request = Request::get(path).header("accept", accept).body(Body::empty());
            Form::of(&request.expect("a request"))
        };
        assert_eq!(form("/catalog", "text/html"), Form::Page);
        assert_eq!(form("/fn/catalog/star_set", "text/html,*/*"), Form::Page);
        assert_eq!(form("/fn/catalog/star_set", "application/json"), Form::ServerFn);
        assert_eq!(form("/api/catalog/entities", "text/html"), Form::Rest);
        assert_eq!(form("/graphql", "*/*"), Form::Rest);
    }
}
