//! Kinds as pages show them.

use super::definition::KindRelation;
use crate::FieldError;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What every page needs to know of a kind the tenant has added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindLook {
    /// Its name in lower case.
    pub name: String,
    /// What people call one of them.
    pub title: String,
    /// What people call several of them.
    pub plural: String,
    /// The name of its icon.
    pub icon: String,
}

/// A kind in the list of kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindRow {
    /// Its name.
    pub name: String,
    /// What people call one of them.
    pub title: String,
    /// What such an entity is.
    pub description: String,
    /// The `apiVersion`s it is known in.
    pub api_versions: Vec<String>,
    /// How many entities are of this kind.
    pub entities: u32,
    /// Who changed it last and when; nothing for a built-in kind.
    pub changed: Option<(String, Timestamp)>,
}

/// What stands in the form of a kind, whether it makes sense or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindTyped {
    /// Its name.
    pub name: String,
    /// Its `apiVersion`s, with commas or spaces between them.
    pub api_versions: String,
    /// What people call one of them.
    pub title: String,
    /// What people call several of them.
    pub plural: String,
    /// What such an entity is.
    pub description: String,
    /// The name of its icon.
    pub icon: String,
    /// The schema of the `spec` as JSON or YAML.
    pub schema: String,
    /// Its relations; a row in which nothing is said does not count.
    pub relations: Vec<KindRelation>,
    /// A descriptor to try the schema on.
    pub sample: String,
}

/// The form of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindForm {
    /// The kind that is changed; nothing for a new one.
    pub editing: Option<String>,
    /// What stands in the fields.
    pub typed: KindTyped,
    /// What is wrong, by field.
    pub errors: Vec<FieldError>,
    /// What is wrong with the whole.
    pub message: Option<String>,
    /// What is wrong with the sample, when it was tried; nothing means that it fits.
    pub tried: Option<Vec<String>>,
    /// How many entities are of this kind.
    pub entities: u32,
    /// Who changed it last, and when.
    pub changed: Option<(String, Timestamp)>,
}
