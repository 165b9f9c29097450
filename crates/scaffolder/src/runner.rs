//! Carries out one run: from the first step without a stored result to the end.
//!
//! What a step gave is stored in the same transaction as the line that says so. A run that was
//! interrupted therefore goes on where it stood, and no finished step is repeated.

mod notes;

use crate::actions::{ActionContext, ActionResult, Notes};
use crate::deadline::Deadline;
use crate::log::Lines;
use crate::places::Places;
use crate::redact::{Redactor, differing, holds_mask, names_secrets};
use crate::render::{StepRenderer, items, output};
use crate::spec::{StepSpec, TaskSpec};
use crate::store::{self, NewEvent};
use crate::workspace::Workspace;
use crate::{Shared, schema};
use access::OpContext;
use model::entity_ref::EntityRef;
use model::task::{StepStatus, TaskStatus};
use model::{Error, Result};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
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
    pub(crate) redactor: Redactor,
    /// When the run has taken too long.
    pub(crate) deadline: Option<Deadline>,
    /// When it was last looked whether the run goes on.
    pub(crate) looked: Mutex<Instant>,
}

/// Why a step did not end well.
enum StepError {
    /// The action says so.
    Failed(String),
    /// Somebody cancelled the run.
    Cancelled,
    /// The run has taken too long.
    Late,
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
                self.log(None, None, &format!("Starting up run with {} steps", steps.len())).await?
            }
            true => {
                let line = format!(
                    "Run recovered - resuming from last known good state. {finished} step(s) \
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
                    let output = stored.and_then(|row| row.output.clone()).unwrap_or(json!({}));
                    let notes = store::note_list(self.op.db(), &self.task_id, position).await?;
                    let as_given = notes.iter().any(|note| note == AS_GIVEN);
                    if holds_mask(&output) && !as_given && position + 1 < steps.len() {
                        let message = format!(
                            "Step {} gave a value with a secret in it, which is never stored, so \
                             that the run cannot go on after the interruption. Start it again.",
                            step.name
                        );
                        failure.get_or_insert(message);
                    }
                    context["steps"][&step.id] = json!({ "output": output });
                    continue;
                }
                Some(StepStatus::Skipped) => continue,
                Some(StepStatus::Failed) => {
                    if failure.is_none() {
                        let why =
                            store::step_failure(self.op.db(), &self.task_id, &step.id).await?;
                        failure = Some(why.unwrap_or_else(|| format!("Step {} failed", step.name)));
                    }
                    continue;
                }
                _ => {}
            }
            if self.is_cancelled().await? {
                return self.cancelled(position, step, &workspace).await;
            }
            if let Some(deadline) = self.deadline.filter(|deadline| deadline.has_passed()) {
                return self.late(position, step, &workspace, deadline).await;
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
            let notes = store::note_list(self.op.db(), &self.task_id, position).await?;
            let notes = Arc::new(notes.into_iter().collect::<HashSet<String>>());
            self.step_begin(position, step).await?;
            let mut place = Place { step, position, notes, lines: Lines::default() };
            let outcome = self.step(&mut place, &mut context, &renderer, &workspace).await;
            if let Some(context) = context.as_object_mut() {
                context.shift_remove("each");
            }
            let masked = place.lines.redactor.clone();
            self.write_lines(&mut place, true).await?;
            match outcome {
                Ok(Some(output)) => {
                    let line = format!("Finished step {}", step.name);
                    // What is stored holds no secret; the steps of this attempt see all of it.
                    let shown = self.redacted(masked.as_ref(), &output);
                    self.step_end(position, step, StepStatus::Completed, Some(&shown), &line)
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
                Err(StepError::Late) => match self.deadline {
                    Some(deadline) => {
                        return self.late(position, step, &workspace, deadline).await;
                    }
                    None => return self.park().await,
                },
                Err(StepError::Failed(message)) => {
                    let message = masked.map_or(message.clone(), |masked| masked.redact(&message));
                    let message = self.redactor.redact(&message);
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
                let (output, _) = self.redactor.redact_value(&output);
                self.end(TaskStatus::Completed, Some(&output), None).await?
            }
        };
        remove(workspace).await;
        Ok(outcome)
    }

    /// An output as it is stored.
    fn redacted(&self, masked: Option<&Redactor>, output: &Value) -> Stored {
        let (value, any) = self.redactor.redact_value(output);
        let (value, more) = match masked {
            Some(masked) => masked.redact_value(&value),
            None => (value, false),
        };
        // Most outputs hold nothing that looks like a mask, and need no note.
        let as_given = !any && !more && holds_mask(&value);
        Stored { value, as_given }
    }

    /// Evaluates one step; nothing when its condition does not hold.
    async fn step(
        &self,
        place: &mut Place<'_>,
        context: &mut Value,
        renderer: &StepRenderer,
        workspace: &Workspace,
    ) -> std::result::Result<Option<Value>, StepError> {
        let step = place.step;
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
            self.taint(place, step.input.as_ref(), &input, context, renderer);
            let action = self.check_input(&step.action, "", &input).map_err(failed)?;
            return self.act(action, place, 0, input, workspace).await.map(Some);
        };
        let items = items(&step.action, each, renderer, &with_secrets).map_err(failed)?;
        let item = |key: &str, value: &Value| json!({"key": key, "value": value});
        // Everything is checked before the first one runs. What they are is made again when each is
        // at hand, so that all of them are never in memory at once.
        let mut wanted = Vec::with_capacity(items.len());
        for (key, value) in &items {
            self.still_wanted().await?;
            context["each"] = item(key, value);
            let runs = renderer.condition(step.condition.as_ref(), context);
            if runs {
                with_secrets["each"] = item(key, value);
                let input = renderer.input(step.input.as_ref(), &with_secrets);
                self.check_input(&step.action, &format!("[{key}]"), &input).map_err(failed)?;
            }
            wanted.push(runs);
        }
        let mut outputs: Map<String, Value> = Map::new();
        for (index, ((key, value), wanted)) in items.iter().zip(wanted).enumerate() {
            self.still_wanted().await?;
            let each = item(key, value);
            (context["each"], with_secrets["each"]) = (each.clone(), each.clone());
            let input = wanted.then(|| renderer.input(step.input.as_ref(), &with_secrets));
            if let Some(input) = &input {
                self.taint(place, step.input.as_ref(), input, context, renderer);
            }
            let verb = if wanted { "Running" } else { "Skipping" };
            place.lines.push(&self.redactor, &format!("{verb} step each: {each}"));
            self.write_lines(place, false).await.map_err(|error| failed(error.to_string()))?;
            let Some(input) = input else { continue };
            let action = self.check_input(&step.action, "", &input).map_err(failed)?;
            let output = self.act(action, place, index, input, workspace).await?;
            for (name, value) in output.as_object().cloned().unwrap_or_default() {
                let list = outputs.entry(name).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(value);
                }
            }
        }
        Ok(Some(Value::Object(outputs)))
    }

    /// A value that was made with secrets is one itself, whatever was done to them.
    fn taint(
        &self,
        place: &mut Place<'_>,
        template: Option<&Value>,
        input: &Value,
        context: &Value,
        renderer: &StepRenderer,
    ) {
        place.lines.redactor = None;
        let Some(template) = template.filter(|template| names_secrets(template)) else { return };
        let without = renderer.input(Some(template), context);
        let mut texts = BTreeSet::new();
        differing(input, Some(&without), &mut texts);
        if !texts.is_empty() {
            place.lines.redactor = Some(Redactor::of(&texts));
        }
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
        let validator = self.shared.inputs[index].as_ref().map_err(String::clone)?;
        let misfits = schema::misfits(validator, input);
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
        place: &mut Place<'_>,
        item: usize,
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
            notes: Notes {
                op: self.op.clone(),
                task_id: self.task_id.clone(),
                position: place.position,
                item,
                earlier: place.notes.clone(),
            },
        });
        // On a task of its own: it may hold a connection to the database while its lines are
        // written with another.
        let mut work = tokio::spawn((self.shared.actions[action].run)(context, input));
        let places = Places::of(&self.op, workspace);
        let outcome = self.follow(&mut work, &mut lines, place, &places).await;
        if !work.is_finished() {
            // Every action leaves whole files behind wherever it is stopped.
            work.abort();
            let _ = work.await;
        }
        outcome
    }

    /// Writes an action's lines until it has ended, or is to be stopped.
    async fn follow(
        &self,
        work: &mut tokio::task::JoinHandle<ActionResult>,
        lines: &mut mpsc::UnboundedReceiver<String>,
        place: &mut Place<'_>,
        places: &Places,
    ) -> std::result::Result<Value, StepError> {
        let mut stopping = self.shared.stopping.clone();
        let next_look = tokio::time::Instant::from_std(self.last_look() + LOOK);
        let mut look = tokio::time::interval_at(next_look, LOOK);
        let error = |error: Error| StepError::Failed(error.to_string());
        loop {
            tokio::select! {
                biased;
                Some(line) = lines.recv() => {
                    place.lines.push(&self.redactor, &places.hidden(&line));
                    // What waits is written together.
                    while place.lines.has_room() && let Ok(line) = lines.try_recv() {
                        place.lines.push(&self.redactor, &places.hidden(&line));
                    }
                    self.write_lines(place, false).await.map_err(error)?;
                }
                outcome = &mut *work => {
                    while let Ok(line) = lines.try_recv() {
                        place.lines.push(&self.redactor, &places.hidden(&line));
                        if !place.lines.has_room() {
                            self.write_lines(place, true).await.map_err(error)?;
                        }
                    }
                    let outcome = outcome.unwrap_or_else(|error| {
                        tracing::error!(error = %error, "an action ended unexpectedly");
                        Err("The action ended unexpectedly; the server's log says more.".to_owned())
                    });
                    return match outcome {
                        Ok(output) => Ok(places.hidden_in(output)),
                        Err(message) => Err(StepError::Failed(places.hidden(&message))),
                    };
                }
                () = is_true(&mut stopping) => return Err(StepError::Parked),
                _ = look.tick() => {
                    self.write_lines(place, true).await.map_err(error)?;
                    self.look().await?;
                }
            }
        }
    }

    /// Gives way to others, and now and then looks whether the run goes on.
    async fn still_wanted(&self) -> std::result::Result<(), StepError> {
        tokio::task::yield_now().await;
        if *self.shared.stopping.borrow() {
            return Err(StepError::Parked);
        }
        if self.last_look().elapsed() >= LOOK {
            self.look().await?;
        }
        Ok(())
    }

    fn last_look(&self) -> Instant {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn look(&self) -> std::result::Result<(), StepError> {
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if self.is_cancelled().await.unwrap_or(false) {
            return Err(StepError::Cancelled);
        }
        if self.deadline.is_some_and(|deadline| deadline.has_passed()) {
            return Err(StepError::Late);
        }
        let _ = store::task_heartbeat(self.op.db(), &self.task_id, access::now()).await;
        Ok(())
    }

    /// Writes what waits: all of it when `now`, otherwise once there is enough or time has passed.
    async fn write_lines(&self, place: &mut Place<'_>, now: bool) -> Result<()> {
        let lines = &mut place.lines;
        if now {
            lines.say_what_is_missing();
        }
        if lines.waiting.is_empty() || !(now || lines.is_due()) {
            return Ok(());
        }
        let waiting = std::mem::take(&mut lines.waiting);
        lines.written_at = Some(Instant::now());
        let mut tx = self.op.db().begin().await?;
        store::event_insert_lines(&mut tx, &self.task_id, &place.step.id, &waiting).await?;
        tx.commit().await?;
        self.shared.announce();
        Ok(())
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
        let row = store::task_get(self.op.db(), &self.task_id).await?;
        let who = row.and_then(|row| row.error).unwrap_or_else(|| "Cancelled".to_owned());
        let reason = format!("{who} at step {}.", step.name);
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
        let event = NewEvent {
            event_type: "log",
            step_id: None,
            status: Some("cancelled"),
            message: &reason,
        };
        store::event_insert(&mut tx, &self.task_id, &event, at).await?;
        tx.commit().await?;
        let outcome = self.end(TaskStatus::Cancelled, None, Some(&reason)).await?;
        remove(workspace.clone()).await;
        Ok(outcome)
    }

    /// Ends a run that has taken too long.
    async fn late(
        &self,
        position: usize,
        step: &StepSpec,
        workspace: &Workspace,
        deadline: Deadline,
    ) -> Result<Outcome> {
        let reason = format!(
            "The run took longer than {} (scaffolder.taskTimeout) and was ended at step {}.",
            deadline.in_words(),
            step.name
        );
        self.step_end(position, step, StepStatus::Failed, None, &reason).await?;
        let outcome = self.end(TaskStatus::Failed, None, Some(&reason)).await?;
        remove(workspace.clone()).await;
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
}

/// The note of a finished step whose output holds asterisks of its own and no masked secret. Those of
/// actions begin with a number.
const AS_GIVEN: &str = "output as given";

/// An output as it is stored.
struct Stored {
    value: Value,
    /// It looks as if something were masked, and nothing is.
    as_given: bool,
}

/// A step that is being carried out.
struct Place<'s> {
    step: &'s StepSpec,
    position: usize,
    /// What earlier attempts noted.
    notes: Arc<HashSet<String>>,
    lines: Lines,
}

/// How often it is looked whether a run goes on, and said that it does.
const LOOK: Duration = Duration::from_millis(500);

/// Removes a workspace without holding up others.
async fn remove(workspace: Workspace) {
    // Only a program that ends does not get to it; the next one does.
    let _ = tokio::task::spawn_blocking(move || workspace.remove()).await;
}

/// Waits for a signal without holding what it borrows, so that the run can move between threads.
async fn is_true(signal: &mut watch::Receiver<bool>) {
    // A sender that is gone will never say stop.
    if signal.wait_for(|value| *value).await.is_err() {
        std::future::pending::<()>().await;
    }
}
