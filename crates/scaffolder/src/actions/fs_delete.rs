//! `fs:delete`: removes files of the workspace.

use super::{Action, ActionContext, ActionResult};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "fs:delete",
        description: "Removes files of the workspace, by name or pattern. A folder's name stands for all files below it.",
        input: json!({
            "type": "object",
            "required": ["files"],
            "properties": {
                "files": {
                    "title": "Files",
                    "description": "Names and patterns; files whose name begins with a dot count",
                    "type": "array",
                    "items": {"type": "string"}
                }
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"files": ["build", "**/*.tmp"]}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let root = context.workspace.root();
    for name in input["files"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        // Checks that the name does not lead out; a pattern's stars are ordinary letters here.
        let path = context.workspace.resolve(name)?;
        let pattern = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let files = context.workspace.files();
        let is_folder = |folder: &str| {
            let below = format!("{folder}/");
            files.iter().any(|file| file.starts_with(&below))
        };
        let globs =
            globs::Globby::one(&pattern, true, is_folder).map_err(|error| error.to_string())?;
        for shown in &files {
            let path = root.join(shown);
            // A link to a file is removed itself, not what it leads to; one to a folder stays.
            if !globs.matches(shown).map_err(|error| error.to_string())? || !path.is_file() {
                continue;
            }
            std::fs::remove_file(&path)
                .map_err(|error| format!("{shown} cannot be deleted: {error}"))?;
            context.say(format!("File {shown} deleted successfully"));
        }
    }
    Ok(json!({}))
}
