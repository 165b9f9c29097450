//! A refresh says that it began, ended and what it changed; a source says whether it is well.

use crate::support::{World, component, parse};
use catalog::HoldSettings;
use model::source::SourceState;

fn key(world: &World) -> String {
    world.catalog.source_list(&world.op).expect("sources").sources[0].key.clone()
}

fn source(world: &World) -> model::source::SourceView {
    world.catalog.source_list(&world.op).expect("sources").sources.remove(0)
}

#[tokio::test]
async fn a_refresh_says_what_it_added_changed_and_removed() {
    let world = World::with(|settings, _| {
        settings.hold = HoldSettings { above_percent: 100, free: 100 };
    })
    .await;
    world.write("a/catalog-info.yaml", &component("a"));
    world.write("b/catalog-info.yaml", &component("b"));
    let done = world.catalog.source_refresh(&world.op, &key(&world)).await.expect("refreshed");
    // The Location that stands for the source is no entity that people count.
    assert_eq!((done.added, done.changed, done.removed), (2, 0, 0));
    assert_eq!(source(&world).entities, 2);
    assert!(done.finished_at.is_some_and(|at| at >= done.started_at) && done.error.is_none());
    assert_eq!(done.sentence(), "Refreshed: 2 added.");
    world.write("a/catalog-info.yaml", &component("a").replace("production", "deprecated"));
    world.remove("b/catalog-info.yaml");
    let done = world.catalog.entity_refresh(&world.op, &parse("component:a")).await;
    let done = done.expect("refreshed");
    assert_eq!(done.sentence(), "Refreshed: 1 changed, 1 removed.");
    let nothing = world.catalog.entity_refresh(&world.op, &parse("component:a")).await;
    assert_eq!(nothing.expect("refreshed").sentence(), "Refreshed: nothing changed.");
    let shown = source(&world);
    assert_eq!((shown.state, shown.running, shown.problems), (SourceState::Ok, false, 0));
    assert!(shown.last_refresh.is_some_and(|last| last.finished_at.is_some()));
}

#[tokio::test]
async fn an_error_comes_with_file_and_line() {
    let world = World::new().await;
    world.write("a/catalog-info.yaml", &component("a"));
    world.write("b/catalog-info.yaml", &component("b"));
    world.refresh().await;
    world.write("b/catalog-info.yaml", &component("b").replace("owner: team", "owner: [team]"));
    let done = world.catalog.entity_refresh(&world.op, &parse("component:b")).await;
    let error = done.expect("refreshed").error.expect("an error");
    assert!(error.location.ends_with("b/catalog-info.yaml"), "{error:?}");
    assert_eq!(error.line, Some(8));
    let shown = source(&world);
    assert_eq!((shown.state, shown.problems), (SourceState::Error, 1));
    let problem = shown.problem.expect("a problem");
    assert!(problem.place().ends_with("b/catalog-info.yaml:8:10"), "{}", problem.place());
    // Another entity of the same source is told the source's trouble.
    let other = world.catalog.entity_refresh(&world.op, &parse("component:a")).await;
    assert_eq!(other.expect("refreshed").error.map(|it| it.line), Some(Some(8)));
}

#[tokio::test]
async fn a_source_that_waits_for_a_decision_says_so() {
    let world = World::about_to_lose_two_of_three().await;
    let done = world.catalog.source_refresh(&world.op, &key(&world)).await.expect("refreshed");
    assert_eq!((done.removed, done.pending_removals), (0, 2));
    assert_eq!(done.sentence(), "Refreshed: 2 waiting to be removed.");
    let shown = source(&world);
    assert_eq!((shown.state, shown.pending_removals), (SourceState::Held, 2));
}
