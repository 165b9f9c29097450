//! A tenant with a catalog, templates and a scaffolder, and a few words to run them.

use access::{OpContext, Tenant};
use catalog::{Catalog, LocationSetting, LocationType, RuleSetting};
use clients::http::{Http, HttpSettings, Rules};
use db::Databases;
use model::task::{TaskStatus, TaskView};
use model::template::FormDraft;
use scaffolder::{Author, Scaffolder, Settings, Started};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use testkit::{Place, open_tenant};
pub use testkit::{git, write};

/// Kinds that tests may use.
const KINDS: [&str; 9] =
    ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"];

/// A tenant with templates of its own.
pub struct World {
    folder: TempDir,
    place: Place,
    databases: Databases,
    tenant: Arc<Tenant>,
    pub catalog: Arc<Catalog>,
    pub scaffolder: Scaffolder,
    pub op: OpContext,
}

/// What is set otherwise than usual.
pub type Change = fn(&mut Settings);

impl World {
    /// On SQLite, with these files in the catalog's folder.
    pub async fn new(files: &[(&str, &str)]) -> World {
        World::with(files, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(files: &[(&str, &str)], change: Change) -> World {
        World::on(Place::sqlite(), files, change).await
    }

    async fn on(place: Place, files: &[(&str, &str)], change: Change) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            write(&folder.path().join(name), text);
        }
        let target = folder.path().to_string_lossy().into_owned();
        let catalog = Arc::new(Catalog::new(catalog::Settings {
            locations: vec![LocationSetting::new(LocationType::File, target)],
            rules: vec![RuleSetting::kinds(&KINDS)],
            allowed_folders: vec![place.data().to_owned()],
            ..catalog::Settings::default()
        }));
        let databases = place.databases().await;
        let tenant = open_tenant(&databases, place.data(), "default").await;
        catalog.open(&tenant).await.expect("opens");
        let background = OpContext::for_background(tenant.clone(), "test");
        catalog.refresh_all(&background).await.expect("reads");
        let op = testkit::person(&tenant, "user:default/ada", &[]);
        let scaffolder = Scaffolder::new(settings(change), catalog.clone());
        scaffolder.start(&tenant);
        World { folder, place, databases, tenant, catalog, scaffolder, op }
    }

    /// Stops the program.
    pub async fn stop(&mut self) {
        self.scaffolder.stop().await;
    }

    /// Starts another program on the same rows.
    pub async fn start(&mut self, change: Change) {
        self.scaffolder = Scaffolder::new(settings(change), self.catalog.clone());
        self.scaffolder.start(&self.tenant);
    }

    /// A file in the catalog's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The folder of all data.
    pub fn data(&self) -> &Path {
        self.place.data()
    }

    /// A repository of the tenant.
    pub fn repository(&self, name: &str) -> PathBuf {
        self.tenant.folder.join("repositories").join(name)
    }

    /// The folders of runs.
    pub fn workspaces(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.tenant.folder.join("workspaces"));
        let names = entries.into_iter().flatten().flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Another tenant of the same program.
    pub async fn other_tenant(&self, name: &str) -> Arc<Tenant> {
        open_tenant(&self.databases, self.place.data(), name).await
    }

    /// A person of this tenant.
    pub fn person(&self, user_ref: &str) -> OpContext {
        testkit::person(&self.tenant, user_ref, &[])
    }

    /// Sends a form.
    pub async fn submit(&self, template: &str, typed: &[(&str, &str)]) -> Started {
        let typed = typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let sent = self.scaffolder.task_submit(&self.op, template, typed.collect()).await;
        sent.expect("a run or a draft")
    }

    /// Sends a form that is taken.
    pub async fn begin(&self, template: &str, typed: &[(&str, &str)]) -> String {
        match self.submit(template, typed).await {
            Started::Task(id) => id,
            Started::Draft(id) => panic!("a draft: {:?}", self.draft(template, &id).await.errors),
        }
    }

    /// Sends a form that is not taken: what waits.
    pub async fn refused(&self, template: &str, typed: &[(&str, &str)]) -> FormDraft {
        match self.submit(template, typed).await {
            Started::Task(_) => panic!("a run has begun: {typed:?}"),
            Started::Draft(id) => self.draft(template, &id).await,
        }
    }

    async fn draft(&self, template: &str, id: &str) -> FormDraft {
        let form = self.scaffolder.template_form(&self.op, template, Some(id)).await;
        form.expect("a form").draft.expect("a draft")
    }

    /// Starts a run with values, as programs do.
    pub async fn create(&self, template: &str, values: Value) -> String {
        let created = self.scaffolder.task_create(&self.op, template, values, Map::new()).await;
        created.expect("a run")
    }

    /// Waits until a run has ended.
    pub async fn ended(&self, id: &str) -> TaskView {
        self.until(id, |view| view.summary.status.is_final()).await
    }

    /// Waits until a run is as it should be.
    pub async fn until(&self, id: &str, wanted: impl Fn(&TaskView) -> bool) -> TaskView {
        for _ in 0..2_400 {
            let view = self.scaffolder.task_get(&self.op, id).await.expect("the run");
            if wanted(&view) {
                return view;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the run has not come that far: {}", self.log(id).await)
    }

    /// Carries out a template to its end.
    pub async fn run(&self, template: &str, typed: &[(&str, &str)]) -> TaskView {
        let id = self.begin(template, typed).await;
        self.ended(&id).await
    }

    /// The log as text.
    pub async fn log(&self, id: &str) -> String {
        log(&self.scaffolder.task_get(&self.op, id).await.expect("the run"))
    }

    /// Everything that is stored of runs and drafts, as text.
    pub async fn stored(&self) -> String {
        let mut all = String::new();
        for (table, columns) in [
            ("scaffolder_task", "spec, output, error"),
            ("scaffolder_task_step", "step_id, output"),
            ("scaffolder_task_event", "message"),
            ("scaffolder_task_note", "note"),
            ("scaffolder_draft", "draft"),
            ("activity_event", "detail"),
            ("event", "subject, data"),
        ] {
            let rows = self.op.db().fetch_all(db::query(format!("select {columns} from {table}")));
            for row in rows.await.expect("rows") {
                for column in columns.split(", ") {
                    let text: Option<String> = row.get(column).expect("a text");
                    all.push_str(&text.unwrap_or_default());
                    all.push('\n');
                }
            }
        }
        all
    }

    /// Changes rows as an interruption leaves them.
    pub async fn execute(&self, sql: &str, bound: &[&str]) {
        let query = bound.iter().fold(db::query(sql.to_owned()), |query, text| query.bind(*text));
        self.op.db().execute(query).await.expect("executes");
    }

    /// As if the program had been killed after a step did its work and before that was written.
    pub async fn interrupted_at(&self, id: &str, position: usize, notes: &[&str]) {
        self.execute(
            "update scaffolder_task set status = 'processing', finished_at = null, error = null,
                 output = null where task_id = $1",
            &[id],
        )
        .await;
        let steps = "update scaffolder_task_step set finished_at = null, output = null, status = ";
        let of = "where task_id = $1 and position";
        self.execute(&format!("{steps} 'processing' {of} = {position}"), &[id]).await;
        self.execute(&format!("{steps} 'open' {of} > {position}"), &[id]).await;
        for note in notes {
            let sql = format!(
                "insert into scaffolder_task_note (task_id, position, note)
                 values ($1, {position}, $2)"
            );
            self.execute(&sql, &[id, note]).await;
        }
    }
}

/// The lines of a run, as text.
pub fn log(view: &TaskView) -> String {
    let lines: Vec<&str> = view.events.iter().map(|event| event.message.as_str()).collect();
    lines.join("\n")
}

/// That a run ended well.
#[track_caller]
pub fn completed(view: &TaskView) {
    let status = view.summary.status;
    assert_eq!(status, TaskStatus::Completed, "{:?}\n{}", view.error, log(view));
}

/// Why a run failed.
#[track_caller]
pub fn failure(view: &TaskView) -> String {
    assert_eq!(view.summary.status, TaskStatus::Failed, "{}", log(view));
    view.error.clone().expect("a reason")
}

/// Runs a check on SQLite and, when a server is named, on PostgreSQL.
pub async fn on_each_engine<F: Future<Output = ()>>(
    files: &[(&str, &str)],
    check: impl Fn(World) -> F,
) {
    let check = &check;
    let on = |place| async move { check(World::on(place, files, |_| {}).await).await };
    testkit::on_each_engine("scaffoldertest", on).await;
}

/// A template with these parameters and steps, in flow style.
pub fn template(name: &str, parameters: &Value, steps: &Value) -> String {
    let template = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3", "kind": "Template",
        "metadata": {"name": name},
        "spec": {"type": "service", "parameters": parameters, "steps": steps}
    });
    // JSON is YAML.
    format!("{template}\n")
}

/// A bare repository with one file.
pub fn repository(path: &Path, file: &str, text: &str) {
    repository_with(path, |folder| write(&folder.join(file), text));
}

/// A bare repository with what is put into a folder.
pub fn repository_with(path: &Path, fill: impl FnOnce(&Path)) {
    let work = tempfile::tempdir().expect("a temporary folder");
    fill(work.path());
    git(work.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(work.path(), &["add", "--all"]);
    git(work.path(), &["commit", "--quiet", "--message", "start"]);
    let place = path.to_string_lossy();
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
    git(work.path(), &["clone", "--quiet", "--bare", ".", &place]);
}

fn settings(change: Change) -> Settings {
    let rules = Rules { allow_private: true, ..Rules::default() };
    let mut settings = Settings {
        repositories: None,
        allowed_remotes: Vec::new(),
        default_author: Author { name: "T".to_owned(), email: "t@example.com".to_owned() },
        default_commit_message: "Start".to_owned(),
        concurrent_tasks: 4,
        task_timeout: Duration::from_secs(3_600),
        environment_parameters: json!({}),
        environment_secrets: Map::new(),
        hosts: Default::default(),
        http: Http::new(HttpSettings { rules, ..HttpSettings::default() }).expect("a client"),
        markdown: str::to_owned,
    };
    change(&mut settings);
    settings
}
