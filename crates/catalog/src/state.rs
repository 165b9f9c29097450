//! What the catalog keeps of one tenant while the program runs.

use crate::discovery::ProviderRuns;
use crate::kinds;
use crate::store::{self, LocationRow};
use crate::webhook::Inbox;
use arcstr::ArcStr;
use catalog_index::edges::edges;
use catalog_index::index::Index;
use catalog_index::item::{Item, Texts};
use catalog_index::kinds::KindSet;
use catalog_index::memory::{run_blocking, trim_allocator};
use catalog_index::overlay::Overlays;
use catalog_index::query::Lookup;
use catalog_index::related::IncomingRelations;
use catalog_index::rows::EntityRow;
use catalog_ingest::source::read::Memory;
use db::Db;
use model::source::RefreshOutcome;
use model::time::Timestamp;
use model::{Error, Result};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{mpsc, watch};

/// How many rows are asked for at a time while a catalog is loaded, and how many pages of them
/// wait to be looked at.
const PAGE: i64 = 250;
const AHEAD: usize = 2;

/// One tenant's catalog.
pub(crate) struct State {
    index: RwLock<Arc<Index>>,
    /// How often another read model was published; subscriptions wait for it.
    published: watch::Sender<u64>,
    registered: RwLock<Arc<Vec<LocationRow>>>,
    /// Whoever changes rows holds this, so that what was compared is still so when it is written.
    pub(crate) writer: tokio::sync::Mutex<Writer>,
    kinds: RwLock<Arc<KindSet>>,
    /// Whoever changes kinds holds this.
    pub(crate) kind_writer: tokio::sync::Mutex<()>,
    /// The next round refreshes remote places too.
    soon: AtomicBool,
    /// One round over all sources at a time.
    pub(crate) round: tokio::sync::Mutex<()>,
    /// The runs over organisations.
    pub(crate) provider_runs: ProviderRuns,
    /// Messages of hosts.
    pub(crate) inbox: Inbox,
    /// One path is looked up at a time.
    pub(crate) lookup: Lookup,
    memories: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Memory>>>>,
    read_at: RwLock<HashMap<String, Timestamp>>,
    refreshes: Arc<Mutex<HashMap<String, Refreshes>>>,
}

/// The refreshes of one source since the program started.
#[derive(Default)]
struct Refreshes {
    /// How many go on.
    running: usize,
    /// The last one that found something new.
    last: Option<RefreshOutcome>,
}

/// A refresh that goes on, until this is dropped.
pub(crate) struct RunningRefresh {
    refreshes: Arc<Mutex<HashMap<String, Refreshes>>>,
    source_key: String,
}

impl Drop for RunningRefresh {
    fn drop(&mut self) {
        let mut all = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.get_mut(&self.source_key) {
            known.running = known.running.saturating_sub(1);
        }
    }
}

/// What only a writer needs.
#[derive(Default)]
pub(crate) struct Writer {
    /// Hashes by source and location.
    pub(crate) files: HashMap<String, HashMap<String, String>>,
    pub(crate) texts: Texts,
}

impl State {
    /// Loads a tenant's catalog from its rows.
    pub(crate) async fn open(db: &Db) -> Result<State> {
        let problems = store::problem_all(db).await?;
        let registered = store::location_all(db).await?;
        let overlays = Overlays::new(store::overlay::overlay_all(db).await?);
        let held = store::held::held_all(db).await?;
        let kinds = store::kind::kind_all(db).await?;
        let compiling = tokio::task::spawn_blocking(move || kinds::of_rows(kinds));
        let kinds = compiling.await.map_err(interrupted)?;
        let last_version = store::history::version_last(db).await?;
        let mut writer = Writer::default();
        for row in store::file_all(db).await? {
            let files = writer.files.entry(row.source_key).or_default();
            files.insert(row.location, row.content_hash);
        }
        // First all incoming relations, so that each can be finished at once.
        let incoming = incoming(db, &overlays).await?;
        let (sender, mut pages) = mpsc::channel::<Vec<EntityRow>>(AHEAD);
        let building = run_blocking(move || {
            let mut loading =
                Loading { items: Vec::new(), texts: Texts::default(), incoming, overlays };
            while let Some(rows) = pages.blocking_recv() {
                loading.add(&rows);
            }
            let Loading { items, texts, overlays, .. } = loading;
            (Index::build(items, problems).with(held, overlays, last_version), texts)
        });
        let mut after = String::new();
        loop {
            let rows = store::entity_page(db, &after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.entity_ref);
            if sender.send(rows).await.is_err() {
                break;
            }
        }
        drop(sender);
        let (index, texts) = building.await?;
        writer.texts = texts;
        trim_allocator();
        Ok(State {
            index: RwLock::new(Arc::new(index)),
            published: watch::channel(0).0,
            registered: RwLock::new(Arc::new(registered)),
            writer: tokio::sync::Mutex::new(writer),
            kinds: RwLock::new(Arc::new(kinds)),
            kind_writer: tokio::sync::Mutex::default(),
            soon: AtomicBool::new(false),
            round: tokio::sync::Mutex::default(),
            provider_runs: ProviderRuns::default(),
            inbox: Inbox::default(),
            lookup: Lookup::default(),
            memories: Mutex::default(),
            read_at: RwLock::default(),
            refreshes: Arc::default(),
        })
    }

    /// The present read model.
    pub(crate) fn index(&self) -> Arc<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Publishes another read model. The one place that notifies subscriptions of a change.
    pub(crate) fn show(&self, index: Index) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        self.published.send_modify(|number| *number += 1);
    }

    /// Changes whenever another read model is shown.
    pub(crate) fn published(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
    }

    /// The kinds that were added.
    pub(crate) fn kinds(&self) -> Arc<KindSet> {
        self.kinds.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads by other kinds from now on.
    pub(crate) fn set_kinds(&self, kinds: KindSet) {
        *self.kinds.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(kinds);
    }

    /// Has the next round refresh remote places too.
    pub(crate) fn request_remote_refresh(&self) {
        self.soon.store(true, Ordering::Relaxed);
    }

    /// Whether this round refreshes remote places; asks once.
    pub(crate) fn take_remote_refresh(&self) -> bool {
        self.soon.swap(false, Ordering::Relaxed)
    }

    /// The registered places.
    pub(crate) fn registered(&self) -> Arc<Vec<LocationRow>> {
        self.registered.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes a place that was registered.
    pub(crate) fn add_registered(&self, row: LocationRow) {
        let mut rows = self.registered.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut rows).push(row);
    }

    /// Notes the run of a template that registered a place.
    pub(crate) fn note_task(&self, location_id: &str, task_id: &str) {
        let mut rows = self.registered.write().unwrap_or_else(PoisonError::into_inner);
        for row in Arc::make_mut(&mut rows) {
            if row.location_id == location_id {
                row.task_id = Some(task_id.to_owned());
            }
        }
    }

    /// Notes that a registered place was removed.
    pub(crate) fn remove_registered(&self, row: &LocationRow) {
        let mut rows = self.registered.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut rows).retain(|known| known.location_id != row.location_id);
    }

    /// What is remembered of a source; whoever reads it holds the lock.
    pub(crate) fn memory(&self, source_key: &str) -> Arc<tokio::sync::Mutex<Memory>> {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        memories.entry(source_key.to_owned()).or_default().clone()
    }

    /// Forgets a source.
    pub(crate) fn forget(&self, source_key: &str) {
        self.memories.lock().unwrap_or_else(PoisonError::into_inner).remove(source_key);
        self.read_at.write().unwrap_or_else(PoisonError::into_inner).remove(source_key);
        self.refreshes.lock().unwrap_or_else(PoisonError::into_inner).remove(source_key);
    }

    /// Notes that a refresh of a source goes on.
    pub(crate) fn begin_refresh(&self, source_key: &str) -> RunningRefresh {
        let mut all = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(source_key.to_owned()).or_default().running += 1;
        RunningRefresh { refreshes: self.refreshes.clone(), source_key: source_key.to_owned() }
    }

    /// Notes what a refresh did.
    pub(crate) fn note_refreshed(&self, source_key: &str, outcome: RefreshOutcome) {
        let mut all = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(source_key.to_owned()).or_default().last = Some(outcome);
    }

    /// Whether a refresh of a source goes on, and what the last one did.
    pub(crate) fn refreshes_of(&self, source_key: &str) -> (bool, Option<RefreshOutcome>) {
        let all = self.refreshes.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(source_key).map_or((false, None), |known| (known.running > 0, known.last.clone()))
    }

    /// Notes that a source was read or found unchanged.
    pub(crate) fn note_read(&self, source_key: &str, at: Timestamp) {
        let mut read_at = self.read_at.write().unwrap_or_else(PoisonError::into_inner);
        match read_at.get_mut(source_key) {
            Some(known) => *known = at,
            None => {
                read_at.insert(source_key.to_owned(), at);
            }
        }
    }

    /// When a source was last looked at, since the program started.
    pub(crate) fn read_at(&self, source_key: &str) -> Option<Timestamp> {
        self.read_at.read().unwrap_or_else(PoisonError::into_inner).get(source_key).copied()
    }

    /// When the source that was looked at longest ago was looked at.
    pub(crate) fn oldest_read(&self) -> Option<Timestamp> {
        self.read_at.read().unwrap_or_else(PoisonError::into_inner).values().min().copied()
    }
}

/// A catalog that is being loaded.
struct Loading {
    items: Vec<Arc<Item>>,
    texts: Texts,
    incoming: IncomingRelations<ArcStr>,
    overlays: Overlays,
}

/// The incoming relations of all entities.
async fn incoming(db: &Db, overlays: &Overlays) -> Result<IncomingRelations<ArcStr>> {
    let mut texts = Texts::default();
    let mut incoming = Vec::new();
    let mut after: ArcStr = "".into();
    loop {
        let rows = store::edges_page(db, &after, PAGE).await?;
        if rows.is_empty() {
            return Ok(IncomingRelations::new(incoming));
        }
        for (entity_ref, own) in rows {
            let shown = overlays.edges_over(&entity_ref, &own);
            after = texts.share(&entity_ref);
            for edge in edges(shown.as_deref().unwrap_or(&own)).filter(|edge| !edge.out) {
                incoming.push((texts.share(edge.other), texts.share(edge.r#type), after.clone()));
            }
        }
    }
}

impl Loading {
    fn add(&mut self, rows: &[EntityRow]) {
        for row in rows {
            let shown = self.overlays.laid_over(row);
            let own = &shown.as_ref().unwrap_or(row).relations;
            let relations = self.incoming.list(&row.entity_ref, own);
            match Item::from_row(row, shown.as_ref(), &mut self.texts, &relations) {
                Ok(item) => self.items.push(Arc::new(item)),
                // The descriptor is read again soon and replaces the row.
                Err(error) => tracing::error!(entity.r#ref = row.entity_ref, "row: {error}"),
            }
        }
    }
}

/// A worker thread that panicked or was stopped.
pub(crate) fn interrupted(error: tokio::task::JoinError) -> Error {
    tracing::error!(error = %error, "catalog work was interrupted");
    Error::internal("")
}
