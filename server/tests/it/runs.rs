//! A run outlives the program it was started in.

use crate::program::{Server, World, on_each_engine, words};

const TEMPLATE: &str = "apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: slow
spec:
  type: service
  parameters:
    - properties:
        name:
          title: Name
          type: string
  steps:
    - id: first
      name: First
      action: debug:log
      input:
        message: the first step of ${{ parameters.name }}
    - id: pause
      name: Pause
      action: debug:wait
      input:
        seconds: 3
    - id: last
      name: Last
      action: debug:log
      input:
        message: the last step of ${{ parameters.name }}
";

fn started(world: &World) -> (Server, String, String) {
    world.catalog_config("");
    world.write("catalog/slow.yaml", TEMPLATE);
    let server = world.serve(&[]);
    server.entity("template/default/slow");
    let cookie = server.sign_in("");
    let fields = [("template_ref", "template:default/slow"), ("f.name", "durable")];
    let answer = server.form("/create/start", &cookie, &fields);
    let path = answer.header("location").to_owned();
    assert!(path.starts_with("/create/runs/"), "{answer:?}");
    server.eventually("the second step", || {
        let text = words(&server.page(&path, &cookie).body);
        text.contains("the first step of durable").then_some(())
    });
    (server, cookie, path)
}

fn finished(server: &Server, cookie: &str, path: &str) -> String {
    server.eventually("the end of the run", || {
        let page = server.page(path, cookie).body;
        page.contains("data-task-status=\"completed\"").then(|| words(&page))
    })
}

#[test]
fn a_run_goes_on_after_the_program_was_killed() {
    on_each_engine(|world| {
        let (server, cookie, path) = started(world);
        server.kill();
        let server = world.serve(&[]);
        let text = finished(&server, &cookie, &path);
        assert!(text.contains("the last step of durable"), "{text}");
        // What had been done was not done again.
        assert_eq!(text.matches("Finished step First").count(), 1, "{text}");
    });
}

#[test]
fn an_orderly_end_parks_the_run() {
    on_each_engine(|world| {
        let (server, cookie, path) = started(world);
        let code = server.terminate();
        assert_eq!(code, Some(0));
        let server = world.serve(&[]);
        let text = finished(&server, &cookie, &path);
        assert!(text.contains("the last step of durable"), "{text}");
    });
}

#[test]
fn values_of_the_wrong_type_come_back_with_the_form() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    server.entity("template/default/service");
    let cookie = server.sign_in("");
    let fields = [
        ("template_ref", "template:default/service"),
        ("f.name", "No Good"),
        ("f.description", "Typed text stays"),
        ("f.port", "eighty"),
    ];
    let answer = server.form("/create/start", &cookie, &fields);
    let path = answer.header("location").to_owned();
    assert!(path.contains("?draft="), "{answer:?}");
    let page = server.page(&path, &cookie).body;
    let text = words(&page);
    assert!(text.contains("\"eighty\" is not"), "{text}");
    assert!(page.contains("value=\"No Good\"") && page.contains("Typed text stays"), "{text}");
    let runs = words(&server.page("/create/runs", &cookie).body);
    assert!(!runs.contains("Typed text stays"));
}

#[test]
fn old_addresses_of_runs_lead_on() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let cookie = server.sign_in("");
    for (old, new) in [
        ("/create/tasks", "/create/runs"),
        ("/create/tasks?by=me", "/create/runs?by=me"),
        ("/create/tasks/4a7c-12", "/create/runs/4a7c-12"),
        // Nothing but an id gets into the address.
        ("/create/tasks/%2F%2Fevil.example", "/create/runs/evilexample"),
    ] {
        let answer = server.page(old, &cookie);
        assert_eq!((answer.status, answer.header("location")), (308, new), "{old}");
    }
}
