//! From a document of a descriptor to what is kept of it: the content as text, its edges, and the
//! annotations that say where it came from.

use crate::descriptor::{DescriptorError, Document};
use crate::place::{Place, seen_at};
use crate::rules::{LocationType, RuleSetting};
use crate::source::Source;
use catalog_index::complaint::Complaint;
use catalog_index::content::content_text;
use catalog_index::edges::push_edge;
use model::entity::{Entity, MANAGED_BY_LOCATION, Metadata};
use model::kind::Kinds;
use model::relation::Relation;
use model::time::Timestamp;
use serde_json::Map;

/// What replaces addresses that would run a script.
const REJECTED: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

const MANAGED_BY_ORIGIN: &str = "backstage.io/managed-by-origin-location";

/// What became of a document.
#[derive(Debug)]
pub enum Outcome {
    /// An entity.
    Good(Processed),
    /// No entity.
    Bad(Failed),
}

/// An entity, ready to be kept.
#[derive(Debug)]
pub struct Processed {
    /// The full reference, in lower case.
    pub entity_ref: String,
    /// What the entity says, as it stands in a row.
    pub content: String,
    /// What its fields relate it to, as it stands in a row.
    pub relations: String,
    /// Where its document begins, from 1.
    pub line: u32,
    /// Where a Location says more descriptors are.
    pub children: Vec<Child>,
    /// It names other descriptors, and not one of them can be read.
    pub barren: bool,
    /// What is wrong although the entity itself is good.
    pub complaints: Vec<Complaint>,
}

/// A document that is no good entity.
#[derive(Debug)]
pub struct Failed {
    /// Which entity it would be, when it says so.
    pub entity_ref: Option<String>,
    /// What is wrong.
    pub complaints: Vec<Complaint>,
    /// Whether an earlier good version stays; one that may not come from here does not.
    pub keeps: bool,
}

/// A target of a Location entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Its type, or nothing for the type of the reading location.
    pub r#type: Option<String>,
    /// A path or an address.
    pub target: String,
    /// Whether it has to be there.
    pub required: bool,
}

/// Looks at one document.
pub fn process(
    document: Document,
    place: &Place,
    source: &Source,
    rules: &[RuleSetting],
    kinds: Kinds<'_>,
) -> Outcome {
    let line = document.line;
    let Some(mut entity) = document.entity else {
        let entity_ref = document.entity_ref;
        let shown = entity_ref.as_deref().unwrap_or_default();
        let complaints = document.errors.iter().map(|error| complaint(error, shown, place));
        return Outcome::Bad(Failed { complaints: complaints.collect(), entity_ref, keeps: true });
    };
    let entity_ref = entity.entity_ref().to_string();
    let kind = entity.kind.as_str();
    // Whoever added a kind wants it, unless the rules say more about it.
    let is_free = kinds.custom(kind).is_some() && !source.is_ruled(rules, kind);
    if !is_free && !source.allows(rules, kind, entity.spec_str("type")) {
        return Outcome::Bad(not_allowed(entity_ref, kind, line, place, source));
    }
    annotate(&mut entity, place, &source.key);
    let children = if entity.kind == "Location" { children(&entity) } else { Vec::new() };
    Outcome::Good(Processed {
        relations: relations_text(&document.relations, &entity_ref),
        content: content_text(&mut entity),
        entity_ref,
        line,
        children,
        barren: false,
        complaints: Vec::new(),
    })
}

/// The Location entity that stands for a source.
pub fn generated(source: &Source) -> Processed {
    let mut entity = Entity {
        api_version: "backstage.io/v1alpha1".to_owned(),
        kind: "Location".to_owned(),
        metadata: Metadata {
            name: source.entity_name(),
            namespace: Some("default".to_owned()),
            ..Metadata::default()
        },
        spec: Some(Map::from_iter([
            ("type".to_owned(), source.r#type.name().into()),
            ("target".to_owned(), source.key[source.r#type.name().len() + 1..].into()),
        ])),
        relations: Vec::new(),
        status: None,
    };
    let seen = match source.r#type {
        LocationType::Url => seen_at(&source.target),
        _ => Place::default(),
    };
    let place = Place { location: source.key.clone(), ..seen };
    annotate(&mut entity, &place, &source.key);
    Processed {
        entity_ref: source.entity_ref(),
        content: content_text(&mut entity),
        relations: String::new(),
        line: 1,
        children: Vec::new(),
        barren: false,
        complaints: Vec::new(),
    }
}

fn annotate(entity: &mut Entity, place: &Place, origin: &str) {
    let annotations = entity.metadata.annotations.get_or_insert_default();
    // Where an entity came from is never what its descriptor says: others decide by it.
    for (key, value) in
        [(MANAGED_BY_LOCATION, place.location.as_str()), (MANAGED_BY_ORIGIN, origin)]
    {
        annotations.insert(key.to_owned(), value.to_owned());
    }
    let mut add = |key: &str, value: Option<&str>| {
        if let Some(value) = value {
            annotations.entry(key.to_owned()).or_insert_with(|| value.to_owned());
        }
    };
    add("backstage.io/view-url", place.view_url.as_deref());
    add("backstage.io/edit-url", place.edit_url.as_deref());
    add("backstage.io/source-location", place.source_location.as_deref());
    for key in ["backstage.io/view-url", "backstage.io/edit-url"] {
        if let Some(value) = annotations.get_mut(key)
            && url::Url::parse(value).is_ok_and(|url| url.scheme() == "javascript")
        {
            *value = REJECTED.to_owned();
        }
    }
}

fn children(entity: &Entity) -> Vec<Child> {
    let target = entity.spec_str("target").into_iter();
    let targets = target.chain(entity.spec_list("targets")).filter(|target| !target.is_empty());
    targets
        .map(|target| Child {
            r#type: entity.spec_str("type").map(str::to_owned),
            target: target.to_owned(),
            required: entity.spec_str("presence") != Some("optional"),
        })
        .collect()
}

fn relations_text(relations: &[Relation], entity_ref: &str) -> String {
    let mut text = String::new();
    for relation in relations {
        let (source, target) = (relation.source.to_string(), relation.target.to_string());
        // A relation of an entity to itself is both.
        for (own, other, mark) in [(&source, &target, '>'), (&target, &source, '<')] {
            if own == entity_ref {
                push_edge(&mut text, mark, &relation.relation_type, other);
            }
        }
    }
    text
}

fn complaint(error: &DescriptorError, entity_ref: &str, place: &Place) -> Complaint {
    let report = error.violation().report(entity_ref);
    Complaint {
        name: report.name,
        report: report.message,
        cause: report.cause.map(|cause| (cause.name, cause.message)),
        message: error.message.clone(),
        location: place.location.clone(),
        line: Some(error.line),
        column: Some(error.column),
        since: Timestamp(0),
    }
}

fn not_allowed(
    entity_ref: String,
    kind: &str,
    line: u32,
    place: &Place,
    source: &Source,
) -> Failed {
    let report = format!(
        "Entity {entity_ref} at {}, originated at {}, is not of an allowed kind for that location",
        place.location, source.key
    );
    let complaint = Complaint {
        name: "NotAllowedError".to_owned(),
        message: format!("{report}; add {kind} to `catalog.rules` or to the rules of the location"),
        line: Some(line),
        column: Some(1),
        ..Complaint::plain(&place.location, report)
    };
    Failed { entity_ref: Some(entity_ref), complaints: vec![complaint], keeps: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::{Options, read};
    use catalog_index::edges::edges;
    use catalog_index::item::CONTENT_START;
    use serde_json::Value;

    fn outcome(text: &str, rules: &[&str]) -> Outcome {
        let source = Source::new(LocationType::File, "/x");
        let place = Place {
            location: "file:/x/a.yaml".into(),
            view_url: Some("https://h/a".into()),
            ..Place::default()
        };
        let document = read(text, &Options::default()).remove(0);
        process(document, &place, &source, &[RuleSetting::kinds(rules)], Kinds::default())
    }

    #[test]
    fn says_where_it_came_from_whatever_the_descriptor_says() {
        let text = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: a\n  \
                    uid: mine\n  annotations:\n    backstage.io/view-url: javascript:alert(1)\n    \
                    backstage.io/managed-by-location: url:https://own\n    \
                    backstage.io/managed-by-origin-location: url:https://own\n    \
                    backstage.io/edit-url: https://own/edit\nspec: {owner: b}\n";
        let Outcome::Good(found) = outcome(text, &["System"]) else { panic!("not good") };
        assert!(found.content.starts_with(CONTENT_START), "{}", found.content);
        let value: Value = serde_json::from_str(&found.content).unwrap();
        let annotations = &value["metadata"]["annotations"];
        assert_eq!(annotations["backstage.io/managed-by-location"], "file:/x/a.yaml");
        assert_eq!(annotations["backstage.io/edit-url"], "https://own/edit");
        assert_eq!(annotations["backstage.io/managed-by-origin-location"], "file:/x");
        assert_eq!(annotations["backstage.io/view-url"], REJECTED);
        assert!(value["metadata"]["uid"].is_null());
        let found: Vec<_> =
            edges(&found.relations).map(|edge| (edge.out, edge.r#type, edge.other)).collect();
        assert_eq!(
            found,
            [(false, "ownerOf", "group:default/b"), (true, "ownedBy", "group:default/b")]
        );
    }

    #[test]
    fn refuses_kinds_that_may_not_come_from_here() {
        let text = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: a}\nspec: \
                    {memberOf: []}\n";
        let Outcome::Bad(found) = outcome(text, &["System"]) else { panic!("not bad") };
        assert!(!found.keeps);
        assert!(
            found.complaints[0].report.contains("is not of an allowed kind for that location"),
            "{:?}",
            found.complaints
        );
    }
}
