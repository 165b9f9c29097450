//! The catalog's rows as they stand in the database, without the database.

use crate::complaint::for_people;
use model::catalog::Problem;
use model::overlay::OverlayField;
use model::time::Timestamp;

/// The source of what is kept by hand.
pub const KEPT: &str = "kept:by-hand";

/// One entity as its descriptor last gave it.
#[derive(Debug, Clone)]
pub struct EntityRow {
    /// The full reference, in lower case.
    pub entity_ref: String,
    /// Stays as long as the entity is there.
    pub uid: String,
    /// The key of the source.
    pub source_key: String,
    /// The file or address, as a location.
    pub location: String,
    /// The Location entity that names the file.
    pub parent_ref: String,
    /// What the entity says, as JSON.
    pub content: String,
    /// What its fields relate it to, a line each; see `edges`.
    pub relations: String,
    /// What the last reading complained about, as JSON; see `complaint`.
    pub errors: String,
    /// Nothing names it any more.
    pub orphan: bool,
    /// When the row changed last.
    pub changed_at: Timestamp,
}

/// Something wrong that belongs to no entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// The key of the source.
    pub source_key: String,
    /// The file or address, as a location.
    pub location: String,
    /// What it is about.
    pub problem_type: ProblemType,
    /// The full reference, in lower case.
    pub entity_ref: Option<String>,
    /// From 1.
    pub line: Option<u32>,
    /// From 1.
    pub column: Option<u32>,
    /// What is wrong, for people.
    pub message: String,
    /// Since when it is so.
    pub since: Timestamp,
}

/// What a problem is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemType {
    /// A place that cannot be read.
    Source,
    /// A file that cannot be read.
    File,
    /// A document that is no good entity.
    Document,
    /// An entity that another place gave first.
    Conflict,
}

/// A run that would remove more than is done without a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// The key of the source.
    pub source_key: String,
    /// When it was held.
    pub held_at: Timestamp,
    /// How many entities the source had given.
    pub given: u32,
    /// What would be removed, sorted.
    pub entity_refs: Vec<String>,
}

/// A field that was edited in the portal.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlayRow {
    /// The full reference, in lower case.
    pub entity_ref: String,
    /// Which field.
    pub field: OverlayField,
    /// Null takes the field away.
    pub content: serde_json::Value,
    /// Who edited it.
    pub author: String,
    /// When.
    pub edited_at: Timestamp,
}

impl ProblemType {
    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            ProblemType::Source => "source",
            ProblemType::File => "file",
            ProblemType::Document => "document",
            ProblemType::Conflict => "conflict",
        }
    }

    /// The one of this name.
    pub fn of(name: &str) -> Self {
        match name {
            "source" => ProblemType::Source,
            "file" => ProblemType::File,
            "conflict" => ProblemType::Conflict,
            _ => ProblemType::Document,
        }
    }
}

impl ProblemRow {
    /// The problem for people.
    pub fn problem(&self) -> Problem {
        Problem {
            entity_ref: self.entity_ref.clone(),
            location: for_people(&self.location),
            line: self.line,
            column: self.column,
            message: self.message.clone(),
            since: self.since,
        }
    }

    /// Whether it is about an entity that another place gave first.
    pub fn is_conflict(&self) -> bool {
        self.problem_type == ProblemType::Conflict
    }
}
