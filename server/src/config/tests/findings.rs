//! What is wrong is told with its place, what was expected, what was found and what to do.

use super::{bad, env, good};
use crate::config::Config;

/// Every line has to be told, each at its place, and nothing else.
fn check(text: &str, expected: &[&str]) {
    let found = bad(text);
    assert_eq!(found.lines().collect::<Vec<_>>(), expected, "in:\n{text}");
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    check(
        "app:\n  titel: x\n",
        &["app.yaml:2:3: `app.titel` is not a known key. Did you mean `title`?"],
    );
    check(
        "catalogue: {}\n",
        &["app.yaml:1:1: `catalogue` is not a known key. Did you mean `catalog`?"],
    );
    check(
        "catalog:\n  locations:\n    - type: file\n      targets: ./x\n",
        &[
            "app.yaml:3:7: `catalog.locations[0].target`: missing: expected a text. Add `target`.",
            "app.yaml:4:7: `catalog.locations[0].targets` is not a known key. Did you mean `target`?",
        ],
    );
    // Also a key without effect can be what was meant.
    check(
        "backend:\n  corss: {}\n",
        &["app.yaml:2:3: `backend.corss` is not a known key. Did you mean `cors`?"],
    );
}

#[test]
fn a_key_in_the_wrong_place_is_sent_where_it_belongs() {
    check(
        "listen: :80\n",
        &["app.yaml:1:1: `listen` is not a known key. It belongs at `backend.listen`."],
    );
    check(
        "dashboard:\n  clock:\n    zebra: 1\n",
        &["app.yaml:3:5: `dashboard.clock.zebra` is not a known key. Known here: `zones`."],
    );
}

#[test]
fn several_findings_are_told_at_once_in_the_order_of_the_file() {
    check(
        "\
app:
  title: [a]
  baseUrl: portal.example.com
backend:
  listen: 127.0.0.1:99999
catalog:
  readonly: maybe
  orphanStrategy: remove
  locations:
    - type: fiel
      target: ./a
    - type: url
      target: ./b
nonsense: 1
",
        &[
            "app.yaml:2:10: `app.title`: expected a text, found a list.",
            "app.yaml:3:12: `app.baseUrl`: expected an address such as `https://portal.example.com`, \
             found `portal.example.com`. It begins with `http://` or `https://`.",
            "app.yaml:5:11: `backend.listen`: expected an address such as `:7007` or \
             `127.0.0.1:7007`, found `127.0.0.1:99999`. It ends in a port from 0 to 65535, such as \
             `:7007`.",
            "app.yaml:7:13: `catalog.readonly`: expected `true` or `false`, found `maybe`.",
            "app.yaml:8:19: `catalog.orphanStrategy`: expected `delete` or `keep`, found `remove`.",
            "app.yaml:10:13: `catalog.locations[0].type`: expected `file`, `url` or `git`, found \
             `fiel`. Did you mean `file`?",
            "app.yaml:13:15: `catalog.locations[1].target`: expected the address of a descriptor, \
             found `./b`. It begins with `http://` or `https://`.",
            "app.yaml:14:1: `nonsense` is not a known key. Known here: `app`, `backend`, \
             `catalog`, `integrations`, `auth`, `techdocs`, `scaffolder`, `insights`, `dashboard`, \
             `tenants`, `activity`, `telemetry`.",
        ],
    );
}

#[test]
fn values_of_the_wrong_type_are_told() {
    check("app: text\n", &["app.yaml:1:6: `app`: expected an object, found `text`."]);
    check("- app\n", &["app.yaml:1:1: expected an object, found a list."]);
    check(
        "app:\n  title: 12\n",
        &[
            "app.yaml:2:10: `app.title`: expected a text, found the number 12. Put it in quotes to make \
           it a text.",
        ],
    );
    check(
        "app:\n  title: \"\"\n",
        &["app.yaml:2:10: `app.title`: expected a text, found an empty text. Write something, or \
           leave the key out."],
    );
    check(
        "catalog:\n  locations:\n    type: file\n",
        &[
            "app.yaml:3:5: `catalog.locations`: expected a list, found an object. Begin each item with \
           `- `.",
        ],
    );
    check(
        "scaffolder:\n  concurrentTasksLimit: -1\n  taskTimeout: 5\n",
        &[
            "app.yaml:2:25: `scaffolder.concurrentTasksLimit`: expected a whole number, found the \
             number -1.",
            "app.yaml:3:16: `scaffolder.taskTimeout`: expected a duration such as `30s`, `5 minutes`, \
             `PT5M` or `{minutes: 5}`, found the number 5. Add the unit.",
        ],
    );
}

#[test]
fn values_that_make_no_sense_together_are_told() {
    check(
        "scaffolder:\n  concurrentTasksLimit: 0\n",
        &[
            "app.yaml:2:25: `scaffolder.concurrentTasksLimit`: expected at least 1, found the number 0. \
           With 0 no template would ever run.",
        ],
    );
    check(
        "insights:\n  repository:\n    path: .\n    url: https://git.example.com/a.git\n",
        &["app.yaml:3:5: `insights.repository`: expected `path` or `url`, found both. Remove one."],
    );
    check(
        "integrations:\n  gitea:\n    - host: git.example.com\n      username: portal\n",
        &[
            "app.yaml:3:7: `integrations.gitea[0]`: expected `username` and `password` together, found \
           `username` alone. Add `password` or remove `username`.",
        ],
    );
    check(
        "tenants:\n  one: {hosts: [a.example]}\n  two: {hosts: [A.example]}\n",
        &[
            "app.yaml:2:3: `tenants`: expected each host once, found `a.example` at `one` and at `two`. \
           Remove one.",
        ],
    );
    check(
        "catalog:\n  limits: {maxFileSize: 1 GB}\n",
        &[
            "app.yaml:2:25: `catalog.limits.maxFileSize`: expected a size from 1 byte to 10 MiB, found \
           `1 GB`.",
        ],
    );
    check(
        "dashboard:\n  clock:\n    zones:\n      - {label: X, zone: +01:00, latitude: 99}\n",
        &["app.yaml:4:26: `dashboard.clock.zones[0].zone`: expected a time zone such as \
           `Europe/Berlin` or `UTC`, found `+01:00`. Take a name of the IANA time zone database; an \
           offset such as `+01:00` knows no daylight saving."],
    );
    check(
        "dashboard:\n  clock:\n    zones:\n      - {label: X, zone: UTC, latitude: 99}\n",
        &[
            "app.yaml:4:9: `dashboard.clock.zones[0]`: expected `latitude` and `longitude` together, \
             found one alone. Add the other or remove it.",
            "app.yaml:4:41: `dashboard.clock.zones[0].latitude`: expected degrees from -90 to 90, \
             found the number 99.",
        ],
    );
    check(
        "telemetry: {level: loud}\n",
        &[
            "app.yaml:1:20: `telemetry.level`: expected a level such as `info`, or levels for parts \
           such as `info,catalog=debug`, found `loud`. The levels are `off`, `error`, `warn`, `info`, \
           `debug` and `trace`.",
        ],
    );
}

#[test]
fn repositories_cannot_smuggle_options_programs_or_passwords() {
    for target in ["--upload-pack=touch", "ext::sh -c id", "ftp://git.example.com/a.git"] {
        let text = format!("catalog:\n  locations:\n    - {{type: git, target: \"{target}\"}}\n");
        assert!(
            bad(&text).contains("expected a clone URL or the path of a repository"),
            "{target}"
        );
        let text = format!("insights: {{repository: {{url: \"{target}\"}}}}\n");
        assert!(bad(&text).contains("expected a clone URL"), "{target}");
    }
    let found = bad(
        "catalog:\n  locations:\n    - {type: git, target: \"https://me:hunter2@git.example.com/a.git\"}\n",
    );
    assert!(
        found.contains("expected a clone URL without user and password, found `https://***@git")
    );
    assert!(!found.contains("hunter2"), "{found}");
    for remote in ["https://git.example.com", "file:///etc/", "git.example.com/", "https:///", "*"]
    {
        let text =
            format!("scaffolder: {{publish: {{git: {{allowedRemotes: [\"{remote}\"]}}}}}}\n");
        assert!(
            bad(&text)
                .contains("`scaffolder.publish.git.allowedRemotes[0]`: expected the beginning"),
            "{remote}"
        );
    }
}

#[test]
fn variables_that_are_not_set_are_named_with_their_place() {
    check(
        "app:\n  title: ${NAME} of ${OTHER}\ntelemetry:\n  level: ${THIRD}\n",
        &[
            "app.yaml:2:10: `app.title`: the environment variables NAME, OTHER are not set: set \
             them, or write `${NAME:-default}`.",
            "app.yaml:4:10: `telemetry.level`: the environment variable THIRD is not set: set it, \
             or write `${THIRD:-default}`.",
        ],
    );
}

#[test]
fn what_is_not_yaml_is_told_with_its_place() {
    let found = bad("app:\n  title: \"open\n");
    assert!(found.starts_with("app.yaml:"), "{found}");
    assert!(found.contains("this is not YAML: "), "{found}");
    assert!(bad("app: {}\napp: {}\n").starts_with("app.yaml:2:1: "));
    assert!(bad("a: 1\n---\nb: 2\n").contains("second document"));
}

#[test]
fn files_that_cannot_be_read_are_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let check = |name: &str, part: &str| {
        let path = folder.path().join(name);
        let errors = Config::load(Some(&path), env).expect_err(name).to_string();
        assert!(errors.starts_with(&path.display().to_string()), "{errors}");
        assert!(errors.contains(part) && errors.contains("--config"), "{errors}");
    };
    check("missing.yaml", "cannot be read");
    check("", "is a folder");
    std::fs::write(folder.path().join("latin.yaml"), b"app: \xe9\n").expect("a file for the test");
    check("latin.yaml", "is not UTF-8");
    let huge = std::fs::File::create(folder.path().join("huge.yaml")).expect("a file for the test");
    huge.set_len(50 * 1024 * 1024).expect("a large file for the test");
    check("huge.yaml", "is larger than");
}

#[test]
fn a_tenants_name_is_checked() {
    assert!(bad("tenants:\n  Acme Corp: {}\n").starts_with("app.yaml:2:3: `tenants`: "));
    assert!(good("tenants:\n  acme: {}\n").tenants.len() == 1);
}

#[test]
fn tokens_that_would_be_allowed_too_much_or_guessed_are_refused() {
    let entry = |rest: &str| {
        format!("backend:\n  auth:\n    externalAccess:\n      - type: static\n        {rest}\n")
    };
    check(
        &entry("options: {token: short, subject: ci}"),
        &["app.yaml:5:26: `backend.auth.externalAccess[0].options.token`: expected a token of at \
           least 8 characters without spaces, found one that is shorter or has spaces. Make a long \
           random one."],
    );
    check(
        &entry("options: {token: \"${TOKEN}\"}"),
        &[
            "app.yaml:5:18: `backend.auth.externalAccess[0].options.subject`: missing: expected a name \
           for the caller, such as `ci-pipeline`.",
        ],
    );
    let text = entry(
        "options: {token: \"${TOKEN}\", subject: ci}\n        accessRestrictions: [{plugin: catalog}]",
    );
    assert!(bad(&text).contains("allowed more than meant"));
}
