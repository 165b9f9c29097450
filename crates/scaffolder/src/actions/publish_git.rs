//! `publish:git`: pushes the workspace to a new repository in the configured folder, or to any
//! git remote that is empty.

use super::{Action, ActionContext, ActionResult, text};
use clients::git::publish::{Push, commit_and_push, init_bare, pushed_before};
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
    let mut made = None;
    // The address people are given, which names no folder of this machine.
    let mut shown = None;
    let remote = match (text(&input, "repository"), text(&input, "remote")) {
        (Some(name), _) => {
            let name = name.trim_end_matches(".git");
            let path = context.repositories().join(format!("{name}.git"));
            let remote = Remote::parse(&path.to_string_lossy(), true).map_err(words)?;
            let address = context.address_of(name, &path);
            if let Some(published) = reserve(&context, &path, branch).await? {
                context.say("The repository was pushed before the interruption");
                return Ok(output(&address, branch, &published));
            }
            shown = Some(address);
            made = Some(path);
            remote
        }
        (None, Some(remote)) => {
            let remote = Remote::parse(remote, false).map_err(words)?;
            let allowed = &context.settings.allowed_remotes;
            if !allowed.iter().any(|place| remote.is_below(place)) {
                return Err(format!(
                    "Templates may not publish to {}. An administrator allows it under \
                     scaffolder.publish.git.allowedRemotes; {} allowed now.",
                    remote.url(),
                    if allowed.is_empty() {
                        "nothing is".to_owned()
                    } else {
                        format!("{} are", allowed.join(", "))
                    }
                ));
            }
            remote.checked(context.settings.http.guard()).await.map_err(words)?
        }
        // The schema asks for one of them.
        (None, None) => return Err("Name a repository or a remote.".to_owned()),
    };
    let author = &context.settings.default_author;
    let message =
        text(&input, "gitCommitMessage").unwrap_or(&context.settings.default_commit_message);
    // The run's id ties the commit to the run, so that a repeated step recognises its own push.
    let message = format!("{message}\n\n{TRAILER}: {}\n", context.task_id);
    let push = Push {
        folder: &folder,
        remote: &remote,
        branch,
        message: &message,
        author_name: text(&input, "gitAuthorName").unwrap_or(&author.name),
        author_email: text(&input, "gitAuthorEmail").unwrap_or(&author.email),
    };
    let shown = shown.unwrap_or_else(|| remote.url().to_owned());
    context.say(format!("Pushing to {shown}"));
    let resumed = context.notes.has(PUSHING);
    context.notes.add(PUSHING).await?;
    let hash = match commit_and_push(&push, Limits::default()).await {
        // What is there may be what this step pushed before it was interrupted.
        Err(error @ GitError::NotEmpty { .. }) if resumed => {
            let trailer = (TRAILER, context.task_id.as_str());
            let before = pushed_before(&remote, branch, trailer).await.ok().flatten();
            let hash = before.ok_or_else(|| error.to_string())?;
            context.say("The commit was pushed before the interruption");
            hash
        }
        // A repository of this run that nothing came into would take its name for ever.
        Err(error) => {
            if let Some(path) = &made {
                let _ = tokio::fs::remove_dir_all(path).await;
            }
            return Err(match error {
                GitError::NothingToCommit { .. } => nothing_to_commit(&input),
                error => error.to_string(),
            });
        }
        Ok(hash) => hash,
    };
    context.say(format!("Pushed commit {hash} to {branch}"));
    Ok(output(&shown, branch, &hash))
}

/// The trailer that says which run made a commit.
const TRAILER: &str = "Callboard-Task";

/// Says that this step is about to push.
const PUSHING: &str = "pushing";

/// Says that this step is about to make a repository.
const MAKING: &str = "making";

fn nothing_to_commit(input: &Value) -> String {
    match text(input, "sourcePath") {
        Some(folder) => format!("The folder {folder} of the workspace holds no files to commit."),
        None => "The workspace holds no files to commit.".to_owned(),
    }
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

/// Makes the bare repository for this run. When this step made it before it was interrupted, the
/// answer is the commit it pushed, if it came that far.
async fn reserve(
    context: &ActionContext,
    path: &Path,
    branch: &str,
) -> Result<Option<String>, String> {
    let made_before = context.notes.has(MAKING);
    let owner = tokio::fs::read_to_string(path.join(OWNER)).await;
    if made_before && owner.is_ok_and(|owner| owner.trim() == context.task_id) {
        let repository = Repository::open(path).await.map_err(|error| error.to_string())?;
        return Ok(repository.resolve(&format!("refs/heads/{branch}")).await.ok());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if path.exists() {
        return Err(format!("There is a repository {name} already. Choose another name."));
    }
    context.notes.add(MAKING).await?;
    // It appears with its owner's name in it, or not at all.
    let partial = path.with_file_name(format!(".{name}.{}.partial", context.task_id));
    let _ = tokio::fs::remove_dir_all(&partial).await;
    init_bare(&partial, branch).await.map_err(|error| error.to_string())?;
    let marked = async {
        tokio::fs::write(partial.join(OWNER), &context.task_id).await?;
        tokio::fs::rename(&partial, path).await
    };
    if let Err(error) = marked.await {
        let _ = tokio::fs::remove_dir_all(&partial).await;
        return Err(format!("The repository {name} cannot be made: {error}"));
    }
    Ok(None)
}
