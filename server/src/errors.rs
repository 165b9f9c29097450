//! The product's error as an HTTP answer: the one place where it becomes a status and a body, for
//! REST, GraphQL and pages alike.

use crate::request::RequestContext;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Error;
use serde_json::{Value, json};

/// Backstage's envelope `{error:{name,message}, request:{…}, response:{statusCode}}`. What is wrong
/// with single fields stands in `error.errors`, each with the field's JSON pointer and its message.
pub fn error_response(error: &Error, context: &RequestContext) -> Response {
    let status = status(error);
    let mut described =
        json!({ "name": error.name(), "message": message(error, &context.request_id) });
    if !error.fields().is_empty() {
        let fields = error.fields().iter();
        let fields = fields.map(|it| json!({ "field": it.path, "message": it.message }));
        described["errors"] = Value::Array(fields.collect());
    }
    let body = json!({
        "error": described,
        "request": { "method": context.method.as_str(), "url": context.within_feature() },
        "response": { "statusCode": status.as_u16() },
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().extend(retry_after(error));
    response
}

/// The status of an error.
pub fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// When to come back, for who has tried too often.
pub fn retry_after(error: &Error) -> Option<(HeaderName, HeaderValue)> {
    let Error::TooMany { seconds, .. } = error else { return None };
    Some((header::RETRY_AFTER, HeaderValue::from(*seconds)))
}

/// What other programs are told. A fault of the program is known by its request alone.
pub fn message(error: &Error, request_id: &str) -> String {
    match error {
        Error::Internal { .. } => format!("An internal error occurred logId={request_id}"),
        other => other.to_string(),
    }
}
