//! What changed in the catalog: by day, team, kind and author, with one line for each field.

use crate::support::{World, component, entity, on_each_engine, parse};
use model::Error;
use model::changes::{ChangeList, ChangesQuery};
use model::history::Change;

fn owned(name: &str, owner: &str, description: &str) -> String {
    component(name).replace("owner: team", &format!("owner: {owner}")).replace(
        &format!("  name: {name}\n"),
        &format!("  name: {name}\n  description: {description}\n"),
    )
}

async fn changes(world: &World, query: ChangesQuery) -> ChangeList {
    world.catalog.changes(&world.op, &query).await.expect("changes")
}

fn named(list: &ChangeList) -> Vec<(&str, Change)> {
    let change = |it: &model::changes::CatalogChange| it.change;
    list.changes.iter().map(|it| (it.entity.entity_ref.as_str(), change(it))).collect()
}

/// Two components, one of which changed and one of which went.
async fn start(world: &World) {
    world.write("a/catalog-info.yaml", &owned("a", "team", "one"));
    world.write("b/catalog-info.yaml", &owned("b", "others", "one"));
    let group = |name: &str| entity("Group", name, "type: team, children: []");
    world.write("org/catalog-info.yaml", &format!("{}---\n{}", group("team"), group("others")));
    world.refresh().await;
    world.write("a/catalog-info.yaml", &owned("a", "others", "two"));
    world.remove("b/catalog-info.yaml");
    world.refresh().await;
}

#[tokio::test]
async fn changes_are_listed_with_what_differs_and_filtered() {
    on_each_engine(async |world| {
        start(&world).await;
        let all = changes(&world, ChangesQuery::default()).await;
        assert_eq!(all.total, 6, "{all:?}");
        assert_eq!(all.changes.len(), 6);
        assert!(all.changes.windows(2).all(|pair| pair[0].id > pair[1].id));
        let a = all.changes.iter().find(|it| it.change == Change::Changed).expect("a change");
        assert_eq!(a.entity.entity_ref, "component:default/a");
        assert_eq!(a.lines, ["description: one → two", "owner: team → others"]);
        assert_eq!(a.owner.as_ref().expect("an owner").entity_ref, "group:default/others");
        assert_eq!(
            (a.author.as_str(), a.author_name.as_str()),
            ("system:test", "Callboard (test)")
        );
        // The entity that stands for the source is nobody's change.
        assert!(named(&all).iter().all(|(found, _)| !found.contains("generated-")));

        let of = async |query: ChangesQuery| changes(&world, query).await;
        let kind = of(ChangesQuery { kind: "Group".into(), ..ChangesQuery::default() }).await;
        assert_eq!(kind.total, 2);
        // `team` had it when it came, `others` has it now.
        let team = of(ChangesQuery { owner: "team".into(), ..ChangesQuery::default() }).await;
        assert_eq!(named(&team), [("component:default/a", Change::Added)]);
        let others =
            ChangesQuery { owner: "group:default/others".into(), ..ChangesQuery::default() };
        assert_eq!(of(others).await.total, 3);
        let gone = of(ChangesQuery { change: "removed".into(), ..ChangesQuery::default() }).await;
        assert_eq!(named(&gone), [("component:default/b", Change::Removed)]);
        assert!(!gone.changes[0].entity.exists);
        let one = ChangesQuery { entity: "component:a".into(), ..ChangesQuery::default() };
        assert_eq!(of(one).await.total, 2);
        let author = ChangesQuery { author: "system:other".into(), ..ChangesQuery::default() };
        assert_eq!(
            of(author).await,
            ChangeList { facets: all.facets.clone(), ..ChangeList::default() }
        );

        let today = all.changes[0].day.clone();
        let day = of(ChangesQuery { day: today.clone(), ..ChangesQuery::default() }).await;
        assert_eq!(day.total, 6);
        let before = of(ChangesQuery { day: "2001-02-03".into(), ..ChangesQuery::default() }).await;
        assert_eq!(before.total, 0);
        let since = ChangesQuery { since: all.changes[0].at.0 + 60_000, ..ChangesQuery::default() };
        assert_eq!(of(since).await.total, 0);

        let facets = &all.facets;
        assert_eq!((facets.days[0].value.as_str(), facets.days[0].count), (today.as_str(), 6));
        let kinds: Vec<_> = facets.kinds.iter().map(|it| (it.label.as_str(), it.count)).collect();
        assert_eq!(kinds, [("Component", 4), ("Group", 2)]);
        assert_eq!(facets.owners.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn versions_from_before_there_were_summaries_get_their_own_owner_and_lines() {
    on_each_engine(async |world| {
        start(&world).await;
        let before = changes(&world, ChangesQuery::default()).await;
        let old = "update catalog_version set owner_ref = '', summary = null";
        let mut tx = world.op.db().begin().await.expect("begins");
        tx.execute(db::query(old)).await.expect("writes");
        tx.commit().await.expect("commits");
        let team = ChangesQuery { owner: "team".into(), ..ChangesQuery::default() };
        assert_eq!(changes(&world, team.clone()).await.total, 0);

        // One more than is listed: the Location that stands for the source.
        assert_eq!(world.catalog.history_complete(&world.op).await.expect("completes"), 7);
        assert_eq!(changes(&world, ChangesQuery::default()).await, before);
        // The owner of then, not the one of now.
        assert_eq!(named(&changes(&world, team).await), [("component:default/a", Change::Added)]);
        assert_eq!(world.catalog.history_complete(&world.op).await.expect("completes"), 0);
    })
    .await;
}

#[tokio::test]
async fn authors_are_called_by_the_titles_of_their_entities() {
    on_each_engine(async |world| {
        let jane = entity("User", "jane", "memberOf: []")
            .replace("{name: jane}", "{name: jane, title: Jane Doe}");
        world.write("org/catalog-info.yaml", &jane);
        world.write("a/catalog-info.yaml", &component("a"));
        world.refresh().await;
        let a = parse("component:default/a");
        for user in ["user:default/jane", "user:other/joe"] {
            let person = world.person(user, &[]);
            let typed = [(model::overlay::OverlayField::Description, format!("by {user}"))];
            world.catalog.overlay_save(&person, &a, &typed).await.expect("saves");
        }
        let history = world.catalog.entity_history(&world.op, &a).await.expect("a history");
        let names = history.versions.iter().map(|it| (it.author.name.as_str(), it.author.exists));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [("joe", false), ("Jane Doe", true), ("Callboard (test)", false)]
        );
        // What the catalog notes for itself is no field that anybody changed.
        assert_eq!(history.versions[1].fields, ["metadata.description"]);
        let diff = world.catalog.entity_diff(&world.op, &a, None, Some(history.versions[1].id));
        let diff = diff.await.expect("a diff");
        assert_eq!(diff.fields.len(), 1, "{diff:?}");
        let form = world.catalog.overlay_form(&world.op, &a).expect("a form");
        let edited = form.fields.iter().find_map(|field| field.edited.as_ref()).expect("edited");
        assert_eq!(edited.0.name, "joe");
        let list =
            changes(&world, ChangesQuery { entity: a.to_string(), ..ChangesQuery::default() });
        let list = list.await;
        assert_eq!(list.changes[1].author_name, "Jane Doe");
        assert!(
            list.changes[1].lines.iter().all(|line| !line.contains("edited-fields")),
            "{list:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gaps() {
    on_each_engine(async |world| {
        start(&world).await;
        let mut before = 0;
        let mut seen = Vec::new();
        loop {
            let page = ChangesQuery { limit: 2, before, ..ChangesQuery::default() };
            let page = changes(&world, page).await;
            assert_eq!(page.total, 6);
            seen.extend(page.changes.iter().map(|it| it.id));
            match page.next {
                Some(next) => before = next,
                None => break,
            }
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
    })
    .await;
}

#[tokio::test]
async fn what_is_mine_counts_through_all_groups() {
    let world = World::new().await;
    let org = format!(
        "{}---\n{}---\n{}",
        entity("Group", "top", "type: team, children: [sub]"),
        entity("Group", "sub", "type: team, children: []"),
        entity("User", "jane", "memberOf: [sub]"),
    );
    world.write("org/catalog-info.yaml", &org);
    world.write("a/catalog-info.yaml", &owned("a", "top", "x"));
    world.write("b/catalog-info.yaml", &owned("b", "strangers", "x"));
    world.refresh().await;
    let jane = world.person("user:default/jane", &[]);
    let mine = ChangesQuery { owner: "me".into(), ..ChangesQuery::default() };
    let found = world.catalog.changes(&jane, &mine).await.expect("changes");
    assert_eq!(named(&found), [("component:default/a", Change::Added)]);
    // A program owns nothing.
    assert_eq!(changes(&world, mine).await.total, 0);
}

#[tokio::test]
async fn a_question_that_makes_no_sense_names_every_field_and_nobody_is_refused() {
    let world = World::new().await;
    world.refresh().await;
    let bad = ChangesQuery {
        day: "2026-02-31".into(),
        change: "exploded".into(),
        entity: "nothing".into(),
        ..ChangesQuery::default()
    };
    let error = world.catalog.changes(&world.op, &bad).await.expect_err("refused");
    let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
    let paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths, ["/day", "/change", "/entity"]);
    let tenant = world.op.tenant.clone();
    let nobody = access::OpContext::for_request(tenant, access::Principal::Nobody, "r".into());
    let refused = world.catalog.changes(&nobody, &ChangesQuery::default()).await;
    assert!(matches!(refused, Err(Error::Unauthenticated { .. })), "{refused:?}");
}

#[tokio::test]
async fn changes_of_another_tenant_are_not_seen() {
    let world = World::new().await;
    start(&world).await;
    let other = world.other_tenant("other").await;
    let found = world.catalog.changes(&other, &ChangesQuery::default()).await.expect("changes");
    assert_eq!(found.total, 0);
}

#[tokio::test]
async fn the_page_of_an_entity_has_its_last_changes() {
    let world = World::new().await;
    start(&world).await;
    let page = world.catalog.entity_page(&world.op, &parse("component:a")).await.expect("a page");
    let kinds: Vec<Change> = page.recent.iter().map(|it| it.change).collect();
    assert_eq!(kinds, [Change::Changed, Change::Added]);
}
