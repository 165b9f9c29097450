//! `fs:delete`: removes files and folders of the workspace.

use super::{Action, ActionContext, ActionResult};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "fs:delete",
        description: "Removes files and folders of the workspace, by name or pattern.",
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
    let options = glob::MatchOptions { case_sensitive: true, ..Default::default() };
    for name in input["files"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        // Checks that the name does not lead out; a pattern's stars are ordinary letters here.
        let path = context.workspace.resolve(name)?;
        let escaped = glob::Pattern::escape(&context.workspace.root().to_string_lossy());
        let relative = path.strip_prefix(context.workspace.root()).unwrap_or(&path);
        if relative.as_os_str().is_empty() {
            return Err("The workspace itself cannot be deleted; name what is in it.".to_owned());
        }
        let pattern = format!("{escaped}/{}", relative.to_string_lossy());
        let found = glob::glob_with(&pattern, options)
            .map_err(|error| format!("\"{name}\" is not a pattern: {error}"))?;
        let found: Vec<_> = found.flatten().collect();
        for path in found {
            let shown = path.strip_prefix(context.workspace.root()).unwrap_or(&path);
            let shown = shown.display().to_string();
            // A link is removed itself, not what it leads to.
            let kind = std::fs::symlink_metadata(&path).map(|meta| meta.is_dir());
            let outcome = match kind {
                Ok(true) => std::fs::remove_dir_all(&path),
                Ok(false) => std::fs::remove_file(&path),
                // Gone already, with a folder above it.
                Err(_) => continue,
            };
            outcome.map_err(|error| format!("{shown} cannot be deleted: {error}"))?;
            context.say(format!("File {shown} deleted successfully"));
        }
    }
    Ok(json!({}))
}
