//! What templates must not reach.

use crate::support::{
    World, completed, failure, git, log, repository, repository_with, template, write,
};
use model::task::TaskView;
use serde_json::{Value, json};
use std::path::Path;

fn fetching(action: &str) -> String {
    template(
        "fetch",
        &json!({"properties": {"url": {"type": "string"}}}),
        &json!([
            {"id": "fetch", "action": action, "input": {"url": "${{ parameters.url }}"}},
            {"action": "debug:log", "input": {"listWorkspace": "with-contents"}}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_tenants_own_repositories_are_read() {
    for action in ["fetch:plain", "fetch:template"] {
        let world = World::new(&[("catalog-info.yaml", &fetching(action))]).await;
        let other = world.other_tenant("other").await;
        repository(&other.folder.join("repositories/x.git"), "file.txt", "theirs");
        repository(&world.repository("x.git"), "file.txt", "ours");
        let outside = world.data().join("outside/x.git");
        repository(&outside, "file.txt", "theirs");
        std::os::unix::fs::symlink(&outside, world.repository("link.git")).unwrap();
        let own = world.repository("x.git").display().to_string();
        let below = world.repository("").display().to_string();
        let data = world.data().display().to_string();
        for url in [
            format!("file://{own}//"),
            format!("file://{own}//?ref=main"),
            format!("file://{below}y/../x.git//").replace("y/../", ""),
            format!("file://{below}%78.git//"),
        ] {
            let view = world.run("fetch", &[("url", &url)]).await;
            completed(&view);
            assert!(log(&view).contains("ours"), "{url}: {}", log(&view));
        }
        for url in [
            format!("file://{below}../../other/repositories/x.git//"),
            format!("file://{below}%2e%2e/%2e%2e/other/repositories/x.git//"),
            format!("file://{below}%2E%2E/.%2e/other/repositories/x.git//"),
            format!("file://{below}..%2f..%2fother/repositories/x.git//"),
            format!("file://{own}/../../../other/repositories/x.git//"),
            format!("file://localhost{below}../../other/repositories/x.git//"),
            format!("FILE://{below}../../other/repositories/x.git//"),
            format!("file://{below}link.git//"),
            format!("file://{data}/outside/x.git//"),
            format!("file://{data}/tenants/other/repositories/x.git//"),
            format!("file://{below}nothing.git//"),
            format!("file://{below}//"),
        ] {
            let view = world.run("fetch", &[("url", &url)]).await;
            let reason = failure(&view);
            assert!(reason.contains("not one of the repositories"), "{url}: {reason}");
            assert!(!log(&view).contains("theirs"), "{url}");
        }
        assert_eq!(world.workspaces(), [""; 0], "nothing stays behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_or_link_within_a_repository_stays_there() {
    let world = World::new(&[("catalog-info.yaml", &fetching("fetch:plain"))]).await;
    repository(&world.repository("x.git"), "sub dir/file.txt", "ours");
    let own = world.repository("x.git").display().to_string();
    let view = world.run("fetch", &[("url", &format!("file://{own}//sub%20dir/?ref=main"))]).await;
    assert!(log(&view).contains("ours"), "{}", log(&view));
    for path in ["../../../etc", "%2e%2e/%2e%2e", "sub dir/../../.."] {
        let view = world.run("fetch", &[("url", &format!("file://{own}//{path}"))]).await;
        let reason = failure(&view);
        assert!(reason.contains("leads out") || reason.contains("There is no"), "{reason}");
    }
    assert_eq!(world.workspaces(), [""; 0]);
}

fn publishing(input: &Value) -> String {
    template(
        "publish",
        &json!({"properties": {"remote": {"type": "string"}, "name": {"type": "string"}}}),
        &json!([
            {"action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": input}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_publish_only_below_what_is_allowed() {
    let text = publishing(&json!({"remote": "${{ parameters.remote }}"}));
    let files = [("catalog-info.yaml", text.as_str()), ("skeleton/a.txt", "a")];
    let world = World::with(&files, |settings| {
        settings.allowed_remotes = vec!["http://127.0.0.1:9/acme/".to_owned()];
    })
    .await;
    for remote in [
        "http://127.0.0.1:9/acme/../other/evil.git",
        "http://127.0.0.1:9/acme/%2e%2e/other/evil.git",
        "http://127.0.0.1:9/acme/..%2fother/evil.git",
        "http://127.0.0.1:9/acme%2f..%2fother/evil.git",
        "http://127.0.0.1:9/acme-evil/a.git",
        "http://127.0.0.1:9@127.0.0.2/acme/a.git",
        "http://127.0.0.1:99/acme/a.git",
        "https://127.0.0.1:9/acme/a.git",
        "git@127.0.0.1:acme/a.git",
    ] {
        let reason = failure(&world.run("publish", &[("remote", remote)]).await);
        assert!(reason.contains("may not publish to"), "{remote}: {reason}");
    }
    // What is allowed is tried: nobody answers there.
    let allowed = [("remote", "http://127.0.0.1:9/acme/x/../a.git")];
    let reason = failure(&world.run("publish", &allowed).await);
    assert!(!reason.contains("may not publish"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publish_that_fails_leaves_the_name_free() {
    let text = publishing(&json!({"repository": "a", "sourcePath": "${{ parameters.name }}"}));
    let files = [
        ("catalog-info.yaml", text.as_str()),
        ("skeleton/full/a.txt", "a"),
        ("skeleton/empty/.git/a", "is no file to commit"),
    ];
    let world = World::with(&files, |_| {}).await;
    let reason = failure(&world.run("publish", &[("name", "empty")]).await);
    assert!(!reason.contains("already"), "{reason}");
    completed(&world.run("publish", &[("name", "full")]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_copied_as_they_are_and_lead_nowhere_else() {
    for action in ["fetch:plain", "fetch:template"] {
        let text = template(
            "links",
            &json!({"properties": {}}),
            &json!([
                {"id": "fetch", "action": action, "input": {"url": "./skeleton"}},
                {"id": "write", "action": "catalog:write", "input": {
                    "filePath": "later/x.yaml", "entity": {"kind": "X", "metadata": {"name": "x"}}}},
                {"id": "publish", "action": "publish:git", "input": {"repository": "links"}}
            ]),
        );
        let world = World::new(&[("catalog-info.yaml", &text)]).await;
        write(&world.path("outside.txt"), "theirs");
        skeleton(&world.path("skeleton"));
        let view = world.run("links", &[]).await;
        links_are_right(&world, &view);
    }
}

/// Links in every direction.
fn skeleton(folder: &Path) {
    write(&folder.join("sub/a.txt"), "a");
    let link = |name: &str, target: &str| {
        std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
    };
    link("file", "sub/a.txt");
    link("folder", "sub");
    link("sub/up", "../sub/a.txt");
    link("missing", "nothing/there");
    link("out", "../outside.txt");
    link("sub/far", "../../outside.txt");
    link("root", "/etc/passwd");
    link("trick", "folder/../../x");
}

#[track_caller]
fn links_are_right(world: &World, view: &TaskView) {
    completed(view);
    let tree = git(&world.repository("links.git"), &["ls-tree", "-r", "main"]);
    let names = |mode: &str| -> Vec<&str> {
        let lines = tree.lines().filter(|line| line.starts_with(mode));
        lines.filter_map(|line| line.split('\t').nth(1)).collect()
    };
    assert_eq!(names("120000"), ["file", "folder", "missing", "sub/up"], "{tree}");
    assert_eq!(names("100644"), ["later/x.yaml", "sub/a.txt"], "{tree}");
    let text = log(view);
    for name in ["out", "sub/far", "root", "trick"] {
        assert!(text.contains(&format!("The link {name} leads to")), "{text}");
    }
    assert!(!text.contains("theirs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_a_repository_are_copied_too() {
    let steps = |url: &str| {
        json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": url}},
            {"id": "write", "action": "catalog:write", "input": {
                "filePath": "later/x.yaml", "entity": {"kind": "X", "metadata": {"name": "x"}}}},
            {"id": "publish", "action": "publish:git", "input": {"repository": "links"}}
        ])
    };
    // From a repository that the template names.
    let text = template("links", &json!({}), &steps("file://${{ parameters.of }}//skeleton"));
    let text = text.replace("\"parameters\":{}", "\"parameters\":{\"properties\":{\"of\":{}}}");
    let world = World::new(&[("catalog-info.yaml", &text)]).await;
    repository_with(&world.repository("from.git"), |folder| skeleton(&folder.join("skeleton")));
    let from = world.repository("from.git").display().to_string();
    links_are_right(&world, &world.ended(&world.create("links", json!({"of": from})).await).await);
    // From the repository that the template itself is in.
    let world = World::new(&[]).await;
    let text = template("links", &json!({}), &steps("./skeleton"));
    repository_with(&world.repository("template.git"), |folder| {
        write(&folder.join("a/catalog-info.yaml"), &text);
        skeleton(&folder.join("a/skeleton"));
    });
    let target = format!("{}//a/catalog-info.yaml", world.repository("template.git").display());
    world.catalog.location_register(&world.op, "git", &target).await.expect("is registered");
    links_are_right(&world, &world.run("links", &[]).await);
}

/// Publishes a skeleton and registers what is in it.
fn publishing_and_registering() -> String {
    template(
        "made",
        &json!({"properties": {"folder": {"type": "string", "default": "./"}}}),
        &json!([
            {"id": "fetch", "action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"id": "publish", "action": "publish:git", "input": {
                "repository": "made", "sourcePath": "${{ parameters.folder }}"}},
            {"id": "register", "action": "catalog:register", "input": {
                "repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}",
                "catalogInfoPath": "/made.yaml"}},
            {"id": "again", "action": "fetch:plain", "input": {
                "url": "${{ steps.publish.output.repoContentsUrl }}", "targetPath": "copy"}},
            {"id": "say", "action": "debug:log", "input": {
                "message": "${{ steps.publish.output.remoteUrl }} ${{ steps.register.output.catalogInfoUrl }}",
                "listWorkspace": true}}
        ]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_of_the_server_is_in_what_a_run_says() {
    let made = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: made}\nspec: \
                {type: service, lifecycle: production, owner: team}\n";
    let text = publishing_and_registering();
    let nested = template(
        "nested",
        &json!({}),
        &json!([
            {"action": "fetch:plain", "input": {"url": "./skeleton"}},
            {"action": "publish:git", "input": {"repository": "nested", "defaultBranch": "a..b"}}
        ]),
    );
    let empty = template(
        "empty",
        &json!({}),
        &json!([{"action": "publish:git", "input": {"repository": "empty"}}]),
    );
    let files = [
        ("catalog-info.yaml", text.as_str()),
        ("nested/catalog-info.yaml", nested.as_str()),
        ("nested/skeleton/a.txt", "a"),
        ("empty/catalog-info.yaml", empty.as_str()),
        ("skeleton/made.yaml", made),
    ];
    let world = World::new(&files).await;
    let view = world.run("made", &[]).await;
    completed(&view);
    let text = log(&view);
    assert!(text.contains("Pushing to repositories/made.git"), "{text}");
    assert!(text.contains("In the catalog: component:default/made"), "{text}");
    assert!(
        text.contains("repositories/made.git repositories/made.git//made.yaml?ref=main"),
        "{text}"
    );
    assert!(text.contains("copy/made.yaml"), "{text}");
    // The name is taken, a branch cannot be called so, and there is nothing to publish.
    let reason = failure(&world.run("made", &[]).await);
    assert!(reason.contains("There is a repository made.git already"), "{reason}");
    let reason = failure(&world.run("nested", &[]).await);
    assert!(reason.contains("branch name"), "{reason}");
    let reason = failure(&world.run("empty", &[]).await);
    assert_eq!(reason, "The workspace holds no files to commit.");
    let stored = world.stored().await;
    let data = world.data().display().to_string();
    let line = stored.lines().find(|line| line.contains(&data));
    assert_eq!(line, None, "a path of the server");
}
