//! The life of an entity as a person without script meets it: history, edits, what was removed.

use crate::program::{World, component, words};

fn shop(owner: &str) -> String {
    component("shop").replace("owner: team", &format!("owner: {owner}"))
}

fn group() -> &'static str {
    "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: others}\nspec: {type: team, \
     children: []}\n"
}

#[test]
fn history_edits_and_removal_are_pages_that_need_no_script() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", shop("team"));
    world.write("catalog/group.yaml", group());
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let page = |path: &str| {
        let answer = server.page(path, &cookie);
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };
    let path = "/catalog/default/component/shop";

    // An edit, its form, and what it offers back.
    let form = page(&format!("{path}/edit"));
    assert!(form.contains("name=\"description\"") && form.contains("value=\"team\""), "{form}");
    assert!(form.contains("value=\"description,owner,lifecycle,tags,links\""), "{form}");
    let save = |description: &str| {
        let entity_ref = ("entity_ref", "component:default/shop");
        let fields = [entity_ref, ("fields", "description"), ("description", description)];
        let saved = server.form("/fn/catalog/overlay_save", &cookie, &fields);
        assert!(saved.status < 400, "{saved:?}");
    };
    save("Sells things");
    save("");
    let emptied = server.entity("component/default/shop");
    assert!(emptied["metadata"]["description"].is_null(), "an emptied field is empty: {emptied}");
    save("Sells things");
    let shown = words(&page(path));
    assert!(shown.contains("Sells things") && shown.contains("Edited in the portal"), "{shown}");
    let offered = words(&page(&format!("{path}/edit")));
    assert!(offered.contains("  description: Sells things"), "{offered}");
    let file = server.page("/catalog-files/default/component/shop", &cookie);
    assert_eq!(file.header("content-disposition"), "attachment");
    assert!(file.body.contains("  description: Sells things\n"), "{}", file.body);

    // A changed descriptor, compared.
    world.write("catalog/shop.yaml", shop("others"));
    server.eventually("the other owner", || {
        let owner = server.entity("component/default/shop")["spec"]["owner"].clone();
        (owner == "others").then_some(())
    });
    let tab = page(&format!("{path}?tab=history"));
    let history = words(&tab);
    for text in ["Changed", "Edited in the portal", "user:development/guest", "spec.owner", "Added"]
    {
        assert!(history.contains(text), "{text}: {history}");
    }
    let (_, newest) = tab.split_once("tab=history&amp;to=").expect("a version to look at");
    let newest = newest.split('"').next().expect("its number");
    let diff = page(&format!("{path}?tab=history&to={newest}"));
    assert!(diff.contains("diff-value") && words(&diff).contains("others"), "{}", words(&diff));
    let early = words(&page(&format!("{path}?tab=history&at=2020-01-01T00:00")));
    assert!(early.contains("it was not in the catalog"), "{early}");

    // Removed, listed, restored, stale.
    std::fs::remove_file(world.path("catalog/shop.yaml")).expect("removes");
    let listed = server.eventually("the removed one", || {
        let text = words(&page("/catalog/administration/removals"));
        text.contains("Restore").then_some(text)
    });
    assert!(listed.contains("No pending removals"), "{listed}");
    let back = server.form(
        "/fn/catalog/entity_restore",
        &cookie,
        &[("entity_ref", "component:default/shop")],
    );
    assert!(back.status < 400, "{back:?}");
    let shown = words(&page(path));
    assert!(shown.contains("Stale") && shown.contains("Kept by hand"), "{shown}");
    assert!(words(&page("/catalog?state=stale")).contains("shop"));
}
