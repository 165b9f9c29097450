//! The product's error as an HTTP answer, in the reference's envelope.

use crate::middleware::RequestContext;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::Error;
use serde_json::json;

/// `{error:{name,message}, request:{…}, response:{statusCode}}` with the fitting status.
pub fn error_response(error: &Error, context: &RequestContext) -> Response {
    let (status, name, message) = told(error, &context.request_id);
    let body = json!({
        "error": { "name": name, "message": message },
        "request": { "method": context.method.as_str(), "url": context.within_feature() },
        "response": { "statusCode": status.as_u16() },
    });
    (status, Json(body)).into_response()
}

/// Status, name and message of an error as other programs are told.
pub fn told(error: &Error, request_id: &str) -> (StatusCode, &'static str, String) {
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
