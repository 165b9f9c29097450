//! What an entity was: versions, differences, any moment; and what comes back after its removal.

use crate::support::{World, component, entity, on_each_engine, parse};
use catalog::HistorySettings;
use model::history::{Change, EntityDiff};
use model::time::Timestamp;
use std::time::Duration;

const SHOP: &str = "component:default/shop";

fn described(description: &str) -> String {
    let with = format!("  name: shop\n  description: {description}\n");
    component("shop").replace("  name: shop\n", &with)
}

fn changes(diff: &EntityDiff) -> Vec<(&str, Option<&str>, Option<&str>)> {
    diff.fields
        .iter()
        .map(|field| (field.path.as_str(), field.before.as_deref(), field.after.as_deref()))
        .collect()
}

async fn ids(world: &World) -> Vec<(i64, Change)> {
    let history = world.catalog.entity_history(&world.op, &parse(SHOP)).await.expect("a history");
    history.versions.iter().map(|version| (version.id, version.change)).collect()
}

#[tokio::test]
async fn every_change_is_a_version_that_can_be_compared_with_any_other() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        world.refresh().await;
        world.write("catalog-info.yaml", &described("sells"));
        world.refresh().await;
        // Reading the same again, or anew with errors, is no version.
        world.refresh().await;
        world.write("catalog-info.yaml", "kind: [");
        world.refresh().await;
        let last = described("sells more").replace("owner: team", "owner: others");
        world.write("catalog-info.yaml", &last);
        world.refresh().await;

        let shop = parse(SHOP);
        let history = world.catalog.entity_history(&world.op, &shop).await.expect("a history");
        assert!(history.entity.exists && !history.cut);
        let kinds: Vec<Change> = history.versions.iter().map(|version| version.change).collect();
        assert_eq!(kinds, [Change::Changed, Change::Changed, Change::Added]);
        let newest = &history.versions[0];
        assert_eq!(newest.fields, ["metadata.description", "spec.owner"]);
        assert_eq!(newest.author.principal, "system:test");
        assert!(newest.source.ends_with("catalog-info.yaml"), "{newest:?}");

        let diff = world.catalog.entity_diff(&world.op, &shop, None, None).await.expect("a diff");
        assert_eq!(
            changes(&diff),
            [
                ("metadata.description", Some("sells"), Some("sells more")),
                ("spec.owner", Some("team"), Some("others"))
            ]
        );
        let (first, last) = (history.versions[2].id, newest.id);
        // In either order.
        for (from, to) in [(first, last), (last, first)] {
            let diff = world.catalog.entity_diff(&world.op, &shop, Some(from), Some(to)).await;
            let diff = diff.expect("a diff");
            assert_eq!(changes(&diff)[0], ("metadata.description", None, Some("sells more")));
            assert_eq!(diff.from.expect("an earlier one").id, first);
        }
        let whole = world.catalog.entity_diff(&world.op, &shop, None, Some(first)).await;
        let whole = whole.expect("a diff");
        assert!(whole.from.is_none());
        assert!(changes(&whole).contains(&("kind", None, Some("Component"))), "{whole:?}");
        let unknown = world.catalog.entity_diff(&world.op, &shop, Some(999_999), None).await;
        assert!(matches!(unknown, Err(model::Error::NotFound { .. })), "{unknown:?}");

        // After a restart it goes on where it was.
        let restarted = world.restarted(|_| {}).await;
        world.write("catalog-info.yaml", &described("again"));
        restarted.refresh_all(&world.op).await.expect("reads");
        let history = restarted.entity_history(&world.op, &shop).await.expect("a history");
        assert_eq!(history.versions.len(), 4);
        assert!(history.versions[0].id > last);
    })
    .await;
}

#[tokio::test]
async fn an_entity_can_be_seen_as_of_any_moment() {
    on_each_engine(async |world| {
        let mut moments = vec![access::now()];
        for description in ["one", "two", "three"] {
            tokio::time::sleep(Duration::from_millis(20)).await;
            world.write("catalog-info.yaml", &described(description));
            world.refresh().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            moments.push(access::now());
        }
        world.write("other/catalog-info.yaml", &component("other"));
        world.remove("catalog-info.yaml");
        world.refresh().await;
        moments.push(access::now());
        let shop = parse(SHOP);
        let mut seen = Vec::new();
        for at in moments {
            let found = world.catalog.entity_as_of(&world.op, &shop, at).await.expect("an answer");
            assert_eq!(found.at, at);
            let yaml = found.yaml.unwrap_or_default();
            let line = yaml.lines().find_map(|line| line.trim().strip_prefix("description: "));
            seen.push((found.version.map(|version| version.change), line.map(str::to_owned)));
            assert!(yaml.is_empty() || yaml.starts_with("apiVersion:"), "{yaml}");
        }
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                (None, None),
                (Some(Change::Added), text("one")),
                (Some(Change::Changed), text("two")),
                (Some(Change::Changed), text("three")),
                (Some(Change::Removed), None),
            ]
        );
        let unknown = world.catalog.entity_history(&world.op, &parse("component:none")).await;
        assert!(matches!(unknown, Err(model::Error::NotFound { .. })), "{unknown:?}");
    })
    .await;
}

#[tokio::test]
async fn old_versions_go_and_what_is_left_still_fits_together() {
    on_each_engine(async |world| {
        for number in 0..6 {
            world.write("catalog-info.yaml", &described(&format!("number {number}")));
            world.refresh().await;
        }
        let few = world
            .restarted(|settings| {
                settings.history =
                    HistorySettings { max_versions: 2, ..HistorySettings::default() };
            })
            .await;
        // Four of the shop; the Location that stands for the source has one.
        assert_eq!(few.history_prune(&world.op).await.expect("prunes"), 4);
        let shop = parse(SHOP);
        let history = few.entity_history(&world.op, &shop).await.expect("a history");
        assert_eq!((history.versions.len(), history.cut), (2, true));
        let diff = few.entity_diff(&world.op, &shop, None, Some(history.versions[1].id)).await;
        assert_eq!(
            changes(&diff.expect("a diff")),
            [("metadata.description", Some("number 3"), Some("number 4"))]
        );
        let early = few.entity_as_of(&world.op, &shop, Timestamp(1)).await.expect_err("not kept");
        assert!(early.to_string().contains("its history begins at"), "{early}");

        tokio::time::sleep(Duration::from_millis(20)).await;
        let none = world
            .restarted(|settings| {
                settings.history.keep_for = Duration::from_millis(1);
                settings.history.undo_for = Duration::from_millis(1);
            })
            .await;
        none.history_prune(&world.op).await.expect("prunes");
        let history = none.entity_history(&world.op, &shop).await.expect("a history");
        assert_eq!(history.versions.len(), 1, "the newest one of what is there stays");
    })
    .await;
}

#[tokio::test]
async fn a_removed_entity_comes_back_by_hand_and_yields_to_its_source() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &described("sells"));
        world.write("b/catalog-info.yaml", &entity("System", "b", "owner: team"));
        world.refresh().await;
        let uid = world.get(SHOP).expect("there").metadata.uid;
        world.remove("catalog-info.yaml");
        world.refresh().await;
        assert!(world.get(SHOP).is_none());
        let (catalog, op, shop) = (&world.catalog, &world.op, parse(SHOP));
        let removed = catalog.removed_list(op).await.expect("a list");
        assert_eq!((removed.total, removed.entities.len()), (1, 1));
        let one = &removed.entities[0];
        assert_eq!((one.entity.entity_ref.as_str(), one.entity.kind.as_str()), (SHOP, "Component"));
        assert!(!one.entity.exists && one.source.ends_with("catalog-info.yaml"), "{one:?}");
        assert_eq!(one.at.until(one.until), 30 * 24 * 3_600_000);

        catalog.entity_restore(op, &shop).await.expect("comes back");
        let back = world.get(SHOP).expect("there");
        assert_eq!((back.metadata.uid, back.metadata.description.as_deref()), (uid, Some("sells")));
        assert_eq!(back.relations.len(), 1);
        assert!(catalog.removed_list(op).await.expect("a list").entities.is_empty());
        assert!(catalog.entity_restore(op, &shop).await.is_err(), "only once");
        // No reading takes it away again, nor does a restart.
        world.refresh().await;
        let restarted = world.restarted(|_| {}).await;
        restarted.refresh_all(op).await.expect("reads");
        assert!(restarted.entity_get(op, &shop).is_ok());

        // Its source takes it over.
        world.write("elsewhere/catalog-info.yaml", &described("from its source"));
        world.refresh().await;
        assert!(world.problems().is_empty(), "{:?}", world.problems());
        let refused = catalog.entity_remove(op, &shop).await.expect_err("it would come back");
        assert!(refused.to_string().contains("Remove it there"), "{refused}");
        let kinds: Vec<Change> = ids(&world).await.into_iter().map(|(_, change)| change).collect();
        assert_eq!(kinds, [Change::Changed, Change::Restored, Change::Removed, Change::Added]);
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_by_hand_can_be_removed_by_hand() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    world.remove("catalog-info.yaml");
    world.refresh().await;
    let (catalog, op, shop) = (&world.catalog, &world.op, parse(SHOP));
    catalog.entity_restore(op, &shop).await.expect("comes back");
    catalog.entity_remove(op, &shop).await.expect("goes");
    assert!(world.get(SHOP).is_none());
    assert_eq!(catalog.removed_list(op).await.expect("a list").total, 1);
    assert_eq!(world.events("entity-mutate").await, 4);
}

#[tokio::test]
async fn what_was_removed_and_is_given_again_is_not_listed_and_tenants_see_their_own() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    world.remove("catalog-info.yaml");
    world.refresh().await;
    let other = world.other_tenant("other").await;
    assert_eq!(world.catalog.removed_list(&other).await.expect("a list").total, 0);
    assert!(world.catalog.entity_history(&other, &parse(SHOP)).await.is_err());
    assert!(world.catalog.entity_restore(&other, &parse(SHOP)).await.is_err());
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    assert_eq!(world.catalog.removed_list(&world.op).await.expect("a list").total, 0);
    let tenant = world.op.tenant.clone();
    let nobody = access::OpContext::for_request(tenant, access::Principal::Nobody, "r".into());
    assert!(world.catalog.removed_list(&nobody).await.is_err());
    assert!(world.catalog.entity_history(&nobody, &parse(SHOP)).await.is_err());
}

#[tokio::test]
async fn each_change_of_an_entity_is_an_event_of_its_transaction() {
    use activity::EventBus;
    crate::support::on_each_engine(async |world| {
        world.write("a/catalog-info.yaml", &component("a"));
        world.write("b/catalog-info.yaml", &component("b"));
        world.refresh().await;
        let changed = component("a").replace("owner: team", "owner: others");
        world.write("a/catalog-info.yaml", &changed);
        world.remove("b/catalog-info.yaml");
        world.refresh().await;
        let mut following = activity::Tail.subscribe(&world.op.tenant, 1);
        let mut events = Vec::new();
        while events.len() < 4 {
            events.extend(following.next().await.expect("reads").events);
        }
        let said = |event: &activity::Event| {
            (event.event_type.replace("dev.callboard.catalog.entity.", ""), event.subject.clone())
        };
        let mut found: Vec<_> = events.iter().map(said).collect();
        found[..2].sort();
        found[2..].sort();
        let expected =
            |what: &str, name: &str| (what.to_owned(), format!("component:default/{name}"));
        assert_eq!(
            found,
            [
                expected("added", "a"),
                expected("added", "b"),
                expected("changed", "a"),
                expected("removed", "b")
            ]
        );
        let changed = events.iter().find(|event| event.event_type.ends_with("changed"));
        let data = &changed.expect("there").data;
        assert_eq!(data["owner"], "group:default/others");
        assert!(data["version"].as_i64().is_some_and(|version| version > 0), "{data}");
        // The same in the one line of the audit log per transaction.
        assert_eq!(world.events("entity-mutate").await, 2);
    })
    .await;
}
