//! Editing an entity in the portal, and offering the edits back to its descriptor.

use crate::Catalog;
use crate::apply::Plan;
use crate::overlay_check::check;
use crate::owner;
use crate::write::{Change, LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::overlay::{OverlayChange, entity, from_text, laid_over, to_text, value};
use catalog_index::rows::{EntityRow, OverlayRow};
use catalog_ingest::source::git::GitTarget;
use catalog_ingest::source::web::WebFile;
use model::entity::Entity;
use model::entity_ref::{Defaults, EntityRef};
use model::kind::{Found, Kinds};
use model::overlay::{DescriptorChange, OverlayField, OverlayForm, OverlayValue};
use model::validation;
use model::{Error, Result};
use serde_json::Value;
use std::sync::Arc;

impl Catalog {
    /// What can be edited of an entity, and what was.
    pub fn overlay_form(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<OverlayForm> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        let index = self.state(op)?.index();
        let own = described(&item)?;
        let kinds = self.state(op)?.kinds();
        let fields = fields(&item, &own, &index, kinds.kinds());
        Ok(OverlayForm { entity: item.link(), fields })
    }

    /// Lays what was typed over what the descriptor says; a field that says the same as the
    /// descriptor is not edited any more. Fields that are not named stay as they are.
    pub async fn overlay_save(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        typed: &[(OverlayField, String)],
    ) -> Result<()> {
        op.authorize(Permission::CatalogOverlayUpdate)?;
        let item = self.item(op, entity_ref)?;
        refuse_source(&item)?;
        let (author, typed, entity_ref) = (op.principal.name(), typed.to_vec(), item.facts.clone());
        let entity_ref = entity_ref.entity_ref.to_string();
        let subject = entity_ref.clone();
        let kinds = self.state(op)?.kinds();
        let plan = move |index: &Index| {
            let item = index.get(&entity_ref).ok_or_else(|| gone(&entity_ref))?;
            let own = described(item)?;
            let known = index.overlays.of(&entity_ref);
            let mut rows: Vec<OverlayRow> = known.to_vec();
            for (field, text) in &typed {
                if !has(&own, *field, kinds.kinds()) {
                    return Err(Error::invalid(format!("A {} has no {}.", own.kind, field.name())));
                }
                let shown = known.iter().find(|row| row.field == *field);
                let shown = shown.map_or_else(|| value(&own, *field), |row| row.content.clone());
                let new = understood(from_text(text, *field, &own), *field, &own, index);
                // What reads the same was not touched, whatever else is in it.
                if to_text(&shown, *field) == to_text(&new, *field) {
                    continue;
                }
                rows.retain(|row| row.field != *field);
                if to_text(&value(&own, *field), *field) != to_text(&new, *field) {
                    rows.push(OverlayRow {
                        entity_ref: entity_ref.clone(),
                        field: *field,
                        content: new,
                        author: author.clone(),
                        edited_at: access::now(),
                    });
                }
            }
            rows.sort_by_key(|row| row.field.name());
            edit(item, rows, index, kinds.kinds())
        };
        let change = Change::Asked { subject, action: "edit", plan: Box::new(plan) };
        carry_out(op, &self.state(op)?, change, LocationChange::None).await?;
        Ok(())
    }

    /// Shows again what the descriptor says: in one field, or in all.
    pub async fn overlay_remove(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        field: Option<OverlayField>,
    ) -> Result<()> {
        op.authorize(Permission::CatalogOverlayUpdate)?;
        let subject = self.item(op, entity_ref)?.facts.entity_ref.to_string();
        let entity_ref = subject.clone();
        let kinds = self.state(op)?.kinds();
        let plan = move |index: &Index| {
            let item = index.get(&entity_ref).ok_or_else(|| gone(&entity_ref))?;
            let known = index.overlays.of(&entity_ref).iter();
            let rows = known.filter(|row| field.is_some_and(|field| row.field != field));
            edit(item, rows.cloned().collect(), index, kinds.kinds())
        };
        let change = Change::Asked { subject, action: "edit", plan: Box::new(plan) };
        carry_out(op, &self.state(op)?, change, LocationChange::None).await?;
        Ok(())
    }

    /// The descriptor's file with what was edited, as its people would write it.
    pub async fn overlay_descriptor(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
    ) -> Result<DescriptorChange> {
        op.authorize(Permission::CatalogEntityRead)?;
        let item = self.item(op, entity_ref)?;
        let index = self.state(op)?.index();
        let edits = index.overlays.of(&item.facts.entity_ref);
        let (file, before) = self.descriptor_text(op, entity_ref, &item).await?;
        let (mut text, mut reformatted) = (before.clone(), false);
        for edit in edits {
            let document = document_of(&text, &item.facts.entity_ref).ok_or_else(|| {
                Error::conflict(format!(
                    "{} does not describe {entity_ref} any more.",
                    for_people(&item.facts.origin.location)
                ))
            })?;
            let content = Some(&edit.content).filter(|content| !content.is_null());
            let (parent, key) = (edit.field.parent(), edit.field.name());
            let edited = yaml::edit(&text, document, parent, key, content).ok_or_else(|| {
                Error::conflict(format!(
                    "{} cannot be changed by a program; change it by hand.",
                    for_people(&item.facts.origin.location)
                ))
            })?;
            reformatted |= edited.rewritten;
            text = edited.text;
        }
        let own = described(&item)?;
        let edit_url = own.annotation("backstage.io/edit-url").map(str::to_owned);
        Ok(DescriptorChange {
            entity: item.link(),
            source: for_people(&item.facts.origin.location),
            file,
            same: text == before,
            text,
            reformatted,
            edit_url: edit_url
                .filter(|url| url.starts_with("https://") || url.starts_with("http://")),
        })
    }

    /// The name and the text of the file that describes an entity.
    async fn descriptor_text(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        item: &Item,
    ) -> Result<(String, String)> {
        let location = &*item.facts.origin.location;
        let unreadable = |reason: &str| {
            Error::conflict(format!("{} cannot be read: {reason}", for_people(location)))
        };
        let bytes = if let Some(url) = location.strip_prefix("url:") {
            match self.web.fetch(url, None).await {
                Ok(WebFile::Body(bytes, _)) => bytes,
                Ok(WebFile::NotModified) => return Err(unreadable("it gave nothing")),
                Err(reason) => return Err(unreadable(&reason)),
            }
        } else {
            let place = self.source_folder(op, entity_ref)?;
            let path = place.folder.join(file_name(location));
            let found = tokio::fs::canonicalize(&path).await;
            let inside = found.is_ok_and(|found| found.starts_with(&place.root));
            if !inside {
                return Err(unreadable("it is not there any more"));
            }
            let size = tokio::fs::metadata(&path).await.map(|metadata| metadata.len());
            if size.is_ok_and(|size| size > self.settings.max_file_size) {
                return Err(unreadable("it is too large"));
            }
            tokio::fs::read(&path).await.map_err(|error| unreadable(&error.to_string()))?
        };
        let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
        Ok((file_name(location), text))
    }
}

/// `services/shop/catalog-info.yaml` → `catalog-info.yaml`.
fn file_name(location: &str) -> String {
    let path = match location.strip_prefix("git:") {
        Some(target) => GitTarget::parse(target).path,
        None => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() { "catalog-info.yaml".to_owned() } else { name.to_owned() }
}

/// The number of the document that describes an entity.
fn document_of(text: &str, entity_ref: &str) -> Option<usize> {
    let documents = yaml::parse_all(text);
    documents.iter().position(|document| {
        let json = document.as_ref().ok().map(yaml::Node::to_json);
        json.and_then(|json| validation::reference(&json)).as_deref() == Some(entity_ref)
    })
}

/// The entity as its descriptor gives it.
fn described(item: &Item) -> Result<Entity> {
    entity(&item.row().content).ok_or_else(|| {
        tracing::error!(entity.r#ref = &*item.facts.entity_ref, "its content cannot be read");
        Error::internal("")
    })
}

fn gone(entity_ref: &str) -> Error {
    Error::not_found(format!("{entity_ref} is not in the catalog any more."))
}

/// Whether entities of this kind say something in a field.
fn has(entity: &Entity, field: OverlayField, kinds: Kinds<'_>) -> bool {
    if field.parent() == "metadata" || entity.spec_value(field.name()).is_some() {
        return true;
    }
    match kinds.find(&entity.kind, &entity.api_version) {
        Some(Found::BuiltIn(kind)) => {
            kind.spec.properties.iter().any(|(key, _)| *key == field.name())
        }
        Some(Found::Custom(kind)) => {
            kind.definition().schema["properties"].get(field.name()).is_some()
        }
        None => false,
    }
}

fn refuse_source(item: &Item) -> Result<()> {
    match item.facts.entity_ref.starts_with("location:default/generated-") {
        true => Err(Error::conflict("This entity stands for a source and cannot be edited.")),
        false => Ok(()),
    }
}

fn fields(item: &Arc<Item>, own: &Entity, index: &Index, kinds: Kinds<'_>) -> Vec<OverlayValue> {
    let edits = index.overlays.of(&item.facts.entity_ref);
    let of_kind = OverlayField::ALL.into_iter().filter(|field| has(own, *field, kinds));
    of_kind
        .map(|field| {
            let descriptor = to_text(&value(own, field), field);
            let edit = edits.iter().find(|edit| edit.field == field);
            OverlayValue {
                field,
                text: edit.map_or_else(|| descriptor.clone(), |edit| to_text(&edit.content, field)),
                descriptor,
                edited: edit.map(|edit| (index.author(&edit.author), edit.edited_at)),
            }
        })
        .collect()
}

/// The fields of an entity that were edited in the portal.
pub(crate) fn edits(item: &Arc<Item>, index: &Index, kinds: Kinds<'_>) -> Vec<OverlayValue> {
    if index.overlays.of(&item.facts.entity_ref).is_empty() {
        return Vec::new();
    }
    let all = described(item).map(|own| fields(item, &own, index, kinds)).unwrap_or_default();
    all.into_iter().filter(|field| field.edited.is_some()).collect()
}

/// Plans other edits of an entity, when the entity is good with them.
fn edit(item: &Item, rows: Vec<OverlayRow>, index: &Index, kinds: Kinds<'_>) -> Result<Plan> {
    let row = item.row();
    if rows == index.overlays.of(&row.entity_ref) {
        return Ok(Plan::default());
    }
    let shown = laid_over(&row, &rows).unwrap_or_else(|| row.clone());
    check(&shown.content, &rows, index, kinds)?;
    let entity_ref = row.entity_ref.clone();
    Ok(Plan {
        changed: 1,
        upserts: vec![EntityRow { changed_at: access::now(), ..row }],
        overlays: vec![OverlayChange { entity_ref, rows }],
        change: Some(model::history::Change::Edited),
        ..Plan::default()
    })
}

/// An owner as it stands in a descriptor: what was typed when that is understood there, else the
/// full reference of the group or person that is meant.
fn understood(value: Value, field: OverlayField, own: &Entity, index: &Index) -> Value {
    let (OverlayField::Owner, Some(text)) = (field, value.as_str()) else { return value };
    let defaults = Defaults { kind: Some("Group"), namespace: Some(own.namespace()) };
    let plain = EntityRef::parse_with(text, defaults).map(|found| found.to_string());
    match owner::find(text, own.namespace(), index) {
        Some(found) if plain.as_ref() != Ok(&found) => Value::from(found),
        _ => value,
    }
}
