//! Kinds of entities that a tenant's administrator adds to the built-in ones.
//!
//! A change counts at once: descriptors are read again although their files have not changed, and
//! what programs gave is looked at again as it is kept.

pub(crate) mod form;

use catalog_index::kinds::KindSet;
pub use form::KindSubmitted;

use crate::Catalog;
use crate::apply::Plan;
use crate::push::PUSH;
use crate::state::{State, interrupted};
use crate::store::kind as store;
use crate::store::kind::KindRecord;
use crate::write::{Change, LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_index::complaint::{kept, to_text};
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::rows::EntityRow;
use catalog_index::rows::KEPT;
use catalog_ingest::document::Outcome;
use catalog_ingest::given;
use catalog_ingest::rules::{LocationType, RuleSetting};
use catalog_ingest::source::Source;
use model::kind::definition::KindDefinition;
use model::kind::view::KindLook;
use model::time::Timestamp;
use model::{Error, FieldError, Result};
use serde_json::json;
use std::sync::Arc;

/// What becomes of a kind.
#[derive(Debug, Clone)]
enum KindChange {
    /// It is added, or replaces the one of its name.
    Put(Box<KindDefinition>),
    /// It is removed.
    Delete(String),
}

impl Catalog {
    /// The kinds that were added, by name.
    pub fn kind_list(&self, op: &OpContext) -> Result<Vec<KindDefinition>> {
        op.authorize(Permission::CatalogKindRead)?;
        Ok(self.state(op)?.kinds().definitions().cloned().collect())
    }

    /// One of them, in any letter case.
    pub fn kind_get(&self, op: &OpContext, name: &str) -> Result<KindDefinition> {
        op.authorize(Permission::CatalogKindRead)?;
        let kinds = self.state(op)?.kinds();
        kinds.definition(name).cloned().ok_or_else(|| unknown(name))
    }

    /// What every page needs to know of the kinds that were added.
    pub fn kind_looks(&self, op: &OpContext) -> Result<Vec<KindLook>> {
        op.authorize(Permission::CatalogKindRead)?;
        Ok(self.state(op)?.kinds().looks().to_vec())
    }

    /// Adds a kind, or changes the one of this name; whether it is new.
    pub async fn kind_put(
        &self,
        op: &OpContext,
        name: &str,
        definition: KindDefinition,
    ) -> Result<bool> {
        op.authorize(Permission::CatalogKindUpdate)?;
        let known = self.state(op)?.kinds().definition(name).map(|known| known.name.clone());
        let expected = known.as_deref().unwrap_or(name);
        if definition.name != expected {
            let message = format!("the name of a kind stays as it is: expected {expected}");
            return Err(refused(vec![FieldError::new("/name", message)]));
        }
        self.kind_change(op, KindChange::Put(Box::new(definition))).await?;
        Ok(known.is_none())
    }

    /// Removes a kind. Its entities stay as they are, marked as broken.
    pub async fn kind_delete(&self, op: &OpContext, name: &str) -> Result<()> {
        op.authorize(Permission::CatalogKindUpdate)?;
        self.kind_change(op, KindChange::Delete(name.to_owned())).await
    }

    async fn kind_change(&self, op: &OpContext, change: KindChange) -> Result<()> {
        let state = self.state(op)?;
        let providers = self.provider_keys();
        // Rows and kinds must agree although whoever asked may lose patience.
        let (asked_by, changing) = (op.clone(), state.clone());
        let work = tokio::spawn(async move {
            let name = write(&asked_by, &changing, change).await?;
            changing.request_remote_refresh();
            providers.iter().for_each(|key| changing.provider_runs.run_again(key));
            recheck(&asked_by, &changing, &name).await
        });
        work.await.map_err(interrupted)??;
        self.round_now(op, &state).await
    }
}

/// Writes a change; from then on descriptors are read by it. The name of the kind.
async fn write(op: &OpContext, state: &State, change: KindChange) -> Result<String> {
    let _one_at_a_time = state.kind_writer.lock().await;
    let kinds = state.kinds();
    let (known, planned) = (kinds.clone(), change.clone());
    let building = tokio::task::spawn_blocking(move || after(&known, &planned));
    let next = building.await.map_err(interrupted)??;
    let mut tx = op.db().begin().await?;
    let (name, action) = match change {
        KindChange::Put(definition) => {
            let by = op.principal.name();
            store::kind_write(&mut tx, &definition, &by, access::now()).await?;
            let is_new = kinds.definition(&definition.name).is_none();
            (definition.name, if is_new { "create" } else { "update" })
        }
        KindChange::Delete(name) => {
            if store::kind_delete(&mut tx, &name).await? == 0 {
                return Err(unknown(&name));
            }
            (kinds.definition(&name).map_or(name.clone(), |known| known.name.clone()), "delete")
        }
    };
    activity::record(op, &mut tx, "kind-mutate", &name, &json!({ "action": action })).await?;
    tx.commit().await?;
    state.set_kinds(next);
    Ok(name)
}

/// Looks again at what programs and people gave, which is in no file.
async fn recheck(op: &OpContext, state: &Arc<State>, name: &str) -> Result<()> {
    let (kinds, kind) = (state.kinds(), name.to_owned());
    let plan = move |index: &Index| Ok(rechecked(index, &kind, &kinds));
    let change = Change::Asked { subject: name.to_owned(), action: "kind", plan: Box::new(plan) };
    carry_out(op, state, change, LocationChange::None).await.map(drop)
}

/// The kinds after a change.
fn after(kinds: &KindSet, change: &KindChange) -> Result<KindSet> {
    let name = match change {
        KindChange::Put(definition) => &definition.name,
        KindChange::Delete(name) => name,
    };
    let others = kinds.definitions().filter(|known| !known.name.eq_ignore_ascii_case(name));
    let others = KindSet::lenient(others.cloned().collect(), log_refused);
    match change {
        KindChange::Put(definition) => others.and((**definition).clone()).map_err(refused),
        KindChange::Delete(_) => Ok(others),
    }
}

/// The kinds of rows.
pub(crate) fn of_rows(rows: Vec<KindRecord>) -> KindSet {
    KindSet::lenient(rows.into_iter().map(|row| row.definition).collect(), log_refused)
}

/// A kind that an earlier version of the program took may be too much for this one.
fn log_refused(name: &str, errors: &[FieldError]) {
    tracing::error!(
        catalog.kind = name,
        "the kind cannot be used: {}. Change it under Catalog, Administration, Kinds.",
        in_one_line(errors)
    );
}

fn unknown(name: &str) -> Error {
    Error::not_found(format!("There is no kind {name} that was added to the built-in ones"))
}

/// The error of a definition, all of it in one line.
pub(crate) fn refused(errors: Vec<FieldError>) -> Error {
    let message = format!("The kind cannot be taken: {}", in_one_line(&errors));
    Error::invalid_fields(message, errors)
}

fn in_one_line(errors: &[FieldError]) -> String {
    let lines = errors.iter().map(|error| format!("{}: {}", error.path, error.message));
    lines.collect::<Vec<_>>().join("; ")
}

/// Marks what does not fit any more, and unmarks what does again.
fn rechecked(index: &Index, kind: &str, kinds: &KindSet) -> Plan {
    let now = access::now();
    let given = index.items.iter().filter(|item| {
        let origin = &item.facts.origin;
        origin.kind.eq_ignore_ascii_case(kind)
            && (origin.source_key.starts_with(PUSH) || *origin.source_key == *KEPT)
    });
    let upserts: Vec<EntityRow> =
        given.filter_map(|item| checked_again(item, kinds, now)).collect();
    Plan { changed: upserts.len(), upserts, ..Plan::default() }
}

/// The row of an entity with what is wrong with it now; nothing when nothing is different.
fn checked_again(item: &Item, kinds: &KindSet, now: Timestamp) -> Option<EntityRow> {
    let row = item.row();
    let value = serde_json::from_str(&row.content).ok()?;
    // Whether it may be here was decided when it came.
    let rules = vec![RuleSetting::kinds(&[&item.facts.origin.kind])];
    let source = Source { rules, ..Source::new(LocationType::Push, &row.location) };
    let next = match given::outcome(&value, &row.location, &source, &[], kinds) {
        Outcome::Good(found) => {
            EntityRow { relations: found.relations, errors: to_text(&[]), ..row.clone() }
        }
        Outcome::Bad(failed) => {
            EntityRow { errors: kept(&row.errors, failed.complaints, now), ..row.clone() }
        }
    };
    let same = next.errors == row.errors && next.relations == row.relations;
    (!same).then_some(EntityRow { changed_at: now, ..next })
}
