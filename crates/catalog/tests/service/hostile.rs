//! Descriptors that are well-formed and meant to hurt: circles, heaps and bombs.

use crate::support::{World, component, entity, on_each_engine, parse};
use model::catalog::EntityQuery;

/// Everything that walks relations still answers.
fn look_around(world: &World, entity_refs: &[&str]) {
    for entity_ref in entity_refs {
        let view = world.catalog.entity_view(&world.op, &parse(entity_ref)).expect("a view");
        assert!(!view.relations.is_empty(), "{entity_ref}");
    }
    let query = EntityQuery { q: "a".into(), ..EntityQuery::default() };
    world.catalog.entity_list(&world.op, &query).expect("a list");
    world.catalog.summary(&world.op).expect("a summary");
}

#[tokio::test]
async fn groups_systems_and_domains_may_go_in_circles() {
    on_each_engine(async |world| {
        let all = [
            entity("Group", "a", "type: team, parent: b, children: [b]"),
            entity("Group", "b", "type: team, parent: a, children: [a]"),
            entity("Group", "self", "type: team, parent: self, children: [self], members: [jane]"),
            entity("User", "jane", "memberOf: [self, a]"),
            entity("Domain", "x", "owner: a, subdomainOf: y"),
            entity("Domain", "y", "owner: a, subdomainOf: x"),
            entity("System", "s", "owner: b, domain: x"),
            entity(
                "Component",
                "one",
                "type: service, lifecycle: x, owner: a, system: s, subcomponentOf: two, dependsOn: \
                 [\"component:two\", \"component:one\"]",
            ),
            entity(
                "Component",
                "two",
                "type: service, lifecycle: x, owner: b, system: s, subcomponentOf: one, dependsOn: \
                 [\"component:one\"]",
            ),
        ];
        world.write("catalog-info.yaml", &all.join("---\n"));
        world.refresh().await;
        assert_eq!(world.refs().len(), all.len(), "{:?}", world.problems());
        let refs = ["group:a", "group:self", "user:jane", "domain:x", "system:s", "component:one"];
        look_around(&world, &refs);
        // Locations that name each other are read once.
        world.write("l/catalog-info.yaml", &entity("Location", "l1", "targets: [../m/x.yaml]"));
        let back = entity("Location", "l2", "targets: [../l/catalog-info.yaml, ./x.yaml]");
        world.write("m/x.yaml", &back);
        world.refresh().await;
        assert_eq!(world.refs().len(), all.len() + 2, "{:?}", world.problems());
        let same = world.refresh().await;
        assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn one_entity_may_have_ten_thousand_relations() {
    on_each_engine(async |world| {
        let targets: Vec<String> = (0..10_000).map(|n| format!("\"component:c{n}\"")).collect();
        let spec =
            format!("type: service, lifecycle: x, owner: o, dependsOn: [{}]", targets.join(", "));
        world.write("catalog-info.yaml", &entity("Component", "hub", &spec));
        world.write("c/catalog-info.yaml", &component("c7"));
        let report = world.refresh().await;
        assert_eq!(report.failed, 0, "{:?}", world.problems());
        let hub = world.get("component:default/hub").expect("there");
        assert_eq!(hub.relations.len(), 10_001);
        let c7 = world.get("component:default/c7").expect("there");
        assert!(c7.relations.iter().any(|found| found.target_ref == "component:default/hub"));
        look_around(&world, &["component:hub", "component:c7"]);
        let restarted = world.restarted(|_| {}).await;
        let same = restarted.refresh_all(&world.op).await.expect("reads");
        assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn definitions_of_a_megabyte_are_kept_to_the_letter() {
    on_each_engine(async |world| {
        let line = "    path: /some/where/é # not a comment\n";
        let definition = line.repeat(1024 * 1024 / line.len() + 1);
        let start = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: NAME}\nspec:\n  \
                     type: openapi\n  lifecycle: x\n  owner: y\n  definition:";
        let inline = format!("{} |\n{definition}", start.replace("NAME", "inline"));
        world.write("a/catalog-info.yaml", &inline);
        let other = format!("{} {{$text: ./definition.txt}}\n", start.replace("NAME", "placed"));
        world.write("b/catalog-info.yaml", &other);
        world.write("b/definition.txt", &definition);
        world.refresh().await;
        assert!(world.problems().is_empty(), "{:?}", world.problems());
        let text = |name: &str| {
            let found = world.get(&format!("api:default/{name}")).expect("there");
            found.spec_str("definition").expect("a definition").to_owned()
        };
        assert!(text("placed") == definition, "what a placeholder names is another text");
        let unindented: String = definition.lines().map(|line| format!("{}\n", &line[4..])).collect();
        assert!(text("inline") == unindented, "what stands there is another text");
        look_around(&world, &["api:inline"]);
    })
    .await;
}

#[tokio::test]
async fn a_text_that_unfolds_to_billions_is_a_problem_and_the_rest_is_read() {
    let world = World::new().await;
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    world.write("bomb/catalog-info.yaml", &bomb);
    let wide = format!("{}spec2: {}\n", component("deep"), "[".repeat(100_000));
    world.write("deep/catalog-info.yaml", &wide);
    world.write("good/catalog-info.yaml", &component("good"));
    let json = format!("{}  more: {{$yaml: ./bomb.yaml}}\n", component("placed"));
    world.write("placed/catalog-info.yaml", &json);
    world.write("placed/bomb.yaml", &bomb);
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/good"]);
    assert_eq!(world.problems().len(), 3, "{:?}", world.problems());
    // The last good version stays when a bomb takes its place.
    world.write("good/catalog-info.yaml", &bomb);
    world.refresh().await;
    let good = world.get("component:default/good").expect("still there");
    assert!(good.status.is_some());
}

#[tokio::test]
async fn keys_that_differ_only_in_case_are_two() {
    let world = World::new().await;
    let text = component("shop")
        .replace("  name: shop\n", "  name: shop\n  labels: {Team: a, team: b}\n  Name: other\n");
    world.write("catalog-info.yaml", &text);
    world.refresh().await;
    let shop = world.get("component:default/shop").expect("there");
    let json = serde_json::to_value(&shop).expect("JSON");
    assert_eq!(json["metadata"]["labels"]["Team"], "a");
    assert_eq!(json["metadata"]["labels"]["team"], "b");
    assert_eq!(json["metadata"]["name"], "shop");
    // A second key of the same name is an error that says where.
    world
        .write("twice/catalog-info.yaml", &component("twice").replace("spec:", "kind: API\nspec:"));
    world.refresh().await;
    assert!(world.get("component:default/twice").is_none());
    assert!(world.problems()[0].contains(":5:"), "{:?}", world.problems());
}
