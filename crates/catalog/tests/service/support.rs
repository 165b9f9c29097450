//! A tenant with its database, a folder of descriptors, and a few words to say what is in it.

use access::{OpContext, Principal, Tenant};
use catalog::{
    Catalog, ListRequest, LocationSetting, LocationType, RefreshReport, RuleSetting, Settings,
};
use db::{Databases, Engine};
use model::entity::Entity;
use model::entity_ref::EntityRef;
use model::session::Person;
use model::tenant::{Branding, TenantName};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Kinds that tests may use.
pub const KINDS: [&str; 9] =
    ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"];

/// A tenant with a catalog over a temporary folder.
pub struct World {
    folder: TempDir,
    data: TempDir,
    databases: Databases,
    pub catalog: Catalog,
    pub op: OpContext,
}

impl World {
    /// A catalog that reads every `catalog-info.yaml` of the folder, on SQLite.
    pub async fn new() -> World {
        World::with(|_, _| {}).await
    }

    /// The same with other settings; the folder is the second argument.
    pub async fn with(change: impl FnOnce(&mut Settings, &Path)) -> World {
        let data = tempfile::tempdir().expect("a temporary folder");
        let engine = Engine::Sqlite { folder: data.path().to_owned() };
        World::on(engine, data, change).await
    }

    async fn on(engine: Engine, data: TempDir, change: impl FnOnce(&mut Settings, &Path)) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().to_string_lossy().into_owned();
        let mut settings = Settings {
            locations: vec![LocationSetting::new(LocationType::File, target)],
            rules: vec![RuleSetting::kinds(&KINDS)],
            ..Settings::default()
        };
        change(&mut settings, folder.path());
        let databases = Databases::open(engine).await.expect("opens");
        let catalog = Catalog::new(settings);
        let tenant = tenant(&databases, data.path(), "default").await;
        catalog.open(&tenant).await.expect("opens");
        let op = OpContext::for_background(tenant, "test");
        World { folder, data, databases, catalog, op }
    }

    /// The folder of descriptors.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder of descriptors.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        std::fs::write(path, text).expect("writes");
    }

    /// Removes a file from the folder of descriptors.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).expect("removes");
    }

    /// Looks at every source.
    pub async fn refresh(&self) -> RefreshReport {
        self.catalog.refresh_all(&self.op).await.expect("reads")
    }

    /// Another catalog over the same rows, as after a restart.
    pub async fn restarted(&self, change: impl FnOnce(&mut Settings)) -> Catalog {
        let mut settings = self.catalog.settings().clone();
        change(&mut settings);
        let catalog = Catalog::new(settings);
        catalog.open(&self.op.tenant).await.expect("opens");
        catalog
    }

    /// Another tenant of the same catalog.
    pub async fn other_tenant(&self, name: &str) -> OpContext {
        let tenant = tenant(&self.databases, self.data.path(), name).await;
        self.catalog.open(&tenant).await.expect("opens");
        OpContext::for_background(tenant, "test")
    }

    /// A person of this tenant.
    pub fn person(&self, user_ref: &str, ownership_refs: &[&str]) -> OpContext {
        let person = Person {
            user_ref: user_ref.to_owned(),
            display_name: user_ref.to_owned(),
            ownership_refs: ownership_refs.iter().map(|found| (*found).to_owned()).collect(),
        };
        let tenant = self.op.tenant.clone();
        OpContext::for_request(tenant, Principal::Person(person), "test".into())
    }

    /// An entity, when it is there.
    pub fn get(&self, entity_ref: &str) -> Option<Entity> {
        self.catalog.entity_get(&self.op, &parse(entity_ref)).ok()
    }

    /// The references of everything but the Locations that stand for sources.
    pub fn refs(&self) -> Vec<String> {
        refs(&self.catalog, &self.op)
    }

    /// The messages of all problems.
    pub fn problems(&self) -> Vec<String> {
        let problems = self.catalog.problems(&self.op).expect("problems");
        let text = |problem: &model::catalog::Problem| {
            let place = problem.location.rsplit('/').next().unwrap_or_default();
            let number = |number: Option<u32>| number.map(|n| format!(":{n}")).unwrap_or_default();
            let (line, column) = (number(problem.line), number(problem.column));
            format!("{place}{line}{column}: {}", problem.message)
        };
        problems.iter().map(text).collect()
    }

    /// How many changes the audit log holds.
    pub async fn events(&self, event_type: &str) -> i64 {
        let statement = db::query("select count(*) as n from activity_event where event_type = $1");
        let row = self.op.db().fetch_optional(statement.bind(event_type)).await.expect("reads");
        row.expect("a row").get("n").expect("a number")
    }
}

/// Runs a check on SQLite and, when a server is named, on PostgreSQL.
pub async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(World) -> F) {
    check(World::new().await).await;
    match std::env::var("CALLBOARD_TEST_POSTGRES") {
        Ok(url) => {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let prefix = format!("catalogtest_{}_{number}", std::process::id());
            let engine = Engine::Postgres { url, reader_url: None, prefix };
            let data = tempfile::tempdir().expect("a temporary folder");
            check(World::on(engine, data, |_, _| {}).await).await;
        }
        Err(_) => println!("skipped: PostgreSQL (CALLBOARD_TEST_POSTGRES names no server)"),
    }
}

pub fn parse(entity_ref: &str) -> EntityRef {
    EntityRef::parse(entity_ref).expect("a reference")
}

/// The references of everything but the Locations that stand for sources.
pub fn refs(catalog: &Catalog, op: &OpContext) -> Vec<String> {
    let all = everything(catalog, op);
    let mut refs: Vec<String> = all
        .iter()
        .map(|json| serde_json::from_slice::<Entity>(json).expect("an entity"))
        .map(|entity| entity.entity_ref().to_string())
        .filter(|entity_ref| !entity_ref.starts_with("location:default/generated-"))
        .collect();
    refs.sort();
    refs
}

/// A component with an owner.
pub fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  \
         type: service\n  lifecycle: production\n  owner: team\n"
    )
}

/// An entity of a core kind with this spec in flow style.
pub fn entity(kind: &str, name: &str, spec: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: \
         {{{spec}}}\n"
    )
}

/// Runs git in a folder.
pub fn git(folder: &Path, arguments: &[&str]) {
    let done = std::process::Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with these files in one commit on `main`.
pub fn repository(folder: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir_all(folder).expect("makes the folder");
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder, files);
}

/// Another commit.
pub fn commit(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
        std::fs::write(path, text).expect("writes");
    }
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "change"]);
}

async fn tenant(databases: &Databases, data: &Path, name: &str) -> Arc<Tenant> {
    let name = TenantName::parse(name).expect("a name");
    let folder = data.join("tenants").join(name.as_str());
    std::fs::create_dir_all(&folder).expect("makes the folder");
    let db = databases.tenant(&name).await.expect("opens");
    Arc::new(Tenant { name, branding: Branding::default(), db, folder })
}

/// Every entity as JSON, by uid.
pub fn everything(catalog: &Catalog, op: &OpContext) -> Vec<Vec<u8>> {
    // Without conditions nothing has to be looked up, so there is nothing to wait for.
    let listing = ListRequest::default();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let all = std::pin::pin!(catalog.entities_listed(op, &listing)).poll(&mut context);
    let std::task::Poll::Ready(all) = all else { panic!("it was not there at once") };
    let all = all.expect("entities");
    all.map(|json| json.to_vec()).collect()
}
