//! Relations between entities, as they follow from what an entity says in its spec.

use crate::entity::Entity;
use crate::entity_ref::{Defaults, EntityRef, RefError};
use crate::kind::definition::KindRelation;
use crate::kind::shape::join;
use crate::kind::{Found, Kinds, Reference};
use serde_json::Value;
use std::borrow::Cow;

/// An edge of the graph. Every one comes with its opposite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// Where it starts.
    pub source: EntityRef,
    /// `ownedBy`, `dependsOn`, …
    pub relation_type: Cow<'static, str>,
    /// Where it leads; there may be no such entity.
    pub target: EntityRef,
}

/// A reference in a spec that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct BadReference {
    /// JSON pointer of the reference.
    pub pointer: String,
    /// What is wrong with it.
    pub error: RefError,
}

impl std::fmt::Display for Relation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.source, self.relation_type, self.target)
    }
}

/// The relations of an entity in both directions, without doubles, sorted. Entities of unknown
/// kinds have none. Without a namespace of its own a reference means the entity's namespace.
pub fn relations(entity: &Entity, kinds: Kinds<'_>) -> Result<Vec<Relation>, BadReference> {
    let mut all = collect(entity, kinds, Err)?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// Every reference of an entity that cannot be read.
pub fn bad_references(entity: &Entity, kinds: Kinds<'_>) -> Vec<BadReference> {
    let mut found = Vec::new();
    let collected: Result<_, BadReference> = collect(entity, kinds, |error| {
        found.push(error);
        Ok(())
    });
    debug_assert!(collected.is_ok(), "the errors were taken");
    found
}

/// The order in which lists of references are kept: that of their UTF-16 code units.
pub fn sort_references(entity: &mut Entity) {
    const FIELDS: [&str; 9] = [
        "providesApis",
        "consumesApis",
        "dependsOn",
        "dependencyOf",
        "memberOf",
        "children",
        "members",
        "producesDatasets",
        "consumesDatasets",
    ];
    let Some(spec) = &mut entity.spec else { return };
    for field in FIELDS {
        if let Some(Value::Array(items)) = spec.get_mut(field)
            && items.iter().all(Value::is_string)
        {
            items.sort_by(compare);
        }
    }
}

/// A relation's type in words: `apiProvidedBy` is `API provided by`.
pub fn label(relation_type: &str) -> String {
    let mut words = String::new();
    for c in relation_type.chars() {
        if c.is_uppercase() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    let words = words.replace("api ", "API ").replace("apis ", "APIs ");
    let words = match words.strip_suffix(" api") {
        Some(start) => format!("{start} API"),
        None => words,
    };
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

/// A value that has to be a reference.
struct Mention<'a> {
    value: &'a Value,
    pointer: String,
    default_kind: Option<&'a str>,
    outgoing: Cow<'static, str>,
    incoming: Cow<'static, str>,
}

fn collect(
    entity: &Entity,
    kinds: Kinds<'_>,
    mut refuse: impl FnMut(BadReference) -> Result<(), BadReference>,
) -> Result<Vec<Relation>, BadReference> {
    let mut found = Vec::new();
    let source = entity.entity_ref();
    for mention in mentions(entity, kinds) {
        let defaults =
            Defaults { kind: mention.default_kind, namespace: Some(source.namespace.as_str()) };
        match EntityRef::from_json(mention.value, defaults) {
            Ok(target) => {
                found.push(Relation {
                    source: target.clone(),
                    relation_type: mention.incoming,
                    target: source.clone(),
                });
                found.push(Relation {
                    source: source.clone(),
                    relation_type: mention.outgoing,
                    target,
                });
            }
            Err(error) => refuse(BadReference { pointer: mention.pointer, error })?,
        }
    }
    Ok(found)
}

/// Everything in the spec that the entity's kind says is a reference.
fn mentions<'a>(entity: &'a Entity, kinds: Kinds<'a>) -> Vec<Mention<'a>> {
    let mut found = Vec::new();
    match kinds.find(&entity.kind, &entity.api_version) {
        Some(Found::BuiltIn(kind)) => {
            for reference in kind.references {
                found.extend(targets(entity, reference).into_iter().map(|(index, value)| {
                    let index = index.map(|index| format!("/{index}")).unwrap_or_default();
                    Mention {
                        value,
                        pointer: format!("/spec/{}{index}", reference.field),
                        default_kind: reference.default_kind,
                        outgoing: reference.outgoing.into(),
                        incoming: reference.incoming.into(),
                    }
                }));
            }
        }
        Some(Found::Custom(kind)) => {
            for relation in &kind.definition().relations {
                let (first, rest) = match relation.field.split_once('.') {
                    Some((first, rest)) => (first, Some(rest)),
                    None => (relation.field.as_str(), None),
                };
                if let Some(value) = entity.spec_value(first) {
                    mentioned(value, rest, join("/spec", first), relation, &mut found);
                }
            }
        }
        None => {}
    }
    found
}

/// Goes the rest of the way to a field and through the lists on it.
fn mentioned<'a>(
    value: &'a Value,
    rest: Option<&str>,
    pointer: String,
    relation: &'a KindRelation,
    found: &mut Vec<Mention<'a>>,
) {
    match (value, rest) {
        (Value::Null, _) => {}
        (Value::Array(items), _) => {
            for (index, item) in items.iter().enumerate() {
                mentioned(item, rest, format!("{pointer}/{index}"), relation, found);
            }
        }
        (_, Some(rest)) => {
            let (key, rest) = match rest.split_once('.') {
                Some((key, rest)) => (key, Some(rest)),
                None => (rest, None),
            };
            if let Some(value) = value.get(key) {
                mentioned(value, rest, join(&pointer, key), relation, found);
            }
        }
        (Value::String(text), None) if text.is_empty() => {}
        (value, None) => found.push(Mention {
            value,
            pointer,
            default_kind: relation.default_kind.as_deref(),
            outgoing: relation.outgoing.clone().into(),
            incoming: relation.incoming.clone().into(),
        }),
    }
}

/// The references of a field with their numbers in a list, in the order lists are kept in, so that
/// the first bad one is the same before and after sorting.
fn targets<'a>(entity: &'a Entity, reference: &Reference) -> Vec<(Option<usize>, &'a Value)> {
    match entity.spec_value(reference.field) {
        None | Some(Value::Null | Value::Bool(false)) => Vec::new(),
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => Vec::new(),
        Some(Value::Array(items)) => {
            let mut items: Vec<(usize, &Value)> = items.iter().enumerate().collect();
            if items.iter().all(|(_, item)| item.is_string()) {
                items.sort_by(|(_, left), (_, right)| compare(left, right));
            }
            items.into_iter().map(|(index, item)| (Some(index), item)).collect()
        }
        Some(value) => vec![(None, value)],
    }
}

fn compare(left: &Value, right: &Value) -> std::cmp::Ordering {
    utf16(left).cmp(utf16(right))
}

fn utf16(value: &Value) -> impl Iterator<Item = u16> {
    value.as_str().unwrap_or_default().encode_utf16()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entity(kind: &str, spec: Value) -> Entity {
        let api_version = match kind {
            "Template" => "scaffolder.backstage.io/v1beta3",
            "Dataset" | "Library" => "callboard.dev/v1alpha1",
            _ => "backstage.io/v1alpha1",
        };
        Entity::from_json(json!({"apiVersion": api_version, "kind": kind,
            "metadata": {"name": "Me", "namespace": "ns"}, "spec": spec}))
        .expect("an entity")
    }

    /// The relations that start from the entity; each must have its opposite.
    fn outgoing(kind: &str, spec: Value) -> Vec<String> {
        let me = format!("{}:ns/me", kind.to_lowercase());
        let all: Vec<String> = relations(&entity(kind, spec), Kinds::default())
            .expect("good references")
            .iter()
            .map(Relation::to_string)
            .collect();
        let (out, back): (Vec<String>, Vec<String>) =
            all.into_iter().partition(|text| text.starts_with(&format!("{me} ")));
        assert_eq!(out.len(), back.len());
        assert!(back.iter().all(|text| text.ends_with(&format!(" {me}"))), "{back:?}");
        out.into_iter().map(|text| text[me.len() + 1..].to_owned()).collect()
    }

    #[test]
    fn each_kind_relates_as_its_fields_say() {
        assert_eq!(
            outgoing(
                "Component",
                json!({"owner": "User:x/Jane", "system": "s", "subcomponentOf": "c",
                    "providesApis": ["p", "P"], "consumesApis": ["other/q"],
                    "dependsOn": ["resource:db"], "dependencyOf": ["component:up"]})
            ),
            [
                "consumesApi api:other/q",
                "dependencyOf component:ns/up",
                "dependsOn resource:ns/db",
                "ownedBy user:x/jane",
                "partOf component:ns/c",
                "partOf system:ns/s",
                "providesApi api:ns/p",
            ]
        );
        assert_eq!(
            outgoing("API", json!({"owner": "o", "system": "s", "dependsOn": ["ignored"]})),
            ["ownedBy group:ns/o", "partOf system:ns/s"]
        );
        assert_eq!(
            outgoing("Resource", json!({"owner": "o", "dependencyOf": "component:c"})),
            ["dependencyOf component:ns/c", "ownedBy group:ns/o"]
        );
        assert_eq!(
            outgoing("System", json!({"owner": "o", "domain": "d"})),
            ["ownedBy group:ns/o", "partOf domain:ns/d"]
        );
        assert_eq!(
            outgoing("Domain", json!({"owner": "o", "subdomainOf": "d"})),
            ["ownedBy group:ns/o", "partOf domain:ns/d"]
        );
        assert_eq!(
            outgoing("Group", json!({"parent": "p", "children": ["c"], "members": ["m"]})),
            ["childOf group:ns/p", "hasMember user:ns/m", "parentOf group:ns/c"]
        );
        assert_eq!(outgoing("User", json!({"memberOf": ["g"]})), ["memberOf group:ns/g"]);
        assert_eq!(
            outgoing("Component", json!({"producesDatasets": ["d"], "consumesDatasets": ["e"]})),
            ["consumesDataset dataset:ns/e", "producesDataset dataset:ns/d"]
        );
        assert_eq!(
            outgoing(
                "Dataset",
                json!({"owner": "o", "system": "s", "consumesDatasets": ["raw"], "dependencyOf": ["api:a"]})
            ),
            [
                "consumesDataset dataset:ns/raw",
                "dependencyOf api:ns/a",
                "ownedBy group:ns/o",
                "partOf system:ns/s"
            ]
        );
        assert_eq!(
            outgoing("Library", json!({"owner": "o", "dependsOn": ["library:l"]})),
            ["dependsOn library:ns/l", "ownedBy group:ns/o"]
        );
        assert_eq!(outgoing("Template", json!({"owner": "o"})), ["ownedBy group:ns/o"]);
        assert_eq!(outgoing("Location", json!({"owner": "o", "target": "t"})), [""; 0]);
        assert_eq!(outgoing("Widget", json!({"owner": "o"})), [""; 0]);
    }

    #[test]
    fn a_relation_to_oneself_stands_once() {
        let found = relations(
            &entity("Group", json!({"parent": "me", "children": ["Me"]})),
            Kinds::default(),
        );
        let found: Vec<_> = found.expect("good").iter().map(Relation::to_string).collect();
        assert_eq!(found, ["group:ns/me childOf group:ns/me", "group:ns/me parentOf group:ns/me"]);
    }

    #[test]
    fn a_bad_reference_is_named_with_its_place() {
        let component = entity(
            "Component",
            json!({"owner": "o", "dependsOn": ["zz", "resource:ok", "db"], "dependencyOf": [5]}),
        );
        let error = relations(&component, Kinds::default()).expect_err("no kind");
        assert_eq!(error.pointer, "/spec/dependsOn/2", "the first in the order of the stored list");
        assert!(error.to_string().starts_with("Entity reference \"db\" had missing or empty kind"));
        let pointers: Vec<_> = bad_references(&component, Kinds::default())
            .into_iter()
            .map(|bad| bad.pointer)
            .collect();
        assert_eq!(pointers, ["/spec/dependsOn/2", "/spec/dependsOn/0", "/spec/dependencyOf/0"]);
    }

    #[test]
    fn lists_of_references_are_sorted() {
        let mut component = entity(
            "Component",
            json!({"dependsOn": ["b", "B", "a", "\u{1F600}", "\u{FF5E}"], "tags": ["b", "a"], "members": ["b", 1]}),
        );
        sort_references(&mut component);
        assert_eq!(
            component.to_json()["spec"],
            json!({"dependsOn": ["B", "a", "b", "\u{1F600}", "\u{FF5E}"], "tags": ["b", "a"], "members": ["b", 1]})
        );
    }

    #[test]
    fn relation_types_read_as_words() {
        for (name, words) in [
            ("ownedBy", "Owned by"),
            ("apiProvidedBy", "API provided by"),
            ("providesApi", "Provides API"),
            ("dependsOn", "Depends on"),
            ("hasPart", "Has part"),
        ] {
            assert_eq!(label(name), words);
        }
    }
}
