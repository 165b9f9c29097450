//! What a step may do. The list is explicit: who wants to know what there is reads `builtin`.

mod catalog_register;
mod catalog_write;
mod debug_log;
mod debug_wait;
mod fetch;
mod fetch_plain;
mod fetch_template;
mod fs_delete;
mod fs_rename;
mod publish_git;

use crate::store;
use crate::workspace::Workspace;
use access::OpContext;
use catalog::Catalog;
use model::entity_ref::EntityRef;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::UnboundedSender;

/// What an action is, as data.
pub struct Action {
    /// `fetch:template`
    pub id: &'static str,
    /// What it does, in a sentence.
    pub description: &'static str,
    /// JSON Schema of its input.
    pub input: Value,
    /// JSON Schema of its output.
    pub output: Value,
    /// An input that works, which is documentation and test.
    pub example: Value,
    pub(crate) run: Run,
}

type Run = fn(Arc<ActionContext>, Value) -> Pin<Box<dyn Future<Output = ActionResult> + Send>>;

/// The output of an action, or why there is none.
pub(crate) type ActionResult = Result<Value, String>;

/// The folder of a tenant with the repositories that templates made.
pub(crate) const REPOSITORIES: &str = "repositories";

/// What an action may use.
pub(crate) struct ActionContext {
    pub(crate) op: OpContext,
    pub(crate) workspace: Workspace,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) settings: Arc<crate::Settings>,
    pub(crate) hosts: BTreeMap<String, String>,
    pub(crate) task_id: String,
    pub(crate) template_ref: EntityRef,
    /// Takes lines for the run's log.
    pub(crate) log: UnboundedSender<String>,
    /// What this step noted, now and before an interruption.
    pub(crate) notes: Notes,
}

/// What a step notes of itself, so that it knows its own traces after an interruption.
#[derive(Clone)]
pub(crate) struct Notes {
    pub(crate) op: OpContext,
    pub(crate) task_id: String,
    pub(crate) position: usize,
    /// Which item of `each` it is.
    pub(crate) item: usize,
    /// What was noted before this attempt.
    pub(crate) earlier: Arc<HashSet<String>>,
}

impl Notes {
    /// Whether an attempt before this one noted it.
    pub(crate) fn has(&self, note: &str) -> bool {
        self.earlier.contains(&format!("{} {note}", self.item))
    }

    /// Notes something. It holds nothing of the input: what is secret there stays secret.
    pub(crate) async fn add(&self, note: &str) -> Result<(), String> {
        let note = format!("{} {note}", self.item);
        let stored = store::note_insert(self.op.db(), &self.task_id, self.position, &note).await;
        stored.map_err(|error| format!("The run's notes cannot be written: {error}"))
    }
}

/// Says to work on another thread that nobody waits for it any more.
#[derive(Clone, Default)]
pub(crate) struct Abandoned(Arc<AtomicBool>);

impl Abandoned {
    /// An error, once nobody waits any more.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.0.load(Ordering::Relaxed) {
            true => Err("The step was stopped.".to_owned()),
            false => Ok(()),
        }
    }
}

struct Waiting(Abandoned);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Does what takes long on a thread that may wait, so that requests do not.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Abandoned) -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let abandoned = Abandoned::default();
    let _waiting = Waiting(abandoned.clone());
    match tokio::task::spawn_blocking(move || work(&abandoned)).await {
        Ok(outcome) => outcome,
        Err(error) => {
            tracing::error!(error = %error, "an action ended unexpectedly");
            Err("The action ended unexpectedly; the log of the server says more.".to_owned())
        }
    }
}

impl ActionContext {
    /// Writes a line into the run's log.
    pub(crate) fn say(&self, line: impl Into<String>) {
        // The receiver lives as long as the step; after it nobody reads.
        let _ = self.log.send(line.into());
    }

    /// Where repositories of this tenant are made.
    pub(crate) fn repositories(&self) -> PathBuf {
        match &self.settings.repositories {
            Some(folder) => folder.clone(),
            None => self.op.tenant.folder.join(REPOSITORIES),
        }
    }

    /// The address of a repository that was made here. One of the tenant's is `repositories/<name>`,
    /// as in the catalog's locations; one in a folder of the configuration is cloned from there.
    pub(crate) fn address_of(&self, name: &str, path: &Path) -> String {
        match &self.settings.repositories {
            Some(_) => path.to_string_lossy().into_owned(),
            None => format!("{REPOSITORIES}/{name}.git"),
        }
    }
}

/// Every action there is, sorted by id.
pub fn builtin() -> Vec<Action> {
    vec![
        catalog_register::action(),
        catalog_write::action(),
        debug_log::action(),
        debug_wait::action(),
        fetch_plain::action(),
        fetch_template::action(),
        fs_delete::action(),
        fs_rename::action(),
        publish_git::action(),
    ]
}

/// A text of an input that has been checked against the schema.
pub(crate) fn text<'v>(input: &'v Value, key: &str) -> Option<&'v str> {
    input.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;

    #[test]
    fn every_action_has_an_example_that_fits_its_schema() {
        let actions = builtin();
        for action in &actions {
            let validator = schema::compile(&action.input).expect(action.id);
            assert_eq!(schema::misfits(&validator, &action.example), [], "{}", action.id);
            schema::compile(&action.output).expect(action.id);
        }
        let ids: Vec<&str> = actions.iter().map(|action| action.id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(ids, sorted, "sorted, and none twice");
    }
}
