//! Secrets are never stored or shown.

use crate::support::{World, completed, failure, log, on_each_engine, template};
use serde_json::{Map, json};

/// Every way in which it might be seen.
async fn nowhere(world: &World, secrets: &[&str]) {
    let stored = world.stored().await;
    let mut seen = vec![("the database", stored)];
    for run in world.scaffolder.task_list(&world.op, false).await.expect("runs") {
        let view = world.scaffolder.task_get(&world.op, &run.id).await.expect("the run");
        seen.push(("the page", serde_json::to_string(&view).expect("JSON")));
        let events = world.scaffolder.task_events(&world.op, &run.id, 0).await.expect("events");
        seen.push(("the events", serde_json::to_string(&events).expect("JSON")));
        let template = run.template.entity_ref;
        let again = world.scaffolder.template_form_again(&world.op, &template, &run.id).await;
        seen.push(("another run's form", serde_json::to_string(&again.expect("a form")).unwrap()));
    }
    for secret in secrets {
        // A part that is the same however the rest is written.
        for (place, text) in &seen {
            assert!(!text.contains(secret), "{secret} stands in {place}: {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_masked_however_it_is_written() {
    let secret = json!({"type": "string", "ui:field": "Secret"});
    let text = template(
        "secret",
        &json!({"properties": {"token": secret, "name": {"type": "string"}}}),
        &json!([
            {"action": "fetch:template", "input": {
                "url": "./skeleton", "values": {"token": "${{ secrets.token }}"}}},
            {"id": "show", "action": "debug:log", "input": {"listWorkspace": "with-contents"}},
            {"id": "say", "action": "debug:log", "input": {
                "message": "plain ${{ secrets.token }} of ${{ parameters.name }}"}},
            {"id": "upper", "action": "debug:log", "input": {
                "message": "${{ secrets.token | upper }}"}},
            {"id": "reverse", "action": "debug:log", "input": {
                "message": "${{ secrets.token | reverse }}"}},
            {"id": "fail", "action": "fs:rename", "input": {
                "files": [{"from": "${{ secrets.token }}", "to": "x"}]}}
        ]),
    );
    let files = [
        ("catalog-info.yaml", text.as_str()),
        ("skeleton/plain", "plain ${{ values.token }} end"),
        ("skeleton/json", "json ${{ {'body': {'token': values.token} | dump} | dump }} end"),
        ("skeleton/url", "url https://example.com/?token=${{ values.token | urlencode }} end"),
        ("skeleton/html", "html <b>${{ values.token | escape }}</b> end"),
    ];
    on_each_engine(&files, |world| async move {
        let token = "qu\"ote\\back slash&hunter2";
        let view = world.run("secret", &[("token", token), ("name", "ada")]).await;
        let reason = failure(&view);
        assert!(reason.contains("***"), "{reason}");
        let text = log(&view);
        for part in [
            "plain *** end",
            "{\\\"token\\\":\\\"***\\\"}",
            "?token=*** end",
            "html:\n\n***\njson:",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        nowhere(&world, &["hunter2", "HUNTER2", "2retnuh", "slash"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_found_at_any_depth() {
    let secret = json!({"type": "string", "ui:field": "Secret"});
    let text = template(
        "deep",
        &json!({"properties": {
            "hosts": {"type": "array", "items": {"type": "object", "properties": {
                "name": {"type": "string"}, "password": secret}}},
            "more": {"type": "object", "properties": {"deep": {"type": "object", "properties": {
                "pin": {"type": "string", "ui:widget": "password"}}}}},
            "port": {"type": "integer"}
        }}),
        &json!([
            {"id": "all", "action": "debug:log", "input": {"message": "${{ parameters | dump }}"}},
            {"id": "each", "each": "${{ secrets.hosts }}", "action": "debug:log", "input": {
                "message": "one: ${{ each.value.password }}."}},
            {"id": "pin", "action": "debug:log", "input": {
                "message": "${{ secrets.more.deep.pin }} ${{ secrets.pin | length }}"}}
        ]),
    );
    let world = World::new(&[("catalog-info.yaml", &text)]).await;
    let hosts = "[{name: a, password: hunter2}, {name: b, password: hunter3}]";
    let typed = [("hosts", hosts), ("more.deep.pin", "hunter4"), ("port", "1")];
    let view = world.run("deep", &typed).await;
    completed(&view);
    assert_eq!(view.parameters["hosts"][1], json!({"name": "b", "password": "*******"}));
    assert!(log(&view).contains("one: ***."), "{}", log(&view));
    // As programs send them, too.
    let values = json!({"hosts": [{"password": "hunter5"}], "more": {"deep": {"pin": "hunter6"}}});
    completed(&world.ended(&world.create("deep", values).await).await);
    // And in a form that could not be taken.
    let draft = world
        .refused("deep", &[("hosts", "[{name: c, password: hunter7}]"), ("port", "eighty")])
        .await;
    assert!(draft.rows_of("hosts").iter().any(|(_, value)| value == "c"), "{draft:?}");
    let broken = [("hosts", "[{name: d, password: hunter8"), ("more.deep.pin", "hunter9")];
    let draft = world.refused("deep", &broken).await;
    assert!(draft.error_of("hosts").is_some(), "{draft:?}");
    nowhere(&world, &["hunter"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_step_gives_is_stored_without_secrets() {
    let text = template(
        "give",
        &json!({"properties": {"branch": {"type": "string", "ui:field": "Secret"}}}),
        &json!([
            {"action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": {
                "repository": "given", "defaultBranch": "${{ secrets.branch }}"}},
            {"action": "debug:log", "input": {
                "message": "${{ steps.publish.output.repoContentsUrl }}"}}
        ]),
    );
    let world = World::with(&[("catalog-info.yaml", &text), ("skeleton/a.txt", "a")], |settings| {
        settings.environment_secrets = Map::from_iter([("other".to_owned(), json!("hunter3"))]);
    })
    .await;
    let view = world.run("give", &[("branch", "hunter2")]).await;
    completed(&view);
    assert!(log(&view).contains("?ref=***"), "{}", log(&view));
    nowhere(&world, &["hunter2"]).await;
}
