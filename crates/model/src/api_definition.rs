//! The definition of an API as its page shows it: one outline, whatever language it is written in.

use serde::{Deserialize, Serialize};

/// What is asked of a definition; each field is one key of the page's address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ApiQuery {
    /// Words that must stand in an item's badge, title or summary.
    pub q: String,
    /// The anchor of the item whose details are wanted before all others.
    pub item: String,
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiDefinition {
    /// The language with its version, such as `OpenAPI 3.1.0`.
    pub format: String,
    /// Why it is shown as text only.
    pub problem: Option<DefinitionProblem>,
    /// What the definition calls the API.
    pub title: String,
    /// The version of the API.
    pub version: String,
    /// HTML, made safe.
    pub description: String,
    /// Servers, contacts, ways to sign in.
    pub about: Vec<ApiDetail>,
    /// The operations, then the types.
    pub groups: Vec<ApiGroup>,
    /// How many items there are altogether.
    pub total: u32,
    /// How many of them fit what was asked.
    pub found: u32,
    /// How many of those are listed.
    pub listed: u32,
    /// The text of the definition, unless it is too long to stand on a page.
    pub text: Option<String>,
    /// How many bytes the text has.
    pub bytes: u32,
}

/// Why a definition is shown as text only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DefinitionProblem {
    /// What was expected, what was found, what to do.
    pub message: String,
    /// Line of the definition from 1, when known.
    pub line: Option<u32>,
    /// Column from 1, when known.
    pub column: Option<u32>,
}

/// Items that belong together: a tag, a channel, a service, a kind of type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiGroup {
    /// What they have in common.
    pub title: String,
    /// HTML, made safe.
    pub description: String,
    /// The items.
    pub items: Vec<ApiItem>,
}

/// An operation or a type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiItem {
    /// The anchor, the same as long as the item is called the same.
    pub id: String,
    /// `GET`, `publish`, `query`, `rpc`, `object`, ….
    pub badge: String,
    /// What the badge means.
    pub sense: ApiSense,
    /// A path, a name.
    pub title: String,
    /// One line.
    pub summary: String,
    /// Whether it should not be used any more.
    pub deprecated: bool,
    /// What is known of it; none when it has to be asked for by its anchor.
    pub details: Option<Vec<ApiDetail>>,
}

/// What an item does, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApiSense {
    /// It reads.
    Read,
    /// It writes, sends or calls.
    Write,
    /// It removes.
    Remove,
    /// It tells or listens.
    Event,
    /// It is a type.
    #[default]
    Type,
}

/// One part of what is known of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApiDetail {
    /// Running text: HTML, made safe.
    Text(String),
    /// Fields with their types.
    Fields(ApiFields),
    /// Names with values.
    Facts {
        /// The heading.
        title: String,
        /// The names and values.
        facts: Vec<(String, String)>,
    },
    /// An example, or what is in no language the page knows.
    Code {
        /// The heading.
        title: String,
        /// The text.
        text: String,
    },
}

/// A table of fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiFields {
    /// The heading: `Parameters`, `200 application/json`.
    pub title: String,
    /// HTML, made safe; may be empty.
    pub description: String,
    /// What the whole is, such as `array of Pet`; may be empty.
    pub r#type: String,
    /// The fields, each followed by those within it.
    pub fields: Vec<ApiField>,
    /// How many fields more there are.
    pub more: u32,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiField {
    /// How deep it lies in others, from 0.
    pub depth: u8,
    /// Its name.
    pub name: String,
    /// Its type, in words.
    pub r#type: String,
    /// `required`, `deprecated`, `in path`, ….
    pub marks: Vec<String>,
    /// HTML, made safe.
    pub description: String,
    /// What values it may have.
    pub limits: String,
}
