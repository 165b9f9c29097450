//! `/api/catalog` over the wire: what does not need the recordings.

use crate::program::{Server, TOKEN, World, component, on_each_engine};
use serde_json::{Value, json};

fn post(server: &Server, path: &str, body: &Value) -> Value {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    server.ask("POST", path, &headers, &body.to_string()).expect("answers").json()
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().or(page.as_array()).expect("a list");
    items.iter().map(|item| item["metadata"]["name"].as_str().unwrap_or("?")).collect()
}

#[test]
fn cursors_survive_what_comes_and_goes_between_pages() {
    on_each_engine(|world| {
        world.catalog_config("");
        for name in ["b", "d", "f", "h"] {
            world.write(&format!("catalog/{name}.yaml"), component(name));
        }
        let server = world.serve(&[]);
        server.entity("component/default/h");
        let query = "/api/catalog/entities/by-query";
        let first = server
            .rest(&format!("{query}?filter=kind=component&orderField=metadata.name&limit=2"))
            .json();
        assert_eq!((names(&first), &first["totalItems"]), (vec!["b", "d"], &json!(4)));
        // One that was shown goes, the one the place is named after goes, and two come.
        world.write("catalog/a.yaml", component("a"));
        world.write("catalog/e.yaml", component("e"));
        std::fs::remove_file(world.path("catalog/d.yaml")).expect("removed");
        server.entity("component/default/e");
        server.eventually("d is gone", || {
            let path = "/api/catalog/entities/by-name/component/default/d";
            (server.rest(path).status == 404).then_some(())
        });
        let cursor = &first["pageInfo"]["nextCursor"];
        let second = post(&server, query, &json!({"cursor": cursor, "limit": 2}));
        assert_eq!(names(&second), ["e", "f"]);
        let back = &second["pageInfo"]["prevCursor"];
        let before = post(&server, query, &json!({"cursor": back, "limit": 2}));
        assert_eq!(names(&before), ["a", "b"]);
        // What was counted and sorted before is right after the change too.
        let facets = server.rest("/api/catalog/entity-facets?facet=kind&filter=kind=component");
        let expected = json!({"facets": {"kind": [{"value": "Component", "count": 5}]}});
        assert_eq!(facets.json(), expected);
    });
}

#[test]
fn a_long_list_comes_whole_and_in_pages() {
    let world = World::new();
    world.catalog_config("");
    let many: Vec<String> = (0..300).map(|number| component(&format!("c{number:03}"))).collect();
    world.write("catalog/many.yaml", many.join("---\n"));
    let server = world.serve(&[]);
    server.entity("component/default/c299");
    let all = server.rest("/api/catalog/entities?filter=kind=component");
    assert!(all.body.len() > 128 * 1024, "{} bytes", all.body.len());
    assert_eq!(names(&all.json()).len(), 300);
    let mut path = "/entities?filter=kind=component&limit=128&fields=metadata.name".to_owned();
    let mut found = Vec::new();
    loop {
        let answer = server.rest(&format!("/api/catalog{path}"));
        found.extend(names(&answer.json()).iter().map(|name| (*name).to_owned()));
        match answer.header("link").strip_prefix('<').and_then(|link| link.split_once('>')) {
            Some((next, rest)) => {
                assert_eq!(rest, "; rel=\"next\"");
                path = next.to_owned();
            }
            None => break,
        }
    }
    let expected: Vec<String> = (0..300).map(|number| format!("c{number:03}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn requests_that_are_not_as_described_are_told_why() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/one.yaml", component("one"));
    let server = world.serve(&[]);
    server.entity("component/default/one");
    for (path, expected) in [
        ("entities?x=1", "Unknown query parameter 'x'"),
        ("entities?limit=0", "Invalid limit, must be greater than zero"),
        ("entities?order=up:kind", "Invalid order parameter \"up:kind\""),
        ("entities?filter==x", "Invalid filter, '=x' is not a valid statement"),
        ("entities?fields=metadata.tags[0]", "array type fields are not supported"),
        ("entities?after=%00", "Malformed after cursor"),
        ("entities/by-query?limit=-1", "request/query/limit must be >= 0"),
        ("entities/by-query?orderField=kind,up", "Invalid order field order"),
        ("entities/by-query?cursor=", "Empty value found for query parameter 'cursor'"),
        ("entities/by-query?cursor=e30=", "Malformed cursor: "),
        ("entity-facets", "request/query must have required property 'facet'"),
        ("entity-facets?facet=", "Missing or empty facets parameter"),
    ] {
        let answer = server.rest(&format!("/api/catalog/{path}"));
        let error = answer.json();
        assert_eq!((answer.status, &error["error"]["name"]), (400, &json!("InputError")), "{path}");
        let message = error["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{path}: {message}");
        let request = json!({"method": "GET", "url": format!("/{path}")});
        assert_eq!((&error["request"], &error["response"]["statusCode"]), (&request, &json!(400)));
    }
    for (path, body, expected) in [
        ("entities/by-refs", json!({}), "must have required property 'entityRefs'"),
        (
            "entities/by-refs",
            json!({"entityRefs": [1]}),
            "request/body/entityRefs/0 must be string",
        ),
        ("entities/by-query", json!({"query": {"$x": 1}}), "Invalid query: "),
        ("entity-facets", json!({"facets": []}), "Missing or empty facets parameter"),
        ("locations", json!({"type": "url"}), "must have required property 'target'"),
        ("locations", json!({"type": "url", "target": "https://x", "more": 1}), "additional"),
        ("locations", json!({"type": "file", "target": "/etc"}), "must be of an allowed type"),
        ("locations/by-query", json!({"limit": 0}), "Limit must be a positive integer"),
        ("analyze-location", json!({"location": {"type": "file", "target": "/x"}}), "not a URL"),
    ] {
        let error = post(&server, &format!("/api/catalog/{path}"), &body);
        let message = error["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{path} {body}: {message}");
        assert_eq!(error["response"]["statusCode"], 400, "{path} {body}");
    }
}

#[test]
fn every_described_path_is_served() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let document = server.rest("/api/openapi.json").json();
    let bearer = format!("Bearer {TOKEN}");
    // Every method is asked for at every path: what is served and not described is found too. Paths
    // that the description does not have at all are compared by `cargo xtask tidy`.
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let plain = path.replace(['{', '}'], "");
        for method in ["get", "post", "put", "patch", "delete"] {
            let headers = [("authorization", bearer.as_str())];
            let answer = server.ask(&method.to_uppercase(), &plain, &headers, "").expect("answers");
            let is_served = !(answer.status == 404 && answer.body.is_empty());
            let is_described = methods[method].is_object();
            assert_eq!(is_served, is_described, "{method} {path}: {answer:?}");
            assert!(answer.status < 500, "{method} {path}: {answer:?}");
        }
    }
    let described = |method: &str, path: &str| document["paths"][path][method].is_object();
    for (method, path) in server::rest::PATHS.iter().flat_map(|table| table.iter()) {
        assert!(described(method, path), "{method} {path} is served and not described");
    }
}

#[test]
fn refusals_are_described_and_a_body_has_to_be_there() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let document = server.rest("/api/openapi.json").json();
    let bearer = format!("Bearer {TOKEN}");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let described = &operation["responses"];
            let path = path.replace(['{', '}'], "");
            let method = method.to_uppercase();
            let nobody = server.ask(&method, &path, &[], "").expect("answers");
            assert_eq!(nobody.status, 401, "{method} {path}");
            assert!(described["401"].is_object(), "{method} {path} does not describe 401");
            let headers = [("authorization", bearer.as_str())];
            let answer = server.ask(&method, &path, &headers, "").expect("answers");
            let status = answer.status.to_string();
            assert!(described[&status].is_object(), "{method} {path} does not describe {status}");
            if operation["requestBody"]["required"] == json!(true) {
                assert_eq!(answer.status, 400, "{method} {path} takes no body at all");
            }
        }
    }
    // Names that cannot be.
    for (method, path) in [("DELETE", "providers/%20"), ("POST", "providers/%20")] {
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = format!("/api/catalog/{path}");
        let answer = server.ask(method, &path, &headers, "{\"type\": \"delta\"}").expect("answers");
        assert_eq!(answer.status, 400, "{method} {path}");
        let described = &document["paths"]["/api/catalog/providers/{name}"];
        assert!(described[method.to_lowercase()]["responses"]["400"].is_object(), "{method}");
    }
}
