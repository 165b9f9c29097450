//! Runs of templates, their steps and their log.

use crate::author::Author;
use crate::entity_link::EntityLink;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskStatus {
    /// Waits for a worker.
    Open,
    /// Is being carried out.
    Processing,
    /// Ended well.
    Completed,
    /// Ended with an error.
    Failed,
    /// Was stopped.
    Cancelled,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepStatus {
    /// Has not begun.
    Open,
    /// Is being carried out.
    Processing,
    /// Ended well.
    Completed,
    /// Ended with an error.
    Failed,
    /// Was not wanted, or came after an error.
    Skipped,
    /// Was stopped.
    Cancelled,
}

macro_rules! named {
    ($type:ty { $($variant:ident => $name:literal,)* }) => {
        impl $type {
            /// The name in rows, events and answers.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The one of this name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

named!(TaskStatus {
    Open => "open",
    Processing => "processing",
    Completed => "completed",
    Failed => "failed",
    Cancelled => "cancelled",
});

named!(StepStatus {
    Open => "open",
    Processing => "processing",
    Completed => "completed",
    Failed => "failed",
    Skipped => "skipped",
    Cancelled => "cancelled",
});

impl TaskStatus {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, TaskStatus::Completed | TaskStatus::Failed | TaskStatus::Cancelled)
    }
}

/// One run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSummary {
    /// The run's id.
    pub id: String,
    /// The template.
    pub template: EntityLink,
    /// Where it stands.
    pub status: TaskStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// Who created it.
    pub created_by: Author,
}

/// One run with its steps and what it gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    /// The row of the list.
    pub summary: TaskSummary,
    /// The steps, in order.
    pub steps: Vec<TaskStep>,
    /// The log so far.
    pub events: Vec<TaskEvent>,
    /// What it gave, when it ended well.
    pub output: TaskOutput,
    /// The parameters it was started with, less what is secret.
    pub parameters: Value,
    /// Why it failed or was cancelled.
    pub error: Option<String>,
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskStep {
    /// The step's id in the template.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The action it carries out.
    pub action: String,
    /// Where it stands.
    pub status: StepStatus,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// The step a line is about. Several steps may have one id, of which one at most runs: a line that
/// begins or leaves out a step is about the first that has not begun, others about the one that is
/// being carried out.
pub fn step_of(steps: &[TaskStep], event: &TaskEvent) -> Option<usize> {
    let id = event.step_id.as_deref()?;
    let of_status =
        |status: StepStatus| steps.iter().position(|step| step.id == id && step.status == status);
    let last = || steps.iter().rposition(|step| step.id == id);
    of_status(StepStatus::Processing).or_else(|| of_status(StepStatus::Open)).or_else(last)
}

/// One line of a run's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskEvent {
    /// Grows over all runs.
    pub id: i64,
    /// `log`, `completion`, `cancelled` or `recovered`.
    pub r#type: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// The step, for lines of a step.
    pub step_id: Option<String>,
    /// Where the step stands since this line.
    pub status: Option<String>,
    /// The line.
    pub message: String,
}

/// What a run gave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskOutput {
    /// Where to go next.
    pub links: Vec<OutputLink>,
    /// What to read.
    pub text: Vec<OutputText>,
}

/// A link of a run's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputLink {
    /// What to call it.
    pub title: String,
    /// An outside address.
    pub url: Option<String>,
    /// An entity of the catalog.
    pub entity: Option<EntityLink>,
}

/// A text of a run's output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputText {
    /// Above it.
    pub title: String,
    /// Sanitised HTML, made from the template's Markdown.
    pub html: String,
}
