//! What is read, from where, and how layers, variables and files come together.

use super::{bad, env, good};
use crate::config::catalog::{AllowedKind, Interval, LocationKind};
use crate::config::dashboard::WorkHours;
use crate::config::database::Database;
use crate::config::insights::{Bands, DeploymentsFrom};
use crate::config::{Config, catalog::OrphanStrategy};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[test]
fn without_a_file_the_defaults_hold() {
    let config = Config::load(None, |_| None).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.warnings, []);
    assert_eq!(config.app.title, "Callboard");
    assert_eq!(config.backend.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.base_url(), "http://127.0.0.1:3000");
    assert!(matches!(config.backend.database, Database::Sqlite { folder: None }));
    assert_eq!(config.catalog.processing_interval, Interval::Every(Duration::from_secs(100)));
    assert_eq!(config.catalog.rules[0].allow.len(), 3);
    assert!(config.auth.providers.guest.is_none());
    assert!(config.insights.repository.path.is_none());
}

#[test]
fn a_file_is_laid_over_the_defaults() {
    let config = good(
        "app: {title: Acme}\nbackend: {listen: \":7007\"}\ncatalog: {rules: [], orphanStrategy: keep}\n\
         techdocs:\nscaffolder:\n  defaultAuthor:\n    name: Portal\n",
    );
    assert_eq!(config.app.title, "Acme");
    assert_eq!(config.base_url(), "http://localhost:7007");
    // A list replaces the default one, an empty key changes nothing, objects are joined.
    assert!(config.catalog.rules.is_empty());
    assert_eq!(config.catalog.orphan_strategy, OrphanStrategy::Keep);
    assert_eq!(config.scaffolder.default_author.name, "Portal");
    assert_eq!(config.scaffolder.default_author.email, "callboard@localhost");
    assert_eq!(good("").app.title, "Callboard");
    assert_eq!(good("# nothing\n").app.title, "Callboard");
}

#[test]
fn variables_are_filled_in_where_something_reads_them() {
    let config = good(
        "app: {title: \"${NAME:-Acme} ${EMPTY}portal $${X}\"}\ninsights: {repository: {branch: \"${EMPTY}\"}}\n\
         backend: {database: {client: pg, connection: {host: db, port: \"${PORT}\", user: portal}}}\n\
         integrations:\n  github:\n    - token: ${GITHUB_TOKEN:-}\n    - token: ${TOKEN}\n",
    );
    assert_eq!(config.app.title, "Acme portal ${X}");
    // An optional text that ends up empty counts as left out.
    assert_eq!(config.insights.repository.branch, None);
    assert!(config.integrations.github[0].token.is_none());
    let token = config.integrations.github[1].token.as_ref();
    assert_eq!(token.map(|token| token.expose()), Some("hunter2-hunter2"));
}

#[test]
fn every_way_to_say_the_same_is_understood() {
    let interval = |text: &str| {
        good(&format!("catalog:\n  processingInterval: {text}\n")).catalog.processing_interval
    };
    let five = Interval::Every(Duration::from_secs(300));
    for text in ["PT5M", "5 minutes", "300s", "{minutes: 5}", "{minutes: 4, seconds: 60}", "'5m'"] {
        assert_eq!(interval(text), five, "{text}");
    }
    assert_eq!(interval("false"), Interval::Never);
    assert!(bad("catalog: {processingInterval: 10ms}").contains("expected at least `1s`"));
    assert!(bad("catalog: {processingInterval: {fortnights: 1}}").contains("The keys are `weeks`"));

    let listen =
        |text: &str| good(&format!("backend:\n  listen: {text}\n")).backend.listen.to_string();
    assert_eq!(listen("':7007'"), "0.0.0.0:7007");
    assert_eq!(listen("7007"), "0.0.0.0:7007");
    assert_eq!(listen("{port: 7007}"), "0.0.0.0:7007");
    assert_eq!(listen("{host: 127.0.0.1, port: \"${PORT}\"}"), "127.0.0.1:5432");
    assert!(bad("backend: {listen: {host: \"http://x\", port: 1}}").contains("without a scheme"));

    let config = good(
        "catalog:\n  rules:\n    - allow: [Component, {kind: Template, spec.type: service}]\n\
         \x20     locations: [{type: url, pattern: \"https://git.example.com/**\"}]\n",
    );
    assert_eq!(
        config.catalog.rules[0].allow[1],
        AllowedKind { kind: "Template".into(), spec_type: Some("service".into()) }
    );
    assert!(
        good("catalog: {rules: [{allow: [API], locations: []}]}").catalog.rules[0].allow.is_empty()
    );
    assert!(bad("catalog: {rules: [{allow: [\"a b\"]}]}").contains("A kind is letters and digits"));

    for bands in ["2021", "\"2021\""] {
        let config = good(&format!("insights:\n  dora:\n    bands: {bands}\n"));
        assert_eq!(config.insights.dora.bands, Bands::Of2021);
        assert_eq!(config.insights.dora.deployments.from, DeploymentsFrom::Auto);
    }
}

#[test]
fn databases_are_named_in_one_text_or_in_keys() {
    let url = |text: &str| match good(&format!("backend:\n  database:\n    {text}\n"))
        .backend
        .database
        .clone()
    {
        Database::Postgres { url, address, .. } => (url.expose().to_owned(), address),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        url(
            "{client: pg, connection: \"postgresql://me:${PASSWORD}@db.example.com/portal?sslmode=require\"}"
        ),
        (
            "postgresql://me:p@ss:w/rd@db.example.com/portal?sslmode=require".to_owned(),
            "db.example.com/portal".to_owned()
        )
    );
    assert_eq!(
        url(
            "{client: pg, connection: {host: db, user: me, password: \"${PASSWORD}\", database: portal, ssl: true}}"
        ),
        (
            "postgres://me:p%40ss%3Aw%2Frd@db:5432/portal?sslmode=verify-full".to_owned(),
            "db:5432/portal".to_owned()
        )
    );
    assert_eq!(
        url("{client: pg, connection: {host: db, port: 6432, user: me, ssl: {rejectUnauthorized: false}}}").0,
        "postgres://me@db:6432/me?sslmode=require"
    );
    assert_eq!(
        url("{client: pg, connection: {host: db, ssl: {rootCertificate: db-ca.pem}}}").0,
        "postgres://db:5432/postgres?sslmode=verify-full&sslrootcert=%2Fetc%2Fcallboard%2Fdb-ca.pem"
    );
    assert_eq!(
        url("{client: pg, connection: {host: /var/run/postgresql, user: me}}").0,
        "postgres://me@%2Fvar%2Frun%2Fpostgresql:5432/me"
    );
    assert_eq!(
        url("{client: pg, connection: {host: db, ssl: \"false\"}}").0,
        "postgres://db:5432/postgres?sslmode=disable"
    );

    let folder = |text: &str| match &good(&format!("backend:\n  database:\n    {text}\n"))
        .backend
        .database
    {
        Database::Sqlite { folder } => folder.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(folder("{client: better-sqlite3, connection: ':memory:'}"), None);
    assert_eq!(
        folder("{client: sqlite, connection: ./db}"),
        Some(PathBuf::from("/etc/callboard/db"))
    );
    assert_eq!(folder("{connection: {directory: /srv/db}}"), Some(PathBuf::from("/srv/db")));

    let refused = |text: &str, part: &str| {
        let found = bad(&format!("backend:\n  database:\n    {text}\n"));
        assert!(found.contains(part), "{text}: {found}");
        assert!(!found.contains("p@ss"), "{found}");
    };
    refused("{client: mysql}", "expected `sqlite`, `better-sqlite3` or `pg`, found `mysql`");
    refused("{client: pg}", "PostgreSQL needs `connection`");
    refused("{client: pg, connection: {user: me}}", "`host` is missing");
    refused(
        "{client: pg, connection: \"mysql://me:${PASSWORD}@db/x\"}",
        "It begins with `postgres://`",
    );
    refused("{client: pg, connection: {host: \"db:5432\"}}", "The port has a key of its own");
    refused("{client: sqlite, connection: {host: db}}", "set `client: pg`");
    refused("{client: sqlite, connection: \"postgres://me:${PASSWORD}@db/x\"}", "Set `client: pg`");
    refused("{client: pg, connection: {host: db}, schemaPrefix: \"x; drop\"}", "at most 20 of a-z");
}

#[test]
fn relative_paths_start_from_the_file_they_stand_in() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder for the test");
        std::fs::write(path, text).expect("a file for the test");
    };
    write("token.txt", "from-a-file-${TOKEN}\n");
    write(
        "parts/catalog.yaml",
        "here:\n  locations:\n    - {type: file, target: ./all.yaml}\n    - {type: git, target: ../repo}\n",
    );
    write("packages/backend/package.json", "{}");
    write("examples/entities.yaml", "");
    write(
        "app.yaml",
        "dashboard: {layout: board.yaml}\ncatalog:\n  $include: parts/catalog.yaml#here\n\
         integrations:\n  github:\n    - token: {$file: token.txt}\n    - token: {$env: TOKEN}\n",
    );
    let config = Config::load(Some(&folder.path().join("app.yaml")), env)
        .unwrap_or_else(|errors| panic!("{errors}"));
    let at = |name: &str| folder.path().join(name);
    assert_eq!(config.dashboard.layout, Some(at("board.yaml")));
    assert_eq!(Path::new(&config.catalog.locations[0].target), at("parts/all.yaml"));
    assert_eq!(Path::new(&config.catalog.locations[1].target), at("repo"));
    let token =
        |index: usize| config.integrations.github[index].token.as_ref().map(|it| it.expose());
    // What a file holds is taken as it is.
    assert_eq!((token(0), token(1)), (Some("from-a-file-${TOKEN}"), Some("hunter2-hunter2")));
    // A part of another file is told with that file's name.
    let place = config.place_of("catalog.locations[1].target").to_string();
    assert_eq!(place, format!("{}:4:27", at("parts/catalog.yaml").display()));

    // Several files are laid over one another, as Backstage does with more than one --config.
    write("upper.yaml", "dashboard: {layout: other.yaml}\napp: {title: Upper}\n");
    let config = Config::load_files(&[at("app.yaml"), at("upper.yaml")], env)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.dashboard.layout, Some(at("other.yaml")));
    assert_eq!(Path::new(&config.catalog.locations[1].target), at("repo"));

    // Backstage looks from the folder of its back end.
    write(
        "app.yaml",
        "catalog: {locations: [{type: file, target: ../../examples/entities.yaml}]}\n",
    );
    let config =
        Config::load(Some(&at("app.yaml")), env).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(Path::new(&config.catalog.locations[0].target), at("examples/entities.yaml"));
    assert!(config.warnings[0].message.contains("packages/backend"));

    write("loop.yaml", "$include: loop.yaml\n");
    write(
        "app.yaml",
        "app: {title: {$include: loop.yaml}, baseUrl: {$file: none.txt}}\ntelemetry: {level: {$include: \"parts/catalog.yaml#not.there\"}}\n",
    );
    let errors = Config::load(Some(&at("app.yaml")), env).expect_err("findings").to_string();
    for part in ["more than 8 deep", "none.txt cannot be read", "has no `not.there`"] {
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn everything_outside_is_listed_with_its_place() {
    let config = good(
        "\
backend:
  database: {client: pg, connection: \"postgres://me:${PASSWORD}@db.example.com/portal\"}
catalog:
  locations:
    - {type: file, target: /srv/catalog}
    - type: git
      target: git@git.example.com:acme/shop.git
integrations:
  gitlab:
    - host: gitlab.example.com
      token: ${TOKEN}
insights:
  repository: {url: https://git.example.com/acme/shop.git}
scaffolder: {publish: {git: {folder: repos}}}
",
    );
    let listed: Vec<String> = config
        .connections()
        .iter()
        .filter(|it| it.place.file.layer > 0)
        .map(|it| format!("{} {}: {}", it.place, it.key, it.target.describe()))
        .collect();
    assert_eq!(
        listed,
        [
            "app.yaml:2:13 backend.database: PostgreSQL at db.example.com/portal",
            "app.yaml:5:28 catalog.locations[0].target: descriptors at /srv/catalog",
            "app.yaml:7:15 catalog.locations[1].target: descriptors in the repository \
             git@git.example.com:acme/shop.git",
            "app.yaml:10:7 integrations.gitlab[0]: gitlab at gitlab.example.com",
            "app.yaml:14:38 scaffolder.publish.git.folder: folder of repositories /etc/callboard/repos",
            "app.yaml:13:21 insights.repository.url: repository https://git.example.com/acme/shop.git",
        ]
    );
    let token = config.integrations.gitlab[0].token.as_ref();
    assert_eq!(token.map(|token| token.expose()), Some("hunter2-hunter2"));
}

#[test]
fn tenants_and_branding_are_read() {
    let config = good(
        "\
app: {title: Portal, branding: {accent: \"#fa0\", logo: /logo.svg}}
tenants:
  acme: {title: Acme, hosts: [Portal.acme.example], branding: {accent: \"#112233\"}}
  rest: {}
",
    );
    let accent = config.app.branding.accent.as_ref().map(|colour| colour.as_str());
    assert_eq!(accent, Some("#ffaa00"));
    let names: Vec<&str> = config.tenants.keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["acme", "rest"]);
    let acme = config.tenants.values().next().expect("a tenant");
    assert_eq!(acme.hosts[0].as_str(), "portal.acme.example");
    assert!(
        bad("app: {branding: {logo: \"javascript:alert(1)\"}}").contains("expected an address")
    );
    assert!(bad("app: {branding: {logo: //evil.example/x.svg}}").contains("expected an address"));
    assert!(bad("app: {branding: {accent: \"red;}\"}}").contains("expected a colour"));
}

#[test]
fn guests_have_settings_of_their_own_in_development() {
    let config = good(
        "\
auth:
  environment: development
  providers:
    guest:
      dangerouslyAllowOutsideDevelopment: false
      development:
        userEntityRef: user:default/dev
        ownershipEntityRefs: [group:default/devs]
",
    );
    let guest = config.auth.providers.guest.as_ref().expect("a guest");
    assert_eq!(
        guest.in_environment("production").user_entity_ref.as_str(),
        "user:development/guest"
    );
    let guest = guest.in_environment(&config.auth.environment);
    assert_eq!(guest.user_entity_ref.as_str(), "user:default/dev");
    assert_eq!(guest.ownership_entity_refs[0].as_str(), "group:default/devs");
    for empty in ["guest:", "guest: {}"] {
        let config = good(&format!("auth:\n  providers:\n    {empty}\n"));
        assert!(config.guest(true).is_some(), "{empty}");
    }
    let open = "backend: {listen: \":80\"}\nauth: {providers: {guest: {";
    let config = good(&format!("{open}}}}}}}\n"));
    assert!(config.guest(false).is_none());
    assert!(config.warnings[0].message.contains("guests are not let in"), "{:?}", config.warnings);
    let config = good(&format!("{open}dangerouslyAllowOutsideDevelopment: true}}}}}}\n"));
    assert!(config.guest(false).is_some() && config.warnings.is_empty());
    assert!(good("auth: {environment: production, providers: {guest: {}}}").guest(true).is_none());
    assert!(bad("auth: {providers: {guest: {userEntityRef: me}}}").contains("found `me`"));
}

#[test]
fn the_demonstration_and_the_example_are_good() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let demo = Config::load_demo(&root.join("demo"), None, |_| None)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(demo.warnings, []);
    assert!(demo.backend.listen.is_loopback());
    assert!(demo.dashboard.clock.zones.len() >= 5);
    assert!(demo.catalog.locations.iter().all(|it| it.kind == LocationKind::File));
    let berlin = demo.dashboard.clock.zones.iter().find(|zone| zone.label == "Berlin");
    let hours = berlin.and_then(|zone| zone.work_hours);
    assert_eq!(hours, Some(WorkHours { from: 9 * 60, to: 17 * 60 + 30 }));

    let example = root.join("docs/examples/callboard.yaml");
    let secrets = |name: &str| Some(format!("{name}-0123456789"));
    let example = Config::load(Some(&example), secrets).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(example.warnings, []);
    // A file over the demonstration.
    let over = root.join("docs/examples/callboard.yaml");
    let both = Config::load_demo(&root.join("demo"), Some(&over), secrets)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(both.app.title, example.app.title);
    assert!(both.insights.repository.path.is_none() && demo.insights.repository.path.is_some());
}
