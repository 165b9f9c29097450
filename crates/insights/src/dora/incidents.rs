//! Which deployments failed: incidents linked to the deployment before them, or reverts.

use super::deployments::Ledger;
use crate::history::{Graph, History};
use clients::git::read::Commit;
use model::dora::MetricValue;
use model::repository::Measured;
use model::time::Timestamp;
use std::collections::HashMap;

/// Something that went wrong in production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// What happened.
    pub title: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was put right, if it was.
    pub resolved_at: Option<Timestamp>,
}

/// Where incidents are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incidents<'a> {
    /// From nowhere: failures and recovery have no figure.
    NotConfigured,
    /// From reverts in the history.
    Reverts,
    /// From a source that keeps incidents.
    Given {
        /// The source's name.
        source: &'a str,
        /// All it has, in any order.
        list: &'a [Incident],
    },
}

/// An incident with the deployment that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkedIncident {
    pub(super) title: String,
    pub(super) created_at: Timestamp,
    pub(super) resolved_at: Option<Timestamp>,
    /// The number of the deployment.
    pub(super) cause: Option<usize>,
}

/// The incidents, or why there are none, as the state of the figures that need them.
pub(super) type LinkResult = Result<Linked, Measured<MetricValue>>;

/// All incidents until now.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) incidents: Vec<LinkedIncident>,
}

impl Linked {
    /// For each deployment, whether it caused an incident.
    pub(super) fn failed(&self, ledger: &Ledger) -> Vec<bool> {
        let mut failed = vec![false; ledger.deployments.len()];
        for cause in self.incidents.iter().filter_map(|incident| incident.cause) {
            failed[cause] = true;
        }
        failed
    }
}

/// Links incidents to deployments, or says why there are none to link. A source that has never had
/// an incident gives no figure: from outside it cannot be told from one that nobody uses.
pub(super) fn link(
    history: &History,
    graph: &Graph<'_>,
    ledger: &Ledger,
    incidents: &Incidents<'_>,
    now: Timestamp,
) -> LinkResult {
    let (found, reason, what_to_do) = match incidents {
        Incidents::NotConfigured => (
            Vec::new(),
            "No source of incidents is configured.".to_owned(),
            "Connect a system that keeps incidents, or set incidents to from: reverts.",
        ),
        Incidents::Given { source, list } => (
            given(ledger, list, now),
            format!("{source} has no incident yet."),
            "Collect incidents first; a rate without any would say nothing.",
        ),
        Incidents::Reverts => (
            reverts(history, graph, ledger, now),
            format!("The history of {} has no revert of a deployed commit.", history.name),
            "Nothing to do if nothing had to be reverted; a system that keeps incidents tells more.",
        ),
    };
    if found.is_empty() {
        return Err(Measured::no_data(reason, what_to_do));
    }
    Ok(Linked { incidents: found })
}

/// The cause is the last deployment that was finished before the incident began.
fn given(ledger: &Ledger, list: &[Incident], now: Timestamp) -> Vec<LinkedIncident> {
    let until_now = list.iter().filter(|incident| incident.created_at <= now);
    let linked = until_now.map(|incident| LinkedIncident {
        title: incident.title.clone(),
        created_at: incident.created_at,
        // What is planned for later is not done, and nothing ends before it begins.
        resolved_at: incident.resolved_at.filter(|at| *at <= now && *at >= incident.created_at),
        cause: ledger.deployments.partition_point(|d| d.at < incident.created_at).checked_sub(1),
    });
    linked.collect()
}

/// The cause is the deployment that brought the reverted commit, the recovery the one that brought
/// the revert. A commit reverted before or with its deployment has failed nobody.
fn reverts(
    history: &History,
    graph: &Graph<'_>,
    ledger: &Ledger,
    now: Timestamp,
) -> Vec<LinkedIncident> {
    let mut found = Vec::new();
    let mut lookup = None;
    for (number, commit) in (0_u32..).zip(&history.commits) {
        let Some(subject) = reverted_subject(commit) else { continue };
        let lookup = lookup.get_or_insert_with(|| Lookup::new(&history.commits));
        let named = commit.reverts.as_deref();
        let reverted = named
            .and_then(|hash| graph.number(hash).or_else(|| lookup.by_hash(hash)))
            .or_else(|| lookup.by_subject(number, subject));
        let owner = |number: u32| ledger.owner[number as usize].map(|d| d as usize);
        let Some(cause) = reverted.and_then(owner) else { continue };
        let recovery = owner(number);
        let created_at = Timestamp(commit.authored_at);
        if recovery.is_some_and(|recovery| recovery <= cause) || created_at > now {
            continue;
        }
        found.push(LinkedIncident {
            title: commit.subject.clone(),
            created_at,
            resolved_at: recovery.map(|recovery| ledger.deployments[recovery].at),
            cause: Some(cause),
        });
    }
    found
}

/// The subject of what a commit reverts. The revert of a revert brings a change back; it is no sign
/// of a failure.
fn reverted_subject(commit: &Commit) -> Option<&str> {
    let inner = commit.subject.strip_prefix("Revert \"")?;
    (!inner.starts_with("Revert \"")).then(|| inner.strip_suffix('"').unwrap_or(inner))
}

/// Finds reverted commits by the beginning of their hash and by their subject.
struct Lookup<'a> {
    commits: &'a [Commit],
    /// In order; made when the first short hash is looked for.
    hashes: Option<Vec<(&'a str, u32)>>,
    /// Where the subjects that reverts name stand, newest first.
    subjects: HashMap<&'a str, Vec<u32>>,
}

impl<'a> Lookup<'a> {
    fn new(commits: &'a [Commit]) -> Self {
        let wanted = commits.iter().filter_map(reverted_subject);
        let mut subjects: HashMap<&str, Vec<u32>> =
            wanted.map(|subject| (subject, Vec::new())).collect();
        for (number, commit) in (0_u32..).zip(commits) {
            if let Some(places) = subjects.get_mut(commit.subject.as_str()) {
                places.push(number);
            }
        }
        Lookup { commits, hashes: None, subjects }
    }

    fn by_hash(&mut self, short: &str) -> Option<u32> {
        let hashes = self.hashes.get_or_insert_with(|| {
            let hashes = self.commits.iter().map(|commit| commit.hash.as_str());
            let mut hashes: Vec<(&str, u32)> = hashes.zip(0_u32..).collect();
            hashes.sort_unstable();
            hashes
        });
        let place = hashes.partition_point(|(hash, _)| *hash < short);
        let (hash, number) = hashes.get(place)?;
        hash.starts_with(short).then_some(*number)
    }

    /// The nearest older commit with that subject.
    fn by_subject(&self, revert: u32, subject: &str) -> Option<u32> {
        let numbers = self.subjects.get(subject)?;
        numbers.get(numbers.partition_point(|number| *number <= revert)).copied()
    }
}
