//! Many entities at once.

use crate::support::{World, entity, everything, parse};

#[tokio::test]
async fn two_thousand_entities_are_read_related_and_read_again_from_their_rows() {
    let world = World::new().await;
    let component = |number: usize| {
        let spec = format!(
            "type: service, lifecycle: production, owner: team-{}, system: system-{}, dependsOn: \
             [\"component:c{}\"]",
            number % 20,
            number % 50,
            (number + 1) % 1930
        );
        entity("Component", &format!("c{number}"), &spec)
    };
    let mut all: Vec<String> = (0..1930).map(component).collect();
    all.extend((0..50).map(|n| entity("System", &format!("system-{n}"), "owner: team-0")));
    all.extend((0..20).map(|n| entity("Group", &format!("team-{n}"), "type: team, children: []")));
    // One large file of several documents, many small ones.
    world.write("catalog-info.yaml", &all[..1000].join("---\n"));
    for (index, text) in all[1000..].iter().enumerate() {
        world.write(&format!("d{}/e{index}/catalog-info.yaml", index % 10), text);
    }
    let report = world.refresh().await;
    assert_eq!(report.added, 2001);
    assert!(world.problems().is_empty(), "{:?}", world.problems());
    let team = world.get("group:default/team-0").expect("there");
    assert_eq!(team.relations.len(), 97 + 50);
    let one = world.get("component:default/c1").expect("there");
    let relations: Vec<_> = one.relations.iter().map(|found| found.target_ref.as_str()).collect();
    assert_eq!(
        relations,
        [
            "component:default/c0",
            "component:default/c2",
            "group:default/team-1",
            "system:default/system-1"
        ]
    );
    let restarted = world.restarted(|_| {}).await;
    let again = |catalog: &catalog::Catalog| everything(catalog, &world.op);
    assert_eq!(again(&restarted), again(&world.catalog));
    let same = restarted.refresh_all(&world.op).await.expect("reads");
    assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));
    world.remove("d0/e0/catalog-info.yaml");
    let report = restarted.refresh_all(&world.op).await.expect("reads");
    assert_eq!((report.added, report.changed, report.removed), (0, 0, 1));
    assert!(restarted.entity_get(&world.op, &parse("component:c1000")).is_err());
    // What depended on it says so no longer, and keeps its own dangling relation.
    let before = restarted.entity_get(&world.op, &parse("component:c999")).expect("there");
    assert!(before.relations.iter().any(|found| found.target_ref == "component:default/c1000"));
    let after = restarted.entity_get(&world.op, &parse("component:c1001")).expect("there");
    assert!(!after.relations.iter().any(|found| found.target_ref == "component:default/c1000"));
}

/// Prints what the events of a first ingest cost beside the rest of it:
/// `cargo test -p catalog --test service -- --ignored --nocapture events_of_a_first_ingest`.
#[tokio::test]
#[ignore = "it measures"]
async fn the_events_of_a_first_ingest_cost_little_beside_it() {
    crate::support::on_each_engine(async |world| {
        const MANY: usize = 20_000;
        let text = |number: usize| crate::support::component(&format!("c{number}"));
        for file in 0..20 {
            let from = file * MANY / 20;
            let all: Vec<String> = (from..from + MANY / 20).map(text).collect();
            world.write(&format!("f{file}/catalog-info.yaml"), &all.join("---\n"));
        }
        let begun = std::time::Instant::now();
        assert_eq!(world.refresh().await.added, MANY + 1);
        let whole = begun.elapsed();
        let begun = std::time::Instant::now();
        let mut tx = world.op.db().begin().await.expect("begins");
        let event = |number: usize| {
            let data = serde_json::json!({"version": number, "owner": "group:default/team"});
            let subject = format!("component:default/c{number}");
            activity::NewEvent::new("catalog.entity.added", subject, data)
        };
        activity::publish(&world.op, &mut tx, (0..MANY).map(event)).await.expect("written");
        tx.commit().await.expect("commits");
        let events = begun.elapsed();
        let share = 100.0 * events.as_secs_f64() / (whole - events).as_secs_f64();
        println!("{}: {whole:?}, of it events {events:?}: {share:.1} % more", world.engine());
    })
    .await;
}
