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
