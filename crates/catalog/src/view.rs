//! The page of one entity.

use crate::Catalog;
use crate::editing::edits;
use crate::state::State;
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::index::Index;
use catalog_index::organisation::owner_view;
use model::Result;
use model::catalog::{
    ApiUse, ApiUses, EntityView, LinkView, RelationView, RepositoryLink, SpecField,
};
use model::entity::{Entity, EntityRelation};
use model::entity_ref::{Defaults, EntityRef};
use model::kind::definition::KindDefinition;
use model::kind::{Found, Kinds};
use model::provenance::Provenance;
use model::relation::label;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// How much of a field's value is shown, in characters.
const SHOWN: usize = 300;

impl Catalog {
    /// Everything the page of one entity shows.
    pub fn entity_view(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<EntityView> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        let state = self.state(op)?;
        let (index, kinds) = (state.index(), state.kinds());
        let entity = item.entity()?;
        let facts = &item.facts;
        let complaints = item.complaints();
        let own = complaints.iter().map(|complaint| complaint.problem(&facts.entity_ref));
        let address =
            |key: &str| entity.annotation(key).filter(|url| is_web(url)).map(str::to_owned);
        let pairs = |map: &Option<BTreeMap<String, String>>| {
            map.iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
        };
        Ok(EntityView {
            row: item.list_row(&index),
            namespace: entity.namespace().to_owned(),
            name: entity.metadata.name.clone(),
            links: links(&entity),
            relations: relations(&entity, &index),
            annotations: pairs(&entity.metadata.annotations),
            labels: pairs(&entity.metadata.labels),
            organisation: owner_view(&item, &entity, &index),
            apis: apis(&entity, &index),
            problems: own.chain(index.problems_of(&facts.entity_ref)).collect(),
            has_docs: item.flags.has_docs,
            source: for_people(&facts.origin.location),
            view_url: address("backstage.io/view-url"),
            edit_url: address("backstage.io/edit-url"),
            provenance: Provenance {
                source: for_people(&facts.origin.location),
                as_of: state.read_at(&facts.origin.source_key).unwrap_or(facts.changed_at),
            },
            changed_at: facts.changed_at,
            edits: edits(&item, &index, kinds.kinds()),
            spec: spec_fields(&entity, kinds.kinds()),
            repository: repository(&entity),
            template: entity.annotation("backstage.io/source-template").and_then(|text| {
                let defaults = Defaults { kind: Some("template"), namespace: None };
                let found = EntityRef::parse_with(text, defaults).ok()?;
                Some(index.link(&found.to_string()))
            }),
            run: self.run_of(&state, &facts.origin.source_key),
        })
    }
}

impl Catalog {
    /// The entity as YAML, relations and status included.
    pub fn entity_yaml(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<String> {
        op.authorize(Permission::CatalogEntityRead)?;
        Ok(yaml::to_string(&self.item(op, entity_ref)?.entity()?.to_json()))
    }
}

impl Catalog {
    /// The run of a template that registered a source.
    fn run_of(&self, state: &State, source_key: &str) -> Option<String> {
        let registered = state.registered();
        let mut made = registered.iter().filter(|row| row.task_id.is_some());
        let row = made.find(|row| {
            crate::locations::source(row).is_some_and(|source| source.key == source_key)
        })?;
        row.task_id.clone()
    }
}

/// The repository a descriptor is in, where a browser can open it.
fn repository(entity: &Entity) -> Option<RepositoryLink> {
    let source = entity.annotation("backstage.io/source-location");
    let url = source.and_then(|place| place.strip_prefix("url:")).filter(|url| is_web(url))?;
    let parsed = url::Url::parse(url).ok()?;
    let path = parsed.path().trim_matches('/').trim_end_matches(".git");
    // What a host puts between the repository and the branch.
    let marks = ["/-/tree/", "/-/blob/", "/tree/", "/blob/", "/src/branch/", "/src/commit/"];
    let found = marks.into_iter().find_map(|mark| path.split_once(mark));
    let label = match found {
        Some((repository, rest)) => {
            let folder = rest.split_once('/').map_or("", |(_, folder)| folder.trim_matches('/'));
            if folder.is_empty() { repository.to_owned() } else { format!("{repository}/{folder}") }
        }
        None => path.to_owned(),
    };
    let label = if label.is_empty() { parsed.host_str().unwrap_or(url).to_owned() } else { label };
    Some(RepositoryLink { url: url.to_owned(), label })
}

/// Whether a browser may be led there.
fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn links(entity: &Entity) -> Vec<LinkView> {
    let links = entity.metadata.links.iter().flatten();
    links
        .map(|link| LinkView {
            url: link.url.clone(),
            title: link.title.clone().unwrap_or_else(|| link.url.clone()),
            safe: url::Url::parse(&link.url)
                .is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto")),
        })
        .collect()
}

/// What an entity has to do with APIs.
fn apis(entity: &Entity, index: &Index) -> Vec<ApiUses> {
    const MOST: usize = 100;
    let of_type = |relation_type: &str| {
        let wanted = |it: &&EntityRelation| it.relation_type == relation_type;
        let mut found = entity.relations.iter().filter(wanted).map(|it| it.target_ref.as_str());
        let row = |target: &str| {
            let facts = index.get(target).map(|item| &item.facts);
            ApiUse {
                entity: index.link(target),
                r#type: facts.and_then(|it| it.r#type.as_ref()).map(ToString::to_string),
                lifecycle: facts.and_then(|it| it.lifecycle.as_ref()).map(ToString::to_string),
                owner: facts.and_then(|it| it.owner.as_ref()).map(|owner| index.link(owner)),
            }
        };
        let rows: Vec<ApiUse> = found.by_ref().take(MOST).map(row).collect();
        ApiUses { label: label(relation_type), rows, more: found.count() as u32 }
    };
    let types = ["providesApi", "consumesApi", "apiProvidedBy", "apiConsumedBy"];
    types.into_iter().map(of_type).filter(|uses| !uses.rows.is_empty()).collect()
}

/// Relations come sorted by type and target.
fn relations(entity: &Entity, index: &Index) -> Vec<RelationView> {
    let mut views: Vec<RelationView> = Vec::new();
    for relation in &entity.relations {
        let target = index.link(&relation.target_ref);
        match views.last_mut().filter(|view| view.r#type == relation.relation_type) {
            Some(view) => view.targets.push(target),
            None => views.push(RelationView {
                r#type: relation.relation_type.clone(),
                label: label(&relation.relation_type),
                targets: vec![target],
            }),
        }
    }
    views
}

/// What an entity of a kind that was added says in its spec, apart from what is shown elsewhere:
/// the fields its schema knows first, in the schema's order.
fn spec_fields(entity: &Entity, kinds: Kinds<'_>) -> Vec<SpecField> {
    let Some(Found::Custom(kind)) = kinds.find(&entity.kind, &entity.api_version) else {
        return Vec::new();
    };
    let definition = kind.definition();
    let nothing = Map::new();
    let spec = entity.spec.as_ref().unwrap_or(&nothing);
    let properties = definition.schema["properties"].as_object().unwrap_or(&nothing);
    let others = spec.keys().filter(|key| !properties.contains_key(*key));
    let keys = properties.keys().chain(others);
    keys.filter(|key| !is_shown_elsewhere(key, definition))
        .filter_map(|key| {
            let about = properties.get(key).map(|property| resolved(property, definition));
            let text = |name: &str| about?.get(name)?.as_str().map(str::to_owned);
            let value = value_text(spec.get(key)?);
            Some(SpecField {
                label: text("title").unwrap_or_else(|| label(key)),
                help: text("description"),
                value: match value.char_indices().nth(SHOWN) {
                    Some((end, _)) => format!("{}…", &value[..end]),
                    None => value,
                },
            })
        })
        .collect()
}

/// References are among the relations; type and lifecycle stand in the head of the page.
fn is_shown_elsewhere(key: &str, definition: &KindDefinition) -> bool {
    ["type", "lifecycle"].contains(&key)
        || definition.relations.iter().any(|relation| relation.field == key)
}

/// A property's schema, or the one it refers to.
fn resolved<'a>(property: &'a Value, definition: &'a KindDefinition) -> &'a Value {
    let target = property.get("$ref").and_then(Value::as_str);
    let found = target.and_then(|target| definition.schema.pointer(target.strip_prefix('#')?));
    found.unwrap_or(property)
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().map(value_text).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
