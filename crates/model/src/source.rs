//! Where entities come from, and how the reading of it goes.

use crate::catalog::Problem;
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
    /// How many entities it gives. Those of the kind Location, which only point to sources, do not
    /// count, as in the catalog's list.
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
    /// Whether all is well.
    #[serde(default)]
    pub state: SourceState,
    /// The first thing that is wrong, with file and line where they are known.
    #[serde(default)]
    pub problem: Option<Problem>,
    /// How many things are wrong.
    #[serde(default)]
    pub problems: u32,
    /// How many entities wait to be removed until somebody decides.
    #[serde(default)]
    pub pending_removals: u32,
    /// What the last refresh did that found something new, since the program started.
    #[serde(default)]
    pub last_refresh: Option<RefreshOutcome>,
}

/// Whether all is well with a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SourceState {
    /// It was read, and all of it is good.
    #[default]
    Ok,
    /// Something in it, or all of it, cannot be read.
    Error,
    /// A removal waits for a decision.
    Held,
}

impl SourceState {
    /// The word for people.
    pub fn label(self) -> &'static str {
        match self {
            SourceState::Ok => "OK",
            SourceState::Error => "Error",
            SourceState::Held => "Pending removal",
        }
    }
}

/// What a refresh did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshOutcome {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; nothing while it goes on, as that of an organisation does in the background.
    pub finished_at: Option<Timestamp>,
    /// Entities that are new.
    pub added: u32,
    /// Entities that are different now.
    pub changed: u32,
    /// Entities that are gone.
    pub removed: u32,
    /// Entities that wait to be removed until somebody decides.
    pub pending_removals: u32,
    /// The first thing that is wrong, with file and line where they are known.
    pub error: Option<Problem>,
}

impl RefreshOutcome {
    /// One sentence for people: `Refreshed: 1 added, 2 changed.`
    pub fn sentence(&self) -> String {
        if let Some(error) = &self.error {
            return format!("The refresh failed: {} ({})", error.message, error.place());
        }
        if self.finished_at.is_none() {
            return "The refresh has begun.".to_owned();
        }
        let counts = [(self.added, "added"), (self.changed, "changed"), (self.removed, "removed")];
        let mut parts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if self.pending_removals > 0 {
            parts.push(format!("{} waiting to be removed", self.pending_removals));
        }
        match parts.is_empty() {
            true => "Refreshed: nothing changed.".to_owned(),
            false => format!("Refreshed: {}.", parts.join(", ")),
        }
    }
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
