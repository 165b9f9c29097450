//! Descriptors of public repositories: the verdict on every document is Backstage's.

use catalog::descriptor::{Document, Options, read, read_bytes};
use model::kind::Kinds;
use model::validation::{Strictness, validate};
use serde_json::Value;
use std::path::PathBuf;

#[test]
fn every_document_gets_the_verdict_of_backstage() {
    let Some(samples) = samples() else { return };
    let verdicts = load(&samples, "verdicts.json");
    let manifest = load(&samples, "manifest.json");
    let mut documents = 0;
    let mut wrong = Vec::new();
    for file in verdicts["files"].as_array().expect("a list of files") {
        let name = file["file"].as_str().expect("a name");
        let location = location(&manifest, name);
        let bytes = std::fs::read(samples.join(name)).expect("a sample");
        let found =
            read_bytes(&bytes, &Options { location: Some(&location), ..Options::default() });
        let expected = file["docs"].as_array().expect("a list of verdicts");
        assert_eq!(found.len(), expected.len(), "{name}");
        for (document, verdict) in found.iter().zip(expected) {
            documents += 1;
            compare(&format!("{name}#{}", document.index), document, verdict, &mut wrong);
        }
    }
    assert!(documents > 0, "no documents in {}", samples.display());
    assert!(wrong.is_empty(), "{} of {documents} differ\n{}", wrong.len(), wrong.join("\n"));
    println!("{documents} documents agree");
}

#[test]
fn every_mutation_gets_the_verdict_of_backstage() {
    let Some(samples) = samples() else { return };
    let mutations = load(&samples, "mutations.json");
    let mutations = mutations.as_array().expect("a list of mutations");
    assert!(!mutations.is_empty(), "no mutations in {}", samples.display());
    let mut wrong = Vec::new();
    for (index, mutation) in mutations.iter().enumerate() {
        let name = format!("{} #{index}", mutation["mutation"]);
        // Written as YAML and read again, so that the writer is checked on real content too.
        let text = yaml::to_string(&mutation["entity"]);
        let found = read(&text, &Options::default());
        assert_eq!(found.len(), 1, "{name}\n{text}");
        compare(&name, &found[0], &mutation["verdict"], &mut wrong);
        let direct = validate(mutation["entity"].clone(), Strictness::Exact, Kinds::default());
        assert_eq!(direct.is_ok(), found[0].valid, "{name}: the text differs from the value");
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ\n{}",
        wrong.len(),
        mutations.len(),
        wrong.join("\n")
    );
    println!("{} mutations agree", mutations.len());
}

#[test]
fn every_value_of_every_document_is_written_and_read_back() {
    let Some(samples) = samples() else { return };
    for folder in ["catalog", "templates"] {
        for entry in std::fs::read_dir(samples.join(folder)).expect("a folder of samples") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a sample");
            for document in yaml::parse_all(&text) {
                let value = document.expect("a good sample").to_json();
                let again = yaml::parse_one(&yaml::to_string(&value)).expect("good YAML");
                assert_eq!(again.to_json(), value, "{}", path.display());
            }
        }
    }
}

/// Cases of our own with the verdicts of Backstage's packages; see `tests/fresh/README.md`.
#[test]
fn every_fresh_document_gets_the_verdict_of_backstage() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fresh");
    let verdicts = load(&folder, "verdicts.json");
    let mut wrong = Vec::new();
    let mut documents = 0;
    for file in verdicts["files"].as_array().expect("a list of files") {
        let name = file["file"].as_str().and_then(|name| name.strip_prefix("catalog/"));
        let name = name.expect("a name");
        let bytes = std::fs::read(folder.join(name)).expect("a case");
        let found = read_bytes(&bytes, &Options::default());
        let expected = file["docs"].as_array().expect("a list of verdicts");
        if found.len() != expected.len() {
            wrong.push(format!("{name}: {} documents, expected {}", found.len(), expected.len()));
            continue;
        }
        for (document, verdict) in found.iter().zip(expected) {
            documents += 1;
            let name = format!("{name}#{} {}", document.index, verdict["mutation"]);
            let mut verdict = verdict.clone();
            let ours = document.errors.first().map(|error| error.message.as_str());
            // Errors of YAML are in each library's own words, and long texts were cut.
            let same = |theirs: &str| ours.is_some_and(|ours| ours.starts_with(theirs));
            let is_yaml = verdict["stage"] == "yaml" && ours.is_some_and(is_yaml_error);
            if is_yaml || verdict["error"].as_str().is_some_and(same) {
                verdict["error"] = Value::from(ours);
            }
            compare(&name, document, &verdict, &mut wrong);
        }
    }
    let deliberate = std::fs::read_to_string(folder.join("deliberate.txt")).expect("a list");
    let known = |line: &String| {
        let mut known = deliberate.lines().filter_map(|line| line.split(' ').next());
        known.any(|document| line.starts_with(&format!("{document} ")))
    };
    wrong.retain(|line| !known(line));
    assert!(wrong.is_empty(), "{} of {documents} differ\n{}", wrong.len(), wrong.join("\n"));
}

fn compare(name: &str, found: &Document, verdict: &Value, wrong: &mut Vec<String>) {
    let mut say = |what: &str, ours: &Value, theirs: &Value| {
        if ours != theirs {
            wrong.push(format!("{name}: {what} is {ours}, expected {theirs}"));
        }
    };
    let first = found.errors.first();
    say("ok", &Value::Bool(found.valid), &verdict["ok"]);
    say("ref", &Value::from(found.entity_ref.clone()), &verdict["ref"]);
    let stage = first.map(|error| serde_json::to_value(error.stage).expect("a stage"));
    say("stage", &stage.unwrap_or_default(), &verdict["stage"]);
    say("error", &Value::from(first.map(|error| error.message.clone())), &verdict["error"]);
    let relations: Vec<String> = found.relations.iter().map(|found| found.to_string()).collect();
    if verdict["ok"] == true {
        say("relations", &Value::from(relations), &verdict["relations"]);
    }
}

fn is_yaml_error(message: &str) -> bool {
    message.starts_with("YAML error")
}

/// Where a sample came from, as a location.
fn location(manifest: &Value, file: &str) -> String {
    let entry = manifest
        .as_array()
        .and_then(|entries| entries.iter().find(|entry| entry["file"] == file))
        .unwrap_or_else(|| panic!("{file} is not in the manifest"));
    let part = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    format!("url:https://github.com/{}/blob/{}/{}", part("repo"), part("commit"), part("path"))
}

fn load(samples: &std::path::Path, name: &str) -> Value {
    let text = std::fs::read_to_string(samples.join(name)).expect("a file of samples");
    serde_json::from_str(&text).expect("JSON")
}

/// The folder of samples, when there is one on this machine.
fn samples() -> Option<PathBuf> {
    let folder = match std::env::var_os("CALLBOARD_CONFORMANCE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let samples = folder.join("samples");
    if samples.join("verdicts.json").is_file() {
        return Some(samples);
    }
    println!(
        "skipped: no data: no samples in {} (CALLBOARD_CONFORMANCE_DIR names another folder)",
        folder.display()
    );
    None
}
