//! What a handler is given, and how its answer is sent.

use crate::errors::error_response;
use crate::request::RequestContext;
use access::OpContext;
use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{Error, Result};
use portal::Portal;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;

/// How much of a long list is sent at a time, in bytes.
const PIECE: usize = 64 * 1024;

/// Who asks, and what answers.
pub struct Asked {
    /// The services.
    pub portal: Arc<Portal>,
    /// Who asks.
    pub op: OpContext,
    context: RequestContext,
    /// The part of the address behind the question mark.
    pub query: String,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, StatusCode> {
        // The middleware puts them there before any handler runs.
        let lacking = StatusCode::INTERNAL_SERVER_ERROR;
        Ok(Asked {
            portal: parts.extensions.get::<Arc<Portal>>().ok_or(lacking)?.clone(),
            op: parts.extensions.remove::<OpContext>().ok_or(lacking)?,
            context: parts.extensions.remove::<RequestContext>().ok_or(lacking)?,
            query: parts.uri.query().unwrap_or_default().to_owned(),
        })
    }
}

impl Asked {
    /// The answer of a handler, or its error in Backstage's envelope.
    pub fn answer(&self, outcome: Result<Response>) -> Response {
        outcome.unwrap_or_else(|error| error_response(&error, &self.context))
    }
}

/// JSON that is ready to be sent.
pub fn json(bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    let value = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, value);
    response
}

/// A value as JSON.
pub fn value(status: StatusCode, value: &impl Serialize) -> Result<Response> {
    let bytes = serde_json::to_vec(value).map_err(|error| {
        tracing::error!("an answer cannot be written: {error}");
        Error::internal("")
    })?;
    let mut response = json(bytes);
    *response.status_mut() = status;
    Ok(response)
}

/// No body.
pub fn empty(status: StatusCode) -> Response {
    status.into_response()
}

/// A list of what is JSON already; a long one is sent piece by piece.
pub fn list(mut items: impl Iterator<Item = Bytes> + Send + 'static) -> Response {
    let mut text = vec![b'['];
    if append(&mut text, &mut items, true) {
        return json(text);
    }
    let first = Some(Bytes::from(text));
    let rest = std::iter::from_fn({
        let mut ended = false;
        move || {
            if ended {
                return None;
            }
            let mut text = Vec::with_capacity(PIECE);
            ended = append(&mut text, &mut items, false);
            Some(Bytes::from(text))
        }
    });
    let pieces = first.into_iter().chain(rest).map(Ok::<_, Infallible>);
    json(Body::from_stream(futures_util::stream::iter(pieces)))
}

/// Adds items until there is enough; whether that was the end.
fn append(text: &mut Vec<u8>, items: &mut impl Iterator<Item = Bytes>, mut first: bool) -> bool {
    while text.len() < PIECE {
        let Some(item) = items.next() else {
            text.push(b']');
            return true;
        };
        if !std::mem::take(&mut first) {
            text.push(b',');
        }
        text.extend_from_slice(&item);
    }
    false
}

/// Adds a list of what is JSON already.
pub fn push_list<'a>(text: &mut Vec<u8>, items: impl Iterator<Item = Option<&'a Bytes>>) {
    text.push(b'[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            text.push(b',');
        }
        text.extend_from_slice(item.map_or(b"null", |item| item));
    }
    text.push(b']');
}
