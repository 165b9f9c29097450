//! `/graphql` over the wire.

use crate::program::{Answer, Server, TOKEN, World, component, on_each_engine};
use serde_json::{Value, json};

/// A system of two services, one of which needs something that is not there.
const SHOP: &str = "\
apiVersion: backstage.io/v1alpha1
kind: System
metadata:
  name: trade
spec:
  owner: team
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  title: The Shop
  description: Sells things
  labels: {tier: gold}
  tags: [java]
  links: [{url: 'https://shop.example', title: Open}]
spec:
  type: service
  lifecycle: production
  owner: team
  system: trade
  dependsOn: ['component:stock', 'resource:nowhere']
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: stock
spec:
  type: service
  lifecycle: experimental
  owner: team
  system: trade
";

const TENANTS: &str = "tenants:\n  north:\n    hosts: [north.example]\n  south:\n    \
                       hosts: [south.example]\n";

fn post(server: &Server, path: &str, body: &Value) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    server.ask("POST", path, &headers, &body.to_string()).expect("answers")
}

fn ask(server: &Server, query: &str, variables: Value) -> Value {
    let answer = post(server, "/graphql", &json!({"query": query, "variables": variables}));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// The data of an answer without errors.
fn data(server: &Server, query: &str, variables: Value) -> Value {
    let answer = ask(server, query, variables);
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"].clone()
}

fn names(connection: &Value) -> Vec<&str> {
    let nodes = connection["nodes"].as_array().expect("nodes");
    nodes.iter().map(|node| node["name"].as_str().unwrap_or("?")).collect()
}

#[test]
fn several_levels_of_relations_come_in_one_request() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/shop.yaml", SHOP);
        let server = world.serve(&[]);
        server.entity("component/default/stock");
        let found = data(
            &server,
            "query ($ref: String!) { entity(ref: $ref) {
               ref kind namespace name title description labels tags links { url title }
               type lifecycle owner spec freshness { state reason }
               relations(type: \"dependsOn\") { totalItems nodes { type targetRef target {
                 name relations(type: \"partOf\") { nodes { target {
                   kind relations(type: \"hasPart\", first: 1) {
                     totalItems nodes { targetRef } pageInfo { hasNextPage endCursor } } } } } } } }
             } }",
            json!({"ref": "Component:Shop"}),
        );
        let shop = &found["entity"];
        assert_eq!(
            json!([shop["ref"], shop["kind"], shop["namespace"], shop["name"], shop["title"]]),
            json!(["component:default/shop", "Component", "default", "shop", "The Shop"])
        );
        assert_eq!(shop["description"], "Sells things");
        assert_eq!(
            json!([shop["labels"], shop["tags"], shop["links"]]),
            json!([{"tier": "gold"}, ["java"], [{"url": "https://shop.example", "title": "Open"}]])
        );
        assert_eq!(
            json!([shop["type"], shop["lifecycle"], shop["owner"], shop["spec"]["system"]]),
            json!(["service", "production", "group:default/team", "trade"])
        );
        assert_eq!(shop["freshness"], json!({"state": "FRESH", "reason": null}));
        // What is there comes with its own relations, what is not there with its reference.
        let part = json!({
            "totalItems": 2,
            "nodes": [{"targetRef": "component:default/shop"}],
            "pageInfo": {"hasNextPage": true, "endCursor": "hasPart component:default/shop"},
        });
        let stock = json!({"name": "stock", "relations": {"nodes": [
            {"target": {"kind": "System", "relations": part}},
        ]}});
        assert_eq!(
            shop["relations"],
            json!({"totalItems": 2, "nodes": [
                {"type": "dependsOn", "targetRef": "component:default/stock", "target": stock},
                {"type": "dependsOn", "targetRef": "resource:default/nowhere", "target": null},
            ]})
        );
        let gone = data(&server, "{ entity(ref: \"component:gone\") { name } }", Value::Null);
        assert_eq!(gone, json!({"entity": null}));
    });
}

#[test]
fn entities_come_in_pages_and_values_are_counted() {
    on_each_engine(|world| {
        world.catalog_config("");
        for name in ["a", "b", "c"] {
            world.write(&format!("catalog/{name}.yaml"), component(name));
        }
        world.write("catalog/shop.yaml", SHOP);
        let server = world.serve(&[]);
        for name in ["a", "b", "c", "stock"] {
            server.entity(&format!("component/default/{name}"));
        }
        let query = "query ($after: String) {
          entities(filter: [\"kind=component,spec.lifecycle=production\"],
                   orderBy: {field: \"metadata.name\"}, first: 3, after: $after) {
            totalItems nodes { name } pageInfo { hasNextPage endCursor } } }";
        let first = data(&server, query, json!({"after": null}));
        let first = &first["entities"];
        assert_eq!((names(first), &first["totalItems"]), (vec!["a", "b", "c"], &json!(4)));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let second = data(&server, query, json!({"after": first["pageInfo"]["endCursor"]}));
        let second = &second["entities"];
        assert_eq!((names(second), &second["totalItems"]), (vec!["shop"], &json!(4)));
        assert_eq!(second["pageInfo"], json!({"hasNextPage": false, "endCursor": null}));

        let found = data(
            &server,
            "query ($query: JSON) {
               entities(query: $query, fullText: {term: \"SELLS\", fields: [\"metadata.description\"]})
                 { nodes { name } }
               facets(facets: [\"spec.lifecycle\"], filter: [\"kind=component\"])
                 { facet values { value count } } }",
            json!({"query": {"kind": "component"}}),
        );
        assert_eq!(names(&found["entities"]), ["shop"]);
        let values = json!([
            {"value": "experimental", "count": 1}, {"value": "production", "count": 4},
        ]);
        assert_eq!(found["facets"], json!([{"facet": "spec.lifecycle", "values": values}]));
    });
}

#[test]
fn what_asks_for_too_much_is_told_so() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let deep = |levels: usize| {
        let inside = "relations(first: 1) { nodes { target { ".repeat(levels);
        format!("{{ entity(ref: \"a:b\") {{ {inside} name {} }} }}", "} } } ".repeat(levels))
    };
    let wide = "{ entities(first: 500) { nodes { relations(first: 500) { nodes { type } } } } }";
    let many = "a: entity(ref: \"a:b\") { name } ".repeat(600);
    for (query, expected) in [
        (deep(6), "nested deeper than 16 fields"),
        (wide.to_owned(), "costs more than 50000"),
        (format!("{{ {many} }}"), "more than 500 brackets"),
        ("{ ...a } fragment a on Query { ...a }".to_owned(), "lead back to itself"),
        ("{ entities(first: 501) { totalItems } }".to_owned(), "less than or equal to 500"),
        ("{ entities(first: 0) { totalItems } }".to_owned(), "greater than or equal to 1"),
        ("{ entity(ref: \"nobody\") { name } }".to_owned(), "missing or empty kind"),
        ("{ entities(filter: [\"=x\"]) { totalItems } }".to_owned(), "is not a valid statement"),
        ("{ entities(after: \"e30=\") { totalItems } }".to_owned(), "Malformed cursor: "),
        ("{ facets(facets: []) { facet } }".to_owned(), "Missing or empty facets"),
        ("{ nothing }".to_owned(), "Unknown field \"nothing\""),
        ("mutation { entity }".to_owned(), "not configured for mutations"),
    ] {
        let answer = post(&server, "/graphql", &json!({"query": query}));
        let id = answer.header("x-request-id");
        let error = &answer.json()["errors"][0];
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(expected), "{query}: {message}");
        assert_eq!(error["extensions"], json!({"code": "InputError", "requestId": id}), "{query}");
    }
    // One level less is answered.
    assert_eq!(data(&server, &deep(4), Value::Null), json!({"entity": null}));
    let large = json!({"query": "{ __typename }", "variables": {"x": "x".repeat(64 * 1024)}});
    assert_eq!(post(&server, "/graphql", &large).status, 413);
    let malformed = post(&server, "/graphql", &json!({"q": "{ __typename }"}));
    let message = malformed.json()["error"]["message"].to_string();
    assert!(malformed.status == 400 && message.contains("no request of GraphQL"), "{message}");
}

#[test]
fn only_programs_with_a_token_are_answered_and_only_json_is_read() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let body = json!({"query": "{ __schema { queryType { name } } }"}).to_string();
    let json_type = ("content-type", "application/json");
    let nobody = server.ask("POST", "/graphql", &[json_type], &body).expect("answers");
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.json()["error"]["message"], "Missing credentials");
    // A person's cookie opens pages, not this.
    let cookie = server.sign_in("");
    let headers = [json_type, ("cookie", cookie.as_str())];
    assert_eq!(server.ask("POST", "/graphql", &headers, &body).expect("answers").status, 401);

    let bearer = format!("Bearer {TOKEN}");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let headers = [("authorization", bearer.as_str()), ("content-type", content_type)];
        let answer = server.ask("POST", "/graphql", &headers, &body).expect("answers");
        assert_eq!(answer.status, 400, "{content_type}");
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains("unsupported media type"), "{message}");
    }
    assert_eq!(server.rest("/graphql?query={__typename}").status, 405);
    // Who may ask may also ask what there is.
    let found = data(&server, "{ __schema { queryType { name } } }", Value::Null);
    assert_eq!(found["__schema"]["queryType"]["name"], "Query");
}

#[test]
fn a_tenant_sees_its_own_entities_alone() {
    on_each_engine(|world| {
        world.config(TENANTS);
        let server = world.serve(&[]);
        let entity = json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
            "metadata": {"name": "secret"},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
        });
        let pushed = json!({"type": "full", "entities": [entity]});
        let answer = post(&server, "/t/north/api/catalog/providers/ci", &pushed);
        assert_eq!((answer.status, &answer.json()["errors"]), (200, &json!([])), "{answer:?}");
        let query = json!({"query": "{ entity(ref: \"component:secret\") { name }
                                       entities(filter: [\"kind=component\"]) { totalItems nodes { name } } }"});
        let north = post(&server, "/t/north/graphql", &query).json();
        assert_eq!(north["data"]["entity"]["name"], "secret", "{north}");
        let south = post(&server, "/t/south/graphql", &query).json();
        let nothing = json!({"entity": null, "entities": {"totalItems": 0, "nodes": []}});
        assert_eq!(south["data"], nothing, "{south}");
    });
}
