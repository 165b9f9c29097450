//! Reads sources and writes what has changed: rows first, then the read model.

use crate::Catalog;
use crate::apply::Keeping;
use crate::item::Item;
use crate::push::PUSH;
use crate::removed::KEPT;
use crate::settings::LocationType;
use crate::source::Source;
use crate::source::read::{Effort, Memory, Reading, Request, read};
use crate::state::State;
use crate::write::{Also, Change, Written, carry_out};
use access::OpContext;
use model::Result;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often folders on this machine are glanced at.
pub const GLANCE_EVERY: Duration = Duration::from_millis(500);

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
    /// How long it took.
    pub took: Duration,
    /// How long of that was looking and reading, without waiting for others and without writing.
    pub looked: Duration,
}

impl Catalog {
    /// Looks at every source, remote ones too, and takes away what sources gave that are no longer
    /// configured or registered.
    pub async fn refresh_all(&self, op: &OpContext) -> Result<RefreshReport> {
        op.authorize(access::Permission::CatalogEntityRefresh)?;
        self.round(op, Effort::Look).await
    }

    /// Looks at time and size of files on this machine, and reads what has changed. Cheap enough
    /// to be done every [`GLANCE_EVERY`].
    pub async fn refresh_changed(&self, op: &OpContext) -> Result<RefreshReport> {
        op.authorize(access::Permission::CatalogEntityRefresh)?;
        self.round(op, Effort::Glance).await
    }

    /// Reads files on this machine by the present kinds, unless another round is going on: the next
    /// one does it then.
    pub(crate) async fn round_now(&self, op: &OpContext, state: &Arc<State>) -> Result<()> {
        let Ok(_one_at_a_time) = state.round.try_lock() else { return Ok(()) };
        self.round_within(op, state, Effort::Glance).await.map(drop)
    }

    async fn round(&self, op: &OpContext, effort: Effort) -> Result<RefreshReport> {
        let state = self.state(op)?;
        let _one_at_a_time = state.round.lock().await;
        let effort = if state.is_look_due() { Effort::Look } else { effort };
        self.round_within(op, &state, effort).await
    }

    async fn round_within(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        effort: Effort,
    ) -> Result<RefreshReport> {
        let started = Instant::now();
        let mut report = RefreshReport::default();
        let sources = self.sources(state);
        if effort != Effort::Glance {
            self.remove_unnamed(op, state, &sources, &mut report).await?;
        }
        // Organisations have a schedule of their own.
        let glanced = |source: &&Source| {
            source.provider.is_none()
                && (effort != Effort::Glance || source.r#type == LocationType::File)
        };
        for source in sources.iter().filter(glanced) {
            self.refresh_source(op, state, source, effort, &mut report).await?;
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
        effort: Effort,
        report: &mut RefreshReport,
    ) -> Result<()> {
        let memory = state.memory(&source.key);
        let mut memory = memory.lock().await;
        // It may have been removed while others were read.
        if !source.configured && !self.is_named(state, &source.key) {
            return Ok(());
        }
        report.sources += 1;
        let begun = Instant::now();
        let outcome = self.read_source(op, state, source, &mut memory, effort).await;
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
        match carry_out(op, state, change, Also::Nothing).await {
            Ok(done) => {
                report.added += done.added;
                report.changed += done.changed;
                report.removed += done.removed;
                Ok(())
            }
            Err(error) => {
                // What is remembered was never written.
                *memory = Memory::default();
                Err(error)
            }
        }
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
        effort: Effort,
    ) -> std::result::Result<Option<Reading>, String> {
        let known = state.writer.lock().await.files.get(&source.key).cloned().unwrap_or_default();
        let request = Request {
            source,
            rules: &self.settings.rules,
            kinds: &state.kinds(),
            web: &self.web,
            max_file_size: self.settings.max_file_size,
            folder: &op.tenant.folder,
            known,
        };
        read(request, memory, effort).await
    }

    /// Takes away what a source gave.
    pub(crate) async fn remove_source(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source_key: &str,
        also: Also,
    ) -> Result<Written> {
        let change = Change::Removal { source_key: source_key.to_owned() };
        let done = carry_out(op, state, change, also).await?;
        state.forget(source_key);
        self.forget_repositories(op, state, source_key).await?;
        let home = crate::source::git::home(&op.tenant.folder, source_key);
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
        carry_out(op, state, Change::Entity(item.clone()), Also::Nothing).await.map(drop)
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
                let done = self.remove_source(op, state, &key, Also::Nothing).await?;
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
                state.desk.look_again(&source.key);
                continue;
            }
            state.memory(&source.key).lock().await.again = true;
            self.refresh_source(op, state, source, Effort::Look, report).await?;
        }
        Ok(())
    }
}
