//! What waits for the person who looks.

use crate::support::{World, component, entity};

fn of(name: &str, owner: &str) -> String {
    component(name).replace("owner: team", &format!("owner: {owner}"))
}

#[tokio::test]
async fn what_is_somebodys_and_unowned_broken_or_orphaned_is_named() {
    let world = World::with(|settings, _| settings.orphan_keep = true).await;
    let org = format!(
        "{}---\n{}---\n{}",
        entity("Group", "top", "type: team, children: [sub]"),
        entity("Group", "sub", "type: team, children: []"),
        entity("User", "jane", "memberOf: [sub]"),
    );
    world.write("org/catalog-info.yaml", &org);
    world.write("shop/catalog-info.yaml", &entity("System", "shop", "owner: top"));
    let lost = of("lost", "nobody").replace("spec:\n", "spec:\n  system: shop\n");
    world.write("lost/catalog-info.yaml", &lost);
    world.write("strange/catalog-info.yaml", &of("strange", "nobody"));
    world.write("bad/catalog-info.yaml", &of("bad", "top"));
    world.write("gone/catalog-info.yaml", &of("gone", "sub"));
    world.refresh().await;
    world.write("bad/catalog-info.yaml", &of("bad", "top").replace("  type: service\n", ""));
    world.remove("gone/catalog-info.yaml");
    world.write("new/catalog-info.yaml", "kind: [");
    world.refresh().await;

    let jane = world.person("user:default/jane", &[]);
    let found = world.catalog.attention(&jane).expect("found");
    let names = |list: &model::attention::AttentionEntities| -> Vec<String> {
        list.entities.iter().map(|it| it.entity.title.clone()).collect()
    };
    assert_eq!(names(&found.unowned), ["lost"]);
    assert!(found.unowned.entities[0].reason.contains("group:default/nobody"), "{found:?}");
    assert_eq!(names(&found.broken), ["bad"]);
    assert!(!found.broken.entities[0].reason.is_empty());
    assert_eq!(names(&found.orphaned), ["gone"]);
    assert_eq!(found.broken.path, "/catalog?owned=me&state=broken");
    assert!(found.problems_total >= 1 && !found.is_empty(), "{found:?}");
    assert!(found.problems[0].line.is_some(), "{found:?}");
    // Somebody else has the problems of the catalog, but nothing of their own.
    let stranger = world.person("user:default/stranger", &[]);
    let found = world.catalog.attention(&stranger).expect("found");
    assert_eq!(found.unowned.total + found.broken.total + found.orphaned.total, 0);
}

#[tokio::test]
async fn pending_removals_wait_with_how_much_they_would_remove() {
    let world = World::about_to_lose_two_of_three().await;
    world.refresh().await;
    let found = world.catalog.attention(&world.op).expect("found");
    assert_eq!((found.pending_removals.len(), found.pending_entities), (1, 2));
}
