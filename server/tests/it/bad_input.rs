//! What is wrong in a source: said where a person looks, while the rest keeps working.

use crate::program::{World, component, words};

#[test]
fn each_fault_of_a_source_is_on_the_page_and_the_rest_is_there() {
    let world = World::new();
    world.catalog_config("    - type: git\n      target: ./no-repository\n");
    world.write("catalog/good.yaml", component("good"));
    world.write("catalog/broken.yaml", "apiVersion: x\nkind: [Component\n");
    world.write("catalog/other.yaml", "hello: world\n");
    world.write("catalog/a-first.yaml", component("twice"));
    world.write("catalog/b-second.yaml", component("twice"));
    world.write("secret/outside.yaml", component("outside"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        world.path("secret/outside.yaml"),
        world.path("catalog/outside.yaml"),
    )
    .expect("linked");
    let huge = std::fs::File::create(world.path("catalog/huge.yaml")).expect("made");
    huge.set_len(50 * 1024 * 1024).expect("grown");

    let server = world.serve(&[]);
    server.entity("component/default/good");
    server.entity("component/default/twice");
    let cookie = server.sign_in("");
    let page = server.eventually("the list of problems", || {
        let page = server.page("/catalog?state=broken", &cookie);
        let text = words(&page.body);
        (text.contains("no-repository") && text.contains("huge.yaml")).then_some(text)
    });
    for wanted in ["broken.yaml", "other.yaml", "second.yaml", "huge.yaml", "no-repository"] {
        assert!(page.contains(wanted), "{wanted} is not on the page:\n{page}");
    }
    assert!(page.contains("broken.yaml:2") || page.contains("broken.yaml:3"), "no line:\n{page}");
    #[cfg(unix)]
    {
        assert!(page.contains("outside.yaml"), "{page}");
        let outside = server.rest("/api/catalog/entities/by-name/component/default/outside");
        assert_eq!(outside.status, 404, "a link led out of the folder");
    }
}

#[test]
fn a_template_that_cannot_run_says_so_and_others_work() {
    let world = World::new();
    world.catalog_config("");
    world.write(
        "catalog/bad.yaml",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: bad\n  title: \
         Bad one\nspec:\n  type: service\n  steps:\n    - id: one\n      action: no:such-action\n",
    );
    world.write(
        "catalog/schema.yaml",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: schema\nspec:\n  \
         type: service\n  parameters:\n    - properties:\n        port:\n          type: numbre\n  \
         steps:\n    - id: one\n      action: debug:log\n      input:\n        message: hello\n",
    );
    let server = world.serve(&[]);
    server.entity("template/default/bad");
    server.entity("template/default/schema");
    let cookie = server.sign_in("");
    let bad = words(&server.page("/create/templates/default/bad", &cookie).body);
    assert!(bad.contains("no:such-action"), "{bad}");
    let schema = words(&server.page("/create/templates/default/schema", &cookie).body);
    assert!(schema.contains("numbre"), "{schema}");
    let list = server.page("/create", &cookie);
    assert!(list.status == 200 && list.body.contains("Service"));
    // Nor can it be started past its page.
    let started =
        server.form("/create/start", &cookie, &[("template_ref", "template:default/bad")]);
    assert!(!started.header("location").contains("/create/runs/"), "{started:?}");
}
