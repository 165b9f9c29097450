//! How far an entity can be trusted, and runs that would remove too much.

use crate::support::{World, component, entity, on_each_engine, parse};
use catalog::{HoldSettings, LocationSetting, LocationType};
use model::catalog::EntityQuery;
use model::freshness::FreshnessState;
use model::history::Change;

fn state_of(world: &World, entity_ref: &str) -> (FreshnessState, String) {
    let view = world.catalog.entity_view(&world.op, &parse(entity_ref)).expect("a view");
    (view.row.freshness.state, view.row.freshness.reason)
}

/// Ten components in files of their own.
fn ten(world: &World) {
    for number in 0..10 {
        world.write(&format!("c{number}/catalog-info.yaml"), &component(&format!("c{number}")));
    }
}

fn remove(world: &World, numbers: std::ops::Range<usize>) {
    for number in numbers {
        world.remove(&format!("c{number}/catalog-info.yaml"));
    }
}

fn many(world: &World) -> usize {
    world.refs().len()
}

#[tokio::test]
async fn every_entity_says_how_far_it_can_be_trusted() {
    let world = World::with(|settings, _| settings.orphan_keep = true).await;
    world.write("catalog-info.yaml", &entity("Location", "all", "targets: [./a.yaml, ./b.yaml]"));
    world.write("a.yaml", &component("a"));
    world.write("b.yaml", &component("b"));
    world.write("c/catalog-info.yaml", &component("c"));
    world.refresh().await;
    assert_eq!(state_of(&world, "component:a"), (FreshnessState::Fresh, String::new()));

    let broken_at = access::now();
    world.write("catalog-info.yaml", &entity("Location", "all", "targets: [./a.yaml]"));
    world.write("a.yaml", &component("a").replace("  owner: team\n", ""));
    world.refresh().await;
    let (state, reason) = state_of(&world, "component:a");
    assert_eq!(state, FreshnessState::Broken);
    assert!(reason.contains("must have required property 'owner'"), "{reason}");
    let view = world.catalog.entity_view(&world.op, &parse("component:a")).expect("a view");
    assert!(view.row.freshness.since >= broken_at);
    assert_eq!(state_of(&world, "component:b").0, FreshnessState::Orphaned);
    assert_eq!(state_of(&world, "component:c").0, FreshnessState::Fresh);

    // Reading it again does not make it younger.
    let since = view.row.freshness.since;
    world.refresh().await;
    let view = world.catalog.entity_view(&world.op, &parse("component:a")).expect("a view");
    assert_eq!(view.row.freshness.since, since);
}

#[tokio::test]
async fn what_a_source_gave_is_stale_while_it_cannot_be_read_and_nothing_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("repository");
    let files: Vec<(String, String)> = (0..10)
        .map(|number| (format!("c{number}/catalog-info.yaml"), component(&format!("c{number}"))))
        .collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    crate::support::repository(&repository, &files);
    let target = repository.to_string_lossy().into_owned();
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, target)];
    })
    .await;
    world.refresh().await;
    assert_eq!(many(&world), 10);
    std::fs::rename(&repository, folder.path().join("away")).expect("moves");
    let report = world.refresh().await;
    assert_eq!((report.failed, report.removed, many(&world)), (1, 0, 10));
    let (state, reason) = state_of(&world, "component:c1");
    assert_eq!(state, FreshnessState::Stale);
    assert!(reason.starts_with("Its source cannot be read: "), "{reason}");
    let query = EntityQuery { state: "stale".into(), ..EntityQuery::default() };
    assert_eq!(world.catalog.entity_list(&world.op, &query).expect("a list").total, 10);
    assert!(world.catalog.held_runs(&world.op).expect("a list").is_empty());

    std::fs::rename(folder.path().join("away"), &repository).expect("moves");
    world.refresh().await;
    assert_eq!(state_of(&world, "component:c1").0, FreshnessState::Fresh);
}

#[tokio::test]
async fn a_run_that_would_remove_too_much_waits_and_an_administrator_accepts() {
    on_each_engine(async |world| {
        ten(&world);
        world.refresh().await;
        remove(&world, 0..6);
        world.write("new/catalog-info.yaml", &component("new"));
        let report = world.refresh().await;
        assert_eq!((report.added, report.removed), (1, 0), "what is new comes all the same");
        assert_eq!(many(&world), 11);
        let (catalog, op) = (&world.catalog, &world.op);
        let held = catalog.held_runs(op).expect("a list");
        assert_eq!((held.len(), held[0].given, held[0].total), (1, 10, 6));
        assert_eq!(held[0].entities[0].entity_ref, "component:default/c0");
        assert!(held[0].entities[0].exists);
        let (state, reason) = state_of(&world, "component:c0");
        assert_eq!(state, FreshnessState::Stale);
        assert!(reason.ends_with("its removal waits for a decision."), "{reason}");
        assert_eq!(state_of(&world, "component:c9").0, FreshnessState::Fresh);

        // It waits through readings and restarts; what comes back meanwhile stays.
        world.refresh().await;
        world.write("c0/catalog-info.yaml", &component("c0"));
        world.write("c1/catalog-info.yaml", &component("c1"));
        let restarted = world.restarted(|settings| settings.hold.above_percent = 20).await;
        restarted.refresh_all(op).await.expect("reads");
        let held = restarted.held_runs(op).expect("a list");
        assert_eq!(held.len(), 0, "four may go without a question: {held:?}");
        assert_eq!(restarted.entity_count(op).expect("a number"), 8);
    })
    .await;
}

#[tokio::test]
async fn accepting_removes_exactly_what_was_listed_and_it_can_be_undone() {
    on_each_engine(async |world| {
        ten(&world);
        world.refresh().await;
        remove(&world, 0..8);
        world.refresh().await;
        let (catalog, op) = (&world.catalog, &world.op);
        let key = catalog.held_runs(op).expect("a list")[0].source_key.clone();
        catalog.held_accept(op, &key).await.expect("goes");
        assert_eq!(many(&world), 2);
        assert!(catalog.held_runs(op).expect("a list").is_empty());
        assert_eq!(catalog.removed_list(op).await.expect("a list").total, 8);
        assert!(catalog.held_accept(op, &key).await.is_err(), "only once");
        let other = world.other_tenant("other").await;
        assert!(catalog.held_runs(&other).expect("a list").is_empty());
    })
    .await;
}

#[tokio::test]
async fn rejecting_keeps_them_by_hand_until_their_source_gives_them_again() {
    on_each_engine(async |world| {
        ten(&world);
        world.refresh().await;
        remove(&world, 0..8);
        world.refresh().await;
        let (catalog, op) = (&world.catalog, &world.op);
        let key = catalog.held_runs(op).expect("a list")[0].source_key.clone();
        catalog.held_reject(op, &key).await.expect("stays");
        world.refresh().await;
        assert_eq!((many(&world), catalog.held_runs(op).expect("a list").len()), (10, 0));
        let (state, reason) = state_of(&world, "component:c0");
        assert_eq!(state, FreshnessState::Stale);
        assert!(reason.starts_with("Kept by hand: "), "{reason}");
        world.write("c0/catalog-info.yaml", &component("c0"));
        world.refresh().await;
        assert_eq!(state_of(&world, "component:c0").0, FreshnessState::Fresh);
        let history = catalog.entity_history(op, &parse("component:c0")).await.expect("a history");
        let kinds: Vec<Change> = history.versions.iter().map(|version| version.change).collect();
        assert_eq!(kinds, [Change::Kept, Change::Added], "taking over the same is no change");
    })
    .await;
}

#[tokio::test]
async fn a_handful_goes_without_a_question() {
    let world = World::new().await;
    ten(&world);
    world.refresh().await;
    remove(&world, 0..5);
    assert_eq!(world.refresh().await.removed, 5);
    let none = HoldSettings { above_percent: 100, free: 0 };
    let world = World::with(|settings, _| settings.hold = none).await;
    ten(&world);
    world.refresh().await;
    remove(&world, 0..10);
    assert_eq!(world.refresh().await.removed, 10);
}

#[tokio::test]
async fn of_two_sources_that_give_one_entity_the_first_keeps_it_and_the_second_gets_the_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let second = folder.path().to_string_lossy().into_owned();
    std::fs::write(folder.path().join("catalog-info.yaml"), component("shop")).expect("writes");
    let world = World::with(|settings, _| {
        settings.locations.push(LocationSetting::new(LocationType::File, second));
    })
    .await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/shop"]);
    let problems = world.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("is given by") && problems[0].contains("keeps it"),
        "{problems:?}"
    );
    // The second gives it as soon as the first does not.
    world.remove("catalog-info.yaml");
    world.refresh().await;
    let view = world.catalog.entity_view(&world.op, &parse("component:shop")).expect("a view");
    assert!(view.source.starts_with(&*folder.path().to_string_lossy()), "{}", view.source);
    assert!(world.problems().is_empty());
}
