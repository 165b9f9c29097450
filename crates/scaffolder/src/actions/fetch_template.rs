//! `fetch:template`: copies a folder into the workspace, rendering paths and files.

use super::fetch::{self, Kind, Source};
use super::{Abandoned, Action, ActionContext, ActionResult, blocking, text};
use crate::render::{FileRenderer, FileSyntax};
use globs::Globby;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "fetch:template",
        description: "Copies a folder into the workspace and renders every path and file.",
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
                "values": {
                    "title": "Values",
                    "description": "What the files find under values",
                    "type": "object"
                },
                "copyWithoutTemplating": {
                    "title": "Files whose content is not rendered",
                    "type": "array",
                    "items": {"type": "string"}
                },
                "copyWithoutRender": {
                    "title": "Files of which neither path nor content is rendered",
                    "type": "array",
                    "items": {"type": "string"}
                },
                "cookiecutterCompat": {"title": "Cookiecutter's syntax", "type": "boolean"},
                "templateFileExtension": {
                    "title": "Only render files with this ending (true means .njk), and remove it",
                    "type": ["string", "boolean"]
                },
                "replace": {"title": "Replace files that are there", "type": "boolean"},
                "trimBlocks": {"title": "Drop the line break after a block tag", "type": "boolean"},
                "lstripBlocks": {"title": "Drop blanks before a block tag", "type": "boolean"},
                "token": {"title": "Token", "type": "string"}
            }
        }),
        output: json!({"type": "object"}),
        example: json!({"url": "./skeleton", "values": {"name": "invoices"}}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let url = text(&input, "url").unwrap_or_default();
    let target = context.workspace.resolve(text(&input, "targetPath").unwrap_or("./"))?;
    let flag = |key: &str| input[key].as_bool().unwrap_or(false);
    let cookiecutter = flag("cookiecutterCompat");
    let extension = match &input["templateFileExtension"] {
        Value::Bool(true) => Some(".njk".to_owned()),
        Value::String(text) => Some(format!(".{}", text.trim_start_matches('.'))),
        _ => None,
    };
    if extension.is_some() && (cookiecutter || input["copyWithoutTemplating"].is_array()) {
        return Err("Fetch action input extension incompatible with copyWithoutTemplating and \
                    cookiecutterCompat"
            .to_owned());
    }
    context.say(format!("Fetching template content from remote URL {url}"));
    let source = fetch::open(&context, url).await?;
    let syntax = FileSyntax {
        cookiecutter,
        trim_blocks: flag("trimBlocks"),
        lstrip_blocks: flag("lstripBlocks"),
    };
    let values = match &input["values"] {
        Value::Null => json!({}),
        values => values.clone(),
    };
    let name = if cookiecutter { "cookiecutter" } else { "values" };
    let renderer = FileRenderer::new(syntax, &context.hosts, json!({ name: values }));
    let plan = Plan {
        raw_content: input["copyWithoutTemplating"].clone(),
        raw: input["copyWithoutRender"].clone(),
        extension,
        replace: flag("replace"),
    };
    blocking(move |abandoned| render(&context, &source, &target, &renderer, &plan, abandoned)).await
}

/// Which files are rendered, and what becomes of those that are there.
struct Plan {
    raw_content: Value,
    raw: Value,
    extension: Option<String>,
    replace: bool,
}

fn render(
    context: &ActionContext,
    source: &Source,
    target: &Path,
    renderer: &FileRenderer,
    plan: &Plan,
    abandoned: &Abandoned,
) -> ActionResult {
    let files = fetch::walk(source)?;
    let raw_content = patterns(&plan.raw_content, &files)?;
    let raw = patterns(&plan.raw, &files)?;
    let count = files.len();
    context.say(format!("Processing {count} template files/directories with input values"));
    for (relative, kind) in files {
        abandoned.check()?;
        let from = source.path.join(&relative);
        let place = relative;
        let relative = place.to_string_lossy().replace('\\', "/");
        let untouched = raw.matches(&relative).map_err(|error| error.to_string())?;
        let mut path = match untouched {
            true => relative.clone(),
            false => renderer.render(&relative).map_err(|error| format!("{relative}: {error}"))?,
        };
        // A path that renders to nothing is how a template makes a file conditional.
        if path.is_empty() || path.starts_with('/') || path.contains("//") || path.ends_with('/') {
            continue;
        }
        let rendered = match &plan.extension {
            Some(extension) => match path.strip_suffix(extension.as_str()) {
                Some(stripped) => {
                    path = stripped.to_owned();
                    true
                }
                None => false,
            },
            None if untouched => false,
            None => !raw_content.matches(&relative).map_err(|error| error.to_string())?,
        };
        let to = within(context, target, &path)?;
        if std::fs::symlink_metadata(&to).is_ok() && !plan.replace {
            continue;
        }
        let bytes = match (kind, rendered) {
            (Kind::File, true) => std::fs::read(&from).ok(),
            _ => None,
        };
        match bytes.map(String::from_utf8) {
            Some(Ok(content)) if !content.contains('\0') => {
                let content =
                    renderer.render(&content).map_err(|error| format!("{relative}: {error}"))?;
                fetch::write(&from, &to, content.as_bytes())?;
            }
            // Links, binary files and what is not to be rendered.
            _ => {
                if let Some(left_out) = fetch::copy(&context.workspace, source, &place, &to, kind)?
                {
                    context.say(left_out);
                }
            }
        }
    }
    context.say("Template result written to the workspace");
    Ok(json!({}))
}

/// A rendered path may hold `..`: it still stays in the workspace.
fn within(
    context: &ActionContext,
    target: &Path,
    path: &str,
) -> Result<std::path::PathBuf, String> {
    let base = target.strip_prefix(context.workspace.root()).unwrap_or(target);
    context.workspace.resolve(&base.join(path).to_string_lossy())
}

fn patterns(list: &Value, files: &[(PathBuf, Kind)]) -> Result<Globby, String> {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_folder = |folder: &str| {
        files.iter().any(|(file, _)| file.parent().is_some_and(|above| above.starts_with(folder)))
    };
    Globby::new(texts, true, is_folder).map_err(|error| error.to_string())
}
