//! From what was typed to values, and back.

use super::text::plain;
use super::{Field, secret};
use model::template::FieldKind;
use serde_json::{Map, Value};

/// The value that was typed into a field; nothing, when it was left empty.
pub(crate) fn read(field: &Field, typed: &[&str]) -> Result<Option<Value>, String> {
    let view = &field.view;
    let first = typed.iter().map(|text| text.trim()).find(|text| !text.is_empty());
    let expected = |what: &str, found: &str| {
        Err(format!("{} must be {what}; \"{found}\" is not.", view.title))
    };
    // The option's own value: nothing is guessed from the text that stands for it.
    let option = |text: &str| field.options.iter().find(|option| option.key == text);
    Ok(match &view.kind {
        FieldKind::Text { .. } | FieldKind::Entity { .. } => first.map(Value::from),
        // Blanks belong to a secret.
        FieldKind::Secret => {
            typed.iter().find(|text| !text.is_empty()).map(|text| Value::from(*text))
        }
        FieldKind::Boolean => match (first, typed.is_empty()) {
            (Some("true" | "on"), _) => Some(Value::Bool(true)),
            (Some("false") | None, false) => Some(Value::Bool(false)),
            (None, true) => None,
            (Some(other), _) => return expected("yes or no", other),
        },
        FieldKind::Number { integer: true, .. } => match first {
            None => None,
            Some(text) => match text.parse::<i64>() {
                Ok(number) => Some(Value::from(number)),
                Err(_) => return expected("a whole number", text),
            },
        },
        FieldKind::Number { .. } => match first {
            None => None,
            Some(text) => match text.parse::<f64>().ok().and_then(serde_json::Number::from_f64) {
                Some(number) => Some(Value::Number(number)),
                None => return expected("a number", text),
            },
        },
        FieldKind::Choice { .. } => match typed.iter().find(|text| !text.trim().is_empty()) {
            None => None,
            Some(text) => match option(text) {
                Some(option) => Some(option.value.clone()),
                None => return expected("one of the choices", text),
            },
        },
        FieldKind::MultiChoice { .. } => match typed {
            [] => None,
            _ => {
                let mut chosen = Vec::new();
                for text in typed.iter().filter(|text| !text.is_empty()) {
                    match option(text) {
                        Some(option) => chosen.push(option.value.clone()),
                        None => return expected("one of the choices", text),
                    }
                }
                Some(Value::Array(chosen))
            }
        },
        FieldKind::Entities { .. } => {
            let chosen = typed.iter().filter(|text| !text.is_empty());
            let list: Vec<Value> = chosen.map(|text| Value::from(*text)).collect();
            (!list.is_empty()).then_some(Value::Array(list))
        }
        FieldKind::Lines => match typed {
            [] => None,
            _ => {
                let lines = typed.iter().flat_map(|text| text.lines());
                let lines = lines.map(str::trim).filter(|line| !line.is_empty());
                Some(lines.map(Value::from).collect())
            }
        },
        FieldKind::Json | FieldKind::Rows { .. } => match first {
            None => None,
            Some(text) => match yaml::parse_one(text) {
                Ok(node) => Some(node.to_json()),
                // What cannot be read may hold a secret anywhere, so it is not repeated.
                Err(_) if field.has_secrets => {
                    return Err(format!(
                        "{} must be JSON or YAML. It may hold secrets, so that it was not kept: \
                         write it again.",
                        view.title
                    ));
                }
                Err(error) => return Err(format!("{} must be JSON or YAML: {error}", view.title)),
            },
        },
    })
}

/// What a form would have sent for a value; nothing for secrets.
pub(crate) fn write(field: &Field, value: Option<&Value>) -> Vec<String> {
    let key = |value: &Value| {
        let option = field.options.iter().find(|option| option.value == *value);
        option.map_or_else(|| plain(value), |option| option.key.clone())
    };
    // An empty text says that the field is empty and not as it was before anybody typed.
    let empty = || vec![String::new()];
    let Some(value) = value else { return empty() };
    match &field.view.kind {
        FieldKind::Secret => Vec::new(),
        FieldKind::Boolean => match value {
            Value::Bool(true) => vec![String::new(), "true".to_owned()],
            _ => empty(),
        },
        FieldKind::Choice { .. } => vec![key(value)],
        FieldKind::MultiChoice { .. } | FieldKind::Entities { .. } => {
            let list = value.as_array().map_or(&[][..], Vec::as_slice);
            empty().into_iter().chain(list.iter().map(key)).collect()
        }
        FieldKind::Lines => {
            let list = value.as_array().map_or(&[][..], Vec::as_slice);
            vec![list.iter().map(plain).collect::<Vec<_>>().join("\n")]
        }
        FieldKind::Json | FieldKind::Rows { .. } => vec![json(field, value)],
        FieldKind::Text { .. } | FieldKind::Number { .. } | FieldKind::Entity { .. } => {
            vec![plain(value)]
        }
    }
}

/// What is kept of what was typed into a field: everything but secrets.
pub(crate) fn kept(field: &Field, typed: &str) -> Option<String> {
    if matches!(field.view.kind, FieldKind::Secret) {
        return None;
    }
    if !field.has_secrets || typed.trim().is_empty() {
        return Some(typed.to_owned());
    }
    let node = yaml::parse_one(typed).ok()?;
    Some(json(field, &node.to_json()))
}

fn json(field: &Field, value: &Value) -> String {
    let mut value = value.clone();
    if field.has_secrets {
        secret::remove(&field.schema, &mut value);
    }
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

/// Puts a value at a path whose parts are joined by dots.
pub(crate) fn insert(values: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            values.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = values.entry(first.to_owned()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// Takes away what is at a path.
pub(crate) fn remove(values: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let parent = match parent.is_empty() {
        true => Some(values),
        false => parent.split('.').try_fold(values, |value, part| value.get_mut(part)),
    };
    if let Some(map) = parent.and_then(Value::as_object_mut) {
        map.shift_remove(name);
    }
}
