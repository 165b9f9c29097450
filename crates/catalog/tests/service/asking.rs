//! Questions of programs that cost more than they are worth: bounded in count and work.

use crate::support::{World, component, entity};
use catalog::{FacetRequest, ListRequest, PageRequest, RefsRequest};
use model::Error;
use serde_json::json;

async fn world() -> World {
    let world = World::new().await;
    let text = component("shop").replace("  name: shop\n", "  name: shop\n  tags: [java]\n");
    world.write("catalog-info.yaml", &text);
    world.write("group/catalog-info.yaml", &entity("Group", "team", "type: team, children: []"));
    world.refresh().await;
    world
}

#[tokio::test]
async fn unknown_paths_answer_at_once_and_known_ones_as_before() {
    let world = world().await;
    let facets = |facets: &[&str]| FacetRequest {
        facets: facets.iter().map(|it| (*it).to_owned()).collect(),
        ..FacetRequest::default()
    };
    let asked =
        facets(&["metadata.nothing", "spec.Type", "metadata.tags.java", "relations.ownedBy"]);
    let found = world.catalog.entity_facets(&world.op, &asked).await.expect("facets");
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(found["metadata.nothing"], json!([]));
    assert_eq!(found["metadata.tags.java"], json!([{"value": "true", "count": 1}]));
    assert_eq!(found["relations.ownedBy"], json!([{"value": "group:default/team", "count": 1}]));
    // Of the component, the group, and the location that stands for the source.
    assert_eq!(found["spec.Type"].as_array().map(Vec::len), Some(3));
    // What comes later is found, though nobody had it before.
    let text = component("shop").replace("spec:\n", "spec:\n  nothing: something\n");
    world.write("catalog-info.yaml", &text);
    world.refresh().await;
    let asked = facets(&["spec.nothing"]);
    let found = world.catalog.entity_facets(&world.op, &asked).await.expect("facets");
    assert_eq!(found, r#"{"spec.nothing":[{"value":"something","count":1}]}"#);
}

#[tokio::test]
async fn too_much_at_once_is_refused_in_every_form() {
    let world = world().await;
    let refused = |error: Error| {
        let Error::Invalid { message, .. } = error else { panic!("{error:?}") };
        assert!(message.contains("Too many") || message.contains("may have"), "{message}");
    };
    let many =
        |count: usize| -> Vec<String> { (0..count).map(|at| format!("spec.f{at}")).collect() };
    let (catalog, op) = (&world.catalog, &world.op);
    for count in [101, 100_000] {
        let request = FacetRequest { facets: many(count), ..FacetRequest::default() };
        refused(catalog.entity_facets(op, &request).await.expect_err("refused"));
        let request = ListRequest { filter: many(count), ..ListRequest::default() };
        refused(catalog.entities_listed(op, &request).await.err().expect("refused"));
        let parts: Vec<_> = many(count).iter().map(|path| json!({path: "x"})).collect();
        let query = Some(json!({"$any": parts}));
        let request = PageRequest { query: query.clone(), ..PageRequest::default() };
        refused(catalog.entities_page(op, &request).await.expect_err("refused"));
        let request = RefsRequest { query, ..RefsRequest::default() };
        refused(catalog.entities_by_refs(op, &request).await.expect_err("refused"));
    }
    let request = FacetRequest { facets: many(100), ..FacetRequest::default() };
    catalog.entity_facets(op, &request).await.expect("as many as may be");
    let refs = vec!["component:shop".to_owned(); 300_000];
    let request = RefsRequest { entity_refs: refs, ..RefsRequest::default() };
    refused(catalog.entities_by_refs(op, &request).await.expect_err("refused"));
}

#[tokio::test]
async fn an_answer_by_references_does_not_grow_without_end() {
    let world = World::new().await;
    let definition = "x".repeat(100_000);
    let api = entity(
        "API",
        "large",
        &format!("type: openapi, lifecycle: a, owner: b, definition: \"{definition}\""),
    );
    world.write("catalog-info.yaml", &api);
    world.refresh().await;
    let request = |count: usize, fields: &[&str]| RefsRequest {
        entity_refs: vec!["api:default/large".to_owned(); count],
        fields: fields.iter().map(|it| (*it).to_owned()).collect(),
        ..RefsRequest::default()
    };
    let error = world.catalog.entities_by_refs(&world.op, &request(1_000, &[])).await;
    let error = error.expect_err("refused").to_string();
    assert!(error.contains("fewer entities"), "{error}");
    let few = world.catalog.entities_by_refs(&world.op, &request(1_000, &["kind"])).await;
    assert_eq!(few.expect("small").iter().flatten().count(), 1_000);
}
