//! Reads sources and writes what has changed: rows first, then the read model.

use crate::Catalog;
use crate::apply::Keeping;
use crate::push::PUSH;
use crate::state::State;
use crate::write::{Change, LocationChange, Written, carry_out};
use access::OpContext;
use arcstr::ArcStr;
use catalog_index::index::Index;
use catalog_index::item::Item;
use catalog_index::kinds::KindSet;
use catalog_index::list::is_listed;
use catalog_index::rows::{KEPT, ProblemRow};
use catalog_ingest::reading::Reading;
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use catalog_ingest::source::read::{Memory, RefreshMode, Request, read};
use model::Result;
use model::catalog::Problem;
use model::source::RefreshOutcome;
use model::time::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often files on this machine are checked for changes.
pub const LOCAL_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// What a round over sources did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefreshReport {
    /// Sources that were looked at.
    pub sources: usize,
    /// Of them, those that cannot be read.
    pub failed: usize,
    /// Entities that are new.
    pub added: usize,
    /// Entities that are different now.
    pub changed: usize,
    /// Entities that are gone.
    pub removed: usize,
    /// Of those that are new, Locations, which people are not told of.
    pub locations_added: usize,
    /// Of those that are gone, Locations.
    pub locations_removed: usize,
    /// How long it took.
    pub took: Duration,
    /// How long of that was looking and reading, without waiting for others and without writing.
    pub looked: Duration,
}

impl RefreshReport {
    /// What people are told of it, now that it is over. Locations only point to sources: they do
    /// not count as entities here either.
    fn outcome(&self, started_at: Timestamp) -> RefreshOutcome {
        RefreshOutcome {
            started_at,
            finished_at: Some(access::now()),
            added: self.added.saturating_sub(self.locations_added) as u32,
            changed: self.changed as u32,
            removed: self.removed.saturating_sub(self.locations_removed) as u32,
            ..RefreshOutcome::default()
        }
    }
}

/// The entities of the kind Location that a source gives.
fn locations(index: &Index, source_key: &str) -> HashSet<ArcStr> {
    let given = index.of_source(source_key).filter(|item| !is_listed(item));
    given.map(|item| item.facts.entity_ref.clone()).collect()
}

impl Catalog {
    /// Looks at every source, remote ones too, and takes away what sources gave that are no longer
    /// configured or registered.
    pub async fn refresh_all(&self, op: &OpContext) -> Result<RefreshReport> {
        op.authorize(access::Permission::CatalogEntityRefresh)?;
        self.round(op, RefreshMode::AllChanges).await
    }

    /// Looks at time and size of files on this machine, and reads what has changed. Cheap enough
    /// to be done every [`LOCAL_POLL_INTERVAL`].
    pub async fn refresh_changed(&self, op: &OpContext) -> Result<RefreshReport> {
        op.authorize(access::Permission::CatalogEntityRefresh)?;
        self.round(op, RefreshMode::LocalChanges).await
    }

    /// Reads files on this machine by the present kinds, unless another round is going on: the next
    /// one does it then.
    pub(crate) async fn round_now(&self, op: &OpContext, state: &Arc<State>) -> Result<()> {
        let Ok(_one_at_a_time) = state.round.try_lock() else { return Ok(()) };
        self.round_within(op, state, RefreshMode::LocalChanges).await.map(drop)
    }

    async fn round(&self, op: &OpContext, mode: RefreshMode) -> Result<RefreshReport> {
        let state = self.state(op)?;
        let _one_at_a_time = state.round.lock().await;
        let mode = if state.take_remote_refresh() { RefreshMode::AllChanges } else { mode };
        self.round_within(op, &state, mode).await
    }

    async fn round_within(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        mode: RefreshMode,
    ) -> Result<RefreshReport> {
        let started = Instant::now();
        let mut report = RefreshReport::default();
        let sources = self.sources(state);
        if mode != RefreshMode::LocalChanges {
            self.remove_unnamed(op, state, &sources, &mut report).await?;
        }
        // Organisations have a schedule of their own.
        let included = |source: &&Source| {
            source.provider.is_none()
                && (mode != RefreshMode::LocalChanges || source.r#type == LocationType::File)
        };
        for source in sources.iter().filter(included) {
            self.refresh_source(op, state, source, mode, &mut report).await?;
        }
        if report.removed > 0 {
            self.give_way(op, state, &sources, &mut report).await?;
        }
        report.took = started.elapsed();
        if report.added + report.changed + report.removed > 0 {
            tracing::info!(
                tenant.id = op.tenant.name.as_str(),
                catalog.added = report.added,
                catalog.changed = report.changed,
                catalog.removed = report.removed,
                duration_ms = report.took.as_millis() as u64,
                "catalog read"
            );
        }
        Ok(report)
    }

    /// Every place to read: configured ones first, as their entities keep their references.
    pub(crate) fn sources(&self, state: &State) -> Vec<Source> {
        let configured = self.settings.locations.iter().map(|location| Source {
            rules: location.rules.clone(),
            configured: true,
            configured_at: location.configured_at.clone(),
            ..Source::new(location.r#type, &location.target)
        });
        let providers = self.settings.providers.iter().map(Source::of_provider);
        let registered = state.registered();
        let registered = registered.iter().filter_map(|row| {
            let r#type = LocationType::parse(&row.location_type)?;
            Some(Source::new(r#type, &row.target))
        });
        let mut known = HashSet::new();
        let all = configured.chain(providers).chain(registered);
        all.filter(|source| known.insert(source.key.clone())).collect()
    }

    /// Whether a place is configured or registered.
    pub(crate) fn is_named(&self, state: &State, source_key: &str) -> bool {
        self.sources(state).iter().any(|source| source.key == source_key)
    }

    /// Reads one source and writes what has changed.
    pub(crate) async fn refresh_source(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        mode: RefreshMode,
        report: &mut RefreshReport,
    ) -> Result<()> {
        let memory = state.memory(&source.key);
        let mut memory = memory.lock().await;
        // It may have been removed while others were read.
        if !source.configured && !self.is_named(state, &source.key) {
            return Ok(());
        }
        report.sources += 1;
        let (begun, started_at) = (Instant::now(), access::now());
        // Checking files on this machine is over before anybody could see that it goes on.
        let _running =
            (mode != RefreshMode::LocalChanges).then(|| state.begin_refresh(&source.key));
        let outcome = self.read_source(op, state, source, &mut memory, mode).await;
        report.looked += begun.elapsed();
        state.note_read(&source.key, access::now());
        let reading = match outcome {
            Ok(None) => return Ok(()),
            Ok(Some(reading)) => Ok(reading),
            Err(reason) => {
                memory.again = true;
                report.failed += 1;
                Err(match source.configured_at.as_str() {
                    "" => reason,
                    place => format!("{reason} (configured at {place})"),
                })
            }
        };
        let change = self.change(source, reading);
        let before = locations(&state.index(), &source.key);
        match carry_out(op, state, change, LocationChange::None).await {
            Ok(done) => {
                let after = locations(&state.index(), &source.key);
                let done = RefreshReport {
                    added: done.added,
                    changed: done.changed,
                    removed: done.removed,
                    locations_added: after.difference(&before).count(),
                    locations_removed: before.difference(&after).count(),
                    ..RefreshReport::default()
                };
                report.added += done.added;
                report.changed += done.changed;
                report.removed += done.removed;
                report.locations_added += done.locations_added;
                report.locations_removed += done.locations_removed;
                let outcome = done.outcome(started_at);
                state.note_refreshed(&source.key, with_state(outcome, &state.index(), &source.key));
                Ok(())
            }
            Err(error) => {
                // What is remembered was never written.
                *memory = Memory::default();
                Err(error)
            }
        }
    }

    /// Refreshes a source because somebody asks for it, whatever is known of it; what came of it.
    pub(crate) async fn refresh_asked(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
    ) -> Result<RefreshOutcome> {
        let started_at = access::now();
        let mut report = RefreshReport::default();
        self.refresh_source(op, state, source, RefreshMode::Full, &mut report).await?;
        Ok(with_state(report.outcome(started_at), &state.index(), &source.key))
    }

    /// What a reading may change.
    pub(crate) fn change(
        &self,
        source: &Source,
        reading: std::result::Result<Reading, String>,
    ) -> Change {
        let keeping =
            Keeping { orphans: self.settings.orphan_keep, hold: Some(self.settings.hold) };
        Change::Reading { source: source.clone(), reading, keeping, removed: Vec::new() }
    }

    /// Reads one source.
    pub(crate) async fn read_source(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
        memory: &mut Memory,
        mode: RefreshMode,
    ) -> std::result::Result<Option<Reading>, String> {
        let known = state.writer.lock().await.files.get(&source.key).cloned().unwrap_or_default();
        let kinds = state.kinds();
        read(self.request(op, source, &kinds, known), memory, mode).await
    }

    /// Reads one source as if nothing were known of it.
    pub(crate) async fn read_anew(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
        memory: &mut Memory,
    ) -> std::result::Result<Option<Reading>, String> {
        let kinds = state.kinds();
        let request = self.request(op, source, &kinds, HashMap::new());
        read(request, memory, RefreshMode::Full).await
    }

    fn request<'a>(
        &'a self,
        op: &'a OpContext,
        source: &'a Source,
        kinds: &'a Arc<KindSet>,
        known: HashMap<String, String>,
    ) -> Request<'a> {
        Request {
            source,
            rules: &self.settings.rules,
            kinds,
            web: &self.web,
            max_file_size: self.settings.max_file_size,
            folder: &op.tenant.folder,
            known,
        }
    }

    /// Takes away what a source gave.
    pub(crate) async fn remove_source(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source_key: &str,
        location_change: LocationChange,
    ) -> Result<Written> {
        let change = Change::Removal { source_key: source_key.to_owned() };
        let done = carry_out(op, state, change, location_change).await?;
        state.forget(source_key);
        self.forget_repositories(op, state, source_key).await?;
        let home = catalog_ingest::source::git::home(&op.tenant.folder, source_key);
        if let Err(error) = tokio::fs::remove_dir_all(&home).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(file.path = %home.display(), "not removed: {error}");
        }
        Ok(done)
    }

    /// Takes away one entity.
    pub(crate) async fn remove_entity(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        item: &Arc<Item>,
    ) -> Result<()> {
        carry_out(op, state, Change::Entity(item.clone()), LocationChange::None).await.map(drop)
    }

    /// Takes away what came from places that are no longer configured or registered.
    async fn remove_unnamed(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        sources: &[Source],
        report: &mut RefreshReport,
    ) -> Result<()> {
        let named: HashSet<&str> = sources.iter().map(|source| source.key.as_str()).collect();
        for key in state.index().source_keys() {
            if key == KEPT || key.starts_with(PUSH) || named.contains(key.as_str()) {
                continue;
            }
            let memory = state.memory(&key);
            let _nobody_reads = memory.lock().await;
            // It may have been registered meanwhile.
            if !self.is_named(state, &key) {
                let done = self.remove_source(op, state, &key, LocationChange::None).await?;
                report.removed += done.removed;
            }
        }
        Ok(())
    }

    /// Reads those sources again whose entities were held elsewhere and no longer are.
    pub(crate) async fn give_way(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        sources: &[Source],
        report: &mut RefreshReport,
    ) -> Result<()> {
        let index = state.index();
        let free = index.problems.iter().filter(|row| row.is_conflict()).filter(|row| {
            row.entity_ref.as_deref().is_some_and(|found| index.get(found).is_none())
        });
        let keys: HashSet<&str> = free.map(|row| row.source_key.as_str()).collect();
        for source in sources.iter().filter(|source| keys.contains(source.key.as_str())) {
            if source.provider.is_some() {
                state.provider_runs.run_again(&source.key);
                continue;
            }
            state.memory(&source.key).lock().await.again = true;
            self.refresh_source(op, state, source, RefreshMode::AllChanges, report).await?;
        }
        Ok(())
    }
}

/// The outcome with what is wrong with its source now, and what waits for a decision.
pub(crate) fn with_state(
    outcome: RefreshOutcome,
    index: &Index,
    source_key: &str,
) -> RefreshOutcome {
    let held = index.held.iter().find(|row| row.source_key == source_key);
    RefreshOutcome {
        pending_removals: held.map_or(0, |row| row.entity_refs.len() as u32),
        error: problems_of_source(index, source_key).next(),
        ..outcome
    }
}

/// What is wrong with a source: with itself, its files, and what it gives.
pub(crate) fn problems_of_source<'a>(
    index: &'a Index,
    source_key: &'a str,
) -> impl Iterator<Item = Problem> + 'a {
    let own = index.problems.iter().filter(move |row| row.source_key == source_key);
    let broken = index.of_source(source_key).filter(|item| !item.facts.errors().is_empty());
    let of_entities = broken.flat_map(|item| {
        let complaints = item.complaints().into_iter();
        complaints.map(|complaint| complaint.problem(&item.facts.entity_ref))
    });
    own.map(ProblemRow::problem).chain(of_entities)
}
