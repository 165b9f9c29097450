//! A repository's activity, from its history.

use crate::days::Period;
use crate::history::History;
use clients::git::read::Commit;
use model::provenance::Provenance;
use model::repository::{
    BranchSummary, CommitActivity, CommitSummary, Measured, PullRequestSummary, ReleaseSummary,
    RepositoryActivity, TagSummary,
};
use model::time::Timestamp;
use std::collections::HashSet;

/// What a source knows beside the history; plain git knows neither.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// Releases, newest first.
    pub releases: Option<Vec<ReleaseSummary>>,
    /// Pull or merge requests.
    pub pull_requests: Option<PullRequestSummary>,
}

/// Computes the activity at the moment `now`.
pub fn activity(history: &History, beside: Beside, now: Timestamp) -> RepositoryActivity {
    let connect = "Connect the forge that hosts it (Gitea, GitHub or GitLab).";
    RepositoryActivity {
        name: history.name.clone(),
        // A path of this machine is no address that anybody could open.
        remote_url: history.remote_url.clone().filter(|url| !is_path(url)),
        provenance: Provenance {
            source: format!("git history of {}", history.name),
            as_of: history.read_at,
        },
        default_branch: history.default_branch.clone(),
        complete: history.complete,
        commits: commits(history, now),
        branches: branches(history),
        branch_count: history.branches.len() as u32,
        tags: tags(history),
        tag_count: history.tags.len() as u32,
        releases: match beside.releases {
            Some(value) => Measured::Known { value },
            None => Measured::no_data("A plain git source has tags, but no releases.", connect),
        },
        pull_requests: match beside.pull_requests {
            Some(value) => Measured::Known { value },
            None => Measured::no_data("A plain git source has no pull requests.", connect),
        },
    }
}

/// Whether the address of a remote is a place on this machine's disk.
fn is_path(url: &str) -> bool {
    url.starts_with("file:") || std::path::Path::new(url).is_absolute() || url.starts_with('.')
}

fn commits(history: &History, now: Timestamp) -> Measured<CommitActivity> {
    if history.commits.is_empty() {
        return Measured::no_data(
            format!("{} has no commits yet.", history.name),
            "Push a first commit to it.",
        );
    }
    let at = |commit: &Commit| Timestamp(commit.committed_at);
    let period = Period::ending(now);
    let per_day = period.count_days(history.commits.iter().map(at));
    let before = period.before();
    let reaches_back = history.complete || history.commits.iter().any(|c| at(c) < before.from);
    let previous = history.commits.iter().filter(|c| before.contains(at(c))).count();
    let within = history.commits.iter().filter(|commit| period.contains(at(commit)));
    let authors: HashSet<String> = within.map(|c| c.author_email.to_lowercase()).collect();
    let mut recent: Vec<&Commit> = history.commits.iter().filter(|c| at(c) <= now).collect();
    let dated_in_future = history.commits.len() - recent.len();
    // The list is nearly in this order already; a stable sort keeps a child before its parent.
    recent.sort_by_key(|commit| std::cmp::Reverse(at(commit)));
    let summary = |commit: &&Commit| CommitSummary {
        hash: commit.hash.clone(),
        subject: commit.subject.clone(),
        author: commit.author_name.clone(),
        at: at(commit),
    };
    Measured::Known {
        value: CommitActivity {
            total: per_day.iter().map(|day| day.count).sum(),
            per_day,
            previous: reaches_back.then_some(previous as u32),
            authors: authors.len() as u32,
            recent: recent.iter().take(RepositoryActivity::SHOWN).map(summary).collect(),
            dated_in_future: dated_in_future as u32,
        },
    }
}

fn branches(history: &History) -> Vec<BranchSummary> {
    let shown = history.branches.iter().take(RepositoryActivity::SHOWN);
    let summary = shown.map(|branch| {
        let is_default = Some(&branch.name) == history.default_branch.as_ref();
        let divergence = history.divergences.get(&branch.name).filter(|_| !is_default);
        BranchSummary {
            name: branch.name.clone(),
            head: branch.head.clone(),
            last_commit_at: Timestamp(branch.last_commit_at),
            is_default,
            ahead: divergence.map(|found| found.ahead),
            behind: divergence.map(|found| found.behind),
        }
    });
    summary.collect()
}

fn tags(history: &History) -> Vec<TagSummary> {
    let mut tags: Vec<_> = history.tags.iter().collect();
    tags.sort_by_key(|tag| std::cmp::Reverse(tag.created_at));
    let summary = tags.into_iter().take(RepositoryActivity::SHOWN).map(|tag| TagSummary {
        name: tag.name.clone(),
        commit: tag.commit.clone(),
        at: Timestamp(tag.created_at),
    });
    summary.collect()
}
