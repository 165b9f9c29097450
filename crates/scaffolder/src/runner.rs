//! Carries out one run: from the first step without a stored result to the end.
//!
//! What a step gave is stored in the same transaction as the line that says so. A run that was
//! interrupted therefore goes on where it stood, and no finished step is repeated.

use crate::actions::ActionContext;
use crate::render::StepRenderer;
use crate::spec::{StepSpec, TaskSpec};
use crate::store::{self, NewEvent};
use crate::workspace::Workspace;
use crate::{Shared, schema};
use access::OpContext;
use model::entity_ref::EntityRef;
use model::task::{StepStatus, TaskStatus};
use model::{Error, Result};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How a run left the worker's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It has ended.
    Ended(TaskStatus),
    /// The program stops; the run waits for the next start.
    Parked,
}

/// One run in a worker's hands.
pub(crate) struct Runner {
    pub(crate) shared: Arc<Shared>,
    pub(crate) op: OpContext,
    pub(crate) task_id: String,
    pub(crate) spec: TaskSpec,
    pub(crate) secrets: Map<String, Value>,
}

/// Why a step did not end well.
enum StepError {
    /// The action says so.
    Failed(String),
    /// Somebody stopped the run.
    Cancelled,
    /// The program stops; the step is done again after the next start.
    Parked,
}

impl Runner {
    /// Carries out what is left of the run.
    pub(crate) async fn run(mut self) -> Result<Outcome> {
        let done = store::step_list(self.op.db(), &self.task_id).await?;
        let settings = self.shared.settings.clone();
        let mut context = self.spec.context(&self.task_id, &settings.environment_parameters);
        let finished = done
            .iter()
            .filter(|row| matches!(row.status, StepStatus::Completed | StepStatus::Skipped))
            .count();
        let steps = std::mem::take(&mut self.spec.steps);
        match done.iter().any(|row| row.status != StepStatus::Open) {
            false => {
                self.log(None, None, &format!("Starting up task with {} steps", steps.len()))
                    .await?
            }
            true => {
                let line = format!(
                    "Task recovered - resuming from last known good state. {finished} step(s) \
                     already completed."
                );
                self.event("recovered", None, None, &line).await?;
            }
        }
        let workspace = Workspace::open(&self.shared.workspaces(&self.op), &self.task_id)
            .map_err(|error| Error::unavailable(format!("No workspace can be made: {error}")))?;
        let mut failure: Option<String> = None;
        for (position, step) in steps.iter().enumerate() {
            let stored = done.iter().find(|row| row.position == position as i64);
            match stored.map(|row| row.status) {
                Some(StepStatus::Completed) => {
                    let output = stored.and_then(|row| row.output.clone());
                    context["steps"][&step.id] = json!({"output": output.unwrap_or(json!({}))});
                    continue;
                }
                Some(StepStatus::Skipped) => continue,
                Some(StepStatus::Failed) => {
                    failure.get_or_insert_with(|| format!("Step {} failed before", step.id));
                    continue;
                }
                _ => {}
            }
            if self.is_cancelled().await? {
                return self.cancelled(position, step, &workspace).await;
            }
            if *self.shared.stopping.borrow() {
                return self.park().await;
            }
            let renderer = StepRenderer::new(&settings.hosts, failure.is_some());
            if failure.is_some() && !renderer.asks_for_outcome(step.condition.as_ref()) {
                let line = format!("Skipping step {} because a previous step failed", step.id);
                self.step_end(position, step, StepStatus::Skipped, None, &line).await?;
                continue;
            }
            self.step_begin(position, step).await?;
            match self.step(step, &context, &renderer, &workspace).await {
                Ok(Some(output)) => {
                    let line = format!("Finished step {}", step.name);
                    self.step_end(position, step, StepStatus::Completed, Some(&output), &line)
                        .await?;
                    context["steps"][&step.id] = json!({ "output": output });
                }
                Ok(None) => {
                    let line =
                        format!("Skipping step {} because its if condition was false", step.id);
                    self.step_end(position, step, StepStatus::Skipped, None, &line).await?;
                }
                Err(StepError::Cancelled) => {
                    return self.cancelled(position, step, &workspace).await;
                }
                Err(StepError::Parked) => return self.park().await,
                Err(StepError::Failed(message)) => {
                    let message = self.redact(&message);
                    self.step_end(position, step, StepStatus::Failed, None, &message).await?;
                    match &failure {
                        None => failure = Some(message),
                        Some(_) => {
                            let line = format!("Additional error occurred: {message}");
                            self.log(Some(&step.id), None, &line).await?;
                        }
                    }
                }
            }
        }
        let outcome = match failure {
            Some(message) => self.end(TaskStatus::Failed, None, Some(&message)).await?,
            None => {
                let renderer = StepRenderer::new(&settings.hosts, false);
                let output = output(&self.spec.output, &renderer, &context);
                self.end(TaskStatus::Completed, Some(&output), None).await?
            }
        };
        workspace.remove();
        Ok(outcome)
    }

    /// Evaluates one step; nothing when its condition does not hold.
    async fn step(
        &self,
        step: &StepSpec,
        context: &Value,
        renderer: &StepRenderer,
        workspace: &Workspace,
    ) -> std::result::Result<Option<Value>, StepError> {
        let failed = |message: String| StepError::Failed(message);
        let mut with_secrets = context.clone();
        with_secrets["secrets"] = Value::Object(self.secrets.clone());
        with_secrets["environment"]["secrets"] =
            Value::Object(self.shared.settings.environment_secrets.clone());
        let Some(each) = &step.each else {
            if !renderer.condition(step.condition.as_ref(), context) {
                return Ok(None);
            }
            let input = renderer.input(step.input.as_ref(), &with_secrets);
            let action = self.check_input(&step.action, "", &input).map_err(failed)?;
            return self.act(action, step, input, workspace).await.map(Some);
        };
        let items = items(&step.action, each, renderer, &with_secrets).map_err(failed)?;
        let mut runs = Vec::new();
        for (key, value) in items {
            let each = json!({"key": key, "value": value});
            let mut context = context.clone();
            context["each"] = each.clone();
            let mut with_secrets = with_secrets.clone();
            with_secrets["each"] = each.clone();
            let wanted = renderer.condition(step.condition.as_ref(), &context);
            let input = renderer.input(step.input.as_ref(), &with_secrets);
            if wanted {
                self.check_input(&step.action, &format!("[{key}]"), &input).map_err(failed)?;
            }
            runs.push((each, wanted, input));
        }
        let mut outputs: Map<String, Value> = Map::new();
        for (each, wanted, input) in runs {
            let verb = if wanted { "Running" } else { "Skipping" };
            let shown = self.redact(&each.to_string());
            let line = format!("{verb} step each: {shown}");
            self.log(Some(&step.id), None, &line).await.map_err(|e| failed(e.to_string()))?;
            if !wanted {
                continue;
            }
            let action = self.check_input(&step.action, "", &input).map_err(failed)?;
            let output = self.act(action, step, input, workspace).await?;
            for (name, value) in output.as_object().cloned().unwrap_or_default() {
                let list = outputs.entry(name).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(value);
                }
            }
        }
        Ok(Some(Value::Object(outputs)))
    }

    /// The action's place in the list, when the input fits its schema.
    fn check_input(
        &self,
        id: &str,
        key: &str,
        input: &Value,
    ) -> std::result::Result<usize, String> {
        let actions = &self.shared.actions;
        let Some(index) = actions.iter().position(|action| action.id == id) else {
            return Err(crate::check::unknown_action(id, actions));
        };
        let validator = schema::compile(&actions[index].input)?;
        let misfits = schema::misfits(&validator, input);
        match misfits.is_empty() {
            true => Ok(index),
            false => Err(format!(
                "Invalid input passed to action {id}{key}, {}",
                schema::summary(&misfits)
            )),
        }
    }

    /// Carries out an action, writing its lines into the log as they come.
    async fn act(
        &self,
        action: usize,
        step: &StepSpec,
        input: Value,
        workspace: &Workspace,
    ) -> std::result::Result<Value, StepError> {
        let (sender, mut lines) = mpsc::unbounded_channel();
        let template_ref = EntityRef::parse(&self.spec.template_info.entity_ref)
            .map_err(|error| StepError::Failed(error.to_string()))?;
        let context = Arc::new(ActionContext {
            op: self.op.clone(),
            workspace: workspace.clone(),
            catalog: self.shared.catalog.clone(),
            settings: self.shared.settings.clone(),
            hosts: self.shared.settings.hosts.clone(),
            task_id: self.task_id.clone(),
            template_ref,
            log: sender,
        });
        let mut work = (self.shared.actions[action].run)(context, input);
        let mut stopping = self.shared.stopping.clone();
        let mut look = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                biased;
                Some(line) = lines.recv() => self.say(step, &line).await?,
                outcome = &mut work => {
                    while let Ok(line) = lines.try_recv() {
                        self.say(step, &line).await?;
                    }
                    return outcome.map_err(StepError::Failed);
                }
                // Dropping the action's future stops it; every action leaves whole files behind.
                () = is_true(&mut stopping) => return Err(StepError::Parked),
                _ = look.tick() => {
                    if self.is_cancelled().await.unwrap_or(false) {
                        return Err(StepError::Cancelled);
                    }
                    let at = access::now();
                    let _ = store::task_heartbeat(self.op.db(), &self.task_id, at).await;
                }
            }
        }
    }

    async fn say(&self, step: &StepSpec, line: &str) -> std::result::Result<(), StepError> {
        let line = self.redact(line);
        let logged = self.log(Some(&step.id), None, &line).await;
        logged.map_err(|error| StepError::Failed(error.to_string()))
    }

    async fn is_cancelled(&self) -> Result<bool> {
        let row = store::task_get(self.op.db(), &self.task_id).await?;
        Ok(row.is_none_or(|row| row.cancel_requested))
    }

    async fn park(&self) -> Result<Outcome> {
        store::task_park(self.op.db(), &self.task_id).await?;
        Ok(Outcome::Parked)
    }

    async fn cancelled(
        &self,
        position: usize,
        step: &StepSpec,
        workspace: &Workspace,
    ) -> Result<Outcome> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        let line = format!("Step {} has been cancelled.", step.id);
        store::step_update(&mut tx, &self.task_id, position, StepStatus::Cancelled, None, at)
            .await?;
        let event = NewEvent {
            event_type: "cancelled",
            step_id: Some(&step.id),
            status: Some("cancelled"),
            message: &line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        let outcome = self.end(TaskStatus::Cancelled, None, None).await?;
        workspace.remove();
        Ok(outcome)
    }

    async fn end(
        &self,
        status: TaskStatus,
        output: Option<&Value>,
        error: Option<&str>,
    ) -> Result<Outcome> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        store::task_finish(&mut tx, &self.task_id, status, output, error, at).await?;
        let line = format!("Run completed with status: {}", status.as_str());
        let event = NewEvent {
            event_type: "completion",
            step_id: None,
            status: Some(status.as_str()),
            message: &line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        let detail = json!({"status": status.as_str()});
        activity::record(&self.op, &mut tx, "task", &self.task_id, &detail).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(Outcome::Ended(status))
    }

    async fn step_begin(&self, position: usize, step: &StepSpec) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        store::step_update(&mut tx, &self.task_id, position, StepStatus::Processing, None, at)
            .await?;
        let line = format!("Beginning step {}", step.name);
        let event = NewEvent {
            event_type: "log",
            step_id: Some(&step.id),
            status: Some("processing"),
            message: &line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }

    async fn step_end(
        &self,
        position: usize,
        step: &StepSpec,
        status: StepStatus,
        output: Option<&Value>,
        line: &str,
    ) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let at = access::now();
        store::step_update(&mut tx, &self.task_id, position, status, output, at).await?;
        let event = NewEvent {
            event_type: "log",
            step_id: Some(&step.id),
            status: Some(status.as_str()),
            message: line,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }

    async fn log(&self, step_id: Option<&str>, status: Option<&str>, line: &str) -> Result<()> {
        self.event("log", step_id, status, line).await
    }

    async fn event(
        &self,
        event_type: &str,
        step_id: Option<&str>,
        status: Option<&str>,
        message: &str,
    ) -> Result<()> {
        let mut tx = self.op.db().begin().await?;
        let event = NewEvent { event_type, step_id, status, message };
        store::event_insert(&mut tx, &self.task_id, &event, access::now()).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
    }

    /// Every secret longer than one character becomes `***`.
    fn redact(&self, text: &str) -> String {
        let secrets =
            self.secrets.values().chain(self.shared.settings.environment_secrets.values());
        secrets
            .filter_map(Value::as_str)
            .filter(|secret| secret.chars().count() > 1)
            .fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }
}

/// Waits for a signal without holding what it borrows, so that the run can move between threads.
async fn is_true(signal: &mut watch::Receiver<bool>) {
    // A sender that is gone will never say stop.
    if signal.wait_for(|value| *value).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The items of `each` with their keys.
fn items(
    action: &str,
    each: &Value,
    renderer: &StepRenderer,
    context: &Value,
) -> std::result::Result<Vec<(String, Value)>, String> {
    let shown = each.as_str().map_or_else(|| each.to_string(), str::to_owned);
    match renderer.value(each, context) {
        Some(Value::Array(list)) => {
            Ok(list.into_iter().enumerate().map(|(key, value)| (key.to_string(), value)).collect())
        }
        Some(Value::Object(map)) => Ok(map.into_iter().collect()),
        Some(_) => Err(format!(
            "Invalid value on action {action}.each parameter, \"{shown}\" must resolve to an array \
             or object"
        )),
        None => Err(format!(
            "Invalid value on action {action}.each parameter, \"{shown}\" cannot be resolved to a \
             value"
        )),
    }
}

/// The run's output; links and texts whose `if` does not hold are left out.
fn output(template: &Value, renderer: &StepRenderer, context: &Value) -> Value {
    let mut output = renderer.value(template, context).unwrap_or(json!({}));
    for key in ["links", "text"] {
        if let Some(list) = output.get_mut(key).and_then(Value::as_array_mut) {
            list.retain(|item| item.get("if").is_none_or(crate::render::is_truthy));
            for item in list {
                if let Some(item) = item.as_object_mut() {
                    item.shift_remove("if");
                }
            }
        }
    }
    output
}
