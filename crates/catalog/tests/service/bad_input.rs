//! Bad input: a clear message where a person looks, the rest keeps working, nothing is lost.

use crate::support::{World, component, entity, on_each_engine, parse};
use catalog::{LocationSetting, LocationType, RuleSetting};
use model::catalog::EntityQuery;

#[tokio::test]
async fn broken_yaml_names_file_line_and_column_and_the_rest_is_read() {
    on_each_engine(async |world| {
        world.write("bad/catalog-info.yaml", "apiVersion: x\nkind: [Component\n");
        world.write("good/catalog-info.yaml", &component("good"));
        world.write(
            "mixed/catalog-info.yaml",
            &format!("{}---\na: [\n---\n{}", component("one"), component("two")),
        );
        world.refresh().await;
        assert_eq!(
            world.refs(),
            ["component:default/good", "component:default/one", "component:default/two"]
        );
        let problems = world.catalog.problems(&world.op).expect("problems");
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].location.ends_with("bad/catalog-info.yaml"), "{problems:?}");
        assert!(problems[0].line.is_some() && problems[0].column.is_some(), "{problems:?}");
        assert!(problems[0].message.starts_with("YAML error at file:"), "{problems:?}");
        assert!(problems[1].line >= Some(10), "{problems:?}");
    })
    .await;
}

#[tokio::test]
async fn an_error_keeps_the_last_good_version_with_a_status() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        world.refresh().await;
        let uid = world.get("component:default/shop").expect("there").metadata.uid;
        let broken = component("shop").replace("  owner: team\n", "");
        world.write("catalog-info.yaml", &broken);
        world.refresh().await;

        let shop = world.get("component:default/shop").expect("still there");
        assert_eq!(shop.metadata.uid, uid);
        assert_eq!(shop.spec_str("owner"), Some("team"));
        let status = shop.status.expect("a status");
        let item = &status.items[0];
        assert_eq!(item.item_type, "backstage.io/catalog-processing");
        assert_eq!(item.level, "error");
        let text = "/spec must have required property 'owner' - missingProperty: owner";
        assert!(item.message.starts_with("InputError: Processor "), "{}", item.message);
        assert!(
            item.message.ends_with(&format!("; caused by TypeError: {text}")),
            "{}",
            item.message
        );
        let error = item.error.as_ref().expect("an error");
        assert_eq!(error["cause"]["name"], "TypeError");

        let view = world.catalog.entity_view(&world.op, &parse("component:default/shop"));
        let view = view.expect("a view");
        assert!(view.row.broken);
        assert_eq!(view.problems.len(), 1);
        assert_eq!(view.problems[0].message, text);
        assert_eq!((view.problems[0].line, view.problems[0].column), (Some(6), Some(3)));
        assert!(view.problems[0].location.ends_with("catalog-info.yaml"));
        let query = EntityQuery { state: "broken".into(), ..EntityQuery::default() };
        assert_eq!(world.catalog.entity_list(&world.op, &query).expect("a list").total, 1);
        assert_eq!(world.catalog.summary(&world.op).expect("a summary").broken, 1);

        // It stays so after a restart, and is well again when the file is.
        let restarted = world.restarted(|_| {}).await;
        let again = restarted.refresh_all(&world.op).await.expect("reads");
        assert_eq!(again.changed, 0);
        let shop = restarted.entity_get(&world.op, &parse("component:default/shop")).unwrap();
        assert!(shop.status.is_some());
        world.write("catalog-info.yaml", &component("shop"));
        restarted.refresh_all(&world.op).await.expect("reads");
        let shop = restarted.entity_get(&world.op, &parse("component:default/shop")).unwrap();
        assert!(shop.status.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_can_no_longer_be_read_at_all_keeps_its_entities() {
    let world = World::new().await;
    let two = format!("{}---\n{}", component("one"), component("two"));
    world.write("catalog-info.yaml", &two);
    world.refresh().await;
    for broken in ["{ nothing: [", "\u{0}", "kind: ["] {
        world.write("catalog-info.yaml", broken);
        world.refresh().await;
        assert_eq!(world.refs().len(), 2, "{broken:?}");
        for name in ["one", "two"] {
            let found = world.get(&format!("component:default/{name}")).expect("there");
            assert!(found.status.is_some(), "{broken:?}");
        }
    }
    // Latin-1 is no UTF-8.
    std::fs::write(world.path("catalog-info.yaml"), b"kind: Caf\xe9\n").expect("writes");
    world.refresh().await;
    assert_eq!(world.refs().len(), 2);
    assert!(world.problems()[0].contains("not UTF-8"), "{:?}", world.problems());
}

#[tokio::test]
async fn a_document_that_is_no_entity_is_a_problem() {
    let world = World::new().await;
    world.write("catalog-info.yaml", "- just\n- a list\n---\nhello: world\n---\n42\n");
    world.write("kind/catalog-info.yaml", &component("x").replace("Component", "Nonsense"));
    world.refresh().await;
    assert!(world.refs().is_empty());
    let problems = world.problems();
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert_eq!(problems[0], "catalog-info.yaml:1:1: Expected object at root, got array");
    assert!(problems[2].starts_with("catalog-info.yaml:6:1:"), "{problems:?}");
    assert!(problems[3].contains("No processor recognized the entity nonsense:default/x"));
    let summary = world.catalog.summary(&world.op).expect("a summary");
    assert_eq!(summary.problems.len(), 4);
}

#[tokio::test]
async fn two_entities_with_one_reference_leave_the_first_and_name_the_second() {
    on_each_engine(async |world| {
        world.write("a/catalog-info.yaml", &component("shop"));
        world.write("b/catalog-info.yaml", &component("Shop").replace("service", "website"));
        world.refresh().await;
        let shop = || world.get("component:default/shop").expect("there");
        assert_eq!(shop().spec_str("type"), Some("service"));
        let view = world.catalog.entity_view(&world.op, &parse("component:default/shop"));
        let problems = view.expect("a view").problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].location.ends_with("b/catalog-info.yaml"), "{problems:?}");
        assert!(problems[0].message.contains("a/catalog-info.yaml"), "{problems:?}");
        assert_eq!(world.catalog.summary(&world.op).expect("a summary").problems, problems);
        // A place that sorts before the first does not take it away.
        world.write("0/catalog-info.yaml", &component("shop").replace("service", "library"));
        world.refresh().await;
        assert_eq!(shop().spec_str("type"), Some("service"));
        assert_eq!(world.problems().len(), 2);
        // When the first goes, another one takes its place.
        world.remove("a/catalog-info.yaml");
        world.refresh().await;
        assert_eq!(shop().spec_str("type"), Some("library"));
        world.remove("0/catalog-info.yaml");
        world.catalog.refresh_changed(&world.op).await.expect("reads");
        assert_eq!(shop().spec_str("type"), Some("website"));
        assert!(world.problems().is_empty(), "{:?}", world.problems());
    })
    .await;
}

#[tokio::test]
async fn the_same_holds_between_places() {
    let world = World::with(|settings, folder| {
        let place = |name: &str| {
            LocationSetting::new(LocationType::File, folder.join(name).display().to_string())
        };
        settings.locations = vec![place("one"), place("two")];
    })
    .await;
    world.write("one/catalog-info.yaml", &component("shop"));
    world.write("two/catalog-info.yaml", &component("shop").replace("service", "website"));
    world.refresh().await;
    let kind =
        || world.get("component:default/shop").expect("there").spec_str("type").map(str::to_owned);
    assert_eq!(kind().as_deref(), Some("service"));
    assert_eq!(world.problems().len(), 1, "{:?}", world.problems());
    world.write("one/catalog-info.yaml", &component("other"));
    world.refresh().await;
    assert_eq!(kind().as_deref(), Some("website"));
    assert!(world.problems().is_empty(), "{:?}", world.problems());
}

#[tokio::test]
#[cfg(unix)]
async fn a_symbolic_link_out_of_the_folder_is_refused() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("catalog-info.yaml"), component("secret")).unwrap();
    let world = World::new().await;
    world.write("good/catalog-info.yaml", &component("good"));
    let link = |target: &std::path::Path, name: &str| {
        std::os::unix::fs::symlink(target, world.path(name)).expect("links");
    };
    std::fs::create_dir(world.path("bad")).expect("makes the folder");
    link(&outside.path().join("catalog-info.yaml"), "bad/catalog-info.yaml");
    link(outside.path(), "folder");
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/good"]);
    let problems = world.problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().all(|text| text.contains("leads out of")), "{problems:?}");
}

#[tokio::test]
async fn a_location_that_leads_out_of_the_folder_is_refused() {
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("x.yaml"), component("secret")).unwrap();
    let world = World::new().await;
    let target = outside.path().join("x.yaml").display().to_string();
    world.write("a/catalog-info.yaml", &entity("Location", "out", &format!("target: {target}")));
    world.write("b/catalog-info.yaml", &entity("Location", "gone", "target: ./missing.yaml"));
    let optional = "target: ./missing-too.yaml, presence: optional";
    world.write("c/catalog-info.yaml", &entity("Location", "may-be-gone", optional));
    world.refresh().await;
    assert!(world.get("component:default/secret").is_none());
    // What leads nowhere is among the problems only; what need not be there is no problem.
    let locations = || -> Vec<String> {
        let refs = world.refs().into_iter();
        refs.filter(|entity_ref| entity_ref.starts_with("location:")).collect()
    };
    assert_eq!(locations(), ["location:default/may-be-gone"]);
    let said = |text: &str| world.problems().iter().any(|problem| problem.contains(text));
    assert!(said("leads out of") && said("missing.yaml does not exist"), "{:?}", world.problems());
    // The complaint goes when the file comes.
    world.write("b/missing.yaml", &component("late"));
    world.catalog.refresh_changed(&world.op).await.expect("reads");
    assert!(world.get("component:default/late").is_some());
    assert_eq!(locations(), ["location:default/gone", "location:default/may-be-gone"]);
    assert!(!said("missing.yaml does not exist"), "{:?}", world.problems());
}

#[tokio::test]
async fn a_file_of_50_mb_is_a_problem_that_names_the_limit() {
    let world = World::new().await;
    world.write("good/catalog-info.yaml", &component("good"));
    world.write("huge/catalog-info.yaml", "");
    let file = std::fs::File::options().write(true).open(world.path("huge/catalog-info.yaml"));
    file.expect("opens").set_len(50 << 20).expect("grows");
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/good"]);
    let problems = world.problems();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("50.0 MiB") && problems[0].contains("10.0 MiB"), "{problems:?}");
}

#[tokio::test]
async fn a_place_that_is_gone_removes_nothing_and_says_so() {
    on_each_engine(async |world| {
        world.write("catalog-info.yaml", &component("shop"));
        world.refresh().await;
        let (here, away) = (world.path(""), world.path("").with_extension("away"));
        std::fs::rename(&here, &away).expect("moves");
        let report = world.refresh().await;
        assert_eq!((report.failed, report.removed), (1, 0));
        assert_eq!(world.refs(), ["component:default/shop"]);
        assert!(world.problems()[0].contains("does not exist"), "{:?}", world.problems());
        std::fs::rename(&away, &here).expect("moves back");
        world.refresh().await;
        assert!(world.problems().is_empty(), "{:?}", world.problems());
    })
    .await;
}

#[tokio::test]
async fn kinds_that_are_not_allowed_are_refused_unless_the_place_allows_them() {
    let change = |allow: &'static [&'static str]| {
        move |settings: &mut catalog::Settings| {
            settings.rules = vec![RuleSetting::kinds(&["Component"])];
            settings.locations[0].rules = vec![RuleSetting::kinds(allow)];
        }
    };
    let world = World::with(|settings, _| change(&[])(settings)).await;
    let user = entity("User", "jane", "memberOf: []");
    world.write("catalog-info.yaml", &format!("{}---\n{user}", component("shop")));
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/shop"]);
    assert!(world.problems()[0].contains("not of an allowed kind"), "{:?}", world.problems());
    // Another rule counts at once, although the file is the same, and so does taking it back.
    let allowed = world.restarted(change(&["user"])).await;
    allowed.refresh_all(&world.op).await.expect("reads");
    assert!(allowed.entity_get(&world.op, &parse("user:default/jane")).is_ok());
    let refused = world.restarted(change(&[])).await;
    refused.refresh_all(&world.op).await.expect("reads");
    assert!(refused.entity_get(&world.op, &parse("user:default/jane")).is_err());
}

#[tokio::test]
async fn of_two_descriptions_in_one_file_the_last_one_counts() {
    let world = World::new().await;
    let last = component("a").replace("lifecycle: production", "lifecycle: last");
    let text = format!("{}---\n{}---\n{last}", component("a"), component("b"));
    world.write("catalog-info.yaml", &text);
    let report = world.refresh().await;
    assert_eq!(report.added, 3, "two and the one that stands for the source");
    let a = world.get("component:default/a").expect("there");
    assert_eq!(a.spec_str("lifecycle"), Some("last"));
    let problems = world.problems();
    assert!(problems[0].contains("described several times"), "{problems:?}");
    // Later too, and with a new file it goes.
    world.write("catalog-info.yaml", &text.replace("lifecycle: last", "lifecycle: newest"));
    world.refresh().await;
    assert_eq!(
        world.get("component:default/a").expect("there").spec_str("lifecycle"),
        Some("newest")
    );
    world.write("catalog-info.yaml", &component("a"));
    world.refresh().await;
    assert!(world.problems().is_empty(), "{:?}", world.problems());
}

#[tokio::test]
async fn a_reference_with_a_line_break_keeps_its_relation() {
    let world = World::new().await;
    let text = component("a").replace("owner: team", "owner: \"te\\nam\"");
    world.write("catalog-info.yaml", &text);
    world.refresh().await;
    let a = world.get("component:default/a").expect("there");
    let targets: Vec<&str> = a.relations.iter().map(|it| it.target_ref.as_str()).collect();
    assert_eq!(targets, ["group:default/te\nam"]);
    let restarted = world.restarted(|_| ()).await;
    let again = restarted.entity_get(&world.op, &parse("component:a")).expect("there");
    assert_eq!(again.relations, a.relations);
}
