//! What people edited in the portal, laid over what the descriptor says.

use crate::content::content_text;
use crate::edges::edges;
use crate::rows::{EntityRow, OverlayRow};
use model::entity::{Entity, Link};
use model::entity_ref::{Defaults, EntityRef};
use model::overlay::OverlayField;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Which fields are edited; for programs.
const ANNOTATION: &str = "callboard.dev/edited-fields";

/// The edited fields of all entities that have some.
#[derive(Debug, Clone, Default)]
pub struct Overlays(Arc<HashMap<String, Vec<OverlayRow>>>);

impl Overlays {
    /// The edits of all entities.
    pub fn new(rows: Vec<OverlayRow>) -> Overlays {
        let mut by_ref: HashMap<String, Vec<OverlayRow>> = HashMap::new();
        for row in rows {
            by_ref.entry(row.entity_ref.clone()).or_default().push(row);
        }
        Overlays(Arc::new(by_ref))
    }

    /// The edited fields of an entity.
    pub fn of(&self, entity_ref: &str) -> &[OverlayRow] {
        self.0.get(entity_ref).map(Vec::as_slice).unwrap_or_default()
    }

    /// The same with other edits of some entities.
    pub fn with(&self, changes: &[OverlayChange]) -> Overlays {
        if changes.is_empty() {
            return self.clone();
        }
        let mut by_ref = (*self.0).clone();
        for change in changes {
            match change.rows.is_empty() {
                true => by_ref.remove(&change.entity_ref),
                false => by_ref.insert(change.entity_ref.clone(), change.rows.clone()),
            };
        }
        Overlays(Arc::new(by_ref))
    }

    /// The row as it is shown; nothing when nothing of it is edited.
    pub fn laid_over(&self, row: &EntityRow) -> Option<EntityRow> {
        laid_over(row, self.of(&row.entity_ref))
    }

    /// The row as it is shown.
    pub fn shown<'r>(&self, row: &'r EntityRow) -> Cow<'r, EntityRow> {
        self.laid_over(row).map_or(Cow::Borrowed(row), Cow::Owned)
    }

    /// The edges of an entity as they are shown; nothing when those of its row are.
    pub fn edges_over(&self, entity_ref: &str, row: &str) -> Option<String> {
        let owner = self.of(entity_ref).iter().find(|edit| edit.field == OverlayField::Owner)?;
        let namespace = EntityRef::parse(entity_ref).ok()?.namespace;
        Some(owned(row, group(owner.content.as_str(), &namespace).as_deref()))
    }

    /// Edits that descriptors say themselves by now: they have done their work.
    pub fn settled(&self, rows: &[EntityRow]) -> Vec<OverlayChange> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let rows = rows.iter().filter(|row| !self.of(&row.entity_ref).is_empty());
        let settled = rows.filter_map(|row| {
            let entity = entity(&row.content)?;
            let known = self.of(&row.entity_ref);
            let open = known.iter().filter(|row| value(&entity, row.field) != row.content);
            let rows: Vec<OverlayRow> = open.cloned().collect();
            let entity_ref = row.entity_ref.clone();
            (rows.len() < known.len()).then_some(OverlayChange { entity_ref, rows })
        });
        settled.collect()
    }
}

/// All edits of an entity from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct OverlayChange {
    /// Of which entity.
    pub entity_ref: String,
    /// The edited fields; none takes all edits back.
    pub rows: Vec<OverlayRow>,
}

/// The row with these edits; nothing when there are none.
pub fn laid_over(row: &EntityRow, edits: &[OverlayRow]) -> Option<EntityRow> {
    if edits.is_empty() {
        return None;
    }
    let mut entity = entity(&row.content)?;
    let mut relations = row.relations.clone();
    for edit in edits {
        set(&mut entity, edit.field, &edit.content);
        if edit.field == OverlayField::Owner {
            relations = owned(&relations, owner_ref(&entity).as_deref());
        }
    }
    let names: Vec<&str> = edits.iter().map(|edit| edit.field.name()).collect();
    entity.annotate(ANNOTATION, names.join(","));
    Some(EntityRow { content: content_text(&mut entity), relations, ..row.clone() })
}

/// The typed view of a content.
pub fn entity(content: &str) -> Option<Entity> {
    Entity::from_json(serde_json::from_str(content).ok()?).ok()
}

/// What an entity says in a field; null when it says nothing.
pub fn value(entity: &Entity, field: OverlayField) -> Value {
    let metadata = &entity.metadata;
    match field {
        OverlayField::Description => metadata.description.clone().into(),
        OverlayField::Tags => metadata.tags.clone().into(),
        // Texts cannot fail to become JSON.
        OverlayField::Links => serde_json::to_value(&metadata.links).unwrap_or_default(),
        OverlayField::Owner | OverlayField::Lifecycle => {
            entity.spec_value(field.name()).cloned().unwrap_or_default()
        }
    }
}

fn set(entity: &mut Entity, field: OverlayField, value: &Value) {
    let metadata = &mut entity.metadata;
    match field {
        OverlayField::Description => metadata.description = value.as_str().map(str::to_owned),
        OverlayField::Tags => metadata.tags = serde_json::from_value(value.clone()).ok(),
        OverlayField::Links => {
            metadata.links = serde_json::from_value(value.clone()).unwrap_or_default();
        }
        OverlayField::Owner | OverlayField::Lifecycle => {
            let spec = entity.spec.get_or_insert_with(Map::new);
            match value {
                Value::Null => spec.shift_remove(field.name()),
                _ => spec.insert(field.name().to_owned(), value.clone()),
            };
        }
    }
}

/// The edges with this owner.
fn owned(relations: &str, owner: Option<&str>) -> String {
    let others = edges(relations).filter(|edge| {
        !(edge.out && edge.r#type == "ownedBy") && (edge.out || edge.r#type != "ownerOf")
    });
    let mut text: String = others
        .map(|edge| {
            let mark = if edge.out { '>' } else { '<' };
            format!("{mark}{} {}\n", edge.r#type, edge.other)
        })
        .collect();
    if let Some(owner) = owner {
        text.push_str(&format!("<ownerOf {owner}\n>ownedBy {owner}\n"));
    }
    text
}

/// The full reference of the owner an entity names.
pub fn owner_ref(entity: &Entity) -> Option<String> {
    group(entity.spec_str("owner"), entity.namespace())
}

fn group(named: Option<&str>, namespace: &str) -> Option<String> {
    let defaults = Defaults { kind: Some("Group"), namespace: Some(namespace) };
    EntityRef::parse_with(named?, defaults).ok().map(|found| found.to_string())
}

/// A value as it is edited.
pub fn to_text(value: &Value, field: OverlayField) -> String {
    match (field, value) {
        (OverlayField::Tags, Value::Array(tags)) => {
            tags.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        (OverlayField::Links, Value::Array(links)) => {
            let line = |link: &Value| {
                let text = |key: &str| link.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("{} {}", text("url"), text("title")).trim_end().to_owned()
            };
            links.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        (_, Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}

/// A value as it was typed; null for nothing. What a link has beside address and title stays as
/// it is in `known`.
pub fn from_text(text: &str, field: OverlayField, known: &Entity) -> Value {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Value::Null;
    }
    match field {
        OverlayField::Tags => {
            // A blank separates nothing: a tag with one in it is refused, not cut in two.
            let tags = text.split([',', '\n']).map(str::trim).filter(|tag| !tag.is_empty());
            tags.map(Value::from).collect()
        }
        OverlayField::Links => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let link = |line: &str| {
                let (url, title) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
                let title = Some(title.trim().to_owned()).filter(|title| !title.is_empty());
                let same = known.metadata.links.iter().flatten().find(|link| link.url == url);
                let link = Link { url: url.to_owned(), title, ..same.cloned().unwrap_or_default() };
                serde_json::to_value(link).unwrap_or_default()
            };
            lines.map(link).collect()
        }
        _ => Value::from(text),
    }
}
