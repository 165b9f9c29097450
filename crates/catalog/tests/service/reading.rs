//! From descriptors to entities: relations both ways, placeholders, children, unchanged input.

use crate::support::{World, component, entity, everything, on_each_engine, parse};
use serde_json::Value;

#[tokio::test]
async fn a_folder_becomes_entities_that_relate_both_ways_and_survive_a_restart() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        let team =
            entity("Group", "team", "type: team, children: [], profile: {displayName: The Team}");
        let system = entity("System", "web", "owner: team");
        world.write("org/catalog-info.yaml", &format!("{team}---\n{system}"));
        let report = world.refresh().await;
        // One more is the Location that stands for the folder.
        assert_eq!((report.added, report.failed), (4, 0));
        assert_eq!(
            world.refs(),
            ["component:default/shop", "group:default/team", "system:default/web"]
        );

        let check = |catalog: &catalog::Catalog| {
            let json = catalog.entity_json(&world.op, &parse("Group:Default/TEAM")).expect("json");
            let team: Value = serde_json::from_slice(&json).expect("JSON");
            let relations: Vec<_> = team["relations"]
                .as_array()
                .expect("relations")
                .iter()
                .map(|found| {
                    format!(
                        "{} {}",
                        found["type"].as_str().unwrap(),
                        found["targetRef"].as_str().unwrap()
                    )
                })
                .collect();
            assert_eq!(relations, ["ownerOf component:default/shop", "ownerOf system:default/web"]);
            assert_eq!(team["metadata"]["etag"].as_str().map(str::len), Some(40));
            assert_eq!(team["metadata"]["uid"].as_str().map(str::len), Some(36));
            let location = &team["metadata"]["annotations"]["backstage.io/managed-by-location"];
            let path = world.path("org/catalog-info.yaml");
            assert_eq!(location.as_str(), Some(format!("file:{}", path.display()).as_str()));
            (team["metadata"]["uid"].clone(), team["metadata"]["etag"].clone())
        };
        let before = check(&world.catalog);
        let restarted = world.restarted(|_| {}).await;
        assert_eq!(check(&restarted), before);
    })
    .await;
}

#[tokio::test]
async fn unchanged_input_writes_nothing() {
    on_each_engine(async |world| {
        world.write("a/catalog-info.yaml", &component("a"));
        world.write("b/catalog-info.yaml", "not: [closed\n");
        world.write("c/catalog-info.yaml", &component("a"));
        world.write("d/catalog-info.yaml", &entity("Location", "more", "target: ./x.yaml"));
        world.write("d/x.yaml", &component("x"));
        let first = world.refresh().await;
        assert_eq!(first.added, 4);
        let events = world.events("entity-mutate").await;
        let version = |catalog: &catalog::Catalog| everything(catalog, &world.op);
        let before = version(&world.catalog);
        let again = world.refresh().await;
        assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));
        // A restart forgets times and sizes, so hashes have to tell.
        let restarted = world.restarted(|_| {}).await;
        let again = restarted.refresh_all(&world.op).await.expect("reads");
        assert_eq!((again.added, again.changed, again.removed), (0, 0, 0));
        assert_eq!(world.events("entity-mutate").await, events);
        assert_eq!(version(&restarted), before);
        let problems = |catalog: &catalog::Catalog| catalog.problems(&world.op).expect("problems");
        assert_eq!(problems(&restarted), problems(&world.catalog));
    })
    .await;
}

#[tokio::test]
async fn an_edited_file_shows_at_a_glance_and_keeps_its_uid() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        world.refresh().await;
        let before = world.get("component:default/shop").expect("there");
        let text = component("shop").replace("production", "deprecated");
        world.write("catalog-info.yaml", &text);
        let report = world.catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!((report.added, report.changed, report.removed), (0, 1, 0));
        let after = world.get("component:default/shop").expect("there");
        assert_eq!(after.spec_str("lifecycle"), Some("deprecated"));
        assert_eq!(after.metadata.uid, before.metadata.uid);
        assert_ne!(after.metadata.etag, before.metadata.etag);
        world.write("new/catalog-info.yaml", &component("new"));
        let report = world.catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!((report.added, report.changed), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn the_etag_changes_when_a_relation_does() {
    let world = World::new().await;
    let team = entity("Group", "team", "type: team, children: []");
    world.write("org/catalog-info.yaml", &team);
    world.refresh().await;
    let before = world.get("group:default/team").expect("there");
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    let after = world.get("group:default/team").expect("there");
    assert_eq!(after.relations.len(), 1);
    assert_ne!(after.metadata.etag, before.metadata.etag);
    assert_eq!(after.metadata.uid, before.metadata.uid);
}

#[tokio::test]
async fn an_etag_of_the_descriptor_stays_and_a_uid_does_not() {
    let world = World::new().await;
    let text = component("shop").replace("name: shop", "name: shop\n  etag: mine\n  uid: mine");
    world.write("catalog-info.yaml", &text);
    world.refresh().await;
    let shop = world.get("component:default/shop").expect("there");
    assert_eq!(shop.metadata.etag.as_deref(), Some("mine"));
    assert_ne!(shop.metadata.uid.as_deref(), Some("mine"));
}

#[tokio::test]
async fn placeholders_are_read_from_the_same_folder_and_watched() {
    let world = World::new().await;
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: api}\nspec:\n  type: \
               openapi\n  lifecycle: production\n  owner: team\n  definition:\n    $text: \
               ../shared/api.yaml\n";
    world.write("api/catalog-info.yaml", api);
    world.write("shared/api.yaml", "openapi: 3.0.0\n");
    world.refresh().await;
    let definition = || {
        let api = world.get("api:default/api").expect("there");
        api.spec_str("definition").map(str::to_owned)
    };
    assert_eq!(definition().as_deref(), Some("openapi: 3.0.0\n"));
    world.write("shared/api.yaml", "openapi: 3.1.0\n# longer\n");
    world.catalog.refresh_changed(&world.op).await.expect("reads");
    assert_eq!(definition().as_deref(), Some("openapi: 3.1.0\n# longer\n"));
}

#[tokio::test]
async fn a_placeholder_that_leads_out_is_refused() {
    let outside = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(outside.path(), "secret").expect("writes");
    let world = World::new().await;
    let up = format!(
        "{}{}",
        "../".repeat(20),
        outside.path().display().to_string().trim_start_matches('/')
    );
    for (name, target) in [("a", up), ("b", outside.path().display().to_string())] {
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {name}}}\nspec: {{type: \
             x, lifecycle: y, owner: z, definition: {{$text: \"{target}\"}}}}\n"
        );
        world.write(&format!("{name}/catalog-info.yaml"), &text);
    }
    world.refresh().await;
    assert!(world.refs().is_empty(), "{:?}", world.refs());
    let problems = world.problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|text| text.contains("could not read location")), "{problems:?}");
    assert!(!problems.iter().any(|text| text.contains("secret")), "{problems:?}");
}

#[tokio::test]
async fn a_location_names_more_files_and_its_children_know_it() {
    let world = World::new().await;
    world.write(
        "catalog-info.yaml",
        &entity("Location", "all", "targets: [./parts/*.yaml, ./one.yaml]"),
    );
    world.write("parts/a.yaml", &component("a"));
    world.write("parts/b.yaml", &component("b"));
    world.write("one.yaml", &entity("Location", "inner", "target: ./deep/c.yaml"));
    world.write("deep/c.yaml", &component("c"));
    world.refresh().await;
    assert_eq!(
        world.refs(),
        [
            "component:default/a",
            "component:default/b",
            "component:default/c",
            "location:default/all",
            "location:default/inner"
        ]
    );
    // A new file that fits the pattern shows at a glance.
    world.write("parts/d.yaml", &component("d"));
    world.catalog.refresh_changed(&world.op).await.expect("reads");
    assert!(world.get("component:default/d").is_some());
    world.write("deep/c.yaml", &component("c2"));
    world.catalog.refresh_changed(&world.op).await.expect("reads");
    assert!(world.get("component:default/c").is_none());
    assert!(world.get("component:default/c2").is_some());
}
