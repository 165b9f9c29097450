//! What is not there: its status, its title, and the ways out.

use crate::program::{Answer, Server, World, component, on_each_engine, words};

/// The title of the browser's window.
fn title(answer: &Answer) -> &str {
    let (_, rest) = answer.body.split_once("<title>").expect("a title");
    rest.split_once("</title>").expect("its end").0
}

/// A portal with one component, and somebody who is signed in.
fn shop(world: &World) -> (Server, String) {
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    (server, cookie)
}

#[test]
fn a_page_that_is_not_there_says_what_was_not_found_and_leads_on() {
    on_each_engine(|world| {
        let (server, cookie) = shop(world);
        let cases = [
            ("/catalog/default/component/till", "Component till", "/catalog?q=till"),
            ("/catalog/default/component/till/edit", "Component till", "/catalog?q=till"),
            ("/catalog/default/api/till?tab=api", "API till", "/catalog?q=till"),
            ("/catalog/default/zebra/till", "Zebra till", "/catalog?q=till"),
            ("/docs/default/component/till/", "Documentation of Component till", "/docs"),
            ("/docs/default/component/till/a/b", "Documentation page a/b", "/docs"),
            ("/create/templates/default/till", "Template till", "/catalog?q=till"),
            ("/create/runs/17", "Run 17", "/create/runs"),
            ("/catalog/administration/kinds/Till", "Kind Till", "/catalog/administration/kinds"),
            ("/catalog/sources/till", "Page", "/catalog?q=till"),
            ("/nowhere/everywhere", "Page", "/catalog?q=everywhere"),
        ];
        for (path, what, way) in cases {
            let answer = server.page(path, &cookie);
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(title(&answer), format!("{what} not found · Callboard"), "{path}");
            let shown = words(&answer.body);
            assert!(!shown.contains("Try again"), "{path}: it would not help");
            assert!(answer.body.contains(&format!("href=\"{way}\"")), "{path} leads to {way}");
            assert!(answer.body.contains("href=\"/\""), "{path} leads home");
            assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
        }
        let hostile = server.page("/%3Cscript%3Ealert(1)%3C%2Fscript%3E", &cookie);
        assert_eq!(hostile.status, 404);
        assert!(!hostile.body.contains("<script>alert(1)"), "what was asked for is escaped");
    });
}

#[test]
fn a_tab_that_is_not_there_is_the_first_one() {
    let world = World::new();
    let (server, cookie) = shop(&world);
    let path = "/catalog/default/component/shop";
    let plain = server.page(path, &cookie);
    // Only an API has a definition.
    for tab in ["zebra", "api", "overview"] {
        let other = server.page(&format!("{path}?tab={tab}"), &cookie);
        assert_eq!((other.status, title(&other)), (200, title(&plain)), "{tab}");
        let current = "aria-current=\"page\" class=\"tab\">Overview";
        assert!(other.body.contains(current), "{tab}: the first tab is marked");
    }
}

#[test]
fn a_kind_that_is_not_there_is_said_so() {
    let world = World::new();
    let (server, cookie) = shop(&world);
    let answer = server.page("/catalog?kind=zzz", &cookie);
    assert_eq!(title(&answer), "Catalog · No kind zzz · Callboard");
    let shown = words(&answer.body);
    assert!(shown.contains("No kind zzz") && !shown.contains("Zzzs"), "{shown}");
    assert!(shown.contains("Show all"), "{shown}");
    // A kind that is known has nothing yet, which is something else.
    let answer = server.page("/catalog?kind=api", &cookie);
    assert_eq!(title(&answer), "Catalog · APIs · Callboard");
    assert!(words(&answer.body).contains("No results"));
}

#[test]
fn a_page_behind_the_last_one_shows_the_last_one_and_says_so() {
    let world = World::new();
    let (server, cookie) = shop(&world);
    let answer = server.page("/catalog?kind=component&page=99", &cookie);
    assert_eq!(title(&answer), "Catalog · Components · Callboard");
    let shown = words(&answer.body);
    assert!(shown.contains("There is no page 99") && shown.contains("shop"), "{shown}");

    let many: Vec<String> = (0..60).map(|number| component(&format!("part-{number}"))).collect();
    world.write("catalog/many.yaml", many.join("---\n"));
    server.entity("component/default/part-59");
    let answer = server.page("/catalog?kind=component&page=99", &cookie);
    assert_eq!(title(&answer), "Catalog · Components · Page 2 · Callboard");
    let shown = words(&answer.body);
    assert!(shown.contains("There is no page 99. Page 2 is the last one."), "{shown}");
}

#[test]
fn the_filters_that_count_are_those_that_can_be_seen() {
    let world = World::new();
    let (server, cookie) = shop(&world);
    let bar = |path: &str| {
        let html = server.page(path, &cookie).body;
        let (_, rest) = html.split_once("filter-open").expect("a button");
        let button = rest.split_once("</label>").expect("its end").0;
        (button.contains("class=\"count\""), html.matches("class=\"filter-chip\"").count())
    };
    // The words stand in their own field, whose content is seen.
    assert_eq!(bar("/catalog?q=shop"), (false, 0));
    assert_eq!(bar("/catalog?q=shop&kind=component"), (true, 1));
    assert_eq!(bar("/catalog?owned=me"), (true, 1));
    assert_eq!(bar("/catalog"), (false, 0));
    let cleared = server.page("/catalog?q=shop", &cookie).body;
    assert!(words(&cleared).contains("Clear"), "words can be cleared");
}
