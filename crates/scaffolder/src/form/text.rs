//! Small readings of JSON Schema.

use serde_json::{Map, Value};

/// A value as people read it.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The text of a key.
pub(crate) fn text(schema: &Value, key: &str) -> Option<String> {
    schema.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The texts of a list.
pub(crate) fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What `const` or `enum` allow.
pub(crate) fn accepted(test: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let single = test.get("const").into_iter();
    let several = match test.contains_key("const") {
        true => None,
        false => test.get("enum").and_then(Value::as_array),
    };
    single.chain(several.into_iter().flatten())
}

/// An option of a form, from `ui:…` or `ui:options`.
pub(crate) fn ui<'v>(schema: &'v Value, key: &str) -> Option<&'v Value> {
    schema.get(format!("ui:{key}")).or_else(|| schema.get("ui:options")?.get(key))
}
