//! When a field is asked for: exactly, by the template's own schemas, and as far as the browser can
//! tell by itself.

use super::Field;
use super::text::{accepted, plain};
use crate::schema;
use model::template::{FieldCondition, FieldKind};
use serde_json::{Map, Value, json};

/// When a field is asked for. The values decide, by JSON Schema.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Rule {
    /// At all times.
    Always,
    /// When the object at this path fits the schema.
    Fits { path: String, schema: Value },
    /// When the other does not hold.
    Not(Box<Rule>),
    /// When all of them hold.
    All(Vec<Rule>),
}

impl Rule {
    /// Both at once.
    pub(crate) fn and(&self, other: Rule) -> Rule {
        match (self, other) {
            (Rule::Always, other) => other,
            (own, Rule::Always) => own.clone(),
            (own, other) => Rule::All(vec![own.clone(), other]),
        }
    }

    /// Whether the values say so.
    pub(crate) fn holds(&self, values: &Value) -> bool {
        match self {
            Rule::Always => true,
            Rule::Not(other) => !other.holds(values),
            Rule::All(rules) => rules.iter().all(|rule| rule.holds(values)),
            Rule::Fits { path, schema } => {
                let empty = Value::Object(Map::new());
                fits(schema, at(values, path).unwrap_or(&empty))
            }
        }
    }
}

/// Whether a value fits a schema; a schema that is none fits nothing.
pub(crate) fn fits(schema: &Value, value: &Value) -> bool {
    schema::compile(schema).is_ok_and(|validator| validator.is_valid(value))
}

/// The value at a path whose parts are joined by dots.
pub(crate) fn at<'v>(values: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(values);
    }
    path.split('.').try_fold(values, |value, part| value.get(part))
}

/// The rule as the browser judges it, from what fields hold.
pub(crate) fn for_browser(rule: &Rule, fields: &[&Field]) -> FieldCondition {
    match rule {
        Rule::Always => FieldCondition::All(Vec::new()),
        Rule::Not(other) => FieldCondition::Not(Box::new(for_browser(other, fields))),
        Rule::All(rules) => {
            FieldCondition::All(rules.iter().map(|rule| for_browser(rule, fields)).collect())
        }
        Rule::Fits { path, schema } => object(path, schema, fields),
    }
}

/// Keywords that say nothing about values.
fn is_silent(keyword: &str) -> bool {
    matches!(keyword, "title" | "description" | "$comment" | "default" | "examples")
        || keyword.starts_with("ui:")
}

fn object(path: &str, schema: &Value, fields: &[&Field]) -> FieldCondition {
    let Some(map) = schema.as_object() else {
        return match schema {
            Value::Bool(false) => FieldCondition::Any(Vec::new()),
            _ => FieldCondition::All(Vec::new()),
        };
    };
    let inner = |name: &str| match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    };
    let required: Vec<&str> = map
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut parts = Vec::new();
    for (keyword, value) in map {
        match keyword.as_str() {
            "type" if value == "object" => {}
            "required" => {}
            "properties" => {
                for (name, test) in value.as_object().into_iter().flatten() {
                    parts.push(property(
                        &inner(name),
                        test,
                        required.contains(&name.as_str()),
                        fields,
                    ));
                }
            }
            keyword if is_silent(keyword) => {}
            _ => parts.push(combined(keyword, value, &|schema| object(path, schema, fields))),
        }
    }
    let tested = map.get("properties").and_then(Value::as_object);
    for name in
        required.iter().filter(|name| tested.is_none_or(|tests| !tests.contains_key(**name)))
    {
        parts.push(filled(&inner(name), fields));
    }
    FieldCondition::All(parts)
}

/// A keyword that combines schemas.
fn combined(
    keyword: &str,
    value: &Value,
    each: &dyn Fn(&Value) -> FieldCondition,
) -> FieldCondition {
    let list = || value.as_array().into_iter().flatten().map(each).collect::<Vec<_>>();
    match keyword {
        "allOf" => FieldCondition::All(list()),
        "anyOf" => FieldCondition::Any(list()),
        "oneOf" => {
            // Exactly one: this one, and none of the others.
            let list = list();
            let only = |at: usize| {
                let others = list.iter().enumerate().map(|(index, condition)| match index == at {
                    true => condition.clone(),
                    false => FieldCondition::Not(Box::new(condition.clone())),
                });
                FieldCondition::All(others.collect())
            };
            match list.len() {
                0..=8 => FieldCondition::Any((0..list.len()).map(only).collect()),
                _ => FieldCondition::Unknown,
            }
        }
        "not" => FieldCondition::Not(Box::new(each(value))),
        _ => FieldCondition::Unknown,
    }
}

/// A property that is not there fits every test, as JSON Schema has it, unless it is required.
fn property(name: &str, test: &Value, required: bool, fields: &[&Field]) -> FieldCondition {
    let is_field = fields.iter().any(|field| field.view.name == name);
    let inside = format!("{name}.");
    if !is_field && fields.iter().any(|field| field.view.name.starts_with(&inside)) {
        return object(name, test, fields);
    }
    let filled = filled(name, fields);
    let fits = value(name, test, fields);
    match required {
        true => FieldCondition::All(vec![filled, fits]),
        false => FieldCondition::Any(vec![FieldCondition::Not(Box::new(filled)), fits]),
    }
}

/// Whether there is anything; an object that is made of fields is always there.
fn filled(name: &str, fields: &[&Field]) -> FieldCondition {
    let inside = format!("{name}.");
    match fields.iter().any(|field| field.view.name.starts_with(&inside)) {
        true => FieldCondition::All(Vec::new()),
        false => FieldCondition::Filled { field: name.to_owned() },
    }
}

/// Whether what a field holds fits a schema.
fn value(name: &str, test: &Value, fields: &[&Field]) -> FieldCondition {
    let is = |values: Vec<String>| FieldCondition::Is { field: name.to_owned(), values };
    let Some(field) = fields.iter().find(|field| field.view.name == name) else {
        return FieldCondition::Unknown;
    };
    // Where everything that can be chosen is known, each is tried.
    match &field.view.kind {
        FieldKind::Choice { .. } => {
            let fit = field.options.iter().filter(|option| fits(test, &option.value));
            return is(fit.map(|option| option.key.clone()).collect());
        }
        FieldKind::Boolean => {
            let fit = [true, false].into_iter().filter(|value| fits(test, &json!(value)));
            return is(fit.map(|value| value.to_string()).collect());
        }
        _ => {}
    }
    let Some(map) = test.as_object() else {
        return match test {
            Value::Bool(false) => FieldCondition::Any(Vec::new()),
            _ => FieldCondition::All(Vec::new()),
        };
    };
    let is_list = matches!(
        field.view.kind,
        FieldKind::MultiChoice { .. } | FieldKind::Entities { .. } | FieldKind::Lines
    );
    let is_plain = matches!(
        field.view.kind,
        FieldKind::Text { .. } | FieldKind::Number { .. } | FieldKind::Entity { .. }
    );
    let mut parts = Vec::new();
    for (keyword, test) in map {
        parts.push(match keyword.as_str() {
            // The field itself takes no other type.
            "type" => continue,
            "const" | "enum" if is_plain => is(accepted(map).map(plain).collect()),
            "contains" if is_list && !field.options.is_empty() => {
                let fit = field.options.iter().filter(|option| fits(test, &option.value));
                is(fit.map(|option| option.key.clone()).collect())
            }
            "contains" if is_list => match test.as_object().map(|test| (accepted(test), test)) {
                Some((values, test)) if test.keys().all(|key| key == "const" || key == "enum") => {
                    is(values.map(plain).collect())
                }
                _ => FieldCondition::Unknown,
            },
            keyword if is_silent(keyword) => continue,
            keyword => combined(keyword, test, &|schema| value(name, schema, fields)),
        });
    }
    FieldCondition::All(parts)
}
