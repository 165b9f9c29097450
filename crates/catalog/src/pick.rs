//! Entities by conditions: what pickers of forms offer, and what could have documentation.

use crate::Catalog;
use access::{OpContext, Permission};
use model::Result;
use model::catalog::EntityLink;
use model::entity::Entity;
use serde_json::Value;

/// Kinds that documentation is expected of.
const DOCUMENTED: [&str; 5] = ["component", "api", "system", "domain", "resource"];

impl Catalog {
    /// The entities that fulfil all conditions of one of the sets, by title; everything when there
    /// is no set. A condition is a path such as `spec.type` with the values it may have, in lower
    /// case; without values it asks whether there is anything at all.
    pub fn entity_pick(
        &self,
        op: &OpContext,
        any_of: &[Vec<(String, Vec<String>)>],
    ) -> Result<Vec<EntityLink>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let mut found = Vec::new();
        for item in &index.items {
            // The kind is at hand; everything else is in the entity itself, which takes longer.
            let of_kind = |set: &&Vec<(String, Vec<String>)>| {
                set.iter().all(|(path, values)| {
                    path != "kind" || values.iter().any(|kind| item.is_kind(kind))
                })
            };
            let sets: Vec<_> = any_of.iter().filter(of_kind).collect();
            let only_kinds = sets.iter().any(|set| set.iter().all(|(path, _)| path == "kind"));
            let fits = any_of.is_empty() || only_kinds || {
                let entity = if sets.is_empty() { Value::Null } else { item.entity()?.to_json() };
                let relations = item.relations();
                let fits = |path: &str, values: &[String]| match path.strip_prefix("relations.") {
                    Some(wanted) => relations.iter().any(|(r#type, target)| {
                        r#type.to_lowercase() == wanted
                            && (values.is_empty() || values.contains(target))
                    }),
                    None => holds(&entity, path, values),
                };
                sets.iter().any(|set| set.iter().all(|(path, values)| fits(path, values)))
            };
            if fits {
                found.push(item.link());
            }
        }
        Ok(found)
    }

    /// Everything that could have documentation, and whatever else has some.
    pub fn documentable(&self, op: &OpContext) -> Result<Vec<Entity>> {
        op.authorize(Permission::CatalogEntityRead)?;
        let index = self.state(op)?.index();
        let wanted = index
            .items
            .iter()
            .filter(|item| item.flags.has_docs || DOCUMENTED.iter().any(|kind| item.is_kind(kind)));
        wanted.map(|item| item.entity()).collect()
    }
}

fn holds(value: &Value, path: &str, wanted: &[String]) -> bool {
    if path.is_empty() {
        let text = match value {
            Value::String(text) => text.to_lowercase(),
            Value::Array(list) => return list.iter().any(|item| holds(item, "", wanted)),
            Value::Null => return false,
            other => other.to_string(),
        };
        return wanted.is_empty() || wanted.contains(&text);
    }
    let Value::Object(map) = value else { return false };
    // A key may hold dots itself, as annotations do, so every way to cut the path is tried.
    map.iter().any(|(key, inner)| {
        let key = key.to_lowercase();
        match path.strip_prefix(key.as_str()) {
            Some("") => holds(inner, "", wanted),
            Some(rest) => rest.strip_prefix('.').is_some_and(|rest| holds(inner, rest, wanted)),
            None => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn follows_paths_through_keys_with_dots() {
        let entity = json!({"kind": "Component", "spec": {"type": "Service"},
            "metadata": {"tags": ["Rust"], "annotations": {"example.com/tier": "one"}}});
        let check = |path: &str, values: &[&str], expected: bool| {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            assert_eq!(holds(&entity, path, &values), expected, "{path} {values:?}");
        };
        check("spec.type", &["service"], true);
        check("spec.type", &["website", "service"], true);
        check("spec.type", &["website"], false);
        check("metadata.tags", &["rust"], true);
        check("metadata.annotations.example.com/tier", &["one"], true);
        check("metadata.annotations.example.com/tier", &[], true);
        check("metadata.annotations.other", &[], false);
    }
}
