//! Clients of hosts of source code against what the hosts publish of their APIs, and against
//! answers that were recorded from a real one.

use crate::http::serve;
use clients::api::Api;
use clients::budget::Budget;
use clients::gitea::Gitea;
use clients::github::GitHub;
use clients::gitlab::GitLab;
use clients::http::{Auth, Fetched, Http, HttpError, HttpSettings, Rules};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

fn api(port: u16, path: &str, auth: Option<Auth>) -> Api {
    let rules = Rules { allow_private: true, ..Rules::default() };
    let http = Http::new(HttpSettings { rules, ..HttpSettings::default() }).unwrap();
    let base = format!("http://127.0.0.1:{port}{path}");
    Api::new(&http, &base, auth, Arc::new(Budget::new(None))).unwrap()
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    )
}

/// Path and query of what was asked, without the start.
fn asked(seen: &Mutex<Vec<String>>, start: &str) -> Vec<(String, Vec<String>)> {
    let heads = std::mem::take(&mut *seen.lock().unwrap());
    let reported = |head: &String| {
        let target = head.split_whitespace().nth(1).unwrap().to_owned();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let keys = query.split('&').filter_map(|pair| pair.split('=').next());
        let keys = keys.filter(|key| !key.is_empty()).map(str::to_owned).collect();
        (path.strip_prefix(start).unwrap().to_owned(), keys)
    };
    heads.iter().map(reported).collect()
}

fn shared() -> Option<PathBuf> {
    let folder = match std::env::var_os("CALLBOARD_CONFORMANCE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let folder = folder.join("specs");
    let found = folder.is_dir();
    if !found {
        println!(
            "skipped: no data: there is no {} (CALLBOARD_CONFORMANCE_DIR names another folder)",
            folder.display()
        );
    }
    found.then_some(folder)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Whether a description knows a path with these parameters.
fn describes(description: &Value, path: &str, keys: &[String]) -> bool {
    let fits = |template: &str| {
        // A file's path may have any depth.
        let (template, open) = match template.strip_suffix("{path}") {
            Some(start) => (start, true),
            None => match template.strip_suffix("{filepath}") {
                Some(start) => (start, true),
                None => (template, false),
            },
        };
        let parts: Vec<&str> = template.trim_end_matches('/').split('/').collect();
        let own: Vec<&str> = path.split('/').collect();
        let long_enough = if open { own.len() > parts.len() } else { own.len() == parts.len() };
        long_enough && parts.iter().zip(&own).all(|(a, b)| a == b || a.starts_with('{'))
    };
    description["paths"].as_object().unwrap().iter().any(|(template, methods)| {
        let Some(parameters) = methods["get"]["parameters"].as_array() else { return false };
        let named = |key: &String| {
            parameters.iter().any(|parameter| {
                let reference = parameter["$ref"].as_str().unwrap_or_default();
                parameter["name"] == **key
                    || reference.ends_with(&format!("/{}", key.replace('_', "-")))
            })
        };
        fits(template) && keys.iter().all(named)
    })
}

#[tokio::test]
async fn requests_are_those_the_hosts_describe() {
    let Some(specs) = shared() else { return };
    let (port, seen) = serve(|_| answer(404, "", ""));
    let gitea = Gitea(api(port, "/api/v1", None));
    let missing =
        |error: HttpError| assert!(matches!(error, HttpError::NotFound { .. }), "{error}");
    missing(gitea.org_repos("acme", 1, None).await.unwrap_err());
    missing(gitea.user_repos("jane", 2, None).await.unwrap_err());
    assert_eq!(gitea.repo("acme/shop").await, Ok(None));
    assert_eq!(gitea.tree("acme/shop", "main", 1).await, Ok(None));
    assert_eq!(gitea.raw("acme/shop", "a/b c.yaml", "main", None).await, Ok(None));
    let description = json(&specs.join("gitea/gitea-1.27.3.swagger.json"));
    let all = asked(&seen, "/api/v1");
    assert_eq!(all.len(), 5);
    for (path, keys) in all {
        assert!(describes(&description, &path, &keys), "{path} {keys:?}");
    }
    let github = GitHub(api(port, "", None));
    missing(github.org_repos("acme", 1, None).await.unwrap_err());
    assert_eq!(github.repo("acme/shop").await, Ok(None));
    assert_eq!(github.tree("acme/shop", "main").await, Ok(None));
    assert_eq!(github.contents("acme/shop", "a/b.yaml", "main", None).await, Ok(None));
    let description = json(&specs.join("github/github-rest-subset.openapi.json"));
    let all = asked(&seen, "");
    assert_eq!(all.len(), 4);
    for (path, keys) in all {
        assert!(describes(&description, &path, &keys), "{path} {keys:?}");
    }
}

#[tokio::test]
async fn answers_of_the_hosts_are_understood() {
    let Some(specs) = shared() else { return };
    let calls = json(&specs.join("samples/gitea-recorded.json"))["calls"].clone();
    let description = json(&specs.join("github/github-rest-subset.openapi.json"));
    let example = |name: &str| description["components"]["examples"][name]["value"].to_string();
    let github = [
        ("/orgs/github/repos", example("minimal-repository-items")),
        ("/repos/octocat/Hello-World", example("full-repository-default-response")),
        (
            "/repos/octocat/Hello-World/git/trees/main",
            example("git-tree-response-recursively-retrieving-a-tree"),
        ),
    ];
    let (port, _) = serve(move |head| {
        let target = head.split_whitespace().nth(1).unwrap();
        let path = target.split('?').next().unwrap();
        let recorded = calls.as_array().unwrap().iter().find(|call| {
            let own = call["path"].as_str().unwrap().split('?').next();
            call["method"] == "GET" && call["status"] == 200 && own == Some(path)
        });
        match (recorded, github.iter().find(|(own, _)| *own == path)) {
            (Some(call), _) => answer(200, "", &call["body"].to_string()),
            (None, Some((_, body))) => answer(200, "", body),
            (None, None) => answer(404, "", "{}"),
        }
    });
    let gitea = Gitea(api(port, "/api/v1", None));
    let page = gitea.org_repos("acme", 1, None).await.unwrap().unwrap();
    assert!(!page.items.is_empty() && !page.more);
    assert!(page.items[0].private && page.items[0].default_branch == "main");
    let shop = gitea.repo("acme/svc-one").await.unwrap().unwrap();
    assert!(shop.full_name == "acme/svc-one" && !shop.empty && shop.updated_at.starts_with("2026"));
    let tree = gitea.tree("acme/svc-one", "main", 1).await.unwrap().unwrap();
    let files = tree.tree.unwrap();
    assert!(files.iter().any(|it| it.path == "README.md" && it.entry_type == "blob"), "{files:?}");
    assert_eq!(gitea.repo("acme/none").await, Ok(None));

    let github = GitHub(api(port, "", None));
    let page = github.org_repos("github", 1, None).await.unwrap().unwrap();
    assert_eq!(page.items[0].full_name, "octocat/Hello-World");
    assert!(!page.items[0].topics.is_empty() && page.items[0].pushed_at.is_some());
    let repo = github.repo("octocat/Hello-World").await.unwrap().unwrap();
    assert_eq!(repo.default_branch.as_deref(), Some("master"));
    let tree = github.tree("octocat/Hello-World", "main").await.unwrap().unwrap();
    assert!(tree.tree.iter().any(|it| it.entry_type == "blob"), "{tree:?}");
}

#[tokio::test]
async fn pages_marks_and_tokens_go_along() {
    let (port, seen) = serve(|head| {
        let target = head.split_whitespace().nth(1).unwrap();
        let head = head.to_ascii_lowercase();
        match target {
            _ if head.contains("if-none-match: \"v1\"") => answer(304, "", ""),
            _ if target.contains("page=2") => answer(200, "", "[]"),
            _ if target.contains("/raw") => answer(200, "ETag: \"f\"\r\n", "bytes"),
            _ => answer(200, "ETag: \"v1\"\r\nLink: <http://x/?page=2>; rel=\"next\"\r\n", "[]"),
        }
    });
    let token = Auth::Bearer("hunter2-token".to_owned());
    let gitlab = GitLab(api(port, "/api/v4", Some(token)));
    let first = gitlab.group_projects("a/b", 1, None).await.unwrap().unwrap();
    assert!(first.more && first.etag.as_deref() == Some("\"v1\""));
    assert_eq!(gitlab.group_projects("a/b", 1, Some("\"v1\"")).await, Ok(None));
    assert!(!gitlab.group_projects("a/b", 2, None).await.unwrap().unwrap().more);
    let file = gitlab.file_raw("a/b/c", "d/e.yaml", "main", None).await.unwrap().unwrap();
    let Fetched::Body { body, etag, .. } = file else { panic!("{file:?}") };
    assert_eq!((body.as_slice(), etag.as_deref()), (&b"bytes"[..], Some("\"f\"")));
    let heads = seen.lock().unwrap().clone();
    assert!(heads.iter().all(|head| head.contains("Bearer hunter2-token")), "{heads:?}");
    assert!(heads[0].starts_with("GET /api/v4/groups/a%2Fb/projects?"), "{}", heads[0]);
    let path = "GET /api/v4/projects/a%2Fb%2Fc/repository/files/d%2Fe.yaml/raw?ref=main ";
    assert!(heads[3].starts_with(path), "{}", heads[3]);
}

#[tokio::test]
async fn limits_of_a_host_are_heard() {
    let (port, seen) = serve(|head| match head.split_whitespace().nth(1).unwrap() {
        "/repos/a/limited" => {
            answer(403, "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1\r\n", "")
        }
        "/repos/a/forbidden" => answer(403, "", ""),
        "/repos/a/patience" => answer(429, "Retry-After: 30\r\n", ""),
        _ => answer(200, "", "not JSON"),
    });
    let github = GitHub(api(port, "", None));
    let error = github.repo("a/other").await.unwrap_err();
    assert!(matches!(error, HttpError::NotAsDescribed { .. }), "{error}");
    let error = github.repo("a/forbidden").await.unwrap_err();
    assert!(matches!(error, HttpError::Denied { .. }), "{error}");
    let error = github.repo("a/patience").await.unwrap_err();
    assert!(
        matches!(error, HttpError::Limited { retry_after_seconds: Some(1..=31), .. }),
        "{error}"
    );
    let before = seen.lock().unwrap().len();
    let error = github.repo("a/other").await.unwrap_err();
    assert!(matches!(error, HttpError::Budget { .. }), "{error}");
    assert_eq!(seen.lock().unwrap().len(), before, "nothing was sent");
    let github = GitHub(api(port, "", None));
    let error = github.repo("a/limited").await.unwrap_err();
    assert!(matches!(error, HttpError::Limited { .. }), "{error}");
}
