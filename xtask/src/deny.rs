//! What `deny.toml` lets into the program: licences, forbidden crates, second versions and registries.
//!
//! The file is that of `cargo deny`, read here so that nobody has to install it. Advisories need a
//! database from the network, so they stay the business of `cargo deny check advisories`.

use crate::{
    process,
    workspace::{WASM, Workspace},
};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "deny.toml";

/// The parts of `deny.toml` that are checked. A key that is not known here is an error, so that no
/// rule is written down and never looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "graph")]
    _graph: Option<toml::Value>,
    #[serde(rename = "advisories")]
    _advisories: Option<toml::Value>,
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Licences {
    allow: BTreeSet<String>,
    /// Where `cargo deny` guesses a licence from its text; here only what crates declare counts.
    #[serde(rename = "confidence-threshold")]
    _confidence_threshold: Option<f64>,
    private: Option<Private>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Private {
    ignore: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Bans {
    multiple_versions: Level,
    wildcards: Level,
    #[serde(default)]
    allow_wildcard_paths: bool,
    #[serde(default)]
    deny: Vec<Named>,
    /// Crates that may be there in several versions.
    #[serde(default)]
    skip: Vec<Named>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Allow,
    Deny,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Sources {
    unknown_registry: Level,
    unknown_git: Level,
    allow_registry: Vec<String>,
}

/// Checks every crate of this machine's program and of the browser's.
pub fn run(workspace: &Workspace) -> Result<()> {
    let path = workspace.root.join(FILE);
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {FILE}"))?;
    let problems = check(&text, &metadata(workspace)?)?;
    problems.iter().for_each(|problem| println!("{FILE}: {problem}"));
    if problems.is_empty() { Ok(()) } else { bail!("{} problems with crates", problems.len()) }
}

/// All crates that are compiled for this machine and for the browser. Without a network some of the
/// browser's may not be there; then this machine's are asked for alone.
fn metadata(workspace: &Workspace) -> Result<Value> {
    let version = process::output(process::rustc(&workspace.root).arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.context("`rustc -vV` names no host")?;
    let ask = |more: &[&str]| {
        let mut cargo = workspace.cargo();
        cargo.args(["metadata", "--format-version", "1", "--filter-platform", host]).args(more);
        process::output(&mut cargo)
    };
    let output = ask(&["--filter-platform", WASM]).or_else(|error| {
        process::check_interrupt()?;
        println!(
            "{error:#}\nThe crates of the browser's program are not all there; leaving them out."
        );
        ask(&["--offline"])
    })?;
    serde_json::from_str(&output).context("reading `cargo metadata`")
}

fn check(rules: &str, metadata: &Value) -> Result<Vec<String>> {
    let rules: Rules = toml::from_str(rules).with_context(|| format!("reading {FILE}"))?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
    let resolved: BTreeSet<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| node["id"].as_str())
        .collect();
    let mut problems = BTreeSet::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let used = |package: &&Value| resolved.contains(package["id"].as_str().unwrap_or_default());
    for package in packages.iter().filter(used) {
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        versions.entry(name).or_default().insert(version);
        if rules.bans.deny.iter().any(|banned| banned.name == name) {
            problems.insert(format!(
                "{name} {version} is denied; `cargo tree -i {name}` says who uses it"
            ));
        }
        problems
            .extend(licence(&rules.licenses, package).map(|it| format!("{name} {version} {it}")));
        problems.extend(source(&rules.sources, package).map(|it| format!("{name} {version} {it}")));
        if package["source"].is_null() && rules.bans.wildcards == Level::Deny {
            problems.extend(wildcards(&rules.bans, package).map(|it| format!("{name} {it}")));
        }
    }
    for (name, versions) in versions {
        let skipped = rules.bans.skip.iter().any(|skipped| skipped.name == name);
        if versions.len() > 1 && !skipped && rules.bans.multiple_versions == Level::Deny {
            let list = versions.into_iter().collect::<Vec<_>>().join(", ");
            problems.insert(format!(
                "{name} is there in several versions ({list}); take one, or name it under `skip` \
                 with a reason"
            ));
        }
    }
    Ok(problems.into_iter().collect())
}

/// What is wrong with the licence of a crate.
fn licence(rules: &Licences, package: &Value) -> Option<String> {
    let private = package["source"].is_null();
    if private && rules.private.as_ref().is_some_and(|private| private.ignore) {
        return None;
    }
    let Some(text) = package["license"].as_str() else {
        return Some("names no licence".to_owned());
    };
    match Expression::read(text) {
        Some(expression) if expression.allowed(&rules.allow) => None,
        Some(_) => Some(format!("has the licence `{text}`, which is not in `licenses.allow`")),
        None => Some(format!("has a licence that is no SPDX expression: `{text}`")),
    }
}

fn source(rules: &Sources, package: &Value) -> Option<String> {
    let source = package["source"].as_str()?;
    if let Some(registry) = source.strip_prefix("registry+").or(source.strip_prefix("sparse+")) {
        let known = rules.allow_registry.iter().any(|allowed| allowed == registry);
        return (!known && rules.unknown_registry == Level::Deny)
            .then(|| format!("comes from the registry {registry}, which is not allowed"));
    }
    (rules.unknown_git == Level::Deny).then(|| format!("comes from {source}, which is not allowed"))
}

/// Dependencies of ours that take any version.
fn wildcards<'a>(rules: &'a Bans, package: &'a Value) -> impl Iterator<Item = String> + 'a {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    dependencies.filter_map(|dependency| {
        let any = dependency["req"].as_str() == Some("*");
        let ours = dependency["path"].is_string() && rules.allow_wildcard_paths;
        let name = dependency["name"].as_str().unwrap_or_default();
        (any && !ours).then(|| format!("takes any version of {name}; write the one it needs"))
    })
}

/// An SPDX expression, in the form that crates use: `MIT OR Apache-2.0`, `MIT/Apache-2.0`.
#[derive(Debug, PartialEq, Eq)]
enum Expression {
    /// A licence, with its exception when it has one.
    Licence(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
}

impl Expression {
    fn read(text: &str) -> Option<Self> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let expression = Self::any(&mut words)?;
        words.is_empty().then_some(expression)
    }

    fn any(words: &mut Vec<&str>) -> Option<Self> {
        let mut parts = vec![Self::all(words)?];
        while words.last() == Some(&"OR") {
            words.pop();
            parts.push(Self::all(words)?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Self::Any(parts)) }
    }

    fn all(words: &mut Vec<&str>) -> Option<Self> {
        let mut parts = vec![Self::one(words)?];
        while words.last() == Some(&"AND") {
            words.pop();
            parts.push(Self::one(words)?);
        }
        if parts.len() == 1 { parts.pop() } else { Some(Self::All(parts)) }
    }

    fn one(words: &mut Vec<&str>) -> Option<Self> {
        let word = words.pop()?;
        if word == "(" {
            let inner = Self::any(words)?;
            return (words.pop()? == ")").then_some(inner);
        }
        let is_name = |word: &str| {
            !["OR", "AND", "WITH"].contains(&word)
                && word.chars().all(|c| c.is_ascii_alphanumeric() || "-.+:".contains(c))
        };
        let mut name = Some(word).filter(|word| is_name(word))?.to_owned();
        if words.last() == Some(&"WITH") {
            words.pop();
            name = format!("{name} WITH {}", words.pop().filter(|word| is_name(word))?);
        }
        Some(Self::Licence(name))
    }

    fn allowed(&self, allow: &BTreeSet<String>) -> bool {
        match self {
            Self::Licence(name) => allow.contains(name),
            Self::All(parts) => parts.iter().all(|part| part.allowed(allow)),
            Self::Any(parts) => parts.iter().any(|part| part.allowed(allow)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RULES: &str = r#"
        [graph]
        all-features = false
        [licenses]
        allow = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]
        [bans]
        multiple-versions = "deny"
        wildcards = "deny"
        allow-wildcard-paths = true
        deny = [{ crate = "openssl" }]
        skip = [{ crate = "syn", reason = "macros of others" }]
        [sources]
        unknown-registry = "deny"
        unknown-git = "deny"
        allow-registry = ["https://registry.example/index"]
    "#;

    fn package(name: &str, version: &str, licence: &str) -> Value {
        json!({"id": format!("{name}@{version}"), "name": name, "version": version, "license": licence,
            "source": "registry+https://registry.example/index", "dependencies": []})
    }

    fn problems(packages: &[Value]) -> Vec<String> {
        let nodes: Vec<Value> = packages.iter().map(|it| json!({"id": it["id"]})).collect();
        let mut packages = packages.to_vec();
        // One that no platform of ours compiles.
        packages.push(package("elsewhere", "1.0.0", "Proprietary"));
        check(RULES, &json!({"packages": packages, "resolve": {"nodes": nodes}})).unwrap()
    }

    #[test]
    fn licences_are_read_as_expressions() {
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "MIT AND ISC",
            "(GPL-3.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(problems(&[package("a", "1.0.0", good)]).is_empty(), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "MIT OR", "(MIT", "see LICENSE"] {
            let found = problems(&[package("a", "1.0.0", bad)]);
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
            assert!(found[0].starts_with("a 1.0.0 has "), "{found:?}");
        }
        let mut none = package("a", "1.0.0", "");
        none["license"] = Value::Null;
        assert_eq!(problems(&[none]), ["a 1.0.0 names no licence"]);
    }

    #[test]
    fn denied_crates_and_second_versions_are_named() {
        let found = problems(&[package("openssl", "1.0.0", "MIT")]);
        assert!(found[0].starts_with("openssl 1.0.0 is denied"), "{found:?}");
        let found = problems(&[package("a", "1.0.0", "MIT"), package("a", "2.0.0", "MIT")]);
        assert!(found[0].starts_with("a is there in several versions (1.0.0, 2.0.0)"), "{found:?}");
        let skipped = [package("syn", "1.0.0", "MIT"), package("syn", "2.0.0", "MIT")];
        assert!(problems(&skipped).is_empty());
    }

    #[test]
    fn crates_come_from_known_registries() {
        let mut other = package("a", "1.0.0", "MIT");
        other["source"] = json!("registry+https://other.example/index");
        assert!(problems(&[other])[0].contains("the registry https://other.example/index"));
        let mut git = package("a", "1.0.0", "MIT");
        git["source"] = json!("git+https://git.example/a");
        assert!(problems(&[git])[0].contains("git+https://git.example/a, which is not allowed"));
    }

    #[test]
    fn our_own_crates_say_which_version_they_need() {
        let mut ours = package("server", "0.1.0", "MIT");
        ours["source"] = Value::Null;
        ours["dependencies"] = json!([
            {"name": "serde", "req": "*"}, {"name": "db", "req": "*", "path": "/x/crates/db"},
        ]);
        let expected = "server takes any version of serde; write the one it needs";
        assert_eq!(problems(&[ours]), [expected]);
    }

    #[test]
    fn a_rule_that_is_not_known_is_an_error() {
        let unknown = RULES.replace("wildcards", "highlight = \"all\"\nwildcards");
        let error = check(&unknown, &json!({"packages": []})).unwrap_err();
        assert!(format!("{error:#}").contains("highlight"), "{error:#}");
    }
}
