//! The graph around an entity, what would break without it, and what systems are made of.

use crate::support::{World, entity, on_each_engine, parse};
use access::{OpContext, Principal};
use model::Error;
use model::freshness::FreshnessState;
use model::graph::{
    Direction, EntityGraph, GraphQuery, Impact, MAX_NODES, NODE_HEIGHT, NODE_WIDTH, RelationGroup,
};

async fn write(world: &World, entities: &[String]) {
    world.write("catalog-info.yaml", &entities.join("---\n"));
    world.refresh().await;
    assert!(world.problems().is_empty(), "{:?}", world.problems());
}

fn service(name: &str, more: &str) -> String {
    entity("Component", name, &format!("type: service, lifecycle: production, {more}"))
}

fn shop() -> Vec<String> {
    let api = "type: openapi, lifecycle: production, owner: team, system: web, definition: x";
    vec![
        service(
            "shop",
            "owner: team, system: web, dependsOn: [\"resource:db\", \"resource:gone\"], \
             providesApis: [shop-api]",
        ),
        service(
            "front",
            "owner: team, system: web, consumesApis: [shop-api], dependsOn: [\"component:shop\"]",
        ),
        service("late", "owner: others, system: billing, dependsOn: [\"component:front\"]"),
        entity("API", "shop-api", api),
        entity("Resource", "db", "type: database, owner: others"),
        entity("System", "web", "owner: team, domain: commerce"),
        entity("System", "billing", "owner: team, domain: commerce"),
        entity("Domain", "commerce", "owner: team"),
        entity("Group", "team", "type: team, children: [], profile: {displayName: The Team}"),
    ]
}

fn graph(world: &World, entity_ref: &str, query: &GraphQuery) -> EntityGraph {
    let graph = world.catalog.entity_graph(&world.op, &parse(entity_ref), query).expect("a graph");
    assert_drawable(&graph);
    graph
}

fn parts(world: &World, entity_ref: &str) -> EntityGraph {
    let graph = world.catalog.entity_parts(&world.op, &parse(entity_ref)).expect("a diagram");
    assert_drawable(&graph);
    graph
}

fn impact(world: &World, entity_ref: &str) -> Impact {
    world.catalog.entity_impact(&world.op, &parse(entity_ref)).expect("an impact")
}

/// Everything is within the drawing, in reading order, and edges have ends.
fn assert_drawable(graph: &EntityGraph) {
    for node in &graph.nodes {
        assert!(node.x + NODE_WIDTH <= graph.width && node.y + NODE_HEIGHT <= graph.height);
    }
    assert!(graph.nodes.is_sorted_by_key(|node| (node.x, node.y)));
    let count = graph.nodes.len() as u32;
    assert!(graph.edges.iter().all(|edge| edge.from < count && edge.to < count));
}

/// Distance and reference of each node, the nearest first.
fn nodes(graph: &EntityGraph) -> Vec<(u32, &str)> {
    let mut nodes: Vec<_> =
        graph.nodes.iter().map(|node| (node.distance, node.entity.entity_ref.as_str())).collect();
    nodes.sort_unstable();
    nodes
}

/// Each edge with the titles of its ends, sorted.
fn edges(graph: &EntityGraph) -> Vec<String> {
    let title = |node: u32| &graph.nodes[node as usize].entity.title;
    let mut edges: Vec<String> = graph
        .edges
        .iter()
        .map(|edge| format!("{} {} {}", title(edge.from), edge.r#type, title(edge.to)))
        .collect();
    edges.sort();
    edges
}

/// Distance, title, how, and through what.
fn rows(impact: &Impact) -> Vec<(u32, &str, &str, Option<&str>)> {
    let title = |row: u32| impact.rows[row as usize].entity.title.as_str();
    let rows = impact.rows.iter();
    rows.map(|row| (row.distance, &*row.entity.title, &*row.r#type, row.via.map(title))).collect()
}

#[tokio::test]
async fn the_graph_shows_what_is_around_an_entity_and_how_it_hangs_together() {
    on_each_engine(async |world| {
        write(&world, &shop()).await;
        // Who owns what, and who belongs together, is left out unless somebody asks for it.
        let usual = graph(&world, "component:shop", &GraphQuery::default());
        assert!(nodes(&usual).iter().all(|(_, found)| !found.starts_with("group:")), "{usual:?}");
        assert!(edges(&usual).iter().all(|edge| !edge.contains("ownedBy")), "{usual:?}");
        let all = |depth| GraphQuery {
            depth,
            groups: RelationGroup::ALL.to_vec(),
            ..GraphQuery::default()
        };
        let near = graph(&world, "component:shop", &all(1));
        assert_eq!(nodes(&usual).len(), nodes(&near).len() - 1);
        assert_eq!(
            nodes(&near),
            [
                (0, "component:default/shop"),
                (1, "api:default/shop-api"),
                (1, "component:default/front"),
                (1, "group:default/team"),
                (1, "resource:default/db"),
                (1, "resource:default/gone"),
                (1, "system:default/web"),
            ]
        );
        assert_eq!(
            edges(&near),
            [
                "front consumesApi shop-api",
                "front dependsOn shop",
                "front ownedBy The Team",
                "front partOf web",
                "shop dependsOn db",
                "shop dependsOn gone",
                "shop ownedBy The Team",
                "shop partOf web",
                "shop providesApi shop-api",
                "shop-api ownedBy The Team",
                "shop-api partOf web",
                "web ownedBy The Team",
            ]
        );
        assert_eq!((near.more_nodes, near.more_edges), (0, 0));
        let find =
            |name: &str| near.nodes.iter().find(|node| node.entity.title == name).expect("a node");
        // What it needs stands to the right of it, what needs it to the left.
        assert!(find("front").x < find("shop").x && find("shop").x < find("db").x);
        assert_eq!(find("shop").owner.as_deref(), Some("The Team"));
        assert_eq!(find("shop").freshness, Some(FreshnessState::Fresh));
        let gone = find("gone");
        assert_eq!((gone.entity.exists, &gone.freshness, &gone.owner), (false, &None, &None));

        // One step more, and not through the owner to everything else it owns.
        let far = graph(&world, "component:shop", &all(2));
        let further: Vec<_> = nodes(&far).into_iter().filter(|(steps, _)| *steps > 1).collect();
        assert_eq!(
            further,
            [
                (2, "component:default/late"),
                (2, "domain:default/commerce"),
                (2, "group:default/others")
            ]
        );
        // From the owner itself one does get there.
        assert_eq!(graph(&world, "group:team", &GraphQuery::default()).nodes.len(), 7);
    })
    .await;
}

#[tokio::test]
async fn a_question_narrows_the_graph_to_relations_and_a_direction() {
    on_each_engine(async |world| {
        write(&world, &shop()).await;
        let asked = |depth, groups: &[RelationGroup], direction| {
            graph(&world, "component:shop", &GraphQuery { depth, groups: groups.into(), direction })
        };
        let apis = asked(4, &[RelationGroup::Apis], Direction::Both);
        assert_eq!(edges(&apis), ["front consumesApi shop-api", "shop providesApi shop-api"]);
        assert_eq!(
            nodes(&apis),
            [
                (0, "component:default/shop"),
                (1, "api:default/shop-api"),
                (2, "component:default/front")
            ]
        );
        let users = asked(4, &[RelationGroup::Dependencies], Direction::In);
        assert_eq!(edges(&users), ["front dependsOn shop", "late dependsOn front"]);
        let needs = asked(4, &[RelationGroup::Dependencies], Direction::Out);
        assert_eq!(edges(&needs), ["shop dependsOn db", "shop dependsOn gone"]);
        let alone = asked(1, &[RelationGroup::Data], Direction::Both);
        assert_eq!((alone.nodes.len(), alone.edges.len()), (1, 0));
        // More steps than there may be are as many as there may be.
        assert_eq!(asked(99, &[RelationGroup::Apis], Direction::Both), apis);
    })
    .await;
}

#[tokio::test]
async fn the_impact_names_everything_that_depends_on_it_with_the_way_and_the_owners() {
    on_each_engine(async |world| {
        write(&world, &shop()).await;
        let db = impact(&world, "resource:db");
        assert_eq!(
            rows(&db),
            [
                (1, "shop", "dependsOn", None),
                (2, "front", "dependsOn", Some("shop")),
                (2, "shop-api", "apiProvidedBy", Some("shop")),
                (3, "late", "dependsOn", Some("front")),
            ]
        );
        assert_eq!(db.path(3), [3, 1, 0]);
        let owners: Vec<_> = db
            .owners
            .iter()
            .map(|(owner, count)| (owner.title.as_str(), owner.exists, *count))
            .collect();
        assert_eq!(owners, [("The Team", true, 3), ("others", false, 1)]);
        assert_eq!((db.more, db.unowned), (0, 0));
        // An API carries to those who consume it; owning is no dependence.
        assert_eq!(rows(&impact(&world, "api:shop-api"))[0], (1, "front", "consumesApi", None));
        // The parts of a system go with it; what depends on one of them, without being one, stays
        // behind.
        let web = impact(&world, "system:web");
        assert_eq!(rows(&web), [(1, "late", "dependsOn", None)]);
        assert_eq!(web.rows[0].part.as_ref().expect("a part").title, "front");
        assert!(db.rows.iter().all(|row| row.part.is_none()));
        assert_eq!(impact(&world, "group:team"), Impact::default());
        assert_eq!(impact(&world, "component:late"), Impact::default());
    })
    .await;
}

#[tokio::test]
async fn cycles_end() {
    on_each_engine(async |world| {
        let ring = |name: &str, next: &str| {
            service(name, &format!("owner: team, system: ring, dependsOn: [\"component:{next}\"]"))
        };
        let all = [
            ring("a", "b"),
            ring("b", "c"),
            ring("c", "a"),
            service("self", "owner: team, dependsOn: [\"component:self\"]"),
            entity("System", "ring", "owner: team"),
            entity("Domain", "left", "owner: team, subdomainOf: right"),
            entity("Domain", "right", "owner: team, subdomainOf: left"),
        ];
        write(&world, &all).await;
        let groups = vec![RelationGroup::Dependencies];
        let query = GraphQuery { depth: 4, groups, direction: Direction::Both };
        let around = graph(&world, "component:a", &query);
        assert_eq!(edges(&around), ["a dependsOn b", "b dependsOn c", "c dependsOn a"]);
        assert_eq!(
            rows(&impact(&world, "component:a")),
            [(1, "c", "dependsOn", None), (2, "b", "dependsOn", Some("c"))]
        );
        assert_eq!(edges(&parts(&world, "system:ring")), edges(&around));
        let alone = graph(&world, "component:self", &query);
        assert_eq!((alone.nodes.len(), alone.edges.len()), (1, 0));
        assert!(impact(&world, "component:self").rows.is_empty());
        assert!(impact(&world, "domain:left").rows.is_empty());
    })
    .await;
}

#[tokio::test]
async fn more_than_a_thousand_are_counted_and_not_drawn() {
    on_each_engine(async |world| {
        const DEPENDENTS: usize = 1_200;
        let hub = "owner: team, system: all, dependsOn: [\"component:hub\"]";
        let mut all: Vec<String> =
            (0..DEPENDENTS).map(|number| service(&format!("c{number:04}"), hub)).collect();
        all.push(service("hub", "owner: team"));
        all.push(entity("System", "all", "owner: team"));
        write(&world, &all).await;
        let groups = vec![RelationGroup::Dependencies];
        let query = GraphQuery { depth: 4, groups, direction: Direction::Both };
        let around = graph(&world, "component:hub", &query);
        assert_eq!((around.nodes.len(), around.edges.len()), (MAX_NODES, MAX_NODES - 1));
        let left_out = (DEPENDENTS - (MAX_NODES - 1)) as u32;
        assert_eq!((around.more_nodes, around.more_edges), (left_out, 0));
        let broken = impact(&world, "component:hub");
        assert_eq!((broken.rows.len(), broken.more), (MAX_NODES - 1, left_out));
        assert_eq!(broken.rows[0].entity.title, "c0000");
        assert_eq!(broken.owners[0].1 as usize, MAX_NODES - 1);
        assert_eq!(parts(&world, "system:all").more_nodes, left_out);
    })
    .await;
}

#[tokio::test]
async fn systems_and_domains_show_their_parts() {
    on_each_engine(async |world| {
        write(&world, &shop()).await;
        let web = parts(&world, "system:web");
        assert_eq!(
            edges(&web),
            ["front consumesApi shop-api", "front dependsOn shop", "shop providesApi shop-api"]
        );
        assert_eq!(web.nodes.len(), 3);
        assert!(web.nodes.iter().all(|node| node.distance == 1));
        // Systems depend on each other through what they are made of.
        let commerce = parts(&world, "domain:commerce");
        assert_eq!(edges(&commerce), ["billing dependsOn web"]);
        assert_eq!(commerce.nodes.len(), 2);
        assert_eq!(parts(&world, "component:late"), EntityGraph::default());
    })
    .await;
}

#[tokio::test]
async fn only_who_may_read_sees_a_graph_and_only_of_the_own_tenant() {
    on_each_engine(async |world| {
        write(&world, &shop()).await;
        let ask = |op: &OpContext| {
            let shop = parse("component:shop");
            [
                world.catalog.entity_graph(op, &shop, &GraphQuery::default()).map(|_| ()),
                world.catalog.entity_impact(op, &shop).map(|_| ()),
                world.catalog.entity_parts(op, &shop).map(|_| ()),
            ]
        };
        assert!(ask(&world.op).iter().all(Result::is_ok));
        let tenant = world.op.tenant.clone();
        let nobody = OpContext::for_request(tenant, Principal::Nobody, "test".into());
        for answer in ask(&nobody) {
            assert!(matches!(answer, Err(Error::Unauthenticated { .. })), "{answer:?}");
        }
        let elsewhere = world.other_tenant("elsewhere").await;
        for answer in ask(&elsewhere) {
            assert!(matches!(answer, Err(Error::NotFound { .. })), "{answer:?}");
        }
    })
    .await;
}
