//! Runs over an organisation: what its host lists, what has changed there, and what is gone.

use crate::Catalog;
use crate::discovery::store;
use crate::refresh::RefreshReport;
use crate::state::State;
use crate::write::{LocationChange, carry_out};
use access::{OpContext, Permission};
use catalog_ingest::host::{Host, Pages, Repository};
use catalog_ingest::look::{Look, Looked, NotLooked};
use catalog_ingest::provider::ProviderSetting;
use catalog_ingest::reading::Unit;
use catalog_ingest::record::Records;
use catalog_ingest::record::{Record, reading};
use catalog_ingest::source::Source;
use catalog_ingest::source::web::Connected;
use model::time::Timestamp;
use model::{Error, Result};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// So many repositories are looked at at the same time.
const AT_ONCE: usize = 8;

/// A run that the limits of a host stopped rests at least this long, so that it is not only the
/// listing that is asked for.
const MIN_REST_MS: u128 = 10 * 60 * 1000;

/// After so many repositories what was read of new ones is written.
const BATCH: usize = 100;

/// The runs over organisations.
#[derive(Default)]
pub(crate) struct ProviderRuns {
    providers: Mutex<HashMap<String, Arc<Provider>>>,
}

/// What is kept of one organisation while the program runs.
#[derive(Default)]
pub(crate) struct Provider {
    /// One run at a time.
    pages: tokio::sync::Mutex<Pages>,
    records: tokio::sync::Mutex<Option<Records>>,
    again: AtomicBool,
    wake: Notify,
    figures: Mutex<Figures>,
}

/// How the runs over an organisation went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) running: bool,
    pub(crate) last_run: Option<Timestamp>,
    pub(crate) took_ms: Option<u64>,
    pub(crate) next_run: Option<Timestamp>,
    /// Repositories the host lists that are wanted.
    pub(crate) repositories: Option<usize>,
    /// Of them, those that were looked at in the last run.
    pub(crate) looked_at: Option<usize>,
    pub(crate) error: Option<String>,
}

impl ProviderRuns {
    pub(crate) fn provider(&self, source_key: &str) -> Arc<Provider> {
        let mut providers = self.providers.lock().unwrap_or_else(PoisonError::into_inner);
        providers.entry(source_key.to_owned()).or_default().clone()
    }

    /// What a provider could not give may be free now.
    pub(crate) fn run_again(&self, source_key: &str) {
        let provider = self.provider(source_key);
        provider.again.store(true, Ordering::Relaxed);
        provider.wake.notify_one();
    }

    /// Has a provider run as soon as it can.
    pub(crate) fn run_now(&self, source_key: &str) {
        self.provider(source_key).wake.notify_one();
    }

    fn forget(&self, source_key: &str) {
        self.providers.lock().unwrap_or_else(PoisonError::into_inner).remove(source_key);
    }
}

impl Provider {
    pub(crate) fn figures(&self) -> Figures {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, change: impl FnOnce(&mut Figures)) {
        change(&mut self.figures.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// What can have changed in a repository.
#[derive(Clone, Copy)]
pub(crate) enum Changed<'a> {
    /// Everything is read again, whatever is known of it.
    All,
    /// It is not known.
    Unknown,
    /// Only what is at these paths.
    Paths(&'a HashSet<String>),
}

/// What was found out about repositories and has to be written.
#[derive(Default)]
struct Batch {
    records: Records,
    units: HashMap<String, Vec<Unit>>,
    gone: Vec<String>,
}

impl Catalog {
    /// The keys of the organisations that are looked through.
    pub fn provider_keys(&self) -> Vec<String> {
        self.settings().providers.iter().map(|setting| setting.key()).collect()
    }

    /// Waits until an organisation is due, or somebody asks for it, and looks through it.
    pub async fn provider_turn(&self, op: &OpContext, source_key: &str) -> Result<RefreshReport> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let provider = state.provider_runs.provider(source_key);
        let setting = self.provider_setting(source_key)?;
        let next = provider.figures().next_run.unwrap_or_else(|| {
            let first = later(access::now(), setting.schedule.initial_delay.as_millis());
            provider.note(|figures| figures.next_run = Some(first));
            first
        });
        let wait = u64::try_from(access::now().until(next)).unwrap_or_default();
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_millis(wait)) => {}
            () = provider.wake.notified() => {}
        }
        self.provider_run(op, source_key).await
    }

    /// Looks through an organisation now.
    pub async fn provider_run(&self, op: &OpContext, source_key: &str) -> Result<RefreshReport> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let setting = self.provider_setting(source_key)?;
        let source = Source::of_provider(&setting);
        let provider = state.provider_runs.provider(source_key);
        let (at, started) = (access::now(), Instant::now());
        provider.note(|figures| figures.running = true);
        let mut report = RefreshReport { sources: 1, ..RefreshReport::default() };
        let outcome = self.run(op, &state, &source, &setting, &mut report).await;
        report.took = started.elapsed();
        let mut next = later(at, setting.schedule.frequency.as_millis());
        if let Some(wait) = self.pause_of(&setting) {
            next = next.min(later(access::now(), MIN_REST_MS.max(u128::from(wait) * 1000)));
        }
        provider.note(|figures| {
            figures.running = false;
            figures.last_run = Some(at);
            figures.took_ms = Some(report.took.as_millis() as u64);
            figures.next_run = Some(next.max(access::now()));
            figures.error = match &outcome {
                Ok(error) => error.clone(),
                Err(error) => Some(error.to_string()),
            };
        });
        state.note_read(source_key, at);
        if let Some(error) = outcome? {
            report.failed = 1;
            tracing::warn!(
                tenant.id = op.tenant.name.as_str(),
                catalog.source = source_key,
                "not all was read: {error}"
            );
        }
        Ok(report)
    }

    fn provider_setting(&self, source_key: &str) -> Result<Arc<ProviderSetting>> {
        let mut settings = self.settings().providers.iter();
        settings.find(|setting| setting.key() == source_key).cloned().ok_or_else(|| {
            Error::not_found(format!("There is no provider {source_key} in the configuration."))
        })
    }

    /// For how many seconds the host of an organisation is not asked.
    fn pause_of(&self, setting: &ProviderSetting) -> Option<u64> {
        self.connected(setting)?.budget.figures().paused_for
    }

    fn connected(&self, setting: &ProviderSetting) -> Option<&Connected> {
        self.web.connected().iter().find(|found| {
            found.integration.forge == setting.forge
                && found.integration.host.eq_ignore_ascii_case(&setting.host)
        })
    }

    /// What is wrong, when not all could be looked at.
    async fn run(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        setting: &Arc<ProviderSetting>,
        report: &mut RefreshReport,
    ) -> Result<Option<String>> {
        let provider = state.provider_runs.provider(&source.key);
        let mut pages = provider.pages.lock().await;
        let again = provider.again.swap(false, Ordering::Relaxed);
        let deadline = tokio::time::Instant::now() + setting.schedule.timeout;
        let listed = match self.look(op, state, setting).await {
            Ok(look) => {
                let listing = look.host.repositories(setting.owner.as_deref(), &mut pages);
                match tokio::time::timeout_at(deadline, listing).await {
                    Ok(listed) => {
                        listed.map(|listed| (look, listed)).map_err(|error| error.to_string())
                    }
                    Err(_) => Err(too_long(setting)),
                }
            }
            Err(reason) => Err(reason),
        };
        let (look, listed) = match listed {
            Ok(found) => found,
            // Nothing is known of what is gone, so nothing goes.
            Err(reason) => {
                let place = &setting.configured_at;
                let reason = format!("{} cannot be listed: {reason}", setting.target());
                let message = match place.as_str() {
                    "" => reason.clone(),
                    place => format!("{reason} (configured at {place})"),
                };
                carry_out(op, state, self.change(source, Err(message)), LocationChange::None)
                    .await?;
                return Ok(Some(reason));
            }
        };
        let records = self.records(op, state, source).await?;
        let mut wanted: BTreeMap<String, Repository> = BTreeMap::new();
        let mut unwanted = HashSet::new();
        for repository in listed {
            match setting.wants(&repository) {
                true => drop(wanted.insert(repository.name.clone(), repository)),
                false => drop(unwanted.insert(repository.name)),
            }
        }
        let mut work =
            Work { look: Arc::new(look), batch: Batch::default(), deadline, error: None };
        work.find_gone(&records, &mut wanted, &unwanted).await;
        let due: Vec<Repository> = wanted
            .values()
            .filter(|found| work.look.is_due(found, records.get(&found.name), again))
            .cloned()
            .collect();
        provider.note(|figures| {
            (figures.repositories, figures.looked_at) = (Some(wanted.len()), Some(due.len()));
        });
        for repositories in due.chunks(BATCH) {
            let complete = work.look_at(repositories, &records).await;
            let new = work.batch.take_new(&records);
            if !new.records.is_empty() {
                self.put(op, state, source, new, report).await?;
            }
            if !complete {
                break;
            }
        }
        // What can take something away is written in one go, so that it can be judged whether it
        // is too much. Also when nothing was due: an old complaint goes.
        self.put(op, state, source, work.batch, report).await?;
        Ok(work.error)
    }

    /// Looks at one repository of an organisation.
    pub(crate) async fn repository_look(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        name: &str,
        changed: Changed<'_>,
    ) -> Result<RefreshReport> {
        let Some(setting) = &source.provider else { return Ok(RefreshReport::default()) };
        let records = self.records(op, state, source).await?;
        let mut look = self.look(op, state, setting).await.map_err(Error::unavailable)?;
        let only = match changed {
            Changed::All => {
                look.hashes.clear();
                None
            }
            Changed::Unknown => None,
            Changed::Paths(paths) => Some(paths),
        };
        let words = |error: clients::http::HttpError| Error::unavailable(error.to_string());
        let found = look.host.repository(name).await.map_err(words)?;
        let mut batch = Batch::default();
        match found.filter(|repository| setting.wants(repository)) {
            Some(repository) => {
                let before = records.get(&repository.name);
                match look.look(&repository, before, only, access::now()).await {
                    Ok(looked) => batch.add(repository.name, looked),
                    Err(NotLooked::Limit(reason) | NotLooked::Repository(reason)) => {
                        return Err(Error::unavailable(reason));
                    }
                }
            }
            None => {
                let known = records.keys().find(|known| known.eq_ignore_ascii_case(name));
                batch.gone.extend(known.cloned());
            }
        }
        let mut report = RefreshReport::default();
        self.put(op, state, source, batch, &mut report).await?;
        Ok(report)
    }

    /// Whether a repository is known and nothing in it but descriptors counts.
    pub(crate) async fn is_plain_repository(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
        name: &str,
    ) -> Result<bool> {
        let records = self.records(op, state, source).await?;
        let Some((_, record)) = records.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
        else {
            return Ok(false);
        };
        let writer = state.writer.lock().await;
        let hashes = writer.files.get(&source.key);
        let read_whole = |location: &String| {
            hashes.and_then(|hashes| hashes.get(location)).is_some_and(|hash| !hash.is_empty())
        };
        Ok(record.error.is_none() && record.files.iter().all(|file| read_whole(&file.location)))
    }

    async fn look(
        &self,
        op: &OpContext,
        state: &State,
        setting: &Arc<ProviderSetting>,
    ) -> std::result::Result<Look, String> {
        let (Some(connected), Some(http)) = (self.connected(setting), self.web.http()) else {
            return Err(format!(
                "{} is not among `integrations.{}`; add it there",
                setting.host,
                setting.forge.name()
            ));
        };
        let host = Host::new(&connected.integration, http, connected.budget.clone());
        let hashes = state.writer.lock().await.files.get(&setting.key()).cloned();
        Ok(Look {
            setting: setting.clone(),
            host: host.map_err(|error| error.to_string())?,
            web: self.web.clone(),
            rules: self.settings.rules.clone(),
            kinds: state.kinds(),
            max_file_size: self.settings.max_file_size,
            folder: op.tenant.folder.clone(),
            hashes: hashes.unwrap_or_default(),
        })
    }

    pub(super) async fn records(
        &self,
        op: &OpContext,
        state: &State,
        source: &Source,
    ) -> Result<Records> {
        let provider = state.provider_runs.provider(&source.key);
        let mut records = provider.records.lock().await;
        if records.is_none() {
            *records = Some(store::repository_all(op.db(), &source.key).await?);
        }
        Ok(records.clone().unwrap_or_default())
    }

    /// Writes what was found out; everything else is passed on as unchanged.
    async fn put(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        batch: Batch,
        report: &mut RefreshReport,
    ) -> Result<()> {
        let provider = state.provider_runs.provider(&source.key);
        self.records(op, state, source).await?;
        let mut kept = provider.records.lock().await;
        let mut next = kept.clone().unwrap_or_default();
        let Batch { records, mut units, gone } = batch;
        let mut written = Vec::new();
        for (name, record) in records {
            // A message of the host may have been quicker than a long run.
            if next.get(&name).is_some_and(|known| known.looked_at > record.looked_at) {
                units.remove(&name);
                continue;
            }
            next.insert(name.clone(), record);
            written.push(name);
        }
        next.retain(|name, _| !gone.contains(name));
        let hashes = state.writer.lock().await.files.get(&source.key).cloned();
        let reading = reading(source, &next, units, &hashes.unwrap_or_default());
        let done =
            carry_out(op, state, self.change(source, Ok(reading)), LocationChange::None).await?;
        let mut tx = op.db().begin().await?;
        let rows: Vec<_> = written.iter().filter_map(|name| next.get_key_value(name)).collect();
        store::repository_write(&mut tx, &source.key, &rows).await?;
        store::repository_delete(&mut tx, &source.key, &gone).await?;
        tx.commit().await?;
        *kept = Some(next);
        drop(kept);
        report.added += done.added;
        report.changed += done.changed;
        report.removed += done.removed;
        if done.removed > 0 {
            self.give_way(op, state, &self.sources(state), report).await?;
        }
        Ok(())
    }

    /// Forgets what is known of the repositories of a source that is no longer configured.
    pub(crate) async fn forget_repositories(
        &self,
        op: &OpContext,
        state: &State,
        source_key: &str,
    ) -> Result<()> {
        state.provider_runs.forget(source_key);
        let mut tx = op.db().begin().await?;
        store::repository_forget(&mut tx, source_key).await?;
        Ok(tx.commit().await?)
    }
}

/// One run.
struct Work {
    look: Arc<Look>,
    batch: Batch,
    /// Nothing is begun after it.
    deadline: tokio::time::Instant,
    error: Option<String>,
}

impl Work {
    /// What was there and is not wanted any more goes. A listing that moves while it is read can
    /// miss some, so what is missing is asked for by name before it goes.
    async fn find_gone(
        &mut self,
        records: &Records,
        wanted: &mut BTreeMap<String, Repository>,
        unwanted: &HashSet<String>,
    ) {
        for name in
            records.keys().filter(|name| !wanted.contains_key(*name)).cloned().collect::<Vec<_>>()
        {
            if unwanted.contains(&name) {
                self.batch.gone.push(name);
                continue;
            }
            if self.is_late() {
                return;
            }
            match self.look.host.repository(&name).await {
                Ok(Some(found)) if found.name == name && self.look.setting.wants(&found) => {
                    wanted.insert(name, found);
                }
                Ok(_) => self.batch.gone.push(name),
                Err(error) => self.error = Some(error.to_string()),
            }
        }
    }

    /// Whether the run has taken long enough; notes it.
    fn is_late(&mut self) -> bool {
        let late = tokio::time::Instant::now() >= self.deadline;
        if late {
            self.error = Some(too_long(&self.look.setting));
        }
        late
    }

    /// Looks at some repositories; false when the host takes no more requests for now, or the run
    /// has taken long enough.
    async fn look_at(&mut self, repositories: &[Repository], records: &Records) -> bool {
        let mut complete = true;
        let mut tasks = JoinSet::new();
        let mut left = repositories.iter();
        loop {
            while complete
                && tasks.len() < AT_ONCE
                && let Some(repository) = left.next()
            {
                if self.is_late() {
                    complete = false;
                    break;
                }
                let (look, repository) = (self.look.clone(), repository.clone());
                let before = records.get(&repository.name).cloned();
                tasks.spawn(async move {
                    let looked = look.look(&repository, before.as_ref(), None, access::now()).await;
                    (repository, before, looked)
                });
            }
            let Some(done) = tasks.join_next().await else { return complete };
            let Ok((repository, before, looked)) = done else {
                self.error = Some("looking at a repository was interrupted".to_owned());
                continue;
            };
            match looked {
                Ok(looked) => self.batch.add(repository.name, looked),
                Err(NotLooked::Limit(reason)) => {
                    complete = false;
                    self.error = Some(reason);
                }
                Err(NotLooked::Repository(reason)) => {
                    let record = self.failed(&repository, before, &reason);
                    self.error = Some(format!("{}: {reason}", repository.name));
                    self.batch.records.insert(repository.name, record);
                }
            }
        }
    }

    /// What was known of a repository, with what is wrong now.
    fn failed(&self, repository: &Repository, before: Option<Record>, reason: &str) -> Record {
        let error = Some(reason.to_owned());
        let looked_at = access::now();
        match before {
            Some(before) => Record { error, looked_at, ..before },
            None => Record {
                fingerprint: String::new(),
                looked_at,
                page: self.look.host.repository_url(&repository.name),
                target: String::new(),
                files: Vec::new(),
                outside: false,
                error,
            },
        }
    }
}

impl Batch {
    /// Takes out what belongs to repositories that were not known before.
    fn take_new(&mut self, records: &Records) -> Batch {
        let names: Vec<String> =
            self.records.keys().filter(|name| !records.contains_key(*name)).cloned().collect();
        let mut new = Batch::default();
        for name in names {
            new.units.extend(self.units.remove_entry(&name));
            new.records.extend(self.records.remove_entry(&name));
        }
        new
    }

    fn add(&mut self, name: String, looked: Looked) {
        self.units.insert(name.clone(), looked.units);
        self.records.insert(name, looked.record);
    }
}

fn too_long(setting: &ProviderSetting) -> String {
    format!(
        "Looking through {} took longer than {} s and was ended; what was read is kept, and the \
         next run goes on.",
        setting.target(),
        setting.schedule.timeout.as_secs()
    )
}

fn later(at: Timestamp, milliseconds: u128) -> Timestamp {
    Timestamp(at.0.saturating_add(i64::try_from(milliseconds).unwrap_or(i64::MAX)))
}
