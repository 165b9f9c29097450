//! `/api/catalog/changes`: what changed, an addition of our own.

use crate::rest::answer::{Asked, value};
use crate::rest::params::Params;
use axum::http::StatusCode;
use axum::response::Response;
use model::changes::{ChangesQuery, MAX_CHANGES_PER_PAGE};
use model::{Error, Result};

/// `GET /changes`
pub async fn list(asked: Asked) -> Response {
    let outcome = listed(&asked).await;
    asked.answer(outcome)
}

async fn listed(asked: &Asked) -> Result<Response> {
    const KNOWN: [&str; 9] =
        ["day", "since", "owner", "kind", "author", "change", "entity", "before", "limit"];
    let params = Params::read(&asked.query, &KNOWN)?;
    let text = |name| Ok::<_, Error>(params.one(name)?.unwrap_or_default().to_owned());
    let number = |name| {
        let number = params.number(name)?.unwrap_or_default();
        Ok::<_, Error>(i64::try_from(number).unwrap_or(i64::MAX))
    };
    let limit = params.number("limit")?.unwrap_or_default();
    if limit > MAX_CHANGES_PER_PAGE as usize {
        return Err(Error::invalid(format!(
            "request/query/limit must be <= {MAX_CHANGES_PER_PAGE}"
        )));
    }
    let query = ChangesQuery {
        day: text("day")?,
        since: number("since")?,
        owner: text("owner")?,
        kind: text("kind")?,
        author: text("author")?,
        change: text("change")?,
        entity: text("entity")?,
        before: number("before")?,
        limit: limit as u32,
    };
    value(StatusCode::OK, &asked.portal.catalog.changes(&asked.op, &query).await?)
}
