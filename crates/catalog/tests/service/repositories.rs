//! Repositories on this machine: each tenant's own, by addresses that show no folder of the server;
//! and what is said of repositories that are not as they should be.

use crate::support::{World, commit, component, entity, git, parse, repository};
use catalog::{LocationSetting, LocationType};
use model::Error;

fn own(world: &World, name: &str) -> std::path::PathBuf {
    world.op.tenant.folder.join("repositories").join(name)
}

#[tokio::test]
async fn a_tenant_registers_its_own_repositories_and_no_others() {
    let world = World::new().await;
    world.refresh().await;
    let other = world.other_tenant("other").await;
    let elsewhere = other.tenant.folder.join("repositories/theirs.git");
    repository(&elsewhere, &[("catalog-info.yaml", &component("theirs"))]);
    let checkout = other.tenant.folder.join("checkouts/abc/copy.git");
    repository(&checkout, &[("catalog-info.yaml", &component("theirs"))]);
    let mine = own(&world, "mine.git");
    repository(&mine, &[("catalog-info.yaml", &component("mine"))]);
    let own_checkout = world.op.tenant.folder.join("checkouts/abc/copy.git");
    repository(&own_checkout, &[("catalog-info.yaml", &component("copy"))]);
    let data = world.op.tenant.folder.parent().and_then(|it| it.parent()).expect("a folder");
    // A link out of the own folder leads nowhere either.
    std::os::unix::fs::symlink(&elsewhere, own(&world, "link.git")).expect("links");

    let refused = async |target: &str| {
        let outcome = world.catalog.location_register(&world.op, "git", target).await;
        let error = outcome.expect_err(target);
        assert!(matches!(error, Error::Invalid { .. }), "{target}: {error:?}");
        let checked = world.catalog.location_check(&world.op, "git", target).await;
        assert!(checked.is_err(), "{target}");
    };
    let (theirs, mine) = (elsewhere.display().to_string(), mine.display().to_string());
    for target in [
        theirs.clone(),
        format!("file://{theirs}"),
        format!("{theirs}//catalog-info.yaml"),
        format!("{mine}/../../../other/repositories/theirs.git"),
        format!("file://{mine}/%2e%2e/%2e%2e/%2e%2e/other/repositories/theirs.git"),
        checkout.display().to_string(),
        own_checkout.display().to_string(),
        own(&world, "link.git").display().to_string(),
        "repositories/../../other/repositories/theirs.git".to_owned(),
        "repositories/link.git".to_owned(),
        "repositories/nothing.git".to_owned(),
        data.display().to_string(),
    ] {
        refused(&target).await;
    }

    let target = format!("file://{mine}//catalog-info.yaml?ref=main");
    let done =
        world.catalog.location_register(&world.op, "git", &target).await.expect("registered");
    assert_eq!(done.entity_refs, ["component:default/mine"]);
    let location = &world.catalog.locations(&world.op).expect("a list")[0];
    assert_eq!(location.target, "repositories/mine.git//catalog-info.yaml?ref=main");
    // It is the same place by each of its names, and followed.
    for again in [target.as_str(), location.target.as_str()] {
        let twice = world.catalog.location_register(&world.op, "git", again).await;
        assert!(matches!(twice, Err(Error::Conflict { .. })), "{again}: {twice:?}");
    }
    commit(&own(&world, "mine.git"), &[("catalog-info.yaml", &component("renamed"))]);
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/renamed"]);

    // Nothing that is shown names a folder of the server.
    let shown = data.display().to_string();
    let hidden = |text: String| assert!(!text.contains(&shown), "{text}");
    hidden(world.catalog.entity_yaml(&world.op, &parse("component:renamed")).expect("YAML"));
    hidden(format!("{:?}", world.catalog.locations(&world.op)));
    hidden(format!("{:?}", world.catalog.source_list(&world.op)));
    std::fs::remove_dir_all(own(&world, "mine.git")).expect("removes");
    world.refresh().await;
    hidden(format!("{:?}", world.problems()));
    assert!(!world.problems().is_empty());
}

#[tokio::test]
async fn what_a_repository_lacks_is_named_with_repository_path_and_branch() {
    let world = World::new().await;
    let path = own(&world, "r.git");
    let location = entity("Location", "more", "targets: [\"./missing.yaml\"]");
    let api = entity(
        "API",
        "api",
        "type: openapi, lifecycle: a, owner: b, definition: {$text: ./gone.txt}",
    );
    let good = component("good");
    repository(&path, &[("catalog-info.yaml", &format!("{good}---\n{location}---\n{api}"))]);
    let target = format!("{}?ref=main", path.display());
    world.catalog.location_register(&world.op, "git", &target).await.expect("registered");
    let problems = world.catalog.problems(&world.op).expect("problems");
    let text = format!("{problems:?}");
    let data = world.op.tenant.folder.display().to_string();
    assert!(!text.contains(&data) && !text.contains("files-"), "{text}");
    for part in ["missing.yaml", "gone.txt", "repositories/r.git at main"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_head_that_names_no_branch_is_said_with_the_branches_there_are() {
    let world = World::new().await;
    let path = own(&world, "r.git");
    repository(&path, &[("catalog-info.yaml", &component("a"))]);
    git(&path, &["branch", "dev"]);
    git(&path, &["symbolic-ref", "HEAD", "refs/heads/trunk"]);
    let target = path.display().to_string();
    let error = world.catalog.location_register(&world.op, "git", &target).await;
    let error = error.expect_err("refused").to_string();
    for part in ["\"trunk\"", "dev", "main"] {
        assert!(error.contains(part), "{part} in {error}");
    }
    assert!(!error.contains("no commits"), "{error}");
    let named = format!("{target}?ref=dev");
    world.catalog.location_register(&world.op, "git", &named).await.expect("registered");
}

#[tokio::test]
async fn addresses_are_taken_as_browsers_copy_them() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("r");
    repository(&path, &[("README.md", "x")]);
    git(&path, &["checkout", "--quiet", "-b", "feature/x"]);
    commit(&path, &[("sub dir/catalog-info.yaml", &component("a"))]);
    let target = format!("{}//sub%20dir/catalog-info.yaml?ref=feature%2Fx", path.display());
    let world = World::with(|settings, _| {
        settings.locations = vec![LocationSetting::new(LocationType::Git, &target)];
    })
    .await;
    let report = world.refresh().await;
    assert_eq!((report.failed, report.added), (0, 2), "{:?}", world.problems());
    let a = world.get("component:default/a").expect("there");
    let location = a.annotation("backstage.io/managed-by-location").expect("a location");
    assert_eq!(
        location,
        format!("git:{}//sub dir/catalog-info.yaml?ref=feature/x", path.display())
    );
    assert!(world.catalog.source_folder(&world.op, &parse("component:a")).is_ok());
}

#[tokio::test]
async fn a_place_that_is_known_is_checked_with_everything_it_gives() {
    let world = World::new().await;
    world.refresh().await;
    let path = own(&world, "r.git");
    repository(&path, &[("catalog-info.yaml", &component("a"))]);
    let target = path.display().to_string();
    world.catalog.location_register(&world.op, "git", &target).await.expect("registered");
    let checked = world.catalog.location_check(&world.op, "git", &target).await.expect("checked");
    assert!(checked.exists);
    let refs: Vec<String> =
        checked.entities.iter().map(|found| found.entity_ref().to_string()).collect();
    assert_eq!(refs[1..], ["component:default/a"]);
    // What is remembered of the place is as before.
    let report = world.refresh().await;
    assert_eq!((report.added, report.changed, report.removed), (0, 0, 0));
}

#[tokio::test]
async fn the_run_that_registered_a_repository_is_known_by_its_entities() {
    let world = World::new().await;
    repository(&own(&world, "r.git"), &[("catalog-info.yaml", &component("a"))]);
    let (catalog, op) = (&world.catalog, &world.op);
    let done =
        catalog.location_register(op, "git", "repositories/r.git").await.expect("registered");
    catalog.location_note_task(op, &done.location_id, "task-1").await.expect("noted");
    let view = |catalog: &catalog::Catalog| {
        catalog.entity_view(op, &parse("component:a")).expect("a view").run
    };
    assert_eq!(view(catalog).as_deref(), Some("task-1"));
    assert_eq!(view(&world.restarted(|_| ()).await).as_deref(), Some("task-1"));
}
