//! How runs end, and what they may cost.

use crate::support::{World, completed, failure, log, on_each_engine, template, write};
use model::task::{StepStatus, TaskStatus};
use serde_json::json;
use std::time::Duration;

fn waiting(seconds: u32) -> String {
    template(
        "wait",
        &json!({}),
        &json!([
            {"id": "first", "name": "First", "action": "debug:log"},
            {"id": "wait", "name": "Wait", "action": "debug:wait", "input": {"seconds": seconds}},
            {"id": "last", "name": "Last", "action": "debug:log", "if": "${{ always() }}"}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_too_long_is_ended_with_the_reason() {
    let world = World::with(&[("catalog-info.yaml", &waiting(500))], |settings| {
        settings.task_timeout = Duration::from_secs(1);
    })
    .await;
    let view = world.run("wait", &[]).await;
    let reason = failure(&view);
    assert!(reason.contains("longer than 1 second (scaffolder.taskTimeout)"), "{reason}");
    assert!(reason.contains("Wait"), "{reason}");
    assert_eq!(view.steps[1].status, StepStatus::Failed);
    assert!(log(&view).contains(&reason), "{}", log(&view));
    assert_eq!(world.workspaces(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_says_who_cancelled_it() {
    on_each_engine(&[("catalog-info.yaml", &waiting(500))], |world| async move {
        let id = world.begin("wait", &[]).await;
        world.until(&id, |view| view.steps[1].status == StepStatus::Processing).await;
        world.scaffolder.task_cancel(&world.op, &id).await.expect("is asked");
        let view = world.ended(&id).await;
        assert_eq!(view.summary.status, TaskStatus::Cancelled);
        assert_eq!(view.error.as_deref(), Some("Cancelled by user:default/ada at step Wait."));
        assert!(log(&view).contains("Cancelled by user:default/ada"), "{}", log(&view));
        // People know runs.
        for line in log(&view).lines() {
            assert!(!line.to_lowercase().contains("task"), "{line}");
        }
    })
    .await;
}

/// The test's own thread is the only one for what is asynchronous: were the files written on it,
/// nobody could cancel.
#[tokio::test(flavor = "current_thread")]
async fn writing_many_files_holds_up_nobody() {
    let text = template(
        "many",
        &json!({}),
        &json!([{"id": "fetch", "action": "fetch:template", "input": {"url": "./skeleton"}}]),
    );
    let world = World::new(&[("catalog-info.yaml", &text)]).await;
    for number in 0..1_000 {
        let content = "{% for i in range(20000) %}${{ i }}{% endfor %}";
        write(&world.path(&format!("skeleton/{number}.txt")), content);
    }
    let id = world.begin("many", &[]).await;
    world.until(&id, |view| view.steps[0].status == StepStatus::Processing).await;
    world.scaffolder.task_cancel(&world.op, &id).await.expect("is asked");
    let view = world.ended(&id).await;
    assert_eq!(view.summary.status, TaskStatus::Cancelled, "{}", log(&view));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_over_many_items_writes_a_bounded_log() {
    let text = template(
        "each",
        &json!({}),
        &json!([
            {"id": "each", "name": "Each", "each": "${{ range(4000) }}", "action": "debug:log",
             "input": {"message": "item ${{ each.value }}"}},
            {"id": "fail", "action": "fs:rename", "each": ["a"], "input": {
                "files": [{"from": "nothing", "to": "x"}]}}
        ]),
    );
    on_each_engine(&[("catalog-info.yaml", &text)], |world| async move {
        let id = world.begin("each", &[]).await;
        let view = world.ended(&id).await;
        failure(&view);
        let row = world
            .op
            .db()
            .fetch_optional(db::query("select count(*) as n from scaffolder_task_event"))
            .await;
        let count: i64 = row.unwrap().unwrap().get("n").unwrap();
        assert!((9_000..10_100).contains(&count), "{count}");
        // What matters is in the log all the same.
        let mut after = 0;
        let mut all = String::new();
        loop {
            let events = world.scaffolder.task_events(&world.op, &id, after).await.expect("events");
            let Some(last) = events.last() else { break };
            after = last.id;
            for event in &events {
                all.push_str(&event.message);
                all.push('\n');
            }
        }
        for part in ["item 0\n", "more lines were left out", "Finished step Each", "failed"] {
            assert!(all.contains(part), "{part}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_run_stays_on_the_disk() {
    let text = template(
        "two",
        &json!({"properties": {"url": {"type": "string"}}}),
        &json!([{"action": "fetch:plain", "input": {"url": "${{ parameters.url }}"}},
                {"action": "debug:wait", "input": {"milliseconds": 10}}]),
    );
    let mut world = World::new(&[("catalog-info.yaml", &text)]).await;
    crate::support::repository(&world.repository("x.git"), "a.txt", "a");
    let url = format!("file://{}//", world.repository("x.git").display());
    completed(&world.run("two", &[("url", &url)]).await);
    assert_eq!(world.workspaces(), [""; 0]);
    // What a program left behind that was killed is removed by the next one.
    world.stop().await;
    for name in ["gone", "gone.fetched", "gone.fetched.git"] {
        let workspaces = world.repository("../workspaces").join(name);
        write(&workspaces.join("file"), "x");
    }
    world.start(|_| {}).await;
    completed(&world.run("two", &[("url", &url)]).await);
    assert_eq!(world.workspaces(), [""; 0]);
}
