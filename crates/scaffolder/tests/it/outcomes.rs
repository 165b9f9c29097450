//! What follows after a step failed, was repeated or was cancelled, and what is kept of forms and
//! runs that nobody needs any more.

use crate::support::{World, completed, failure, log, on_each_engine, template, write};
use model::Error;
use model::task::{StepStatus, TaskStatus, TaskView};
use scaffolder::Started;
use serde_json::{Value, json};
use std::time::Duration;

/// A day, as long as drafts are kept.
const DAY_MS: i64 = 86_400_000;

fn statuses(view: &TaskView) -> Vec<StepStatus> {
    view.steps.iter().map(|step| step.status).collect()
}

/// A step that writes a line.
fn says(id: &str, message: &str) -> Value {
    json!({"id": id, "name": id, "action": "debug:log", "input": {"message": message}})
}

/// A step that writes a line when its condition holds.
fn says_if(id: &str, condition: &str) -> Value {
    let mut step = says(id, &format!("{id} was here"));
    step["if"] = condition.into();
    step
}

/// A step that fails.
fn fails(id: &str) -> Value {
    let files = json!([{"from": format!("nothing-{id}"), "to": "x"}]);
    json!({"id": id, "name": id, "action": "fs:rename", "input": {"files": files}})
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_step_only_those_run_that_ask_for_it() {
    let mut late = fails("late");
    late["if"] = "${{ always() }}".into();
    let steps = json!([
        says("before", "before was here"),
        says_if("unneeded", "${{ failure() }}"),
        fails("broken"),
        says("after", "after was here"),
        says_if("always", "${{ always() }}"),
        says_if("failure", "${{ failure() }}"),
        says_if("neither", "${{ failure() and parameters.wanted }}"),
        late,
        says_if("last", "${{ always() }}"),
    ]);
    let text = template("fail", &json!({}), &steps);
    on_each_engine(&[("catalog-info.yaml", &text)], |world| async move {
        let view = world.run("fail", &[]).await;
        use StepStatus::{Completed, Failed, Skipped};
        let expected =
            [Completed, Skipped, Failed, Skipped, Completed, Completed, Skipped, Failed, Completed];
        assert_eq!(statuses(&view), expected, "{}", log(&view));
        // The first failure is the reason; what failed later stands in the log.
        assert!(failure(&view).contains("nothing-broken"), "{:?}", view.error);
        let lines = log(&view);
        for part in [
            "always was here",
            "failure was here",
            "last was here",
            "Skipping step after because a previous step failed",
            "Additional error occurred",
            "nothing-late",
        ] {
            assert!(lines.contains(part), "{part} is not in {lines}");
        }
        for part in ["after was here", "neither was here", "unneeded was here"] {
            assert!(!lines.contains(part), "{part} is in {lines}");
        }
        assert_eq!(world.workspaces(), [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_runs_a_step_for_every_item_that_is_wanted() {
    let each = |items: Value| {
        json!({
            "id": "each", "name": "Each", "each": items, "if": "${{ each.value.on }}",
            "action": "debug:log", "input": {"message": "<${{ each.key }}=${{ each.value.name }}>"}
        })
    };
    let list = json!([{"name": "a", "on": true}, {"name": "b"}, {"name": "c", "on": true}]);
    let map = json!({"first": {"name": "d", "on": true}, "second": {"name": "e"}});
    let one = |name: &str, items: Value| template(name, &json!({}), &json!([each(items)]));
    let text = format!(
        "{}---\n{}---\n{}---\n{}",
        one("list", list),
        one("map", map),
        one("none", json!([])),
        one("text", json!("${{ 'ab' }}")),
    );
    on_each_engine(&[("catalog-info.yaml", &text)], |world| async move {
        let lines = async |name: &str| {
            let view = world.run(name, &[]).await;
            completed(&view);
            log(&view)
        };
        let found = lines("list").await;
        assert!(found.contains("<0=a>") && found.contains("<2=c>"), "{found}");
        assert!(!found.contains("<1=b>") && found.contains("Skipping step each"), "{found}");
        let found = lines("map").await;
        assert!(found.contains("<first=d>") && !found.contains("<second=e>"), "{found}");
        assert!(!lines("none").await.contains("Running step each"));
        let reason = failure(&world.run("text", &[]).await);
        assert!(reason.contains("must resolve to an array or object"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_item_that_fails_ends_the_step_before_the_next() {
    let each = json!({
        "id": "each", "name": "Each", "each": ["there", "missing", "unreached"],
        "action": "fs:rename",
        "input": {"files": [{"from": "${{ each.value }}", "to": "${{ each.value }}-done"}]}
    });
    let fetch = json!({"action": "fetch:plain", "input": {"url": "./skeleton"}});
    let text = template("items", &json!({}), &json!([fetch, each]));
    let files = [
        ("catalog-info.yaml", text.as_str()),
        ("skeleton/there", "a"),
        ("skeleton/unreached", "a"),
    ];
    on_each_engine(&files, |world| async move {
        let view = world.run("items", &[]).await;
        assert!(failure(&view).contains("missing"), "{:?}", view.error);
        assert_eq!(statuses(&view), [StepStatus::Completed, StepStatus::Failed]);
        assert!(!log(&view).contains("\"unreached\""), "{}", log(&view));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_after_a_run_was_cancelled() {
    let steps = json!([
        {"id": "wait", "name": "Wait", "action": "debug:wait", "input": {"seconds": 500}},
        says("after", "after was here"),
        says_if("always", "${{ always() }}"),
    ]);
    let text = template("wait", &json!({}), &steps);
    on_each_engine(&[("catalog-info.yaml", &text)], |world| async move {
        let id = world.begin("wait", &[]).await;
        world.until(&id, |view| view.steps[0].status == StepStatus::Processing).await;
        // A tenant's runs are nobody else's.
        let other = testkit::person(&world.other_tenant("other").await, "user:default/eve", &[]);
        let refused = world.scaffolder.task_cancel(&other, &id).await;
        assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
        world.scaffolder.task_cancel(&world.op, &id).await.expect("is asked");
        let view = world.ended(&id).await;
        assert_eq!(view.summary.status, TaskStatus::Cancelled);
        let expected = [StepStatus::Cancelled, StepStatus::Open, StepStatus::Open];
        assert_eq!(statuses(&view), expected, "{}", log(&view));
        assert_eq!(world.workspaces(), [""; 0]);
        let again = world.scaffolder.task_cancel(&world.op, &id).await;
        assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_a_slot_is_cancelled_before_its_first_step() {
    let wait = json!({"id": "wait", "action": "debug:wait", "input": {"seconds": 500}});
    let text = template("wait", &json!({}), &json!([wait]));
    let world = World::with(&[("catalog-info.yaml", &text)], |settings| {
        settings.concurrent_tasks = 1;
    })
    .await;
    let first = world.begin("wait", &[]).await;
    world.until(&first, |view| view.steps[0].status == StepStatus::Processing).await;
    let second = world.begin("wait", &[]).await;
    let status = world.scaffolder.task_status(&world.op, &second).await.expect("the run");
    assert_eq!(status, TaskStatus::Open);
    world.scaffolder.task_cancel(&world.op, &second).await.expect("is asked");
    world.scaffolder.task_cancel(&world.op, &first).await.expect("is asked");
    for id in [first, second] {
        let view = world.ended(&id).await;
        assert_eq!(view.summary.status, TaskStatus::Cancelled, "{}", log(&view));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_masked_in_what_a_run_gives_and_why_it_fails() {
    let secret = json!({"type": "string", "ui:field": "Secret"});
    let parameters = json!({"properties": {"token": secret}});
    let publish = json!({"id": "publish", "action": "publish:git", "input": {
        "repository": "given", "defaultBranch": "${{ secrets.token }}"}});
    let steps = json!([{"action": "fetch:plain", "input": {"url": "./skeleton"}}, publish]);
    let url = "${{ steps.publish.output.repoContentsUrl }}";
    let output = json!({
        "links": [{"title": "Code", "url": format!("https://git.example/{url}")}],
        "text": [{"title": "Where", "content": format!("It is at {url}.")}]
    });
    let mut given: Value =
        serde_json::from_str(&template("give", &parameters, &steps)).expect("JSON");
    given["spec"]["output"] = output;
    let wrong = json!({"id": "wrong", "each": ["${{ secrets.token }}"], "action": "fs:rename",
        "input": {"files": [{"from": "${{ each.value }}", "to": "x"}]}});
    let failing = template("fail", &parameters, &json!([wrong]));
    let text = format!("{given}\n---\n{failing}");
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/a.txt", "a")];
    on_each_engine(&files, |world| async move {
        let view = world.run("give", &[("token", "hunter2")]).await;
        completed(&view);
        let shown = serde_json::to_string(&view.output).expect("JSON");
        assert!(shown.contains("?ref=***") && view.output.links.len() == 1, "{shown}");
        let view = world.run("fail", &[("token", "hunter2")]).await;
        assert!(failure(&view).contains("***"), "{:?}", view.error);
        let page = serde_json::to_string(&view).expect("JSON");
        let stored = world.stored().await;
        for (place, text) in [("output", shown), ("page", page), ("rows", stored)] {
            assert!(!text.contains("hunter2"), "in {place}: {text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_kept_for_a_day() {
    let parameters = json!({"properties": {"port": {"type": "integer"}}});
    let text = template("form", &parameters, &json!([says("say", "hello")]));
    on_each_engine(&[("catalog-info.yaml", &text)], |world| async move {
        let typed = [("port", "eighty")];
        let draft = async || match world.submit("form", &typed).await {
            Started::Draft(id) => id,
            Started::Task(_) => panic!("a run has begun"),
        };
        let (old, new) = (draft().await, draft().await);
        let is_kept = async |id: &str| {
            let form = world.scaffolder.template_form(&world.op, "form", Some(id)).await;
            form.expect("a form").draft.is_some()
        };
        assert!(is_kept(&old).await && is_kept(&new).await);
        let sql = format!(
            "update scaffolder_draft set created_at = created_at - {} where draft_id = $1",
            DAY_MS + 1
        );
        world.execute(&sql, &[&old]).await;
        // The worker looks every other second.
        for _ in 0..1_200 {
            if !is_kept(&old).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(!is_kept(&old).await, "an old draft stays");
        assert!(is_kept(&new).await, "a new draft went");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_start_removes_the_folders_of_ended_runs_alone() {
    let wait = json!({"id": "wait", "action": "debug:wait", "input": {"seconds": 500}});
    let short = template("short", &json!({}), &json!([says("say", "hello")]));
    let text = format!("{}---\n{short}", template("wait", &json!({}), &json!([wait])));
    on_each_engine(&[("catalog-info.yaml", &text)], |mut world| async move {
        let ended = world.begin("short", &[]).await;
        completed(&world.ended(&ended).await);
        let parked = world.begin("wait", &[]).await;
        world.until(&parked, |view| view.steps[0].status == StepStatus::Processing).await;
        world.stop().await;
        // As a program leaves them that was killed.
        for name in [&*ended, "never-heard-of"] {
            let folder = world.repository("../workspaces").join(name);
            write(&folder.join("file"), "x");
        }
        assert!(world.workspaces().contains(&parked), "{:?}", world.workspaces());
        world.start(|_| {}).await;
        world.until(&parked, |view| view.steps[0].status == StepStatus::Processing).await;
        let only = std::slice::from_ref(&parked);
        for _ in 0..1_200 {
            if world.workspaces() == only {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(world.workspaces(), only);
        world.scaffolder.task_cancel(&world.op, &parked).await.expect("is asked");
        world.ended(&parked).await;
        assert_eq!(world.workspaces(), [""; 0]);
    })
    .await;
}
