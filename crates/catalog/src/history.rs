//! What an entity was: its versions, what differs between two of them, and the entity as of any
//! moment.
//!
//! The present stands in the read model; each row of history says how to go one step back. Rows are
//! read when somebody asks and never kept in memory.

use crate::Catalog;
use crate::changes::summary;
use crate::diff::{differences, path, undo_pointers, undo_text, undone};
use crate::store::history::{self, VersionRow};
use crate::store::overlay;
use access::{OpContext, Permission};
use catalog_index::complaint::for_people;
use catalog_index::edges::edges;
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::overlay::owner_ref;
use catalog_index::rows::EntityRow;
use model::entity::{Entity, MANAGED_BY_LOCATION, is_internal_annotation};
use model::entity_ref::EntityRef;
use model::history::{Change, EntityAt, EntityDiff, EntityHistory, FieldChange, Version};
use model::time::{Timestamp, rfc3339};
use model::{Error, Result};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// The most versions of one entity that can be configured, and that are read at once.
pub const MAX_VERSIONS: u32 = 1_000;

/// Versions of so many entities get their summaries in one transaction.
const COMPLETED_AT_ONCE: i64 = 200;

/// What is kept of the past.
#[derive(Debug, Clone)]
pub struct HistorySettings {
    /// How long versions are kept; the newest one of what is there stays.
    pub keep_for: Duration,
    /// How many versions of one entity are kept, at most [`MAX_VERSIONS`].
    pub max_versions: u32,
    /// How long a removal can be undone.
    pub undo_for: Duration,
}

impl Default for HistorySettings {
    fn default() -> Self {
        const DAY: u64 = 24 * 3_600;
        HistorySettings {
            keep_for: Duration::from_secs(365 * DAY),
            max_versions: 100,
            undo_for: Duration::from_secs(30 * DAY),
        }
    }
}

impl Catalog {
    /// The versions of an entity that is, or was, in the catalog.
    pub async fn entity_history(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
    ) -> Result<EntityHistory> {
        op.authorize(Permission::CatalogEntityRead)?;
        let past = self.past(op, entity_ref).await?;
        Ok(EntityHistory {
            entity: past.index.link(&past.entity_ref),
            cut: past.is_cut(),
            versions: past.rows.iter().map(|row| version(row, &past.index)).collect(),
        })
    }

    /// What differs between two versions: the newest one and the one before it when none are
    /// named.
    pub async fn entity_diff(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Result<EntityDiff> {
        op.authorize(Permission::CatalogEntityRead)?;
        let past = self.past(op, entity_ref).await?;
        let find = |id: i64| {
            past.rows.iter().position(|row| row.version_id == id).ok_or_else(|| {
                Error::not_found(format!("{entity_ref} has no version {id} that is still kept."))
            })
        };
        let named = (from.map(find).transpose()?, to.map(find).transpose()?);
        let (from, to) = match named {
            // Whichever is asked for, the later one comes second.
            (Some(from), Some(to)) => (Some(from.max(to)), from.min(to)),
            (None, Some(to)) => (None, to),
            (from, None) => (from, 0),
        };
        let Some(later) = past.rows.get(to) else {
            return Err(Error::not_found(format!("No version of {entity_ref} is kept.")));
        };
        let after = past.state(to);
        let before = match from {
            Some(from) => past.state(from),
            None => undone(after.clone(), &later.undo),
        };
        let earlier = past.rows.get(from.unwrap_or(to + 1));
        Ok(EntityDiff {
            from: earlier.filter(|_| before.is_some()).map(|row| version(row, &past.index)),
            to: version(later, &past.index),
            fields: fields(before.as_ref(), after.as_ref()),
        })
    }

    /// An entity as it was at a moment.
    pub async fn entity_as_of(
        &self,
        op: &OpContext,
        entity_ref: &EntityRef,
        at: Timestamp,
    ) -> Result<EntityAt> {
        op.authorize(Permission::CatalogEntityRead)?;
        let past = self.past(op, entity_ref).await?;
        let found = past.rows.iter().position(|row| row.changed_at <= at);
        let state = match found {
            Some(found) => past.state(found),
            None if past.rows.is_empty() && past.begins_at() <= at => past.present(),
            None if past.is_cut() => {
                return Err(Error::not_found(format!(
                    "What {entity_ref} was at {} is not kept: its history begins at {}.",
                    rfc3339(at),
                    rfc3339(past.begins_at())
                )));
            }
            None => None,
        };
        Ok(EntityAt {
            at,
            version: found.map(|found| version(&past.rows[found], &past.index)),
            yaml: state.map(entity_yaml),
        })
    }

    /// Forgets what is older than configured; how many rows there were.
    pub async fn history_prune(&self, op: &OpContext) -> Result<u64> {
        op.authorize(Permission::CatalogHistoryPrune)?;
        let settings = &self.settings().history;
        let now = access::now();
        let before = |age: Duration| {
            let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
            Timestamp(now.0.saturating_sub(age))
        };
        let mut tx = op.db().begin().await?;
        let most = i64::from(settings.max_versions.min(MAX_VERSIONS));
        let gone = history::version_delete_before(&mut tx, before(settings.keep_for)).await?
            + history::version_delete_beyond(&mut tx, most).await?
            + history::removed_delete_before(&mut tx, before(settings.undo_for)).await?;
        overlay::overlay_sweep(&mut tx).await?;
        tx.commit().await?;
        Ok(gone)
    }

    /// Gives versions from before those had an owner and a summary both, from what the entity was
    /// then, so that lists of changes find them; how many there were.
    pub async fn history_complete(&self, op: &OpContext) -> Result<u64> {
        op.authorize(Permission::CatalogHistoryPrune)?;
        let (mut after, mut count) = (String::new(), 0);
        loop {
            let refs = history::version_incomplete(op.db(), &after, COMPLETED_AT_ONCE).await?;
            let Some(last) = refs.last() else { return Ok(count) };
            after.clone_from(last);
            let mut found = Vec::new();
            for entity_ref in refs {
                found.extend(self.past_of(op, entity_ref).await?.completed());
            }
            let mut tx = op.db().begin().await?;
            for (version, owner, summary) in found {
                count += history::version_complete(&mut tx, version, &owner, &summary).await?;
            }
            tx.commit().await?;
        }
    }

    async fn past(&self, op: &OpContext, entity_ref: &EntityRef) -> Result<Past> {
        self.past_of(op, entity_ref.to_string()).await
    }

    async fn past_of(&self, op: &OpContext, entity_ref: String) -> Result<Past> {
        let index = self.state(op)?.index();
        // The read model says which rows it includes, so both always fit together.
        let limit = i64::from(MAX_VERSIONS);
        let rows = history::version_of(op.db(), &entity_ref, index.last_version, limit).await?;
        let item = index.get(&entity_ref).cloned();
        if rows.is_empty() && item.is_none() {
            return Err(Error::not_found(format!("Nothing is known of {entity_ref}.")));
        }
        Ok(Past { index, entity_ref, item, rows })
    }
}

/// What is known of an entity's past.
struct Past {
    index: Arc<Index>,
    entity_ref: String,
    item: Option<Arc<Item>>,
    /// The newest first.
    rows: Vec<VersionRow>,
}

impl Past {
    fn is_cut(&self) -> bool {
        !self.rows.last().is_some_and(|row| row.change.is_beginning())
    }

    fn begins_at(&self) -> Timestamp {
        let first = self.rows.last().map(|row| row.changed_at);
        let changed_at = || self.item.as_ref().map(|item| item.facts.changed_at);
        first.or_else(changed_at).unwrap_or_default()
    }

    fn present(&self) -> Option<Value> {
        value_of(&self.item.as_ref()?.content())
    }

    /// The versions that have no summary, each with its owner and its summary.
    fn completed(&self) -> Vec<(i64, String, String)> {
        let mut found = Vec::new();
        let mut after = self.present();
        for row in &self.rows {
            let before = undone(after.clone(), &row.undo);
            if row.summary.is_none() {
                let of = if row.change == Change::Removed { &before } else { &after };
                let entity = of.clone().and_then(|value| Entity::from_json(value).ok());
                let owner = entity.and_then(|entity| owner_ref(&entity)).unwrap_or_default();
                let whole = row.change.is_beginning() || row.change == Change::Removed;
                let words = match whole {
                    true => String::new(),
                    false => summary(before.as_ref(), after.as_ref()),
                };
                found.push((row.version_id, owner, words));
            }
            after = before;
        }
        found
    }

    /// The entity after the change of a row.
    fn state(&self, row: usize) -> Option<Value> {
        self.rows[..row].iter().fold(self.present(), |state, row| undone(state, &row.undo))
    }
}

/// The versions that come of a change, and the entities that go with it, as they were.
pub(crate) struct Recorded {
    pub(crate) versions: Vec<VersionRow>,
    pub(crate) removed: Vec<EntityRow>,
}

/// One change of the read model, before it is carried out.
pub(crate) struct Step<'a> {
    pub(crate) upserts: &'a [EntityRow],
    pub(crate) deletes: &'a [String],
    /// What to call the changes, when that does not follow from the rows.
    pub(crate) change: Option<Change>,
    pub(crate) principal: String,
    pub(crate) at: Timestamp,
}

/// Writes down a change. `shown` gives a row as it will be shown.
pub(crate) fn record(
    index: &Index,
    step: &Step<'_>,
    shown: impl for<'r> Fn(&'r EntityRow) -> Cow<'r, EntityRow>,
) -> Recorded {
    let mut versions = Vec::new();
    let mut add = |about: (&str, &str, &str), change: Change, undo: String, summary: String| {
        let (entity_ref, location, owner_ref) = about;
        versions.push(VersionRow {
            version_id: index.last_version + 1 + versions.len() as i64,
            entity_ref: entity_ref.to_owned(),
            change,
            location: location.to_owned(),
            principal: step.principal.clone(),
            changed_at: step.at,
            undo,
            owner_ref: owner_ref.to_owned(),
            summary: Some(summary),
        });
    };
    for row in step.upserts {
        let shown = shown(row);
        let about = (row.entity_ref.as_str(), row.location.as_str(), owner_of(&shown.relations));
        let Some(item) = index.get(&row.entity_ref) else {
            let change = step.change.unwrap_or(Change::Added);
            // What a new entity was before is nothing.
            add(about, change, "[[\"\"]]".to_owned(), String::new());
            continue;
        };
        let before = item.content();
        if before == shown.content && step.change.is_none() {
            continue;
        }
        let orphaned = row.orphan && !item.flags.orphan;
        let change = if orphaned { Change::Orphaned } else { Change::Changed };
        let (before, after) = (value_of(&before), value_of(&shown.content));
        let undo = undo_text(before.as_ref(), after.as_ref());
        let summary = summary(before.as_ref(), after.as_ref());
        add(about, step.change.unwrap_or(change), undo, summary);
    }
    let mut removed = Vec::new();
    for entity_ref in step.deletes {
        let Some(item) = index.get(entity_ref) else { continue };
        let undo = undo_text(value_of(&item.content()).as_ref(), None);
        let owner = item.facts.owner.as_deref().unwrap_or_default();
        let about = (entity_ref.as_str(), &*item.facts.origin.location, owner);
        add(about, Change::Removed, undo, String::new());
        // Those that stand for sources come and go with them.
        if !entity_ref.starts_with("location:default/generated-") {
            removed.push(item.row());
        }
    }
    Recorded { versions, removed }
}

/// The owner that edges name; empty for none.
fn owner_of(relations: &str) -> &str {
    let mut owners = edges(relations).filter(|edge| edge.out && edge.r#type == "ownedBy");
    owners.next().map_or("", |edge| edge.other)
}

fn value_of(content: &str) -> Option<Value> {
    serde_json::from_str(content).ok()
}

fn version(row: &VersionRow, index: &Index) -> Version {
    let fields = match row.change.is_beginning() || row.change == Change::Removed {
        true => Vec::new(),
        false => undo_pointers(&row.undo).iter().filter_map(|pointer| named(pointer)).collect(),
    };
    Version {
        id: row.version_id,
        at: row.changed_at,
        change: row.change,
        author: index.author(&row.principal),
        source: for_people(&row.location),
        fields,
    }
}

/// An entity that comes or goes as a whole is shown field by field too.
pub(crate) fn fields(before: Option<&Value>, after: Option<&Value>) -> Vec<FieldChange> {
    let nothing = Value::Object(serde_json::Map::new());
    let text = |value: Option<&Value>| value.map(|value| yaml::to_string(value).trim_end().into());
    differences(before.or(Some(&nothing)), after.or(Some(&nothing)))
        .into_iter()
        .filter_map(|difference| {
            Some(FieldChange {
                path: named(&difference.pointer)?,
                before: text(difference.before),
                after: text(difference.after),
            })
        })
        .collect()
}

/// What to call a field: its path, or nothing for what the catalog notes for itself. Of that, only
/// where the descriptor is says something about the entity.
fn named(pointer: &str) -> Option<String> {
    match pointer.strip_prefix("/metadata/annotations/").map(|key| key.replace("~1", "/")) {
        Some(key) if key == MANAGED_BY_LOCATION => Some("descriptor".to_owned()),
        Some(key) if is_internal_annotation(&key) => None,
        _ => Some(path(pointer)),
    }
}

/// In the order in which descriptors are written.
fn entity_yaml(value: Value) -> String {
    match Entity::from_json(value.clone()) {
        Ok(entity) => yaml::to_string(&entity.to_json()),
        Err(_) => yaml::to_string(&value),
    }
}
