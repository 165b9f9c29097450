//! What stays and what goes: files, places, orphans, tenants.

use crate::support::{World, component, entity, on_each_engine, parse, refs};
use catalog::ListRequest;
use model::catalog::EntityQuery;

#[tokio::test]
async fn what_a_removed_file_gave_goes() {
    on_each_engine(async |world| {
        world.write("a/catalog-info.yaml", &component("a"));
        world.write("b/catalog-info.yaml", &component("b"));
        world.refresh().await;
        world.remove("b/catalog-info.yaml");
        let report = world.catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!((report.added, report.changed, report.removed), (0, 0, 1));
        assert_eq!(world.refs(), ["component:default/a"]);
        // Moving a descriptor keeps its identity.
        let uid = world.get("component:default/a").expect("there").metadata.uid;
        world.write("c/catalog-info.yaml", &component("a"));
        world.remove("a/catalog-info.yaml");
        let report = world.catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!((report.added, report.removed), (0, 0));
        assert_eq!(world.get("component:default/a").expect("there").metadata.uid, uid);
    })
    .await;
}

#[tokio::test]
async fn a_place_that_is_no_longer_configured_takes_everything_along() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("a"));
    world.refresh().await;
    let restarted = world.restarted(|settings| settings.locations.clear()).await;
    let report = restarted.refresh_all(&world.op).await.expect("reads");
    assert_eq!(report.removed, 2);
    assert_eq!(restarted.entity_count(&world.op).expect("a number"), 0);
}

#[tokio::test]
async fn orphans_are_deleted_or_kept_as_configured() {
    for keep in [false, true] {
        let world = World::with(|settings, _| settings.orphan_keep = keep).await;
        let both = entity("Location", "all", "targets: [./a.yaml, ./b.yaml]");
        world.write("catalog-info.yaml", &both);
        world.write("a.yaml", &component("a"));
        world.write("b.yaml", &component("b"));
        world.refresh().await;
        assert_eq!(world.refs().len(), 3);
        world.write("catalog-info.yaml", &entity("Location", "all", "targets: [./a.yaml]"));
        world.refresh().await;
        let b = world.get("component:default/b");
        if !keep {
            assert!(b.is_none());
            continue;
        }
        let b = b.expect("kept");
        assert_eq!(b.annotation("backstage.io/orphan"), Some("true"));
        assert_eq!(world.catalog.summary(&world.op).expect("a summary").orphans, 1);
        let query = EntityQuery { state: "orphan".into(), ..EntityQuery::default() };
        let list = world.catalog.entity_list(&world.op, &query).expect("a list");
        assert_eq!(list.rows[0].entity.entity_ref, "component:default/b");
        assert!(list.rows[0].orphan);
        // It is none any more when it is named again.
        world.write("catalog-info.yaml", &both);
        world.refresh().await;
        let b = world.get("component:default/b").expect("there");
        assert_eq!(b.annotation("backstage.io/orphan"), None);
    }
}

#[tokio::test]
async fn a_missing_child_is_no_orphan() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &entity("Location", "all", "target: ./a.yaml"));
    world.write("a.yaml", &component("a"));
    world.refresh().await;
    world.remove("a.yaml");
    world.refresh().await;
    let a = world.get("component:default/a").expect("kept");
    assert!(a.status.is_some_and(|status| status.items[0].message.contains("does not exist")));
    let view = world.catalog.entity_view(&world.op, &parse("location:default/all"));
    assert!(view.expect("a view").row.broken);
}

#[tokio::test]
async fn tenants_see_their_own_only() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        world.refresh().await;
        let other = world.other_tenant("other").await;
        let op = &other;
        let catalog = &world.catalog;
        let shop = parse("component:default/shop");
        let location = parse("location:default/x");
        let uid = world.get("component:default/shop").and_then(|shop| shop.metadata.uid).unwrap();
        assert!(refs(catalog, op).is_empty());
        assert!(catalog.entity_json(op, &shop).is_err());
        assert!(catalog.entity_json_by_uid(op, &uid).is_err());
        assert!(catalog.entity_get(op, &shop).is_err());
        assert!(catalog.entity_view(op, &shop).is_err());
        assert!(catalog.source_folder(op, &shop).is_err());
        assert!(catalog.entity_refresh(op, &location).await.is_err());
        assert!(!catalog.entity_link(op, &shop).expect("a link").exists);
        assert_eq!(catalog.entity_count(op).expect("a number"), 0);
        assert!(catalog.entity_find(op, "shop", &[], 9).expect("a list").is_empty());
        assert!(catalog.entity_refs_of_kind(op, "component").expect("a list").is_empty());
        assert!(catalog.templates(op).expect("a list").is_empty());
        assert_eq!(catalog.entity_list(op, &EntityQuery::default()).expect("a list").total, 0);
        assert_eq!(catalog.summary(op).expect("a summary").total, 0);
        assert!(catalog.locations(op).expect("a list").is_empty());
        // The same sources give them uids of their own.
        catalog.refresh_all(op).await.expect("reads");
        assert_eq!(refs(catalog, op), ["component:default/shop"]);
        let theirs = catalog.entity_get(op, &shop).expect("there").metadata.uid;
        assert_ne!(theirs.as_deref(), Some(uid.as_str()));
    })
    .await;
}

#[tokio::test]
async fn nobody_sees_nothing() {
    let world = World::new().await;
    let tenant = world.op.tenant.clone();
    let nobody = access::OpContext::for_request(tenant, access::Principal::Nobody, "r".into());
    let catalog = &world.catalog;
    let unknown =
        |error: model::Error| assert!(matches!(error, model::Error::Unauthenticated { .. }));
    let listing = ListRequest::default();
    unknown(catalog.entities_listed(&nobody, &listing).await.err().expect("refused"));
    unknown(catalog.entity_json(&nobody, &parse("a:b/c")).expect_err("refused"));
    unknown(catalog.entity_list(&nobody, &EntityQuery::default()).expect_err("refused"));
    unknown(catalog.summary(&nobody).expect_err("refused"));
    unknown(catalog.locations(&nobody).expect_err("refused"));
    unknown(catalog.refresh_all(&nobody).await.expect_err("refused"));
    unknown(catalog.location_register(&nobody, "url", "https://x").await.expect_err("refused"));
    unknown(catalog.location_delete(&nobody, "x").await.expect_err("refused"));
}
