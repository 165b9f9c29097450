//! Forms lose nothing.

use crate::support::{World, completed, log, template};
use serde_json::json;

fn clouds() -> String {
    template(
        "form",
        &json!([
            {"title": "One", "required": ["name", "version"], "properties": {
                "name": {"title": "Name", "type": "string"},
                "version": {"title": "Version", "type": "string", "enum": ["17", "21"],
                    "default": "21"},
                "token": {"type": "string", "ui:field": "Secret"},
                "cloud": {"type": "string", "enum": ["aws", "gcp"]}
             },
             "dependencies": {"cloud": {"oneOf": [
                {"properties": {"cloud": {"enum": ["aws"]},
                    "account": {"type": "string", "title": "AWS account"}}, "required": ["account"]},
                {"properties": {"cloud": {"enum": ["gcp"]},
                    "account": {"type": "string", "title": "GCP project"}}, "required": ["account"]}
             ]}}},
            {"title": "Two", "when": "${{ parameters.cloud == 'gcp' }}", "required": ["zone"],
             "properties": {"zone": {"type": "string", "title": "Zone"}}}
        ]),
        &json!([
            {"id": "publish", "if": "${{ parameters.cloud == 'aws' }}", "action": "catalog:write",
             "input": {"entity": {"metadata": {"name": "x"}}}},
            {"id": "publish", "if": "${{ parameters.cloud == 'gcp' }}", "action": "catalog:write",
             "input": {"entity": {"metadata": {"name": "y"}}, "filePath": "gcp.yaml"}},
            {"action": "debug:log", "input": {
                "message": "${{ parameters.version | dump }} ${{ steps.publish.output | dump }}",
                "listWorkspace": true}}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_value_starts_the_run_with_its_type() {
    let world = World::new(&[("catalog-info.yaml", &clouds())]).await;
    let typed = [("name", "a"), ("version", "21"), ("cloud", "aws"), ("account", "x")];
    let view = world.run("form", &typed).await;
    completed(&view);
    assert_eq!(view.parameters["version"], "21");
    assert!(log(&view).contains("\"21\" {}"), "{}", log(&view));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_steps_with_one_id_the_wanted_one_runs() {
    let world = World::new(&[("catalog-info.yaml", &clouds())]).await;
    for (cloud, file, status) in
        [("aws", "catalog-info.yaml", "completed"), ("gcp", "gcp.yaml", "skipped")]
    {
        let typed =
            [("name", "a"), ("version", "17"), ("cloud", cloud), ("account", "x"), ("zone", "z")];
        let view = world.run("form", &typed).await;
        completed(&view);
        assert!(log(&view).contains(&format!("  - {file}")), "{}", log(&view));
        assert_eq!(view.steps[0].status.as_str(), status);
        assert!(log(&view).contains("\"17\" {}"), "{}", log(&view));
    }
    let both = template(
        "both",
        &json!({}),
        &json!([{"id": "x", "action": "debug:log"}, {"id": "x", "action": "debug:log"}]),
    );
    let world = World::new(&[("catalog-info.yaml", &both)]).await;
    let draft = world.refused("both", &[]).await;
    assert!(draft.errors[0].1.contains("Two steps have the id"), "{draft:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_back_with_every_error() {
    let world = World::new(&[("catalog-info.yaml", &clouds())]).await;
    let typed = [
        ("name", ""),
        ("version", "19"),
        ("token", "hunter2"),
        ("cloud", "gcp"),
        ("account", ""),
        ("zone", ""),
    ];
    let draft = world.refused("form", &typed).await;
    let errors: Vec<(&str, &str)> =
        draft.errors.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
    assert_eq!(
        errors,
        [
            ("name", "Name must be filled in."),
            ("version", "Version must be one of the choices; \"19\" is not."),
            ("account", "GCP project must be filled in."),
            ("zone", "Zone must be filled in."),
        ]
    );
    for (field, text) in typed.iter().filter(|(field, _)| *field != "token") {
        assert_eq!(draft.values_of(field), [*text], "{field}");
    }
    assert!(draft.values_of("token").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_run_begins_with_the_values_of_the_last() {
    let world = World::new(&[("catalog-info.yaml", &clouds())]).await;
    let typed = [
        ("name", "ada"),
        ("version", "17"),
        ("token", "hunter2"),
        ("cloud", "gcp"),
        ("account", "mine"),
        ("zone", "z1"),
    ];
    let view = world.run("form", &typed).await;
    let id = view.summary.id.as_str();
    let form = world.scaffolder.template_form_again(&world.op, "form", id).await.expect("a form");
    assert_eq!(form.from_run.as_deref(), Some(id));
    let draft = form.draft.expect("the values");
    assert_eq!(draft.errors, []);
    for (field, text) in typed.iter().filter(|(field, _)| *field != "token") {
        assert_eq!(draft.values_of(field), [*text], "{field}");
    }
    assert!(draft.values_of("token").is_empty());
    let again: Vec<(&str, &str)> =
        draft.values.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(world.run("form", &again).await.parameters["account"], "mine");
    let missing = world.scaffolder.template_form_again(&world.op, "form", "nothing").await;
    assert!(missing.unwrap_err().to_string().contains("No run with id"));
}
