//! `catalog:write`: writes a descriptor into the workspace.

use super::{Action, ActionContext, ActionResult, text};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "catalog:write",
        description: "Writes a descriptor into the workspace.",
        input: json!({
            "type": "object",
            "required": ["entity"],
            "properties": {
                "filePath": {
                    "title": "File",
                    "description": "Where to; catalog-info.yaml when left out",
                    "type": "string"
                },
                "entity": {"title": "Entity", "type": "object"}
            }
        }),
        output: json!({"type": "object"}),
        example: json!({
            "entity": {
                "apiVersion": "backstage.io/v1alpha1",
                "kind": "Component",
                "metadata": {"name": "invoices"},
                "spec": {"type": "service", "lifecycle": "production", "owner": "billing"}
            }
        }),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, mut input: Value) -> ActionResult {
    let file = text(&input, "filePath").unwrap_or("catalog-info.yaml").to_owned();
    let path = context.workspace.resolve(&file)?;
    context.say(format!("Writing {file}"));
    let mut entity = input["entity"].take();
    let annotations = entity
        .as_object_mut()
        .map(|entity| entity.entry("metadata").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut)
        .map(|metadata| metadata.entry("annotations").or_insert_with(|| json!({})))
        .and_then(Value::as_object_mut);
    match annotations {
        Some(annotations) => {
            // An empty annotation comes from an expression that gave nothing: it is left out.
            annotations.retain(|_, value| value.as_str() != Some(""));
            let template = Value::String(context.template_ref.to_string());
            annotations.insert("backstage.io/source-template".to_owned(), template);
        }
        None => return Err("entity.metadata and its annotations must be objects.".to_owned()),
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|error| format!("The folder of {file} cannot be made: {error}"))?;
    }
    std::fs::write(&path, yaml::to_string(&entity))
        .map_err(|error| format!("{file} cannot be written: {error}"))?;
    Ok(json!({}))
}
