//! A run that was interrupted knows its own traces, and nobody else's.

use crate::support::{World, completed, failure, git, log, on_each_engine, template};
use model::task::StepStatus;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const SKELETON: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: made}\n\
                        spec: {type: service, lifecycle: production, owner: team}\n";

fn publishing(publish: &Value) -> String {
    template(
        "made",
        &json!({}),
        &json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": publish},
            {"id": "register", "action": "catalog:register", "input": {
                "repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}",
                "catalogInfoPath": "/made.yaml"}},
            {"id": "say", "action": "debug:log", "input": {
                "message": "registered ${{ steps.register.output.entityRef }}"}}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_registered_itself_is_no_conflict() {
    let text = publishing(&json!({"repository": "made"}));
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/made.yaml", SKELETON)];
    on_each_engine(&files, |mut world| async move {
        let id = world.begin("made", &[]).await;
        let view = world.ended(&id).await;
        completed(&view);
        world.stop().await;
        world.interrupted_at(&id, 2, &["0 registering"]).await;
        world.start(|_| {}).await;
        let view = world.ended(&id).await;
        completed(&view);
        let text = log(&view);
        assert!(text.contains("It was registered before the interruption"), "{text}");
        let lines = text.lines().filter(|line| *line == "registered component:default/made");
        assert_eq!(lines.count(), 2, "{text}");
        // Without that note it is somebody else's.
        world.stop().await;
        world.interrupted_at(&id, 2, &[]).await;
        world.start(|_| {}).await;
        let reason = failure(&world.ended(&id).await);
        assert!(reason.contains("already exists"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_a_run_made_itself_is_no_conflict() {
    let text = publishing(&json!({"repository": "made"}));
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/made.yaml", SKELETON)];
    let mut world = World::new(&files).await;
    let id = world.begin("made", &[]).await;
    completed(&world.ended(&id).await);
    let head = git(&world.repository("made.git"), &["rev-parse", "main"]);
    // Pushed, and not yet written down.
    world.stop().await;
    world.interrupted_at(&id, 1, &["0 making", "0 pushing"]).await;
    world.execute("update scaffolder_task_step set status = 'open' where position = 0", &[]).await;
    world.execute("insert into scaffolder_task_note values ($1, 2, '0 registering')", &[&id]).await;
    world.start(|_| {}).await;
    completed(&world.ended(&id).await);
    assert_eq!(
        git(&world.repository("made.git"), &["rev-parse", "main"]),
        head,
        "not pushed twice"
    );
    // Made, and not yet pushed to.
    world.stop().await;
    git(&world.repository("made.git"), &["update-ref", "-d", "refs/heads/main"]);
    world.interrupted_at(&id, 1, &["0 making", "0 pushing"]).await;
    world.execute("update scaffolder_task_step set status = 'open' where position = 0", &[]).await;
    world.execute("insert into scaffolder_task_note values ($1, 2, '0 registering')", &[&id]).await;
    world.start(|_| {}).await;
    completed(&world.ended(&id).await);
    assert!(!git(&world.repository("made.git"), &["rev-parse", "main"]).is_empty());
    // Another run, or another step of the same one, is told.
    let reason = failure(&world.run("made", &[]).await);
    assert!(reason.contains("There is a repository made.git already"), "{reason}");
    // No half-made one is ever seen.
    let entries = std::fs::read_dir(world.repository("")).unwrap().flatten();
    let names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(names, ["made.git"]);
}

/// `git daemon` over a folder, which takes pushes.
struct Daemon(Child, u16);

impl Daemon {
    fn over(folder: &std::path::Path) -> Daemon {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        // The program itself: `git daemon` would start it as a child that outlives the test.
        let programs = git(folder, &["--exec-path"]);
        let child = Command::new(std::path::Path::new(&programs).join("git-daemon"))
            .args(["--verbose", "--export-all", "--enable=receive-pack", "--reuseaddr"])
            .args(["--listen=127.0.0.1", &format!("--port={port}")])
            .arg(format!("--base-path={}", folder.display()))
            .arg(folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("git daemon runs");
        let mut daemon = Daemon(child, port);
        let mut lines = BufReader::new(daemon.0.stderr.take().unwrap()).lines();
        let ready = lines.any(|line| line.is_ok_and(|line| line.contains("Ready to rumble")));
        assert!(ready, "git daemon listens");
        std::thread::spawn(move || lines.for_each(drop));
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_to_a_remote_is_recognised_by_its_trailer() {
    let text = template(
        "remote",
        &json!({"properties": {"remote": {"type": "string"}}}),
        &json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": {
                "remote": "${{ parameters.remote }}"}}
        ]),
    );
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("acme/a.git");
    std::fs::create_dir_all(&bare).unwrap();
    git(&bare, &["init", "--quiet", "--bare", "--initial-branch=main"]);
    let daemon = Daemon::over(folder.path());
    // Any port: the settings are a plain function.
    static PLACE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    PLACE.set(format!("git://127.0.0.1:{}/acme/", daemon.1)).unwrap();
    let change = |settings: &mut scaffolder::Settings| {
        settings.allowed_remotes = vec![PLACE.get().unwrap().clone()];
    };
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/a.txt", "a")];
    let mut world = World::with(&files, change).await;
    let remote = format!("{}a.git", PLACE.get().unwrap());
    let id = world.begin("remote", &[("remote", &remote)]).await;
    completed(&world.ended(&id).await);
    let head = git(&bare, &["rev-parse", "main"]);
    world.stop().await;
    world.interrupted_at(&id, 1, &["0 pushing"]).await;
    world.execute("update scaffolder_task_step set status = 'open' where position = 0", &[]).await;
    world.start(change).await;
    let view = world.ended(&id).await;
    completed(&view);
    assert!(log(&view).contains("pushed before the interruption"), "{}", log(&view));
    assert_eq!(git(&bare, &["rev-parse", "main"]), head);
    // What another run pushed stays a conflict.
    let reason = failure(&world.run("remote", &[("remote", &remote)]).await);
    assert!(reason.contains("empty"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_changed_places_do_not_change_back() {
    let text = template(
        "swap",
        &json!({}),
        &json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "swap", "action": "fs:rename", "input": {"files": [
                {"from": "a", "to": "c"}, {"from": "b", "to": "a"}, {"from": "c", "to": "b"}]}},
            {"id": "wait", "action": "debug:wait", "input": {"seconds": 2}},
            {"id": "show", "action": "debug:log", "input": {"listWorkspace": "with-contents"}}
        ]),
    );
    let files =
        [("catalog-info.yaml", text.as_str()), ("skeleton/a", "was a"), ("skeleton/b", "was b")];
    let mut world = World::new(&files).await;
    let id = world.begin("swap", &[]).await;
    world.until(&id, |view| view.steps[2].status == StepStatus::Processing).await;
    world.stop().await;
    world.interrupted_at(&id, 1, &["0 moved 0", "0 moved 1"]).await;
    world.start(|_| {}).await;
    let view = world.ended(&id).await;
    completed(&view);
    assert!(log(&view).contains("a:\n\nwas b"), "{}", log(&view));
    assert!(log(&view).contains("b:\n\nwas a"), "{}", log(&view));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_cause_stays_the_cause() {
    let text = template(
        "fails",
        &json!({}),
        &json!([
            {"id": "fail", "name": "Move", "action": "fs:rename", "input": {
                "files": [{"from": "../outside", "to": "x"}]}},
            {"id": "clean", "action": "debug:log", "if": "${{ always() }}"}
        ]),
    );
    on_each_engine(&[("catalog-info.yaml", &text)], |mut world| async move {
        let id = world.begin("fails", &[]).await;
        let cause = failure(&world.ended(&id).await);
        assert!(cause.contains("outside its parent"), "{cause}");
        for _ in 0..2 {
            world.stop().await;
            world.interrupted_at(&id, 1, &[]).await;
            world.start(|_| {}).await;
            assert_eq!(failure(&world.ended(&id).await), cause);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_was_masked_is_not_used_after_an_interruption() {
    let text = template(
        "masked",
        &json!({}),
        &json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": {
                "repository": "masked", "defaultBranch": "${{ environment.secrets.branch }}"}},
            {"id": "use", "action": "debug:log", "input": {
                "message": "${{ steps.publish.output.repoContentsUrl }}"}}
        ]),
    );
    let change = |settings: &mut scaffolder::Settings| {
        settings.environment_secrets.insert("branch".to_owned(), json!("hunter2"));
    };
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/a.txt", "a")];
    let mut world = World::with(&files, change).await;
    let id = world.begin("masked", &[]).await;
    completed(&world.ended(&id).await);
    world.stop().await;
    world.interrupted_at(&id, 2, &[]).await;
    world.start(change).await;
    let reason = failure(&world.ended(&id).await);
    assert!(reason.contains("which is never stored"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asterisks_that_an_output_really_holds_are_no_mask() {
    let text = template(
        "asterisks",
        &json!({}),
        &json!([
            {"id": "register", "action": "catalog:register", "input": {
                "catalogInfoUrl": "https://h.invalid/***.yaml", "optional": true}},
            {"id": "wait", "action": "debug:wait", "input": {"seconds": 1}},
            {"id": "use", "action": "debug:log", "input": {
                "message": "given ${{ steps.register.output.catalogInfoUrl }}"}}
        ]),
    );
    on_each_engine(&[("catalog-info.yaml", &text)], |mut world| async move {
        let id = world.begin("asterisks", &[]).await;
        completed(&world.ended(&id).await);
        world.stop().await;
        world.interrupted_at(&id, 1, &[]).await;
        world.start(|_| {}).await;
        let view = world.ended(&id).await;
        completed(&view);
        let lines = log(&view);
        let given = lines.lines().filter(|line| *line == "given https://h.invalid/***.yaml");
        assert_eq!(given.count(), 2, "{lines}");
    })
    .await;
}
