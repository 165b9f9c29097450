//! Git repositories, addresses, and places that are registered while the program runs.

use crate::support::{World, commit, component, entity, git, on_each_engine, parse, repository};
use catalog::{LocationSetting, LocationType};
use model::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn a_repository_is_read_followed_and_kept_when_it_goes() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("repo");
    repository(
        &path,
        &[("catalog-info.yaml", &component("a")), ("sub/catalog-info.yaml", &component("b"))],
    );
    let target = path.display().to_string();
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, &target)];
    })
    .await;
    let report = world.refresh().await;
    assert_eq!((report.failed, report.added), (0, 3), "{:?}", world.problems());
    let b = world.get("component:default/b").expect("there");
    let location = b.annotation("backstage.io/managed-by-location").expect("a location");
    assert_eq!(location, format!("git:{target}//sub/catalog-info.yaml"));

    let folder = world.catalog.source_folder(&world.op, &parse("component:b")).expect("a folder");
    assert!(folder.folder.ends_with("sub") && folder.folder.starts_with(&folder.root));
    assert!(folder.folder.join("catalog-info.yaml").is_file());
    let restarted = world.restarted(|_| {}).await;
    assert_eq!(restarted.source_folder(&world.op, &parse("component:b")), Ok(folder));
    let same = world.refresh().await;
    assert_eq!((same.added, same.changed, same.removed), (0, 0, 0));

    commit(&path, &[("sub/catalog-info.yaml", &component("c"))]);
    let report = world.refresh().await;
    assert_eq!((report.added, report.removed), (1, 1));
    assert_eq!(world.refs(), ["component:default/a", "component:default/c"]);

    std::fs::rename(&path, place.path().join("away")).expect("moves");
    let report = world.refresh().await;
    assert_eq!((report.failed, report.removed), (1, 0));
    assert_eq!(world.refs().len(), 2);
    assert!(world.problems()[0].contains("There is no repository at"), "{:?}", world.problems());
    std::fs::rename(place.path().join("away"), &path).expect("moves back");
    world.refresh().await;
    assert!(world.problems().is_empty(), "{:?}", world.problems());
}

#[tokio::test]
async fn a_git_target_names_path_and_branch() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("repo");
    repository(&path, &[("all/one.yaml", &component("main"))]);
    git(&path, &["checkout", "--quiet", "-b", "dev"]);
    commit(
        &path,
        &[
            ("all/one.yaml", &component("dev")),
            ("all/two.yaml", &component("two")),
            ("x/other.yaml", &component("other")),
        ],
    );
    git(&path, &["checkout", "--quiet", "main"]);
    let target = format!("{}//all/*.yaml?ref=dev", path.display());
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, &target)];
    })
    .await;
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/dev", "component:default/two"]);
}

#[tokio::test]
#[cfg(unix)]
async fn links_in_a_repository_lead_nowhere() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("repo");
    std::fs::write(place.path().join("secret.yaml"), component("secret")).expect("writes");
    std::fs::create_dir(&path).expect("makes the folder");
    std::os::unix::fs::symlink(place.path().join("secret.yaml"), path.join("catalog-info.yaml"))
        .unwrap();
    repository(&path, &[("a/catalog-info.yaml", &component("a"))]);
    commit(
        &path,
        &[(
            "b/catalog-info.yaml",
            &entity("Location", "up", "target: ../../../../copy.git/config"),
        )],
    );
    let target = path.display().to_string();
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, &target)];
    })
    .await;
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/a"]);
}

#[tokio::test]
async fn a_repository_is_registered_read_and_removed_again() {
    on_each_engine(async |world| {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("repo");
        repository(&path, &[("catalog-info.yaml", &component("new"))]);
        let target = format!("file://{}", path.display());
        let error = world.catalog.location_register(&world.op, "git", &target).await;
        let error = error.expect_err("outside").to_string();
        assert!(error.contains("may not be registered"), "{error}");

        let folder = place.path().to_owned();
        let catalog = world.restarted(|settings| settings.allowed_folders = vec![folder]).await;
        let checked = catalog.location_check(&world.op, "git", &target).await.expect("good");
        assert!(!checked.exists);
        let refs: Vec<_> =
            checked.entities.iter().map(|found| found.entity_ref().to_string()).collect();
        assert_eq!(refs.len(), 2);
        assert_eq!(refs[1], "component:default/new");
        assert_eq!(catalog.entity_count(&world.op), Ok(0));

        let done = catalog.location_register(&world.op, "git", &target).await.expect("registered");
        assert_eq!(done.entity_refs, ["component:default/new"]);
        assert_eq!(done.location_ref, refs[0]);
        assert!(catalog.entity_get(&world.op, &parse("component:new")).is_ok());
        assert!(catalog.entity_get(&world.op, &parse(&done.location_ref)).is_ok());
        assert_eq!(world.events("location-mutate").await, 1);
        let error = catalog.location_register(&world.op, "git", &target).await.expect_err("twice");
        assert_eq!(error, Error::conflict(format!("Location git:{target} already exists")));
        let checked = catalog.location_check(&world.op, "git", &target).await.expect("good");
        assert!(checked.exists);

        // It survives a restart and is followed.
        let catalog = world.restarted(|settings| settings.allowed_folders = Vec::new()).await;
        commit(&path, &[("more/catalog-info.yaml", &component("more"))]);
        let report = catalog.refresh_all(&world.op).await.expect("reads");
        assert!(report.failed == 0 && report.added == 2, "{report:?}");
        let locations = catalog.locations(&world.op).expect("a list");
        assert_eq!(locations.len(), 1);
        assert_eq!(
            (&locations[0].id, &locations[0].entity_ref),
            (&done.location_id, &done.location_ref)
        );

        catalog.location_delete(&world.op, &done.location_id).await.expect("removed");
        assert!(catalog.entity_get(&world.op, &parse("component:new")).is_err());
        assert!(catalog.locations(&world.op).expect("a list").is_empty());
        assert_eq!(world.events("location-mutate").await, 2);
        let error = catalog.location_delete(&world.op, &done.location_id).await.expect_err("gone");
        let text = format!("Found no location with ID {}", done.location_id);
        assert_eq!(error, Error::not_found(text));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_registered_leaves_nothing_behind() {
    let place = tempfile::tempdir().expect("a folder");
    let path = |name: &str| place.path().join(name);
    repository(&path("empty"), &[("README.md", "nothing")]);
    repository(&path("bad"), &[("catalog-info.yaml", "kind: Component\n")]);
    repository(&path("taken"), &[("catalog-info.yaml", &component("shop"))]);
    let world = World::with(|settings, _| {
        settings.allowed_folders = vec![place.path().to_owned()];
    })
    .await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    let refused = async |r#type: &str, target: &str| {
        let outcome = world.catalog.location_register(&world.op, r#type, target).await;
        outcome.expect_err("refused").to_string()
    };
    let local = |name: &str| path(name).display().to_string();
    let text = refused("git", &local("empty")).await;
    assert!(text.contains("holds no descriptor"), "{text}");
    let text = refused("git", &local("bad")).await;
    assert!(text.contains("catalog-info.yaml:1:1"), "{text}");
    let text = refused("git", &local("taken")).await;
    assert!(text.contains("component:default/shop is in the catalog already"), "{text}");
    let text = refused("git", &local("missing")).await;
    assert!(text.contains("may not be registered"), "{text}");
    let text = refused("file", "/etc/passwd").await;
    assert!(text.contains("must be of an allowed type"), "{text}");
    let text = refused("url", "file:///etc/passwd").await;
    assert!(text.contains("https://"), "{text}");
    let text = refused("git", "ext::sh -c id").await;
    assert!(text.contains("cannot be used"), "{text}");
    let text = refused("git", "--upload-pack=x").await;
    assert!(text.contains("cannot be used"), "{text}");
    let text = refused("url", "https://jane:secret@h/x.yaml").await;
    assert!(text.contains("user name, password") && !text.contains("secret"), "{text}");
    let text = refused("url", "https://nowhere.example/x.yaml").await;
    assert!(text.contains("backend.reading.allow"), "{text}");
    assert_eq!(world.refs(), ["component:default/shop"]);
    assert!(world.catalog.locations(&world.op).expect("a list").is_empty());
    let left = std::fs::read_dir(world.op.tenant.folder.join("checkouts"));
    assert_eq!(left.map(|entries| entries.count()).unwrap_or_default(), 0);

    let readonly = world.restarted(|settings| settings.readonly = true).await;
    let error = readonly.location_register(&world.op, "git", &local("empty")).await;
    assert_eq!(error, Err(Error::forbidden("This operation not allowed in readonly mode")));
}

/// Answers every request for a known path, with an etag; counts what was sent whole.
async fn serve(files: Vec<(&'static str, String)>) -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (files, counter) = (files.clone(), counter.clone());
            tokio::spawn(async move {
                let mut buffer = vec![0; 8192];
                let length = stream.read(&mut buffer).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&buffer[..length]).to_lowercase();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let found = files.iter().find(|(name, _)| *name == path);
                let answer = match found {
                    Some(_) if request.contains("if-none-match: \"v1\"") => {
                        "HTTP/1.1 304 Not Modified\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
                    }
                    Some((_, body)) => {
                        counter.fetch_add(1, Ordering::SeqCst);
                        format!(
                            "HTTP/1.1 200 OK\r\netag: \"v1\"\r\ncontent-length: {}\r\nconnection: \
                             close\r\n\r\n{body}",
                            body.len()
                        )
                    }
                    None => "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (address, sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_read_with_its_children_and_placeholders() {
    let location = entity("Location", "all", "targets: [./parts/a.yaml, ./missing.yaml]");
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: api}\nspec: {type: \
               openapi, lifecycle: x, owner: y, definition: {$text: ./def.txt}}\n";
    let (host, sent) = serve(vec![
        ("/o/catalog-info.yaml", format!("{location}---\n{}", component("root"))),
        ("/o/parts/a.yaml", api.to_owned()),
        ("/o/parts/def.txt", "the definition".to_owned()),
        ("/plain.yaml", component("plain")),
    ])
    .await;
    let allowed = host.clone();
    let world = World::with(move |settings, _| settings.allowed_hosts = vec![allowed]).await;
    let target = format!("http://{host}/o/catalog-info.yaml");
    let done =
        world.catalog.location_register(&world.op, "url", &target).await.expect("registered");
    assert_eq!(
        done.entity_refs,
        ["location:default/all", "component:default/root", "api:default/api"]
    );
    let api = world.get("api:default/api").expect("there");
    assert_eq!(api.spec_str("definition"), Some("the definition"));
    assert_eq!(
        api.annotation("backstage.io/managed-by-location"),
        Some(format!("url:http://{host}/o/parts/a.yaml").as_str())
    );
    assert_eq!(
        api.annotation("backstage.io/managed-by-origin-location"),
        Some(format!("url:{target}").as_str())
    );
    let location = world.get("location:default/all").expect("there");
    let status = location.status.expect("a status");
    assert!(status.items[0].message.contains("Unable to read url"), "{status:?}");
    let error = world.catalog.source_folder(&world.op, &parse("api:api")).expect_err("none");
    assert!(error.to_string().contains("type git"), "{error}");

    let plain = format!("http://{host}/plain.yaml");
    world.catalog.location_register(&world.op, "url", &plain).await.expect("registered");
    let before = sent.load(Ordering::SeqCst);
    let state = (world.refs(), world.problems());
    world.refresh().await;
    world.refresh().await;
    // The plain one is asked for and not sent again; what depends on others is read each time.
    assert_eq!(sent.load(Ordering::SeqCst) - before, 2 * 3);
    assert_eq!((world.refs(), world.problems()), state);

    let missing = format!("http://{host}/nothing.yaml");
    let error = world.catalog.location_register(&world.op, "url", &missing).await;
    assert!(error.expect_err("404").to_string().contains("Unable to read url"));
}

#[tokio::test]
async fn reading_again_is_asked_for_by_entity() {
    let world = World::new().await;
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    let events = world.events("entity-mutate").await;
    world.catalog.entity_refresh(&world.op, &parse("component:shop")).await.expect("reads");
    assert_eq!(world.events("entity-mutate").await, events + 1);
    let error = world.catalog.entity_refresh(&world.op, &parse("component:nope")).await;
    assert!(matches!(error, Err(Error::NotFound { .. })));
}
