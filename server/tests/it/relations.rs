//! What is around an entity and what would break without it, as a person without script meets them.

use crate::program::{World, component, words};

#[test]
fn relations_impact_and_diagrams_are_pages_that_need_no_script() {
    let world = World::new();
    world.catalog_config("");
    let front = component("front").replace(
        "owner: team",
        "owner: team\n  system: web\n  dependsOn: [\"component:shop\", \"component:gone\"]",
    );
    let shop = component("shop").replace("owner: team", "owner: team\n  system: web");
    world.write("catalog/front.yaml", front);
    world.write("catalog/shop.yaml", shop);
    world.write(
        "catalog/web.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: web, title: \"Web <b>\"}\n\
         spec: {owner: team}\n",
    );
    let server = world.serve(&[]);
    server.entity("component/default/front");
    let cookie = server.sign_in("");
    let page = |path: &str| {
        let answer = server.page(path, &cookie);
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };

    let near = page("/catalog/default/component/front?tab=relations");
    assert!(near.contains("aria-label=\"shop, Component, owned by team\""), "{near}");
    assert!(near.contains("href=\"/catalog/default/component/shop?tab=relations\""), "{near}");
    assert!(near.contains("gone, Component, not in the catalog"), "{near}");
    assert!(!near.contains("Web <b>"), "a title is text");
    assert!(words(&near).contains("As a list"), "{}", words(&near));
    let narrow =
        page("/catalog/default/component/front?tab=relations&depth=2&types=parts&types=apis");
    assert!(!narrow.contains("gone, Component"), "{narrow}");
    let follow = "/catalog/default/system/web?tab=relations&amp;depth=2&amp;types=apis,parts";
    assert!(narrow.contains(follow), "{narrow}");

    let impact = words(&page("/catalog/default/component/shop?tab=impact"));
    assert!(
        impact.contains("If shop is removed") && impact.contains("depends on shop"),
        "{impact}"
    );
    let nothing = words(&page("/catalog/default/component/front?tab=impact"));
    assert!(nothing.contains("No dependents"), "{nothing}");

    let system = page("/catalog/default/system/web");
    assert!(system.contains("class=\"graph ") && words(&system).contains("Diagram"), "{system}");
}
