//! What was removed, and how it comes back: kept by hand, until its source gives it again.

use crate::Catalog;
use crate::apply::Plan;
use crate::store::history::{self, RemovedRow};
use crate::write::{Change, LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::index::{Index, dangling};
use catalog_index::rows::{EntityRow, KEPT};
use model::catalog::EntityLink;
use model::entity_ref::EntityRef;
use model::history::{RemovedEntities, RemovedEntity};
use model::time::Timestamp;
use model::{Error, Result};

/// How many removed entities are listed.
const LISTED: i64 = 500;

impl Catalog {
    /// What was removed and can be brought back, the latest first.
    pub async fn removed_list(&self, op: &OpContext) -> Result<RemovedEntities> {
        op.authorize(Permission::CatalogEntityRestore)?;
        let index = self.state(op)?.index();
        let undo_for = self.settings().history.undo_for;
        let undo_for = i64::try_from(undo_for.as_millis()).unwrap_or(i64::MAX);
        let rows = history::removed_all(op.db(), LISTED).await?;
        let total = history::removed_count(op.db()).await?;
        let entities = rows.iter().map(|row| RemovedEntity {
            entity: link(row, &index),
            source: for_people(&row.location),
            at: row.removed_at,
            author: index.author(&row.removed_by),
            until: Timestamp(row.removed_at.0.saturating_add(undo_for)),
        });
        Ok(RemovedEntities { entities: entities.collect(), total: total as u32 })
    }

    /// Brings a removed entity back. It is kept by hand from then on: it stays as it was, marked
    /// as stale, until a source gives it again.
    pub async fn entity_restore(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<()> {
        op.authorize(Permission::CatalogEntityRestore)?;
        let entity_ref = entity_ref.to_string();
        let row = history::removed_get(op.db(), &entity_ref).await?.ok_or_else(|| {
            Error::not_found(format!("{entity_ref} is not among what was removed lately."))
        })?;
        let plan = move |index: &Index| {
            if index.get(&row.entity_ref).is_some() {
                return Err(Error::conflict(format!(
                    "{} is in the catalog again already.",
                    row.entity_ref
                )));
            }
            Ok(Plan {
                upserts: vec![restored(row)],
                added: 1,
                change: Some(model::history::Change::Restored),
                ..Plan::default()
            })
        };
        let state = self.state(op)?;
        let change = Change::Asked { subject: entity_ref, action: "restore", plan: Box::new(plan) };
        carry_out(op, &state, change, LocationChange::None).await?;
        Ok(())
    }

    /// Removes an entity that no source gives: one that is kept by hand, or an orphan.
    pub async fn entity_remove(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<()> {
        op.authorize(Permission::CatalogEntityDelete)?;
        let item = self.item(op, entity_ref)?;
        let entity_ref = entity_ref.to_string();
        let subject = item.facts.entity_ref.to_string();
        let plan = move |index: &Index| {
            let Some(item) = index.get(&entity_ref) else { return Ok(Plan::default()) };
            if !item.yields() {
                return Err(Error::conflict(format!(
                    "{entity_ref} is given by {}, and would come back with its next reading. \
                     Remove it there.",
                    for_people(&item.facts.origin.location)
                )));
            }
            Ok(Plan { deletes: vec![entity_ref], removed: 1, ..Plan::default() })
        };
        let state = self.state(op)?;
        let change = Change::Asked { subject, action: "delete", plan: Box::new(plan) };
        carry_out(op, &state, change, LocationChange::None).await?;
        self.make_way(op).await
    }
}

fn link(row: &RemovedRow, index: &Index) -> EntityLink {
    if let Some(item) = index.get(&row.entity_ref) {
        return item.link();
    }
    let plain = dangling(&row.entity_ref);
    let value: serde_json::Value = serde_json::from_str(&row.content).unwrap_or_default();
    let text = |pointer: &str| value.pointer(pointer).and_then(|found| found.as_str());
    EntityLink {
        kind: text("/kind").unwrap_or(&plain.kind).to_owned(),
        title: text("/metadata/title").unwrap_or(&plain.title).to_owned(),
        ..plain
    }
}

fn restored(row: RemovedRow) -> EntityRow {
    EntityRow {
        entity_ref: row.entity_ref,
        uid: row.uid,
        source_key: KEPT.to_owned(),
        location: row.location,
        parent_ref: String::new(),
        content: row.content,
        relations: row.relations,
        errors: String::new(),
        orphan: false,
        changed_at: access::now(),
    }
}
