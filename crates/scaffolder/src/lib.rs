//! Software templates and their durable runs.
//!
//! A run is rows: the service writes them and wakes a worker; the worker takes the run, carries
//! out its steps and writes what they gave. Nothing about a run lives in memory alone, except its
//! secrets.

pub mod actions;
mod check;
mod deadline;
mod expressions;
mod form;
mod log;
mod places;
mod redact;
mod render;
mod runner;
mod schema;
mod service;
mod spec;
mod store;
mod worker;
mod workspace;

pub use check::{TemplateProblem, check_template};
pub use service::{Scaffolder, Started};

use access::OpContext;
use actions::Action;
use catalog::Catalog;
use clients::http::Http;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, watch};

/// How templates are run.
pub struct Settings {
    /// Where `publish:git` makes repositories; a folder of the tenant when left out.
    pub repositories: Option<PathBuf>,
    /// Remotes that templates may publish to lie below one of these addresses; none when empty.
    pub allowed_remotes: Vec<String>,
    /// Who commits when a template does not say.
    pub default_author: Author,
    /// The commit's message when a template does not say.
    pub default_commit_message: String,
    /// How many runs are carried out at the same time; none on this instance when it is 0.
    pub concurrent_tasks: usize,
    /// How long a run may take, from its beginning; as long as it likes when it is 0.
    pub task_timeout: Duration,
    /// `environment.parameters` of expressions.
    pub environment_parameters: Value,
    /// `environment.secrets` of expressions; never logged.
    pub environment_secrets: Map<String, Value>,
    /// Hosts that `parseRepoUrl` knows, with their kind of system.
    pub hosts: BTreeMap<String, String>,
    /// For addresses of the outside.
    pub http: Http,
    /// Markdown to sanitised HTML, for the texts a run ends with.
    pub markdown: fn(&str) -> String,
}

/// Who commits.
#[derive(Debug, Clone)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// What service, worker and runs share.
pub(crate) struct Shared {
    pub(crate) settings: Arc<Settings>,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) actions: Vec<Action>,
    /// What checks the input of each action.
    pub(crate) inputs: Vec<Result<jsonschema::Validator, String>>,
    /// Secrets of runs that wait or are under way; they are nowhere else.
    pub(crate) secrets: Mutex<HashMap<String, Map<String, Value>>>,
    /// Wakes the worker.
    pub(crate) work: Notify,
    /// Counts changes, so that readers of logs wake up.
    pub(crate) changes: watch::Sender<u64>,
    pub(crate) slots: Arc<Semaphore>,
    /// Becomes true when the program stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    /// Says that something about some run has changed.
    pub(crate) fn announce(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Where runs of this tenant work.
    pub(crate) fn workspaces(&self, op: &OpContext) -> PathBuf {
        op.tenant.folder.join("workspaces")
    }
}
