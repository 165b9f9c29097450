//! The four keys of software delivery, from a repository's history and a list of incidents.
//!
//! The period is the last twelve weeks. Figures are medians, not means; a figure without anything
//! to compute it from is a sentence, never zero.

mod bands;
mod deployments;
mod incidents;
mod metrics;
mod stats;

pub use deployments::{ChangeRow, changes_of};
pub use incidents::{Incident, Incidents};

use crate::days::Period;
use crate::history::{Graph, History};
use deployments::Ledger;
use incidents::LinkResult;
use model::dora::{
    DeploymentRow, DoraReport, DoraSettings, IncidentRow, Metric, MetricKey, RowsOf,
};
use model::provenance::Provenance;
use model::time::Timestamp;

/// Computes the four keys at the moment `now`.
pub fn report(
    history: &History,
    settings: &DoraSettings,
    incidents: &Incidents<'_>,
    now: Timestamp,
) -> DoraReport {
    let graph = Graph::new(&history.commits);
    let period = Period::ending(now);
    let ledger = Ledger::new(history, &graph, &settings.deployments, now);
    let linked = incidents::link(history, &graph, &ledger, incidents, now);
    let input = metrics::Input {
        history,
        ledger: &ledger,
        linked: &linked,
        bands: settings.bands,
        period,
        now,
    };
    let rows = deployment_rows(history, &ledger, &linked, period);
    let mut incident_rows = incident_rows(&ledger, &linked, period);
    let incident_count = incident_rows.len() as u32;
    incident_rows.truncate(DoraReport::ROWS);
    let metric = |key, formula, rows, state| Metric { key, formula, rows, state };
    let by = linked.as_ref().map(|_| ()).map_err(Clone::clone);
    DoraReport {
        subject: history.name.clone(),
        provenance: provenance(history, incidents),
        from: period.from,
        to: now,
        bands: settings.bands,
        deployment_rule: ledger.rule.clone(),
        metrics: vec![
            metric(
                MetricKey::DeploymentFrequency,
                metrics::frequency_formula(&ledger),
                RowsOf::Deployments,
                metrics::frequency(&input),
            ),
            metric(
                MetricKey::LeadTime,
                metrics::lead_time_formula(),
                RowsOf::Deployments,
                metrics::lead_time(&input),
            ),
            metric(
                MetricKey::ChangeFailureRate,
                metrics::failure_rate_formula(incidents),
                RowsOf::Deployments,
                by.clone().map_or_else(|missing| missing, |()| metrics::failure_rate(&input)),
            ),
            metric(
                MetricKey::RecoveryTime,
                metrics::recovery_formula(incidents, settings.bands),
                RowsOf::Incidents,
                by.map_or_else(|missing| missing, |()| metrics::recovery(&input)),
            ),
        ],
        per_day: period.count_days(ledger.deployments.iter().map(|d| d.at)),
        deployment_count: ledger.within(period).count() as u32,
        deployments: rows,
        incident_count,
        incidents: incident_rows,
        notes: notes(history, &ledger, now),
    }
}

fn provenance(history: &History, incidents: &Incidents<'_>) -> Provenance {
    let mut source = format!("git history of {}", history.name);
    if let Incidents::Given { source: other, .. } = incidents {
        source = format!("{source}; incidents from {other}");
    }
    Provenance { source, as_of: history.read_at }
}

fn notes(history: &History, ledger: &Ledger, now: Timestamp) -> Vec<String> {
    let mut notes = Vec::new();
    let say = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    };
    if ledger.in_future > 0 {
        notes.push(say(
            ledger.in_future,
            "deployment is dated in the future and does not count yet.",
            "deployments are dated in the future and do not count yet.",
        ));
    }
    if ledger.unknown > 0 {
        notes.push(say(
            ledger.unknown,
            "deployment leads to a commit that was not read; it counts, its changes do not.",
            "deployments lead to commits that were not read; they count, their changes do not.",
        ));
    }
    let future = history.commits.iter().filter(|c| c.committed_at > now.0).count();
    if future > 0 {
        notes.push(say(
            future,
            "commit is dated in the future.",
            "commits are dated in the future.",
        ));
    }
    if !history.complete {
        notes.push(format!(
            "Only the newest {} commits were read; figures that reach further back are incomplete.",
            history.commits.len()
        ));
    }
    notes
}

fn deployment_rows(
    history: &History,
    ledger: &Ledger,
    linked: &LinkResult,
    period: Period,
) -> Vec<DeploymentRow> {
    let failed = linked.as_ref().map(|linked| linked.failed(ledger)).unwrap_or_default();
    let rows = ledger.within(period).rev().take(DoraReport::ROWS).map(|number| {
        let deployment = &ledger.deployments[number];
        let spans = ledger.lead_minutes(history, number);
        DeploymentRow {
            commit: deployment.commit.clone(),
            title: deployment.title.clone(),
            at: deployment.at,
            commits: ledger.members(number).len() as u32,
            changes: spans.len() as u32,
            lead_minutes: stats::median(&mut spans.iter().map(|m| *m as f64).collect::<Vec<_>>())
                .map(|median| median.ceil() as u64)
                .filter(|minutes| *minutes > 0),
            failed: failed.get(number).copied().unwrap_or(false),
        }
    });
    rows.collect()
}

fn incident_rows(ledger: &Ledger, linked: &LinkResult, period: Period) -> Vec<IncidentRow> {
    let Ok(linked) = linked else { return Vec::new() };
    let cause_of = |incident: &incidents::LinkedIncident| {
        incident.cause.map(|number| &ledger.deployments[number])
    };
    let mut rows: Vec<IncidentRow> = linked
        .incidents
        .iter()
        .filter(|incident| {
            period.contains(incident.created_at)
                || cause_of(incident).is_some_and(|cause| period.contains(cause.at))
        })
        .map(|incident| IncidentRow {
            title: incident.title.clone(),
            created_at: incident.created_at,
            resolved_at: incident.resolved_at,
            deployment: cause_of(incident).map(|cause| cause.commit.clone()),
            recovery_minutes: cause_of(incident)
                .zip(incident.resolved_at)
                .and_then(|(cause, resolved)| stats::minutes_up(cause.at.until(resolved))),
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    rows
}
