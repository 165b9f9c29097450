//! An error is one status and one body, whichever door it leaves by.

use crate::program::{Answer, Server, TOKEN, World, component};
use serde_json::{Value, json};

fn rest(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    server
        .ask(method, &format!("/api/catalog/{path}"), &headers, &body.to_string())
        .expect("answer")
}

#[test]
fn rest_says_which_field_is_wrong_and_why() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let kind = json!({
        "name": "Queue", "apiVersions": ["acme.example/v1"], "icon": "no such icon",
        "schema": {"type": "object"},
        "relations": [{"field": "", "outgoing": "ownedBy", "incoming": "ownerOf"}]
    });
    let answer = rest(&server, "PUT", "kinds/Queue", &kind);
    assert_eq!(answer.status, 400, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["error"]["name"], "InputError");
    let errors = body["error"]["errors"].as_array().expect("errors of fields");
    let fields: Vec<_> = errors.iter().filter_map(|error| error["field"].as_str()).collect();
    assert!(fields.contains(&"/icon") && fields.contains(&"/relations/0/field"), "{body}");
    // Each has words of its own, and the message has all of them.
    let all = body["error"]["message"].as_str().expect("a message");
    for error in errors {
        let message = error["message"].as_str().expect("a message");
        assert!(!message.is_empty() && all.contains(message), "{body}");
    }
    // What does not even have the form of a request, too.
    let answer = rest(&server, "POST", "entities/by-refs", &json!({"entityRefs": ["a:b", 1]}));
    let expected = json!([{"field": "/entityRefs/1", "message": "must be string"}]);
    assert_eq!((answer.status, &answer.json()["error"]["errors"]), (400, &expected));
    // An error that is about no field has no list.
    let answer = rest(&server, "GET", "entities/by-name/component/default/none", &Value::Null);
    assert_eq!(answer.status, 404);
    assert!(answer.json()["error"].get("errors").is_none(), "{answer:?}");
}

#[test]
fn pages_and_server_fns_have_the_status_that_rest_has() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/one.yaml", component("one"));
    let server = world.serve(&[]);
    server.entity("component/default/one");
    let cookie = server.sign_in("");
    assert_eq!(server.page("/catalog/default/component/none", &cookie).status, 404);
    assert_eq!(server.page("/catalog/default/component/one", &cookie).status, 200);
    let call = |name: &str, body: &str, cookie: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie),
        ];
        server.ask("POST", &format!("/fn/catalog/{name}"), &headers, body).expect("answers")
    };
    let found = call("entity_get", "entity_ref=component:default/one", &cookie);
    assert_eq!(found.status, 200, "{found:?}");
    let (absent, wrong) = ("entity_ref=component:default/none", "entity_ref=nonsense");
    for (name, body, cookie, status, kind) in [
        ("entity_get", absent, &*cookie, 404, "notFound"),
        // What is no reference does not get as far as the service.
        ("entity_get", wrong, &*cookie, 400, "invalid"),
        ("entity_get", "", &*cookie, 400, "invalid"),
        ("star_set", "entity_ref=nonsense&starred=true", &*cookie, 400, "invalid"),
        ("entity_get", absent, "", 401, "unauthenticated"),
    ] {
        let answer = call(name, body, cookie);
        assert_eq!(answer.status, status, "{name} {body}: {answer:?}");
        assert!(answer.json()[kind].is_object(), "{name} {body}: {answer:?}");
    }
}

#[test]
fn graphql_names_errors_as_rest_does() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({"query": "{ entities(filter: [\"=x\"]) { totalItems } }"}).to_string();
    let answer = server.ask("POST", "/graphql", &headers, &body).expect("answers").json();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "InputError", "{answer}");
    let wrong = rest(&server, "GET", "entities/by-query?filter==x", &Value::Null).json();
    assert_eq!(wrong["error"]["name"], "InputError", "{wrong}");
    assert_eq!(wrong["error"]["message"], answer["errors"][0]["message"]);
}

#[test]
fn who_has_to_wait_is_told_how_long_on_pages_as_over_rest() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let fields = [("provider", "guest"), ("user_ref", "user:default/admin")];
    let page = (0..40).map(|_| server.form("/session/sign-in", "", &fields));
    let page = page.into_iter().find(|answer| answer.status == 429).expect("a refusal");
    let headers = [("authorization", "Bearer wrong")];
    let ask = || server.ask("GET", "/api/catalog/entities", &headers, "").expect("answers");
    let program = (0..400).map(|_| ask()).find(|answer| answer.status == 429).expect("a refusal");
    for answer in [&page, &program] {
        let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
        let words = format!("Try again in {seconds} seconds.");
        assert!(answer.body.contains(&words), "{words}: {answer:?}");
    }
    assert_eq!(program.json()["error"]["name"], "TooManyRequestsError");
    assert_eq!(program.json()["response"]["statusCode"], 429);
}
