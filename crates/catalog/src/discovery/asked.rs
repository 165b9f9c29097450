//! Looking at one repository of an organisation because somebody asks for it.

use crate::Catalog;
use crate::discovery::run::Changed;
use crate::refresh::problems_of_source;
use crate::state::State;
use access::OpContext;
use catalog_index::complaint::for_people;
use catalog_ingest::record::Record;
use catalog_ingest::source::Source;
use model::Result;
use model::catalog::Problem;
use model::source::RefreshOutcome;
use std::sync::Arc;

impl Catalog {
    /// Looks at the repository that holds a location again, whatever is known of it.
    pub(crate) async fn repository_refresh(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        location: &str,
    ) -> Result<RefreshOutcome> {
        let started = RefreshOutcome { started_at: access::now(), ..RefreshOutcome::default() };
        let records = self.records(op, state, source).await?;
        let holds = |record: &Record| record.files.iter().any(|file| file.location == location);
        let Some((name, _)) = records.iter().find(|(_, record)| holds(record)) else {
            state.provider_runs.run_now(&source.key);
            return Ok(started);
        };
        let report = self.repository_look(op, state, source, name, Changed::All).await?;
        let index = state.index();
        let at = |problem: &Problem| problem.location == for_people(location);
        Ok(RefreshOutcome {
            finished_at: Some(access::now()),
            added: report.added as u32,
            changed: report.changed as u32,
            removed: report.removed as u32,
            error: problems_of_source(&index, &source.key).find(at),
            ..started
        })
    }
}
