//! Where a page ends and the next begins. Clients pass cursors on and look at nothing in them.

use super::condition::Condition;
use super::predicate;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use model::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// In which order entities come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The path of the value that counts.
    pub field: String,
    /// Whether the largest comes first.
    #[serde(rename = "order", with = "direction")]
    pub descending: bool,
}

/// A text to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullText {
    /// What is looked for.
    pub term: String,
    /// The paths it is looked for at; the one of the order when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

/// A place between two entities of a query, with the query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cursor {
    /// The first one counts.
    pub order_fields: Vec<Order>,
    /// A text to look for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<FullText>,
    /// The conditions, as a predicate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Value>,
    /// Value and uid of the entity next to the place.
    pub order_field_values: Sorted,
    /// Those of the first entity of all.
    pub first_sort_field_values: Sorted,
    /// The entities before the place are meant.
    pub is_previous: bool,
    /// How many there are altogether, if it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_items: Option<usize>,
}

/// What an entity is sorted by: its value, in lower case, and its uid.
pub type Sorted = (Option<String>, String);

impl Cursor {
    /// The cursor of a query, at a place.
    pub fn new(
        order: Option<&Order>,
        full_text: Option<&FullText>,
        condition: &Condition,
        place: Sorted,
        first: Sorted,
    ) -> Cursor {
        Cursor {
            order_fields: order.cloned().into_iter().collect(),
            full_text_filter: full_text.cloned(),
            query: (!condition.is_everything()).then(|| condition.to_json()),
            order_field_values: place,
            first_sort_field_values: first,
            is_previous: false,
            total_items: None,
        }
    }

    /// The condition it carries.
    pub fn condition(&self) -> Result<Condition> {
        self.query.as_ref().map_or(Ok(Condition::everything()), predicate::parse)
    }

    /// The cursor as text.
    pub fn encode(&self) -> String {
        // Texts and numbers cannot fail to become JSON.
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor.
    pub fn decode(text: &str) -> Result<Cursor> {
        if text.is_empty() {
            return Err(Error::invalid("Cursor cannot be empty"));
        }
        let malformed = |reason: String| Error::invalid(format!("Malformed cursor: {reason}"));
        let bytes = decode(text).ok_or_else(|| malformed("it is not in base64".to_owned()))?;
        serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))
    }
}

/// Where a page of the plain list ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct After {
    /// At most so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// After so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
}

impl After {
    /// As text.
    pub fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads what [`After::encode`] wrote.
    pub fn decode(text: &str) -> Result<After> {
        let after = decode(text).and_then(|bytes| serde_json::from_slice(&bytes).ok());
        after.ok_or_else(|| Error::invalid("Malformed after cursor, could not be parsed"))
    }
}

/// Base64 in any of its usual forms: it passes through addresses.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().replace(' ', "+");
    let plain = text.trim_end_matches('=');
    STANDARD_NO_PAD.decode(plain).or_else(|_| URL_SAFE_NO_PAD.decode(plain)).ok()
}

mod direction {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(descending: &bool, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(if *descending { "desc" } else { "asc" })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<bool, D::Error> {
        match &*<std::borrow::Cow<'de, str>>::deserialize(input)? {
            "asc" => Ok(false),
            "desc" => Ok(true),
            other => Err(D::Error::custom(format!("expected asc or desc, found {other}"))),
        }
    }
}
