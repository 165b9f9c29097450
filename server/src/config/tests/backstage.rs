//! Configurations in the shapes people bring from Backstage are read as they are.

use super::{bad, good, load};
use crate::config::database::Database;

/// What was said about keys that have no effect.
fn warnings(text: &str) -> Vec<String> {
    good(text).warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_development_file_is_read() {
    let config = good(
        "\
app:
  title: Team portal
  baseUrl: http://localhost:3000
  extensions:
    - page:catalog: {config: {path: /}}
organization:
  name: Example Inc
backend:
  baseUrl: http://localhost:7007
  listen:
    port: 7007
  csp:
    connect-src: [\"'self'\", 'http:', 'https:']
  cors:
    origin: http://localhost:3000
    methods: [GET, POST]
    credentials: true
  database:
    client: better-sqlite3
    connection: ':memory:'
integrations:
  github:
    - host: github.com
      token: ${TOKEN}
proxy:
  endpoints: {}
techdocs:
  builder: 'local'
  generator:
    runIn: 'docker'
  publisher:
    type: 'local'
auth:
  providers:
    guest: {}
scaffolder: {}
catalog:
  import:
    entityFilename: catalog-info.yaml
    pullRequestBranchName: integration
  rules:
    - allow: [Component, System, API, Resource, Location]
  locations:
    - type: file
      target: ../../examples/org.yaml
      rules:
        - allow: [User, Group]
kubernetes:
  clusterLocatorMethods: [{type: config, clusters: [{authProvider: \"${NOT_SET}\"}]}]
permission:
  enabled: true
",
    );
    assert_eq!(config.base_url(), "http://localhost:3000");
    assert_eq!(config.backend.listen.port, 7007);
    assert_eq!(config.catalog.locations[0].rules[0].allow[1].kind, "Group");
    assert!(config.auth.providers.guest.is_some());
    let warned: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    let lines: Vec<&str> = warned.iter().filter_map(|line| line.split(": ").next()).collect();
    // Each at its place, in the order of the file.
    assert_eq!(
        lines,
        [
            "app.yaml:4:3",
            "app.yaml:6:1",
            "app.yaml:12:3",
            "app.yaml:14:3",
            "app.yaml:20:17",
            "app.yaml:25:1",
            "app.yaml:28:3",
            "app.yaml:29:3",
            "app.yaml:31:3",
            "app.yaml:35:12",
            "app.yaml:38:3",
            "app.yaml:48:1",
            "app.yaml:50:1"
        ]
    );
    assert!(warned[0].contains("`app.extensions` is not used by Callboard"), "{warned:?}");
    assert!(warned[12].contains("rules do not apply"), "{warned:?}");
}

#[test]
fn a_production_file_is_read() {
    let config = good(
        "\
app:
  baseUrl: https://portal.example.com
backend:
  baseUrl: https://portal.example.com
  listen: ':7007'
  cache: {store: redis, connection: \"${REDIS}\"}
  auth:
    externalAccess:
      - type: static
        options:
          token: ${TOKEN}
          subject: pipelines
  reading:
    allow:
      - host: '*.example.com'
      - host: api.example.org:8443
        paths: ['/specs/']
  database:
    client: pg
    pluginDivisionMode: schema
    connection:
      host: ${POSTGRES_HOST:-db}
      port: ${PORT}
      user: portal
      password: ${PASSWORD}
      ssl:
        rejectUnauthorized: true
        ca: {$file: /run/secrets/ca.pem}
integrations:
  gitlab:
    - host: gitlab.example.com
      token: ${TOKEN}
      apiBaseUrl: https://gitlab.example.com/api/v4
  bitbucketServer:
    - {host: bitbucket.example.com, apiBaseUrl: https://bitbucket.example.com/rest/api/1.0, token: \"${TOKEN}\"}
  azure:
    - host: dev.azure.com
      credentials:
        - organizations: [acme]
          personalAccessToken: ${TOKEN}
  awsS3:
    - {accessKeyId: \"${NOT_SET}\"}
proxy:
  '/grafana':
    target: https://grafana.example.com
    headers:
      Authorization: Bearer ${NOT_SET}
  endpoints:
    '/metrics': https://metrics.example.com/api
techdocs:
  builder: external
  publisher:
    type: awsS3
    awsS3: {bucketName: \"${NOT_SET}\"}
auth:
  environment: production
  session: {secret: \"${NOT_SET}\"}
  providers:
    oidc:
      production:
        clientId: ${NOT_SET}
        clientSecret: ${NOT_SET}
        signIn: {resolvers: [{resolver: emailMatchingUserEntityProfileEmail}]}
catalog:
  orphanStrategy: delete
  processingInterval: {minutes: 10}
  providers:
    gitlab: {default: {host: gitlab.example.com, schedule: {frequency: PT1H}}}
  locations:
    - type: url
      target: https://gitlab.example.com/acme/org/-/blob/main/all.yaml
scaffolder:
  defaultAuthor: {name: Bot, email: bot@example.com}
  defaultCommitMessage: start
  defaultEnvironment:
    parameters: {region: eu-1, sizes: [1, 2], nested: {flag: true}}
    secrets: {deploy: \"${TOKEN}\"}
",
    );
    let Database::Postgres { url, address, .. } = &config.backend.database else {
        panic!("expected PostgreSQL, found {:?}", config.backend.database);
    };
    assert_eq!(
        url.expose(),
        "postgres://portal:p%40ss%3Aw%2Frd@db:5432/portal?sslmode=verify-full"
    );
    assert_eq!(address, "db:5432/portal");
    assert_eq!(config.backend.reading.allow[1].paths[0].as_str(), "/specs/");
    let provider = &config.catalog.providers.gitlab["default"];
    assert_eq!(provider.host.as_str(), "gitlab.example.com");
    assert_eq!(provider.schedule.frequency, std::time::Duration::from_secs(3600));
    assert_eq!(config.scaffolder.default_environment.parameters["sizes"][1], 2);
    let warned: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    for part in [
        "backend.cache",
        "pluginDivisionMode",
        "ssl.ca",
        "integrations.awsS3",
        "`proxy`",
        "techdocs.builder",
        "techdocs.publisher",
        "integrations.bitbucketServer[0].token",
        "auth.session",
        "`auth.providers.oidc`: comes later",
    ] {
        assert!(warned.iter().any(|line| line.contains(part)), "{part}: {warned:#?}");
    }
}

#[test]
fn organisations_are_named_in_every_form() {
    let config = good(
        "\
catalog:
  providers:
    github:
      acme:
        organization: acme
        catalogPath: '/**/catalog-info.yaml'
        filters:
          branch: main
          repository: 'service-.*'
          topic: {include: [portal], exclude: [old]}
          visibility: [public, internal]
          allowForks: false
        schedule: {frequency: {minutes: 30}, timeout: {minutes: 3}, initialDelay: {seconds: 15}}
    gitea:
      own: {host: git.example.com, organization: acme, branch: dev}
    gitlab:
      all: {group: acme/platform, projectPattern: '^acme/', skipForkedRepos: true, topics: 'a, b'}
",
    );
    let providers = crate::compose::catalog(&config, None).providers;
    let reported: Vec<String> = providers
        .iter()
        .map(|it| format!("{} {} {:?} {}", it.id, it.host, it.owner.as_deref(), it.path))
        .collect();
    assert_eq!(
        reported,
        [
            "acme github.com Some(\"acme\") /**/catalog-info.yaml",
            "all gitlab.com Some(\"acme/platform\") catalog-info.yaml",
            "own git.example.com Some(\"acme\") catalog-info.yaml",
        ]
    );
    assert_eq!(providers[0].branch.as_deref(), Some("main"));
    assert_eq!(providers[0].filters.visibility, ["public", "internal"]);
    assert!(!providers[0].filters.forks && !providers[1].filters.forks);
    assert_eq!(providers[1].filters.all_topics, ["a", "b"]);
    assert_eq!(providers[2].branch.as_deref(), Some("dev"));
    assert!(providers[0].configured_at.contains(":5"), "{}", providers[0].configured_at);

    let single = good("catalog: {providers: {github: {organization: acme}}}");
    assert_eq!(single.catalog.providers.github.0["default"].organization, "acme");
    let provider = |more: &str| {
        bad(&format!("catalog: {{providers: {{github: {{x: {{organization: acme, {more}}}}}}}}}"))
    };
    assert!(provider("filters: {repository: '('}").contains("a regular expression"));
    assert!(provider("filters: {visibility: [secret]}").contains("`public`"));
    assert!(provider("schedule: {frequency: 30}").contains("Add the unit"));
    assert!(provider("organisation: x").contains("Did you mean `organization`?"));
    assert!(bad("catalog: {providers: {gitea: {x: {organization: a}}}}").contains("host"));
    assert!(bad("integrations: {github: [{webhookSecret: short}]}").contains("at least 8"));
}

#[test]
fn the_host_of_every_integration_is_found() {
    let config = good(
        "\
integrations:
  github: [{token: t1}]
  gitlab: [{host: gitlab.com, token: t2}]
  gitea: [{host: gitea.example, username: u, password: t3}]
  bitbucketCloud: [{username: u, appPassword: t4}]
  bitbucketServer: [{host: bb.example, username: u, password: t5}]
  azure: [{credentials: [{personalAccessToken: t6}]}]
  gerrit: [{host: gerrit.example, username: u, password: t7}]
",
    );
    let all = config.integrations.all();
    let found: Vec<(&str, String)> = all.iter().map(|it| (it.kind, it.host.to_string())).collect();
    let expected = [
        ("github", "github.com"),
        ("gitlab", "gitlab.com"),
        ("gitea", "gitea.example"),
        ("bitbucketCloud", "bitbucket.org"),
        ("bitbucketServer", "bb.example"),
        ("azure", "dev.azure.com"),
        ("gerrit", "gerrit.example"),
    ];
    assert_eq!(found, expected.map(|(kind, host)| (kind, host.to_owned())));
}

#[test]
fn ways_to_sign_in_are_told_apart() {
    let text = "auth: {providers: {okta: {development: {clientId: x}}}}";
    assert!(warnings(text)[0].contains("`auth.providers.okta`: comes later"));
    let text = "auth: {providers: {keycloak-oidc: {production: {clientId: x}}}}";
    assert!(warnings(text)[0].contains("`auth.providers.keycloak-oidc`: comes later"));
    assert!(bad("auth: {providers: {githb: {}}}").contains("Did you mean `github`?"));
    assert!(bad("auth: {providers: {zebra: {}}}").contains("not a known way to sign in"));
    assert!(bad("auth: {providers: {Guest: {}}}").contains("Did you mean `guest`?"));
}

#[test]
fn a_proxy_in_any_form_is_named_as_having_no_effect() {
    for text in [
        "proxy: {endpoints: {/m: https://x.example}}",
        "proxy: {/m: {target: https://x.example, headers: {Authorization: \"${NOT_SET}\"}}}",
    ] {
        assert!(warnings(text)[0].contains("`proxy`"), "{text}");
    }
    assert!(load("proxy:\n").is_ok());
}
