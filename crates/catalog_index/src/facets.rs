//! How often each value occurs: what filters offer to programs.

use crate::index::Index;
use crate::item::push_json_text;
use crate::query::{Lookup, conditions, gather};
use model::{Error, Result};
use serde_json::Value;
use std::sync::Arc;

/// So many facets can be asked for at once.
const MOST_FACETS: usize = 100;

/// Which values are counted.
#[derive(Debug, Clone, Default)]
pub struct FacetRequest {
    /// The paths.
    pub facets: Vec<String>,
    /// Sets of conditions, of which one has to hold.
    pub filter: Vec<String>,
    /// A predicate, which has to hold besides.
    pub query: Option<Value>,
}

/// The values at each path with how often they occur, as JSON: an object with a list of
/// `{value, count}` for every path as it was asked for, sorted by value.
pub async fn entity_facets(
    index: &Arc<Index>,
    lookup: &Lookup,
    request: &FacetRequest,
) -> Result<String> {
    let asked: Vec<&str> = request.facets.iter().map(String::as_str).collect();
    if asked.is_empty() || asked.iter().any(|facet| facet.is_empty()) {
        return Err(Error::invalid("Missing or empty facets parameter"));
    }
    if asked.len() > MOST_FACETS {
        return Err(Error::invalid(format!(
            "Too many facets: {}, and at most {MOST_FACETS} can be asked for at once. Split \
             the request.",
            asked.len()
        )));
    }
    let condition = conditions(&request.filter, request.query.as_ref())?;
    let paths: Vec<String> = asked.iter().map(|facet| facet.to_lowercase()).collect();
    let more = paths.iter().map(String::as_str);
    let fields = gather(lookup, index, &condition, more).await?;
    let selected = condition.select(&fields, index.items.len());
    let mut json = String::from("{");
    for (at, (facet, path)) in asked.iter().zip(&paths).enumerate() {
        if asked[..at].contains(facet) {
            continue;
        }
        if at > 0 {
            json.push(',');
        }
        push_json_text(&mut json, facet);
        json.push(':');
        // Others get their turn, and it ends when nobody waits any more.
        tokio::task::yield_now().await;
        let field = fields.get(path);
        match &selected.list {
            None => json.push_str(field.facet()),
            Some(list) => json.push_str(&field.facet_among(list, selected.count)),
        }
    }
    json.push('}');
    Ok(json)
}
