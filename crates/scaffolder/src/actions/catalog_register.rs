//! `catalog:register`: brings a descriptor into the catalog.

use super::{Action, ActionContext, ActionResult, text};
use model::{Error, Result};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) fn action() -> Action {
    Action {
        id: "catalog:register",
        description: "Brings the entities of a descriptor into the catalog.",
        input: json!({
            "type": "object",
            "anyOf": [{"required": ["catalogInfoUrl"]}, {"required": ["repoContentsUrl"]}],
            "properties": {
                "catalogInfoUrl": {
                    "title": "Address of the descriptor",
                    "type": "string"
                },
                "repoContentsUrl": {
                    "title": "Address of the repository's content, as a publishing step gives it",
                    "type": "string"
                },
                "catalogInfoPath": {
                    "title": "Path in the repository; /catalog-info.yaml when left out",
                    "type": "string"
                },
                "optional": {
                    "title": "Go on when it cannot be registered",
                    "type": "boolean"
                }
            }
        }),
        output: json!({
            "type": "object",
            "properties": {
                "entityRef": {"type": "string"},
                "catalogInfoUrl": {"type": "string"}
            }
        }),
        example: json!({"catalogInfoUrl": "https://git.example.com/team/app/raw/main/catalog-info.yaml"}),
        run: |context, input| Box::pin(run(context, input)),
    }
}

async fn run(context: Arc<ActionContext>, input: Value) -> ActionResult {
    let target = match (text(&input, "catalogInfoUrl"), text(&input, "repoContentsUrl")) {
        (Some(url), _) => url.to_owned(),
        (None, Some(contents)) => {
            join(contents, text(&input, "catalogInfoPath").unwrap_or("/catalog-info.yaml"))
        }
        // The schema asks for one of them.
        (None, None) => String::new(),
    };
    context.say(format!("Registering {target} in the catalog"));
    match register(&context, location_type(&target), &target).await {
        Ok(refs) => {
            let entity_ref = refs
                .iter()
                .find(|entity| entity.starts_with("component:") && !is_generated(entity))
                .or_else(|| refs.iter().find(|entity| !is_generated(entity)))
                .or(refs.first());
            for entity in &refs {
                context.say(format!("In the catalog: {entity}"));
            }
            Ok(json!({"entityRef": entity_ref, "catalogInfoUrl": target}))
        }
        Err(error) if input["optional"] == true => {
            context.say(format!("Not registered, and the run goes on: {error}"));
            Ok(json!({"catalogInfoUrl": target}))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Says that this step is about to register what was not registered before.
const REGISTERING: &str = "registering";

/// The entities that the place gives.
async fn register(context: &ActionContext, kind: &str, target: &str) -> Result<Vec<String>> {
    if context.notes.has(REGISTERING) {
        let found = context.catalog.location_check(&context.op, kind, target).await?;
        if found.exists {
            context.say("It was registered before the interruption");
            if let Some(known) = context.catalog.location_find(&context.op, kind, target)? {
                note_run(context, &known.id).await;
            }
            // The first stands for the place itself.
            let given = found.entities.iter().skip(1);
            return Ok(given.map(|entity| entity.entity_ref().to_string()).collect());
        }
    } else if context.catalog.location_find(&context.op, kind, target)?.is_none() {
        // What somebody else registered is a conflict, and no trace of this step.
        context.notes.add(REGISTERING).await.map_err(Error::unavailable)?;
    }
    let registered = context.catalog.location_register(&context.op, kind, target).await?;
    note_run(context, &registered.location_id).await;
    Ok(registered.entity_refs)
}

/// The page of the entity leads to the run; without that it is registered all the same.
async fn note_run(context: &ActionContext, location_id: &str) {
    let noted = context.catalog.location_note_task(&context.op, location_id, &context.task_id);
    if let Err(error) = noted.await {
        tracing::warn!(task.id = context.task_id, "the run is not noted: {error}");
    }
}

/// A path inside of a repository's content: `<remote>//<path>?ref=<branch>` for plain git, a longer
/// path for what a web server shows.
fn join(contents: &str, path: &str) -> String {
    let path = path.trim_start_matches('/');
    let (address, query) = match contents.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (contents, String::new()),
    };
    match location_type(contents) {
        "git" => {
            let separator = if address.ends_with('/') { "" } else { "/" };
            format!("{address}{separator}{path}{query}")
        }
        _ => format!("{}/{path}{query}", address.trim_end_matches('/')),
    }
}

/// Plain git is recognised by the double slash after the repository's address.
fn location_type(target: &str) -> &'static str {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    if rest.contains("//") { "git" } else { "url" }
}

fn is_generated(entity_ref: &str) -> bool {
    entity_ref.contains("/generated-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_descriptor_in_a_repository() {
        assert_eq!(
            join("file:///srv/git/a.git//?ref=main", "/catalog-info.yaml"),
            "file:///srv/git/a.git//catalog-info.yaml?ref=main"
        );
        assert_eq!(
            join("https://git.example.com/o/r/blob/main", "/a/b.yaml"),
            "https://git.example.com/o/r/blob/main/a/b.yaml"
        );
        assert_eq!(location_type("https://git.example.com/o/r.git//?ref=main"), "git");
        assert_eq!(location_type("https://git.example.com/o/r/blob/main/x.yaml"), "url");
    }
}
