//! The commands for people who write descriptors, templates and configurations.

use crate::program::{World, component, printed};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON on each line")).collect()
}

#[test]
fn validate_says_for_each_document_what_is_wrong_and_where() {
    let world = World::new();
    let missing = component("no-owner").replace("  owner: team\n", "");
    world.write("good.yaml", component("good"));
    world.write("mixed.yaml", format!("{}---\nhello: world\n---\n{missing}", component("one")));
    world.write("broken.yaml", "apiVersion: x\nkind: [Component\n");
    let output = world.run(&[
        "catalog",
        "validate",
        "--format",
        "json",
        "good.yaml",
        "mixed.yaml",
        "broken.yaml",
        "gone.yaml",
    ]);
    let (out, errors) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    let found = lines(&out);
    let of =
        |file: &str| found.iter().filter(|line| line["file"] == file).cloned().collect::<Vec<_>>();
    assert_eq!(
        of("good.yaml"),
        [json!({
            "file": "good.yaml", "index": 0, "entityRef": "component:default/good",
            "valid": true, "errors": [],
        })]
    );
    let mixed = of("mixed.yaml");
    assert_eq!(mixed.len(), 3);
    assert_eq!(mixed[0]["valid"], true);
    assert_eq!((&mixed[1]["valid"], &mixed[1]["entityRef"]), (&json!(false), &Value::Null));
    assert_eq!(mixed[2]["entityRef"], "component:default/no-owner");
    assert!(mixed[2]["errors"].to_string().contains("owner"), "{}", mixed[2]);
    let broken = of("broken.yaml");
    assert_eq!(broken[0]["valid"], false);
    assert_eq!(of("gone.yaml")[0]["valid"], false);

    let output = world.run(&["catalog", "validate", "broken.yaml"]);
    let (out, _) = printed(&output);
    assert!(out.starts_with("broken.yaml:"), "{out}");
    let place: Vec<&str> = out.split(':').collect();
    assert!(place[1].parse::<u32>().is_ok() && place[2].parse::<u32>().is_ok(), "{out}");

    let output = world.run(&["catalog", "validate", "good.yaml"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn validate_refuses_an_entity_that_a_file_describes_several_times() {
    let world = World::new();
    let (one, two) = (component("one"), component("two"));
    world.write("thrice.yaml", format!("{one}---\n{two}---\n{one}---\n{one}"));
    let output = world.run(&["catalog", "validate", "thrice.yaml"]);
    let (out, _) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{out}");
    let found: Vec<&str> = out.lines().collect();
    assert_eq!(found.len(), 4, "one line for each document: {out}");
    assert_eq!(found[0], "thrice.yaml:1: component:default/one is valid");
    assert!(found[1].ends_with("component:default/two is valid"), "{out}");
    for line in &found[2..] {
        assert!(line.contains("several times in this file, first at line 1"), "{out}");
    }
    let output = world.run(&["catalog", "validate", "--format", "json", "thrice.yaml"]);
    let found = lines(&printed(&output).0);
    let valid: Vec<&Value> = found.iter().map(|line| &line["valid"]).collect();
    assert_eq!(valid, [true, true, false, false]);
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_in_a_sentence() {
    let world = World::new();
    let file = std::fs::File::create(world.path("huge.yaml")).expect("made");
    file.set_len(50 * 1024 * 1024).expect("grown");
    let output = world.run(&["catalog", "validate", "huge.yaml"]);
    let (out, _) = printed(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out.contains("huge.yaml") && out.contains("50.0 MiB") && out.contains("10.0 MiB"),
        "{out}"
    );
}

fn eval(world: &World, how: &str, input: &str) -> Vec<Value> {
    let mut child = world
        .command()
        .args(["template", "eval", "--as", how])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success());
    lines(&printed(&output).0)
}

#[test]
fn eval_answers_each_line_typed_or_as_text() {
    let world = World::new();
    let input = [
        json!({"template": "${{ parameters.port }}", "values": {"parameters": {"port": 8080}}}),
        json!({"template": "on ${{ port }}", "values": {"port": 8080}}),
        json!({"template": "${{ nothing.at.all }}", "values": {}}),
        json!({"template": "${{ 1 | noSuchFilter }}", "values": {}}),
    ];
    let mut input = input.map(|line| line.to_string()).join("\n");
    input.push_str("\nno json\n");
    let typed = eval(&world, "value", &input);
    assert_eq!(typed[0], json!({"rendered": 8080}));
    assert_eq!(typed[1], json!({"rendered": "on 8080"}));
    assert_eq!(typed[2], json!({}));
    assert!(typed[3]["error"].as_str().expect("an error").contains("noSuchFilter"));
    assert!(typed[4]["error"].as_str().expect("an error").contains("JSON"));
    let text = eval(&world, "text", &input);
    assert_eq!(text[0], json!({"rendered": "8080"}));
}

#[test]
fn check_of_a_template_finds_unknown_actions_and_bad_schemas() {
    let world = World::new();
    world.write(
        "template.yaml",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: bad\nspec:\n  \
         type: service\n  parameters:\n    - title: One\n      properties:\n        port:\n          \
         type: numbre\n  steps:\n    - id: one\n      action: fetch:tempalte\n      input: {}\n",
    );
    let output = world.run(&["template", "check", "template.yaml"]);
    let (out, errors) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(out.contains("fetch:tempalte") && out.contains("fetch:template"), "{out}");
    assert!(out.contains("numbre"), "{out}");
    assert!(out.lines().all(|line| line.starts_with("template.yaml:")), "{out}");
}

#[test]
fn check_of_a_template_finds_unknown_filters() {
    let world = World::new();
    world.write(
        "template.yaml",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: bad\nspec:\n  \
         type: service\n  steps:\n    - id: one\n      action: debug:log\n      input:\n        \
         message: ${{ parameters.name | uper }}\n",
    );
    let output = world.run(&["template", "check", "template.yaml"]);
    let (out, errors) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{errors}");
    assert!(out.starts_with("template.yaml:11:"), "{out}");
    assert!(out.contains("\"uper\"") && out.contains("Did you mean \"upper\"?"), "{out}");
}

#[test]
fn shipped_templates_and_demo_descriptors_are_valid() {
    let world = World::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    for name in ["service", "docs-site"] {
        let file = format!("{root}/templates/{name}/template.yaml");
        let output = world.run(&["template", "check", &file]);
        assert!(output.status.success(), "{:?}", printed(&output));
    }
    let output = world.run(&["catalog", "validate", &format!("{root}/demo/catalog-info.yaml")]);
    assert!(output.status.success(), "{:?}", printed(&output));
}

#[test]
fn check_names_file_line_and_the_nearest_key() {
    let world = World::new();
    world.write("callboard.yaml", "app:\n  titel: Portal\ncatalog:\n  locations: nowhere\n");
    let output = world.run(&["check", "--config", "callboard.yaml"]);
    let (out, errors) = printed(&output);
    let all = format!("{out}{errors}");
    assert_eq!(output.status.code(), Some(1), "{all}");
    assert!(all.contains("callboard.yaml:2"), "{all}");
    assert!(all.contains("titel") && all.contains("title"), "{all}");
    assert!(all.contains("callboard.yaml:4"), "{all}");
}

#[test]
fn check_tries_connections_and_says_which_fail() {
    let world = World::new();
    world.write("catalog/one.yaml", component("one"));
    world.write(
        "callboard.yaml",
        "catalog:\n  locations:\n    - type: file\n      target: ./catalog/one.yaml\n    - type: \
         file\n      target: ./gone/catalog-info.yaml\ninsights:\n  repository:\n    path: ./gone\n",
    );
    let output = world.run(&["check", "--config", "callboard.yaml"]);
    let (out, errors) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{errors}");
    let bad: Vec<&str> = out.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(bad.len(), 2, "{out}");
    assert!(bad.iter().all(|line| line.contains("callboard.yaml:")), "{out}");
    assert!(out.lines().any(|line| line.starts_with("ok") && line.contains("one.yaml")), "{out}");
}

#[test]
fn version_and_mistakes_in_the_command_line() {
    let world = World::new();
    let output = world.run(&["version"]);
    assert!(printed(&output).0.starts_with("callboard "));
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(world.run(&["serv"]).status.code(), Some(2));
}
