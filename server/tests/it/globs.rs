//! Patterns in templates name the files they name in Backstage, and what a step's expression gives
//! decides whether it runs.

use crate::program::{World, words};

const TEMPLATE: &str = "apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: patterns
spec:
  type: service
  parameters:
    - properties:
        name:
          title: Name
          type: string
        loud:
          title: Loud
          type: boolean
  steps:
    - id: copy
      action: fetch:template
      input:
        url: ./skeleton
        copyWithoutTemplating: [.github/workflows, '*.txt', '**/*.{yml,yaml}', '!x.yml']
        values:
          name: ${{ parameters.name }}
    - id: copied
      action: debug:log
      input:
        listWorkspace: with-contents
    - id: loud
      name: The loud step
      if: '{% if parameters.loud %}true{% else %}false{% endif %}'
      action: debug:log
      input:
        message: a loud step ran
    - id: delete
      action: fs:delete
      input:
        files: ['lit/**', '*', '!(sub)/deep/*']
    - id: left
      action: debug:log
      input:
        message: ''
        listWorkspace: true
";

#[test]
fn patterns_of_a_template_name_what_they_name_in_backstage() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/template.yaml", TEMPLATE);
    let text = "name: ${{ values.name }}\n";
    for file in ["a.txt", "x.yml", "y.md", "lit/z.txt", "sub/y.yaml", "sub/deep/w.yaml", ".hidden"]
    {
        world.write(&format!("catalog/skeleton/{file}"), text);
    }
    let workflow = "token: ${{ secrets.TOKEN }}\n";
    world.write("catalog/skeleton/.github/workflows/ci.yml", workflow);
    world.write("catalog/skeleton/.github/workflows/note", workflow);
    let server = world.serve(&[]);
    server.entity("template/default/patterns");
    let cookie = server.sign_in("");
    let fields = [("template_ref", "template:default/patterns"), ("f.name", "orders")];
    let answer = server.form("/create/start", &cookie, &fields);
    let path = answer.header("location").to_owned();
    assert!(path.starts_with("/create/"), "{answer:?}");
    let log = server.eventually("the end of the run", || {
        let page = server.page(&path, &cookie).body;
        page.contains("data-task-status=\"completed\"").then(|| words(&page))
    });
    let log = log.split_whitespace().collect::<Vec<_>>().join(" ");
    let (copied, left) = log.split_once("File ").expect("files are deleted");
    // A folder's name means all below it, a star stays in its folder, braces choose.
    for raw in [
        "a.txt: name: ${{ values.name }}",
        "sub/y.yaml: name: ${{ values.name }}",
        "sub/deep/w.yaml: name: ${{ values.name }}",
        "ci.yml: token: ${{ secrets.TOKEN }}",
        "note: token: ${{ secrets.TOKEN }}",
    ] {
        assert!(copied.contains(raw), "{raw}: {copied}");
    }
    for rendered in ["lit/z.txt: name: orders", "x.yml: name: orders", "y.md: name: orders"] {
        assert!(copied.contains(rendered), "{rendered}: {copied}");
    }
    assert!(!log.contains("a loud step ran"), "{log}");
    for deleted in ["lit/z.txt", "a.txt", "x.yml", "y.md", ".hidden"] {
        assert!(log.contains(&format!("File {deleted} deleted successfully")), "{deleted}: {log}");
    }
    let (_, list) = left.rsplit_once("Workspace:").expect("a list");
    for kept in ["sub/y.yaml", "sub/deep/w.yaml", ".github/workflows/ci.yml"] {
        assert!(list.contains(kept), "{kept}: {list}");
    }
    assert!(!list.contains("lit/z.txt") && !list.contains(".hidden"), "{list}");
}

#[test]
fn check_of_a_template_finds_expressions_that_cannot_be_read() {
    let world = World::new();
    world.write("template.yaml", TEMPLATE.replace("message: ''", "message: '${{ parameters. }}'"));
    let output = world.run(&["template", "check", "template.yaml"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("template.yaml:") && out.contains("cannot be read"), "{out}");
    world.write("template.yaml", TEMPLATE);
    let output = world.run(&["template", "check", "template.yaml"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
