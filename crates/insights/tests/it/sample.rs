//! Small histories, put together day by day.

use clients::git::read::{Branch, Commit, Tag};
use insights::history::History;
use model::dora::{DoraReport, MetricKey, MetricValue};
use model::repository::Measured;
use model::time::Timestamp;
use std::collections::HashMap;

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// Noon of 2024-10-04, a Friday: day 20,000 since 1970.
pub const NOW: Timestamp = Timestamp(20_000 * DAY + 12 * HOUR);

/// An hour of a day counted from today.
pub fn at(day: i64, hour: i64) -> i64 {
    (20_000 + day) * DAY + hour * HOUR
}

/// A history that grows; the newest commit ends up first, as git prints them.
pub struct Sample(pub History);

impl Sample {
    pub fn new() -> Self {
        Sample(History {
            name: "shop".to_owned(),
            remote_url: None,
            commits: Vec::new(),
            tags: Vec::new(),
            branches: Vec::new(),
            divergences: HashMap::new(),
            default_branch: Some("main".to_owned()),
            head: None,
            complete: true,
            read_at: NOW,
        })
    }

    /// A commit made when it was written.
    pub fn commit(self, hash: &str, parents: &[&str], when: i64) -> Self {
        self.written(hash, parents, when, when)
    }

    /// A commit written at one moment and made at another.
    pub fn written(mut self, hash: &str, parents: &[&str], written: i64, made: i64) -> Self {
        let commit = Commit {
            hash: hash.to_owned(),
            parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
            author_name: "Ann".to_owned(),
            author_email: "ann@example.com".to_owned(),
            authored_at: written,
            committed_at: made,
            subject: format!("Commit {hash}"),
            reverts: None,
        };
        self.0.commits.insert(0, commit);
        self
    }

    pub fn subject(mut self, subject: &str) -> Self {
        self.0.commits[0].subject = subject.to_owned();
        self
    }

    pub fn reverts(mut self, hash: &str) -> Self {
        self.0.commits[0].reverts = Some(hash.to_owned());
        self
    }

    pub fn by(mut self, name: &str, email: &str) -> Self {
        self.0.commits[0].author_name = name.to_owned();
        self.0.commits[0].author_email = email.to_owned();
        self
    }

    pub fn tag(mut self, name: &str, commit: &str, when: i64) -> Self {
        self.0.tags.push(Tag {
            name: name.to_owned(),
            commit: commit.to_owned(),
            created_at: when,
            annotated: true,
        });
        self
    }

    pub fn branch(mut self, name: &str, head: &str) -> Self {
        let last_commit_at =
            self.0.commits.iter().find(|c| c.hash == head).map_or(0, |c| c.committed_at);
        self.0.branches.push(Branch {
            name: name.to_owned(),
            head: head.to_owned(),
            last_commit_at,
            remote_only: false,
        });
        self
    }
}

/// The figure of a key, or a panic with the reason why there is none.
pub fn value(report: &DoraReport, key: MetricKey) -> &MetricValue {
    match &report.metric(key).unwrap().state {
        Measured::Known { value } => value,
        Measured::NoData { reason, .. } => panic!("{key:?}: {reason}"),
    }
}

/// Why a key has no figure, or a panic with the figure.
pub fn reason(report: &DoraReport, key: MetricKey) -> &str {
    match &report.metric(key).unwrap().state {
        Measured::Known { value } => panic!("{key:?}: {value:?}"),
        Measured::NoData { reason, what_to_do } => {
            assert!(!what_to_do.is_empty());
            reason
        }
    }
}
