//! Texts that must not be seen.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::{Tree, Value};
use std::fmt;

/// A text that no message, log or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

const EXPECTED: &str = "a secret text";

impl Secret {
    /// Keeps a text from being seen.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text, for the one who needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Setting for Secret {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let hint = match tree.value {
            Value::Text(_) | Value::Literal(_) | Value::Broken(_) => {
                let text = reader.text(tree, EXPECTED)?;
                if !text.trim().is_empty() {
                    return Some(Secret(text));
                }
                "Write the secret or leave the key out; `${NAME}` takes it from the environment."
            }
            _ => "Put it in quotes, or better take it from the environment with `${NAME}`.",
        };
        reader.expected_secret(tree, EXPECTED, hint);
        None
    }
}
