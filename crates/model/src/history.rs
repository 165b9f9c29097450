//! What an entity was: its versions, what differs between two of them, and what was removed.

use crate::author::Author;
use crate::entity_link::EntityLink;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What happened to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// It is new.
    Added,
    /// Its source gave something else.
    Changed,
    /// Nothing names it any more, and it stays.
    Orphaned,
    /// It was edited in the portal.
    Edited,
    /// It is gone.
    Removed,
    /// It came back by hand.
    Restored,
    /// Its source does not give it any more, and it stays by hand.
    Kept,
}

impl Change {
    const ALL: [Change; 7] = [
        Change::Added,
        Change::Changed,
        Change::Orphaned,
        Change::Edited,
        Change::Removed,
        Change::Restored,
        Change::Kept,
    ];

    /// The name in rows, and in words for people.
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Changed => "changed",
            Change::Orphaned => "orphaned",
            Change::Edited => "edited",
            Change::Removed => "removed",
            Change::Restored => "restored",
            Change::Kept => "kept",
        }
    }

    /// The change of a name; an unknown one is a plain change.
    pub fn of(name: &str) -> Change {
        Change::ALL.into_iter().find(|change| change.name() == name).unwrap_or(Change::Changed)
    }

    /// Whether the entity was not there before.
    pub fn is_beginning(self) -> bool {
        matches!(self, Change::Added | Change::Restored)
    }
}

/// One version of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its number; grows with time over all entities.
    pub id: i64,
    /// When it came to be.
    pub at: Timestamp,
    /// What happened.
    pub change: Change,
    /// Who did it.
    pub author: Author,
    /// Where its descriptor was, for people: a path or an address.
    pub source: String,
    /// The fields that differ from the version before, such as `spec.owner`.
    pub fields: Vec<String>,
}

/// The versions of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityHistory {
    /// The entity, whether it is still there or not.
    pub entity: EntityLink,
    /// The newest first.
    pub versions: Vec<Version>,
    /// Whether there were earlier ones that are not kept any more.
    pub cut: bool,
}

/// What differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityDiff {
    /// The earlier one; none when the entity was not there before.
    pub from: Option<Version>,
    /// The later one.
    pub to: Version,
    /// Field by field.
    pub fields: Vec<FieldChange>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    /// `metadata.description`.
    pub path: String,
    /// The value as YAML; none when the field was not there.
    pub before: Option<String>,
    /// The value as YAML; none when the field is gone.
    pub after: Option<String>,
}

/// An entity as it was at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityAt {
    /// The moment.
    pub at: Timestamp,
    /// The version that held then; none when what was before the first known one.
    pub version: Option<Version>,
    /// The entity as YAML, without relations; none when it was not there.
    pub yaml: Option<String>,
}

/// An entity that was removed and can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedEntity {
    /// The entity; `exists` says whether there is one of this reference again.
    pub entity: EntityLink,
    /// Where its descriptor was, for people.
    pub source: String,
    /// When it was removed.
    pub at: Timestamp,
    /// Who did it.
    pub author: Author,
    /// Until when it can be brought back.
    pub until: Timestamp,
}

/// What was removed and can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedEntities {
    /// The latest ones first.
    pub entities: Vec<RemovedEntity>,
    /// How many there are altogether.
    pub total: u32,
}

/// A run of a source that would remove so much that it waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldRun {
    /// The source, for programs.
    pub source_key: String,
    /// The source, for people.
    pub source: String,
    /// Since when it waits.
    pub at: Timestamp,
    /// How many entities the source had given.
    pub given: u32,
    /// How many would go.
    pub total: u32,
    /// The first of them.
    pub entities: Vec<EntityLink>,
}
