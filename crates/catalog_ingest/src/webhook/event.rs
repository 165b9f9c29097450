//! What a message says has changed.

use crate::integration::Forge;
use crate::webhook::Delivery;
use model::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;

/// What a message says of one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its full name.
    pub repository: String,
    /// The branch others start from, when the message says so.
    pub default_branch: Option<String>,
    /// What changed.
    pub change: Change,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Something was pushed.
    Push {
        /// To which branch.
        branch: String,
        /// The files that were added, changed or removed; nothing when the message does not say
        /// all of them.
        paths: Option<HashSet<String>>,
    },
    /// The repository itself: it is new, gone, archived or called otherwise.
    Repository,
}

impl Event {
    /// Whether a push to `pushed` changes what is read from `wanted`, the default when none.
    pub fn reads_branch(&self, wanted: Option<&str>, pushed: &str) -> bool {
        wanted.or(self.default_branch.as_deref()).is_none_or(|wanted| wanted == pushed)
    }
}

/// The words of all three makes; where they differ both are here.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "ref")]
    reference: Option<String>,
    action: Option<String>,
    object_kind: Option<String>,
    event_name: Option<String>,
    repository: Option<Named>,
    project: Option<Named>,
    path_with_namespace: Option<String>,
    old_path_with_namespace: Option<String>,
    #[serde(default)]
    changes: Option<Value>,
    #[serde(default)]
    commits: Option<Vec<Commit>>,
    total_commits: Option<usize>,
    total_commits_count: Option<usize>,
    #[serde(default)]
    forced: bool,
}

#[derive(Deserialize)]
struct Named {
    full_name: Option<String>,
    path_with_namespace: Option<String>,
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct Commit {
    #[serde(default)]
    added: Option<Vec<String>>,
    #[serde(default)]
    modified: Option<Vec<String>>,
    #[serde(default)]
    removed: Option<Vec<String>>,
}

/// GitHub lists so many commits of a push at most, and does not say that there are more.
const LISTED_COMMITS: usize = 2048;

/// What a message says; nothing when it is about something else.
pub fn read(delivery: &Delivery<'_>) -> Result<Vec<Event>> {
    let message: Message = serde_json::from_slice(delivery.body).map_err(|error| {
        Error::invalid(format!("The message is not what was expected: {error}"))
    })?;
    let kind = match delivery.forge {
        Forge::GitHub | Forge::Gitea => delivery.event,
        Forge::GitLab => {
            let kind = message.object_kind.as_deref().or(message.event_name.as_deref());
            kind.unwrap_or_default()
        }
    };
    Ok(match kind {
        "push" => push(&message).into_iter().collect(),
        "repository" => repository(&message),
        _ if kind.starts_with("project_") => project(&message),
        _ => Vec::new(),
    })
}

fn push(message: &Message) -> Option<Event> {
    let branch = message.reference.as_deref()?.strip_prefix("refs/heads/")?.to_owned();
    let named = message.project.as_ref().or(message.repository.as_ref())?;
    let repository = named.path_with_namespace.as_ref().or(named.full_name.as_ref())?.clone();
    let paths = paths(message);
    let default_branch = named.default_branch.clone().filter(|name| !name.is_empty());
    Some(Event { repository, default_branch, change: Change::Push { branch, paths } })
}

fn paths(message: &Message) -> Option<HashSet<String>> {
    let commits = message.commits.as_ref().filter(|commits| !commits.is_empty())?;
    let total = message.total_commits.or(message.total_commits_count).unwrap_or(commits.len());
    if message.forced || total > commits.len() || commits.len() >= LISTED_COMMITS {
        return None;
    }
    let mut paths = HashSet::new();
    for commit in commits {
        for listed in [&commit.added, &commit.modified, &commit.removed] {
            // A commit that does not say what it changed may have changed everything.
            paths.extend(listed.as_ref()?.iter().cloned());
        }
    }
    Some(paths)
}

fn repository(message: &Message) -> Vec<Event> {
    let Some(name) = message.repository.as_ref().and_then(|named| named.full_name.clone()) else {
        return Vec::new();
    };
    let mut names = vec![name.clone()];
    let text = |pointer: &str| {
        message
            .changes
            .as_ref()
            .and_then(|changes| changes.pointer(pointer))
            .and_then(Value::as_str)
    };
    let (owner, own) = name.split_once('/').unwrap_or(("", &name));
    match message.action.as_deref() {
        Some("renamed") => {
            names.extend(text("/repository/name/from").map(|old| format!("{owner}/{old}")));
        }
        Some("transferred") => {
            let from = text("/owner/from/organization/login").or(text("/owner/from/user/login"));
            names.extend(from.map(|old| format!("{old}/{own}")));
        }
        _ => {}
    }
    names.into_iter().map(changed).collect()
}

fn project(message: &Message) -> Vec<Event> {
    let names = [&message.path_with_namespace, &message.old_path_with_namespace];
    names.into_iter().flatten().cloned().map(changed).collect()
}

fn changed(repository: String) -> Event {
    Event { repository, default_branch: None, change: Change::Repository }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn events(forge: Forge, event: &str, body: &Value) -> Vec<Event> {
        let body = body.to_string();
        read(&Delivery { forge, id: "1", event, proof: "", body: body.as_bytes() }).expect("reads")
    }

    fn commit(added: &[&str], modified: &[&str], removed: &[&str]) -> Value {
        json!({"id": "x", "added": added, "modified": modified, "removed": removed})
    }

    #[test]
    fn pushes_name_repository_branch_and_files() {
        let commits = [commit(&["a"], &[], &["b"]), commit(&[], &["c"], &[])];
        let github = json!({
            "ref": "refs/heads/feature/one", "commits": commits, "forced": false,
            "repository": {"full_name": "acme/shop", "default_branch": "main"},
        });
        let gitea = json!({
            "ref": "refs/heads/feature/one", "commits": commits, "total_commits": 2,
            "repository": {"full_name": "acme/shop", "default_branch": "main"},
        });
        let gitlab = json!({
            "object_kind": "push", "ref": "refs/heads/feature/one", "commits": commits,
            "total_commits_count": 2, "repository": {"name": "shop"},
            "project": {"path_with_namespace": "acme/shop", "default_branch": "main"},
        });
        let paths = Some(["a", "b", "c"].map(str::to_owned).into());
        for (forge, event, body) in [
            (Forge::GitHub, "push", &github),
            (Forge::Gitea, "push", &gitea),
            (Forge::GitLab, "Push Hook", &gitlab),
        ] {
            let found = events(forge, event, body);
            let branch = "feature/one".to_owned();
            let expected = Event {
                repository: "acme/shop".to_owned(),
                default_branch: Some("main".to_owned()),
                change: Change::Push { branch, paths: paths.clone() },
            };
            assert_eq!(found, [expected], "{forge:?}");
            assert!(found[0].reads_branch(Some("feature/one"), "feature/one"));
            assert!(!found[0].reads_branch(None, "feature/one"));
        }
        let mut partly = gitlab;
        partly["total_commits_count"] = 30.into();
        let change = events(Forge::GitLab, "Push Hook", &partly).remove(0).change;
        assert!(matches!(change, Change::Push { paths: None, .. }), "{change:?}");
        let mut forced = github.clone();
        forced["forced"] = true.into();
        let change = events(Forge::GitHub, "push", &forced).remove(0).change;
        assert!(matches!(change, Change::Push { paths: None, .. }), "{change:?}");
        let mut tag = github;
        tag["ref"] = "refs/tags/v1".into();
        assert!(events(Forge::GitHub, "push", &tag).is_empty());
    }

    #[test]
    fn repositories_are_named_with_what_they_were_called() {
        let names = |forge, event: &str, body: &Value| -> Vec<String> {
            events(forge, event, body).into_iter().map(|event| event.repository).collect()
        };
        let renamed = json!({
            "action": "renamed", "repository": {"full_name": "acme/new"},
            "changes": {"repository": {"name": {"from": "old"}}},
        });
        assert_eq!(names(Forge::GitHub, "repository", &renamed), ["acme/new", "acme/old"]);
        let moved = json!({
            "action": "transferred", "repository": {"full_name": "acme/x"},
            "changes": {"owner": {"from": {"organization": {"login": "beta"}}}},
        });
        assert_eq!(names(Forge::GitHub, "repository", &moved), ["acme/x", "beta/x"]);
        let gone = json!({"action": "deleted", "repository": {"full_name": "acme/x"}});
        assert_eq!(names(Forge::Gitea, "repository", &gone), ["acme/x"]);
        let renamed = json!({
            "event_name": "project_rename", "path_with_namespace": "acme/new",
            "old_path_with_namespace": "acme/old",
        });
        assert_eq!(names(Forge::GitLab, "System Hook", &renamed), ["acme/new", "acme/old"]);
        assert!(names(Forge::GitHub, "ping", &json!({"zen": "x"})).is_empty());
        assert!(names(Forge::GitHub, "repository", &json!({"action": "created"})).is_empty());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for body in [&b"{"[..], b"[]", b"\xff", b"{\"commits\": 5}"] {
            let delivery =
                Delivery { forge: Forge::GitHub, id: "1", event: "push", proof: "", body };
            assert!(matches!(read(&delivery), Err(Error::Invalid { .. })), "{body:?}");
        }
    }
}
