//! What goes on in the background, through the public door, on both engines.

use access::{StaticToken, TenantRule, Tenants, Tokens};
use catalog::{LocationSetting, LocationType, RuleSetting};
use clients::http::{Http, HttpSettings};
use model::tenant::{Branding, TenantName};
use portal::{JobState, Portal, Settings};
use std::sync::Arc;
use std::time::Duration;
use testkit::{Place, guest, write};

const COMPONENT: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: \
                         NAME\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n";

/// A portal with two tenants, whose catalog reads `catalog` below the place's data.
async fn portal(place: &Place) -> Arc<Portal> {
    let databases = place.databases().await;
    let rule = |name: &str| TenantRule {
        name: TenantName::parse(name).expect("a name"),
        hosts: Vec::new(),
        branding: Branding::default(),
    };
    let tenants = Tenants::open(&databases, place.data(), &[rule("one"), rule("two")]).await;
    let http = Http::new(HttpSettings::default()).expect("a client");
    write(&place.data().join("catalog/first.yaml"), COMPONENT.replace("NAME", "first"));
    let target = place.data().join("catalog").join("*.yaml").to_string_lossy().into_owned();
    let settings = Settings {
        catalog: catalog::Settings {
            locations: vec![LocationSetting::new(LocationType::File, target)],
            rules: vec![RuleSetting::kinds(&["Component"])],
            ..catalog::Settings::default()
        },
        scaffolder: scaffolder::Settings {
            repositories: None,
            allowed_remotes: Vec::new(),
            default_author: scaffolder::Author {
                name: "T".to_owned(),
                email: "t@example.com".to_owned(),
            },
            default_commit_message: "Start".to_owned(),
            concurrent_tasks: 1,
            task_timeout: Duration::from_secs(60),
            environment_parameters: serde_json::json!({}),
            environment_secrets: serde_json::Map::new(),
            hosts: Default::default(),
            http: http.clone(),
            markdown: str::to_owned,
        },
        insights: insights::service::Settings {
            repository: None,
            dora: Default::default(),
            zones: Vec::new(),
            layout: Default::default(),
            http,
        },
        techdocs: techdocs::Settings { images: Default::default() },
        events: activity::Retention::default(),
    };
    let tokens = Tokens::new(vec![StaticToken::new("token", "tests")]);
    Portal::open(databases, tenants.expect("opens"), tokens, settings).await.expect("opens")
}

fn state(portal: &Portal, tenant: &str, job: &str) -> JobState {
    let all = portal.job_states();
    let found = all.into_iter().find(|(name, _)| name.tenant.as_str() == tenant && name.job == job);
    found.map(|(_, state)| state).unwrap_or_default()
}

/// Waits until something is so.
async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1_200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} does not come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_tried_again_and_holds_up_no_other() {
    testkit::on_each_engine("jobstest", async |place| {
        let portal = portal(&place).await;
        let tenant = portal.tenants.by_name("one").expect("a tenant").clone();
        let op = access::OpContext::for_background(tenant.clone(), "test");
        let person = guest("user:default/ada", &[]);
        let signed_in = portal.sign_in(&tenant, "test".into(), &person, "guest").await;
        let cookie = signed_in.expect("signs in");
        let execute = async |sql: &str| tenant.db.execute(db::query(sql.to_owned())).await;
        execute("update access_session set expires_at = 1").await.expect("executes");
        // The work of one job of one tenant cannot be done.
        execute("alter table access_session rename to moved").await.expect("executes");
        portal.start();
        let sweep = |tenant: &str| state(&portal, tenant, "session-sweep");
        eventually("a failure", || sweep("one").failures > 0).await;
        assert!(sweep("one").error.is_some_and(|error| !error.is_empty()));
        assert_eq!(sweep("one").succeeded_at, None);
        // Its other jobs go on, and those of the other tenant.
        let has = |name: &str| {
            let entity_ref = model::entity_ref::EntityRef::new("component", "default", name);
            portal.catalog.entity_get(&op, &entity_ref).is_ok()
        };
        eventually("the catalog", || has("first")).await;
        write(&place.data().join("catalog/second.yaml"), COMPONENT.replace("NAME", "second"));
        eventually("what came later", || has("second")).await;
        eventually("the other tenant's sweep", || sweep("two").succeeded_at.is_some()).await;
        assert_eq!(sweep("two").failures, 0);
        eventually("another try", || sweep("one").failures > 1).await;
        execute("alter table moved rename to access_session").await.expect("executes");
        eventually("the end of the failure", || sweep("one").succeeded_at.is_some()).await;
        assert_eq!((sweep("one").failures, sweep("one").error), (0, None));
        let rows = db::query("select count(*) as n from access_session");
        let row = tenant.db.fetch_optional(rows).await.expect("reads").expect("a row");
        assert_eq!(row.get::<i64>("n").expect("a number"), 0, "{cookie} was not swept away");
        portal.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_every_job_also_one_that_rests_after_a_failure() {
    let place = Place::sqlite();
    let portal = portal(&place).await;
    let tenant = portal.tenants.by_name("one").expect("a tenant").clone();
    let sql = "alter table access_session rename to moved";
    tenant.db.execute(db::query(sql)).await.expect("executes");
    portal.start();
    eventually("a failure", || state(&portal, "one", "session-sweep").failures > 2).await;
    // It would rest for seconds.
    portal.stop().await;
    let before = state(&portal, "one", "session-sweep");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(state(&portal, "one", "session-sweep"), before);
}
