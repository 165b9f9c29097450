//! What a reading complained about: kept beside the entity, reported to people and to clients.

use model::catalog::Problem;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a reading says when there is nothing at an address.
pub const NOTHING_THERE: &str = "no matching files found for";

/// One complaint about an entity's descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The name of the error as clients know it.
    pub name: String,
    /// The whole story, for clients.
    pub report: String,
    /// The name and text of the error behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<(String, String)>,
    /// What is wrong, for people.
    pub message: String,
    /// Which file or address.
    pub location: String,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Since when it is so.
    pub since: Timestamp,
}

impl Complaint {
    /// A complaint about a whole file or place.
    pub fn plain(location: &str, message: impl Into<String>) -> Complaint {
        let message = message.into();
        let nothing_there = message.contains(NOTHING_THERE);
        Complaint {
            name: if nothing_there { "NotFoundError" } else { "InputError" }.to_owned(),
            report: message.clone(),
            cause: None,
            message,
            location: location.to_owned(),
            line: None,
            column: None,
            since: Timestamp(0),
        }
    }

    /// The complaint for people.
    pub fn problem(&self, entity_ref: &str) -> Problem {
        Problem {
            entity_ref: Some(entity_ref.to_owned()),
            location: for_people(&self.location),
            line: self.line,
            column: self.column,
            message: self.message.clone(),
            since: self.since,
        }
    }
}

/// Complaints as they stand in a row.
pub fn to_text(complaints: &[Complaint]) -> String {
    match complaints {
        [] => String::new(),
        // A list of texts and numbers cannot fail to become JSON.
        _ => serde_json::to_string(complaints).unwrap_or_default(),
    }
}

/// Complaints from a row.
pub fn from_text(text: &str) -> Vec<Complaint> {
    if text.is_empty() {
        return Vec::new();
    }
    serde_json::from_str(text).unwrap_or_default()
}

/// The new complaints, or the old ones where nothing but the time differs.
pub fn kept(old: &str, mut new: Vec<Complaint>, now: Timestamp) -> String {
    let old = from_text(old);
    for complaint in &mut new {
        let same = old
            .iter()
            .find(|known| Complaint { since: complaint.since, ..(*known).clone() } == *complaint);
        complaint.since = same.map_or(now, |known| known.since);
    }
    to_text(&new)
}

/// The `status` of an entity.
pub fn status(complaints: &[Complaint]) -> Value {
    let items = complaints.iter().map(|complaint| {
        let mut error = json!({"name": complaint.name, "message": complaint.report});
        if let Some((name, message)) = &complaint.cause {
            error["cause"] = json!({"name": name, "message": message});
        }
        json!({
            "type": "backstage.io/catalog-processing",
            "level": "error",
            "message": format!("{}: {}", complaint.name, complaint.report),
            "error": error,
        })
    });
    json!({"items": items.collect::<Vec<_>>()})
}

/// A location without its type where that goes without saying: a path, or an address.
pub fn for_people(location: &str) -> String {
    let plain = location.strip_prefix("file:").or_else(|| location.strip_prefix("url:"));
    plain.or_else(|| location.strip_prefix("git:")).unwrap_or(location).to_owned()
}
