//! `fs:rename`: moves files and folders within the workspace.

use super::{Action, ActionContext, ActionResult, text};
use serde_json::{Value, json};
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
    for file in input["files"].as_array().into_iter().flatten() {
        let (from, to) = (text(file, "from").unwrap_or(""), text(file, "to").unwrap_or(""));
        let (source, target) = (context.workspace.resolve(from)?, context.workspace.resolve(to)?);
        // After an interrupted run the file may have been moved already.
        if !source.exists() && target.exists() {
            context.say(format!("File {from} is at {to} already"));
            continue;
        }
        let overwrite = file["overwrite"].as_bool().unwrap_or(false);
        if target.exists() && !overwrite {
            return Err(format!("{to} is there already; set overwrite to replace it."));
        }
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|error| format!("The folder of {to} cannot be made: {error}"))?;
        }
        if overwrite && target.is_dir() {
            std::fs::remove_dir_all(&target)
                .map_err(|error| format!("{to} cannot be replaced: {error}"))?;
        }
        std::fs::rename(&source, &target)
            .map_err(|error| format!("{from} cannot be moved to {to}: {error}"))?;
        context.say(format!("File {from} renamed to {to} successfully"));
    }
    Ok(json!({}))
}
