//! The rules an entity has to keep, in the order the catalog looks at them.
//!
//! The envelope first, then the policies (schema, root fields, field formats), then what its kind
//! asks for, then its references. The first violation of the first stage that has any is the one
//! that counts; an editor shows them all. Texts are those people know and search for.

use crate::entity::Entity;
use crate::kind::shape::{Misfit, Rule, Shape, join};
use crate::kind::{Found, Kinds};
use crate::relation::{self, Relation};
use crate::{entity_ref, format, kind, url};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where a document fails, in the order of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The text is no YAML, or no mapping.
    Yaml,
    /// What gives an entity its reference is missing.
    Envelope,
    /// `$text`, `$json` or `$yaml` could not be filled in.
    Placeholder,
    /// A rule for entities of every kind.
    Policy,
    /// The typed view.
    Entity,
    /// A rule of the kind, or there is no such kind.
    Kind,
    /// A reference to another entity cannot be read.
    Relations,
}

/// How close to keep to the letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Exactly the rules that other portals of this format check.
    #[default]
    Exact,
    /// For import: `relations` and `status` of an exported entity are passed over, and a user needs
    /// no `memberOf`.
    Liberal,
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Violation {
    /// Where it was found out.
    pub stage: Stage,
    /// The name of the error as clients know it: `TypeError`, `Error` or `InputError`.
    pub name: String,
    /// JSON pointer of the value at fault; the nearest there is when it is missing.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// A violation the way it is told to clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The name of the error.
    pub name: String,
    /// The whole story, cause included.
    pub message: String,
    /// The error behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// The error behind a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The name of the error.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

/// An entity that keeps the rules, as the catalog stores it.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// With its namespace filled in and its lists of references sorted.
    pub entity: Entity,
    /// Its relations in both directions.
    pub relations: Vec<Relation>,
}

/// Checks a whole entity. The violations are those of the first stage that has any.
pub fn validate(
    value: Value,
    strictness: Strictness,
    kinds: Kinds<'_>,
) -> Result<Accepted, Vec<Violation>> {
    let violations = envelope(&value);
    if violations.is_empty() { accept(value, strictness, kinds) } else { Err(violations) }
}

/// Checks what comes after the envelope (and after placeholders are filled in).
pub fn accept(
    mut value: Value,
    strictness: Strictness,
    kinds: Kinds<'_>,
) -> Result<Accepted, Vec<Violation>> {
    if strictness == Strictness::Liberal {
        pass_over_output(&mut value);
    }
    let violations = policies(&value);
    if !violations.is_empty() {
        return Err(violations);
    }
    let violations = of_kind(&value, strictness, kinds);
    if !violations.is_empty() {
        return Err(violations);
    }
    let mut entity = Entity::from_json(value)
        .map_err(|error| vec![violation(Stage::Entity, "TypeError", "", error)])?;
    entity.metadata.namespace = Some(entity.namespace().to_owned());
    let relations = relation::relations(&entity, kinds).map_err(|first| {
        // The first one again and those after it.
        let all = relation::bad_references(&entity, kinds);
        debug_assert_eq!(all.first(), Some(&first));
        all.into_iter().map(Violation::from).collect::<Vec<_>>()
    })?;
    relation::sort_references(&mut entity);
    Ok(Accepted { entity, relations })
}

/// Every violation that can be found, whatever the stage, for an editor.
pub fn violations(value: &Value, strictness: Strictness, kinds: Kinds<'_>) -> Vec<Violation> {
    let mut found = envelope(value);
    if !value.is_object() {
        return found;
    }
    let mut value = value.clone();
    if strictness == Strictness::Liberal {
        pass_over_output(&mut value);
    }
    let value = &value;
    // The schema of the policies says again what the envelope says, in other words.
    let said: Vec<String> = found.iter().map(|violation| violation.message.clone()).collect();
    found.extend(policies(value).into_iter().filter(|violation| {
        let again = violation.message.strip_prefix("Malformed envelope, ");
        !again.is_some_and(|text| said.iter().any(|said| said.starts_with(&format!("{text} - "))))
    }));
    // A spec of the wrong type has been named; what it lacks says nothing more then.
    if value.get("spec").is_none_or(Value::is_object) {
        let of_kind = of_kind(value, strictness, kinds);
        let kind_is_right = of_kind.is_empty();
        found.extend(of_kind);
        if kind_is_right && let Ok(entity) = Entity::from_json(value.clone()) {
            let bad = relation::bad_references(&entity, kinds);
            found.extend(bad.into_iter().map(Violation::from));
        }
    }
    found
}

/// What keeps a document from having a reference at all.
pub fn envelope(value: &Value) -> Vec<Violation> {
    fit(&Rule::Object(&ENVELOPE), value)
        .into_iter()
        .map(|misfit| typed(Stage::Envelope, misfit))
        .collect()
}

/// The rules for entities of every kind: schema, then root fields, then formats.
pub fn policies(value: &Value) -> Vec<Violation> {
    let broken: Vec<Violation> = fit(&Rule::Object(&ENTITY), value)
        .into_iter()
        .map(|Misfit { pointer, message, .. }| {
            let place = if pointer.is_empty() { "<root>" } else { &pointer };
            let message = format!("Malformed envelope, {place} {message}");
            violation(Stage::Policy, "Error", &pointer, message)
        })
        .collect();
    let Some(root) = value.as_object() else { return broken };
    let foreign = root
        .keys()
        .filter(|key| match key.as_str() {
            "apiVersion" | "kind" | "metadata" | "spec" => false,
            "relations" | "status" => true,
            // The schema has named it already.
            _ => false,
        })
        .map(|key| {
            let message = format!("Unknown field {key}");
            violation(Stage::Policy, "Error", &join("", key), message)
        });
    let mut found = broken;
    found.extend(foreign);
    Formats { found: &mut found }.check(root);
    found
}

/// What the kind asks for; an unknown kind, or a known one in another version, breaks the rules
/// too.
pub fn of_kind(value: &Value, strictness: Strictness, kinds: Kinds<'_>) -> Vec<Violation> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let Some(kind) = kinds.find(text("kind"), text("apiVersion")) else {
        let entity_ref = reference(value).unwrap_or_default();
        let message = format!(
            "No processor recognized the entity {entity_ref} as valid, possibly caused by a foreign \
             kind or apiVersion"
        );
        let pointer = match kinds.is_spelled(text("kind")) {
            true => "/apiVersion",
            false => "/kind",
        };
        return vec![violation(Stage::Kind, "InputError", pointer, message)];
    };
    let misfits = match (kind, value.get("spec")) {
        (Found::Custom(kind), Some(spec)) => kind.check(spec, "/spec"),
        // Whoever says nothing says an empty spec, where that fits.
        (Found::Custom(kind), None)
            if kind.check(&Value::Object(Map::new()), "/spec").is_empty() =>
        {
            Vec::new()
        }
        (Found::BuiltIn(kind), Some(spec)) => {
            let (mut found, mut pointer) = (Vec::new(), "/spec".to_owned());
            match spec.as_object() {
                Some(spec) => kind.spec.check(spec, &mut pointer, &mut found),
                None => Rule::Object(&Shape::OPEN).check(spec, &mut pointer, &mut found),
            }
            found
        }
        (_, None) => fit(&Rule::Object(&WITH_SPEC), value),
    };
    misfits
        .into_iter()
        .filter(|misfit| {
            strictness == Strictness::Exact || misfit.detail != "missingProperty: memberOf"
        })
        .map(|misfit| typed(Stage::Kind, misfit))
        .collect()
}

/// The full reference in lower case, when the document has what it takes.
pub fn reference(value: &Value) -> Option<String> {
    let kind = value.get("kind")?.as_str()?;
    let metadata = value.get("metadata")?;
    let name = metadata.get("name")?.as_str()?;
    let namespace = match metadata.get("namespace") {
        None | Some(Value::Null) => entity_ref::DEFAULT_NAMESPACE,
        Some(namespace) => namespace.as_str()?,
    };
    Some(entity_ref::EntityRef::new(kind, namespace, name).to_string())
}

impl Violation {
    /// The violation with the story around it, the way clients of the REST interface get it.
    pub fn report(&self, entity_ref: &str) -> Report {
        let story = match self.stage {
            Stage::Yaml | Stage::Envelope | Stage::Entity => None,
            Stage::Kind if self.name == "InputError" => None,
            Stage::Placeholder => {
                Some("Processor PlaceholderProcessor threw an error while preprocessing".to_owned())
            }
            Stage::Policy => Some(format!("Policy check failed for {entity_ref}")),
            Stage::Kind => Some(format!(
                "Processor {} threw an error while validating the entity {entity_ref}",
                processor(entity_ref)
            )),
            Stage::Relations => Some(format!(
                "Processor {} threw an error while postprocessing",
                processor(entity_ref)
            )),
        };
        match story {
            None => Report { name: self.name.clone(), message: self.message.clone(), cause: None },
            Some(story) => Report {
                name: "InputError".to_owned(),
                message: format!("{story}; caused by {}: {}", self.name, self.message),
                cause: Some(Cause { name: self.name.clone(), message: self.message.clone() }),
            },
        }
    }
}

impl From<relation::BadReference> for Violation {
    fn from(bad: relation::BadReference) -> Self {
        let name = match bad.error {
            entity_ref::RefError::Form(_) => "TypeError",
            _ => "Error",
        };
        violation(Stage::Relations, name, &bad.pointer, bad.error.to_string())
    }
}

/// Takes away what the catalog itself adds to entities.
fn pass_over_output(value: &mut Value) {
    if let Value::Object(root) = value {
        root.retain(|key, _| key != "relations" && key != "status");
    }
}

/// The part of Backstage that people know for looking after a kind.
fn processor(entity_ref: &str) -> &'static str {
    let kind = entity_ref.split(':').next().unwrap_or_default();
    match kind::named(kind) {
        Some(kind) if kind.name == "Template" => "ScaffolderEntitiesProcessor",
        Some(_) => "BuiltinKindsEntityProcessor",
        None => "CustomKindsEntityProcessor",
    }
}

fn violation(stage: Stage, name: &str, pointer: &str, message: String) -> Violation {
    Violation { stage, name: name.to_owned(), pointer: pointer.to_owned(), message }
}

fn typed(stage: Stage, misfit: Misfit) -> Violation {
    let Misfit { pointer, message, detail } = misfit;
    let place = if pointer.is_empty() { "<root>" } else { &pointer };
    let message = format!("{place} {message} - {detail}");
    violation(stage, "TypeError", &pointer, message)
}

fn fit(rule: &Rule, value: &Value) -> Vec<Misfit> {
    let mut found = Vec::new();
    rule.check(value, &mut String::new(), &mut found);
    found
}

/// The formats of fields. Values of the wrong type are passed over: the schema names them.
struct Formats<'a> {
    found: &'a mut Vec<Violation>,
}

const OBJECT_NAME: &str = "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total";
const PREFIX_SUFFIX: &str = "a valid prefix and/or suffix";
const NAMESPACE: &str =
    "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total";
const TAG: &str =
    "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total";
const KIND: &str =
    "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total";

impl Formats<'_> {
    fn check(&mut self, root: &Map<String, Value>) {
        let api_version = (root.get("apiVersion"), PREFIX_SUFFIX);
        self.field(api_version, format::is_api_version, || "apiVersion".into(), &["apiVersion"]);
        self.field((root.get("kind"), KIND), format::is_kind, || "kind".into(), &["kind"]);
        let Some(metadata) = root.get("metadata").and_then(Value::as_object) else { return };
        for (key, is, rule) in [
            ("name", format::is_object_name as fn(&str) -> bool, OBJECT_NAME),
            ("namespace", format::is_dns_label, NAMESPACE),
        ] {
            let name = || format!("metadata.{key}");
            self.field((metadata.get(key), rule), is, name, &["metadata", key]);
        }
        for field in ["labels", "annotations"] {
            let Some(Value::Object(entries)) = metadata.get(field) else { continue };
            for (key, value) in entries {
                let (name, place) = (|| format!("{field}.{key}"), ["metadata", field, key]);
                if !format::is_key(key) {
                    self.broken(&name(), &place, PREFIX_SUFFIX, key);
                }
                if field == "labels" && value != "" {
                    self.field((Some(value), OBJECT_NAME), format::is_label_value, name, &place);
                }
            }
        }
        for (index, tag) in list(metadata.get("tags")).iter().enumerate() {
            let name = || format!("tags.{index}");
            let place = ["metadata", "tags", &index.to_string()];
            self.field((Some(tag), TAG), format::is_tag, name, &place);
        }
        for (index, link) in list(metadata.get("links")).iter().enumerate() {
            for (key, is, rule) in [
                ("url", url::is_absolute as fn(&str) -> bool, "a string that is a valid url"),
                ("title", format::is_not_blank, "a non empty string"),
                ("icon", format::is_not_blank, "a non empty string"),
            ] {
                let name = || format!("links.{index}.{key}");
                let place = ["metadata", "links", &index.to_string(), key];
                self.field((link.get(key), rule), is, name, &place);
            }
        }
    }

    /// Checks a text; an empty one is for the schema to name.
    fn field(
        &mut self,
        (value, rule): (Option<&Value>, &str),
        is: impl Fn(&str) -> bool,
        name: impl Fn() -> String,
        place: &[&str],
    ) {
        if let Some(Value::String(value)) = value
            && !value.is_empty()
            && !is(value)
        {
            self.broken(&name(), place, rule, value);
        }
    }

    fn broken(&mut self, name: &str, place: &[&str], rule: &str, value: &str) {
        let message = format!(
            "\"{name}\" is not valid; expected {rule} but found \"{value}\". To learn more about \
             catalog file format, visit: https://github.com/backstage/backstage/blob/master/docs/\
             architecture-decisions/adr002-default-catalog-file-format.md"
        );
        let pointer = place.iter().fold(String::new(), |pointer, key| join(&pointer, key));
        self.found.push(violation(Stage::Policy, "Error", &pointer, message));
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

const TEXT: Rule = Rule::Text { min: 1 };
const ANY_TEXT: Rule = Rule::Text { min: 0 };
const TEXT_MAP: Rule = Rule::Object(&Shape { others: Some(&ANY_TEXT), ..Shape::OPEN });

const ENVELOPE: Shape = Shape {
    required: &["apiVersion", "kind", "metadata"],
    properties: &[
        ("apiVersion", TEXT),
        ("kind", TEXT),
        (
            "metadata",
            Rule::Object(&Shape {
                required: &["name"],
                properties: &[("name", TEXT), ("namespace", TEXT)],
                ..Shape::OPEN
            }),
        ),
    ],
    ..Shape::OPEN
};

const WITH_SPEC: Shape = Shape { required: &["spec"], ..Shape::OPEN };

const ENTITY: Shape = Shape {
    required: &["apiVersion", "kind", "metadata"],
    properties: &[
        ("apiVersion", TEXT),
        ("kind", TEXT),
        (
            "metadata",
            Rule::Object(&Shape {
                required: &["name"],
                properties: &[
                    ("uid", TEXT),
                    ("etag", TEXT),
                    ("name", TEXT),
                    ("namespace", TEXT),
                    ("title", TEXT),
                    ("description", ANY_TEXT),
                    ("labels", TEXT_MAP),
                    ("annotations", TEXT_MAP),
                    ("tags", Rule::List(&TEXT)),
                    ("links", Rule::List(&LINK)),
                ],
                ..Shape::OPEN
            }),
        ),
        ("spec", Rule::Object(&Shape::OPEN)),
        ("relations", Rule::List(&RELATION)),
        ("status", STATUS),
    ],
    closed: true,
    ..Shape::OPEN
};

const LINK: Rule = Rule::Object(&Shape {
    required: &["url"],
    properties: &[("url", TEXT), ("title", TEXT), ("icon", TEXT), ("type", TEXT)],
    ..Shape::OPEN
});

const RELATION: Rule = Rule::Object(&Shape {
    required: &["type", "targetRef"],
    properties: &[("type", TEXT), ("target", Rule::Object(&Shape::OPEN)), ("targetRef", TEXT)],
    closed: true,
    ..Shape::OPEN
});

const STATUS: Rule = Rule::Object(&Shape {
    properties: &[(
        "items",
        Rule::List(&Rule::Object(&Shape {
            required: &["type", "level", "message"],
            properties: &[
                ("type", TEXT),
                ("level", Rule::OneOf(&["info", "warning", "error"])),
                ("message", ANY_TEXT),
            ],
            ..Shape::OPEN
        })),
    )],
    ..Shape::OPEN
});
