//! Secrets are seen by nobody but those who ask for them.

use super::{good, load};

const SECRET: &str = "hunter2";

#[test]
fn no_debug_output_shows_a_secret() {
    let config = good(
        "\
backend:
  database: {client: pg, connection: {host: db, user: u, password: hunter2, database: d}, readerConnection: \"postgres://u:hunter2@replica/d\"}
  auth:
    externalAccess: [{type: static, options: {token: hunter2-hunter2, subject: ci}}]
integrations:
  github: [{token: hunter2}]
  gitea: [{host: g.example, username: u, password: hunter2}]
proxy: {endpoints: {/x: {target: https://x.example, headers: {Authorization: hunter2}}}}
auth: {providers: {oidc: {development: {clientSecret: hunter2}}}}
scaffolder: {defaultEnvironment: {secrets: {key: hunter2}}}
",
    );
    let shown = format!("{config:#?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.contains("***"));
    let described: Vec<String> =
        config.connections().iter().map(|it| it.target.describe()).collect();
    assert!(!described.join("\n").contains(SECRET), "{described:?}");
    assert!(!format!("{:?}", config.connections()).contains(SECRET));
}

#[test]
fn no_message_shows_a_secret() {
    for text in [
        // Wrong types and forms where a secret belongs.
        "integrations: {github: [{token: [hunter2]}]}",
        "integrations: {github: [{token: {value: hunter2}}]}",
        "backend: {auth: {externalAccess: [{type: static, options: {token: \"hunter2 x\", subject: s}}]}}",
        "backend: {auth: {externalAccess: [{type: static, options: {token: hunter2, subject: s}}]}}",
        "backend: {database: {client: pg, connection: \"mysql://u:hunter2@db/d\"}}",
        "backend: {database: {client: pg, connection: [hunter2]}}",
        "backend: {database: {client: sqlite, connection: \"postgres://u:hunter2@db/d\"}}",
        // Credentials in addresses.
        "app: {baseUrl: \"https://u:hunter2@portal.example.com\"}",
        "app: {branding: {logo: \"https://u:hunter2@portal.example.com/x\"}}",
        "catalog: {locations: [{type: url, target: \"https://u:hunter2@git.example.com/x\"}]}",
        "catalog: {locations: [{type: git, target: \"https://hunter2@git.example.com/x\"}]}",
        "catalog: {locations: [{type: file, target: \"https://hunter2@git.example.com/x\"}]}",
        "insights: {repository: {url: \"https://u:hunter2@git.example.com/x\"}}",
        "scaffolder: {publish: {git: {allowedRemotes: [\"https://u:hunter2@git.example.com/\"]}}}",
        // What a variable brings, wherever it ends up by mistake.
        "app: {baseUrl: \"${TOKEN}\"}",
        "backend: {listen: \"${TOKEN}\"}",
        "catalog: {readonly: \"${TOKEN}\"}",
        "catalog: {orphanStrategy: \"${TOKEN}\"}",
        "catalog: {processingInterval: \"${TOKEN}\"}",
        "catalog: {rules: [{allow: [\"${TOKEN}\"]}]}",
        "catalog: {locations: [{type: url, target: \"${TOKEN}\"}]}",
        "catalog: {locations: [{type: git, target: \"::${TOKEN}\"}]}",
        "backend: {reading: {allow: [{host: x.example, paths: [\"${TOKEN}\"]}]}}",
        "auth: {providers: {guest: {userEntityRef: \"${TOKEN}\"}}}",
        "scaffolder: {publish: {git: {allowedRemotes: [\"${TOKEN}\"]}}}",
        "telemetry: {level: \"${TOKEN}\"}",
        "dashboard: {clock: {zones: [{label: a, zone: \"9${TOKEN}\", workHours: \"${TOKEN}\"}]}}",
    ] {
        let Err(errors) = load(text) else { panic!("expected findings in {text}") };
        assert!(!format!("{errors}\n{errors:?}").contains(SECRET), "{text}:\n{errors}");
    }
}
