//! What the catalog keeps of one tenant while the program runs.

use crate::discovery::Desk;
use crate::index::Index;
use crate::item::{Item, Texts};
use crate::overlay::Overlays;
use crate::source::read::Memory;
use crate::store::{self, EntityRow, LocationRow};
use crate::webhook::Inbox;
use db::Db;
use model::time::Timestamp;
use model::{Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::watch;

/// How many rows are in memory at a time while a catalog is loaded.
const PAGE: i64 = 2000;

/// One tenant's catalog.
pub(crate) struct State {
    index: RwLock<Arc<Index>>,
    /// How often another read model was shown; whoever follows a page waits for it.
    published: watch::Sender<u64>,
    registered: RwLock<Arc<Vec<LocationRow>>>,
    /// Whoever changes rows holds this, so that what was compared is still so when it is written.
    pub(crate) writer: tokio::sync::Mutex<Writer>,
    /// One round over all sources at a time.
    pub(crate) round: tokio::sync::Mutex<()>,
    /// What goes on about organisations.
    pub(crate) desk: Desk,
    /// Messages of hosts.
    pub(crate) inbox: Inbox,
    memories: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Memory>>>>,
    read_at: RwLock<HashMap<String, Timestamp>>,
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
        let last_version = store::history::version_last(db).await?;
        let mut writer = Writer::default();
        for row in store::file_all(db).await? {
            let files = writer.files.entry(row.source_key).or_default();
            files.insert(row.location, row.content_hash);
        }
        let mut items = Vec::new();
        let mut after = String::new();
        let overlays = Arc::new(overlays);
        loop {
            let rows = store::entity_page(db, &after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.entity_ref);
            let laid = overlays.clone();
            let work = tokio::task::spawn_blocking(move || {
                add_rows(&mut items, rows, &laid, &mut writer.texts);
                (items, writer)
            });
            (items, writer) = work.await.map_err(interrupted)?;
        }
        let overlays = Arc::unwrap_or_clone(overlays);
        let work = tokio::task::spawn_blocking(move || {
            (Index::build(items, problems).with(held, overlays, last_version), writer)
        });
        let (index, writer) = work.await.map_err(interrupted)?;
        Ok(State {
            index: RwLock::new(Arc::new(index)),
            published: watch::channel(0).0,
            registered: RwLock::new(Arc::new(registered)),
            writer: tokio::sync::Mutex::new(writer),
            round: tokio::sync::Mutex::default(),
            desk: Desk::default(),
            inbox: Inbox::default(),
            memories: Mutex::default(),
            read_at: RwLock::default(),
        })
    }

    /// The present read model.
    pub(crate) fn index(&self) -> Arc<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows another read model from now on. This is the one place that tells of a change.
    pub(crate) fn show(&self, index: Index) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        self.published.send_modify(|number| *number += 1);
    }

    /// Changes whenever another read model is shown.
    pub(crate) fn published(&self) -> watch::Receiver<u64> {
        self.published.subscribe()
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

fn add_rows(
    items: &mut Vec<Arc<Item>>,
    rows: Vec<EntityRow>,
    overlays: &Overlays,
    texts: &mut Texts,
) {
    for row in rows {
        match Item::from_row(&row, overlays, texts) {
            Ok(item) => items.push(Arc::new(item)),
            // The descriptor is read again soon and replaces the row.
            Err(error) => tracing::error!(entity.r#ref = row.entity_ref, "row: {error}"),
        }
    }
}

/// A worker thread that panicked or was stopped.
pub(crate) fn interrupted(error: tokio::task::JoinError) -> Error {
    tracing::error!(error = %error, "catalog work was interrupted");
    Error::internal("")
}
