//! How the reading of each place goes, for administrators.

use crate::Catalog;
use crate::refresh::problems_of_source;
use crate::state::State;
use access::{OpContext, Permission};
use catalog_index::list::is_listed;
use catalog_index::rows::ProblemType;
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use model::source::{HostView, RefreshOutcome, SourceOverview, SourceState, SourceView};
use model::time::Timestamp;
use model::{Error, Result};
use serde_json::json;

impl Catalog {
    /// Every place entities come from with its last and next run, and the hosts with their budgets.
    pub fn source_list(&self, op: &OpContext) -> Result<SourceOverview> {
        op.authorize(Permission::CatalogLocationRead)?;
        let state = self.state(op)?;
        let sources = self.sources(&state).iter().map(|it| self.source_view(&state, it)).collect();
        let hosts = self.web.connected().iter().map(|connected| {
            let (host, figures) = (&connected.integration, connected.budget.figures());
            HostView {
                kind: host.forge.name().to_owned(),
                host: host.host.clone(),
                signed_in: host.auth.is_some(),
                used: figures.used,
                budget: figures.per_hour,
                remaining: figures.remaining,
                resets_in: figures.resets_in,
                paused_for: figures.paused_for,
                listens: host.webhook_secret.is_some(),
                last_message: state.inbox.last(host),
                refused: state.inbox.refused(host.forge),
            }
        });
        Ok(SourceOverview { sources, hosts: hosts.collect() })
    }

    /// Looks at a place again: an organisation as soon as it can, every other place at once and
    /// whatever is known of it.
    pub async fn source_refresh(&self, op: &OpContext, source_key: &str) -> Result<RefreshOutcome> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let sources = self.sources(&state);
        let source = sources.iter().find(|source| source.key == source_key).ok_or_else(|| {
            Error::not_found("There is no such source any more. Load the page again.")
        })?;
        let mut tx = op.db().begin().await?;
        let detail = json!({"action": "refresh"});
        activity::record(op, &mut tx, "location-mutate", source_key, &detail).await?;
        tx.commit().await?;
        if source.provider.is_some() {
            state.provider_runs.run_now(source_key);
            return Ok(RefreshOutcome { started_at: access::now(), ..RefreshOutcome::default() });
        }
        self.refresh_asked(op, &state, source).await
    }

    fn source_view(&self, state: &State, source: &Source) -> SourceView {
        let index = state.index();
        let given = index.of_source(&source.key).filter(|item| is_listed(item));
        let problems = index.problems.iter().filter(|row| row.source_key == source.key);
        let whole = problems
            .filter(|row| row.problem_type == ProblemType::Source)
            .map(|row| row.message.clone())
            .next();
        let last_run = state.read_at(&source.key);
        let held = index.held.iter().find(|row| row.source_key == source.key);
        let mut problems = problems_of_source(&index, &source.key);
        let problem = problems.next();
        let count = problems.count() as u32 + u32::from(problem.is_some());
        let (running, last_refresh) = state.refreshes_of(&source.key);
        let view = SourceView {
            key: source.key.clone(),
            kind: source.r#type.name().to_owned(),
            target: clients::redact::redact(&source.target),
            configured_at: Some(source.configured_at.clone()).filter(|place| !place.is_empty()),
            entities: given.count(),
            last_run,
            took_ms: None,
            next_run: None,
            running,
            repositories: None,
            looked_at: None,
            state: match (&problem, held) {
                (Some(_), _) => SourceState::Error,
                (None, Some(_)) => SourceState::Held,
                (None, None) => SourceState::Ok,
            },
            problem,
            problems: count,
            pending_removals: held.map_or(0, |row| row.entity_refs.len() as u32),
            last_refresh,
            error: whole,
        };
        let Some(setting) = &source.provider else {
            let pause = match source.r#type {
                LocationType::File => Some(crate::refresh::LOCAL_POLL_INTERVAL),
                _ => self.settings.processing_interval,
            };
            let next = last_run.zip(pause).map(|(at, pause)| {
                let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
                Timestamp(at.0.saturating_add(pause))
            });
            return SourceView { next_run: next, ..view };
        };
        let figures = state.provider_runs.provider(&source.key).figures();
        let failed = figures.error.is_some();
        SourceView {
            state: if failed { SourceState::Error } else { view.state },
            kind: setting.forge.name().to_owned(),
            last_run: figures.last_run,
            took_ms: figures.took_ms,
            next_run: figures.next_run,
            running: figures.running,
            repositories: figures.repositories,
            looked_at: figures.looked_at,
            error: figures.error.or(view.error),
            ..view
        }
    }
}
