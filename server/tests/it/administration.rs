//! The administration's pages: an overview with figures, and one rule for counting entities.

use crate::program::{World, component, on_each_engine, words};

const LOCATION: &str = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\n\
                        spec: {type: file, targets: [./more.yaml]}\n";

#[test]
fn the_overview_counts_what_is_there_and_leads_to_it() {
    on_each_engine(|world| {
        world.catalog_config("  shippedTemplates: false\n");
        world.write("catalog/shop.yaml", component("shop"));
        world.write("catalog/location.yaml", LOCATION);
        world.write("catalog/more.yaml", component("till"));
        world.write("catalog/bad.yaml", "kind: [\n");
        let server = world.serve(&[]);
        server.entity("component/default/shop");
        server.entity("component/default/till");
        let cookie = server.sign_in("");
        let page = |path: &str| {
            let answer = server.page(path, &cookie);
            assert_eq!(answer.status, 200, "{path}");
            answer.body
        };
        // Locations only point to sources: neither the list nor the sources count them.
        let overview = server.eventually("the error", || {
            let text = words(&page("/catalog/administration"));
            text.contains("1 error").then_some(text)
        });
        let expected =
            ["2 entities", "1 source", "1 with an error", "0 broken", "0 entities to be removed"];
        for text in expected {
            assert!(overview.contains(text), "{text} in {overview}");
        }
        let html = page("/catalog/administration");
        for path in [
            "/catalog",
            "/catalog?state=broken",
            "/catalog?kind=location",
            "/catalog/sources",
            "/catalog/administration/removals",
            "/catalog/administration/kinds",
        ] {
            let tile = format!("href=\"{path}\" class=\"count-tile");
            assert!(html.contains(&tile), "no figure leads to {path}");
        }
        assert!(words(&page("/catalog")).contains("2 entities"));
        let sources = page("/catalog/sources");
        assert!(sources.contains("data-label=\"Entities\" class=\"num\">2"), "{}", words(&sources));
        let removals = words(&page("/catalog/administration/removals"));
        assert!(removals.contains("No pending removals"), "{removals}");
    });
}

#[test]
fn pages_of_the_administration_say_so_in_their_breadcrumbs() {
    let world = World::new();
    world.catalog_config("");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    for path in
        ["/catalog/sources", "/catalog/administration/removals", "/catalog/administration/kinds"]
    {
        let html = server.page(path, &cookie).body;
        let (_, crumbs) = html.split_once("class=\"breadcrumbs\"").expect("breadcrumbs");
        let crumbs = crumbs.split_once("</nav>").expect("their end").0;
        assert!(crumbs.contains("href=\"/catalog/administration\""), "{path}: {crumbs}");
        assert!(!crumbs.contains(">Catalog<"), "{path}: {crumbs}");
    }
}

#[test]
fn the_dashboard_names_no_place_on_the_servers_disk() {
    let world = World::new();
    world.catalog_config("");
    world.write("not-git/file", "");
    let folder = world.path("not-git");
    let server = world.serve(&["--repo", &folder.display().to_string()]);
    let cookie = server.sign_in("");
    let html = server.page("/", &cookie).body;
    assert!(words(&html).contains("not-git is not a git repository"), "{}", words(&html));
    let parent = folder.parent().expect("a folder").display().to_string();
    // Where a descriptor was read is said on the pages of the catalog.
    assert!(!words(&html).contains(&parent), "the page names {parent}");
}
