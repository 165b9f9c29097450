//! Descriptor files: from the bytes of a `catalog-info.yaml` to entities, or to what is wrong and
//! where.
//!
//! A document passes the stages in a fixed order: YAML, envelope, placeholders, policies, the typed
//! view, its kind, its references. It fails in the first stage that has an objection; the other
//! documents of the file are read all the same. Nothing here reads files or asks the network.

pub mod placeholder;

use model::entity::Entity;
use model::kind::Kinds;
use model::relation::Relation;
use model::validation::{self, Accepted, Stage, Strictness, Violation};
use placeholder::Placeholder;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::mpsc;
use yaml::{Mark, Node, SyntaxError};

/// The longest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = yaml::MAX_TEXT_BYTES;

/// A text from this length on is long.
const LONG_BYTES: usize = 64 * 1024;

/// How many documents are taken apart ahead of being looked at.
const AHEAD: usize = 64;

/// Fetches what a placeholder points at, or says why it cannot.
pub type Fetch<'a> = dyn Fn(&Placeholder) -> Result<String, String> + 'a;

/// How to read a file.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// Where the file comes from, `<type>:<target>`, when that is known. Relative placeholders of
    /// `url` locations start from it and must not leave its repository.
    pub location: Option<&'a str>,
    /// Fills in placeholders; without it they count as filled in, with nothing in them.
    pub fetch: Option<&'a Fetch<'a>>,
    /// How close to keep to the letter of the rules.
    pub strictness: Strictness,
    /// Whether to look for errors in later stages too, for an editor.
    pub all_errors: bool,
    /// The kinds there are.
    pub kinds: Kinds<'a>,
}

/// One document of a file.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its number in the file, from 0; empty documents do not count.
    pub index: usize,
    /// The full reference in lower case, when the document has what it takes.
    pub entity_ref: Option<String>,
    /// Whether it is an entity that keeps all rules.
    pub valid: bool,
    /// The entity, when it is valid.
    pub entity: Option<Entity>,
    /// The relations of a valid entity, in both directions.
    pub relations: Vec<Relation>,
    /// What is wrong; the first one is what counts.
    pub errors: Vec<DescriptorError>,
    /// The line the document starts on.
    pub line: u32,
}

/// What is wrong with a document, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DescriptorError {
    /// What is wrong.
    pub message: String,
    /// JSON pointer of the value at fault.
    pub pointer: String,
    /// The line in the file, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The stage that objects.
    pub stage: Stage,
    /// The name of the error as clients know it.
    #[serde(skip)]
    pub name: String,
}

/// Reads the bytes of a file.
pub fn read_bytes(bytes: &[u8], options: &Options<'_>) -> Vec<Document> {
    if bytes.len() > MAX_FILE_BYTES {
        return vec![too_large(bytes.len() as u64)];
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text, options),
        Err(error) => vec![not_utf8(bytes, error.valid_up_to())],
    }
}

/// Reads the text of a file.
pub fn read(text: &str, options: &Options<'_>) -> Vec<Document> {
    if text.len() > MAX_FILE_BYTES {
        return vec![too_large(text.len() as u64)];
    }
    let read_one = |(index, document)| match document {
        Ok(node) => read_node(index, &node, options),
        Err(error) => not_yaml(index, &error, options),
    };
    if text.len() < LONG_BYTES {
        return yaml::parse_all(text).into_iter().enumerate().map(read_one).collect();
    }
    // One thread takes a long file apart while this one looks at its documents.
    std::thread::scope(|scope| {
        let (sender, parsed) = mpsc::sync_channel(AHEAD);
        scope.spawn(move || {
            yaml::parse_each(text, |document| {
                // Nobody listens only while the other thread panics.
                let _ = sender.send(document);
            });
        });
        parsed.into_iter().enumerate().map(read_one).collect()
    })
}

fn not_yaml(index: usize, error: &SyntaxError, options: &Options<'_>) -> Document {
    let message = match options.location {
        Some(location) => format!("YAML error at {location}, {} at {}", error.message, error.mark),
        None => format!("YAML error: {}", error.message),
    };
    broken(index, error.mark, message)
}

/// The placeholders of a file whose targets can be told, so that they can be fetched beforehand.
pub fn placeholders(text: &str, location: Option<&str>) -> Vec<Placeholder> {
    if text.len() > MAX_FILE_BYTES || !text.contains('$') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in yaml::parse_all(text).into_iter().flatten() {
        // Only the targets count here; what cannot be filled in is said when the file is read.
        let note = |placeholder: &Placeholder| {
            found.push(placeholder.clone());
            Ok("{}".to_owned())
        };
        let mut value = node.to_json();
        let _ = placeholder::fill(&mut value, location, note);
    }
    found
}

/// The answer to a file that is too large to be read, of so many bytes.
pub fn too_large(bytes: u64) -> Document {
    let message = format!(
        "the file has {} and at most {} are read: split it into several files",
        mebibytes(bytes),
        mebibytes(MAX_FILE_BYTES as u64)
    );
    broken(0, Mark { line: 1, column: 1 }, message)
}

/// A size as people say it.
pub fn mebibytes(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{bytes} bytes"),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// The answer to a file that cannot be read at all.
pub fn unreadable(message: &str) -> Document {
    broken(0, Mark { line: 1, column: 1 }, message.to_owned())
}

impl Document {
    /// Adds what is wrong with the document beside its own content.
    pub fn refuse(&mut self, message: String) {
        self.valid = false;
        self.errors.push(DescriptorError {
            message,
            pointer: String::new(),
            line: self.line,
            column: 1,
            stage: Stage::Policy,
            name: "Error".to_owned(),
        });
    }

    /// The document as a line of `catalog validate --format json`.
    pub fn to_json(&self, file: &str) -> Value {
        json!({
            "file": file,
            "index": self.index,
            "entityRef": self.entity_ref,
            "valid": self.valid,
            "errors": self.errors,
        })
    }
}

impl DescriptorError {
    /// The error as a broken rule, to report it to clients.
    pub fn violation(&self) -> Violation {
        Violation {
            stage: self.stage,
            name: self.name.clone(),
            pointer: self.pointer.clone(),
            message: self.message.clone(),
        }
    }
}

/// `file:line:column` is for the caller to write: this is `line:column: message`.
impl std::fmt::Display for DescriptorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

fn read_node(index: usize, node: &Node, options: &Options<'_>) -> Document {
    if !matches!(node.value, yaml::Value::Mapping(_)) {
        let message = format!("Expected object at root, got {}", node.type_name());
        return broken(index, node.mark, message);
    }
    let mut value = node.to_json();
    let entity_ref = validation::reference(&value);
    let (entity, relations, violations) = match check(&mut value, options) {
        Ok(accepted) => (Some(accepted.entity), accepted.relations, Vec::new()),
        Err(violations) => (None, Vec::new(), violations),
    };
    Document {
        index,
        entity_ref,
        valid: entity.is_some(),
        entity,
        relations,
        errors: violations.into_iter().map(|violation| placed(violation, node)).collect(),
        line: node.mark.line,
    }
}

fn check(value: &mut Value, options: &Options<'_>) -> Result<Accepted, Vec<Violation>> {
    let mut found = validation::envelope(value);
    if found.is_empty() || options.all_errors {
        let filled = match options.fetch {
            Some(fetch) => placeholder::fill(value, options.location, fetch),
            None => placeholder::fill(value, options.location, |_| Ok("{}".to_owned())),
        };
        found.extend(filled.err());
    }
    if !options.all_errors {
        return match found.is_empty() {
            true => validation::accept(value.take(), options.strictness, options.kinds),
            false => Err(found),
        };
    }
    // The envelope is looked at once more and found as before, but for what is said already.
    for violation in validation::violations(value, options.strictness, options.kinds) {
        if !found.contains(&violation) {
            found.push(violation);
        }
    }
    match found.is_empty() {
        true => validation::accept(value.take(), options.strictness, options.kinds),
        false => Err(found),
    }
}

fn placed(violation: Violation, node: &Node) -> DescriptorError {
    let Violation { stage, name, pointer, message } = violation;
    let Mark { line, column } = node.mark_of(&pointer);
    DescriptorError { message, pointer, line, column, stage, name }
}

fn broken(index: usize, mark: Mark, message: String) -> Document {
    Document {
        index,
        entity_ref: None,
        valid: false,
        entity: None,
        relations: Vec::new(),
        errors: vec![DescriptorError {
            message,
            pointer: String::new(),
            line: mark.line,
            column: mark.column,
            stage: Stage::Yaml,
            name: "Error".to_owned(),
        }],
        line: mark.line,
    }
}

fn not_utf8(bytes: &[u8], valid_up_to: usize) -> Document {
    let before = &bytes[..valid_up_to];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    // Every byte that continues no character begins one.
    let column = before[start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1;
    let advice = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "it looks like UTF-16",
        _ => "it may be an older encoding such as Latin-1",
    };
    let message = format!(
        "the file is not UTF-8 (byte 0x{:02X} at offset {valid_up_to}; {advice}): save it as UTF-8",
        bytes[valid_up_to]
    );
    let mark = Mark {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    };
    broken(0, mark, message)
}
