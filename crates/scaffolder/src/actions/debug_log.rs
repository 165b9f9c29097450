//! `debug:log`: writes a message, and on demand the workspace, into the run's log.

use super::{Action, ActionContext, ActionResult, blocking, text};
use serde_json::{Value, json};
use std::sync::Arc;

/// More of a file than this is not written into a log.
const SHOWN: usize = 10_000;

pub(crate) fn action() -> Action {
    Action {
        id: "debug:log",
        description: "Writes a message into the log, and on demand the list of files.",
        input: json!({
            "type": "object",
            "properties": {
                "message": {"title": "Message", "type": "string"},
                "listWorkspace": {
                    "title": "List the workspace",
                    "oneOf": [
                        {"type": "boolean"},
                        {"type": "string", "enum": ["with-filenames", "with-contents"]}
                    ]
                }
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"message": "Hello", "listWorkspace": true}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    if let Ok(pretty) = serde_json::to_string_pretty(&input) {
        context.say(pretty);
    }
    if let Some(message) = text(&input, "message") {
        context.say(message);
    }
    let list = &input["listWorkspace"];
    if list == &Value::Bool(true) || list.is_string() {
        let with_contents = list == "with-contents";
        return blocking(move |abandoned| {
            let files = context.workspace.files();
            context.say(format!("Workspace:\n{}", indented(&files)));
            for file in files.iter().filter(|_| with_contents) {
                abandoned.check()?;
                let content = context.workspace.resolve(file).ok().map(std::fs::read_to_string);
                if let Some(Ok(content)) = content {
                    let shown: String = content.chars().take(SHOWN).collect();
                    context.say(format!("{file}:\n\n{shown}"));
                }
            }
            Ok(json!({}))
        })
        .await;
    }
    Ok(json!({}))
}

fn indented(files: &[String]) -> String {
    files.iter().map(|file| format!("  - {file}")).collect::<Vec<_>>().join("\n")
}
