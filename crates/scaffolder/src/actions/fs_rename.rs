//! `fs:rename`: moves files and folders within the workspace.

use super::{Action, ActionContext, ActionResult, blocking, text};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "fs:rename",
        description: "Moves files and folders within the workspace.",
        input: json!({
            "type": "object",
            "required": ["files"],
            "properties": {
                "files": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["from", "to"],
                        "properties": {
                            "from": {"type": "string", "title": "From"},
                            "to": {"type": "string", "title": "To"},
                            "overwrite": {"type": "boolean", "title": "Replace what is there"}
                        }
                    }
                }
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"files": [{"from": "gitignore", "to": ".gitignore", "overwrite": true}]}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    for (index, file) in input["files"].as_array().into_iter().flatten().enumerate() {
        let note = format!("moved {index}");
        // Moved again, two files that changed places would change back.
        if context.notes.has(&note) {
            continue;
        }
        let (from, to) = (text(file, "from").unwrap_or(""), text(file, "to").unwrap_or(""));
        let (from, to) = (from.to_owned(), to.to_owned());
        let overwrite = file["overwrite"].as_bool().unwrap_or(false);
        let inner = context.clone();
        let line = blocking(move |_| rename(&inner, &from, &to, overwrite)).await?;
        context.say(line);
        context.notes.add(&note).await?;
    }
    Ok(json!({}))
}

fn rename(
    context: &ActionContext,
    from: &str,
    to: &str,
    overwrite: bool,
) -> Result<String, String> {
    let (source, target) = (context.workspace.resolve(from)?, context.workspace.resolve(to)?);
    let is_there = |path: &Path| std::fs::symlink_metadata(path).is_ok();
    // An interrupted attempt may have moved it without having noted it.
    if !is_there(&source) && is_there(&target) {
        return Ok(format!("File {from} is at {to} already"));
    }
    if is_there(&target) && !overwrite {
        return Err(format!("{to} is there already; set overwrite to replace it."));
    }
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|error| format!("The folder of {to} cannot be made: {error}"))?;
    }
    if overwrite && target.is_dir() && !target.is_symlink() {
        std::fs::remove_dir_all(&target)
            .map_err(|error| format!("{to} cannot be replaced: {error}"))?;
    }
    std::fs::rename(&source, &target)
        .map_err(|error| format!("{from} cannot be moved to {to}: {error}"))?;
    Ok(format!("File {from} renamed to {to} successfully"))
}
