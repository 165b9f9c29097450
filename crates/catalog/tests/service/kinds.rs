//! Kinds that an administrator adds while the portal runs.

use crate::forge::{FORGES, ForgeStandIn, repo};
use crate::support::{World, component, entity, git, on_each_engine, parse, refs, repository};
use access::{OpContext, Principal};
use catalog::{KindSubmitted, Mutation, RuleSetting};
use model::Error;
use model::catalog::EntityQuery;
use model::entity::Entity;
use model::freshness::FreshnessState;
use model::graph::{Direction, GraphQuery};
use model::kind::definition::{KindDefinition, KindRelation};
use model::kind::view::{KindForm, KindTyped};
use serde_json::{Value, json};
use std::path::Path;

fn queue() -> KindDefinition {
    serde_json::from_value(json!({
        "name": "Queue",
        "apiVersions": ["acme.example/v1"],
        "title": "Message queue",
        "plural": "Message queues",
        "description": "Where messages wait",
        "icon": "inbox",
        "schema": {
            "type": "object",
            "required": ["owner", "engine"],
            "properties": {
                "owner": {"type": "string", "minLength": 1},
                "engine": {"enum": ["kafka", "nats"], "title": "Broker", "description": "What runs it"},
                "maxSize": {"type": "integer", "minimum": 1},
                "durable": {"type": "boolean"},
            },
        },
        "relations": [
            {"field": "owner", "defaultKind": "Group", "outgoing": "ownedBy", "incoming": "ownerOf"},
            {"field": "links.producers", "defaultKind": "Component", "outgoing": "filledBy",
             "incoming": "fills"},
        ],
    }))
    .expect("a definition")
}

fn described(name: &str, spec: &str) -> String {
    entity("Queue", name, spec).replace("backstage.io/v1alpha1", "acme.example/v1")
}

fn orders() -> String {
    described("orders", "owner: team, engine: kafka, maxSize: 5, links: {producers: [shop, gone]}")
}

async fn add(world: &World) {
    assert!(world.catalog.kind_put(&world.op, "Queue", queue()).await.expect("added"));
}

fn related(entity: &Entity, relation: &str) -> Vec<String> {
    entity.related(relation).map(str::to_owned).collect()
}

fn status(entity: &Entity) -> String {
    entity.to_json()["status"]["items"][0]["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_counts_at_once_and_leaves_what_is_good_when_it_goes() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &orders());
        world.write("shop/catalog-info.yaml", &component("shop"));
        world.refresh().await;
        assert_eq!(world.refs(), ["component:default/shop"]);
        assert!(world.problems()[0].contains("possibly caused by a foreign kind"), "as before");

        // Nobody touches the file.
        add(&world).await;
        assert_eq!(world.refs(), ["component:default/shop", "queue:default/orders"]);
        assert!(world.problems().is_empty(), "{:?}", world.problems());
        let queue_entity = world.get("queue:orders").expect("there");
        assert_eq!(
            related(&queue_entity, "filledBy"),
            ["component:default/gone", "component:default/shop"]
        );
        assert_eq!(related(&queue_entity, "ownedBy"), ["group:default/team"]);
        let shop = world.get("component:shop").expect("there");
        assert_eq!(related(&shop, "fills"), ["queue:default/orders"]);

        // What does not fit is told with its place; the last good version stays.
        world.write("catalog-info.yaml", &orders().replace("kafka", "mq"));
        world.refresh().await;
        let broken = world.get("queue:orders").expect("the last good one");
        assert_eq!(broken.spec_str("engine"), Some("kafka"));
        let reported = "/spec/engine must be equal to one of the allowed values - allowedValues: \
                    kafka,nats, found \"mq\"";
        assert!(status(&broken).contains(reported), "{}", status(&broken));
        let view = world.catalog.entity_view(&world.op, &parse("queue:orders")).expect("a page");
        let place = (view.problems[0].line, view.problems[0].column);
        assert_eq!(place, (Some(4), Some(29)), "{:?}", view.problems);
        world.write("catalog-info.yaml", &orders());
        world.refresh().await;
        assert_eq!(status(&world.get("queue:orders").expect("there")), "");

        // After a restart it is known still, and nothing is read anew for it.
        let restarted = world.restarted(|_| {}).await;
        let report = restarted.refresh_all(&world.op).await.expect("reads");
        assert_eq!((report.added, report.changed, report.removed), (0, 0, 0));
        assert_eq!(refs(&restarted, &world.op).len(), 2);

        // Without the kind its entities stay, marked; with it they are as they were.
        world.catalog.kind_delete(&world.op, "queue").await.expect("removed");
        let left = world.get("queue:orders").expect("it stays");
        assert!(status(&left).contains("No processor recognized the entity"), "{}", status(&left));
        assert_eq!(related(&left, "filledBy").len(), 2);
        let gone = world.catalog.kind_delete(&world.op, "Queue").await;
        assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");
        add(&world).await;
        assert_eq!(status(&world.get("queue:orders").expect("there")), "");
        assert_eq!(world.events("kind-mutate").await, 3, "two additions and a removal");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_kind_is_read_by_at_once() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &orders());
        add(&world).await;
        let mut stricter = queue();
        stricter.schema["properties"]["maxSize"]["minimum"] = json!(10);
        stricter.relations[1].outgoing = "fedBy".to_owned();
        stricter.relations[1].incoming = "feeds".to_owned();
        let is_new = world.catalog.kind_put(&world.op, "Queue", stricter.clone()).await;
        assert_eq!(is_new, Ok(false));
        let broken = world.get("queue:orders").expect("there");
        assert!(status(&broken).contains("must be >= 10"), "{}", status(&broken));
        assert_eq!(related(&broken, "filledBy").len(), 2, "as it was read last");
        stricter.schema["properties"]["maxSize"]["minimum"] = json!(1);
        world.catalog.kind_put(&world.op, "queue", stricter).await.expect("changed");
        let again = world.get("queue:orders").expect("there");
        assert_eq!(status(&again), "");
        assert_eq!((related(&again, "filledBy").len(), related(&again, "feds").len()), (0, 0));
        assert_eq!(related(&again, "fedBy").len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn remote_places_are_read_again_in_the_next_round() {
    on_each_engine(async |world| {
        let path = world.path("../").join(format!("kinds-{}", std::process::id()));
        repository(
            &path,
            &[("catalog-info.yaml", &orders()), ("b/catalog-info.yaml", &component("b"))],
        );
        let folder = path.parent().expect("a folder").to_owned();
        let catalog = world.restarted(|settings| settings.allowed_folders = vec![folder]).await;
        let target = path.display().to_string();
        catalog.location_register(&world.op, "git", &target).await.expect("registered");
        assert_eq!(refs(&catalog, &world.op), ["component:default/b"]);
        catalog.kind_put(&world.op, "Queue", queue()).await.expect("added");
        // What jobs do every other second.
        catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!(refs(&catalog, &world.op), ["component:default/b", "queue:default/orders"]);
        git(&path, &["rm", "--quiet", "b/catalog-info.yaml"]);
        git(&path, &["commit", "--quiet", "--message", "change"]);
        catalog.refresh_all(&world.op).await.expect("reads");
        assert_eq!(refs(&catalog, &world.op), ["queue:default/orders"]);
        std::fs::remove_dir_all(&path).expect("removes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn organisations_are_looked_through_again() {
    for forge in FORGES {
        let world = World::new().await;
        let content = repo(&[("catalog-info.yaml", &orders())]);
        let stand = ForgeStandIn::start(forge, &[("acme/a", content)]).await;
        let catalog = world.restarted(|settings| stand.configure(settings, |_| ())).await;
        catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert!(refs(&catalog, &world.op).is_empty(), "{}", forge.name());
        catalog.kind_put(&world.op, "Queue", queue()).await.expect("added");
        catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(refs(&catalog, &world.op), ["queue:default/orders"], "{}", forge.name());
    }
}

fn given(name: &str, engine: &str) -> Value {
    json!({"apiVersion": "acme.example/v1", "kind": "Queue", "metadata": {"name": name},
        "spec": {"owner": "team", "engine": engine}})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_programs_gave_is_looked_at_again_as_it_is_kept() {
    on_each_engine(async |world| {
        let push = async |engine: &str| {
            let mutation = Mutation::Full { entities: vec![given("q", engine)] };
            world.catalog.provider_push(&world.op, "ci", mutation).await.expect("taken")
        };
        let refused = push("nats").await;
        assert_eq!(refused.errors.len(), 1);
        add(&world).await;
        assert!(push("nats").await.errors.is_empty());
        assert!(push("mq").await.errors[0].message.contains("/spec/engine must be equal"));
        push("nats").await;
        world.catalog.kind_delete(&world.op, "Queue").await.expect("removed");
        assert!(status(&world.get("queue:q").expect("it stays")).contains("No processor"));
        add(&world).await;
        let again = world.get("queue:q").expect("there");
        assert_eq!((status(&again).as_str(), related(&again, "ownedBy").len()), ("", 1));
    })
    .await;
}

#[tokio::test]
async fn rules_and_tenants_are_kept_apart() {
    let world = World::with(|settings, _| {
        settings.rules = vec![RuleSetting {
            locations: Some(vec![catalog::RuleLocation {
                r#type: "url".to_owned(),
                ..catalog::RuleLocation::default()
            }]),
            ..RuleSetting::kinds(&["Queue"])
        }];
    })
    .await;
    world.write("catalog-info.yaml", &orders());
    add(&world).await;
    assert!(world.refs().is_empty(), "a rule that names the kind decides");
    assert!(world.problems()[0].contains("is not of an allowed kind"), "{:?}", world.problems());
    let other = world.other_tenant("other").await;
    assert_eq!(world.catalog.kind_list(&other), Ok(Vec::new()));
    let found = world.catalog.entity_validate(&other, &given("q", "nats"), "url:https://h/a");
    assert!(found.expect("looked at").is_some(), "the other tenant has no such kind");
    let found = world.catalog.entity_validate(&world.op, &given("q", "nats"), "url:https://h/a");
    assert_eq!(found, Ok(None));
    let nobody = OpContext::for_request(world.op.tenant.clone(), Principal::Nobody, "t".into());
    assert!(world.catalog.kind_list(&nobody).is_err());
    assert!(world.catalog.kind_put(&nobody, "Queue", queue()).await.is_err());
    assert!(world.catalog.kind_delete(&nobody, "Queue").await.is_err());
    assert!(world.catalog.kind_form(&nobody, None).await.is_err());
}

#[tokio::test]
async fn pages_show_what_the_kind_says() {
    let world = World::new().await;
    let org = entity("Group", "team", "type: team, children: []");
    world.write("catalog-info.yaml", &format!("{}---\n{org}---\n{}", orders(), component("shop")));
    add(&world).await;
    let list = world.catalog.entity_list(&world.op, &EntityQuery::default()).expect("a list");
    let kinds: Vec<_> = list.facets.kinds.iter().map(|kind| (&*kind.value, &*kind.label)).collect();
    assert_eq!(
        kinds,
        [
            ("component", "Component"),
            ("group", "Group"),
            ("location", "Location"),
            ("queue", "Message queue"),
        ]
    );
    let view = world.catalog.entity_view(&world.op, &parse("queue:orders")).expect("a page");
    let spec: Vec<_> = view.spec.iter().map(|field| (&*field.label, &*field.value)).collect();
    assert_eq!(
        spec,
        [("Broker", "kafka"), ("Max size", "5"), ("Links", "{\"producers\":[\"shop\",\"gone\"]}")]
    );
    assert_eq!(view.spec[0].help.as_deref(), Some("What runs it"));
    assert_eq!(view.row.freshness.state, FreshnessState::Fresh);
    let shop = world.catalog.entity_view(&world.op, &parse("component:shop")).expect("a page");
    assert!(shop.spec.is_empty());
    let looks = world.catalog.kind_looks(&world.op).expect("looks");
    assert_eq!(
        (&*looks[0].name, &*looks[0].plural, &*looks[0].icon),
        ("queue", "Message queues", "inbox")
    );
    let summary = world.catalog.summary(&world.op).expect("a summary");
    assert!(summary.kinds.iter().any(|kind| kind.label == "Message queue" && kind.count == 1));

    // One arrow for both ends of a relation, the way it was named.
    let drawn = |direction| {
        let query = GraphQuery { direction, ..GraphQuery::default() };
        let graph = world.catalog.entity_graph(&world.op, &parse("component:shop"), &query);
        let graph = graph.expect("a graph");
        let name = |at: u32| graph.nodes[at as usize].entity.entity_ref.clone();
        let edges = graph.edges.iter();
        let mut found: Vec<String> = edges
            .map(|edge| format!("{} {} {}", name(edge.from), edge.r#type, name(edge.to)))
            .filter(|edge| edge.contains("fill"))
            .collect();
        found.sort();
        found
    };
    let arrow = "queue:default/orders filledBy component:default/shop";
    assert_eq!(drawn(Direction::Both), [arrow]);
    assert_eq!(drawn(Direction::In), [arrow]);
    assert!(drawn(Direction::Out).is_empty());
}

fn typed() -> KindTyped {
    KindTyped {
        name: " Queue ".to_owned(),
        api_versions: "acme.example/v1, acme.example/v2".to_owned(),
        icon: "inbox".to_owned(),
        schema: "type: object\nrequired: [engine]\nproperties:\n  engine: {type: string}\n"
            .to_owned(),
        relations: vec![
            KindRelation::default(),
            KindRelation {
                field: "owner".to_owned(),
                default_kind: Some(String::new()),
                outgoing: "ownedBy".to_owned(),
                incoming: "ownerOf".to_owned(),
            },
        ],
        ..KindTyped::default()
    }
}

fn sent_back(outcome: model::Result<KindSubmitted>) -> KindForm {
    match outcome.expect("an answer") {
        KindSubmitted::Form(form) => *form,
        KindSubmitted::Saved => panic!("saved"),
    }
}

#[tokio::test]
async fn a_form_says_what_is_wrong_where_and_loses_nothing() {
    let world = World::new().await;
    let (catalog, op) = (&world.catalog, &world.op);
    let submit = async |typed: &KindTyped, only_try| {
        catalog.kind_submit(op, None, typed.clone(), only_try).await
    };
    let wrong = KindTyped {
        name: "Component".to_owned(),
        schema: "type: object\nproperties:\n  engine: {type: strong}\n".to_owned(),
        ..typed()
    };
    let form = sent_back(submit(&wrong, false).await);
    assert_eq!(form.typed.schema, wrong.schema);
    let reported: Vec<String> =
        form.errors.iter().map(|error| format!("{} {}", error.path, error.message)).collect();
    assert!(reported[0].starts_with("/name Component is built in"), "{reported:?}");
    assert!(reported[1].starts_with("/schema line 3, column "), "{reported:?}");
    assert!(reported[1].contains("/properties/engine/type: "), "{reported:?}");
    let form = sent_back(submit(&KindTyped { schema: "a: [".to_owned(), ..typed() }, false).await);
    assert!(form.errors[0].message.starts_with("line 2, column 1: "), "{:?}", form.errors);
    let huge = KindTyped { schema: "x".repeat(1_000_000), ..typed() };
    assert!(sent_back(submit(&huge, false).await).errors[0].message.contains("bytes"));

    // A schema that cannot be read hides nothing that is wrong beside it.
    let all = KindTyped { name: "bad kind".to_owned(), schema: "a: [".to_owned(), ..typed() };
    let form = sent_back(submit(&all, false).await);
    let paths: Vec<&str> = form.errors.iter().map(|error| &*error.path).collect();
    assert_eq!(paths, ["/name", "/schema"], "{:?}", form.errors);

    // A sample is looked at as a file would be.
    let sample = described("q", "engine: 5");
    let form = sent_back(submit(&KindTyped { sample, ..typed() }, true).await);
    assert_eq!(form.tried.as_deref().map(<[String]>::len), Some(1));
    assert!(form.tried.expect("tried")[0].starts_with("4:16: /spec/engine must be string"));
    let sample = described("q", "engine: a, owner: \"group:x\"");
    assert_eq!(sent_back(submit(&KindTyped { sample, ..typed() }, true).await).tried, Some(vec![]));
    let form = sent_back(submit(&typed(), true).await);
    assert_eq!((form.errors[0].path.as_str(), form.tried), ("/sample", None));
    assert_eq!(catalog.kind_list(op), Ok(Vec::new()), "trying changes nothing");

    assert!(matches!(submit(&typed(), false).await, Ok(KindSubmitted::Saved)));
    let kept = catalog.kind_get(op, "QUEUE").expect("there");
    assert_eq!((kept.api_versions.len(), kept.relations.len()), (2, 1));
    assert_eq!(kept.relations[0].default_kind, None);
    let again = KindTyped { name: "QUEUE".to_owned(), ..typed() };
    for typed in [&typed(), &again] {
        let form = sent_back(submit(typed, false).await);
        assert_eq!(form.errors[0].path, "/name", "{:?}", form.errors);
    }

    // The form of what is there, and a change of it.
    let form = catalog.kind_form(op, Some("queue")).await.expect("a form");
    assert_eq!(form.editing.as_deref(), Some("Queue"));
    assert!(form.changed.is_some());
    let change = KindTyped { title: "Queues of ours".to_owned(), ..form.typed };
    let saved = catalog.kind_submit(op, Some("queue"), change, false).await;
    assert!(matches!(saved, Ok(KindSubmitted::Saved)), "{saved:?}");
    let rows = catalog.kind_overview(op).await.expect("a list");
    assert_eq!((rows[0].title.as_str(), rows.len()), ("Queues of ours", 12));
    assert!(catalog.kind_form(op, Some("Nothing")).await.is_err());
}

#[tokio::test]
async fn bad_definitions_are_refused_whole() {
    let world = World::new().await;
    let put = async |name: &str, definition: KindDefinition| {
        let outcome = world.catalog.kind_put(&world.op, name, definition).await;
        match outcome {
            Err(Error::Invalid { message, .. }) => message,
            other => panic!("taken: {other:?}"),
        }
    };
    let with_schema = |schema: Value| KindDefinition { schema, ..queue() };
    let named = |name: &str| KindDefinition { name: name.to_owned(), ..queue() };
    for (name, definition, expected) in [
        ("API", named("API"), "API is built in"),
        ("Api", named("Api"), "API is built in"),
        ("Other", queue(), "expected Other"),
        ("queue", named("queue"), "begin with a capital"),
        ("Queue", with_schema(json!(["no"])), "expected a JSON Schema"),
        ("Queue", with_schema(json!({"properties": 5})), "/schema/properties"),
        ("Queue", with_schema(json!({"description": "x".repeat(100_000)})), "bytes"),
        (
            "Queue",
            with_schema(json!({"properties": {"a": {"$ref": "http://127.0.0.1/a"}}})),
            "schemas are not fetched",
        ),
        (
            "Queue",
            with_schema(json!({"properties": {"a": {"$ref": "file:///etc/passwd"}}})),
            "schemas are not fetched",
        ),
        (
            "Queue",
            with_schema(json!({"properties": {"a": {"pattern": "^(?!(a+)+$)"}}})),
            "without look-around",
        ),
    ] {
        let message = put(name, definition).await;
        assert!(message.contains(expected), "{name}: {message}");
    }
    assert_eq!(world.catalog.kind_list(&world.op), Ok(Vec::new()));
    // A pattern that others would try for years is matched at once.
    let schema = json!({"properties": {"engine": {"pattern": "^(a+)+$"}}});
    world.catalog.kind_put(&world.op, "Queue", with_schema(schema)).await.expect("added");
    let text = format!("owner: team, engine: \"{}!\"", "a".repeat(100_000));
    world.write("catalog-info.yaml", &described("slow", &text));
    world.refresh().await;
    assert!(world.problems()[0].contains("must match pattern"), "{:?}", world.problems());
    assert!(Path::new(&world.path("catalog-info.yaml")).exists());
}

#[tokio::test]
async fn what_the_portal_edits_fits_the_kind_too() {
    use model::overlay::OverlayField;
    let world = World::new().await;
    let org = entity("Group", "team", "type: team, children: []");
    let org = format!("{org}---\n{}", org.replace("team", "others"));
    world.write("catalog-info.yaml", &format!("{}---\n{org}", orders()));
    add(&world).await;
    let reference = parse("queue:orders");
    let form = world.catalog.overlay_form(&world.op, &reference).expect("a form");
    let fields: Vec<_> = form.fields.iter().map(|field| field.field).collect();
    assert!(fields.contains(&OverlayField::Owner) && !fields.contains(&OverlayField::Lifecycle));
    let save = async |owner: &str| {
        let typed = [(OverlayField::Owner, owner.to_owned())];
        world.catalog.overlay_save(&world.op, &reference, &typed).await
    };
    let refused = save("").await.expect_err("required");
    let model::Error::Invalid { fields, .. } = &refused else { panic!("{refused:?}") };
    assert!(fields[0].message == "Owner must be filled in.", "{refused:?}");
    save("others").await.expect("saved");
    let entity = world.get("queue:orders").expect("there");
    assert_eq!(related(&entity, "ownedBy"), ["group:default/others"]);
}
