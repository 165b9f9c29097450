//! Organisations on GitHub, GitLab and Gitea: what is found, what is asked for again, and what
//! stays when their host does not answer.

use crate::forge::{FORGES, ForgeStandIn, repo};
use crate::support::{World, component, entity, on_each_engine, parse, refs};
use catalog::{Forge, NamePattern};
use testkit::Answer;

fn problems(catalog: &catalog::Catalog, world: &World) -> Vec<String> {
    let problems = catalog.problems(&world.op).expect("problems");
    problems.iter().map(|problem| format!("{}: {}", problem.location, problem.message)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organisation_is_found_followed_and_asked_sparingly() {
    on_each_engine(async |world| {
        for forge in FORGES {
            let name = forge.name();
            let described = |entity: &str| repo(&[("catalog-info.yaml", &component(entity))]);
            let stand = ForgeStandIn::start(
                forge,
                &[
                    ("acme/a", described("a")),
                    ("acme/b", described("b")),
                    ("acme/plain", repo(&[("README.md", "hello")])),
                    ("acme/old", crate::forge::Repo { archived: true, ..described("old") }),
                    ("acme/none", crate::forge::Repo { branch: None, ..repo(&[]) }),
                    ("other/x", described("x")),
                ],
            )
            .await;
            let key = stand.key();
            let catalog = world.restarted(|settings| stand.configure(settings, |_| ())).await;
            let report = catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!((report.failed, report.removed), (0, 0), "{name}");
            assert_eq!(refs(&catalog, &world.op), ["component:default/a", "component:default/b"]);
            assert!(problems(&catalog, &world).is_empty(), "{name}");
            let a = catalog.entity_get(&world.op, &parse("component:a")).expect("there");
            let place = format!("url:{}", stand.file_url("acme/a", "catalog-info.yaml"));
            for annotation in ["managed-by-location", "managed-by-origin-location"] {
                let found = a.annotation(&format!("backstage.io/{annotation}"));
                assert_eq!(found, Some(place.as_str()), "{name} {annotation}");
            }

            // What has not changed is not looked at again, not even after a restart.
            stand.asked();
            let report = catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!((report.added, report.changed, report.removed), (0, 0, 0), "{name}");
            let listing = stand.asked();
            assert!(listing.iter().all(|path| path.ends_with("s")), "{name}: {listing:?}");
            let restarted = world.restarted(|settings| stand.configure(settings, |_| ())).await;
            restarted.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!(stand.asked(), listing, "{name}");
            assert_eq!(refs(&restarted, &world.op).len(), 2);

            // One repository changes, one goes, one comes, one is archived.
            let later =
                |repo| crate::forge::Repo { changed_at: "2026-02-02T03:04:05+01:00", ..repo };
            stand.set("acme/a", later(described("z")));
            stand.set("acme/new", described("new"));
            stand.content().repos.remove("acme/b");
            let report = catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!(report.failed, 0, "{name}");
            assert_eq!(refs(&catalog, &world.op), ["component:default/new", "component:default/z"]);
            let asked = stand.asked();
            assert!(!asked.iter().any(|path| path.contains("plain")), "{name}: {asked:?}");
            stand.set("acme/new", crate::forge::Repo { archived: true, ..described("new") });
            catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!(refs(&catalog, &world.op), ["component:default/z"], "{name}");

            // Once it is not configured any more, nothing of it stays.
            let without = world
                .restarted(|settings| {
                    stand.configure(settings, |_| ());
                    settings.providers.clear();
                })
                .await;
            without.refresh_all(&world.op).await.expect("reads");
            assert_eq!(without.entity_count(&world.op), Ok(0), "{name}");
            assert!(without.provider_run(&world.op, &key).await.is_err());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_dies_half_way_removes_nothing() {
    on_each_engine(async |world| {
        for forge in FORGES {
            let name = forge.name();
            let repos = ["a", "b", "c", "d"].map(|name| {
                (format!("acme/{name}"), repo(&[("catalog-info.yaml", &component(name))]))
            });
            let repos: Vec<_> =
                repos.iter().map(|(name, repo)| (name.as_str(), repo.clone())).collect();
            let stand = ForgeStandIn::start(forge, &repos).await;
            let key = stand.key();
            let catalog = world.restarted(|settings| stand.configure(settings, |_| ())).await;
            catalog.provider_run(&world.op, &key).await.expect("runs");
            let all = refs(&catalog, &world.op);
            assert_eq!(all.len(), 4, "{name}");
            for answer in [Answer::status(500), Answer::ok("no JSON"), Answer::status(401)] {
                // The first page is there, the second is not.
                stand.content().fails = vec![("page=2".to_owned(), answer)];
                let restarted = world.restarted(|settings| stand.configure(settings, |_| ())).await;
                let report = restarted.provider_run(&world.op, &key).await.expect("runs");
                assert_eq!((report.failed, report.removed), (1, 0), "{name}");
                assert_eq!(refs(&restarted, &world.op), all, "{name}");
                let reported = problems(&restarted, &world);
                assert!(reported[0].contains("cannot be listed"), "{name}: {reported:?}");
            }
            // One repository alone does not answer: it keeps what it gave, the others are read.
            let later = |text: &str| crate::forge::Repo {
                changed_at: "2026-03-03T03:04:05Z",
                ..repo(&[("catalog-info.yaml", text)])
            };
            stand.set("acme/a", later(&component("a2")));
            stand.set("acme/b", later(&component("b2")));
            let part = if forge == Forge::GitLab { "acme%2Fb/repo" } else { "acme/b/" };
            stand.content().fails = vec![(part.to_owned(), Answer::status(502))];
            let report = catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!(report.failed, 1, "{name}");
            let expected = ["a2", "b", "c", "d"].map(|name| format!("component:default/{name}"));
            assert_eq!(refs(&catalog, &world.op), expected, "{name}");
            let reported = problems(&catalog, &world);
            assert!(reported.len() == 1 && reported[0].contains("/acme/b"), "{name}: {reported:?}");
            stand.content().fails.clear();
            catalog.provider_run(&world.op, &key).await.expect("runs");
            assert!(refs(&catalog, &world.op).contains(&"component:default/b2".to_owned()));
            assert!(problems(&catalog, &world).is_empty(), "{name}");
            let without = world.restarted(|settings| settings.locations.clear()).await;
            without.refresh_all(&world.op).await.expect("reads");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patterns_children_and_placeholders_of_a_repository_are_read() {
    for forge in FORGES {
        let name = forge.name();
        let api = entity(
            "API",
            "api",
            "type: openapi, lifecycle: x, owner: y, definition: {$text: ./spec.txt}",
        );
        let location = entity("Location", "more", "targets: [./parts/one.yaml]");
        let files = [
            ("catalog-info.yaml", component("root")),
            ("services/a/catalog-info.yaml", api),
            ("services/a/spec.txt", "the spec".to_owned()),
            ("services/b/catalog-info.yaml", location),
            ("services/b/parts/one.yaml", component("one")),
            ("services/other.yaml", component("other")),
        ];
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let stand = ForgeStandIn::start(forge, &[("acme/a", repo(&files))]).await;
        let world = World::with(|settings, _| {
            stand.configure(settings, |it| it.path = "/**/catalog-info.yaml".to_owned());
        })
        .await;
        world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        let expected = [
            "api:default/api",
            "component:default/one",
            "component:default/root",
            "location:default/more",
        ];
        assert_eq!(world.refs(), expected, "{name}: {:?}", world.problems());
        let api = world.get("api:default/api").expect("there");
        assert_eq!(api.spec_str("definition"), Some("the spec"), "{name}");
        let origin = api.annotation("backstage.io/managed-by-origin-location");
        let pattern = format!("url:{}", stand.file_url("acme/a", "**/catalog-info.yaml"));
        assert_eq!(origin, Some(pattern.as_str()), "{name}");
        stand.asked();
        world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(stand.asked().len(), 1, "{name}: all of it lies in the repository");
        // A file that only a placeholder names is noticed as well.
        let mut changed = repo(&files);
        changed.changed_at = "2026-02-02T00:00:00Z";
        changed.files.insert("services/a/spec.txt".to_owned(), "another".to_owned());
        stand.set("acme/a", changed);
        world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        let api = world.get("api:default/api").expect("there");
        assert_eq!(api.spec_str("definition"), Some("another"), "{name}");
        // By hand it is read at once, although nothing seems to have changed.
        stand
            .content()
            .repos
            .get_mut("acme/a")
            .expect("there")
            .files
            .insert("services/a/spec.txt".to_owned(), "by hand".to_owned());
        world.catalog.entity_refresh(&world.op, &parse("api:api")).await.expect("reads");
        let api = world.get("api:default/api").expect("there");
        assert_eq!(api.spec_str("definition"), Some("by hand"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_descriptor_is_told_with_its_place() {
    for forge in FORGES {
        let name = forge.name();
        let broken = component("broken").replace("  owner: team\n", "");
        let large = format!("{}# {}\n", component("large"), "x".repeat(2000));
        let stand = ForgeStandIn::start(
            forge,
            &[
                ("acme/broken", repo(&[("catalog-info.yaml", &broken)])),
                ("acme/good", repo(&[("catalog-info.yaml", &component("good"))])),
                ("acme/large", repo(&[("catalog-info.yaml", &large)])),
                ("acme/user", repo(&[("catalog-info.yaml", &entity("User", "u", "memberOf: []"))])),
            ],
        )
        .await;
        let world = World::with(|settings, _| {
            stand.configure(settings, |_| ());
            settings.max_file_size = 1000;
            settings.rules = vec![catalog::RuleSetting::kinds(&["Component"])];
        })
        .await;
        let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(report.failed, 0, "{name}");
        assert_eq!(world.refs(), ["component:default/good"], "{name}");
        let reported = problems(&world.catalog, &world).join("\n");
        for part in ["acme/broken", "property 'owner'", "acme/large", "maxFileSize", "allowed kind"]
        {
            assert!(reported.contains(part), "{name}: {part}: {reported}");
        }
        let overview = world.catalog.source_list(&world.op).expect("a list");
        let source = &overview.sources[0];
        assert_eq!((source.repositories, source.looked_at), (Some(4), Some(4)), "{name}");
        assert_eq!((source.key.as_str(), &source.error), (stand.key().as_str(), &None), "{name}");
        assert!(source.last_run < source.next_run && !source.running, "{name}");
        assert_eq!(overview.hosts[0].used as usize, stand.asked().len(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_and_branches_choose_what_is_read() {
    for forge in FORGES {
        let name = forge.name();
        let described = |entity: &str| repo(&[("catalog-info.yaml", &component(entity))]);
        let stand = ForgeStandIn::start(
            forge,
            &[
                ("acme/svc-a", crate::forge::Repo { topics: vec!["portal"], ..described("a") }),
                ("acme/svc-b", described("b")),
                (
                    "acme/svc-f",
                    crate::forge::Repo { fork: true, topics: vec!["portal"], ..described("f") },
                ),
                (
                    "acme/svc-p",
                    crate::forge::Repo { private: true, topics: vec!["portal"], ..described("p") },
                ),
                (
                    "acme/svc-x",
                    crate::forge::Repo { topics: vec!["portal", "secret"], ..described("x") },
                ),
                ("acme/web", crate::forge::Repo { topics: vec!["portal"], ..described("web") }),
            ],
        )
        .await;
        let world = World::with(|settings, _| {
            stand.configure(settings, |it| {
                it.branch = Some("feature/one".to_owned());
                it.filters.name = Some(NamePattern::name("svc-.*").expect("a pattern"));
                it.filters.include_topics = vec!["portal".to_owned()];
                it.filters.exclude_topics = vec!["secret".to_owned()];
                it.filters.visibility = vec!["public".to_owned()];
                it.filters.forks = false;
            });
        })
        .await;
        world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(world.refs(), ["component:default/a"], "{name}");
        let a = world.get("component:default/a").expect("there");
        let place = a.annotation("backstage.io/managed-by-location").expect("a place");
        assert!(place.contains("/feature/one/catalog-info.yaml"), "{name}: {place}");
        // Other rules of the provider count at once, although no repository has changed.
        let wider = world
            .restarted(|settings| stand.configure(settings, |it| it.filters.forks = true))
            .await;
        wider.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(refs(&wider, &world.op).len(), 6, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_kept_and_a_run_goes_on_where_it_was_stopped() {
    for forge in FORGES {
        let name = forge.name();
        let repos: Vec<(String, crate::forge::Repo)> = (0..6)
            .map(|n| {
                (format!("acme/r{n}"), repo(&[("catalog-info.yaml", &component(&format!("c{n}")))]))
            })
            .collect();
        let repos: Vec<_> =
            repos.iter().map(|(name, repo)| (name.as_str(), repo.clone())).collect();
        let stand = ForgeStandIn::start(forge, &repos).await;
        let world = World::with(|settings, _| {
            stand.configure(settings, |_| ());
            // Three pages of the listing and three repositories.
            settings.integrations[0].requests_per_hour = Some(6);
        })
        .await;
        let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!((report.failed, stand.asked().len()), (1, 6), "{name}");
        assert_eq!(world.refs().len(), 3, "{name}");
        let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!((report.failed, report.removed, stand.asked().len()), (1, 0, 0), "{name}");
        assert_eq!(world.refs().len(), 3, "{name}: nothing goes");
        // With a new budget, as an hour later, only the rest is looked at.
        let later = world.restarted(|settings| stand.configure(settings, |_| ())).await;
        later.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!(refs(&later, &world.op).len(), 6, "{name}");
        assert_eq!(stand.asked().len(), 3 + 3, "{name}");
        // A host that asks for patience gets it.
        let limited = Answer::status(429).with("retry-after", "100");
        stand.content().fails = vec![(String::new(), limited)];
        let report = later.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert_eq!((report.failed, report.removed, stand.asked().len()), (1, 0, 1), "{name}");
        let reported = problems(&later, &world);
        assert!(reported[0].contains("asked too often"), "{name}: {reported:?}");
        later.provider_run(&world.op, &stand.key()).await.expect("runs");
        assert!(stand.asked().is_empty(), "{name}: it is not asked within that time");
        assert_eq!(refs(&later, &world.op).len(), 6, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_in_one_run_goes_in_one_change() {
    // More repositories than are written at a time.
    let described =
        |number: usize| repo(&[("catalog-info.yaml", &component(&format!("c{number}")))]);
    let names: Vec<String> = (0..130).map(|number| format!("acme/r{number}")).collect();
    let repos: Vec<_> =
        names.iter().enumerate().map(|(number, name)| (name.as_str(), described(number))).collect();
    let stand = ForgeStandIn::start(Forge::GitHub, &repos).await;
    let world = World::with(|settings, _| stand.configure(settings, |_| ())).await;
    let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
    assert_eq!((report.failed, world.refs().len()), (0, 130));
    let events = world.events("entity-mutate").await;
    assert_eq!(events, 2, "what is new is written as it comes");
    for name in &names {
        stand.set(name, crate::forge::Repo { changed_at: "2026-02-02T00:00:00Z", ..repo(&[]) });
    }
    let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
    // All of it is judged together, and that is too much.
    assert_eq!((report.failed, report.removed, world.refs().len()), (0, 0, 130));
    let held = world.catalog.held_runs(&world.op).expect("held runs");
    // Each entity, and the Location that stood for its repository.
    assert_eq!(held.iter().map(|run| run.total).collect::<Vec<_>>(), [2 * 130]);
    assert_eq!(world.events("entity-mutate").await, events + 1);
    world.catalog.held_accept(&world.op, &stand.key()).await.expect("accepts");
    assert_eq!((world.refs().len(), world.events("entity-mutate").await), (0, events + 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_takes_too_long_keeps_what_it_has() {
    let stand = ForgeStandIn::start(
        Forge::GitHub,
        &[("acme/a", repo(&[("catalog-info.yaml", &component("a"))]))],
    )
    .await;
    let world = World::with(|settings, _| {
        stand.configure(settings, |it| it.schedule.timeout = std::time::Duration::ZERO);
    })
    .await;
    let report = world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
    assert_eq!((report.failed, report.removed), (1, 0));
    let overview = world.catalog.source_list(&world.op).expect("a list");
    let error = overview.sources[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("took longer than 0 s"), "{error}");
    let longer = world.restarted(|settings| stand.configure(settings, |_| ())).await;
    longer.provider_run(&world.op, &stand.key()).await.expect("runs");
    assert_eq!(refs(&longer, &world.op), ["component:default/a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_hold_is_taken_when_they_give_way() {
    let stand = ForgeStandIn::start(
        Forge::Gitea,
        &[(
            "acme/a",
            repo(&[("catalog-info.yaml", &component("shop").replace("service", "website"))]),
        )],
    )
    .await;
    let world = World::with(|settings, _| {
        let locations = settings.locations.clone();
        stand.configure(settings, |_| ());
        settings.locations = locations;
    })
    .await;
    let kind =
        || world.get("component:default/shop").expect("there").spec_str("type").map(str::to_owned);
    world.write("catalog-info.yaml", &component("shop"));
    world.refresh().await;
    world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
    assert_eq!(kind().as_deref(), Some("service"));
    assert_eq!(world.problems().len(), 1, "{:?}", world.problems());
    world.remove("catalog-info.yaml");
    world.refresh().await;
    // The provider is woken; this is the turn it takes.
    world.catalog.provider_turn(&world.op, &stand.key()).await.expect("runs");
    assert_eq!(kind().as_deref(), Some("website"));
    assert!(world.problems().is_empty(), "{:?}", world.problems());
    // And the other way round.
    world.write("catalog-info.yaml", &component("shop").replace("service", "library"));
    world.refresh().await;
    assert_eq!(kind().as_deref(), Some("website"));
    stand.set("acme/a", repo(&[]));
    stand.content().repos.get_mut("acme/a").expect("there").changed_at = "2026-02-02T00:00:00Z";
    world.catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
    assert_eq!(kind().as_deref(), Some("library"));
    assert!(world.problems().is_empty(), "{:?}", world.problems());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repository_without_commits_is_passed_over() {
    on_each_engine(async |world| {
        let forge = Forge::GitHub;
        let described = repo(&[("catalog-info.yaml", &component("a"))]);
        let stand =
            ForgeStandIn::start(forge, &[("acme/a", described), ("acme/empty", repo(&[]))]).await;
        // GitHub answers so for a repository without any commit.
        let conflict = Answer::status(409);
        stand.content().fails = vec![
            ("acme/empty/git/trees".to_owned(), conflict.clone()),
            ("acme/empty/contents".to_owned(), conflict),
        ];
        for pattern in ["/catalog-info.yaml", "/**/catalog-info.yaml"] {
            let key = stand.key();
            let configure = |settings: &mut catalog::Settings| {
                stand.configure(settings, |setting| setting.path = pattern.to_owned());
            };
            let catalog = world.restarted(configure).await;
            let report = catalog.provider_run(&world.op, &key).await.expect("runs");
            assert_eq!(report.failed, 0, "{pattern}: {:?}", problems(&catalog, &world));
            assert_eq!(refs(&catalog, &world.op), ["component:default/a"]);
        }
    })
    .await;
}
