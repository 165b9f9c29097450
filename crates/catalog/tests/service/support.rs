//! A tenant with its database, a folder of descriptors, and a few words to say what is in it.

use access::OpContext;
use catalog::{
    Catalog, HoldSettings, ListRequest, LocationSetting, LocationType, RefreshReport, RuleSetting,
    Settings,
};
use db::Databases;
use model::entity::Entity;
use model::entity_ref::EntityRef;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testkit::{Place, open_tenant};
pub use testkit::{commit, git, repository};

/// Kinds that tests may use.
pub const KINDS: [&str; 9] =
    ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"];

/// A tenant with a catalog over a temporary folder.
pub struct World {
    folder: TempDir,
    place: Place,
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
        World::on(Place::sqlite(), change).await
    }

    async fn on(place: Place, change: impl FnOnce(&mut Settings, &Path)) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let target = folder.path().to_string_lossy().into_owned();
        let mut settings = Settings {
            locations: vec![LocationSetting::new(LocationType::File, target)],
            rules: vec![RuleSetting::kinds(&KINDS)],
            ..Settings::default()
        };
        change(&mut settings, folder.path());
        let databases = place.databases().await;
        let catalog = Catalog::new(settings);
        let tenant = open_tenant(&databases, place.data(), "default").await;
        catalog.open(&tenant).await.expect("opens");
        let op = OpContext::for_background(tenant, "test");
        World { folder, place, databases, catalog, op }
    }

    /// The folder of descriptors.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Of the components `a`, `b` and `c` the files of two are gone; the next refresh holds their
    /// removal.
    pub async fn about_to_lose_two_of_three() -> World {
        let hold = HoldSettings { above_percent: 10, free: 0 };
        let world = World::with(|settings, _| settings.hold = hold).await;
        for name in ["a", "b", "c"] {
            world.write(&format!("{name}/catalog-info.yaml"), &component(name));
        }
        world.refresh().await;
        for name in ["a", "b"] {
            world.remove(&format!("{name}/catalog-info.yaml"));
        }
        world
    }

    /// Writes a file into the folder of descriptors.
    pub fn write(&self, name: &str, text: &str) {
        testkit::write(&self.path(name), text);
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
        let tenant = open_tenant(&self.databases, self.place.data(), name).await;
        self.catalog.open(&tenant).await.expect("opens");
        OpContext::for_background(tenant, "test")
    }

    /// A person of this tenant.
    pub fn person(&self, user_ref: &str, ownership_refs: &[&str]) -> OpContext {
        testkit::person(&self.op.tenant, user_ref, ownership_refs)
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
    let check = &check;
    let on = |place| async move { check(World::on(place, |_, _| {}).await).await };
    testkit::on_each_engine("catalogtest", on).await;
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
