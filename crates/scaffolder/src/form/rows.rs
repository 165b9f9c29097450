//! Lists of objects as rows of fields: `hosts.0.name` is the field `name` in the first row of `hosts`.

use super::build::field;
use super::picker::Lookup;
use super::rule::Rule;
use super::text::strings;
use super::{Errors, Field, read};
use model::template::FieldKind;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// More rows than this are not read from a form.
const MOST_ROWS: usize = 500;

/// What a row's schema may say; anything more is written as JSON or YAML.
const KNOWN: [&str; 7] =
    ["type", "title", "description", "required", "properties", "additionalProperties", "$comment"];

/// The fields of one row, where a list holds objects that are plain enough for fields.
pub(super) fn of_schema(schema: &Value, lookup: &Lookup<'_>) -> Option<Vec<Field>> {
    let items = schema.get("items")?.as_object()?;
    let properties = items.get("properties")?.as_object().filter(|map| !map.is_empty())?;
    let is_plain = |key: &String| KNOWN.contains(&key.as_str()) || key.starts_with("ui:");
    let is_free = items.get("additionalProperties").is_some_and(|more| *more != false);
    if is_free || items.contains_key("ui:field") || !items.keys().all(is_plain) {
        return None;
    }
    let required = strings(items.get("required"));
    let one = |(name, property): (&String, &Value)| {
        let required = required.contains(&name.as_str());
        let mut field = field(property, name.clone(), required, Rule::Always, lookup);
        // An empty row says nothing, so nothing stands in it by itself.
        field.default = None;
        field.view.default = None;
        field.view.required = required;
        let is_simple = matches!(
            field.view.kind,
            FieldKind::Text { .. }
                | FieldKind::Secret
                | FieldKind::Number { .. }
                | FieldKind::Boolean
                | FieldKind::Choice { .. }
        );
        (is_simple && !name.contains('.')).then_some(field)
    };
    properties.iter().map(one).collect()
}

/// What was typed in one row, by the names of its fields.
type Row<'a> = Vec<(&'a str, &'a str)>;

/// The rows in which something is said, in their order.
fn rows<'a>(field: &Field, typed: &'a [(String, String)]) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<usize, Row<'a>> = BTreeMap::new();
    for (name, text) in typed {
        let rest = name.strip_prefix(field.view.name.as_str());
        let place = rest.and_then(|rest| rest.strip_prefix('.')?.split_once('.'));
        let Some((index, inner)) = place else { continue };
        if let Ok(index) = index.parse() {
            rows.entry(index).or_default().push((inner, text));
        }
    }
    let said = |row: &Row<'_>| row.iter().any(|(_, text)| !text.trim().is_empty());
    rows.into_values().filter(said).take(MOST_ROWS).collect()
}

/// The list that the rows give; nothing when none says anything.
pub(super) fn read(field: &Field, typed: &[(String, String)]) -> Result<Option<Value>, Errors> {
    let (mut list, mut errors) = (Vec::new(), Errors::new());
    for (index, row) in rows(field, typed).iter().enumerate() {
        let mut object = Map::new();
        for inner in &field.rows {
            let name = &inner.view.name;
            let texts: Vec<&str> =
                row.iter().filter(|(other, _)| other == name).map(|(_, text)| *text).collect();
            let place = || format!("{}.{index}.{name}", field.view.name);
            let about = |message: String| format!("{} {}, {message}", field.view.title, index + 1);
            match read::read(inner, &texts) {
                Ok(Some(value)) => {
                    object.insert(name.clone(), value);
                }
                // What is missing is found by the schema.
                Ok(None) => {}
                Err(message) => errors.push((place(), about(message))),
            }
        }
        list.push(Value::Object(object));
    }
    match errors.is_empty() {
        true => Ok((!list.is_empty()).then_some(Value::Array(list))),
        false => Err(errors),
    }
}

/// What a form would have sent for a list; nothing for secrets.
pub(super) fn write(field: &Field, value: Option<&Value>) -> Vec<(String, String)> {
    let list = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut sent = Vec::new();
    for (index, item) in list.iter().enumerate() {
        for inner in &field.rows {
            let name = format!("{}.{index}.{}", field.view.name, inner.view.name);
            let texts = read::write(inner, item.get(&inner.view.name));
            sent.extend(texts.into_iter().map(|text| (name.clone(), text)));
        }
    }
    sent
}

/// What is kept of what was typed: the rows that say something, numbered anew, without secrets.
pub(super) fn kept(field: &Field, typed: &[(String, String)]) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for (index, row) in rows(field, typed).iter().enumerate() {
        for (inner, text) in row {
            let known = field.rows.iter().find(|known| known.view.name == *inner);
            if let Some(text) = known.and_then(|known| read::kept(known, text)) {
                kept.push((format!("{}.{index}.{inner}", field.view.name), text));
            }
        }
    }
    kept
}

/// Whether a name is that of something in a row of the field.
pub(super) fn is_inside(field: &Field, name: &str) -> bool {
    let rest = name.strip_prefix(field.view.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
    !field.rows.is_empty() && rest.is_some()
}
