//! `POST /graphql`: entities with what they relate to, as many levels as one request asks for.

mod entity;
mod limits;
mod query;
mod reader;

use crate::rest::answer::{Asked, value};
use crate::rest::body::insist_on_json;
use async_graphql::{
    EmptyMutation, EmptySubscription, ErrorExtensionValues, Request, Schema, ServerError, Variables,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::post;
use model::{Error, Result};
use query::Query;
use reader::Reader;
use serde::Deserialize;
use serde_json::Value;

/// What can be asked.
type Queries = Schema<Query, EmptyMutation, EmptySubscription>;

/// What clients send.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    query: String,
    operation_name: Option<String>,
    variables: Option<Value>,
}

/// The one address.
pub fn router() -> Router {
    Router::new()
        .route("/graphql", post(answer))
        .layer(DefaultBodyLimit::max(limits::MAX_BODY))
        .with_state(queries())
}

fn queries() -> Queries {
    Schema::build(Query, EmptyMutation, EmptySubscription)
        .limit_depth(limits::MAX_DEPTH)
        .limit_complexity(limits::MAX_COST)
        .finish()
}

/// `POST /graphql`: 200 with `data` and `errors` for whatever is a request of GraphQL.
async fn answer(
    State(queries): State<Queries>,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let posted = match read(&headers, &body) {
        Ok(posted) => posted,
        Err(error) => return asked.answer(Err(error)),
    };
    let mut response = match limits::parse(&posted.query) {
        Ok(document) => {
            let reader = Reader { portal: asked.portal.clone(), op: asked.op.clone() };
            let variables = Variables::from_json(posted.variables.unwrap_or_default());
            let mut request = Request::new(posted.query).variables(variables).data(reader);
            request.operation_name = posted.operation_name;
            request.set_parsed_query(document);
            queries.execute(request).await
        }
        Err(error) => async_graphql::Response::from_errors(vec![error]),
    };
    for error in &mut response.errors {
        complete(error, &asked.op.request_id);
    }
    asked.answer(value(StatusCode::OK, &response))
}

fn read(headers: &HeaderMap, body: &Bytes) -> Result<Posted> {
    insist_on_json(headers)?;
    serde_json::from_slice(body).map_err(|error| {
        Error::invalid(format!(
            "The body is no request of GraphQL ({error}): expected {{\"query\": \"…\", \
             \"variables\": {{…}}}}"
        ))
    })
}

/// Every error says what kind it is, and the request by which the log knows it.
fn complete(error: &mut ServerError, request_id: &str) {
    if let Some(message) = limits::explained(&error.message) {
        error.message = message;
    }
    let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
    if extensions.get("code").is_none() {
        extensions.set("code", "InputError");
    }
    extensions.set("requestId", request_id);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_schema_is_the_one_in_the_file() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
        let expected = super::queries().sdl();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &expected).expect("server/schema.graphql can be written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        let differs = expected.lines().zip(found.lines()).find(|(left, right)| left != right);
        assert!(
            found == expected,
            "server/schema.graphql is stale, first at {differs:?}. Run UPDATE_GOLDEN=1 cargo test \
             -p server --lib graphql and look at the difference"
        );
    }
}
