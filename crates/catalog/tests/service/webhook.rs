//! Messages of hosts: only signed ones, none twice, and what they lead to.

use crate::forge::{FORGES, ForgeStandIn, Repo, repo};
use crate::support::{World, commit, component, on_each_engine, refs, repository};
use catalog::{Catalog, Delivery, Forge, Integration, LocationSetting, LocationType, Settings};
use hmac::{Hmac, KeyInit, Mac};
use model::Error;
use serde_json::{Value, json};
use sha2::Sha256;

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
                catalog.webhook_turn(&world.op).await.expect("followed");
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
async fn forged_and_repeated_messages_are_refused() {
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
            let again = send(&catalog, &world, forge, "1", "push", &body, SECRET).await;
            assert!(matches!(again, Err(Error::Conflict { .. })), "{name}: {again:?}");
            let restarted = world.restarted(listening).await;
            let again = send(&restarted, &world, forge, "1", "push", &body, SECRET).await;
            assert!(matches!(again, Err(Error::Conflict { .. })), "{name}: after a restart");
            if forge != Forge::GitLab {
                // The id is not signed, the content is.
                let again = send(&restarted, &world, forge, "2", "push", &body, SECRET).await;
                assert!(matches!(again, Err(Error::Conflict { .. })), "{name}: under another id");
            }
            for (id, body) in [("", &body), ("3", &json!([1]))] {
                let error = send(&catalog, &world, forge, id, "push", body, SECRET).await;
                assert!(matches!(error, Err(Error::Invalid { .. })), "{name}: {error:?}");
            }
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
    world.catalog.webhook_turn(&world.op).await.expect("followed");
    // The other place is on this machine, and none of the host's.
    assert_eq!(world.refs(), ["component:default/a", "component:default/web2"]);
}
