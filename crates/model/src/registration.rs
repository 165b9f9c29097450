//! What registering an address would do, told before anything is written.

use crate::catalog::{EntityLink, Problem, RelationView};
use crate::history::FieldChange;
use serde::{Deserialize, Serialize};

/// What an address or a pasted text would give.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registration {
    /// The address or the text that was asked about.
    pub asked: RegistrationAsked,
    /// What would be registered, as type (`url` or `git`) and target.
    pub location: Option<(String, String)>,
    /// Whether the catalog reads this place already.
    pub exists: bool,
    /// Why it cannot be registered; none when it can.
    pub refusal: Option<String>,
    /// The entities, in the order of their files.
    pub entities: Vec<PreviewEntity>,
    /// What is wrong with documents that are no entity.
    pub problems: Vec<Problem>,
    /// Descriptors of a repository, of which one is to be chosen.
    pub choices: Vec<String>,
    /// A descriptor for a repository that has none.
    pub draft: Option<DescriptorDraft>,
}

/// What was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RegistrationAsked {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The address of a descriptor or a repository.
    Address(String),
    /// A descriptor's text.
    Text(String),
}

/// How an entity stands to the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PreviewState {
    /// It is new.
    New,
    /// It is there as it is.
    Same,
    /// It would be different.
    Changed,
    /// Another place gives it and would keep it.
    Taken,
}

/// An entity that would be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewEntity {
    /// The entity.
    pub entity: EntityLink,
    /// `spec.type`.
    pub r#type: Option<String>,
    /// `metadata.description`.
    pub description: Option<String>,
    /// Where its descriptor is, for people, with the line.
    pub place: String,
    /// What it would be related to; what the catalog does not hold is marked.
    pub relations: Vec<RelationView>,
    /// How it stands to the catalog.
    pub state: PreviewState,
    /// Which place gives it now, for people.
    pub held_by: Option<String>,
    /// What would be different.
    pub changes: Vec<FieldChange>,
    /// Where it leads to further descriptors.
    pub targets: Vec<String>,
    /// What is wrong although the entity is good.
    pub problems: Vec<Problem>,
}

/// A first draft of a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DescriptorDraft {
    /// What to call its file.
    pub file: String,
    /// Its text.
    pub text: String,
}
