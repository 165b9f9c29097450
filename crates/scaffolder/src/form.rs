//! The form of a template: from JSON Schema to fields, and from what was typed back to values.

use crate::schema;
use model::catalog::EntityLink;
use model::template::{FieldCondition, FieldKind, FieldOption, FormField, FormPage};
use serde_json::{Map, Value};

/// Finds the entities a picker offers.
pub(crate) type Entities<'a> = dyn Fn(&PickerFilter) -> Vec<EntityLink> + 'a;

/// Which entities a picker offers: any of several sets of conditions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PickerFilter {
    /// Each: path and accepted values; no values means that it is there at all.
    pub(crate) any_of: Vec<Vec<(String, Vec<String>)>>,
}

/// What was typed, made into values.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// The parameters.
    pub(crate) values: Map<String, Value>,
    /// What goes to `secrets`.
    pub(crate) secrets: Map<String, Value>,
    /// What cannot be read, by field.
    pub(crate) errors: Vec<(String, String)>,
}

/// The blocks of `spec.parameters`, one for each page.
pub(crate) fn blocks(spec: &Value) -> Vec<&Value> {
    match spec.get("parameters") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(block @ Value::Object(_)) => vec![block],
        _ => Vec::new(),
    }
}

/// The pages of the form.
pub(crate) fn pages(spec: &Value, entities: &Entities<'_>) -> Vec<FormPage> {
    blocks(spec)
        .into_iter()
        .map(|block| {
            let mut fields = Vec::new();
            object_fields(block, "", None, entities, &mut fields);
            FormPage {
                title: text(block, "title")
                    .unwrap_or_else(|| "Please enter the following information".to_owned()),
                description: text(block, "description"),
                fields,
            }
        })
        .collect()
}

/// Reads what was typed, by the kind of each field. A field whose condition does not hold is left
/// out, whatever was typed there before.
pub(crate) fn fill(pages: &[FormPage], typed: &[(String, String)]) -> Filled {
    let mut filled = Filled::default();
    for field in pages.iter().flat_map(|page| &page.fields) {
        let of_field: Vec<&str> =
            typed.iter().filter(|(name, _)| *name == field.name).map(|(_, v)| v.as_str()).collect();
        if !condition_holds(field.condition.as_ref(), typed) || field.disabled {
            if let (true, Some(default)) = (field.disabled, &field.default) {
                insert(&mut filled.values, &field.name, default.clone());
            }
            continue;
        }
        match read(field, &of_field) {
            Ok(Some(Value::String(secret))) if matches!(field.kind, FieldKind::Secret) => {
                let stars = "*".repeat(secret.chars().count());
                insert(&mut filled.values, &field.name, Value::String(stars));
                filled.secrets.insert(field.name.clone(), Value::String(secret));
            }
            Ok(Some(value)) => insert(&mut filled.values, &field.name, value),
            Ok(None) if field.required => {
                let message = format!("{} must be filled in.", field.title);
                filled.errors.push((field.name.clone(), message));
            }
            Ok(None) => {}
            Err(message) => filled.errors.push((field.name.clone(), message)),
        }
    }
    filled
}

/// What of the values does not fit the template's own schemas, by field.
pub(crate) fn check(spec: &Value, pages: &[FormPage], values: &Value) -> Vec<(String, String)> {
    let mut errors: Vec<(String, String)> = Vec::new();
    for block in blocks(spec) {
        let validator = match schema::compile(block) {
            Ok(validator) => validator,
            Err(message) => {
                let message = format!("The template's schema is wrong: {message}");
                errors.push((String::new(), message));
                continue;
            }
        };
        for misfit in schema::misfits(&validator, values) {
            let name = misfit.pointer.trim_start_matches('/').replace('/', ".");
            let field = pages
                .iter()
                .flat_map(|page| &page.fields)
                .find(|field| field.name == name || name.starts_with(&format!("{}.", field.name)));
            let entry = match field {
                Some(field) => (field.name.clone(), for_people(field, &misfit.message)),
                None => (String::new(), format!("{name} {}", misfit.message)),
            };
            if errors.iter().all(|(known, _)| *known != entry.0 || entry.0.is_empty()) {
                errors.push(entry);
            }
        }
    }
    errors
}

/// Whether a field is asked for.
pub(crate) fn condition_holds(
    condition: Option<&FieldCondition>,
    typed: &[(String, String)],
) -> bool {
    let Some(condition) = condition else { return true };
    // An unticked box sends only its marker, which stands for "false".
    let values: Vec<&str> = typed
        .iter()
        .filter(|(name, _)| *name == condition.field)
        .map(|(_, value)| if value.is_empty() { "false" } else { value.as_str() })
        .collect();
    match condition.values.is_empty() {
        true => values.iter().any(|value| *value != "false"),
        false => {
            let value =
                values.iter().copied().find(|value| *value != "false").or(values.first().copied());
            value.is_some_and(|value| condition.values.iter().any(|wanted| wanted == value))
        }
    }
}

fn for_people(field: &FormField, message: &str) -> String {
    match &field.kind {
        _ if message.starts_with("requires property") => {
            format!("{} must be filled in.", field.title)
        }
        FieldKind::Text { pattern: Some(pattern), .. } if message.contains("pattern") => {
            let hint = field.description.as_deref().map(|text| format!(" ({text})"));
            format!(
                "{} does not have the expected form{}: it must match {pattern}.",
                field.title,
                hint.unwrap_or_default()
            )
        }
        _ => format!("{} {message}.", field.title),
    }
}

fn object_fields(
    schema: &Value,
    prefix: &str,
    condition: Option<&FieldCondition>,
    entities: &Entities<'_>,
    fields: &mut Vec<FormField>,
) {
    let required: Vec<&str> = strings(schema.get("required"));
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let order = strings(schema.get("ui:order"));
    let rank = |name: &str| {
        let rest = order.iter().position(|entry| *entry == "*").unwrap_or(order.len());
        order.iter().position(|entry| *entry == name).unwrap_or(rest)
    };
    let mut names: Vec<&String> = properties.keys().collect();
    names.sort_by_key(|name| rank(name));
    for name in names {
        let property = &properties[name.as_str()];
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let nested = property.get("properties").is_some() && custom_field(property).is_none();
        if nested {
            object_fields(property, &path, condition, entities, fields);
        } else if fields.iter().all(|field| field.name != path) {
            let is_required = required.contains(&name.as_str());
            fields.push(field(property, path, is_required, condition, entities));
        }
    }
    conditional_fields(schema, prefix, entities, fields);
}

/// Fields that depend on others: `dependencies` with `oneOf`, and `if`/`then`/`else` with one
/// condition on one property, which is how forms are written.
fn conditional_fields(
    schema: &Value,
    prefix: &str,
    entities: &Entities<'_>,
    fields: &mut Vec<FormField>,
) {
    let path = |name: &str| match prefix.is_empty() {
        true => name.to_owned(),
        false => format!("{prefix}.{name}"),
    };
    let empty = Map::new();
    let dependencies = schema.get("dependencies").and_then(Value::as_object).unwrap_or(&empty);
    for (name, dependency) in dependencies {
        let branches = dependency.get("oneOf").or_else(|| dependency.get("anyOf"));
        match branches.and_then(Value::as_array) {
            Some(branches) => {
                for branch in branches {
                    let values = accepted(&branch["properties"][name]);
                    let condition = FieldCondition { field: path(name), values };
                    object_fields(
                        &without(branch, name),
                        prefix,
                        Some(&condition),
                        entities,
                        fields,
                    );
                }
            }
            None => {
                let condition = FieldCondition { field: path(name), values: Vec::new() };
                object_fields(dependency, prefix, Some(&condition), entities, fields);
            }
        }
    }
    let rules = schema.get("allOf").and_then(Value::as_array);
    for rule in rules.into_iter().flatten().chain(std::iter::once(schema)) {
        let Some((name, test)) = rule
            .get("if")
            .and_then(|test| test.get("properties"))
            .and_then(Value::as_object)
            .and_then(|tests| tests.iter().next())
        else {
            continue;
        };
        let values = accepted(test);
        if let Some(then) = rule.get("then") {
            let condition = FieldCondition { field: path(name), values: values.clone() };
            object_fields(then, prefix, Some(&condition), entities, fields);
        }
        // "Else" is shown for a yes-or-no question, where the other value is known.
        if let (Some(other), ["true" | "false"]) =
            (rule.get("else"), values.iter().map(String::as_str).collect::<Vec<_>>().as_slice())
        {
            let opposite = if values[0] == "true" { "false" } else { "true" };
            let condition = FieldCondition { field: path(name), values: vec![opposite.to_owned()] };
            object_fields(other, prefix, Some(&condition), entities, fields);
        }
    }
}

fn without(schema: &Value, name: &str) -> Value {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_remove(name);
    }
    schema
}

fn accepted(test: &Value) -> Vec<String> {
    match (test.get("const"), test.get("enum").and_then(Value::as_array)) {
        (Some(value), _) => vec![plain(value)],
        (None, Some(list)) => list.iter().map(plain).collect(),
        _ => Vec::new(),
    }
}

fn field(
    schema: &Value,
    name: String,
    required: bool,
    condition: Option<&FieldCondition>,
    entities: &Entities<'_>,
) -> FormField {
    let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
    let ui =
        |key: &str| schema.get(format!("ui:{key}")).or_else(|| schema.get("ui:options")?.get(key));
    FormField {
        title: text(schema, "title").unwrap_or(last),
        description: text(schema, "description")
            .or_else(|| ui("help").and_then(Value::as_str).map(str::to_owned)),
        required,
        disabled: ui("disabled").and_then(Value::as_bool).unwrap_or(false)
            || schema.get("readOnly").and_then(Value::as_bool).unwrap_or(false),
        autofocus: ui("autofocus").and_then(Value::as_bool).unwrap_or(false),
        placeholder: ui("placeholder").and_then(Value::as_str).map(str::to_owned),
        default: schema.get("default").or_else(|| schema.get("const")).cloned(),
        condition: condition.cloned(),
        kind: kind(schema, entities),
        name,
    }
}

fn custom_field(schema: &Value) -> Option<&str> {
    schema.get("ui:field").and_then(Value::as_str)
}

fn kind(schema: &Value, entities: &Entities<'_>) -> FieldKind {
    let widget = schema.get("ui:widget").and_then(Value::as_str).unwrap_or_default();
    match custom_field(schema) {
        Some("Secret") => return FieldKind::Secret,
        Some(
            picker @ ("EntityPicker" | "OwnerPicker" | "OwnedEntityPicker" | "MyGroupsPicker"),
        ) => {
            let filter = picker_filter(schema, picker);
            let arbitrary = schema["ui:options"]["allowArbitraryValues"].as_bool().unwrap_or(true);
            return FieldKind::Entity { options: entities(&filter), arbitrary };
        }
        Some("MultiEntityPicker") => {
            let filter = picker_filter(schema, "EntityPicker");
            return FieldKind::Entities { options: entities(&filter) };
        }
        _ => {}
    }
    let choices = choices(schema);
    let type_name = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        // The first type that is not null is what people type.
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("string")
        }
        _ if !choices.is_empty() => "string",
        _ if schema.get("items").is_some() => "array",
        _ => "",
    };
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    let length = |key: &str| schema.get(key).and_then(Value::as_u64);
    match type_name {
        _ if type_name != "array" && !choices.is_empty() => FieldKind::Choice { options: choices },
        "string" if widget == "password" => FieldKind::Secret,
        "string" => FieldKind::Text {
            multiline: widget == "textarea" || schema["ui:options"]["multiline"] == true,
            pattern: text(schema, "pattern"),
            min_length: length("minLength"),
            max_length: length("maxLength"),
            format: text(schema, "format"),
        },
        "integer" | "number" => FieldKind::Number {
            integer: type_name == "integer",
            min: number("minimum"),
            max: number("maximum"),
        },
        "boolean" => FieldKind::Boolean,
        "array" => match schema.get("items") {
            Some(items) if !self::choices(items).is_empty() => {
                FieldKind::MultiChoice { options: self::choices(items) }
            }
            Some(items) if items["type"] == "string" => FieldKind::Lines,
            _ => FieldKind::Json,
        },
        _ => FieldKind::Json,
    }
}

fn choices(schema: &Value) -> Vec<FieldOption> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let names = strings(schema.get("enumNames"));
        let option = |(index, value): (usize, &Value)| FieldOption {
            value: plain(value),
            label: names.get(index).map_or_else(|| plain(value), |name| (*name).to_owned()),
        };
        return values.iter().enumerate().map(option).collect();
    }
    let list = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    let constants = list.into_iter().flatten().filter_map(|option| {
        let value = option.get("const")?;
        Some(FieldOption {
            value: plain(value),
            label: text(option, "title").unwrap_or_else(|| plain(value)),
        })
    });
    constants.collect()
}

fn picker_filter(schema: &Value, picker: &str) -> PickerFilter {
    let options = &schema["ui:options"];
    let sets = match options.get("catalogFilter") {
        Some(Value::Array(list)) => list.iter().map(conditions).collect(),
        Some(set @ Value::Object(_)) => vec![conditions(set)],
        _ => match (options.get("allowedKinds"), picker) {
            (Some(kinds), _) => vec![vec![("kind".to_owned(), lower(kinds))]],
            (None, "OwnerPicker") => {
                vec![vec![("kind".to_owned(), vec!["group".to_owned(), "user".to_owned()])]]
            }
            (None, "MyGroupsPicker") => vec![vec![("kind".to_owned(), vec!["group".to_owned()])]],
            _ => Vec::new(),
        },
    };
    PickerFilter { any_of: sets }
}

fn conditions(set: &Value) -> Vec<(String, Vec<String>)> {
    let entries = set.as_object().into_iter().flatten();
    entries
        .map(|(path, wanted)| match wanted {
            Value::Object(test) if test.contains_key("exists") => (path.to_lowercase(), Vec::new()),
            other => (path.to_lowercase(), lower(other)),
        })
        .collect()
}

fn lower(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().map(|value| plain(value).to_lowercase()).collect(),
        other => vec![plain(other).to_lowercase()],
    }
}

/// The value that was typed into a field; nothing, when it was left empty.
fn read(field: &FormField, typed: &[&str]) -> Result<Option<Value>, String> {
    let first = typed.iter().map(|text| text.trim()).find(|text| !text.is_empty());
    let expected = |what: &str, found: &str| {
        Err(format!("{} must be {what}; \"{found}\" is not.", field.title))
    };
    Ok(match &field.kind {
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
        FieldKind::Choice { options } => match first {
            None => None,
            Some(text) if options.iter().any(|option| option.value == text) => {
                Some(typed_value(text))
            }
            Some(text) => return expected("one of the choices", text),
        },
        FieldKind::MultiChoice { .. } => match typed {
            [] => None,
            _ => {
                let chosen = typed.iter().filter(|text| !text.is_empty());
                Some(chosen.map(|text| typed_value(text)).collect())
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
        FieldKind::Json => match first {
            None => None,
            Some(text) => match yaml::parse_one(text) {
                Ok(node) => Some(node.to_json()),
                Err(error) => return Err(format!("{} must be JSON or YAML: {error}", field.title)),
            },
        },
    })
}

/// A choice's value: JSON where the schema lists something else than texts.
fn typed_value(text: &str) -> Value {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => value,
        _ => Value::from(text),
    }
}

fn insert(values: &mut Map<String, Value>, path: &str, value: Value) {
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

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(schema: &Value, key: &str) -> Option<String> {
    schema.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pages_of(parameters: Value) -> (Value, Vec<FormPage>) {
        let spec = json!({ "parameters": parameters });
        let pages = pages(&spec, &|_| Vec::new());
        (spec, pages)
    }

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn reads_each_kind_of_field() {
        let (_, pages) = pages_of(json!({"properties": {
            "name": {"type": "string"}, "port": {"type": "integer"}, "share": {"type": "number"},
            "docs": {"type": "boolean"}, "level": {"enum": [1, 2]}, "tags": {"type": "array", "items": {"type": "string"}},
            "more": {"type": "object", "properties": {"deep": {"type": "string"}}},
            "token": {"type": "string", "ui:field": "Secret"}, "free": {}
        }}));
        let filled = fill(
            &pages,
            &typed(&[
                ("name", " ada "),
                ("port", "8080"),
                ("share", "0.5"),
                ("docs", ""),
                ("docs", "true"),
                ("level", "2"),
                ("tags", "a\nb\n"),
                ("more.deep", "x"),
                ("token", "s3cret"),
                ("free", "{a: 1}"),
            ]),
        );
        assert_eq!(filled.errors, []);
        assert_eq!(
            Value::Object(filled.values),
            json!({
                "name": "ada", "port": 8080, "share": 0.5, "docs": true, "level": 2, "tags": ["a", "b"],
                "more": {"deep": "x"}, "token": "******", "free": {"a": 1}
            })
        );
        assert_eq!(Value::Object(filled.secrets), json!({"token": "s3cret"}));
    }

    #[test]
    fn says_what_a_field_expects() {
        let (_, pages) = pages_of(json!({"required": ["name"], "properties": {
            "name": {"title": "Name", "type": "string"}, "port": {"title": "Port", "type": "integer"}
        }}));
        let filled = fill(&pages, &typed(&[("name", ""), ("port", "eighty")]));
        assert_eq!(
            filled.errors,
            [
                ("name".to_owned(), "Name must be filled in.".to_owned()),
                ("port".to_owned(), "Port must be a whole number; \"eighty\" is not.".to_owned()),
            ]
        );
    }

    #[test]
    fn checks_values_against_the_schema_by_field() {
        let (spec, pages) = pages_of(json!({"properties": {
            "name": {"title": "Name", "type": "string", "pattern": "^[a-z]+$"},
            "port": {"title": "Port", "type": "integer", "minimum": 1024}
        }}));
        let errors = check(&spec, &pages, &json!({"name": "A1", "port": 1}));
        assert_eq!(errors.len(), 2);
        assert!(errors[0].1.contains("^[a-z]+$"), "{errors:?}");
        assert!(errors[1].1.contains("1024"), "{errors:?}");
        assert_eq!(check(&spec, &pages, &json!({"name": "ab", "port": 2000})), []);
    }

    #[test]
    fn asks_for_dependent_fields_only_when_they_are_wanted() {
        let (_, pages) = pages_of(json!({
            "properties": {"cloud": {"type": "boolean"}},
            "dependencies": {"cloud": {"oneOf": [
                {"properties": {"cloud": {"const": true}, "region": {"type": "string"}}, "required": ["region"]},
                {"properties": {"cloud": {"const": false}}}
            ]}}
        }));
        let names: Vec<&str> = pages[0].fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["cloud", "region"]);
        let without = fill(&pages, &typed(&[("cloud", ""), ("region", "x")]));
        assert_eq!(Value::Object(without.values), json!({"cloud": false}));
        let with = fill(&pages, &typed(&[("cloud", ""), ("cloud", "true"), ("region", "")]));
        assert_eq!(with.errors.len(), 1);
    }
}
