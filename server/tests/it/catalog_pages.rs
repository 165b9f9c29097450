//! Pages of the catalog as HTML: definitions of APIs, owners, and looking before registering.

use crate::program::{Server, World, component, on_each_engine, words};

const API: &str = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: orders}\nspec:\n  type: \
                   openapi\n  lifecycle: production\n  owner: team\n  definition: |\n    openapi: 3.0.3\n    \
                   info: {title: Orders, version: '2', description: \"**Sold** <script>alert(1)</script>\"}\n    \
                   paths:\n      /orders:\n        get: {operationId: listOrders, summary: All orders, \
                   responses: {'200': {description: Good}}}\n";

const GROUP: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: \
                     team, children: [squad], members: [ada]}\n---\napiVersion: backstage.io/v1alpha1\nkind: \
                     Group\nmetadata: {name: squad}\nspec: {type: squad, children: []}\n";

fn page(server: &Server, cookie: &str, path: &str) -> String {
    let answer = server.page(path, cookie);
    assert_eq!(answer.status, 200, "{path}");
    answer.body
}

#[test]
fn a_definition_is_rendered_and_can_be_downloaded() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/api.yaml", API);
        let server = world.serve(&[]);
        server.entity("api/default/orders");
        let cookie = server.sign_in("");
        let path = "/catalog/default/api/orders?tab=api&item=api-listOrders";
        let html = page(&server, &cookie, path);
        assert!(html.contains("<strong>Sold</strong>"), "the description is Markdown");
        assert!(!html.contains("<script>alert(1)"), "and safe");
        let shown = words(&html);
        for text in ["Orders 2", "OpenAPI 3.0.3", "GET", "/orders", "Response 200"] {
            assert!(shown.contains(text), "{text} in {shown}");
        }
        let filtered =
            words(&page(&server, &cookie, "/catalog/default/api/orders?tab=api&q=nothing"));
        assert!(filtered.contains("No results"), "{filtered}");
        let file = server.page("/catalog-files/default/api/orders/definition", &cookie);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"orders.yaml\"");
        assert!(file.body.starts_with("openapi: 3.0.3\n"), "{}", file.body);
        let none = server.page("/catalog-files/default/api/gone/definition", &cookie);
        assert_eq!(none.status, 404);
    });
}

#[test]
fn owners_and_the_organisation_are_pages() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/groups.yaml", GROUP);
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("group/default/squad");
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let group = words(&page(&server, &cookie, "/catalog/default/group/team"));
    for text in ["1 member", "ada", "1 subgroup", "squad"] {
        assert!(group.contains(text), "{text} in {group}");
    }
    let all = words(&page(&server, &cookie, "/catalog/organisation"));
    assert!(all.contains("2 groups, 0 people") && all.contains("squad"), "{all}");
}

#[test]
fn a_text_that_is_sent_is_judged_and_not_kept() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    let text = format!("{}---\nkind: [\n", component("fresh"));
    let body = format!(
        "--edge\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\n{text}\r\n--edge\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"\"\r\n\r\n\r\n--edge--\r\n"
    );
    let headers = [
        ("cookie", cookie.as_str()),
        ("content-type", "multipart/form-data; boundary=edge"),
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
    ];
    let answer = server.ask("POST", "/catalog/register", &headers, &body).expect("answers");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = words(&answer.body);
    for text in ["1 entity found", "component:default/fresh", "YAML error"] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    let gone = server.rest("/api/catalog/entities/by-name/component/default/fresh");
    assert_eq!(gone.status, 404);
    let foreign = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site"), headers[1]];
    let refused = server.ask("POST", "/catalog/register", &foreign, &body).expect("answers");
    assert_eq!(refused.status, 403);
    let nowhere = words(&page(
        &server,
        &cookie,
        "/catalog/register?address=https://nowhere.example/catalog-info.yaml",
    ));
    assert!(nowhere.contains("is not among the hosts"), "{nowhere}");
}
