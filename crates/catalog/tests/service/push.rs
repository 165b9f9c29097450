//! Entities that programs give by themselves.

use crate::support::{World, component, on_each_engine, parse};
use catalog::{Mutation, PushReport};
use model::Error;
use model::freshness::FreshnessState;
use serde_json::{Value, json};

fn service(name: &str) -> Value {
    json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team"}})
}

fn full(names: &[&str]) -> Mutation {
    Mutation::Full { entities: names.iter().map(|name| service(name)).collect() }
}

async fn push(world: &World, name: &str, mutation: Mutation) -> PushReport {
    world.catalog.provider_push(&world.op, name, mutation).await.expect("taken")
}

fn counts(report: &PushReport) -> (usize, usize, usize, usize) {
    (report.added, report.changed, report.removed, report.errors.len())
}

#[tokio::test]
async fn a_full_mutation_is_everything_and_a_delta_is_what_differs() {
    on_each_engine(async |world| {
        let report = push(&world, "ci", full(&["a", "b", "c"])).await;
        assert_eq!(counts(&report), (4, 0, 0, 0), "with the Location that stands for it");
        assert_eq!(counts(&push(&world, "ci", full(&["a", "b", "c"])).await), (0, 0, 0, 0));
        assert_eq!(counts(&push(&world, "ci", full(&["b", "c"])).await), (0, 0, 1, 0));
        let mut changed = service("b");
        changed["spec"]["type"] = "website".into();
        let delta = Mutation::Delta {
            added: vec![changed, service("d")],
            removed: vec!["component:default/C".to_owned(), "component:none".to_owned()],
        };
        assert_eq!(counts(&push(&world, "ci", delta).await), (1, 1, 1, 0));
        assert_eq!(world.refs(), ["component:default/b", "component:default/d"]);
        let b = world.get("component:b").expect("there");
        assert_eq!(b.annotation("backstage.io/managed-by-origin-location"), Some("push:ci"));

        // Rounds over sources and restarts leave it; other names are other buckets.
        world.refresh().await;
        let restarted = world.restarted(|_| {}).await;
        restarted.refresh_all(&world.op).await.expect("reads");
        assert!(restarted.entity_get(&world.op, &parse("component:d")).is_ok());
        push(&world, "other", full(&["e"])).await;
        assert_eq!(world.refs().len(), 3);
        world.catalog.provider_delete(&world.op, "ci").await.expect("removed");
        assert_eq!(world.refs(), ["component:default/e"]);
        let again = world.catalog.provider_delete(&world.op, "ci").await;
        assert!(matches!(again, Err(Error::NotFound { .. })), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_and_keeps_nothing_else_out() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("taken"));
    world.refresh().await;
    push(&world, "ci", full(&["good"])).await;
    let mut broken = service("good");
    broken["spec"] = json!({"type": "service"});
    let mut file = service("file");
    file["spec"]["definition"] = json!({"$text": "/etc/passwd"});
    let entities = vec![broken, service("taken"), json!("text"), Value::Null, file, service("new")];
    let report = push(&world, "ci", Mutation::Full { entities }).await;
    assert_eq!((report.added, report.removed, report.errors.len()), (1, 0, 5), "{report:?}");
    assert_eq!(report.errors[0].entity_ref.as_deref(), Some("component:default/good"));
    assert!(report.errors[0].message.contains("must have required property"), "{report:?}");
    let conflict = report.errors.last().expect("a conflict");
    assert!(conflict.message.contains("keeps it"), "{report:?}");
    let view = world.catalog.entity_view(&world.op, &parse("component:good")).expect("kept");
    assert_eq!(view.row.freshness.state, FreshnessState::Broken);
    for name in ["", "a b", "../x"] {
        let refused = world.catalog.provider_push(&world.op, name, full(&[])).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{name:?}");
    }
    let other = world.other_tenant("other").await;
    assert_eq!(world.catalog.entity_count(&other).expect("a number"), 0);
}

#[tokio::test]
async fn a_full_mutation_that_would_remove_too_much_waits_and_a_delta_does_not() {
    let world = World::new().await;
    let names: Vec<String> = (0..10).map(|number| format!("c{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    push(&world, "ci", full(&names)).await;
    let report = push(&world, "ci", full(&names[..2])).await;
    assert_eq!((report.removed, report.held), (0, 8));
    // A delta decides nothing about what waits.
    let removed = names[2..9].iter().map(|name| format!("component:{name}")).collect();
    let report = push(&world, "ci", Mutation::Delta { added: Vec::new(), removed }).await;
    assert_eq!((report.removed, report.held), (7, 0));
    assert_eq!(world.catalog.held_runs(&world.op).expect("a list").len(), 1);
    world.catalog.held_accept(&world.op, "push:ci").await.expect("goes");
    assert_eq!(world.refs(), ["component:default/c0", "component:default/c1"]);
}
