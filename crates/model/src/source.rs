//! Where entities come from, and how the reading of it goes.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Every place entities come from, and the hosts that are asked for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceOverview {
    /// The places, in the order in which they are read.
    pub sources: Vec<SourceView>,
    /// The hosts of source code.
    pub hosts: Vec<HostView>,
}

/// A place entities come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceView {
    /// What it is called in the log and in requests: `git:https://…`, `github-provider:acme`.
    pub key: String,
    /// `file`, `git`, `url`, `github`, `gitlab` or `gitea`.
    pub kind: String,
    /// The path or address, without secrets; the host and owner of an organisation.
    pub target: String,
    /// Where it is configured; nothing for a place that was registered.
    pub configured_at: Option<String>,
    /// How many entities it gives.
    pub entities: usize,
    /// When it was looked at last, since the program started.
    pub last_run: Option<Timestamp>,
    /// How long that took, in milliseconds, where it is measured.
    pub took_ms: Option<u64>,
    /// When it will be looked at next; nothing when only by hand.
    pub next_run: Option<Timestamp>,
    /// It is being looked at.
    pub running: bool,
    /// How many repositories of an organisation are wanted.
    pub repositories: Option<usize>,
    /// How many of them had changed at the last run.
    pub looked_at: Option<usize>,
    /// What is wrong with the place as a whole.
    pub error: Option<String>,
}

/// A host of source code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostView {
    /// `github`, `gitlab` or `gitea`.
    pub kind: String,
    /// Its name.
    pub host: String,
    /// Whether the program signs in there.
    pub signed_in: bool,
    /// Requests of the last hour.
    pub used: u32,
    /// How many are allowed in an hour; nothing for no limit of ours.
    pub budget: Option<u32>,
    /// How many the host says it still takes.
    pub remaining: Option<u64>,
    /// In how many seconds the host counts anew.
    pub resets_in: Option<u64>,
    /// For how many seconds it is not asked.
    pub paused_for: Option<u64>,
    /// Whether its messages are taken: a secret is configured.
    pub listens: bool,
    /// When the last message was taken, since the program started.
    pub last_message: Option<Timestamp>,
    /// How many messages that said they were from this kind of host were refused.
    pub refused: u64,
}
