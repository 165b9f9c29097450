//! JSON Schema, as OpenAPI and AsyncAPI use it, as a table of fields.

use crate::limits::{MAX_DEPTH, MAX_FIELDS, cut};
use crate::reference::{self, follow};
use crate::text::{html, plain};
use crate::tree::Tree;
use model::api_definition::{ApiField, ApiFields};
use serde_json::Value;

/// How many schemas are looked at for one table, whether they give fields or not.
const MAX_STEPS: u32 = 5_000;

/// How many values of an enumeration are listed.
const MAX_VALUES: usize = 40;

/// The limits that are listed, and how they are called.
const LIMITS: [(&str, &str); 13] = [
    ("minimum", "at least"),
    ("exclusiveMinimum", "more than"),
    ("maximum", "at most"),
    ("exclusiveMaximum", "less than"),
    ("multipleOf", "a multiple of"),
    ("minLength", "min. length"),
    ("maxLength", "max. length"),
    ("pattern", "pattern"),
    ("minItems", "min. items"),
    ("maxItems", "max. items"),
    ("minProperties", "min. properties"),
    ("maxProperties", "max. properties"),
    ("const", "always"),
];

/// A schema as a table. `root` is what references start from.
pub(crate) fn table(root: &Value, schema: &Value, title: &str, description: &str) -> ApiFields {
    let mut walk = Walk { root, fields: Vec::new(), more: 0, within: Vec::new(), steps: 0 };
    let found = follow(root, schema);
    let whole = describe(root, schema);
    walk.enter(found.reference, |walk| walk.inside(found.value, 0));
    if walk.fields.is_empty() {
        // A plain value has no fields, but may have limits.
        let limits = limits(found.value);
        let about = html(found.value.text("description"));
        if !limits.is_empty() || !about.is_empty() {
            walk.push(ApiField {
                name: "value".to_owned(),
                r#type: whole.clone(),
                description: about,
                limits,
                ..ApiField::default()
            });
        }
    }
    ApiFields {
        title: title.to_owned(),
        description: html(description),
        r#type: whole,
        fields: walk.fields,
        more: walk.more,
    }
}

/// A parameter or a header: a row with what is in it.
pub(crate) fn rows(root: &Value, field: ApiField, schema: &Value) -> (Vec<ApiField>, u32) {
    let mut walk = Walk { root, fields: Vec::new(), more: 0, within: Vec::new(), steps: 0 };
    walk.field(field, schema);
    (walk.fields, walk.more)
}

struct Walk<'a> {
    root: &'a Value,
    fields: Vec<ApiField>,
    more: u32,
    /// The references we are inside of.
    within: Vec<&'a str>,
    steps: u32,
}

impl<'a> Walk<'a> {
    fn push(&mut self, field: ApiField) {
        if self.fields.len() < MAX_FIELDS {
            self.fields.push(field);
        } else {
            self.more += 1;
        }
    }

    /// Goes through a reference unless we are inside of it already.
    fn enter(&mut self, reference: &'a str, work: impl FnOnce(&mut Self)) -> bool {
        let circle = !reference.is_empty() && self.within.contains(&reference);
        if circle {
            return false;
        }
        self.within.push(reference);
        work(self);
        self.within.pop();
        true
    }

    /// A row, and the rows within it.
    fn field(&mut self, mut field: ApiField, schema: &'a Value) {
        let found = follow(self.root, schema);
        field.r#type = describe(self.root, schema);
        if field.description.is_empty() {
            // Beside a reference the description of this use counts.
            let own = schema.text("description");
            field.description =
                html(if own.is_empty() { found.value.text("description") } else { own });
        }
        if field.limits.is_empty() {
            field.limits = limits(found.value);
        }
        for (key, mark) in [
            ("deprecated", "deprecated"),
            ("readOnly", "read only"),
            ("writeOnly", "write only"),
            ("nullable", "nullable"),
        ] {
            if found.value.flag(key) && !field.marks.iter().any(|known| known == mark) {
                field.marks.push(mark.to_owned());
            }
        }
        let depth = field.depth;
        let at = self.fields.len();
        self.push(field);
        if found.missing.is_some() || depth >= MAX_DEPTH || self.fields.len() >= MAX_FIELDS {
            return;
        }
        let entered = self.enter(found.reference, |walk| walk.inside(found.value, depth + 1));
        if !entered && let Some(field) = self.fields.get_mut(at) {
            field.marks.push("recursive".to_owned());
        }
    }

    /// The rows of what a schema holds.
    fn inside(&mut self, schema: &'a Value, depth: u8) {
        self.steps += 1;
        if depth > MAX_DEPTH || self.fields.len() >= MAX_FIELDS || self.steps > MAX_STEPS {
            return;
        }
        for part in schema.list("allOf") {
            let found = follow(self.root, part);
            if found.missing.is_none() {
                self.enter(found.reference, |walk| walk.inside(found.value, depth));
            }
        }
        let required: Vec<&str> =
            schema.list("required").iter().filter_map(Value::as_str).collect();
        for (name, property) in schema.entries("properties") {
            let marks = required.contains(&name).then(|| "required".to_owned());
            let field = ApiField {
                depth,
                name: name.to_owned(),
                marks: marks.into_iter().collect(),
                ..ApiField::default()
            };
            self.field(field, property);
        }
        if schema.at("additionalProperties").is_object() {
            self.named(depth, "any other name", schema.at("additionalProperties"));
        }
        for (pattern, property) in schema.entries("patternProperties") {
            self.named(depth, pattern, property);
        }
        for (key, name) in [("oneOf", "one of"), ("anyOf", "any of")] {
            for choice in schema.list(key) {
                self.named(depth, name, choice);
            }
        }
        let items = schema.at("items");
        if items.is_object() {
            let found = follow(self.root, items);
            let entered = found.missing.is_some()
                || self.enter(found.reference, |walk| walk.inside(found.value, depth));
            if !entered && let Some(list) = self.fields.last_mut() {
                list.marks.push("recursive".to_owned());
            }
        }
    }

    fn named(&mut self, depth: u8, name: &str, schema: &'a Value) {
        self.field(ApiField { depth, name: name.to_owned(), ..ApiField::default() }, schema);
    }
}

/// The type of a schema in words.
pub(crate) fn describe(root: &Value, schema: &Value) -> String {
    words(root, schema, 0)
}

fn words(root: &Value, schema: &Value, depth: usize) -> String {
    const DEEPEST: usize = 4;
    let found = follow(root, schema);
    if let Some(missing) = found.missing {
        return format!("{} ({missing})", cut(found.reference, 200));
    }
    if !found.reference.is_empty() {
        return reference::name(found.reference);
    }
    if depth > DEEPEST {
        return "…".to_owned();
    }
    let schema = found.value;
    let inner = |schema: &Value| words(root, schema, depth + 1);
    let of = |schema: &Value| match schema.at("items") {
        items if items.is_object() => format!("array of {}", inner(items)),
        _ => "array".to_owned(),
    };
    let named = |name: &str| match (name, schema.text("format")) {
        ("array", _) => of(schema),
        (name, "") => name.to_owned(),
        (name, format) => format!("{name} ({format})"),
    };
    let several = |key: &str, between: &str| {
        let all: Vec<String> = schema.list(key).iter().take(8).map(inner).collect();
        all.join(between)
    };
    match schema.at("type") {
        Value::String(name) => named(name),
        Value::Array(names) => {
            let names: Vec<String> = names.iter().filter_map(Value::as_str).map(named).collect();
            names.join(" or ")
        }
        _ if schema.at("properties").is_object() => "object".to_owned(),
        _ if schema.at("items").is_object() => of(schema),
        _ if !schema.list("allOf").is_empty() => several("allOf", " and "),
        _ if !schema.list("oneOf").is_empty() => several("oneOf", " or "),
        _ if !schema.list("anyOf").is_empty() => several("anyOf", " or "),
        _ if schema.at("enum").is_array() => "one of a list".to_owned(),
        _ => "any".to_owned(),
    }
}

/// What values fit.
fn limits(schema: &Value) -> String {
    const LONGEST: usize = 200;
    let mut parts = Vec::new();
    let values = schema.list("enum");
    if !values.is_empty() {
        let shown: Vec<String> =
            values.iter().take(MAX_VALUES).map(|value| cut(&plain(value), LONGEST)).collect();
        let more = if values.len() > MAX_VALUES { ", …" } else { "" };
        parts.push(format!("one of {}{more}", shown.join(", ")));
    }
    for (key, name) in LIMITS {
        match schema.at(key) {
            Value::Null | Value::Bool(_) => {}
            value => parts.push(format!("{name} {}", cut(&plain(value), LONGEST))),
        }
    }
    for (key, name) in [("default", "default"), ("example", "example")] {
        match schema.at(key) {
            Value::Null | Value::Object(_) | Value::Array(_) => {}
            value => parts.push(format!("{name} {}", cut(&plain(value), LONGEST))),
        }
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_unfolded_and_circles_marked() {
        let root = json!({"components": {"schemas": {
            "Node": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "integer", "format": "int64", "minimum": 1},
                "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
                "parent": {"$ref": "#/components/schemas/Node"},
            }},
        }}});
        let schema = json!({"$ref": "#/components/schemas/Node"});
        let table = table(&root, &schema, "Body", "");
        assert_eq!(table.r#type, "Node");
        let shown: Vec<_> = table
            .fields
            .iter()
            .map(|field| (field.name.as_str(), field.r#type.as_str(), field.marks.join(" ")))
            .collect();
        assert_eq!(
            shown,
            [
                ("id", "integer (int64)", "required".to_owned()),
                ("children", "array of Node", "recursive".to_owned()),
                ("parent", "Node", "recursive".to_owned()),
            ]
        );
        assert_eq!(table.fields[0].limits, "at least 1");
    }

    #[test]
    fn what_is_deep_or_wide_has_an_end() {
        let mut deep = json!({"type": "string"});
        for _ in 0..100 {
            deep = json!({"type": "object", "properties": {"a": deep}});
        }
        let found = table(&json!({}), &deep, "", "");
        assert_eq!(found.fields.len(), usize::from(MAX_DEPTH) + 1);
        let wide: serde_json::Map<String, Value> =
            (0..1000).map(|n| (format!("f{n}"), json!({"type": "string"}))).collect();
        let found = table(&json!({}), &json!({"properties": wide}), "", "");
        assert_eq!((found.fields.len(), found.more), (MAX_FIELDS, 750));
    }

    #[test]
    fn references_that_multiply_have_an_end() {
        // Each level names the next one ten times.
        let mut schemas = serde_json::Map::new();
        for level in 0..20 {
            let next = json!({"$ref": format!("#/s/L{}", level + 1)});
            let fields: serde_json::Map<String, Value> =
                (0..10).map(|n| (format!("f{n}"), next.clone())).collect();
            schemas.insert(format!("L{level}"), json!({"properties": fields}));
        }
        let root = json!({"s": schemas});
        let found = table(&root, &json!({"$ref": "#/s/L0"}), "", "");
        assert_eq!(found.fields.len(), MAX_FIELDS);
        // The same without any field on the way.
        let mut schemas = serde_json::Map::new();
        for level in 0..40 {
            let next = json!({"$ref": format!("#/s/L{}", level + 1)});
            schemas.insert(format!("L{level}"), json!({"allOf": vec![next; 10]}));
        }
        let found = table(&json!({"s": schemas}), &json!({"$ref": "#/s/L0"}), "", "");
        assert_eq!(found.fields.len(), 0);
    }
}
