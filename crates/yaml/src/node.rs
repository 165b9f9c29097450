//! A document as it was read: values with their places, and why a text is no YAML.

use std::fmt;

/// How deep values may stand in one another.
pub const MAX_DEPTH: usize = 200;

/// A place in a text; line and column count from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A value and the place where it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where it starts; for a value left out, where its key starts.
    pub mark: Mark,
}

/// What can stand in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number of 64 bits.
    Int(i64),
    /// Any other number, `.inf` and `.nan` too.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values, in the order of the text, every key once.
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text: `1` and `true` are keys too.
    pub key: String,
    /// Where the key starts.
    pub key_mark: Mark,
    /// What belongs to the key.
    pub value: Node,
}

/// Why a text is no YAML, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place at which the reader gave up.
    pub mark: Mark,
    /// What was found, what was expected and what to do.
    pub message: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.mark, self.message)
    }
}

impl std::error::Error for SyntaxError {}

impl Node {
    /// The value as JSON. Infinities and not-a-number become `null`; `1.0` becomes `1`, since JSON
    /// as browsers write it knows one kind of number only.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Float(value) => json_number(*value),
            Value::String(value) => Json::String(value.clone()),
            Value::Sequence(items) => Json::Array(items.iter().map(Node::to_json).collect()),
            Value::Mapping(entries) => Json::Object(
                entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect(),
            ),
        }
    }

    /// The value of a key, when this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(entries) => {
                entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
            }
            _ => None,
        }
    }

    /// The value at a JSON pointer (`/spec/dependsOn/0`); the empty pointer is this value itself.
    pub fn at(&self, json_pointer: &str) -> Option<&Node> {
        let (node, rest) = self.descend(json_pointer);
        rest.is_empty().then_some(node)
    }

    /// The place of the value at a JSON pointer or, when there is none, of its nearest ancestor.
    pub fn mark_of(&self, json_pointer: &str) -> Mark {
        self.descend(json_pointer).0.mark
    }

    /// The text, when this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether this is `null` or nothing at all.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// What kind of value this is, as messages call it.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Sequence(_) => "array",
            Value::Mapping(_) => "object",
        }
    }

    /// Follows a pointer as far as it leads; what could not be followed is the second part.
    fn descend<'a>(&self, json_pointer: &'a str) -> (&Node, &'a str) {
        let (mut node, mut rest) = (self, json_pointer);
        while let Some(tail) = rest.strip_prefix('/') {
            let (segment, after) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
            let child = match &node.value {
                Value::Mapping(_) if segment.contains('~') => {
                    node.get(&segment.replace("~1", "/").replace("~0", "~"))
                }
                Value::Mapping(_) => node.get(segment),
                Value::Sequence(items) => {
                    segment.parse::<usize>().ok().and_then(|index| items.get(index))
                }
                _ => None,
            };
            let Some(child) = child else { break };
            (node, rest) = (child, after);
        }
        (node, rest)
    }
}

/// A number as JSON: whole ones without a fraction, `null` for what JSON cannot say.
pub(crate) fn json_number(value: f64) -> serde_json::Value {
    // Above 2^53 neighbouring whole numbers fall together, so nothing is gained by writing digits.
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        serde_json::Value::from(value as i64)
    } else {
        serde_json::Number::from_f64(value)
            .map_or(serde_json::Value::Null, serde_json::Value::Number)
    }
}
