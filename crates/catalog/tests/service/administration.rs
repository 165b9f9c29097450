//! The overview of the administration, and the one rule by which entities are counted.

use crate::support::{World, component, entity, on_each_engine};
use model::administration::{KindCounts, PendingCounts, SourceCounts};
use model::catalog::EntityQuery;

#[tokio::test]
async fn figures_agree_with_the_lists_they_lead_to() {
    on_each_engine(|world| async move {
        world.write("a/catalog-info.yaml", &component("a"));
        let more = entity("Location", "more", "targets: [\"./b.yaml\"]");
        world.write("b/catalog-info.yaml", &more);
        world.write("b/b.yaml", &component("b"));
        world.write("c/catalog-info.yaml", "kind: [");
        world.refresh().await;
        let (catalog, op) = (&world.catalog, &world.op);
        let found = catalog.administration(op).await.expect("figures");
        let listed = catalog.entity_list(op, &EntityQuery::default()).expect("a list");
        assert_eq!((found.entities, listed.total), (2, 2), "Locations do not count");
        let source = &catalog.source_list(op).expect("sources").sources[0];
        assert_eq!(source.entities, 2, "nor do they at their source");
        let asked = EntityQuery { kind: "location".to_owned(), ..EntityQuery::default() };
        let locations = catalog.entity_list(op, &asked).expect("a list").total;
        assert_eq!(
            (found.locations, locations),
            (2, 2),
            "the source's own, and the one that is given"
        );
        let sources = SourceCounts { total: 1, error: 1, ..SourceCounts::default() };
        assert_eq!((found.sources, found.problems), (Some(sources), listed.problems));
        assert_eq!(found.pending, Some(PendingCounts::default()));
        assert_eq!((found.removed, found.broken, found.orphaned), (Some(0), 0, 0));
        assert_eq!(found.kinds, Some(KindCounts { own: 0, built_in: 11 }));
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_decision_is_counted_by_refresh_and_by_entity() {
    let world = World::about_to_lose_two_of_three().await;
    world.refresh().await;
    let found = world.catalog.administration(&world.op).await.expect("figures");
    assert_eq!(found.pending, Some(PendingCounts { refreshes: 1, entities: 2 }));
    let sources = SourceCounts { total: 1, held: 1, ..SourceCounts::default() };
    assert_eq!((found.sources, found.entities), (Some(sources), 3));
}
