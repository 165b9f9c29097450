//! What Home begins with: what waits for the person, put together from all services.

use crate::Portal;
use access::OpContext;
use model::Result;
use model::changes::{ChangeList, ChangesQuery};
use model::dashboard::NeedsYou;
use model::task::{TaskStatus, TaskSummary};
use model::time::Timestamp;
use std::collections::HashSet;

const DAY_MS: i64 = 86_400_000;

/// Runs that failed longer ago do not wait for anybody any more.
const LATELY_MS: i64 = 7 * DAY_MS;

/// How many failed runs are named.
const NAMED_RUNS: usize = 5;

/// How many changes are named.
const NAMED_CHANGES: u32 = 6;

impl Portal {
    /// What waits for the person who looks.
    pub async fn needs_you(&self, op: &OpContext) -> Result<NeedsYou> {
        let catalog = self.catalog.attention(op)?;
        let runs = match op.principal.person() {
            Some(_) => self.scaffolder.task_list(op, true).await?,
            None => Vec::new(),
        };
        let mut failed_runs = failed(runs, access::now());
        let failed_total = failed_runs.len() as u32;
        failed_runs.truncate(NAMED_RUNS);
        Ok(NeedsYou { failed_runs, failed_total, catalog })
    }

    /// The newest changes of the catalog since this time yesterday, and how many there were.
    pub async fn changed_since_yesterday(&self, op: &OpContext) -> Result<ChangeList> {
        let query = ChangesQuery {
            since: access::now().0 - DAY_MS,
            limit: NAMED_CHANGES,
            ..ChangesQuery::default()
        };
        self.catalog.changes_without_facets(op, &query).await
    }
}

/// Of one person's runs, the newest first, those that failed lately. A later run of the same
/// template that ended well has made good for it.
fn failed(runs: Vec<TaskSummary>, now: Timestamp) -> Vec<TaskSummary> {
    let mut good: HashSet<String> = HashSet::new();
    let mut failed = Vec::new();
    for run in runs {
        match run.status {
            TaskStatus::Completed => {
                good.insert(run.template.entity_ref);
            }
            TaskStatus::Failed
                if run.created_at.until(now) < LATELY_MS
                    && !good.contains(&run.template.entity_ref) =>
            {
                failed.push(run);
            }
            _ => {}
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::author::Author;
    use model::catalog::EntityLink;

    const NOW: Timestamp = Timestamp(100 * DAY_MS);

    fn run(id: &str, template: &str, status: TaskStatus, days_ago: i64) -> TaskSummary {
        TaskSummary {
            id: id.to_owned(),
            template: EntityLink {
                entity_ref: format!("template:default/{template}"),
                kind: "Template".to_owned(),
                title: template.to_owned(),
                exists: true,
            },
            status,
            created_at: Timestamp(NOW.0 - days_ago * DAY_MS),
            finished_at: None,
            created_by: Author::unknown("user:default/ann"),
        }
    }

    #[test]
    fn a_failed_run_waits_until_a_later_one_ends_well() {
        let runs = vec![
            run("a", "service", TaskStatus::Processing, 0),
            run("b", "service", TaskStatus::Failed, 1),
            run("c", "site", TaskStatus::Completed, 2),
            run("d", "site", TaskStatus::Failed, 3),
            run("e", "service", TaskStatus::Completed, 4),
            run("f", "service", TaskStatus::Failed, 5),
            run("g", "import", TaskStatus::Failed, 6),
            run("h", "import", TaskStatus::Cancelled, 6),
            run("i", "other", TaskStatus::Failed, 8),
        ];
        let found: Vec<_> = failed(runs, NOW).into_iter().map(|run| run.id).collect();
        assert_eq!(found, ["b", "g"]);
    }
}
