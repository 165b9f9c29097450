//! What registering would do, told before anything is written.

use crate::forge::{FORGES, ForgeStandIn, repo};
use crate::support::{World, component, entity, repository};
use catalog::Forge;
use model::registration::{PreviewState, Registration};
use testkit::{Answer, StandIn};

/// Title, state and relations of each entity.
fn reported(found: &Registration) -> Vec<(String, PreviewState)> {
    found.entities.iter().map(|it| (it.entity.entity_ref.clone(), it.state)).collect()
}

#[tokio::test]
async fn a_text_is_judged_with_line_and_column() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    let text = format!(
        "{}---\n{}---\nkind: Component\nmetadata: {{name: \"no good\"}}\n---\nkind: [\n",
        component("fresh").replace("owner: team", "owner: team\n  dependsOn: [\"component:shop\"]"),
        component("shop").replace("production", "deprecated"),
    );
    let found = world.catalog.registration_of_text(&world.op, &text).expect("a preview");
    assert_eq!(
        reported(&found),
        [
            ("component:default/fresh".to_owned(), PreviewState::New),
            ("component:default/shop".to_owned(), PreviewState::Changed)
        ]
    );
    let relations: Vec<_> = found.entities[0]
        .relations
        .iter()
        .map(|it| (it.label.as_str(), it.targets[0].exists))
        .collect();
    assert_eq!(relations, [("Depends on", true), ("Owned by", false)]);
    let change = &found.entities[1].changes[0];
    assert_eq!(
        (change.path.as_str(), change.before.as_deref(), change.after.as_deref()),
        ("spec.lifecycle", Some("production"), Some("deprecated"))
    );
    assert!(found.problems.len() >= 2, "{:?}", found.problems);
    assert!(found.problems.iter().all(|it| it.line.is_some() && it.column.is_some()));
    assert_eq!(found.location, None, "a text is not registered");
    assert_eq!(world.refs(), ["component:default/shop"], "nothing was written");
    let again = world.catalog.registration_of_text(&world.op, &component("shop"));
    assert_eq!(again.expect("a preview").entities[0].state, PreviewState::Same);
}

#[tokio::test]
async fn an_address_is_shown_then_registered() {
    let server = StandIn::start(|asked| match asked.path.as_str() {
        "/org.yaml" => Answer::ok(format!(
            "{}---\n{}---\n{}",
            component("shop"),
            component("page"),
            entity("Location", "more", "targets: [./more.yaml]")
        )),
        "/more.yaml" => Answer::ok(component("deep")),
        "/bad.yaml" => Answer::ok("kind: Component\nmetadata: {}\n"),
        "/taken.yaml" => Answer::ok(component("shop")),
        _ => Answer::status(404),
    })
    .await;
    let host = server.host.clone();
    let world = World::with(|settings, _| settings.allowed_hosts = vec![host]).await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    let address = |path: &str| format!("http://{}/{path}", server.host);

    let org = address("org.yaml");
    let found = world.catalog.registration_of_address(&world.op, &org).await.expect("a preview");
    assert_eq!(
        reported(&found),
        [
            ("component:default/shop".to_owned(), PreviewState::Taken),
            ("component:default/page".to_owned(), PreviewState::New),
            ("location:default/more".to_owned(), PreviewState::New),
            ("component:default/deep".to_owned(), PreviewState::New),
        ]
    );
    assert!(found.entities[0].held_by.as_ref().is_some_and(|it| it.ends_with("catalog-info.yaml")));
    assert_eq!(found.entities[2].targets, ["./more.yaml"]);
    assert_eq!((found.exists, &found.refusal), (false, &None));
    assert_eq!(world.refs(), ["component:default/shop"], "nothing was written");

    let (kind, target) = found.location.expect("a place");
    let done = world.catalog.registration_create(&world.op, &kind, &target).await.expect("done");
    assert_eq!(done.iter().filter(|link| link.exists).count(), 3, "{done:?}");
    let found = world.catalog.registration_of_address(&world.op, &org).await.expect("a preview");
    assert!(found.exists && found.refusal.is_some());
    assert_eq!(found.entities[1].state, PreviewState::Same, "{:?}", found.entities[1].changes);

    let bad = world.catalog.registration_of_address(&world.op, &address("bad.yaml")).await;
    let bad = bad.expect("a preview");
    assert_eq!((bad.problems[0].line, bad.problems[0].column.is_some()), (Some(1), true));
    assert!(bad.refusal.is_some());
    let taken = world.catalog.registration_of_address(&world.op, &address("taken.yaml")).await;
    assert!(taken.expect("a preview").refusal.is_some_and(|it| it.contains("from elsewhere")));
    let gone = world.catalog.registration_of_address(&world.op, &address("gone.yaml")).await;
    assert!(gone.expect("a preview").refusal.is_some_and(|it| it.contains("no matching files")));
}

#[tokio::test]
async fn addresses_that_may_not_be_read_are_not_asked() {
    let server = StandIn::start(|_| Answer::ok(component("secret"))).await;
    let world = World::new().await;
    for address in [
        format!("http://{}/catalog-info.yaml", server.host),
        format!("http://{}/team/service", server.host),
        format!("http://{}/team/service.git", server.host),
    ] {
        let found = world.catalog.registration_of_address(&world.op, &address).await;
        let refused = match found {
            Ok(found) => found.entities.is_empty() && found.refusal.is_some(),
            Err(_) => true,
        };
        assert!(refused, "{address}");
    }
    assert!(server.take_asked().is_empty());
    for address in
        ["file:///etc/passwd", "ftp://h/x.yaml", "/etc/passwd", "nonsense", "https://u:p@h/x.yaml"]
    {
        let found = world.catalog.registration_of_address(&world.op, address).await;
        assert!(found.is_err(), "{address}: {found:?}");
    }
    let nobody = world.person("user:default/nobody", &[]);
    // Whoever may register may look; the service asks for the permission first.
    assert!(
        world
            .catalog
            .registration_of_address(&nobody, "https://h/x.yaml")
            .await
            .is_ok_and(|it| it.refusal.is_some())
    );
}

#[tokio::test]
async fn configured_hosts_are_asked_for_a_repository() {
    for forge in FORGES {
        let mut bare = repo(&[
            ("Cargo.toml", "[package]"),
            ("src/main.rs", "fn main() {}"),
            ("Dockerfile", "FROM scratch"),
            (".github/CODEOWNERS", "* @acme/Shop-Team\n"),
        ]);
        bare.topics = vec!["shop"];
        let described = repo(&[("catalog-info.yaml", &component("known")), ("README.md", "")]);
        let standin =
            ForgeStandIn::start(forge, &[("acme/web-shop", bare), ("acme/known", described)]).await;
        let world = World::with(|settings, _| {
            settings.integrations = vec![standin.integration()];
        })
        .await;
        let address = format!("{}/acme/web-shop", standin.web());

        let found =
            world.catalog.location_analyze(&world.op, &address, None).await.expect("drafts");
        assert!(found.existing.is_empty());
        let draft = &found.drafts[0];
        assert_eq!(draft["metadata"]["name"], "web-shop", "{forge:?}");
        assert_eq!(draft["metadata"]["description"], "What acme/web-shop is");
        assert_eq!(draft["metadata"]["tags"], serde_json::json!(["rust", "shop"]));
        assert_eq!(draft["spec"]["type"], "service");
        assert_eq!(found.owner.as_deref(), Some("group:default/shop-team"));

        let found =
            world.catalog.registration_of_address(&world.op, &address).await.expect("a draft");
        let draft = found.draft.expect("a draft");
        assert!(draft.text.contains("owner: group:default/shop-team"), "{}", draft.text);
        let check = world.catalog.registration_of_text(&world.op, &draft.text).expect("a preview");
        assert_eq!(check.problems, [], "the draft is good");

        let address = format!("{}/acme/known", standin.web());
        let found = world.catalog.location_analyze(&world.op, &address, None).await.expect("files");
        let file = standin.file_url("acme/known", "catalog-info.yaml");
        assert_eq!(found.existing[0].location, format!("url:{file}"));
        assert!(!found.existing[0].is_registered && found.drafts.is_empty());
        let found =
            world.catalog.registration_of_address(&world.op, &address).await.expect("shown");
        assert_eq!(found.location, Some(("url".to_owned(), file)));
        assert_eq!(reported(&found), [("component:default/known".to_owned(), PreviewState::New)]);

        let gone = format!("{}/acme/gone", standin.web());
        let error = world.catalog.location_analyze(&world.op, &gone, None).await.expect_err("none");
        assert!(error.to_string().contains("has no repository acme/gone"), "{error}");
    }
}

#[tokio::test]
async fn other_hosts_are_not_asked_by_an_analysis() {
    let standin = ForgeStandIn::start(Forge::Gitea, &[]).await;
    let world = World::new().await;
    let address = format!("{}/acme/web-shop", standin.web());
    let found = world.catalog.location_analyze(&world.op, &address, None).await.expect("a draft");
    assert_eq!(found.drafts[0]["metadata"]["name"], "web-shop");
    assert!(standin.asked().is_empty());
}

#[tokio::test]
async fn a_repository_is_looked_at_by_git() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().to_owned();
    let world = World::with(|settings, _| settings.allowed_folders = vec![folder]).await;
    let described = outside.path().join("described");
    repository(&described, &[("catalog-info.yaml", &component("shop"))]);
    let address = described.display().to_string();
    let found =
        world.catalog.registration_of_address(&world.op, &address).await.expect("a preview");
    assert_eq!(reported(&found), [("component:default/shop".to_owned(), PreviewState::New)]);
    assert_eq!(found.location, Some(("git".to_owned(), address)));

    let bare = outside.path().join("bare");
    repository(&bare, &[("go.mod", "module x"), ("CODEOWNERS", "* @acme/gophers")]);
    let address = bare.display().to_string();
    let found = world.catalog.registration_of_address(&world.op, &address).await.expect("a draft");
    let draft = found.draft.expect("a draft").text;
    assert!(
        draft.contains("name: bare") && draft.contains("owner: group:default/gophers"),
        "{draft}"
    );
    assert!(draft.contains("- go"), "{draft}");
}
