//! A repository's life as the dashboard shows it: commits, people, branches, tags.

use crate::provenance::Provenance;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A figure or a list that a source may be unable to give. Nothing to compute from is said in
/// words; it is never shown as zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Measured<T> {
    /// It is known.
    Known {
        /// What was measured.
        value: T,
    },
    /// There is nothing to compute it from.
    NoData {
        /// Why, in a sentence.
        reason: String,
        /// What brings it, in a sentence.
        what_to_do: String,
    },
}

impl<T> Measured<T> {
    /// There is nothing to compute it from.
    pub fn no_data(reason: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        Measured::NoData { reason: reason.into(), what_to_do: what_to_do.into() }
    }

    /// What was measured, if anything was.
    pub fn known(&self) -> Option<&T> {
        match self {
            Measured::Known { value } => Some(value),
            Measured::NoData { .. } => None,
        }
    }
}

/// How much happened on one day in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayCount {
    /// The moment the day begins.
    pub day: Timestamp,
    /// How much happened; zero is a measured zero.
    pub count: u32,
}

/// What the repository activity widget shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryActivity {
    /// The repository's name.
    pub name: String,
    /// Its address, free of secrets, when it has one.
    pub remote_url: Option<String>,
    /// Where the figures come from.
    pub provenance: Provenance,
    /// The branch others start from.
    pub default_branch: Option<String>,
    /// Whether the whole history was read; if not, older commits are missing from the figures.
    pub complete: bool,
    /// Commits on all branches, or why there are none.
    pub commits: Measured<CommitActivity>,
    /// The branches changed last, newest first, at most [`RepositoryActivity::SHOWN`].
    pub branches: Vec<BranchSummary>,
    /// How many branches there are.
    pub branch_count: u32,
    /// The newest tags, newest first, at most [`RepositoryActivity::SHOWN`].
    pub tags: Vec<TagSummary>,
    /// How many tags there are.
    pub tag_count: u32,
    /// Releases with notes and files, where the source has them.
    pub releases: Measured<Vec<ReleaseSummary>>,
    /// Pull or merge requests, where the source has them.
    pub pull_requests: Measured<PullRequestSummary>,
}

impl RepositoryActivity {
    /// How many rows of each list are shown.
    pub const SHOWN: usize = 10;
}

/// Commits of the last twelve weeks, on all branches and tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitActivity {
    /// One entry per day in UTC, oldest first, days without a commit included.
    pub per_day: Vec<DayCount>,
    /// Commits in these twelve weeks.
    pub total: u32,
    /// Commits in the twelve weeks before, when the history reaches back so far.
    pub previous: Option<u32>,
    /// How many people wrote them, counted by their addresses.
    pub authors: u32,
    /// The newest commits, newest first.
    pub recent: Vec<CommitSummary>,
    /// Commits dated in the future; they are in none of the figures.
    pub dated_in_future: u32,
}

/// One commit in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitSummary {
    /// The full hash.
    pub hash: String,
    /// The first line of the message.
    pub subject: String,
    /// The author's name.
    pub author: String,
    /// When the commit was made.
    pub at: Timestamp,
}

/// One branch in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BranchSummary {
    /// Its name.
    pub name: String,
    /// The hash of its last commit.
    pub head: String,
    /// When that commit was made.
    pub last_commit_at: Timestamp,
    /// Whether it is the branch others start from.
    pub is_default: bool,
    /// Commits the default branch does not have, when it was counted.
    pub ahead: Option<u32>,
    /// Commits of the default branch it does not have, when it was counted.
    pub behind: Option<u32>,
}

/// One tag in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TagSummary {
    /// Its name.
    pub name: String,
    /// The hash of the commit it leads to.
    pub commit: String,
    /// When it was made, or its commit when the tag has no date of its own.
    pub at: Timestamp,
}

/// One release in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseSummary {
    /// Its title.
    pub name: String,
    /// The tag it was made from.
    pub tag: String,
    /// When it was published.
    pub at: Timestamp,
    /// Where to read more.
    pub url: Option<String>,
}

/// Pull or merge requests in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PullRequestSummary {
    /// Open now.
    pub open: u32,
    /// Merged in the last twelve weeks.
    pub merged: u32,
}
