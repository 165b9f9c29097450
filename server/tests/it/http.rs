//! What holds for every request: who may ask, for which tenant, and what browsers are told.

use crate::program::{Server, World, component, on_each_engine};

const TENANTS: &str = "tenants:\n  north:\n    hosts: [north.example]\n    title: North\n  south:\n    \
                       hosts: [south.example]\n    title: South\n";

#[test]
fn rest_wants_a_known_token_and_answers_as_backstage_does() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/one.yaml", component("one"));
    let server = world.serve(&[]);
    let entity = server.entity("component/default/one");
    assert_eq!(entity["kind"], "Component");

    let path = "/api/catalog/entities/by-name/component/default/one";
    let nobody = server.get(path).expect("answers");
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.json()["error"]["message"], "Missing credentials");
    let wrong = server.ask("GET", path, &[("authorization", "Bearer nope")], "").expect("answers");
    assert_eq!(
        (wrong.status, &wrong.json()["error"]["name"]),
        (401, &"AuthenticationError".into())
    );
    // A person's cookie opens pages, not REST.
    let cookie = server.sign_in("");
    assert_eq!(server.page(path, &cookie).status, 401);

    let gone = server.rest("/api/catalog/entities/by-name/component/default/gone");
    assert_eq!((gone.status, &gone.json()["error"]["name"]), (404, &"NotFoundError".into()));
    let unknown = server.rest("/api/catalog/nothing");
    assert_eq!((unknown.status, unknown.body.as_str()), (404, ""));
    let shouted = server.rest("/api/catalog/entities/by-name/COMPONENT/Default/ONE");
    assert_eq!(shouted.status, 200);
}

#[test]
fn pages_carry_a_strict_policy_with_a_new_nonce_each_time() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    let nonce = |answer: &str| {
        let (_, rest) = answer.split_once("'nonce-").expect("a nonce");
        rest.split('\'').next().expect("an end").to_owned()
    };
    let one = server.page("/catalog", &cookie);
    let two = server.page("/catalog", &cookie);
    let policy = one.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(!policy.contains("'unsafe-eval'"), "{policy}");
    assert_ne!(nonce(policy), nonce(two.header("content-security-policy")));
    let scripts = one.body.matches("<script").count();
    let with_nonce = one.body.matches(&format!("nonce=\"{}\"", nonce(policy))).count();
    assert!(scripts > 0 && with_nonce >= scripts, "{scripts} scripts, {with_nonce} nonces");
    assert_eq!(one.header("cache-control"), "private, no-store");
    for answer in [&one, &server.get("/healthz").expect("answers"), &server.rest("/api/x")] {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert!(!answer.header("content-security-policy").is_empty());
    }
    assert!(!one.header("x-request-id").is_empty());
}

#[test]
fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let fields = [
        ("provider", "guest"),
        ("user_ref", "user:development/guest"),
        ("return_to", "//evil.example"),
    ];
    let answer = server.form("/session/sign-in", "", &fields);
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    // An address of another site is no way back.
    assert!(!answer.header("location").contains("evil"), "{}", answer.header("location"));
}

#[test]
fn writes_from_other_sites_change_nothing() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    let send = |site: &[(&str, &str)], path: &str| {
        let mut headers = vec![
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", cookie.as_str()),
        ];
        headers.extend(site);
        server.ask("POST", path, &headers, "kind=hide&change=techdocs").expect("answers").status
    };
    for path in ["/fn/dashboard/layout_change", "/session/sign-out", "/create/start"] {
        assert_eq!(send(&[("sec-fetch-site", "cross-site")], path), 403, "{path}");
        assert_eq!(send(&[("origin", "http://evil.example")], path), 403, "{path}");
        assert_eq!(send(&[], path), 403, "{path}");
    }
    assert_eq!(server.page("/catalog", &cookie).status, 200, "still signed in");
}

#[test]
fn who_is_not_signed_in_is_led_to_the_door_and_back() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let answer = server.get("/catalog?kind=api").expect("answers");
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/sign-in?return_to=/catalog%3Fkind%3Dapi");
    let data = server.form("/fn/catalog/problems_get", "", &[]);
    assert_eq!(data.status, 401, "{data:?}");
}

fn titles(server: &Server, path: &str, host: &str, cookie: &str) -> (u16, String) {
    let headers = [("host", host), ("cookie", cookie)];
    let answer = server.ask("GET", path, &headers, "").expect("answers");
    (answer.status, answer.body)
}

#[test]
fn tenants_are_told_apart_by_host_and_by_path_and_share_no_session() {
    on_each_engine(|world| {
        world.config(TENANTS);
        let server = world.serve(&[]);
        let (status, page) = titles(&server, "/sign-in", "north.example", "");
        assert!(status == 200 && page.contains("North") && !page.contains("South"), "{status}");
        let (status, page) = titles(&server, "/t/south/sign-in", "north.example", "");
        assert!(status == 200 && page.contains("South") && !page.contains("North"), "{status}");
        assert_eq!(titles(&server, "/sign-in", "east.example", "").0, 421);
        assert_eq!(titles(&server, "/t/east/sign-in", "north.example", "").0, 404);

        let north = server.sign_in("/t/north");
        assert_eq!(server.page("/t/north/catalog", &north).status, 200);
        // Under its own name, and under the other tenant's.
        assert_eq!(server.page("/t/south/catalog", &north).status, 303);
        let renamed = north.replace("north", "south");
        assert_ne!(renamed, north, "the cookie names its tenant: {north}");
        assert_eq!(server.page("/t/south/catalog", &renamed).status, 303);
    });
}

#[test]
fn health_and_numbers_are_there_without_signing_in() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    assert_eq!(server.get("/healthz").expect("answers").body, "ok\n");
    assert_eq!(server.get("/readyz").expect("answers").status, 200);
    server.rest("/api/catalog/entities");
    let metrics = server.get("/metrics").expect("answers").body;
    assert!(
        metrics.contains("callboard_http_requests_total{area=\"api/catalog\",status=\"2xx\"} 1"),
        "{metrics}"
    );
}

#[test]
fn logs_have_dotted_fields_and_no_secrets() {
    let world = World::new();
    world.config("telemetry:\n  logFormat: json\n  level: debug\n");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    server.page("/catalog", &cookie);
    server.rest("/api/catalog/entities");
    let log = server.log();
    assert!(log.contains("\"http.path\"") && log.contains("\"request.id\""), "{log}");
    assert!(!log.contains(crate::program::TOKEN), "{log}");
    let value = cookie.split(['=', ';']).nth(1).expect("a value");
    assert!(!log.contains(value), "{log}");
}
