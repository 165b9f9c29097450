//! `fetch:plain`: copies a folder into the workspace as it is.

use super::fetch::{self, Kind};
use super::{Action, ActionContext, ActionResult, blocking, text};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "fetch:plain",
        description: "Copies a folder or a file into the workspace as it is.",
        input: json!({
            "type": "object",
            "required": ["url"],
            "properties": {
                "url": {
                    "title": "From",
                    "description": "A path beside the template, or a git repository as <clone address>//<path>?ref=<branch>",
                    "type": "string"
                },
                "targetPath": {
                    "title": "To",
                    "description": "A folder of the workspace; the workspace itself when left out",
                    "type": "string"
                },
                "token": {"title": "Token", "type": "string"}
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"url": "./skeleton", "targetPath": "app"}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let url = text(&input, "url").unwrap_or_default();
    let target = context.workspace.resolve(text(&input, "targetPath").unwrap_or("./"))?;
    context.say(format!("Fetching plain content from remote URL {url}"));
    let source = fetch::open(&context, url).await?;
    blocking(move |abandoned| {
        let copy = |relative: &Path, to: &Path, kind: Kind| {
            abandoned.check()?;
            if let Some(left_out) = fetch::copy(&context.workspace, &source, relative, to, kind)? {
                context.say(left_out);
            }
            Ok::<(), String>(())
        };
        if source.path.is_file() {
            let name = source.path.file_name().unwrap_or_default();
            copy(Path::new(""), &target.join(name), Kind::File)?;
            return Ok(json!({}));
        }
        for (relative, kind) in fetch::walk(&source)? {
            copy(&relative, &target.join(&relative), kind)?;
        }
        Ok(json!({}))
    })
    .await
}
