//! What is known of a repository since it was looked at.

use crate::document::{Outcome, generated};
use crate::reading::{Reading, Unit, UnitContent};
use crate::rules::LocationType;
use crate::source::Source;
use catalog_index::complaint::Complaint;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The repositories of a provider by their full names.
pub type Records = BTreeMap<String, Record>;

/// What is known of a repository since it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The state of the repository that was looked at, and how it was read.
    #[serde(alias = "mark")]
    pub fingerprint: String,
    /// When.
    pub looked_at: Timestamp,
    /// The address of the repository itself.
    pub page: String,
    /// The address that stands for its descriptors.
    pub target: String,
    /// Its files that hold descriptors.
    pub files: Vec<FileRecord>,
    /// Descriptors in it use what lies elsewhere, so it is looked at each time.
    pub outside: bool,
    /// Why it could not be looked at the last time.
    pub error: Option<String>,
}

/// A file that holds descriptors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// The address, as a location.
    pub location: String,
    /// The Location entity that names it.
    pub parent_ref: String,
    /// The etag of its version at the host.
    pub etag: Option<String>,
}

/// Everything a provider gives: what was read just now, and of the rest that it is as it was.
pub fn reading(
    source: &Source,
    records: &Records,
    mut fresh: HashMap<String, Vec<Unit>>,
    hashes: &HashMap<String, String>,
) -> Reading {
    let mut units = Vec::new();
    let mut locations = Vec::new();
    for (name, record) in records {
        if let Some(error) = &record.error {
            let location = format!("url:{}", record.page);
            units.push(Unit {
                content: UnitContent::Unreadable(Complaint::plain(&location, error.as_str())),
                parent_ref: source.entity_ref(),
                hash: String::new(),
                location,
            });
        }
        if !record.files.is_empty() {
            let place = Source::new(LocationType::Url, &record.target);
            locations.push(Outcome::Good(generated(&place)));
        }
        match fresh.remove(name) {
            Some(read) => units.extend(read),
            None => units.extend(record.files.iter().map(|file| Unit {
                location: file.location.clone(),
                parent_ref: file.parent_ref.clone(),
                hash: hashes.get(&file.location).cloned().unwrap_or_default(),
                content: UnitContent::Unchanged,
            })),
        }
    }
    units.push(Unit {
        location: source.key.clone(),
        parent_ref: String::new(),
        hash: String::new(),
        content: UnitContent::Documents(locations),
    });
    Reading { units, blocked: Vec::new() }
}
