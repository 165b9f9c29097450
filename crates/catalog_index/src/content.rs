//! The content of an entity as it stands in a row.

use model::entity::{Entity, Metadata};
use serde::Serialize;
use serde_json::{Map, Value};

/// Metadata comes first, so that uid and etag can be put in without taking the text apart.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    metadata: &'a Metadata,
    api_version: &'a str,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    spec: &'a Option<Map<String, Value>>,
}

/// The content with the mark of an orphan, or the same content when it cannot be read.
pub fn orphaned(content: &str) -> String {
    match serde_json::from_str::<Value>(content).map(Entity::from_json) {
        Ok(Ok(mut entity)) => {
            entity.annotate("backstage.io/orphan", "true");
            content_text(&mut entity)
        }
        _ => content.to_owned(),
    }
}

/// The content as it stands in a row.
pub fn content_text(entity: &mut Entity) -> String {
    // The catalog gives uids; what a descriptor says is passed over.
    entity.metadata.uid = None;
    let content = Content {
        metadata: &entity.metadata,
        api_version: &entity.api_version,
        kind: &entity.kind,
        spec: &entity.spec,
    };
    // Texts, lists and JSON values cannot fail to become JSON.
    serde_json::to_string(&content).unwrap_or_default()
}
