//! What people arrange of the list: stars, what they own, views, and following what a page shows.

use crate::support::{World, entity, on_each_engine, parse};
use access::{OpContext, Principal};
use model::Error;
use model::catalog::{EntityList, EntityQuery, FacetValue};
use model::listing::{ListPage, ViewChanged};
use std::sync::Arc;
use std::time::Duration;

/// How long a follower may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn write_shop(world: &World) {
    let component = |name: &str, owner: &str, system: &str| {
        let spec =
            format!("type: service, lifecycle: production, owner: {owner}, system: {system}");
        entity("Component", name, &spec)
    };
    // In a file of its own, as it goes and comes back in some tests.
    world.write("shop/catalog-info.yaml", &component("shop", "payments", "web"));
    let all = [
        component("blog", "marketing", "web"),
        component("till", "user:jane", "store"),
        entity("Group", "commerce", "type: department, children: []"),
        entity("Group", "payments", "type: team, parent: commerce, children: []"),
        entity("Group", "marketing", "type: team, children: []"),
        entity("User", "jane", "memberOf: [payments]"),
        entity("User", "john", "memberOf: [marketing]"),
        entity("System", "web", "owner: commerce"),
        entity("System", "store", "owner: marketing"),
    ];
    world.write("catalog-info.yaml", &all.join("---\n"));
}

fn jane(world: &World) -> OpContext {
    world.person("user:default/jane", &[])
}

fn john(world: &World) -> OpContext {
    world.person("user:default/john", &[])
}

async fn page(world: &World, op: &OpContext, query: EntityQuery) -> ListPage {
    world.catalog.list_page(op, &query).await.expect("a page")
}

async fn change(world: &World, op: &OpContext, id: &str, what: &str, name: &str) -> ViewChanged {
    world.catalog.view_change(op, id, what, name, "kind=api").await.expect("changed")
}

fn view(id: &str) -> EntityQuery {
    EntityQuery { view: id.to_owned(), page: 1, ..EntityQuery::default() }
}

fn names(list: &EntityList) -> Vec<&str> {
    list.rows.iter().map(|row| row.entity.title.as_str()).collect()
}

fn counts(values: &[FacetValue]) -> Vec<(&str, u32)> {
    values.iter().map(|found| (found.value.as_str(), found.count)).collect()
}

#[tokio::test]
async fn what_groups_own_belongs_to_their_members_however_far_up() {
    let world = World::new().await;
    write_shop(&world);
    world.refresh().await;
    let owned = EntityQuery { owned: "me".into(), ..EntityQuery::default() };
    let found = page(&world, &jane(&world), owned.clone()).await;
    assert_eq!(names(&found.list), ["shop", "till", "web"]);
    assert_eq!((found.totals.all, found.totals.owned, found.current.as_str()), (10, 3, "owned"));
    // It goes together with other filters, and what is offered is counted under the others.
    let both = EntityQuery { kind: "component".into(), ..owned };
    let found = page(&world, &jane(&world), both).await;
    assert_eq!(names(&found.list), ["shop", "till"]);
    assert_eq!((found.list.facets.owned, found.totals.owned), (2, 3));
    assert_eq!(counts(&found.list.facets.kinds), [("component", 2), ("system", 1)]);
    assert_eq!(
        counts(&found.list.facets.systems),
        [("system:default/store", 1), ("system:default/web", 1)]
    );
    // Groups that are above each other in a circle end somewhere.
    world.write(
        "circle/catalog-info.yaml",
        &[
            entity("Group", "a", "type: team, parent: b, children: []"),
            entity("Group", "b", "type: team, parent: a, children: []"),
        ]
        .join("---\n"),
    );
    world.refresh().await;
    let caught = world.person("user:default/jane", &["group:default/a"]);
    assert_eq!(page(&world, &caught, view("owned")).await.totals.owned, 3);
}

#[tokio::test]
async fn facets_offer_the_most_used_first_and_always_what_is_chosen() {
    let world = World::new().await;
    write_shop(&world);
    world.refresh().await;
    let all = world.catalog.entity_list(&world.op, &EntityQuery::default()).expect("a list");
    assert_eq!(
        counts(&all.facets.kinds),
        [("component", 3), ("group", 3), ("system", 2), ("user", 2), ("location", 1)]
    );
    assert_eq!(
        counts(&all.facets.systems),
        [("system:default/web", 2), ("system:default/store", 1)]
    );
    assert_eq!(counts(&all.facets.states), [("fresh", 10)]);
    let query = EntityQuery {
        system: "system:default/web".into(),
        owner: "group:default/nobody".into(),
        ..EntityQuery::default()
    };
    let none = world.catalog.entity_list(&world.op, &query).expect("a list");
    assert_eq!(none.total, 0);
    assert_eq!(
        counts(&none.facets.owners),
        [
            ("group:default/marketing", 1),
            ("group:default/payments", 1),
            ("group:default/nobody", 0)
        ]
    );
    let labels: Vec<_> = none.facets.systems.iter().map(|found| found.label.as_str()).collect();
    assert_eq!(labels, ["web"], "what is chosen is offered though nothing fits");
    let system = EntityQuery { system: "system:default/web".into(), ..EntityQuery::default() };
    let found = world.catalog.entity_list(&world.op, &system).expect("a list");
    assert_eq!(names(&found), ["blog", "shop"]);
}

#[tokio::test]
async fn words_are_found_in_titles_names_tags_and_descriptions_of_any_length() {
    let world = World::new().await;
    let described = |name: &str, more: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}, {more}}}\n\
             spec: {{type: service, lifecycle: production, owner: team}}\n"
        )
    };
    let long = format!("{} a Heron at the end", "words and ".repeat(100));
    let all = [
        described("till", "description: Sells_herons to everybody"),
        described("blog", &format!("description: {long}")),
        described("heron", "tags: [bird]"),
        described("shop", "title: The Heron shop"),
        described("bank", "tags: [heron]"),
        described("other", "description: Sells%all"),
    ];
    world.write("catalog-info.yaml", &all.join("---\n"));
    world.refresh().await;
    let found = |q: &str| {
        let query = EntityQuery { q: q.to_owned(), page: 1, ..EntityQuery::default() };
        let list = world.catalog.entity_list(&world.op, &query).expect("a list");
        names(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("HERON"), ["bank", "blog", "heron", "The Heron shop", "till"]);
    assert_eq!(found("heron bird"), ["heron"]);
    assert_eq!(found("s_h"), ["till"]);
    assert_eq!(found("s%a"), ["other"]);
    assert_eq!(found("end"), ["blog"]);
    assert_eq!(found("nowhere"), [""; 0]);
}

#[tokio::test]
async fn every_column_that_sorts_does() {
    let world = World::new().await;
    write_shop(&world);
    world.refresh().await;
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: zoo, namespace: \
                animals}\nspec: {type: website, lifecycle: experimental, owner: group:default/payments}\n";
    world.write("zoo/catalog-info.yaml", text);
    world.refresh().await;
    // What was good once and is broken now comes after what is fresh.
    world.write("shop/catalog-info.yaml", "kind: Component\nmetadata: {name: shop}\n");
    world.refresh().await;
    let sorted = |sort: &str| {
        let query =
            EntityQuery { kind: "component".into(), sort: sort.into(), ..Default::default() };
        let found = world.catalog.entity_list(&world.op, &query).expect("a list");
        names(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(sorted("freshness"), ["blog", "till", "zoo", "shop"]);
    assert_eq!(sorted("-freshness"), ["shop", "blog", "till", "zoo"]);
    assert_eq!(sorted("namespace"), ["zoo", "blog", "shop", "till"]);
    assert_eq!(sorted("system"), ["till", "blog", "shop", "zoo"]);
    assert_eq!(sorted("-system"), ["blog", "shop", "till", "zoo"]);
    assert_eq!(sorted("source"), ["blog", "till", "shop", "zoo"]);
    assert_eq!(sorted("-updated").len(), 4);
}

#[tokio::test]
async fn stars_are_the_persons_own_and_outlive_their_entities() {
    on_each_engine(|world| async move {
        write_shop(&world);
        world.refresh().await;
        let (jane, john) = (jane(&world), john(&world));
        let catalog = &world.catalog;
        let shop = parse("component:shop");
        for _ in 0..2 {
            catalog.star_set(&jane, &shop, true).await.expect("starred");
        }
        catalog.star_set(&jane, &parse("system:web"), true).await.expect("starred");
        let starred = EntityQuery { starred: "1".into(), ..EntityQuery::default() };
        let found = page(&world, &jane, starred.clone()).await;
        assert_eq!(names(&found.list), ["shop", "web"]);
        assert!(found.list.rows.iter().all(|row| row.starred));
        assert_eq!((found.totals.starred, found.current.as_str()), (2, "starred"));
        let theirs = page(&world, &john, starred.clone()).await;
        assert_eq!((theirs.list.total, theirs.totals.starred), (0, 0));
        assert!(catalog.entity_page(&jane, &shop).await.expect("a page").view.row.starred);
        assert!(!catalog.entity_page(&john, &shop).await.expect("a page").view.row.starred);
        let both = EntityQuery { kind: "system".into(), ..starred.clone() };
        assert_eq!(names(&page(&world, &jane, both).await.list), ["web"]);
        let summary = catalog.personal_summary(&jane).await.expect("a summary");
        let titles: Vec<_> = summary.starred.iter().map(|link| link.title.as_str()).collect();
        assert_eq!(titles.len(), 2);
        assert!(titles.contains(&"shop") && titles.contains(&"web"));

        // Another tenant has stars of its own.
        let other = world.other_tenant("other").await;
        catalog.refresh_all(&other).await.expect("reads");
        let elsewhere = OpContext::for_request(other.tenant, jane.principal.clone(), "r".into());
        assert_eq!(page(&world, &elsewhere, starred.clone()).await.list.total, 0);

        let text = std::fs::read_to_string(world.path("shop/catalog-info.yaml")).expect("text");
        world.remove("shop/catalog-info.yaml");
        world.refresh().await;
        let gone = page(&world, &jane, starred.clone()).await;
        assert_eq!((names(&gone.list), gone.totals.starred), (vec!["web"], 1));
        // What is not there can only lose its star.
        let error = catalog.star_set(&jane, &parse("component:nope"), true).await;
        assert!(matches!(error, Err(Error::NotFound { .. })));
        catalog.star_set(&jane, &parse("system:web"), false).await.expect("taken away");
        world.write("shop/catalog-info.yaml", &text);
        world.refresh().await;
        assert_eq!(names(&page(&world, &jane, starred).await.list), ["shop"]);
    })
    .await;
}

#[tokio::test]
async fn only_people_star_and_save() {
    let world = World::new().await;
    write_shop(&world);
    world.refresh().await;
    let catalog = &world.catalog;
    let shop = parse("component:shop");
    let as_principal = |principal: Principal| {
        OpContext::for_request(world.op.tenant.clone(), principal, "r".into())
    };
    let program = as_principal(Principal::Service { subject: "ci".into() });
    let error = catalog.star_set(&program, &shop, true).await.expect_err("refused");
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    let error = catalog.view_change(&program, "", "save", "x", "").await.expect_err("refused");
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    let nobody = as_principal(Principal::Nobody);
    let unknown = |error: Error| assert!(matches!(error, Error::Unauthenticated { .. }));
    unknown(catalog.star_set(&nobody, &shop, true).await.expect_err("refused"));
    unknown(catalog.view_change(&nobody, "", "save", "x", "").await.expect_err("refused"));
    unknown(catalog.list_page(&nobody, &EntityQuery::default()).await.expect_err("refused"));
    unknown(catalog.entity_page(&nobody, &shop).await.expect_err("refused"));
    unknown(catalog.personal_summary(&nobody).await.expect_err("refused"));
}

#[tokio::test]
async fn a_view_is_saved_changed_shared_removed_and_brought_back() {
    on_each_engine(|world| async move {
        write_shop(&world);
        world.refresh().await;
        let (jane, john) = (jane(&world), john(&world));
        let catalog = &world.catalog;
        let query = "?kind=component&sort=-updated&columns=name,system&page=4&view=x";
        let saved = catalog.view_change(&jane, "", "save", "  My  parts ", query).await;
        let saved = saved.expect("saved");
        assert_eq!((saved.done.as_str(), saved.open), ("Saved “My parts”", true));
        let shown = page(&world, &jane, view(&saved.id)).await;
        assert_eq!(names(&shown.list).len(), 3);
        assert_eq!(
            (shown.asked.kind.as_str(), shown.asked.sort.as_str()),
            ("component", "-updated")
        );
        assert_eq!(
            shown.columns.iter().map(|column| column.key()).collect::<Vec<_>>(),
            ["name", "system"]
        );
        assert_eq!((shown.current.clone(), shown.missing), (saved.id.clone(), None));
        let mine = &shown.views[0];
        assert_eq!((mine.name.as_str(), mine.mine, mine.shared), ("My parts", true, false));
        // Whoever asks for the same sees which view it is; a change of it is none.
        let same = EntityQuery {
            kind: "component".into(),
            sort: "-updated".into(),
            columns: "system".into(),
            ..EntityQuery::default()
        };
        assert_eq!(page(&world, &jane, same.clone()).await.current, saved.id);
        let changed = EntityQuery { tag: "x".into(), base: saved.id.clone(), ..same };
        assert_eq!(page(&world, &jane, changed).await.current, "");

        // Names are the author's own, once each.
        let error = catalog.view_change(&jane, "", "save", "My parts", "").await;
        let error = error.expect_err("refused");
        assert!(error.to_string().contains("My parts"), "{error}");
        catalog.view_change(&john, "", "save", "My parts", "").await.expect("another person's");
        for name in ["  ", &"x".repeat(61)] {
            assert!(catalog.view_change(&jane, "", "save", name, "").await.is_err());
        }

        // Others see it once it is shared, and leave it alone.
        assert!(page(&world, &john, view(&saved.id)).await.missing.is_some());
        let error = catalog.view_change(&john, &saved.id, "remove", "", "").await;
        assert!(matches!(error, Err(Error::NotFound { .. })), "a private view is not there");
        change(&world, &jane, &saved.id, "share", "").await;
        let theirs = page(&world, &john, view(&saved.id)).await;
        assert_eq!(names(&theirs.list).len(), 3);
        let shared = theirs.views.iter().find(|view| view.id == saved.id).expect("shared");
        assert_eq!((shared.author.as_str(), shared.mine), ("user:default/jane", false));
        for what in ["rename", "replace", "share", "unshare", "remove", "restore"] {
            let error = catalog.view_change(&john, &saved.id, what, "x", "").await;
            assert!(matches!(error, Err(Error::Forbidden { .. })), "{what}");
        }

        change(&world, &jane, &saved.id, "rename", "Services").await;
        change(&world, &jane, &saved.id, "replace", "").await;
        let shown = page(&world, &jane, view(&saved.id)).await;
        assert_eq!((shown.asked.kind.as_str(), shown.list.total), ("api", 0));
        assert_eq!(
            shown.views.iter().map(|view| view.name.as_str()).collect::<Vec<_>>(),
            ["Services"]
        );

        let removed = change(&world, &jane, &saved.id, "remove", "").await;
        assert!(removed.removed);
        let shown = page(&world, &jane, view(&saved.id)).await;
        let missing = shown.missing.expect("it is not there");
        assert_eq!((missing.id, missing.removed), (saved.id.clone(), Some("Services".to_owned())));
        assert_eq!((shown.views.len(), shown.list.total), (0, 10));
        let missing = page(&world, &john, view(&saved.id)).await.missing.expect("not there");
        assert_eq!(missing.removed, None);
        change(&world, &jane, &saved.id, "restore", "").await;
        assert_eq!(page(&world, &jane, view(&saved.id)).await.asked.kind, "api");
        assert!(catalog.view_change(&jane, &saved.id, "paint", "", "").await.is_err());
        assert!(world.events("catalog-view-mutate").await >= 6);
    })
    .await;
}

#[tokio::test]
async fn the_list_opens_with_the_view_somebody_chose() {
    on_each_engine(|world| async move {
        write_shop(&world);
        world.refresh().await;
        let (jane, john) = (jane(&world), john(&world));
        let open = || EntityQuery { page: 1, ..EntityQuery::default() };
        let saved = world.catalog.view_change(&jane, "", "save", "Groups", "kind=group").await;
        let id = saved.expect("saved").id;
        change(&world, &jane, &id, "default", "").await;
        let shown = page(&world, &jane, open()).await;
        assert_eq!((shown.asked.kind.as_str(), shown.asked.view.as_str()), ("group", id.as_str()));
        assert_eq!((shown.default_view.as_str(), shown.list.total), (id.as_str(), 3));
        // Everything is still a click away, and taking filters away does not lead back.
        assert_eq!(page(&world, &jane, view("all")).await.list.total, 10);
        let filtered = EntityQuery { q: "shop".into(), ..open() };
        assert_eq!(page(&world, &jane, filtered).await.asked.base, "all");
        let based = EntityQuery { base: id.clone(), ..open() };
        assert_eq!(page(&world, &jane, based).await.list.total, 10);
        assert_eq!(page(&world, &john, open()).await.list.total, 10);

        // A shared view can be opened with by others, until it is theirs no longer.
        change(&world, &jane, &id, "share", "").await;
        change(&world, &john, &id, "default", "").await;
        assert_eq!(page(&world, &john, open()).await.list.total, 3);
        change(&world, &jane, &id, "unshare", "").await;
        let shown = page(&world, &john, open()).await;
        assert_eq!((shown.list.total, shown.default_view.as_str()), (10, ""));
        assert!(world.catalog.view_change(&john, &id, "default", "", "").await.is_err());

        change(&world, &jane, "owned", "default", "").await;
        assert_eq!(page(&world, &jane, open()).await.asked.owned, "me");
        change(&world, &jane, "owned", "no-default", "").await;
        assert_eq!(page(&world, &jane, open()).await.list.total, 10);
    })
    .await;
}

#[tokio::test]
async fn a_page_learns_that_it_shows_something_old() {
    on_each_engine(|world| async move {
        write_shop(&world);
        world.refresh().await;
        let other = world.other_tenant("other").await;
        world.catalog.refresh_all(&other).await.expect("reads");
        let world = Arc::new(world);
        let catalog = Arc::new(world.restarted(|_| {}).await);
        let jane = jane(&world);
        let asked = EntityQuery { kind: "component".into(), page: 1, ..EntityQuery::default() };
        let list = catalog.list_page(&jane, &asked).await.expect("a page");
        let shop = parse("component:shop");
        let entity_page = catalog.entity_page(&jane, &shop).await.expect("a page");
        let subscribe = |etag: &str| catalog.list_subscribe(&jane, asked.clone(), etag.to_owned());
        let mut lists = subscribe(&list.etag).expect("subscribed");
        let mut shops = catalog
            .entity_subscribe(&jane, shop.clone(), entity_page.etag.clone())
            .expect("subscribed");

        // What changes nothing of it is not told: neither another reading nor another kind.
        catalog.refresh_all(&jane).await.expect("reads");
        world.write(
            "more/catalog-info.yaml",
            &entity("Resource", "disk", "type: disk, owner: jane"),
        );
        let quiet = tokio::time::timeout(Duration::from_millis(100), shops.next()).await;
        assert!(quiet.is_err(), "nothing has changed");

        world.write(
            "more/catalog-info.yaml",
            &entity(
                "Component",
                "new",
                "type: x, lifecycle: y, owner: jane, dependsOn: [\"component:shop\"]",
            ),
        );
        catalog.refresh_all(&jane).await.expect("reads");
        let reported = tokio::time::timeout(PATIENCE, lists.next()).await.expect("in time");
        let now = catalog.list_page(&jane, &asked).await.expect("a page");
        assert_eq!(reported.as_deref(), Some(now.etag.as_str()));
        assert_ne!(now.etag, list.etag);
        // It is related to what is new.
        let reported = tokio::time::timeout(PATIENCE, shops.next()).await.expect("in time");
        let page = catalog.entity_page(&jane, &shop).await.expect("a page");
        assert_eq!(reported.as_deref(), Some(page.etag.as_str()));

        // Whoever comes back with something old is told at once.
        let mut late = subscribe(&list.etag).expect("subscribed");
        let reported = tokio::time::timeout(PATIENCE, late.next()).await.expect("in time");
        assert_eq!(reported.as_deref(), Some(now.etag.as_str()));

        // An entity that goes is a change too.
        world.remove("shop/catalog-info.yaml");
        catalog.refresh_all(&jane).await.expect("reads");
        let reported = tokio::time::timeout(PATIENCE, shops.next()).await.expect("in time");
        assert_eq!(reported.as_deref(), Some("gone"));

        // The end of the program is the end of following.
        catalog.stop_subscriptions();
        let ended = tokio::time::timeout(PATIENCE, shops.next()).await.expect("in time");
        assert_eq!(ended, None);
    })
    .await;
}

#[tokio::test]
async fn nobody_follows_without_end_or_unknown() {
    let world = World::new().await;
    write_shop(&world);
    world.refresh().await;
    let catalog = Arc::new(world.restarted(|_| {}).await);
    let subscribe =
        |op: &OpContext| catalog.list_subscribe(op, EntityQuery::default(), String::new());
    let jane = jane(&world);
    let mut all: Vec<_> =
        (0..catalog::MAX_SUBSCRIPTIONS).map(|_| subscribe(&jane).expect("a permit")).collect();
    assert!(matches!(subscribe(&jane), Err(Error::Unavailable { .. })));
    subscribe(&john(&world)).expect("somebody else's seat");
    all.pop();
    subscribe(&jane).expect("the seat that became free");
    let nobody = OpContext::for_request(world.op.tenant.clone(), Principal::Nobody, "r".into());
    assert!(matches!(subscribe(&nobody), Err(Error::Unauthenticated { .. })));
    let refused = catalog.entity_subscribe(&nobody, parse("a:b/c"), String::new());
    assert!(matches!(refused, Err(Error::Unauthenticated { .. })));
}
