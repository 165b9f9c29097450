//! Messages of hosts: only signed ones, none twice, and what they lead to.

use crate::forge::{FORGES, ForgeStandIn, Repo, repo};
use crate::support::{World, commit, component, on_each_engine, refs, repository};
use catalog::{Catalog, Delivery, Forge, Integration, LocationSetting, LocationType, Settings};
use hmac::{Hmac, KeyInit, Mac};
use model::Error;
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::Answer;

const SECRET: &str = "webhook-secret";

fn proof(forge: Forge, secret: &str, body: &[u8]) -> String {
    if forge == Forge::GitLab {
        return secret.to_owned();
    }
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let hex = hex(&mac.chain_update(body).finalize().into_bytes());
    if forge == Forge::GitHub { format!("sha256={hex}") } else { hex }
}

/// Sends a message.
async fn send(
    catalog: &Catalog,
    world: &World,
    forge: Forge,
    id: &str,
    event: &str,
    body: &Value,
    secret: &str,
) -> Result<(), Error> {
    let body = body.to_string();
    let proof = proof(forge, secret, body.as_bytes());
    let delivery = Delivery { forge, id, event, proof: &proof, body: body.as_bytes() };
    catalog.webhook_receive(&world.op, delivery).await
}

/// How many messages of a host wait.
async fn waiting(world: &World, forge: &str) -> i64 {
    let sql = "select count(*) as n from webhook_inbox where state = 'waiting' and forge = $1";
    let row = world.op.db().fetch_optional(db::query(sql).bind(forge)).await.expect("reads");
    row.expect("a row").get("n").expect("a number")
}

fn push(forge: Forge, repository: &str, branch: &str, paths: &[&str]) -> Value {
    let commits = [json!({"added": [], "modified": paths, "removed": []})];
    let reference = format!("refs/heads/{branch}");
    match forge {
        Forge::GitLab => json!({
            "object_kind": "push", "ref": reference, "commits": commits, "total_commits_count": 1,
            "project": {"path_with_namespace": repository, "default_branch": "main"},
        }),
        _ => json!({
            "ref": reference, "commits": commits,
            "repository": {"full_name": repository, "default_branch": "main"},
        }),
    }
}

fn about(forge: Forge, action: &str, repository: &str) -> (&'static str, Value) {
    match forge {
        Forge::GitLab => (
            "System Hook",
            json!({"event_name": format!("project_{action}"), "path_with_namespace": repository}),
        ),
        _ => ("repository", json!({"action": action, "repository": {"full_name": repository}})),
    }
}

/// A claim of the lease for following messages.
fn claim(number: i64) -> db::Claim {
    db::Claim { name: "catalog-webhook".to_owned(), number }
}

fn listen(settings: &mut Settings) {
    settings.integrations[0].webhook_secret = Some(SECRET.to_owned());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_leads_to_exactly_what_changed() {
    on_each_engine(async |world| {
        for forge in FORGES {
            let name = forge.name();
            let described = |entity: &str| repo(&[("catalog-info.yaml", &component(entity))]);
            let stand = ForgeStandIn::start(
                forge,
                &[("acme/a", described("a")), ("acme/b", described("b"))],
            )
            .await;
            let catalog = world
                .restarted(|settings| {
                    stand.configure(settings, |_| ());
                    listen(settings);
                })
                .await;
            catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
            stand.asked();
            let mut number = 0;
            let mut tell = async |event: &str, body: Value| {
                number += 1;
                let id = format!("{name}-{number}");
                send(&catalog, &world, forge, &id, event, &body, SECRET).await.expect("taken");
                catalog.webhook_turn(&world.op, &claim(1)).await.expect("followed");
                stand.asked()
            };
            stand.set("acme/a", described("a2"));
            let asked = tell("push", push(forge, "acme/a", "main", &["catalog-info.yaml"])).await;
            assert_eq!(refs(&catalog, &world.op), ["component:default/a2", "component:default/b"]);
            assert_eq!(asked.len(), 2, "{name}: the repository and its file: {asked:?}");
            // Other files, branches and organisations cost nothing.
            for body in [
                push(forge, "acme/a", "main", &["README.md"]),
                push(forge, "acme/a", "dev", &["catalog-info.yaml"]),
                push(forge, "beta/a", "main", &["catalog-info.yaml"]),
            ] {
                assert_eq!(tell("push", body).await.len(), 0, "{name}");
            }
            // A repository comes, is archived, and goes.
            stand.set("acme/c", described("c"));
            let (event, body) = about(forge, "create", "acme/c");
            tell(event, body).await;
            assert!(refs(&catalog, &world.op).contains(&"component:default/c".to_owned()));
            stand.set("acme/c", Repo { archived: true, ..described("c") });
            let (event, body) = about(forge, "update", "acme/c");
            tell(event, body).await;
            stand.content().repos.remove("acme/b");
            let (event, body) = about(forge, "destroy", "acme/b");
            tell(event, body).await;
            assert_eq!(refs(&catalog, &world.op), ["component:default/a2"], "{name}");
            // Polling afterwards finds nothing more to change.
            let report = catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
            assert_eq!((report.added, report.changed, report.removed), (0, 0, 0), "{name}");
            let without = world.restarted(|settings| settings.locations.clear()).await;
            without.refresh_all(&world.op).await.expect("reads");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_messages_are_refused_and_repeated_ones_done_once() {
    on_each_engine(async |world| {
        for forge in FORGES {
            let name = forge.name();
            let stand = ForgeStandIn::start(forge, &[("acme/a", repo(&[]))]).await;
            let listening = |settings: &mut Settings| {
                stand.configure(settings, |_| ());
                listen(settings);
            };
            let catalog = world.restarted(listening).await;
            let body = push(forge, "acme/a", "main", &["catalog-info.yaml"]);
            for secret in ["", "webhook-secre", "another-secret"] {
                let error = send(&catalog, &world, forge, "x", "push", &body, secret).await;
                let error = error.expect_err("forged");
                assert!(matches!(error, Error::Unauthenticated { .. }), "{name}: {error}");
                assert!(!error.to_string().contains("secret"), "{name}: {error}");
            }
            let open = world.restarted(|settings| stand.configure(settings, |_| ())).await;
            let error = send(&open, &world, forge, "x", "push", &body, "").await;
            assert!(
                matches!(error, Err(Error::Unauthenticated { .. })),
                "{name}: without a secret"
            );

            send(&catalog, &world, forge, "1", "push", &body, SECRET).await.expect("taken");
            send(&catalog, &world, forge, "1", "push", &body, SECRET).await.expect("accepted");
            let restarted = world.restarted(listening).await;
            send(&restarted, &world, forge, "1", "push", &body, SECRET).await.expect("accepted");
            if forge != Forge::GitLab {
                // The id is not signed, the content is.
                let again = send(&restarted, &world, forge, "2", "push", &body, SECRET).await;
                again.expect("accepted under another id");
            }
            assert_eq!(waiting(&world, name).await, 1, "{name}: it waits once");
            for (id, body) in [("", &body), ("3", &json!([1]))] {
                let error = send(&catalog, &world, forge, id, "push", body, SECRET).await;
                assert!(matches!(error, Err(Error::Invalid { .. })), "{name}: {error:?}");
            }
            assert_eq!(waiting(&world, name).await, 1, "{name}: nothing was kept of the others");
            assert!(stand.asked().is_empty(), "{name}: nothing was asked for any of them");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_in_a_repository_follow_its_messages() {
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("acme/shop");
    repository(&path, &[("catalog-info.yaml", &component("a"))]);
    let stand = ForgeStandIn::start(Forge::Gitea, &[]).await;
    stand.set("acme/web", repo(&[("x.yaml", &component("web"))]));
    let shown = stand.file_url("acme/web", "x.yaml");
    let world = World::with(|settings, _| {
        let host = stand.integration();
        settings.integrations =
            vec![Integration { webhook_secret: Some(SECRET.to_owned()), ..host }];
        settings.locations = vec![
            LocationSetting::new(LocationType::Git, path.display().to_string()),
            LocationSetting::new(LocationType::Url, shown),
        ];
    })
    .await;
    world.refresh().await;
    assert_eq!(world.refs(), ["component:default/a", "component:default/web"]);
    commit(&path, &[("catalog-info.yaml", &component("b"))]);
    stand.set("acme/web", repo(&[("x.yaml", &component("web2"))]));
    let body = push(Forge::Gitea, "Acme/Web", "main", &["x.yaml"]);
    send(&world.catalog, &world, Forge::Gitea, "1", "push", &body, SECRET).await.expect("taken");
    world.catalog.webhook_turn(&world.op, &claim(1)).await.expect("followed");
    // The other place is on this machine, and none of the host's.
    assert_eq!(world.refs(), ["component:default/a", "component:default/web2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_outlives_the_program_between_its_answer_and_its_work() {
    on_each_engine(async |world| {
        for (number, forge) in (1..).zip(FORGES) {
            let name = forge.name();
            let described = |entity: &str| repo(&[("catalog-info.yaml", &component(entity))]);
            let stand = ForgeStandIn::start(forge, &[("acme/a", described("a"))]).await;
            let listening = |settings: &mut Settings| {
                stand.configure(settings, |_| ());
                listen(settings);
            };
            let first = world.restarted(listening).await;
            first.provider_run(&world.op, &stand.key()).await.expect("runs");
            stand.set("acme/a", described("b"));
            let body = push(forge, "acme/a", "main", &["catalog-info.yaml"]);
            let id = format!("kill-{number}");
            send(&first, &world, forge, &id, "push", &body, SECRET).await.expect("accepted");
            // It ends before anything was looked at.
            drop(first);
            let second = world.restarted(listening).await;
            stand.asked();
            // This one ends in the middle: the host was asked, nothing was written down.
            let old = claim(number * 10);
            let turn = second.webhook_turn(&world.op, &old);
            let asked = async {
                while stand.asked().is_empty() {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                () = asked => {}
                _ = turn => panic!("{name}: it was quicker"),
            }
            drop(second);
            let third = world.restarted(listening).await;
            send(&third, &world, forge, &id, "push", &body, SECRET).await.expect("accepted");
            // Whoever still has the old claim leaves it alone.
            let idle = std::time::Duration::from_millis(200);
            let left = tokio::time::timeout(idle, third.webhook_turn(&world.op, &old)).await;
            assert!(left.is_err(), "{name}: under an old claim");
            let new = claim(number * 10 + 1);
            third.webhook_turn(&world.op, &new).await.expect("followed");
            assert_eq!(refs(&third, &world.op), ["component:default/b"], "{name}");
            let again = tokio::time::timeout(idle, third.webhook_turn(&world.op, &new)).await;
            assert!(again.is_err(), "{name}: it is done once");
            let without = world.restarted(|settings| settings.locations.clear()).await;
            without.refresh_all(&world.op).await.expect("reads");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_followed_is_tried_again_and_done_when_it_is_sent_again() {
    on_each_engine(async |world| {
        let described = |entity: &str| repo(&[("catalog-info.yaml", &component(entity))]);
        let stand = ForgeStandIn::start(Forge::Gitea, &[("acme/a", described("a"))]).await;
        let catalog = world
            .restarted(|settings| {
                stand.configure(settings, |_| ());
                listen(settings);
            })
            .await;
        catalog.provider_run(&world.op, &stand.key()).await.expect("runs");
        stand.set("acme/a", described("b"));
        stand.content().fails = vec![("repos/acme/a".to_owned(), Answer::status(502))];
        let body = push(Forge::Gitea, "acme/a", "main", &["catalog-info.yaml"]);
        let tell = async || {
            send(&catalog, &world, Forge::Gitea, "1", "push", &body, SECRET).await.expect("taken")
        };
        let row = async || {
            let sql = "select state, attempts, due_at, body, error from webhook_inbox";
            let row = world.op.db().fetch_optional(db::query(sql)).await.expect("reads");
            let row = row.expect("a row");
            let state: String = row.get("state").expect("a text");
            let (attempts, due_at): (i64, i64) =
                (row.get("attempts").expect("a number"), row.get("due_at").expect("a number"));
            let body: String = row.get("body").expect("a text");
            let error: Option<String> = row.get("error").expect("a text");
            (state, attempts, due_at, body, error)
        };
        tell().await;
        let mut waits = Vec::new();
        for attempt in 1..=8 {
            catalog.webhook_turn(&world.op, &claim(1)).await.expect("tried");
            let (state, attempts, due_at, kept, error) = row().await;
            assert_eq!(attempts, attempt);
            assert!(error.is_some(), "it says why");
            if attempt == 8 {
                assert_eq!((state.as_str(), kept.as_str()), ("failed", ""));
                break;
            }
            assert_eq!((state.as_str(), kept), ("waiting", body.to_string()));
            waits.push(due_at - access::now().0);
            // Sent again while it waits it is no second message.
            tell().await;
            // Time passes.
            let sql = "update webhook_inbox set due_at = 0";
            world.op.db().execute(db::query(sql)).await.expect("writes");
        }
        assert!(waits.iter().all(|wait| (1_000..=600_000).contains(wait)), "{waits:?}");
        assert!(waits.is_sorted() && waits[6] > 10 * waits[0], "they grow: {waits:?}");
        assert_eq!(refs(&catalog, &world.op), ["component:default/a"]);

        stand.content().fails.clear();
        tell().await;
        catalog.webhook_turn(&world.op, &claim(1)).await.expect("followed");
        let (state, attempts, ..) = row().await;
        assert_eq!((state.as_str(), attempts), ("done", 1));
        assert_eq!(refs(&catalog, &world.op), ["component:default/b"]);

        // What became of it are events, without what is in it.
        let sql = "select event_type, data from event where event_type like 'webhook.%'
                   order by event_number";
        let rows = world.op.db().fetch_all(db::query(sql)).await.expect("reads");
        let text = |row: &db::Row, name: &str| row.get::<String>(name).expect("a text");
        let types: Vec<String> = rows.iter().map(|row| text(row, "event_type")).collect();
        let all = ["webhook.received", "webhook.failed", "webhook.received", "webhook.done"];
        assert_eq!(types, all);
        assert!(rows.iter().all(|row| !text(row, "data").contains("acme/a/")), "{types:?}");
    })
    .await;
}
