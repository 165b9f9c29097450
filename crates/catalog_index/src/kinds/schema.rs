//! JSON Schemas of kinds: which ones are taken, and what does not fit them, in the words of the
//! validator that users of such catalogs know.
//!
//! A schema comes from a person and is checked against descriptors of others, so its work is
//! bounded: nothing is fetched, patterns are matched in linear time, and a schema does not refer to
//! itself.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, PatternOptions, Retrieve, Uri, ValidationError, Validator};
use model::kind::shape::{Misfit, join};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// The longest schema, in bytes as JSON.
pub const MAX_BYTES: usize = 64 * 1024;

/// How many parts a schema has at most when everything it refers to stands in its place.
const MAX_PARTS: u64 = 20_000;

/// How many patterns a schema has at most.
const MAX_PATTERNS: usize = 100;

/// How large a pattern may become, in bytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// How many things that do not fit are reported of one spec.
const MAX_MISFITS: usize = 50;

/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// What keeps a schema from being used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SchemaFault {
    /// JSON pointer of the place in the schema.
    pub(super) pointer: String,
    /// What is wrong with it.
    pub(super) message: String,
}

/// A schema that is ready to be checked against.
pub(super) fn compile(schema: &Value) -> Result<Validator, SchemaFault> {
    let root = schema.as_object().ok_or_else(|| fault("", "expected a JSON Schema: an object"))?;
    let bytes = schema.to_string().len();
    if bytes > MAX_BYTES {
        let message = format!("it has {bytes} bytes and at most {MAX_BYTES} are taken");
        return Err(fault("", message));
    }
    let draft = match root.get("$schema").map(|name| name.as_str().unwrap_or_default()) {
        None => Draft::Draft202012,
        Some(name) => draft_of(name).ok_or_else(|| {
            let message = format!(
                "\"{name}\" is not known: expected https://json-schema.org/draft/2020-12/schema or \
                 http://json-schema.org/draft-07/schema#"
            );
            fault("/$schema", message)
        })?,
    };
    if root.get("type").is_some_and(|of| of != "object") {
        return Err(fault("/type", "a `spec` is an object: expected \"object\""));
    }
    let mut parts =
        Parts { root: schema, known: HashMap::new(), open: HashSet::new(), patterns: 0 };
    parts.count(schema, "")?;
    if parts.patterns > MAX_PATTERNS {
        let message = format!("it has {} patterns and may have {MAX_PATTERNS}", parts.patterns);
        return Err(fault("", message));
    }
    jsonschema::options()
        .with_draft(draft)
        .with_pattern_options(PatternOptions::regex().size_limit(MAX_PATTERN_BYTES))
        .with_retriever(Nothing)
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| {
            let pointer = error.instance_path().as_str().to_owned();
            let message = match error.kind() {
                ValidationErrorKind::Format { format } if format == "regex" => format!(
                    "the pattern {} cannot be used: expected a regular expression without \
                     look-around and back references, and not too large",
                    shown(error.instance()).unwrap_or_default()
                ),
                _ => error.to_string(),
            };
            SchemaFault { pointer, message }
        })
}

/// Everything about `spec` that does not fit; pointers begin with `pointer`.
pub(super) fn misfits(validator: &Validator, spec: &Value, pointer: &str) -> Vec<Misfit> {
    let mut found = Vec::new();
    for error in validator.iter_errors(spec).take(MAX_MISFITS) {
        add(&error, pointer, &mut found);
    }
    found
}

fn draft_of(name: &str) -> Option<Draft> {
    match name.trim_end_matches('#') {
        "https://json-schema.org/draft/2020-12/schema" => Some(Draft::Draft202012),
        "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => {
            Some(Draft::Draft7)
        }
        _ => None,
    }
}

/// Fetches nothing.
struct Nothing;

impl Retrieve for Nothing {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("{uri} is not fetched").into())
    }
}

/// Counts the parts of a schema, with everything it refers to in its place.
struct Parts<'a> {
    root: &'a Value,
    /// By pointer.
    known: HashMap<String, u64>,
    /// The pointers on the way to the present one.
    open: HashSet<String>,
    patterns: usize,
}

impl<'a> Parts<'a> {
    fn count(&mut self, value: &'a Value, pointer: &str) -> Result<u64, SchemaFault> {
        if let Some(known) = self.known.get(pointer) {
            return Ok(*known);
        }
        self.open.insert(pointer.to_owned());
        let mut parts = 1u64;
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let at = join(pointer, key);
                    if let Value::String(text) = value {
                        parts = parts.saturating_add(self.text(key, text, pointer, &at)?);
                    }
                    if key == "patternProperties" {
                        self.patterns += value.as_object().map_or(0, serde_json::Map::len);
                    }
                    parts = parts.saturating_add(self.count(value, &at)?);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let part = self.count(item, &format!("{pointer}/{index}"))?;
                    parts = parts.saturating_add(part);
                }
            }
            _ => {}
        }
        self.open.remove(pointer);
        if parts > MAX_PARTS {
            let message = "it has too many parts when everything it refers to stands in its place: \
                           expected a simpler schema";
            return Err(fault(pointer, message));
        }
        self.known.insert(pointer.to_owned(), parts);
        Ok(parts)
    }

    /// The parts a keyword with a text brings in.
    fn text(&mut self, key: &str, text: &str, pointer: &str, at: &str) -> Result<u64, SchemaFault> {
        match key {
            "pattern" => {
                self.patterns += 1;
                Ok(0)
            }
            "$ref" => self.reference(text, at),
            "$dynamicRef" | "$recursiveRef" => {
                Err(fault(at, format!("{key} is not taken: expected a $ref such as #/$defs/name")))
            }
            // It would change what `#` means below it.
            "$id" if !pointer.is_empty() => {
                Err(fault(at, "an $id is taken at the top of the schema only"))
            }
            _ => Ok(0),
        }
    }

    fn reference(&mut self, text: &str, at: &str) -> Result<u64, SchemaFault> {
        let outside = || {
            let message = format!(
                "\"{text}\" is not taken: schemas are not fetched; expected a reference within this \
                 schema, such as #/$defs/name"
            );
            fault(at, message)
        };
        let pointer = text.strip_prefix('#').ok_or_else(outside)?;
        if !(pointer.is_empty() || pointer.starts_with('/')) || pointer.contains('%') {
            return Err(outside());
        }
        if self.open.contains(pointer) {
            let message =
                format!("\"{text}\" leads back to itself: a schema must not contain itself");
            return Err(fault(at, message));
        }
        let target = self.root.pointer(pointer).ok_or_else(|| {
            fault(at, format!("\"{text}\" leads nowhere: there is no such part of the schema"))
        })?;
        self.count(target, pointer)
    }
}

fn add(error: &ValidationError<'_>, start: &str, found: &mut Vec<Misfit>) {
    let pointer = format!("{start}{}", error.instance_path().as_str());
    let instance = error.instance();
    let mut push = |message: String, detail: String| {
        found.push(Misfit { pointer: pointer.clone(), message, detail });
    };
    // What a value is, where the message alone does not say it.
    let with_found = |detail: String| match shown(instance) {
        Some(value) => format!("{detail}, found {value}"),
        None => detail,
    };
    use ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            push(
                format!("must have required property '{name}'"),
                format!("missingProperty: {name}"),
            );
        }
        Kind::Type { kind } => {
            let types = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(all) => {
                    all.into_iter().map(|one| one.to_string()).collect::<Vec<_>>().join(",")
                }
            };
            push(format!("must be {types}"), with_found(format!("type: {types}")));
        }
        Kind::Enum { options } => {
            let allowed = options.as_array().map_or(&[][..], Vec::as_slice);
            let allowed: Vec<String> = allowed.iter().map(plain).collect();
            let detail = with_found(format!("allowedValues: {}", allowed.join(",")));
            push("must be equal to one of the allowed values".to_owned(), detail);
        }
        Kind::Constant { expected_value } => {
            let detail = with_found(format!("allowedValue: {}", plain(expected_value)));
            push("must be equal to constant".to_owned(), detail);
        }
        Kind::Pattern { pattern } => {
            push(
                format!("must match pattern \"{pattern}\""),
                with_found(format!("pattern: {pattern}")),
            );
        }
        Kind::Format { format } => {
            push(
                format!("must match format \"{format}\""),
                with_found(format!("format: {format}")),
            );
        }
        Kind::MinLength { limit } => {
            let message = format!("must NOT have fewer than {limit} characters");
            push(message, with_found(format!("limit: {limit}")));
        }
        Kind::MaxLength { limit } => {
            let message = format!("must NOT have more than {limit} characters");
            push(message, with_found(format!("limit: {limit}")));
        }
        Kind::Minimum { limit } => compared(">=", limit, &mut push, with_found),
        Kind::Maximum { limit } => compared("<=", limit, &mut push, with_found),
        Kind::ExclusiveMinimum { limit } => compared(">", limit, &mut push, with_found),
        Kind::ExclusiveMaximum { limit } => compared("<", limit, &mut push, with_found),
        Kind::MultipleOf { multiple_of } => {
            let detail = with_found(format!("multipleOf: {multiple_of}"));
            push(format!("must be multiple of {multiple_of}"), detail);
        }
        Kind::MinItems { limit } => {
            push(format!("must NOT have fewer than {limit} items"), format!("limit: {limit}"));
        }
        Kind::MaxItems { limit } => {
            push(format!("must NOT have more than {limit} items"), format!("limit: {limit}"));
        }
        Kind::UniqueItems => {
            push("must NOT have duplicate items".to_owned(), "uniqueItems: true".to_owned());
        }
        Kind::MinProperties { limit } => {
            push(format!("must NOT have fewer than {limit} properties"), format!("limit: {limit}"));
        }
        Kind::MaxProperties { limit } => {
            push(format!("must NOT have more than {limit} properties"), format!("limit: {limit}"));
        }
        Kind::AdditionalProperties { unexpected } => {
            for key in unexpected {
                let detail = format!("additionalProperty: {key}");
                push("must NOT have additional properties".to_owned(), detail);
            }
        }
        Kind::UnevaluatedProperties { unexpected } => {
            for key in unexpected {
                let detail = format!("unevaluatedProperty: {key}");
                push("must NOT have unevaluated properties".to_owned(), detail);
            }
        }
        Kind::AnyOf { .. } => {
            push("must match a schema in anyOf".to_owned(), with_found("anyOf".to_owned()));
        }
        Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => {
            push("must match exactly one schema in oneOf".to_owned(), with_found("oneOf".into()));
        }
        Kind::Not { .. } => push("must NOT be valid".to_owned(), with_found("not".to_owned())),
        other => push(error.to_string(), other.keyword().to_owned()),
    }
}

fn compared(
    comparison: &str,
    limit: &Value,
    push: &mut impl FnMut(String, String),
    with_found: impl Fn(String) -> String,
) {
    let detail = with_found(format!("comparison: {comparison}, limit: {limit}"));
    push(format!("must be {comparison} {limit}"), detail);
}

/// A value that is short enough to be named.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) | Value::Object(_) => None,
        other => {
            let text = other.to_string();
            Some(match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            })
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn fault(pointer: &str, message: impl Into<String>) -> SchemaFault {
    SchemaFault { pointer: pointer.to_owned(), message: message.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(schema: &Value) -> String {
        let fault = compile(schema).expect_err("a bad schema");
        format!("{}: {}", fault.pointer, fault.message)
    }

    fn found(schema: &Value, spec: &Value) -> Vec<String> {
        let validator = compile(schema).expect("a good schema");
        let found = misfits(&validator, spec, "/spec");
        found.into_iter().map(|m| format!("{} {} - {}", m.pointer, m.message, m.detail)).collect()
    }

    #[test]
    fn says_field_rule_and_what_was_found() {
        let schema = json!({
            "required": ["engine", "owner"], "additionalProperties": false,
            "properties": {
                "engine": {"enum": ["kafka", "nats"]},
                "owner": {"type": "string", "minLength": 1},
                "partitions": {"type": "integer", "minimum": 1},
                "topic": {"pattern": "^[a-z.]+$"},
            },
        });
        let spec = json!({"engine": "mq", "partitions": 0, "topic": "A", "extra": 1});
        let mut reported = found(&schema, &spec);
        reported.sort();
        assert_eq!(
            reported,
            [
                "/spec must NOT have additional properties - additionalProperty: extra",
                "/spec must have required property 'owner' - missingProperty: owner",
                "/spec/engine must be equal to one of the allowed values - allowedValues: \
                 kafka,nats, found \"mq\"",
                "/spec/partitions must be >= 1 - comparison: >=, limit: 1, found 0",
                "/spec/topic must match pattern \"^[a-z.]+$\" - pattern: ^[a-z.]+$, found \"A\"",
            ]
        );
        let reported = found(&schema, &json!({"engine": "nats", "owner": 5}));
        assert_eq!(reported, ["/spec/owner must be string - type: string, found 5"]);
        assert!(found(&schema, &json!({"engine": "nats", "owner": "o"})).is_empty());
    }

    #[test]
    fn both_drafts_are_read_and_no_other() {
        let seven = json!({"$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": {"name": {"type": "string"}},
            "properties": {"a": {"$ref": "#/definitions/name"}}});
        assert_eq!(found(&seven, &json!({"a": 1})).len(), 1);
        let newest = json!({"$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "https://acme.example/queue.json", "$defs": {"name": {"type": "string"}},
            "properties": {"a": {"$ref": "#/$defs/name"}}});
        assert_eq!(found(&newest, &json!({"a": 1})).len(), 1);
        let old = json!({"$schema": "http://json-schema.org/draft-04/schema#"});
        assert!(refused(&old).starts_with("/$schema: "));
    }

    #[test]
    fn what_is_no_schema_is_refused_with_its_place() {
        assert!(refused(&json!([])).contains("an object"));
        assert!(refused(&json!({"type": "string"})).starts_with("/type: "));
        let wrong = json!({"properties": {"a": {"type": "nonsense"}}});
        assert!(refused(&wrong).starts_with("/properties/a/type: "), "{}", refused(&wrong));
        assert!(refused(&json!({"description": "x".repeat(MAX_BYTES)})).contains("bytes"));
    }

    #[test]
    fn nothing_is_fetched() {
        for target in ["https://example.com/a.json", "file:///etc/passwd", "other.json", "//h/x"] {
            let schema = json!({"properties": {"a": {"$ref": target}}});
            assert!(refused(&schema).contains("schemas are not fetched"), "{target}");
        }
        let dynamic = json!({"properties": {"a": {"$dynamicRef": "#x"}}});
        assert!(refused(&dynamic).contains("$dynamicRef"));
        assert!(refused(&json!({"$ref": "#/nowhere"})).contains("leads nowhere"));
    }

    #[test]
    fn the_work_of_a_schema_is_bounded() {
        let itself = json!({"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]},
            "b": {"properties": {"x": {"$ref": "#/$defs/a"}}}}});
        assert!(refused(&itself).contains("leads back to itself"));
        assert!(refused(&json!({"properties": {"a": {"$ref": "#"}}})).contains("back to itself"));
        let mut levels = serde_json::Map::new();
        for level in 0..40 {
            let next = format!("#/$defs/l{}", level + 1);
            levels.insert(format!("l{level}"), json!({"allOf": [{"$ref": next}, {"$ref": next}]}));
        }
        levels.insert("l40".to_owned(), json!({"type": "object"}));
        let doubling = json!({"$ref": "#/$defs/l0", "$defs": levels});
        assert!(refused(&doubling).contains("too many parts"));
        let inner = json!({"properties": {"a": {"$id": "https://acme.example/b"}}});
        assert!(refused(&inner).contains("$id"));
    }

    #[test]
    fn patterns_never_take_long() {
        let schema = |pattern: &str| json!({"properties": {"a": {"pattern": pattern}}});
        let reported = found(&schema("^(a+)+$"), &json!({"a": format!("{}!", "a".repeat(50_000))}));
        assert_eq!(reported.len(), 1, "{reported:?}");
        for pattern in ["(?=a)b", r"(a)\1", "(", "(a{1000}){1000}"] {
            assert!(refused(&schema(pattern)).contains("pattern"), "{pattern}");
        }
        let many: serde_json::Map<String, Value> =
            (0..=MAX_PATTERNS).map(|n| (format!("p{n}"), json!({"pattern": "a"}))).collect();
        assert!(refused(&json!({"properties": many})).contains("patterns"));
    }
}
