//! Kinds that a tenant's administrator adds at run time.

use super::shape::Misfit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Debug;

/// A kind as its administrator describes it: the form of REST, of files, and of what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindDefinition {
    /// `Queue`: what descriptors say in `kind`.
    pub name: String,
    /// What descriptors say in `apiVersion`: `acme.example/v1`.
    pub api_versions: Vec<String>,
    /// What people call one of them; the name when empty.
    #[serde(default)]
    pub title: String,
    /// What people call several of them; the title with an `s` when empty.
    #[serde(default)]
    pub plural: String,
    /// What such an entity is.
    #[serde(default)]
    pub description: String,
    /// One of [`KIND_ICONS`].
    #[serde(default = "default_icon")]
    pub icon: String,
    /// JSON Schema of the `spec`, draft 2020-12 or 7.
    pub schema: Value,
    /// The fields of the `spec` that refer to other entities.
    #[serde(default)]
    pub relations: Vec<KindRelation>,
}

/// A field of the `spec` that refers to other entities, and the relations it makes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct KindRelation {
    /// The way to the field, with dots between its steps: `owner`, `consumers.teams`. It holds one
    /// reference or a list of them; lists on the way are gone through.
    pub field: String,
    /// The kind of a reference that names none; without one it has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_kind: Option<String>,
    /// The relation from the entity to the one it names.
    pub outgoing: String,
    /// The relation back.
    pub incoming: String,
}

/// Icons a kind can have, by their names in the icon set.
pub const KIND_ICONS: [&str; 36] = [
    "box",
    "boxes",
    "activity",
    "book-open",
    "building-2",
    "calendar",
    "chart-column",
    "code",
    "component",
    "database",
    "file-code",
    "file-text",
    "folder",
    "gauge",
    "git-branch",
    "globe",
    "hash",
    "inbox",
    "keyboard",
    "layers",
    "link",
    "lock",
    "mail",
    "map-pin",
    "monitor",
    "network",
    "package",
    "puzzle",
    "rocket",
    "server",
    "shield",
    "star",
    "tag",
    "terminal",
    "timer",
    "workflow",
];

fn default_icon() -> String {
    KIND_ICONS[0].to_owned()
}

impl KindDefinition {
    /// What people call one of them.
    pub fn shown_title(&self) -> &str {
        if self.title.is_empty() { &self.name } else { &self.title }
    }

    /// What people call several of them.
    pub fn shown_plural(&self) -> String {
        match self.plural.is_empty() {
            true => format!("{}s", self.shown_title()),
            false => self.plural.clone(),
        }
    }
}

/// A kind that is ready to be checked against.
pub trait CustomKind: Debug + Send + Sync {
    /// What its administrator says about it.
    fn definition(&self) -> &KindDefinition;

    /// Everything in a `spec` that does not fit; pointers begin with `pointer`.
    fn check(&self, spec: &Value, pointer: &str) -> Vec<Misfit>;
}
