//! `catalog:register`: brings a descriptor into the catalog.

use super::{Action, ActionContext, ActionResult, text};
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
    let kind = location_type(&target);
    match context.catalog.location_register(&context.op, kind, &target).await {
        Ok(registered) => {
            let refs = registered.entity_refs;
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

/// Plain git is told by the double slash after the repository's address.
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
