//! From JSON Schema to fields.

use super::picker::{self, Lookup};
use super::rule::{Rule, for_browser};
use super::text::{plain, strings, text, ui};
use super::{Choice, Field, Page, rows, secret};
use model::template::{FieldCondition, FieldKind, FieldOption, FormField, FormPage};
use serde_json::{Map, Value, json};

/// How deep conditions may lie within one another.
const DEEPEST: usize = 24;

/// The pages of a form with their fields.
pub(crate) fn pages(spec: &Value, lookup: &Lookup<'_>) -> Vec<Page> {
    let mut pages: Vec<Page> = super::blocks(spec)
        .into_iter()
        .map(|block| {
            let mut builder = Builder { lookup, fields: Vec::new() };
            builder.object(&block, "", &Rule::Always, 0);
            Page {
                view: FormPage {
                    title: text(&block, "title")
                        .unwrap_or_else(|| "Please enter the following information".to_owned()),
                    description: text(&block, "description"),
                    condition: None,
                    fields: Vec::new(),
                },
                block,
                fields: builder.fields,
            }
        })
        .collect();
    let all: Vec<Field> = pages.iter().flat_map(|page| page.fields.iter().cloned()).collect();
    let all: Vec<&Field> = all.iter().collect();
    for page in &mut pages {
        page.view.condition = super::when::for_browser(page.block.get("when"), &all);
        let certain = page.view.condition.as_ref().is_none_or(FieldCondition::is_known);
        for field in &mut page.fields {
            field.view.condition = match &field.rule {
                Rule::Always => None,
                rule => Some(for_browser(rule, &all)),
            };
            // What the browser cannot judge, it must not insist on.
            let known = field.view.condition.as_ref().is_none_or(FieldCondition::is_known);
            field.view.required = field.required && certain && known;
        }
        page.view.fields = page.fields.iter().map(|field| field.view.clone()).collect();
    }
    pages
}

struct Builder<'a> {
    lookup: &'a Lookup<'a>,
    fields: Vec<Field>,
}

impl Builder<'_> {
    fn object(&mut self, schema: &Value, prefix: &str, rule: &Rule, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let required = strings(schema.get("required"));
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let order = strings(schema.get("ui:order"));
        let rank = |name: &str| {
            let rest = order.iter().position(|entry| *entry == "*").unwrap_or(order.len());
            order.iter().position(|entry| *entry == name).unwrap_or(rest)
        };
        let mut names: Vec<&String> = properties.keys().collect();
        names.sort_by_key(|name| rank(name));
        for name in names {
            let property = &properties[name.as_str()];
            let path = join(prefix, name);
            let is_object = property.get("properties").is_some();
            if is_object && custom_field(property).is_none() && !secret::is_secret(property) {
                self.object(property, &path, rule, depth + 1);
            } else {
                self.field(property, path, required.contains(&name.as_str()), rule);
            }
        }
        self.dependencies(schema, prefix, rule, depth);
        self.conditions(schema, prefix, rule, depth);
    }

    /// A field; one of the same name that is there only at times leaves room for it at others.
    fn field(&mut self, schema: &Value, path: String, required: bool, rule: &Rule) {
        let mut rule = rule.clone();
        for earlier in self.fields.iter().filter(|field| field.view.name == path) {
            if earlier.rule == Rule::Always {
                return;
            }
            rule = rule.and(Rule::Not(Box::new(earlier.rule.clone())));
        }
        let field = field(schema, path, required, rule, self.lookup);
        self.fields.push(field);
    }

    /// `dependencies`: each branch has the values of the property that it is for.
    fn dependencies(&mut self, schema: &Value, prefix: &str, rule: &Rule, depth: usize) {
        let list = schema.get("dependencies").and_then(Value::as_object);
        for (name, dependency) in list.into_iter().flatten() {
            let there = json!({ "required": [name] });
            let there = rule.and(Rule::Fits { path: prefix.to_owned(), schema: there });
            let branches = dependency.get("oneOf").or_else(|| dependency.get("anyOf"));
            for branch in branches.and_then(Value::as_array).into_iter().flatten() {
                let Some(test) = branch.get("properties").and_then(|tests| tests.get(name)) else {
                    continue;
                };
                let test = json!({ "required": [name], "properties": { name: test } });
                let rule = rule.and(Rule::Fits { path: prefix.to_owned(), schema: test });
                self.object(&without(branch, name), prefix, &rule, depth + 1);
            }
            if dependency.is_object() {
                self.object(dependency, prefix, &there, depth + 1);
            }
        }
    }

    /// `if` with `then` and `else`, and what `allOf` puts together.
    fn conditions(&mut self, schema: &Value, prefix: &str, rule: &Rule, depth: usize) {
        if let Some(test) = schema.get("if") {
            let test = Rule::Fits { path: prefix.to_owned(), schema: test.clone() };
            if let Some(then) = schema.get("then") {
                self.object(then, prefix, &rule.and(test.clone()), depth + 1);
            }
            if let Some(other) = schema.get("else") {
                self.object(other, prefix, &rule.and(Rule::Not(Box::new(test))), depth + 1);
            }
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.object(part, prefix, rule, depth + 1);
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    match prefix.is_empty() {
        true => name.to_owned(),
        false => format!("{prefix}.{name}"),
    }
}

fn without(schema: &Value, name: &str) -> Value {
    let mut schema = schema.clone();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_remove(name);
    }
    schema
}

fn custom_field(schema: &Value) -> Option<&str> {
    schema.get("ui:field").and_then(Value::as_str)
}

pub(super) fn field(
    schema: &Value,
    name: String,
    required: bool,
    rule: Rule,
    lookup: &Lookup<'_>,
) -> Field {
    let last = name.rsplit('.').next().unwrap_or(&name).to_owned();
    let options = match schema.get("items") {
        Some(items) if choices(schema).is_empty() => choices(items),
        _ => choices(schema),
    };
    let mut kind = kind(schema, &options, lookup);
    let is_json = matches!(kind, FieldKind::Json);
    let rows = Some(schema).filter(|_| is_json).and_then(|schema| rows::of_schema(schema, lookup));
    let rows = rows.unwrap_or_default();
    if !rows.is_empty() {
        kind = FieldKind::Rows { fields: rows.iter().map(|row| row.view.clone()).collect() };
    }
    let has_secrets = secret::holds_secret(schema);
    let default = schema.get("default").or_else(|| schema.get("const"));
    let view = FormField {
        title: text(schema, "title").unwrap_or(last),
        description: text(schema, "description")
            .or_else(|| ui(schema, "help").and_then(Value::as_str).map(str::to_owned)),
        required,
        disabled: ui(schema, "disabled").and_then(Value::as_bool).unwrap_or(false)
            || schema.get("readOnly").and_then(Value::as_bool).unwrap_or(false),
        autofocus: ui(schema, "autofocus").and_then(Value::as_bool).unwrap_or(false),
        placeholder: ui(schema, "placeholder").and_then(Value::as_str).map(str::to_owned),
        default: match &kind {
            FieldKind::Secret => None,
            // As the form sends it.
            FieldKind::Choice { .. } => default.map(|value| keyed(&options, value)),
            FieldKind::MultiChoice { .. } => default.map(|value| match value {
                Value::Array(list) => list.iter().map(|value| keyed(&options, value)).collect(),
                other => other.clone(),
            }),
            // Nothing, as a field is empty.
            _ => default.filter(|value| !value.is_null()).cloned(),
        },
        condition: None,
        has_secrets,
        kind,
        name,
    };
    Field {
        default: default.cloned(),
        has_secrets,
        rows,
        schema: schema.clone(),
        view,
        required,
        rule,
        options,
    }
}

fn keyed(options: &[Choice], value: &Value) -> Value {
    match options.iter().find(|option| option.value == *value) {
        Some(option) => Value::from(option.key.as_str()),
        None => value.clone(),
    }
}

fn kind(schema: &Value, options: &[Choice], lookup: &Lookup<'_>) -> FieldKind {
    if secret::is_secret(schema) {
        return FieldKind::Secret;
    }
    if let Some(picker) = picker::Picker::of(schema) {
        return picker.kind(lookup);
    }
    let widget = schema.get("ui:widget").and_then(Value::as_str).unwrap_or_default();
    let shown = || {
        let option = |option: &Choice| FieldOption {
            value: option.key.clone(),
            label: option.label.clone(),
        };
        options.iter().map(option).collect::<Vec<_>>()
    };
    let is_choice = !choices(schema).is_empty();
    let type_name = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        // The first type that is not null is what people type.
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("string")
        }
        _ if is_choice => "string",
        _ if schema.get("items").is_some() => "array",
        _ => "",
    };
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    let length = |key: &str| schema.get(key).and_then(Value::as_u64);
    match type_name {
        _ if type_name != "array" && is_choice => FieldKind::Choice { options: shown() },
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
            Some(items) if secret::holds_secret(items) => FieldKind::Json,
            Some(_) if !options.is_empty() => FieldKind::MultiChoice { options: shown() },
            Some(items) if items["type"] == "string" => FieldKind::Lines,
            _ => FieldKind::Json,
        },
        _ => FieldKind::Json,
    }
}

/// What there is to choose, each with its own value and with a text that stands for it in the form
/// and for nothing else.
fn choices(schema: &Value) -> Vec<Choice> {
    let mut found: Vec<(Value, String)> = Vec::new();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let names = match strings(schema.get("enumNames")) {
            names if names.is_empty() => strings(ui(schema, "enumNames")),
            names => names,
        };
        let label = |(index, value): (usize, &Value)| {
            let name = names.get(index).map(|name| (*name).to_owned());
            (value.clone(), name.unwrap_or_else(|| plain(value)))
        };
        found.extend(values.iter().enumerate().map(label));
    } else {
        let list = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
        found.extend(list.into_iter().flatten().filter_map(|option| {
            let single = option.get("enum").and_then(Value::as_array);
            let single = single.filter(|list| list.len() == 1).and_then(|list| list.first());
            let value = option.get("const").or(single)?;
            Some((value.clone(), text(option, "title").unwrap_or_else(|| plain(value))))
        }));
    }
    let plains: Vec<String> = found.iter().map(|(value, _)| plain(value)).collect();
    let mut choices: Vec<Choice> = Vec::new();
    for (index, (value, label)) in found.into_iter().enumerate() {
        let alone = plains.iter().filter(|plain| **plain == plains[index]).count() == 1;
        // An empty text is a field that was left empty, and 1 is not "1".
        let key = match alone && !plains[index].trim().is_empty() {
            true => plains[index].clone(),
            false => value.to_string(),
        };
        let key = match choices.iter().any(|choice| choice.key == key) {
            true => format!("{key} ({index})"),
            false => key,
        };
        choices.push(Choice { key, value, label });
    }
    choices
}
