//! Commands for people who write descriptors and templates.

use catalog::KindSet;
use catalog::descriptor::{self, Options};
use model::FieldError;
use model::entity::Entity;
use model::kind::definition::KindDefinition;
use model::validation::Strictness;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use yaml::Node;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The kinds a file adds to the built-in ones: a list of definitions in YAML or JSON, as REST
/// gives it.
pub fn kinds(file: &Path) -> Result<KindSet, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{shown} cannot be read ({error}); name a file with kinds"))?;
    let (definitions, node) =
        kind_definitions(&text).map_err(|error| format!("{shown} {error}"))?;
    KindSet::new(definitions).map_err(|errors| {
        let line = |error: &FieldError| {
            let mark = node.mark_of(&error.path);
            let (line, column) = (mark.line, mark.column);
            format!("{shown}:{line}:{column}: {}: {}", error.path, error.message)
        };
        errors.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// Kinds from YAML or JSON, with their places.
pub(crate) fn kind_definitions(text: &str) -> Result<(Vec<KindDefinition>, Node), String> {
    let node = match yaml::parse_all(text).into_iter().next() {
        Some(Ok(node)) => node,
        Some(Err(error)) => return Err(format!("is no YAML: {}: {}", error.mark, error.message)),
        None => return Err("is empty; expected a list of kinds".to_owned()),
    };
    match serde_json::from_value(node.to_json()) {
        Ok(definitions) => Ok((definitions, node)),
        Err(error) => Err(format!(
            "holds no list of kinds ({error}); expected what GET /api/catalog/kinds gives"
        )),
    }
}

/// `callboard catalog validate`: whether every document is valid.
pub fn validate(files: &[PathBuf], format: Format, kinds: &KindSet) -> std::io::Result<bool> {
    let mut out = std::io::stdout().lock();
    let mut all_valid = true;
    for file in files {
        let shown = file.display().to_string();
        for document in documents(file, kinds) {
            all_valid &= document.valid;
            if format == Format::Json {
                writeln!(out, "{}", document.to_json(&shown))?;
                continue;
            }
            let name = document.entity_ref.as_deref().unwrap_or("(no entity)");
            match document.valid {
                true => writeln!(out, "{shown}:{}: {name} is valid", document.line)?,
                false => {
                    for error in &document.errors {
                        let (line, column) = (error.line, error.column);
                        writeln!(out, "{shown}:{line}:{column}: {name}: {}", error.message)?;
                    }
                    // One that is only there twice is good by itself.
                    if document.entity.is_none() && takes_nevertheless(file, document.index, kinds)
                    {
                        let line = document.line;
                        writeln!(
                            out,
                            "{shown}:{line}: {name}: Callboard takes it nevertheless; Backstage \
                             does not"
                        )?;
                    }
                }
            }
        }
    }
    Ok(all_valid)
}

/// Whether a catalog would read a document that is not valid to the letter: `relations` and `status`
/// of an exported entity are passed over there, and a user needs no `memberOf`.
fn takes_nevertheless(file: &Path, index: usize, kinds: &KindSet) -> bool {
    let options =
        Options { strictness: Strictness::Liberal, kinds: kinds.kinds(), ..Options::default() };
    let Ok(bytes) = std::fs::read(file) else { return false };
    let documents = descriptor::read_bytes(&bytes, &options);
    documents.get(index).is_some_and(|document| document.valid)
}

fn documents(file: &Path, kinds: &KindSet) -> Vec<descriptor::Document> {
    let options = Options { all_errors: true, kinds: kinds.kinds(), ..Options::default() };
    let mut documents = match std::fs::metadata(file) {
        Ok(meta) if meta.len() > MAX_FILE => vec![descriptor::too_large(meta.len())],
        _ => match std::fs::read(file) {
            Ok(bytes) => descriptor::read_bytes(&bytes, &options),
            Err(error) => vec![descriptor::unreadable(&format!(
                "the file cannot be read ({error}); name a file with entities"
            ))],
        },
    };
    refuse_repeated(&mut documents);
    documents
}

/// A file gives each entity once: of several documents about the same one the
/// last counts.
fn refuse_repeated(documents: &mut [descriptor::Document]) {
    let mut seen: HashMap<String, u32> = HashMap::new();
    for document in documents {
        let Some(entity_ref) = document.entity_ref.clone() else { continue };
        match seen.entry(entity_ref) {
            Entry::Vacant(place) => {
                place.insert(document.line);
            }
            Entry::Occupied(place) => {
                let message = format!(
                    "{} is described several times in this file, first at line {}; the last one \
                     counts. Remove the others",
                    place.key(),
                    place.get()
                );
                document.refuse(message);
            }
        }
    }
}

/// A descriptor of this size is a mistake.
const MAX_FILE: u64 = 10 * 1024 * 1024;

/// `callboard template check`: whether every template in the files can be run.
pub fn template_check(files: &[PathBuf], format: Format) -> std::io::Result<bool> {
    let mut out = std::io::stdout().lock();
    let actions = scaffolder::actions::builtin();
    let mut all_valid = true;
    for file in files {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let nodes = yaml::parse_all(&text);
        for document in documents(file, &KindSet::default()) {
            let mut findings: Vec<(u32, u32, String)> = document
                .errors
                .iter()
                .map(|error| (error.line, error.column, error.message.clone()))
                .collect();
            let node = nodes.get(document.index).and_then(|node| node.as_ref().ok());
            match &document.entity {
                Some(entity) if is_template(entity) => {
                    for problem in scaffolder::check_template(entity, &actions) {
                        let mark = node.map(|node| node.mark_of(&problem.pointer));
                        let (line, column) = mark.map_or((0, 0), |mark| (mark.line, mark.column));
                        findings.push((line, column, problem.message));
                    }
                }
                Some(entity) => findings.push((
                    document.line,
                    1,
                    format!("expected a Template, found {}", entity.kind),
                )),
                None => {}
            }
            let name = document.entity_ref.as_deref().unwrap_or("(no entity)");
            let valid = findings.is_empty();
            all_valid &= valid;
            if format == Format::Json {
                let errors: Vec<Value> = findings
                    .iter()
                    .map(|(line, column, message)| {
                        json!({"line": line, "column": column, "message": message})
                    })
                    .collect();
                let object = json!({
                    "file": shown, "index": document.index, "entityRef": document.entity_ref,
                    "valid": valid, "errors": errors
                });
                writeln!(out, "{object}")?;
            } else if valid {
                writeln!(out, "{shown}:{}: {name} can be run", document.line)?;
            } else {
                for (line, column, message) in findings {
                    writeln!(out, "{shown}:{line}:{column}: {name}: {message}")?;
                }
            }
        }
    }
    Ok(all_valid)
}

fn is_template(entity: &Entity) -> bool {
    entity.kind.eq_ignore_ascii_case("template")
}

/// How expressions are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvalAs {
    /// As in a step's input: one expression keeps its type.
    Value,
    /// As in a file.
    Text,
}

/// `callboard template eval`: one JSON object a line in, one a line out.
pub fn template_eval(how: EvalAs, hosts: &[(String, String)]) -> std::io::Result<()> {
    let engine = templating::Engine::new(templating::Options {
        hosts: hosts.iter().cloned().collect(),
        ..templating::Options::default()
    });
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Value>(&line) {
            Ok(request) => evaluate(&engine, how, &request),
            Err(error) => json!({"error": format!(
                "expected {{\"template\": …, \"values\": …}} as JSON on one line: {error}"
            )}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn evaluate(engine: &templating::Engine, how: EvalAs, request: &Value) -> Value {
    let empty = json!({});
    let values = request.get("values").filter(|values| values.is_object()).unwrap_or(&empty);
    let Some(template) = request.get("template").and_then(Value::as_str) else {
        return json!({"error": "expected a text under \"template\""});
    };
    let rendered = match how {
        EvalAs::Text => engine.render_text(template, values).map(|text| Some(Value::from(text))),
        EvalAs::Value => engine.render_value(template, values),
    };
    match rendered {
        Ok(Some(value)) => json!({ "rendered": value }),
        Ok(None) => json!({}),
        Err(error) => json!({"error": error.to_string()}),
    }
}
