//! Organisations found by the API of their host, its messages, and the page that tells of both.

use crate::program::{Server, World, component, on_each_engine, words};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

const SECRET: &str = "portal-webhook-secret";

/// The descriptors of the projects of the group `acme`, by name.
type Projects = Arc<Mutex<BTreeMap<&'static str, String>>>;

/// A stand-in of GitLab: the group `acme`.
fn gitlab(projects: &Projects) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    let projects = projects.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 8192];
            let length = stream.read(&mut buffer).unwrap_or_default();
            let head = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let path = head.split_whitespace().nth(1).unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default();
            let projects = projects.lock().expect("not poisoned");
            let reported = |name: &str| {
                format!(
                    "{{\"path_with_namespace\": \"acme/{name}\", \"default_branch\": \"main\", \
                     \"last_activity_at\": \"2026-01-02T03:04:05Z\"}}"
                )
            };
            let one = projects.iter().find_map(|(name, text)| {
                let start = format!("/api/v4/projects/acme%2F{name}");
                match path.strip_prefix(&start)? {
                    "" => Some(reported(name)),
                    "/repository/files/catalog-info.yaml/raw" => Some(text.clone()),
                    _ => None,
                }
            });
            let all = || projects.keys().map(|name| reported(name)).collect::<Vec<_>>().join(",");
            let body = match path {
                "/api/v4/groups/acme/projects" => Some(format!("[{}]", all())),
                _ => one,
            };
            let (status, body) = body.map_or((404, String::new()), |body| (200, body));
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
        }
    });
    host
}

fn config(world: &World, host: &str) {
    world.config(&format!(
        "integrations:\n  gitlab:\n    - host: {host}\n      baseUrl: http://{host}\n      token: \
         gitlab-token\n      webhookSecret: {SECRET}\n  github:\n    - host: github.com\n      \
         webhookSecret: {SECRET}\ncatalog:\n  providers:\n    gitlab:\n      all:\n        host: \
         {host}\n        group: acme\n        schedule: {{frequency: {{minutes: 30}}, timeout: \
         {{minutes: 3}}}}\n"
    ));
}

fn message(server: &Server, base: &str, id: &str, token: &str, body: &str) -> u16 {
    let headers = [
        ("x-gitlab-event", "Push Hook"),
        ("x-gitlab-event-uuid", id),
        ("x-gitlab-token", token),
        ("content-type", "application/json"),
    ];
    let path = format!("{base}/webhooks/gitlab");
    server.ask("POST", &path, &headers, body).expect("answers").status
}

#[test]
fn an_organisation_is_found_and_its_messages_are_followed() {
    on_each_engine(|world| {
        let projects = Projects::default();
        projects.lock().expect("not poisoned").insert("one", component("one"));
        let host = gitlab(&projects);
        config(world, &host);
        let server = world.serve(&[]);
        server.entity("component/default/one");

        // The next poll is half an hour away, so it is the message that leads to what is new.
        projects.lock().expect("not poisoned").insert("one", component("renamed"));
        let push = "{\"object_kind\": \"push\", \"ref\": \"refs/heads/main\", \
                    \"total_commits_count\": 1, \"project\": {\"path_with_namespace\": \
                    \"acme/one\", \"default_branch\": \"main\"}, \"commits\": [{\"added\": [], \
                    \"modified\": [\"catalog-info.yaml\"], \"removed\": []}]}";
        assert_eq!(message(&server, "", "1", "forged-secret", push), 401);
        assert_eq!(message(&server, "", "1", SECRET, push), 202);
        server.entity("component/default/renamed");
        assert_eq!(message(&server, "", "1", SECRET, push), 202, "done once, accepted again");

        let cookie = server.sign_in("");
        let page = words(&server.page("/catalog/sources", &cookie).body);
        for wanted in ["gitlab", &host, "/acme", "1 repository", "of 3000", "1 refused"] {
            assert!(page.contains(wanted), "{wanted} is not on the page:\n{page}");
        }
        projects.lock().expect("not poisoned").insert("two", component("two"));
        let key = [("source", "gitlab-provider:all")];
        let sent = server.form("/fn/catalog/source_refresh", &cookie, &key);
        assert!(matches!(sent.status, 200 | 302 | 303), "{sent:?}");
        server.entity("component/default/two");
    });
}

#[test]
fn a_message_that_was_accepted_is_followed_after_the_program_was_killed() {
    on_each_engine(|world| {
        let projects = Projects::default();
        projects.lock().expect("not poisoned").insert("one", component("one"));
        let host = gitlab(&projects);
        config(world, &host);
        let server = world.serve(&[]);
        server.entity("component/default/one");
        let push = "{\"object_kind\": \"push\", \"ref\": \"refs/heads/main\", \
                    \"total_commits_count\": 1, \"project\": {\"path_with_namespace\": \
                    \"acme/one\", \"default_branch\": \"main\"}, \"commits\": [{\"added\": [], \
                    \"modified\": [\"catalog-info.yaml\"], \"removed\": []}]}";
        // The host answers nobody, so the message is accepted and cannot be followed.
        let mut content = projects.lock().expect("not poisoned");
        assert_eq!(message(&server, "", "killed", SECRET, push), 202);
        server.kill();
        content.insert("one", component("renamed"));
        drop(content);
        let server = world.serve(&[]);
        server.entity("component/default/renamed");
        let found = crate::events::events(world, "dev.callboard.webhook.done");
        let of = |what: &str| {
            let full = format!("dev.callboard.webhook.{what}");
            found.iter().filter(|event| event["type"] == *full).count()
        };
        assert_eq!((of("received"), of("done")), (1, 1));
        let text = format!("{found:?}");
        assert!(text.contains("killed") && !text.contains(SECRET), "{text}");
    });
}

#[test]
fn messages_are_refused_without_a_word_too_many() {
    let world = World::new();
    world.config(&format!(
        "integrations:\n  github:\n    - host: github.com\n      webhookSecret: {SECRET}\ntenants:\n  \
         north: {{hosts: [north.example]}}\n  south: {{hosts: [south.example]}}\n"
    ));
    let server = world.serve(&[]);
    let body = "{\"zen\":\"Keep it logically awesome.\"}";
    let signed = "sha256=70ec4bbb2c614b1cd913a95b4864ddf974d209d5f84a93701d3e2c87c359c05e";
    let send = |path: &str, host: &str, proof: &str, body: &str| {
        let headers = [
            ("host", host),
            ("x-github-event", "ping"),
            ("x-github-delivery", "d-1"),
            ("x-hub-signature-256", proof),
        ];
        server.ask("POST", path, &headers, body).expect("answers")
    };
    let forged = format!("sha256={}", "0".repeat(64));
    for proof in ["", "sha256=", forged.as_str(), SECRET] {
        let answer = send("/webhooks/github", "north.example", proof, body);
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(!answer.body.contains(SECRET) && !answer.body.contains("secret"), "{answer:?}");
    }
    assert_eq!(send("/webhooks/github", "north.example", signed, "{}").status, 401);
    assert_eq!(send("/webhooks/github", "north.example", signed, body).status, 202);
    assert_eq!(send("/webhooks/github", "north.example", signed, body).status, 202);
    // Every tenant hears for itself, under its own name or host.
    assert_eq!(send("/t/south/webhooks/github", "north.example", signed, body).status, 202);
    assert_eq!(send("/webhooks/github", "south.example", signed, body).status, 202);
    assert_eq!(send("/webhooks/github", "east.example", signed, body).status, 421);
    assert_eq!(send("/webhooks/bitbucket", "north.example", signed, body).status, 404);
    let large = " ".repeat(6 * 1024 * 1024);
    assert_eq!(send("/webhooks/github", "north.example", signed, &large).status, 413);
    let log = server.log();
    assert!(!log.contains(SECRET), "{log}");
}
