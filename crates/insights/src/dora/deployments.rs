//! Which deployments there were, and which commits each brought.

use super::stats::minutes_up;
use crate::days::Period;
use crate::history::{Graph, History};
use clients::git::read::Tag;
use globs::NamePattern;
use model::dora::{DeploymentRule, DoraSettings};
use model::repository::Measured;
use model::time::Timestamp;
use std::cmp::Reverse;
use std::collections::HashMap;

/// One deployment to production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deployment {
    /// The hash of the deployed commit.
    pub commit: String,
    /// The commit's number in the graph, when it was read.
    number: Option<u32>,
    /// The tags, or the commit's subject.
    pub title: String,
    /// When it was finished.
    pub at: Timestamp,
}

/// The deployments in the order of time, each with the commits that no earlier one had.
#[derive(Debug)]
pub(super) struct Ledger {
    /// What counts as a deployment, in words.
    pub rule: String,
    /// Oldest first, none after now.
    pub deployments: Vec<Deployment>,
    /// The commits of deployment `n` are `members[starts[n]..starts[n + 1]]`.
    members: Vec<u32>,
    starts: Vec<usize>,
    /// The deployment that first brought each commit.
    pub(super) owner: Vec<Option<u32>>,
    /// Deployments dated after now, which are left out.
    pub(super) in_future: usize,
    /// Deployments whose commit was not read.
    pub(super) unknown: usize,
    /// The first moment anything is known of.
    pub(super) data_from: Option<Timestamp>,
    missing: (String, String),
}

/// One change that a deployment brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The commit's hash.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// When it was written.
    pub authored_at: Timestamp,
    /// Minutes from then to the end of the deployment; none for merges and negative spans.
    pub lead_minutes: Option<u64>,
}

/// The changes that the deployment of `commit` brought, newest first, at most `limit`: what stands
/// behind one row of a report. Nothing when that commit was not deployed.
pub fn changes_of(
    history: &History,
    settings: &DoraSettings,
    commit: &str,
    limit: usize,
    now: Timestamp,
) -> Option<Vec<ChangeRow>> {
    let graph = Graph::new(&history.commits);
    let ledger = Ledger::new(history, &graph, &settings.deployments, now);
    let number = ledger.deployments.iter().position(|d| d.commit == commit)?;
    let mut members = ledger.members(number).to_vec();
    members.sort_unstable();
    let rows = members.into_iter().take(limit).map(|member| {
        let commit = &history.commits[member as usize];
        ChangeRow {
            commit: commit.hash.clone(),
            subject: commit.subject.clone(),
            authored_at: Timestamp(commit.authored_at),
            lead_minutes: ledger.lead(history, number, member),
        }
    });
    Some(rows.collect())
}

impl Ledger {
    pub(super) fn new(
        history: &History,
        graph: &Graph<'_>,
        rule: &DeploymentRule,
        now: Timestamp,
    ) -> Self {
        let Found { rule, mut deployments, missing } = find(history, graph, rule);
        let all = deployments.len();
        deployments.retain(|deployment| deployment.at <= now);
        // At the same moment the commit that stands further back in the list comes first.
        deployments.sort_by_key(|d| (d.at, Reverse(d.number)));
        let mut owner = vec![None; graph.len()];
        let mut members = Vec::with_capacity(graph.len());
        let mut starts = Vec::with_capacity(deployments.len() + 1);
        let mut open = Vec::new();
        for (deployment, index) in deployments.iter().zip(0_u32..) {
            starts.push(members.len());
            open.extend(deployment.number);
            while let Some(commit) = open.pop() {
                let place = &mut owner[commit as usize];
                if place.is_none() {
                    *place = Some(index);
                    members.push(commit);
                    open.extend_from_slice(graph.parents(commit));
                }
            }
        }
        starts.push(members.len());
        let first_commit = history.commits.iter().map(|c| Timestamp(c.committed_at)).min();
        let first_deployment = deployments.first().map(|d| d.at);
        Ledger {
            rule,
            in_future: all - deployments.len(),
            unknown: deployments.iter().filter(|d| d.number.is_none()).count(),
            data_from: first_commit.into_iter().chain(first_deployment).min(),
            deployments,
            members,
            starts,
            owner,
            missing,
        }
    }

    /// The commits that a deployment was the first to bring.
    pub(super) fn members(&self, deployment: usize) -> &[u32] {
        &self.members[self.starts[deployment]..self.starts[deployment + 1]]
    }

    /// The deployments of a period, oldest first.
    pub(super) fn within(&self, period: Period) -> std::ops::Range<usize> {
        let from = self.deployments.partition_point(|d| d.at < period.from);
        let until = self.deployments.partition_point(|d| d.at < period.until);
        from..until
    }

    /// The lead times of a deployment's changes in minutes, in no order.
    pub(super) fn lead_minutes(&self, history: &History, deployment: usize) -> Vec<u64> {
        let members = self.members(deployment).iter();
        members.filter_map(|member| self.lead(history, deployment, *member)).collect()
    }

    /// A merge brings no change of its own, and a change cannot be deployed before it is written.
    fn lead(&self, history: &History, deployment: usize, member: u32) -> Option<u64> {
        let commit = &history.commits[member as usize];
        if commit.parents.len() > 1 {
            return None;
        }
        minutes_up(Timestamp(commit.authored_at).until(self.deployments[deployment].at))
    }

    /// Why there is no deployment at all.
    pub(super) fn missing<T>(&self) -> Measured<T> {
        Measured::no_data(&self.missing.0, &self.missing.1)
    }
}

struct Found {
    rule: String,
    deployments: Vec<Deployment>,
    missing: (String, String),
}

fn find(history: &History, graph: &Graph<'_>, rule: &DeploymentRule) -> Found {
    let mut found = match rule {
        DeploymentRule::Auto => {
            let tags = from_tags(history, graph, "*");
            if !tags.deployments.is_empty() {
                return tags;
            }
            let mut merges = from_branch(history, graph, None, true);
            if merges.deployments.is_empty() {
                merges.missing.0 = format!("{} has no tags and no merges", history.name);
                merges.missing.1 = "Tag what you release, or set what counts as a deployment: \
                                    from: commits suits trunk-based development."
                    .to_owned();
            }
            merges
        }
        DeploymentRule::Tags { pattern } => from_tags(history, graph, pattern),
        DeploymentRule::Merges { branch } => from_branch(history, graph, branch.as_deref(), true),
        DeploymentRule::Commits { branch } => from_branch(history, graph, branch.as_deref(), false),
    };
    if history.commits.is_empty() {
        found.missing = (
            format!("{} has no commits yet", history.name),
            "Push a first commit, and deploy it.".to_owned(),
        );
    }
    found.missing.0.push('.');
    found
}

/// Tags on the same commit are one deployment, finished with the last of them.
fn from_tags(history: &History, graph: &Graph<'_>, pattern: &str) -> Found {
    let named = match NamePattern::new(pattern) {
        Ok(named) => named,
        Err(error) => {
            return Found {
                rule: "tags, with a pattern that cannot be read".to_owned(),
                missing: (
                    error.to_string(),
                    "Write the pattern of tags in another way.".to_owned(),
                ),
                deployments: Vec::new(),
            };
        }
    };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Tag>> = Vec::new();
    let wanted = |tag: &&Tag| named.matches(&tag.name).unwrap_or(false);
    for tag in history.tags.iter().filter(wanted) {
        let place = *places.entry(&tag.commit).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(tag),
            None => groups.push(vec![tag]),
        }
    }
    let deployments = groups.into_iter().filter_map(|group| {
        let last = group.iter().max_by_key(|tag| tag.created_at)?;
        Some(Deployment {
            commit: last.commit.clone(),
            number: graph.number(&last.commit),
            title: title_of(&group),
            at: Timestamp(last.created_at),
        })
    });
    let deployments = deployments.collect();
    let which =
        if pattern == "*" { "tags".to_owned() } else { format!("tags that match {pattern}") };
    Found {
        rule: format!("{which}, each at the tag's date"),
        deployments,
        missing: (
            format!("{} has no {which}", history.name),
            "Tag what you release, or set another rule for deployments.".to_owned(),
        ),
    }
}

/// The names of the tags, of many only the first.
fn title_of(tags: &[&Tag]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = tags.iter().take(SHOWN).map(|tag| tag.name.as_str()).collect();
    match tags.len().checked_sub(SHOWN) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names.join(", ")),
    }
}

/// Merges into a branch, or all of its own commits, along the line of first parents.
fn from_branch(
    history: &History,
    graph: &Graph<'_>,
    branch: Option<&str>,
    merges_only: bool,
) -> Found {
    let tip = history.tip(branch).and_then(|hash| graph.number(hash));
    let line = tip.map(|tip| graph.first_parents(tip, &history.commits)).unwrap_or_default();
    let name = branch.or(history.default_branch.as_deref()).unwrap_or("what is checked out");
    let deployments = line
        .iter()
        .rev()
        .map(|number| (*number, &history.commits[*number as usize]))
        .filter(|(_, commit)| !merges_only || commit.parents.len() > 1)
        .map(|(number, commit)| Deployment {
            commit: commit.hash.clone(),
            number: Some(number),
            title: commit.subject.clone(),
            at: Timestamp(commit.committed_at),
        })
        .collect();
    let what = if merges_only { "merges into" } else { "commits on" };
    let missing = match tip {
        Some(_) => (
            format!("{} has no {what} {name}", history.name),
            "Set another rule for deployments: tags, merges or commits.".to_owned(),
        ),
        None => (
            format!("{} has no branch {name}", history.name),
            "Name an existing branch in the rule for deployments.".to_owned(),
        ),
    };
    Found { rule: format!("{what} {name}, each at its commit's date"), deployments, missing }
}
