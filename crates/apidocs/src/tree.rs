//! A definition as a tree of JSON, from JSON or YAML.

use model::api_definition::DefinitionProblem;
use serde_json::{Map, Value};

/// Reads JSON or YAML.
pub(crate) fn read(text: &str) -> Result<Value, DefinitionProblem> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| DefinitionProblem {
            message: format!("The definition is no valid JSON: {error}."),
            line: u32::try_from(error.line()).ok().filter(|line| *line > 0),
            column: u32::try_from(error.column()).ok().filter(|column| *column > 0),
        });
    }
    match yaml::parse_one(text) {
        Ok(node) => Ok(node.to_json()),
        Err(error) => Err(DefinitionProblem {
            message: format!("The definition is no valid YAML: {}", error.message),
            line: Some(error.mark.line),
            column: Some(error.mark.column),
        }),
    }
}

static NOTHING: Value = Value::Null;

/// What a tree is asked for. A value of another type than expected counts as missing.
pub(crate) trait Tree {
    fn at(&self, key: &str) -> &Value;

    fn text(&self, key: &str) -> &str {
        self.at(key).as_str().unwrap_or_default()
    }

    fn flag(&self, key: &str) -> bool {
        self.at(key).as_bool().unwrap_or_default()
    }

    fn entries(&self, key: &str) -> Entries<'_> {
        match self.at(key).as_object() {
            Some(map) => pairs(map),
            None => Box::new(std::iter::empty()),
        }
    }

    fn list(&self, key: &str) -> &[Value] {
        self.at(key).as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

/// Keys with values.
pub(crate) type Entries<'a> = Box<dyn Iterator<Item = (&'a str, &'a Value)> + 'a>;

/// The entries of an object.
pub(crate) fn pairs(map: &Map<String, Value>) -> Entries<'_> {
    Box::new(map.iter().map(|(key, value)| (key.as_str(), value)))
}

impl Tree for Value {
    fn at(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NOTHING)
    }
}
