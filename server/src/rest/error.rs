//! The product's error as an HTTP answer, in Backstage's envelope.

use crate::middleware::RequestContext;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Error;
use serde_json::json;
use std::time::Duration;

/// `{error:{name,message}, request:{…}, response:{statusCode}}` with the fitting status.
pub fn error_response(error: &Error, context: &RequestContext) -> Response {
    let (status, name, message) = described(error, &context.request_id);
    let body = json!({
        "error": { "name": name, "message": message },
        "request": { "method": context.method.as_str(), "url": context.within_feature() },
        "response": { "statusCode": status.as_u16() },
    });
    (status, Json(body)).into_response()
}

/// To who has tried too often: when to come back.
pub fn wait_response(time: Duration, context: &RequestContext) -> Response {
    let seconds = time.as_secs() + 1;
    let message = format!("Too many wrong tokens came from this address. Wait {seconds} seconds.");
    let status = StatusCode::TOO_MANY_REQUESTS;
    let body = json!({
        "error": { "name": "TooManyRequestsError", "message": message },
        "request": { "method": context.method.as_str(), "url": context.within_feature() },
        "response": { "statusCode": status.as_u16() },
    });
    let wait = [(header::RETRY_AFTER, seconds.to_string())];
    (status, wait, Json(body)).into_response()
}

/// Status, name and message of an error in answers to other programs.
pub fn described(error: &Error, request_id: &str) -> (StatusCode, &'static str, String) {
    let (status, name) = match error {
        Error::Invalid { .. } => (StatusCode::BAD_REQUEST, "InputError"),
        Error::Unauthenticated { .. } => (StatusCode::UNAUTHORIZED, "AuthenticationError"),
        Error::Forbidden { .. } => (StatusCode::FORBIDDEN, "NotAllowedError"),
        Error::NotFound { .. } => (StatusCode::NOT_FOUND, "NotFoundError"),
        Error::Conflict { .. } => (StatusCode::CONFLICT, "ConflictError"),
        Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableError"),
        Error::Internal { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "Error"),
    };
    let message = match error {
        Error::Internal { .. } => {
            format!("An internal error occurred logId={request_id}")
        }
        other => other.to_string(),
    };
    (status, name, message)
}
