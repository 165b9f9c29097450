//! Addresses that lead where nobody allowed, and what repositories and tokens may be used for.

use crate::support::{World, commit, component, entity, parse, repository};
use catalog::{Forge, Integration, LocationSetting, LocationType};
use clients::http::Auth;
use testkit::{Answer, StandIn};

fn api(definition: &str) -> String {
    entity(
        "API",
        "api",
        &format!("type: openapi, lifecycle: x, owner: y, definition: {definition}"),
    )
}

async fn refused(world: &World, target: &str) -> String {
    let outcome = world.catalog.location_register(&world.op, "url", target).await;
    outcome.expect_err("refused").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redirects_lead_only_to_hosts_that_are_allowed() {
    let inner = StandIn::start(|_| Answer::ok(component("secret"))).await;
    let (by_name, by_address) = (inner.host.replace("127.0.0.1", "localhost"), inner.host.clone());
    let outer = StandIn::start(move |asked| match asked.path.as_str() {
        "/address.yaml" => Answer::redirect(&format!("http://{by_address}/x.yaml")),
        "/name.yaml" => Answer::redirect(&format!("http://{by_name}/x.yaml")),
        "/metadata.yaml" => Answer::redirect("http://169.254.169.254/latest/meta-data/"),
        "/file.yaml" => Answer::redirect("file:///etc/passwd"),
        "/inside.yaml" => Answer::redirect("/there.yaml"),
        _ => Answer::ok(component("there")),
    })
    .await;
    let allowed = outer.host.clone();
    let world = World::with(move |settings, _| settings.allowed_hosts = vec![allowed]).await;
    for path in ["address", "name", "metadata", "file"] {
        let text = refused(&world, &format!("http://{}/{path}.yaml", outer.host)).await;
        assert!(text.contains("Unable to read url"), "{path}: {text}");
    }
    assert!(inner.take_asked().is_empty(), "nothing reached the inner server");
    let inside = format!("http://{}/inside.yaml", outer.host);
    world.catalog.location_register(&world.op, "url", &inside).await.expect("allowed");
    assert_eq!(world.refs(), ["component:default/there"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_leads_to_a_private_address_is_refused() {
    let server = StandIn::start(|_| Answer::ok(component("secret"))).await;
    let world =
        World::with(|settings, _| settings.allowed_hosts = vec!["example.com".into()]).await;
    for host in ["localhost", "127.0.0.1", "127.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let port = server.host.rsplit(':').next().expect("a port");
        let text = refused(&world, &format!("http://{host}:{port}/x.yaml")).await;
        assert!(text.contains("may not be requested"), "{host}: {text}");
    }
    assert!(server.take_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_allowed_part_of_a_host_is_read() {
    let server = StandIn::start(|asked| match asked.path.as_str() {
        "/specs/moved.yaml" => Answer::redirect("/secret/x.yaml"),
        _ => Answer::ok(component("x")),
    })
    .await;
    let allowed = format!("{}/specs/", server.host);
    let world = World::with(move |settings, _| settings.allowed_hosts = vec![allowed]).await;
    for path in ["secret/x.yaml", "specs/../secret/x.yaml", "specs/%2e%2e/secret/x.yaml"] {
        let text = refused(&world, &format!("http://{}/{path}", server.host)).await;
        assert!(text.contains("only some paths of"), "{path}: {text}");
    }
    let text = refused(&world, &format!("http://{}/specs/moved.yaml", server.host)).await;
    assert!(text.contains("only some paths of"), "{text}");
    let good = format!("http://{}/specs/x.yaml", server.host);
    world.catalog.location_register(&world.op, "url", &good).await.expect("allowed");
    let paths: Vec<String> = server.take_asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/specs/moved.yaml", "/specs/x.yaml"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn placeholders_keep_to_allowed_hosts_and_to_their_own_place() {
    let secret = StandIn::start(|_| Answer::ok("secret")).await;
    let forbidden = format!("http://{}/secret", secret.host);
    let own = forbidden.clone();
    let server = StandIn::start(move |asked| match asked.path.as_str() {
        "/o/r/raw/branch/main/elsewhere.yaml" => Answer::ok(api(&format!("{{$text: \"{own}\"}}"))),
        "/o/r/raw/branch/main/up.yaml" => {
            Answer::ok(api("{$text: ../../../../../o/other/src/branch/main/x}"))
        }
        "/o/r/raw/branch/main/file.yaml" => Answer::ok(api("{$text: \"file:///etc/passwd\"}")),
        "/moved.yaml" => Answer::ok(api("{$json: ./away.json}")),
        "/away.json" => Answer::redirect(&own),
        _ => Answer::status(404),
    })
    .await;
    let allowed = server.host.clone();
    let world = World::with(move |settings, _| settings.allowed_hosts = vec![allowed]).await;
    let shown = format!("http://{}/o/r/src/branch/main", server.host);
    for (target, reason) in [
        (format!("{shown}/elsewhere.yaml"), "not among the allowed hosts"),
        (format!("{shown}/up.yaml"), "only reference files from the same repository"),
        (format!("{shown}/file.yaml"), "could not form a URL"),
        (format!("http://{}/moved.yaml", server.host), "not among the allowed hosts"),
    ] {
        let text = refused(&world, &target).await;
        assert!(text.contains(reason), "{target}: {text}");
    }
    assert!(secret.take_asked().is_empty());

    // From a folder or a repository on this machine it is the same.
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("secret.txt"), "secret").expect("writes");
    let far = outside.path().join("secret.txt").display().to_string();
    let up = format!("../../../../../../../../../../..{far}");
    world.write("a/catalog-info.yaml", &api(&format!("{{$text: \"{forbidden}\"}}")));
    for (number, definition) in
        [format!("{{$text: \"{up}\"}}"), "{$yaml: \"../../../../../../../etc/passwd\"}".to_owned()]
            .iter()
            .enumerate()
    {
        world
            .write(&format!("b{number}/catalog-info.yaml"), &api(definition).replace("api}", "b}"));
        world.refresh().await;
        assert!(world.get("api:default/b").is_none());
        let problems = world.problems();
        assert!(problems.iter().any(|text| text.contains("leads out of")), "{problems:?}");
    }
    assert!(world.get("api:default/api").is_none());
    let problems = world.problems();
    assert!(problems.iter().any(|text| text.contains("allowed hosts")), "{problems:?}");
    assert!(secret.take_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configured_host_is_read_with_its_token_and_no_other_gets_it() {
    let other = StandIn::start(|_| Answer::ok(component("x"))).await;
    let elsewhere = format!("http://{}/x.yaml", other.host);
    let server = StandIn::start(move |asked| match asked.path.as_str() {
        _ if asked.header("authorization") != Some("token hunter2-hunter2") => Answer::status(404),
        "/api/v1/repos/o/r/raw/catalog-info.yaml?ref=main" => Answer::ok(component("private")),
        "/api/v1/repos/o/r/raw/moved.yaml?ref=main" => Answer::redirect(&elsewhere),
        _ => Answer::status(404),
    })
    .await;
    let (host, allowed) = (server.host.clone(), other.host.clone());
    let world = World::with(move |settings, _| {
        let web = format!("http://{host}");
        settings.integrations = vec![Integration {
            auth: Some(Auth::Token("hunter2-hunter2".to_owned())),
            ..Integration::new(Forge::Gitea, &host, None, Some(&web))
        }];
        settings.allowed_hosts = vec![allowed];
    })
    .await;
    let shown = format!("http://{}/o/r/src/branch/main", server.host);
    let target = format!("{shown}/catalog-info.yaml");
    world.catalog.location_register(&world.op, "url", &target).await.expect("registered");
    let found = world.get("component:default/private").expect("there");
    assert_eq!(found.annotation("backstage.io/view-url"), Some(target.as_str()));
    let target = format!("{shown}/moved.yaml");
    world.catalog.location_register(&world.op, "url", &target).await.expect("registered");
    let asked = other.take_asked();
    assert_eq!((asked.len(), asked[0].header("authorization")), (1, None));
}

#[tokio::test]
async fn a_new_commit_has_only_its_changed_files_read() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("repo");
    repository(
        &path,
        &[("a/catalog-info.yaml", &component("a")), ("b/catalog-info.yaml", &component("b"))],
    );
    let target = path.display().to_string();
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, &target)];
    })
    .await;
    world.refresh().await;
    let root =
        || world.catalog.source_folder(&world.op, &parse("component:a")).expect("there").root;
    let first = root();
    // Files the next commit has in common with this one are taken over as they are, so what is
    // written into one of them here would show if it were taken apart again.
    std::fs::write(first.join("a/catalog-info.yaml"), component("z")).expect("writes");
    commit(&path, &[("b/catalog-info.yaml", &component("c"))]);
    let report = world.refresh().await;
    assert_eq!((report.added, report.changed, report.removed), (1, 0, 1), "{:?}", world.problems());
    assert_eq!(world.refs(), ["component:default/a", "component:default/c"]);
    assert_ne!(root(), first);
    std::fs::remove_dir_all(path.join("a")).expect("removed");
    commit(&path, &[]);
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/c"]);
}
