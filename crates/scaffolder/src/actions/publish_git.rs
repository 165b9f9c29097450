//! `publish:git`: pushes the workspace to a new repository in the configured folder, or to any
//! git remote that is empty.

use super::{Action, ActionContext, ActionResult, text};
use clients::git::publish::{Push, commit_and_push, init_bare};
use clients::git::{GitError, Limits, Remote, Repository};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "publish:git",
        description: "Pushes the workspace to a git repository.",
        input: json!({
            "type": "object",
            "anyOf": [{"required": ["repository"]}, {"required": ["remote"]}],
            "properties": {
                "repository": {
                    "title": "Name of a new repository in the configured folder",
                    "type": "string",
                    "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
                },
                "remote": {
                    "title": "Clone address of an empty repository",
                    "type": "string"
                },
                "description": {"title": "Description", "type": "string"},
                "defaultBranch": {"title": "Branch; main when left out", "type": "string"},
                "gitCommitMessage": {"title": "Message of the commit", "type": "string"},
                "gitAuthorName": {"title": "Author's name", "type": "string"},
                "gitAuthorEmail": {"title": "Author's address", "type": "string"},
                "sourcePath": {
                    "title": "Folder of the workspace to publish; all of it when left out",
                    "type": "string"
                }
            }
        }),
        output: json!({
            "type": "object",
            "properties": {
                "remoteUrl": {"type": "string"},
                "repoContentsUrl": {"type": "string"},
                "commitHash": {"type": "string"}
            }
        }),
        example: json!({"repository": "invoices", "gitCommitMessage": "Start invoices"}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let folder = context.workspace.resolve(text(&input, "sourcePath").unwrap_or("./"))?;
    let branch = text(&input, "defaultBranch").unwrap_or("main");
    let words = |error: GitError| error.to_string();
    let remote = match (text(&input, "repository"), text(&input, "remote")) {
        (Some(name), _) => {
            let name = name.trim_end_matches(".git");
            let path = context.repositories().join(format!("{name}.git"));
            if let Some(published) = reserve(&context, &path, branch).await? {
                context.say("The repository was pushed before the interruption".to_owned());
                return Ok(output(&format!("file://{}", path.display()), branch, &published));
            }
            Remote::parse(&format!("file://{}", path.display()), true).map_err(words)?
        }
        (None, Some(remote)) => {
            let allowed = &context.settings.allowed_remotes;
            if !allowed.iter().any(|prefix| remote.starts_with(prefix.as_str())) {
                return Err(format!(
                    "Templates may not publish to {remote}. An administrator allows it under \
                     scaffolder.publish.git.allowedRemotes; {} allowed now.",
                    if allowed.is_empty() {
                        "nothing is".to_owned()
                    } else {
                        format!("{} are", allowed.join(", "))
                    }
                ));
            }
            let remote = Remote::parse(remote, false).map_err(words)?;
            remote.checked(context.settings.http.guard()).await.map_err(words)?
        }
        // The schema asks for one of them.
        (None, None) => return Err("Name a repository or a remote.".to_owned()),
    };
    let author = &context.settings.default_author;
    let message =
        text(&input, "gitCommitMessage").unwrap_or(&context.settings.default_commit_message);
    // The run's id ties the commit to the run, so that a repeated step recognises its own push.
    let message = format!("{message}\n\nCallboard-Task: {}\n", context.task_id);
    let push = Push {
        folder: &folder,
        remote: &remote,
        branch,
        message: &message,
        author_name: text(&input, "gitAuthorName").unwrap_or(&author.name),
        author_email: text(&input, "gitAuthorEmail").unwrap_or(&author.email),
    };
    context.say(format!("Pushing to {}", remote.url()));
    let hash = commit_and_push(&push, Limits::default()).await.map_err(words)?;
    context.say(format!("Pushed commit {hash} to {branch}"));
    Ok(output(remote.url(), branch, &hash))
}

fn output(remote: &str, branch: &str, hash: &str) -> Value {
    json!({
        "remoteUrl": remote,
        "repoContentsUrl": format!("{remote}//?ref={branch}"),
        "commitHash": hash,
    })
}

/// The file in a bare repository that says which run made it.
const OWNER: &str = "callboard-task";

/// Makes the bare repository for this run. When an interrupted run made it already, the answer is
/// the commit it pushed, if it came that far.
async fn reserve(
    context: &ActionContext,
    path: &Path,
    branch: &str,
) -> Result<Option<String>, String> {
    if let Ok(owner) = std::fs::read_to_string(path.join(OWNER))
        && owner.trim() == context.task_id
    {
        let repository = Repository::open(path).await.map_err(|error| error.to_string())?;
        return Ok(repository.resolve(&format!("refs/heads/{branch}")).await.ok());
    }
    if path.exists() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        return Err(format!("There is a repository {name} already. Choose another name."));
    }
    init_bare(path, branch).await.map_err(|error| error.to_string())?;
    std::fs::write(path.join(OWNER), &context.task_id)
        .map_err(|error| format!("The new repository cannot be marked: {error}"))?;
    Ok(None)
}
