//! Carries out what has to change: rows and the read model at the same time, which is shown when
//! the rows stand.
//!
//! It goes on by itself: whoever asked may lose patience (a closed browser, a stopped job), and
//! rows and read model must still agree afterwards.

use crate::apply::{Keeping, Plan, plan, removal};
use crate::held::HeldChange;
use crate::history::{Recorded, Step, record};
use crate::locations::there_already;
use crate::state::{State, interrupted};
use crate::store::history::VersionRow;
use crate::store::{self, FileRow, LocationRow};
use access::OpContext;
use activity::NewEvent;
use catalog_index::index::Index;
use catalog_index::item::{Item, Texts};
use catalog_index::memory::{run_blocking, trim_allocator};
use catalog_index::overlay::Overlays;
use catalog_index::related::Replaced;
use catalog_index::rows::{EntityRow, HeldRow};
use catalog_ingest::reading::Reading;
use catalog_ingest::source::Source;
use db::{ResultExt as _, Tx};
use model::Result;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Plans against what is there when the change is carried out.
pub(crate) type Planning = Box<dyn FnOnce(&Index) -> Result<Plan> + Send>;

/// What has to be compared with what is there.
pub(crate) enum Change {
    /// What a source holds, or why it cannot be read.
    Reading {
        /// The source.
        source: Source,
        /// What it holds.
        reading: std::result::Result<Reading, String>,
        /// What becomes of what is gone.
        keeping: Keeping,
        /// What goes because somebody says so.
        removed: Vec<String>,
    },
    /// One entity goes, until its file is looked at again.
    Entity(Arc<Item>),
    /// Everything a source gave goes.
    Removal {
        /// The source's key.
        source_key: String,
    },
    /// What a person or a program asks for.
    Asked {
        /// What it is about, for the audit log.
        subject: String,
        /// What is done, for the audit log.
        action: &'static str,
        /// What has to change, if that is possible.
        plan: Planning,
    },
}

/// What else belongs into the transaction.
pub(crate) enum LocationChange {
    /// Nothing.
    None,
    /// A place was registered.
    Register(LocationRow),
    /// A registered place is elsewhere now.
    Move(LocationRow),
    /// A registered place was removed.
    Unregister(LocationRow),
}

/// How many entities were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
}

impl Plan {
    /// How many entities it writes.
    fn written(&self) -> Written {
        Written { added: self.added, changed: self.changed, removed: self.removed }
    }
}

/// Carries out a change, all of it or nothing.
pub(crate) async fn carry_out(
    op: &OpContext,
    state: &Arc<State>,
    change: Change,
    location_change: LocationChange,
) -> Result<Written> {
    let (op, state) = (op.clone(), state.clone());
    let work = tokio::spawn(async move { work(&op, &state, change, location_change).await });
    work.await.map_err(interrupted)?
}

async fn work(
    op: &OpContext,
    state: &State,
    change: Change,
    location_change: LocationChange,
) -> Result<Written> {
    let mut writer = state.writer.lock().await;
    let index = state.index();
    let compared = index.clone();
    let files_of = match &change {
        Change::Entity(item) => writer.files.get(&*item.facts.origin.source_key).cloned(),
        _ => None,
    };
    let (principal, at) = (op.principal.name(), access::now());
    let comparing = run_blocking(move || {
        let (source_key, action, mut plan) = match change {
            Change::Reading { source, reading, keeping, removed } => {
                let mut plan = plan(&compared, &source, reading, keeping, at);
                plan.remove(&compared, &source.key, removed);
                (source.key, "read", plan)
            }
            Change::Entity(item) => {
                let mut files = files_of.unwrap_or_default();
                files.remove(&*item.facts.origin.location);
                let deletes = vec![item.facts.entity_ref.to_string()];
                let plan = Plan { deletes, removed: 1, files: Some(files), ..Plan::default() };
                (item.facts.origin.source_key.to_string(), "delete", plan)
            }
            Change::Removal { source_key } => {
                let plan = removal(&compared, &source_key);
                (source_key, "read", plan)
            }
            Change::Asked { subject, action, plan } => (subject, action, plan(&compared)?),
        };
        if plan.overlays.is_empty() {
            plan.overlays = compared.overlays.settled(&plan.upserts);
        }
        let overlays = compared.overlays.with(&plan.overlays);
        let (upserts, deletes) = (&plan.upserts, &plan.deletes);
        let step = Step { upserts, deletes, change: plan.change, principal, at };
        let recorded = record(&compared, &step, |row| overlays.shown(row));
        Ok::<_, model::Error>((source_key, action, plan, overlays, recorded))
    });
    let (source_key, action, mut plan, overlays, recorded) = comparing.await??;
    let known = writer.files.get(&source_key);
    let files = plan.files.take().map(|next| FileChanges::between(&source_key, known, next));
    let files = files.filter(|changes| !changes.is_empty());
    let done = plan.written();
    if plan.is_empty() && files.is_none() && matches!(location_change, LocationChange::None) {
        return Ok(done);
    }
    // The read model is made while the rows are written, and shown when they stand.
    let plan = Arc::new(plan);
    let mut texts = std::mem::take(&mut writer.texts);
    let last_version = index.last_version + recorded.versions.len() as i64;
    let building = run_blocking({
        let (plan, source_key) = (plan.clone(), source_key.clone());
        move || {
            let held = held_after(&index, plan.held.as_ref());
            let next = changed(&index, &source_key, &plan, &overlays, &mut texts);
            let next = next.with(held, overlays, last_version);
            drop((plan, index));
            texts.sweep();
            (next, texts)
        }
    });
    let rows = Rows {
        source_key: &source_key,
        action,
        plan: &plan,
        recorded,
        location_change: &location_change,
        files: files.as_ref(),
    };
    let written = rows.write(op).await;
    let (next, texts) = building.await?;
    writer.texts = texts;
    written?;
    if let Some(files) = files {
        files.remember(writer.files.entry(source_key.clone()).or_default());
    }
    match location_change {
        LocationChange::None => {}
        LocationChange::Register(row) => state.add_registered(row),
        LocationChange::Move(row) => {
            state.remove_registered(&row);
            state.add_registered(row);
        }
        LocationChange::Unregister(row) => state.remove_registered(&row),
    }
    state.show(next);
    tokio::task::spawn_blocking(trim_allocator);
    Ok(done)
}

/// What is written in one transaction.
struct Rows<'a> {
    source_key: &'a str,
    action: &'a str,
    plan: &'a Plan,
    recorded: Recorded,
    location_change: &'a LocationChange,
    files: Option<&'a FileChanges>,
}

impl Rows<'_> {
    /// Writes all of it or nothing.
    async fn write(self, op: &OpContext) -> Result<()> {
        let Rows { source_key, action, plan, recorded, location_change, files } = self;
        let mut tx = op.db().begin().await?;
        location_change.write(op, &mut tx).await?;
        store::entity_delete(&mut tx, &plan.deletes).await?;
        store::entity_write(&mut tx, &plan.upserts).await?;
        write_history(op, &mut tx, &recorded).await?;
        if let Some(problems) = &plan.problems {
            store::problem_replace(&mut tx, source_key, problems).await?;
        }
        for change in &plan.overlays {
            store::overlay::overlay_replace(&mut tx, &change.entity_ref, &change.rows).await?;
        }
        match &plan.held {
            Some(HeldChange::Hold(row)) => store::held::held_write(&mut tx, row).await?,
            Some(HeldChange::Release(key)) => store::held::held_delete(&mut tx, key).await?,
            None => {}
        }
        if let Some(files) = files {
            store::file_delete(&mut tx, source_key, &files.gone).await?;
            store::file_write(&mut tx, &files.written).await?;
        }
        if let Some(HeldChange::Hold(row)) = &plan.held {
            let detail =
                json!({"action": "hold", "removed": row.entity_refs.len(), "given": row.given});
            activity::record(op, &mut tx, "entity-mutate", source_key, &detail).await?;
        }
        // Last, since other writers of events wait from here on.
        let events: Vec<&VersionRow> = recorded.versions.iter().filter(is_event).collect();
        let events = events.into_iter().map(event);
        if plan.written() != Written::default() {
            let audit = ("entity-mutate", source_key, &detail(plan, action));
            activity::record_with(op, &mut tx, audit, events).await?;
        } else {
            activity::publish(op, &mut tx, events).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Writes the versions, keeps what goes, and forgets that what is new was ever removed.
async fn write_history(op: &OpContext, tx: &mut Tx, recorded: &Recorded) -> Result<()> {
    let back = recorded.versions.iter().filter(|row| row.change.is_beginning());
    let back: Vec<&str> = back.map(|row| row.entity_ref.as_str()).collect();
    store::history::removed_delete(tx, &back).await?;
    let by = op.principal.name();
    store::history::removed_insert(tx, &recorded.removed, access::now(), &by).await?;
    store::history::version_insert(tx, &recorded.versions).await?;
    Ok(())
}

impl LocationChange {
    async fn write(&self, op: &OpContext, tx: &mut Tx) -> Result<()> {
        let (row, action) = match self {
            LocationChange::None => return Ok(()),
            LocationChange::Register(row) => {
                store::location_insert(tx, row, access::now())
                    .await
                    .on_constraint("catalog_location_target_key", || there_already(row))?;
                (row, "create")
            }
            LocationChange::Move(row) => {
                store::location_update(tx, row)
                    .await
                    .on_constraint("catalog_location_target_key", || there_already(row))?;
                (row, "update")
            }
            LocationChange::Unregister(row) => {
                store::location_delete(tx, &row.location_id).await?;
                (row, "delete")
            }
        };
        let subject = format!("{}:{}", row.location_type, row.target);
        let detail = json!({"action": action, "id": row.location_id});
        activity::record(op, tx, "location-mutate", &subject, &detail).await
    }
}

/// Which hashes of files have to be written.
struct FileChanges {
    written: Vec<FileRow>,
    gone: Vec<String>,
}

impl FileChanges {
    fn between(
        source_key: &str,
        known: Option<&HashMap<String, String>>,
        next: HashMap<String, String>,
    ) -> FileChanges {
        let gone = known.into_iter().flat_map(HashMap::keys);
        let gone = gone.filter(|location| !next.contains_key(*location)).cloned().collect();
        let is_new = |location: &String, hash: &String| {
            known.and_then(|known| known.get(location)) != Some(hash)
        };
        let written = next
            .into_iter()
            .filter(|(location, hash)| is_new(location, hash))
            .map(|(location, content_hash)| FileRow {
                source_key: source_key.to_owned(),
                location,
                content_hash,
            })
            .collect();
        FileChanges { written, gone }
    }

    fn is_empty(&self) -> bool {
        self.written.is_empty() && self.gone.is_empty()
    }

    fn remember(self, known: &mut HashMap<String, String>) {
        for location in &self.gone {
            known.remove(location);
        }
        known.extend(self.written.into_iter().map(|row| (row.location, row.content_hash)));
    }
}

/// The read model after a plan was carried out.
fn changed(
    index: &Index,
    source_key: &str,
    plan: &Plan,
    overlays: &Overlays,
    texts: &mut Texts,
) -> Index {
    let shown: Vec<Option<EntityRow>> =
        plan.upserts.iter().map(|row| overlays.laid_over(row)).collect();
    let own: Vec<(&str, &str)> = std::iter::zip(&plan.upserts, &shown)
        .map(|(row, shown)| {
            (row.entity_ref.as_str(), shown.as_ref().unwrap_or(row).relations.as_str())
        })
        .collect();
    let replaced = Replaced::new(index, &own, &plan.deletes);
    let kept = index.items.iter().filter(|item| !replaced.has(item));
    let mut items: Vec<Arc<Item>> = kept.map(|item| replaced.seen_by(item)).collect();
    for ((row, shown), (entity_ref, own)) in std::iter::zip(&plan.upserts, &shown).zip(&own) {
        let relations = replaced.list(entity_ref, own);
        match Item::from_row(row, shown.as_ref(), texts, &relations) {
            Ok(item) => items.push(Arc::new(item)),
            Err(error) => tracing::error!(entity.r#ref = row.entity_ref, "row: {error}"),
        }
    }
    let problems = match &plan.problems {
        Some(own) => {
            let others = index.problems.iter().filter(|row| row.source_key != source_key);
            others.chain(own).cloned().collect()
        }
        None => index.problems.clone(),
    };
    let mut next = Index::build(items, problems);
    next.take_over(index);
    next
}

/// The held runs after a plan was carried out.
fn held_after(index: &Index, change: Option<&HeldChange>) -> Vec<HeldRow> {
    let Some(change) = change else { return index.held.clone() };
    let others = index.held.iter().filter(|row| row.source_key != change.source_key());
    let mut held: Vec<HeldRow> = others.cloned().collect();
    if let HeldChange::Hold(row) = change {
        held.push(row.clone());
    }
    held
}

/// Entities that stand for sources come and go with them.
fn is_event(row: &&VersionRow) -> bool {
    !row.entity_ref.starts_with("location:default/generated-")
}

fn event(row: &VersionRow) -> NewEvent {
    let data = json!({"version": row.version_id, "owner": row.owner_ref});
    NewEvent::new(format!("catalog.entity.{}", row.change.name()), row.entity_ref.as_str(), data)
}

/// What the audit log says of a plan.
fn detail(plan: &Plan, action: &str) -> Value {
    const SHOWN: usize = 20;
    let changed = plan.upserts.iter().map(|row| row.entity_ref.as_str());
    let touched: Vec<&str> =
        changed.chain(plan.deletes.iter().map(String::as_str)).take(SHOWN).collect();
    json!({
        "action": action,
        "added": plan.added,
        "changed": plan.changed,
        "removed": plan.removed,
        "entities": touched,
    })
}
