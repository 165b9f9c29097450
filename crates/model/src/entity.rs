//! Entities: what the catalog holds, as a typed view of their JSON.

use crate::entity_ref::{DEFAULT_NAMESPACE, EntityRef};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The annotation that says where the descriptor is.
pub const MANAGED_BY_LOCATION: &str = "backstage.io/managed-by-location";

/// Whether the catalog writes an annotation to note something about the entity for itself, so that
/// people are not shown it.
pub fn is_internal_annotation(key: &str) -> bool {
    ["backstage.io/managed-by-", "callboard.dev/"].iter().any(|own| key.starts_with(own))
}

/// An entity of any kind. What the kind says stands in `spec`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// `backstage.io/v1alpha1` for the core kinds.
    pub api_version: String,
    /// `Component`, `API`, …
    pub kind: String,
    /// What every kind has.
    pub metadata: Metadata,
    /// What this kind has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<Map<String, Value>>,
    /// How the entity relates to others; made by the catalog.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<EntityRelation>,
    /// What the catalog has to say about the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// What every entity says about itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// Unique in its kind and namespace, in any letter case.
    pub name: String,
    /// `default` when the descriptor has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A few words, plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Short values to select by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<BTreeMap<String, String>>,
    /// Values for programs, of any length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<BTreeMap<String, String>>,
    /// Single words to classify by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Addresses worth knowing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Link>>,
    /// Given by the catalog, another one after each registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Changes with the entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// Everything else that was written there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An address worth knowing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Absolute, of any scheme: check it before it becomes a link on a page.
    pub url: String,
    /// What to show instead of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The name of an icon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// What the link is for: `runbook`, `dashboard`, …
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub link_type: Option<String>,
    /// Everything else that was written there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One side of a relation, on the entity it starts from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityRelation {
    /// `ownedBy`, `dependsOn`, …
    #[serde(rename = "type")]
    pub relation_type: String,
    /// The full reference in lower case; there may be no such entity.
    pub target_ref: String,
}

/// What the catalog has to say about an entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// One remark each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<StatusItem>,
    /// Everything else that was written there.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A remark on an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusItem {
    /// Who remarks: `backstage.io/catalog-processing`.
    #[serde(rename = "type")]
    pub item_type: String,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// The remark.
    pub message: String,
    /// The error behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
}

impl Entity {
    /// The typed view of a JSON value. It knows types only; rules are in [`crate::validation`].
    pub fn from_json(value: Value) -> Result<Self, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// The entity as JSON.
    pub fn to_json(&self) -> Value {
        // A type of texts, lists and JSON values cannot fail to become JSON.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The reference of this entity, in the letter case of its descriptor.
    pub fn entity_ref(&self) -> EntityRef {
        EntityRef::new(&self.kind, self.namespace(), &self.metadata.name)
    }

    /// The namespace, `default` when there is none.
    pub fn namespace(&self) -> &str {
        self.metadata
            .namespace
            .as_deref()
            .filter(|namespace| !namespace.is_empty())
            .unwrap_or(DEFAULT_NAMESPACE)
    }

    /// What to call the entity on a page: its title, the display name of a person or group, or its
    /// name.
    pub fn display_name(&self) -> &str {
        self.metadata
            .title
            .as_deref()
            .or_else(|| self.spec_value("profile")?.get("displayName")?.as_str())
            .unwrap_or(&self.metadata.name)
    }

    /// A field of the spec.
    pub fn spec_value(&self, field: &str) -> Option<&Value> {
        self.spec.as_ref()?.get(field)
    }

    /// A field of the spec that is a text.
    pub fn spec_str(&self, field: &str) -> Option<&str> {
        self.spec_value(field)?.as_str()
    }

    /// The texts of a list in the spec.
    pub fn spec_list(&self, field: &str) -> Vec<&str> {
        match self.spec_value(field) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.metadata.annotations.as_ref()?.get(key).map(String::as_str)
    }

    /// Sets an annotation.
    pub fn annotate(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.metadata.annotations.get_or_insert_default().insert(key.into(), value.into());
    }

    /// The targets of the relations of one type.
    pub fn related<'a>(&'a self, relation_type: &'a str) -> impl Iterator<Item = &'a str> {
        self.relations
            .iter()
            .filter(move |relation| relation.relation_type == relation_type)
            .map(|relation| relation.target_ref.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_catalog_notes_for_itself_is_internal() {
        assert!(is_internal_annotation(MANAGED_BY_LOCATION));
        assert!(is_internal_annotation("backstage.io/managed-by-origin-location"));
        assert!(is_internal_annotation("callboard.dev/edited-fields"));
        assert!(!is_internal_annotation("backstage.io/techdocs-ref"));
        assert!(!is_internal_annotation("example.com/callboard.dev/x"));
    }
    use serde_json::json;

    #[test]
    fn an_entity_survives_the_typed_view() {
        let value = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {
                "name": "shop", "namespace": "web", "title": "The Shop", "description": "",
                "labels": {"a": ""}, "annotations": {"b": "c"}, "tags": ["java"],
                "links": [{"url": "https://a.b", "type": "docs", "extra": [1]}],
                "uid": "1", "etag": "2", "custom": {"deep": true},
            },
            "spec": {"type": "service", "dependsOn": ["a", 5, "b"], "x": null},
            "relations": [{"type": "ownedBy", "targetRef": "group:web/a"}],
            "status": {"items": [{"type": "t", "level": "error", "message": "m", "error": {"name": "E"}}]},
        });
        let entity = Entity::from_json(value.clone()).expect("an entity");
        assert_eq!(entity.to_json(), value);
        assert_eq!(entity.entity_ref().to_string(), "component:web/shop");
        assert_eq!(entity.display_name(), "The Shop");
        assert_eq!(entity.spec_str("type"), Some("service"));
        assert_eq!(entity.spec_list("dependsOn"), ["a", "b"]);
        assert_eq!(entity.annotation("b"), Some("c"));
        assert_eq!(entity.related("ownedBy").collect::<Vec<_>>(), ["group:web/a"]);
    }

    #[test]
    fn what_is_missing_stays_missing() {
        let value = json!({"apiVersion": "a/b", "kind": "K", "metadata": {"name": "n"}});
        let mut entity = Entity::from_json(value.clone()).expect("an entity");
        assert_eq!(entity.to_json(), value);
        assert_eq!(entity.namespace(), "default");
        assert_eq!(entity.display_name(), "n");
        entity.annotate("k", "v");
        assert_eq!(entity.to_json()["metadata"]["annotations"], json!({"k": "v"}));
    }

    #[test]
    fn people_are_called_by_their_display_name() {
        let value = json!({"apiVersion": "a", "kind": "User", "metadata": {"name": "n"},
            "spec": {"profile": {"displayName": "Jane Doe"}}});
        assert_eq!(Entity::from_json(value).expect("an entity").display_name(), "Jane Doe");
    }
}
