//! What people and programs ask of the scaffolder.

use crate::actions::{self, Action};
use crate::check::{TemplateProblem, check_template};
use crate::form::{Form, Lookup, PickerFilter};
use crate::schema;
use crate::spec::{self, TaskSpec, TemplateInfo};
use crate::store::{self, NewEvent, TaskRow};
use crate::{Settings, Shared, worker};
use access::{OpContext, Permission, Tenant};
use catalog::Catalog;
use model::catalog::EntityLink;
use model::entity::Entity;
use model::entity_ref::{Defaults, EntityRef};
use model::task::{
    OutputLink, OutputText, TaskEvent, TaskOutput, TaskStatus, TaskStep, TaskSummary, TaskView,
};
use model::template::{FormDraft, TemplateForm, TemplateSummary};
use model::{Error, FieldError, Result};
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, Semaphore, watch};

/// Templates and their runs.
pub struct Scaffolder {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    workers: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// The run with this id has begun.
    Task(String),
    /// It could not be taken; what was typed waits under this id.
    Draft(String),
}

/// How many lines of a log are read at a time.
const EVENTS: i64 = 2_000;

/// How many runs a list shows.
const LISTED: i64 = 200;

impl Scaffolder {
    /// A service with no worker yet.
    pub fn new(settings: Settings, catalog: Arc<Catalog>) -> Scaffolder {
        let (stop, stopping) = watch::channel(false);
        let slots = Arc::new(Semaphore::new(settings.concurrent_tasks));
        let actions = actions::builtin();
        let shared = Shared {
            settings: Arc::new(settings),
            catalog,
            inputs: actions.iter().map(|action| schema::compile(&action.input)).collect(),
            actions,
            secrets: Mutex::default(),
            work: Notify::new(),
            changes: watch::channel(0).0,
            slots,
            stopping,
        };
        Scaffolder { shared: Arc::new(shared), stop, workers: Mutex::default() }
    }

    /// Begins to carry out a tenant's runs, first those that an earlier program left behind.
    pub fn start(&self, tenant: &Arc<Tenant>) {
        let only_worker = tenant.db.engine_name() == "SQLite";
        let work = worker::work(self.shared.clone(), tenant.clone(), only_worker);
        self.workers.lock().expect("not poisoned").push(tokio::spawn(work));
    }

    /// Parks what is under way and waits until it is parked.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let workers = std::mem::take(&mut *self.workers.lock().expect("not poisoned"));
        for worker in workers {
            // A worker that panicked has nothing left to park.
            let _ = worker.await;
        }
    }

    /// Wakes when something about some run has changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Every action a step may use.
    pub fn actions(&self) -> &[Action] {
        &self.shared.actions
    }

    /// Every template of the catalog.
    pub fn template_list(&self, op: &OpContext) -> Result<Vec<TemplateSummary>> {
        op.authorize(Permission::ScaffolderTemplateParameterRead)?;
        let templates = self.shared.catalog.templates(op)?;
        let mut list: Vec<_> = templates.iter().map(|entity| self.summary(op, entity)).collect();
        list.sort_by_key(|template| template.entity.title.to_lowercase());
        Ok(list)
    }

    /// The form of a template; with what was typed before, when a draft is named.
    pub async fn template_form(
        &self,
        op: &OpContext,
        template_ref: &str,
        draft: Option<&str>,
    ) -> Result<TemplateForm> {
        op.authorize(Permission::ScaffolderTemplateParameterRead)?;
        let entity = self.template(op, template_ref)?;
        let draft: Option<FormDraft> = match draft {
            Some(id) => {
                let key = entity.entity_ref().to_string();
                let stored = store::draft_get(op.db(), id, &op.principal.name(), &key).await?;
                stored.and_then(|text| serde_json::from_str(&text).ok())
            }
            None => None,
        };
        Ok(self.form_with(op, &entity, None, |_, _| draft))
    }

    /// The form of the template of a run, filled with the run's values, to start another one.
    pub async fn template_form_again(
        &self,
        op: &OpContext,
        template_ref: &str,
        run_id: &str,
    ) -> Result<TemplateForm> {
        op.authorize(Permission::ScaffolderTemplateParameterRead)?;
        op.authorize(Permission::ScaffolderTaskRead)?;
        let entity = self.template(op, template_ref)?;
        let row = self.task_row(op, run_id).await?;
        if row.template_ref != entity.entity_ref().to_string() {
            return Err(Error::invalid(format!(
                "Run {run_id} is one of {}, and its values fit no other template.",
                row.template_ref
            )));
        }
        let spec: Option<TaskSpec> = serde_json::from_str(&row.spec).ok();
        let values = spec.map_or(Value::Null, |spec| spec.parameters);
        Ok(self.form_with(op, &entity, Some(row.id), |form, _| {
            Some(FormDraft { values: form.typed(&values), errors: Vec::new() })
        }))
    }

    fn form_with(
        &self,
        op: &OpContext,
        entity: &Entity,
        from_run: Option<String>,
        draft: impl FnOnce(&Form, &Lookup<'_>) -> Option<FormDraft>,
    ) -> TemplateForm {
        let spec = spec_of(entity);
        let (pages, draft) = self.with_form(op, &spec, |form, lookup| match draft(form, lookup) {
            Some(draft) => {
                let (pages, values) = form.pages_for(&draft.values, lookup);
                (pages, Some(FormDraft { values, ..draft }))
            }
            None => (form.pages(), None),
        });
        TemplateForm {
            pages,
            steps: spec::steps(&spec).into_iter().map(|step| step.name).collect(),
            template: self.summary(op, entity),
            draft,
            from_run,
        }
    }

    /// Starts a run from what a person typed into the form. What does not fit is kept as a draft,
    /// less the secrets.
    pub async fn task_submit(
        &self,
        op: &OpContext,
        template_ref: &str,
        typed: Vec<(String, String)>,
    ) -> Result<Started> {
        op.authorize(Permission::ScaffolderTaskCreate)?;
        let entity = self.template(op, template_ref)?;
        let spec = spec_of(&entity);
        let (filled, kept) = self.with_form(op, &spec, |form, lookup| {
            let filled = form.fill(&typed, lookup);
            let kept = if filled.errors.is_empty() { Vec::new() } else { form.kept(typed) };
            (filled, kept)
        });
        let mut errors = filled.errors;
        if errors.is_empty() {
            let problems = self.problems(&entity);
            errors.extend(problems.into_iter().map(|message| (String::new(), message)));
        }
        if errors.is_empty() {
            return self
                .create(op, &entity, filled.values, filled.secrets)
                .await
                .map(Started::Task);
        }
        let id = access::random_id(12);
        let draft = FormDraft { values: kept, errors };
        let text = serde_json::to_string(&draft).unwrap_or_default();
        let (person, key) = (op.principal.name(), entity.entity_ref().to_string());
        store::draft_insert(op.db(), &id, &person, &key, &text, access::now()).await?;
        Ok(Started::Draft(id))
    }

    /// Starts a run from values, as programs do.
    pub async fn task_create(
        &self,
        op: &OpContext,
        template_ref: &str,
        values: Value,
        secrets: Map<String, Value>,
    ) -> Result<String> {
        op.authorize(Permission::ScaffolderTaskCreate)?;
        let entity = self.template(op, template_ref)?;
        let spec = spec_of(&entity);
        let filled = self.with_form(op, &spec, |form, lookup| form.take(values, lookup));
        if !filled.errors.is_empty() {
            let field = |(name, message): (String, String)| {
                FieldError::new(format!("/{}", name.replace('.', "/")), message)
            };
            let fields = filled.errors.into_iter().map(field).collect();
            return Err(Error::invalid_fields(
                "The values do not fit the template's form.",
                fields,
            ));
        }
        if let Some(problem) = self.problems(&entity).into_iter().next() {
            return Err(Error::invalid(problem));
        }
        let mut all = filled.secrets;
        all.extend(secrets);
        self.create(op, &entity, filled.values, all).await
    }

    /// The newest runs; only one's own on demand.
    pub async fn task_list(&self, op: &OpContext, mine: bool) -> Result<Vec<TaskSummary>> {
        op.authorize(Permission::ScaffolderTaskRead)?;
        let person = op.principal.name();
        let rows = store::task_list(op.db(), mine.then_some(person.as_str()), LISTED).await?;
        Ok(rows.iter().map(|row| self.task_summary(op, row)).collect())
    }

    /// One run with its steps, its log and its output.
    pub async fn task_get(&self, op: &OpContext, id: &str) -> Result<TaskView> {
        op.authorize(Permission::ScaffolderTaskRead)?;
        let row = self.task_row(op, id).await?;
        let spec: Option<TaskSpec> = serde_json::from_str(&row.spec).ok();
        let stored = store::step_list(op.db(), id).await?;
        let specs = spec.as_ref().map_or(&[][..], |spec| &spec.steps);
        let steps = stored
            .iter()
            .zip(specs)
            .map(|(row, spec)| TaskStep {
                id: spec.id.clone(),
                name: spec.name.clone(),
                action: spec.action.clone(),
                status: row.status,
                started_at: row.started_at,
                finished_at: row.finished_at,
            })
            .collect();
        let output = row.output.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Ok(TaskView {
            summary: self.task_summary(op, &row),
            steps,
            events: store::event_list(op.db(), id, 0, EVENTS).await?,
            output: output.map_or_else(TaskOutput::default, |value| self.output(op, &value)),
            parameters: spec.map_or(Value::Null, |spec| spec.parameters),
            // Before the end it holds why the run is to be cancelled.
            error: row.error.filter(|_| row.status.is_final()),
        })
    }

    /// Where a run stands.
    pub async fn task_status(&self, op: &OpContext, id: &str) -> Result<TaskStatus> {
        op.authorize(Permission::ScaffolderTaskRead)?;
        Ok(self.task_row(op, id).await?.status)
    }

    /// Lines of a run's log after the one with this id.
    pub async fn task_events(
        &self,
        op: &OpContext,
        id: &str,
        after: i64,
    ) -> Result<Vec<TaskEvent>> {
        op.authorize(Permission::ScaffolderTaskRead)?;
        Ok(store::event_list(op.db(), id, after, EVENTS).await?)
    }

    /// Asks a run to stop; it does so before its next step, or within the present one.
    pub async fn task_cancel(&self, op: &OpContext, id: &str) -> Result<()> {
        op.authorize(Permission::ScaffolderTaskCancel)?;
        let row = self.task_row(op, id).await?;
        if row.status.is_final() {
            return Err(Error::conflict("The run has ended already, so there is nothing to stop."));
        }
        let mut tx = op.db().begin().await?;
        let reason = format!("Cancelled by {}", op.principal.name());
        store::task_request_cancel(&mut tx, id, &reason).await?;
        activity::record(op, &mut tx, "task", id, &json!({"actionType": "cancel"})).await?;
        tx.commit().await?;
        self.shared.announce();
        self.shared.work.notify_one();
        Ok(())
    }

    async fn create(
        &self,
        op: &OpContext,
        entity: &Entity,
        values: Value,
        secrets: Map<String, Value>,
    ) -> Result<String> {
        let spec = spec_of(entity);
        let template_ref = entity.entity_ref().to_string();
        let person = op.principal.name();
        let user = EntityRef::parse(&person).ok();
        let user_entity = user.and_then(|user| self.shared.catalog.entity_get(op, &user).ok());
        let steps = spec::steps(&spec);
        let ids: Vec<String> = steps.iter().map(|step| step.id.clone()).collect();
        let task = TaskSpec {
            api_version: entity.api_version.clone(),
            steps,
            parameters: values,
            output: spec.get("output").cloned().unwrap_or(json!({})),
            user: json!({"ref": person, "entity": user_entity.map(|entity| entity.to_json())}),
            template_info: TemplateInfo {
                entity_ref: template_ref.clone(),
                title: entity.display_name().to_owned(),
                entity: json!({"metadata": entity.to_json()["metadata"]}),
            },
        };
        let row = TaskRow {
            id: task_id(),
            template_ref: template_ref.clone(),
            status: TaskStatus::Open,
            created_at: access::now(),
            created_by: person,
            started_at: None,
            finished_at: None,
            cancel_requested: false,
            needs_secrets: !secrets.is_empty(),
            spec: serde_json::to_string(&task).unwrap_or_default(),
            output: None,
            error: None,
        };
        if row.needs_secrets {
            let mut waiting = self.shared.secrets.lock().expect("not poisoned");
            waiting.insert(row.id.clone(), secrets);
        }
        let mut tx = op.db().begin().await?;
        store::task_insert(&mut tx, &row, &ids).await?;
        let line = format!("Run of {template_ref} was created");
        let event = NewEvent { event_type: "log", step_id: None, status: None, message: &line };
        store::event_insert(&mut tx, &row.id, &event, row.created_at).await?;
        let detail = json!({"actionType": "create", "templateRef": template_ref});
        activity::record(op, &mut tx, "task", &row.id, &detail).await?;
        tx.commit().await?;
        self.shared.work.notify_one();
        Ok(row.id)
    }

    async fn task_row(&self, op: &OpContext, id: &str) -> Result<TaskRow> {
        let row = store::task_get(op.db(), id).await?;
        row.ok_or_else(|| Error::not_found(format!("No run with id '{id}' found")))
    }

    fn template(&self, op: &OpContext, template_ref: &str) -> Result<Entity> {
        let defaults = Defaults { kind: Some("template"), namespace: None };
        let found = EntityRef::parse_with(template_ref, defaults)
            .map_err(|error| Error::invalid(error.to_string()))?;
        if !found.is_kind("template") {
            return Err(Error::invalid("Invalid kind, only 'Template' kind is supported"));
        }
        match self.shared.catalog.entity_get(op, &found) {
            Err(Error::NotFound { .. }) => {
                Err(Error::not_found(format!("Template {found} not found")))
            }
            other => other,
        }
    }

    fn problems(&self, entity: &Entity) -> Vec<String> {
        let problems = check_template(entity, &self.shared.actions);
        problems.into_iter().map(|TemplateProblem { message, .. }| message).collect()
    }

    fn summary(&self, op: &OpContext, entity: &Entity) -> TemplateSummary {
        let defaults =
            Defaults { kind: Some("group"), namespace: entity.metadata.namespace.as_deref() };
        let owner = entity.spec_str("owner");
        let owner = owner.and_then(|owner| EntityRef::parse_with(owner, defaults).ok());
        TemplateSummary {
            entity: self.link(op, &entity.entity_ref()),
            description: entity.metadata.description.clone(),
            r#type: entity.spec_str("type").unwrap_or_default().to_owned(),
            tags: entity.metadata.tags.clone().unwrap_or_default(),
            owner: owner.map(|owner| self.link(op, &owner)),
            problems: self.problems(entity),
        }
    }

    fn task_summary(&self, op: &OpContext, row: &TaskRow) -> TaskSummary {
        let template = EntityRef::parse(&row.template_ref).ok();
        TaskSummary {
            id: row.id.clone(),
            template: match template {
                Some(template) => self.link(op, &template),
                None => EntityLink {
                    entity_ref: row.template_ref.clone(),
                    kind: "Template".to_owned(),
                    title: row.template_ref.clone(),
                    exists: false,
                },
            },
            status: row.status,
            created_at: row.created_at,
            finished_at: row.finished_at,
            created_by: self.shared.catalog.author(op, &row.created_by),
        }
    }

    /// An entity's name and title as the catalog has them.
    fn link(&self, op: &OpContext, entity_ref: &EntityRef) -> EntityLink {
        match self.shared.catalog.entity_get(op, entity_ref) {
            Ok(entity) => EntityLink {
                entity_ref: entity_ref.to_string(),
                kind: entity.kind.clone(),
                title: entity.display_name().to_owned(),
                exists: true,
            },
            Err(_) => EntityLink {
                entity_ref: entity_ref.to_string(),
                kind: entity_ref.kind.clone(),
                title: entity_ref.name.clone(),
                exists: false,
            },
        }
    }

    /// Does something with the form of a template as this person has it.
    fn with_form<T>(
        &self,
        op: &OpContext,
        spec: &Value,
        act: impl FnOnce(&Form, &Lookup<'_>) -> T,
    ) -> T {
        let catalog = &self.shared.catalog;
        // Who may not read the catalog is offered nothing.
        let entities =
            |filter: &PickerFilter| catalog.entity_pick(op, &filter.any_of).unwrap_or_default();
        let exists = |entity_ref: &EntityRef| catalog.entity_get(op, entity_ref).is_ok();
        let own = catalog.owner_refs(op).unwrap_or_default();
        let lookup = Lookup::new(&entities, &exists, own);
        act(&Form::of(spec, &lookup), &lookup)
    }

    /// Links without an address and texts without content are not shown.
    fn output(&self, op: &OpContext, value: &Value) -> TaskOutput {
        let list =
            |key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |item: &Value, key: &str| item[key].as_str().map(str::to_owned);
        let links = list("links").into_iter().filter_map(|item| {
            let entity = item["entityRef"].as_str().and_then(|text| EntityRef::parse(text).ok());
            let entity = entity.map(|entity| self.link(op, &entity));
            let url = text(&item, "url").filter(|url| is_web_address(url));
            let title = text(&item, "title").or(entity.as_ref().map(|link| link.title.clone()));
            let shown = url.is_some() || entity.is_some();
            let title = title.or(url.clone()).unwrap_or_default();
            shown.then_some(OutputLink { title, url, entity })
        });
        let texts = list("text").into_iter().filter_map(|item| {
            Some(OutputText {
                title: text(&item, "title").unwrap_or_default(),
                html: (self.shared.settings.markdown)(&text(&item, "content")?),
            })
        });
        TaskOutput { links: links.collect(), text: texts.collect() }
    }
}

/// Only the web is linked: a template's output is outside content.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn spec_of(entity: &Entity) -> Value {
    Value::Object(entity.spec.clone().unwrap_or_default())
}

/// Random, as Backstage's clients expect it.
fn task_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
