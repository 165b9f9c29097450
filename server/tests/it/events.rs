//! What people and programs do becomes events, which stand in the tenant's database.

use crate::program::{World, on_each_engine};
use access::Tenant;
use activity::EventBus;
use model::tenant::{Branding, TenantName};
use serde_json::Value;
use std::sync::Arc;

const TEMPLATE: &str = "apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: quick
spec:
  type: service
  parameters:
    - properties:
        name: {title: Name, type: string}
  steps:
    - id: only
      name: Only
      action: debug:log
      input:
        message: hello
";

/// All events of the tenant, once there is one of the last type.
pub(crate) fn events(world: &World, last: &str) -> Vec<Value> {
    let read = async {
        let databases = db::Databases::open(world.engine()).await.expect("opens");
        let name = TenantName::default_tenant();
        let db = databases.tenant(&name).await.expect("opens");
        let tenant = Tenant::new(name, Branding::default(), db, world.path("data"));
        let mut following = activity::Tail.subscribe(&Arc::new(tenant), 1);
        let mut found = Vec::new();
        while !found.iter().any(|event: &Value| event["type"] == last) {
            let batch = tokio::time::timeout(crate::program::PATIENCE, following.next()).await;
            let batch = batch.unwrap_or_else(|_| panic!("no {last} among {found:?}"));
            found.extend(batch.expect("reads").events.iter().map(activity::Event::to_json));
        }
        databases.close().await;
        found
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(read)
}

#[test]
fn what_people_and_programs_do_becomes_events() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/quick.yaml", TEMPLATE);
        let server = world.serve(&[]);
        server.entity("template/default/quick");
        let cookie = server.sign_in("");
        for _ in 0..3 {
            let wrong = [("authorization", "Bearer not-the-token-of-anybody")];
            let answer = server.ask("GET", "/api/catalog/entities", &wrong, "").expect("answers");
            assert_eq!(answer.status, 401);
        }
        let fields = [("template_ref", "template:default/quick"), ("f.name", "x")];
        let answer = server.form("/create/start", &cookie, &fields);
        let path = answer.header("location").to_owned();
        server.eventually("the end of the run", || {
            let page = server.page(&path, &cookie).body;
            page.contains("data-task-status=\"completed\"").then_some(())
        });
        // What was refused is written down at the end at the latest.
        assert_eq!(server.terminate(), Some(0));
        let found = events(world, "dev.callboard.access.denied");
        let of = |name: &str| {
            let full = format!("dev.callboard.{name}");
            found.iter().find(|event| event["type"] == *full).unwrap_or_else(|| {
                panic!(
                    "no {name} among {:?}",
                    found.iter().map(|it| &it["type"]).collect::<Vec<_>>()
                )
            })
        };
        assert_eq!(of("catalog.entity.added")["subject"], "template:default/quick");
        let session = of("session.opened");
        assert_eq!(session["subject"], "user:development/guest");
        assert_eq!(session["data"]["provider"], "guest");
        let run = path.rsplit('/').next().expect("an id");
        for name in ["run.create", "run.started", "run.finished"] {
            assert_eq!(of(name)["subject"], run, "{name}");
        }
        let denied = of("access.denied");
        assert_eq!((&denied["subject"], &denied["data"]["count"]), (&"token".into(), &3.into()));
        for (number, event) in (1..).zip(&found) {
            assert_eq!(event["sequence"], i64::to_string(&number), "there is a gap");
            assert_eq!(event["source"], "/t/default");
        }
        let text = format!("{found:?}");
        assert!(!text.contains("not-the-token-of-anybody"), "{text}");
        for pair in cookie.split("; ") {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            assert!(value.len() < 10 || !text.contains(value), "a cookie is in an event");
        }
    });
}
