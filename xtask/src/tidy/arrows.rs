//! Invariants 2 and 3: which crate may use which.

use super::{Fault, Source};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;

const RULE: &str = "arrows";

/// Every crate and all it may use of ours; a crate that is not listed may use nothing of ours.
///
/// A new arrow is a decision about the architecture: change `ARCHITECTURE.md` with it.
const ARROWS: [(&str, &[&str]); 22] = [
    ("model", &[]),
    ("clients", &[]),
    ("yaml", &[]),
    ("globs", &[]),
    ("templating", &[]),
    ("db", &["model"]),
    ("access", &["model", "db"]),
    ("activity", &["model", "db", "access"]),
    ("catalog_index", &["model"]),
    ("catalog_ingest", &["model", "yaml", "globs", "clients", "catalog_index"]),
    (
        "catalog",
        &[
            "model",
            "db",
            "access",
            "activity",
            "yaml",
            "globs",
            "clients",
            "catalog_index",
            "catalog_ingest",
        ],
    ),
    ("techdocs", &["model", "db", "access", "activity", "yaml", "globs", "clients", "catalog"]),
    ("apidocs", &["model", "access", "yaml", "catalog", "techdocs"]),
    (
        "scaffolder",
        &["model", "db", "access", "activity", "yaml", "globs", "clients", "catalog", "templating"],
    ),
    (
        "insights",
        &["model", "db", "access", "activity", "yaml", "globs", "clients", "catalog", "techdocs"],
    ),
    (
        "portal",
        &[
            "model",
            "db",
            "access",
            "activity",
            "yaml",
            "clients",
            "catalog",
            "techdocs",
            "apidocs",
            "templating",
            "scaffolder",
            "insights",
        ],
    ),
    ("app", &["model", "portal", "access"]),
    (
        "server",
        &[
            "clients",
            "app",
            "portal",
            "model",
            "access",
            "yaml",
            "catalog",
            "templating",
            "scaffolder",
            "db",
            "activity",
            "techdocs",
            "insights",
        ],
    ),
    ("frontend", &["app"]),
    ("xtask", &[]),
    ("bench", &[]),
    ("testkit", &["*"]),
];

/// Arrows that exist only in the server's half of a crate, behind an optional dependency.
const OPTIONAL: [(&str, &str); 2] = [("app", "portal"), ("app", "access")];

pub fn check(metadata: &Value, sources: &[Source]) -> Result<Vec<Fault>> {
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let ours: BTreeSet<&str> = packages.iter().filter_map(|p| p["name"].as_str()).collect();
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let mut faults = Vec::new();
    for package in packages {
        let name = package["name"].as_str().context("a package without a name")?;
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let file = manifest.strip_prefix(root).unwrap_or(manifest).replace('\\', "/");
        let file = file.trim_start_matches('/').to_owned();
        let text = sources.iter().find(|source| source.path == file).map_or("", |s| &s.text);
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            let message = format!("the crate `{name}` is not in the table of arrows");
            faults.push(Fault { file, line: 0, rule: RULE, message });
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(to) = dependency["name"].as_str().filter(|to| ours.contains(to)) else {
                continue;
            };
            let message = problem(name, to, allowed, dependency);
            faults.extend(message.map(|message| Fault {
                file: file.clone(),
                line: line_of(text, to),
                rule: RULE,
                message,
            }));
        }
    }
    Ok(faults)
}

fn problem(from: &str, to: &str, allowed: &[&str], dependency: &Value) -> Option<String> {
    // Tests may look at anything; they are no part of the program.
    if dependency["kind"].as_str() == Some("dev") {
        return None;
    }
    if to == "testkit" {
        return Some(format!("`{from}` uses `testkit` outside of [dev-dependencies]"));
    }
    if allowed != ["*"] && !allowed.contains(&to) {
        let list =
            if allowed.is_empty() { "nothing of ours".to_owned() } else { allowed.join(", ") };
        return Some(format!("`{from}` must not use `{to}`; it may use {list}"));
    }
    if OPTIONAL.contains(&(from, to)) && dependency["optional"] != true {
        return Some(format!(
            "`{from}` may use `{to}` only on the server: make it `optional = true` and part of the feature `ssr`"
        ));
    }
    None
}

/// The line of a manifest that names the dependency; zero when there is none.
fn line_of(manifest: &str, dependency: &str) -> usize {
    manifest
        .lines()
        .position(|line| {
            line.trim_start()
                .strip_prefix(dependency)
                .is_some_and(|rest| rest.starts_with([' ', '.', '=']) || rest.is_empty())
        })
        .map_or(0, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(from: &str, dependencies: Value) -> Vec<String> {
        let others = ["portal", "db", "testkit", "model", "sqlx"].map(|name| {
            json!({"name": name, "manifest_path": "/w/crates/x/Cargo.toml", "dependencies": []})
        });
        let mut packages = vec![json!({
            "name": from, "manifest_path": "/w/app/Cargo.toml", "dependencies": dependencies,
        })];
        // `sqlx` stands for a crate of others: it is not a member.
        packages.extend(others.into_iter().filter(|p| p["name"] != from && p["name"] != "sqlx"));
        let sources = [Source {
            path: "app/Cargo.toml".into(),
            text: "[dependencies]\ndb.workspace = true\n".into(),
        }];
        check(&json!({"workspace_root": "/w", "packages": packages}), &sources)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_forbidden_arrow_is_named_with_its_line() {
        let found = faults("app", json!([{"name": "db", "kind": null}]));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("app/Cargo.toml:2: `app` must not use `db`"), "{found:?}");
    }

    #[test]
    fn lower_crates_use_nothing_of_ours() {
        assert_eq!(faults("clients", json!([{"name": "model", "kind": null}])).len(), 1);
    }

    #[test]
    fn the_kit_for_tests_stays_in_tests() {
        assert_eq!(faults("app", json!([{"name": "testkit", "kind": "dev"}])).len(), 0);
        assert_eq!(faults("app", json!([{"name": "testkit", "kind": null}])).len(), 1);
    }

    #[test]
    fn the_interface_reaches_services_only_on_the_server() {
        assert_eq!(faults("app", json!([{"name": "portal", "optional": true}])).len(), 0);
        assert_eq!(faults("app", json!([{"name": "portal", "optional": false}])).len(), 1);
    }

    #[test]
    fn crates_of_others_and_unknown_members() {
        assert_eq!(faults("app", json!([{"name": "sqlx"}])).len(), 0);
        assert_eq!(faults("novelty", json!([])).len(), 1);
    }
}
