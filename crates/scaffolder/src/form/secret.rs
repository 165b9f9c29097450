//! Values that are never stored or shown, wherever in a form they are.

use super::walk::{Branches, walk};
use serde_json::{Map, Value};

/// How deep a schema is searched.
const DEEPEST: usize = 32;

/// Whether a schema describes a secret.
pub(crate) fn is_secret(schema: &Value) -> bool {
    schema["ui:field"] == "Secret"
        || super::text::ui(schema, "widget").is_some_and(|widget| widget == "password")
        || schema["format"] == "password"
        || schema["writeOnly"] == true
}

/// Whether there is a secret in what a schema describes.
pub(crate) fn holds_secret(schema: &Value) -> bool {
    search(schema, 0)
}

fn search(schema: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        // Too deep to be sure, so it is taken for one.
        return true;
    }
    match schema {
        Value::Object(map) => {
            is_secret(schema)
                || map.iter().any(|(key, value)| match key.as_str() {
                    // Examples and the like describe nothing.
                    "default" | "const" | "enum" | "examples" | "ui:options" => false,
                    _ => search(value, depth + 1),
                })
        }
        Value::Array(list) => list.iter().any(|item| search(item, depth + 1)),
        _ => false,
    }
}

/// Takes the secrets out of values: asterisks stand in their places, and they themselves are given
/// back. `secrets.<property>` is one of a property, as in Backstage; those that lie deeper are found
/// by the same path as in the parameters too.
pub(crate) fn take<'s>(
    blocks: impl Iterator<Item = &'s Value>,
    values: &mut Value,
) -> Map<String, Value> {
    let mut taken: Vec<(String, Value)> = Vec::new();
    for block in blocks {
        walk(block, values, Branches::All, &mut |schema, value, pointer| {
            if pointer.is_empty() || !is_secret(schema) {
                return false;
            }
            if !value.is_null() && !is_masked(value) {
                let mask = mask(value);
                taken.push((pointer.to_owned(), std::mem::replace(value, mask)));
            }
            true
        });
    }
    let mut secrets = Map::new();
    for (pointer, secret) in &taken {
        place(&mut secrets, pointer, secret.clone());
    }
    for (pointer, secret) in taken {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        if name.parse::<usize>().is_err() && !secrets.contains_key(name) {
            secrets.insert(name.replace("~1", "/").replace("~0", "~"), secret);
        }
    }
    secrets
}

/// The values without their secrets.
pub(crate) fn remove(schema: &Value, values: &mut Value) {
    walk(schema, values, Branches::All, &mut |schema, value, _| {
        let found = is_secret(schema);
        if found {
            *value = Value::Null;
        }
        found
    });
}

/// One asterisk for each character, as Backstage has it.
fn mask(secret: &Value) -> Value {
    let count = secret.as_str().map_or(8, |text| text.chars().count());
    Value::from("*".repeat(count))
}

/// Clients that hold the secret back send the asterisks themselves.
fn is_masked(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.chars().all(|c| c == '*'))
}

fn place(secrets: &mut Map<String, Value>, pointer: &str, secret: Value) {
    let mut parts =
        pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let Some(first) = parts.next() else { return };
    let mut at = secrets.entry(first).or_insert(Value::Null);
    for part in parts {
        at = match part.parse::<usize>() {
            Ok(index) => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                let Some(list) = at.as_array_mut() else { return };
                while list.len() <= index {
                    list.push(Value::Null);
                }
                &mut list[index]
            }
            Err(_) => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                let Some(map) = at.as_object_mut() else { return };
                map.entry(part).or_insert(Value::Null)
            }
        };
    }
    *at = secret;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn takes_secrets_out_at_any_depth() {
        let secret = json!({"type": "string", "ui:field": "Secret"});
        let block = json!({"properties": {
            "token": secret,
            "password": {"type": "string", "ui:widget": "password"},
            "hosts": {"type": "array", "items": {"properties": {"name": {}, "key": secret}}},
            "more": {"properties": {"deep": {"properties": {"pin": {"writeOnly": true}}}}},
            "list": {"type": "array", "items": secret},
            "free": {"type": "object", "additionalProperties": secret}
        }, "dependencies": {"token": {"oneOf": [{"properties": {"hidden": secret}}]}}});
        let mut values = json!({
            "token": "t0ken", "password": "p\"ss", "hosts": [{"name": "a"}, {"name": "b", "key": "k1"}],
            "more": {"deep": {"pin": 1234}}, "list": ["one", "two"], "free": {"x": "y1"},
            "hidden": "h1", "open": "stays"
        });
        let secrets = take([&block].into_iter(), &mut values);
        assert_eq!(
            values,
            json!({
                "token": "*****", "password": "****", "hosts": [{"name": "a"}, {"name": "b", "key": "**"}],
                "more": {"deep": {"pin": "********"}}, "list": ["***", "***"], "free": {"x": "**"},
                "hidden": "**", "open": "stays"
            })
        );
        assert_eq!(secrets["token"], "t0ken");
        assert_eq!(secrets["hosts"], json!([null, {"key": "k1"}]));
        assert_eq!((&secrets["key"], &secrets["pin"]), (&json!("k1"), &json!(1234)));
        assert_eq!(secrets["more"]["deep"]["pin"], 1234);
        assert_eq!(secrets["list"], json!(["one", "two"]));
        // What is masked already stays so, and nothing is taken twice.
        assert!(
            take([&block, &block].into_iter(), &mut values).values().all(|value| value.is_null())
        );
    }
}
