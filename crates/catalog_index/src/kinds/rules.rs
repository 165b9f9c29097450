//! What a kind's definition has to be, apart from its schema.

use model::kind::definition::{KIND_ICONS, KindDefinition, KindRelation};
use model::{FieldError, format, graph, kind};

/// How many kinds a tenant adds at most.
pub(super) const MAX_KINDS: usize = 100;

/// How many `apiVersion`s a kind has at most.
const MAX_VERSIONS: usize = 10;

/// How many relations a kind has at most.
const MAX_RELATIONS: usize = 50;

/// The longest name, in characters.
const MAX_NAME: usize = 63;

/// The longest title, in characters.
const MAX_TITLE: usize = 80;

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// Everything that is wrong with a definition beside the tenant's others.
pub(super) fn check(definition: &KindDefinition, others: &[&KindDefinition]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |path: &str, message: String| errors.push(FieldError::new(path, message));
    if let Some(message) = bad_name(&definition.name, others) {
        wrong("/name", message);
    }
    if others.len() >= MAX_KINDS {
        wrong("/name", format!("there are {MAX_KINDS} kinds, and there may be no more"));
    }
    for message in bad_versions(&definition.api_versions) {
        wrong("/apiVersions", message);
    }
    for (path, text, most) in [
        ("/title", &definition.title, MAX_TITLE),
        ("/plural", &definition.plural, MAX_TITLE),
        ("/description", &definition.description, MAX_DESCRIPTION),
    ] {
        let length = text.chars().count();
        if length > most {
            wrong(path, format!("it has {length} characters and may have {most}"));
        }
    }
    if !KIND_ICONS.contains(&definition.icon.as_str()) {
        let message =
            format!("there is no icon \"{}\": expected {}", definition.icon, KIND_ICONS.join(", "));
        wrong("/icon", message);
    }
    if definition.relations.len() > MAX_RELATIONS {
        wrong("/relations", format!("at most {MAX_RELATIONS} relations are taken"));
    }
    for (index, relation) in definition.relations.iter().enumerate() {
        let before = &definition.relations[..index];
        for (field, message) in bad_relation(relation, before, others) {
            wrong(&format!("/relations/{index}/{field}"), message);
        }
    }
    errors
}

fn bad_name(name: &str, others: &[&KindDefinition]) -> Option<String> {
    let is_pascal = name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.len() <= MAX_NAME;
    if !is_pascal {
        return Some(format!(
            "\"{name}\" cannot be used: expected letters and digits that begin with a capital, at \
             most {MAX_NAME}, such as Queue"
        ));
    }
    if let Some(built_in) = kind::named(name) {
        return Some(format!("{} is built in: expected another name", built_in.name));
    }
    let known = others.iter().find(|other| other.name.eq_ignore_ascii_case(name))?;
    Some(format!("there is a kind {} already: expected another name", known.name))
}

fn bad_versions(versions: &[String]) -> Vec<String> {
    let mut messages = Vec::new();
    if versions.is_empty() {
        messages.push("expected at least one, such as acme.example/v1".to_owned());
    }
    if versions.len() > MAX_VERSIONS {
        messages.push(format!("at most {MAX_VERSIONS} are taken"));
    }
    for (index, version) in versions.iter().enumerate() {
        if !format::is_api_version(version) {
            messages.push(format!(
                "\"{version}\" cannot be used: expected a domain and a version, such as \
                 acme.example/v1"
            ));
        }
        if versions[..index].contains(version) {
            messages.push(format!("\"{version}\" stands twice"));
        }
    }
    messages
}

fn bad_relation(
    relation: &KindRelation,
    before: &[KindRelation],
    others: &[&KindDefinition],
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let steps = relation.field.split('.');
    if relation.field.len() > 200
        || steps.into_iter().any(|step| step.trim() != step || step.is_empty())
    {
        let message = format!(
            "\"{}\" cannot be used: expected the name of a field of the spec, or several with dots \
             between them, such as owner or consumers.teams",
            relation.field
        );
        found.push(("field", message));
    }
    if let Some(default) = relation.default_kind.as_deref()
        && !format::is_kind(default)
    {
        let message = format!("\"{default}\" cannot be used: expected a kind, such as Group");
        found.push(("defaultKind", message));
    }
    for (field, name) in [("outgoing", &relation.outgoing), ("incoming", &relation.incoming)] {
        if !is_relation(name) {
            let message = format!(
                "\"{name}\" cannot be used: expected letters and digits that begin with a small \
                 letter, at most {MAX_NAME}, such as publishesTo"
            );
            found.push((field, message));
        }
    }
    if !found.is_empty() {
        return found;
    }
    let (outgoing, incoming) = (relation.outgoing.as_str(), relation.incoming.as_str());
    if outgoing == incoming {
        found.push(("incoming", "expected another name than that of the relation out".to_owned()));
        return found;
    }
    if before.iter().any(|known| known.field == relation.field && known.outgoing == outgoing) {
        found.push(("field", format!("{} {outgoing} stands twice", relation.field)));
    }
    let known = before.iter().chain(others.iter().flat_map(|other| &other.relations));
    let pairs: Vec<(&str, &str)> =
        known.map(|known| (known.outgoing.as_str(), known.incoming.as_str())).collect();
    for (field, name, other) in [("outgoing", outgoing, incoming), ("incoming", incoming, outgoing)]
    {
        let known = graph::opposite(name).or_else(|| {
            pairs.iter().find_map(|(out, back)| match name {
                _ if name == *out => Some(*back),
                _ if name == *back => Some(*out),
                _ => None,
            })
        });
        if let Some(known) = known.filter(|known| *known != other) {
            let message = format!("the way back of {name} is {known}, and not {other}");
            found.push((field, message));
            break;
        }
    }
    found
}

fn is_relation(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.len() <= MAX_NAME
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn queue() -> KindDefinition {
        serde_json::from_value(json!({
            "name": "Queue", "apiVersions": ["acme.example/v1"], "schema": {"type": "object"},
            "relations": [
                {"field": "owner", "defaultKind": "Group", "outgoing": "ownedBy",
                 "incoming": "ownerOf"},
                {"field": "producers.components", "outgoing": "filledBy", "incoming": "fills"},
            ],
        }))
        .expect("a definition")
    }

    fn paths(definition: &KindDefinition, others: &[&KindDefinition]) -> Vec<String> {
        check(definition, others).into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn names_are_compared_without_regard_to_case() {
        assert_eq!(paths(&queue(), &[]), [""; 0]);
        for name in ["Api", "TEMPLATE", "Dataset", "queue", "Kafka-Topic", "", "Ünder"] {
            let named = KindDefinition { name: name.to_owned(), ..queue() };
            assert_eq!(paths(&named, &[]), ["/name"], "{name}");
        }
        let same = KindDefinition { name: "QUEUE".to_owned(), ..queue() };
        assert_eq!(paths(&same, &[&queue()]), ["/name"]);
    }

    #[test]
    fn everything_is_told_at_its_field() {
        let mut wrong = queue();
        wrong.api_versions = vec!["acme.example/v1".into(), "acme.example/v1".into(), "a b".into()];
        wrong.icon = "skull".to_owned();
        wrong.title = "x".repeat(200);
        wrong.relations[0].field = "a..b".to_owned();
        wrong.relations[1].outgoing = "Filled by".to_owned();
        let mut found = paths(&wrong, &[]);
        found.dedup();
        assert_eq!(
            found,
            ["/apiVersions", "/title", "/icon", "/relations/0/field", "/relations/1/outgoing"]
        );
        wrong = KindDefinition { api_versions: Vec::new(), ..queue() };
        assert_eq!(paths(&wrong, &[]), ["/apiVersions"]);
    }

    #[test]
    fn relations_have_one_way_back() {
        let mut wrong = queue();
        wrong.relations[0].incoming = "owns".to_owned();
        assert_eq!(paths(&wrong, &[]), ["/relations/0/outgoing"]);
        let mut other = KindDefinition { name: "Topic".to_owned(), ..queue() };
        assert_eq!(paths(&other, &[&queue()]), [""; 0]);
        other.relations[1].incoming = "supplies".to_owned();
        assert_eq!(paths(&other, &[&queue()]), ["/relations/1/outgoing"]);
        other.relations[1] = KindRelation {
            outgoing: "fills".to_owned(),
            incoming: "filledBy".to_owned(),
            ..other.relations[1].clone()
        };
        assert_eq!(paths(&other, &[&queue()]), [""; 0], "the same pair the other way round");
        other.relations[1].incoming = "fills".to_owned();
        assert_eq!(paths(&other, &[&queue()]), ["/relations/1/incoming"]);
    }
}
