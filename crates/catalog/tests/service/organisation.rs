//! Groups, who is in them, and what they own.

use crate::support::{World, component, entity, on_each_engine, parse};
use model::catalog::EntityLink;
use model::organisation::{Belonging, OrgTree, OwnerView};

/// A board with two groups below it, the one with a squad.
async fn company(world: &World) {
    let group = |name: &str, spec: &str| entity("Group", name, &format!("type: team, {spec}"));
    let texts = [
        group("board", "children: [shop, ops]"),
        group("shop", "children: [], parent: board"),
        group("ops", "children: []"),
        group("squad", "children: [], parent: shop, members: [kim]"),
        entity(
            "User",
            "ada",
            "memberOf: [shop], profile: {displayName: Ada, email: a@b.c, picture: \"https://h/a.png\"}",
        ),
        entity("User", "kim", "memberOf: [], profile: {picture: \"javascript:alert(1)\"}"),
        entity("User", "lee", "memberOf: [squad, shop]"),
        component("website").replace("owner: team", "owner: shop"),
        component("stock").replace("owner: team", "owner: squad"),
        entity("System", "sales", "owner: shop"),
    ];
    world.write("catalog-info.yaml", &texts.join("---\n"));
    world.refresh().await;
}

fn owner(world: &World, entity_ref: &str) -> OwnerView {
    let view = world.catalog.entity_view(&world.op, &parse(entity_ref)).expect("a view");
    view.organisation.expect("a group or a person")
}

fn titles(links: &[EntityLink]) -> Vec<&str> {
    links.iter().map(|link| link.title.as_str()).collect()
}

/// `  name*` for each node: indented by depth, marked with a star.
fn drawn(tree: &OrgTree) -> Vec<String> {
    let line = |node: &model::organisation::OrgNode| {
        let indent = " ".repeat(usize::from(node.depth));
        let mark = if node.is_marked { "*" } else { "" };
        let circle = if node.is_circle { " circle" } else { "" };
        format!("{indent}{}{mark}{circle}", node.group.title)
    };
    tree.nodes.iter().map(line).collect()
}

#[tokio::test]
async fn a_group_shows_its_people_and_what_is_owned() {
    on_each_engine(|world| async move {
        company(&world).await;
        let shop = owner(&world, "group:shop");
        let Belonging::Members { direct, through, direct_total, through_total } = &shop.people
        else {
            panic!("members: {:?}", shop.people)
        };
        assert_eq!((titles(direct), *direct_total), (vec!["Ada", "lee"], 2));
        assert_eq!((titles(through), *through_total), (vec!["kim"], 1));
        let tree = shop.tree.expect("a tree");
        assert_eq!(drawn(&tree), ["board", " shop*", "  squad"]);
        let owned: Vec<_> = shop.owned.iter().map(|it| (it.value.as_str(), it.count)).collect();
        assert_eq!(owned, [("component", 1), ("system", 1)]);
        let through: Vec<_> =
            shop.owned_through.iter().map(|it| (it.owner.title.as_str(), it.count)).collect();
        assert_eq!(through, [("squad", 1)]);

        let ada = owner(&world, "user:ada");
        assert_eq!((ada.display_name.as_str(), ada.email.as_deref()), ("Ada", Some("a@b.c")));
        assert_eq!(ada.picture.as_deref(), Some("https://h/a.png"));
        let Belonging::Groups { direct, through } = &ada.people else { panic!("groups") };
        assert_eq!((titles(direct), titles(through)), (vec!["shop"], vec!["board"]));
        assert_eq!(ada.owned_through[0].count, 2);
        assert_eq!(owner(&world, "user:kim").picture, None, "a script is no picture");
        let website = world.catalog.entity_view(&world.op, &parse("component:website"));
        assert_eq!(website.expect("a view").organisation, None);
    })
    .await;
}

#[tokio::test]
async fn the_organisation_is_searched_and_opened() {
    let world = World::new().await;
    company(&world).await;
    let all = world.catalog.organisation(&world.op, "", "").expect("a tree");
    assert_eq!(drawn(&all.tree), ["board", " ops", " shop", "  squad"]);
    assert_eq!((all.groups, all.people), (4, 3));
    let found = world.catalog.organisation(&world.op, "SQUAD", "").expect("a tree");
    assert_eq!(drawn(&found.tree), ["board", " shop", "  squad*"]);
    assert_eq!(found.found, 1);
    let under = world.catalog.organisation(&world.op, "", "group:default/shop").expect("a tree");
    assert_eq!(drawn(&under.tree), ["shop", " squad"]);
    let none = world.catalog.organisation(&world.op, "nobody", "").expect("a tree");
    assert!(none.tree.nodes.is_empty());
}

#[tokio::test]
async fn circles_of_groups_are_told_and_not_followed() {
    let world = World::new().await;
    let group = |name: &str, parent: &str| {
        entity("Group", name, &format!("type: team, children: [], parent: {parent}"))
    };
    let texts = [group("a", "c"), group("b", "a"), group("c", "b"), group("self", "self")];
    world.write("catalog-info.yaml", &texts.join("---\n"));
    world.refresh().await;
    let all = world.catalog.organisation(&world.op, "", "").expect("a tree");
    assert_eq!(drawn(&all.tree), ["a", " b", "  c", "   a circle", "self", " self circle"]);
    let tree = owner(&world, "group:b").tree.expect("a tree");
    assert!(drawn(&tree).contains(&" b*".to_owned()), "{:?}", drawn(&tree));
}

#[tokio::test]
async fn of_many_groups_a_page_shows_as_many_levels_as_it_can_bear() {
    let world = World::new().await;
    let mut text = String::new();
    for top in 0..50 {
        text.push_str(&entity("Group", &format!("top-{top:02}"), "type: division, children: []"));
        for team in 0..99 {
            let spec = format!("type: team, children: [], parent: top-{top:02}");
            text.push_str("---\n");
            text.push_str(&entity("Group", &format!("team-{top:02}-{team:02}"), &spec));
        }
        text.push_str("---\n");
    }
    world.write("catalog-info.yaml", &text);
    world.refresh().await;
    let all = world.catalog.organisation(&world.op, "", "").expect("a tree");
    assert_eq!((all.groups, all.tree.nodes.len(), all.tree.more), (5_000, 50, 0));
    assert!(all.tree.nodes.iter().all(|node| node.is_cut && node.children == 99));
    let under = world.catalog.organisation(&world.op, "", "group:default/top-07").expect("a tree");
    assert_eq!(under.tree.nodes.len(), 100);
    let found = world.catalog.organisation(&world.op, "team-13-37", "").expect("a tree");
    assert_eq!(drawn(&found.tree), ["top-13", " team-13-37*"]);
}
