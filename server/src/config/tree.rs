//! Settings as they stand in files: every value with its place, later files laid over earlier ones.

use super::place::{File, Finding, Place};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use yaml::{MAX_TEXT_BYTES, Node};

/// How many files may include one another.
const MAX_INCLUDES: usize = 8;

/// A value and where it stands.
#[derive(Clone)]
pub struct Tree {
    /// What stands there.
    pub value: Value,
    /// Where.
    pub place: Place,
}

/// What can stand in a file of settings. Variables are filled in only when a value is read, so
/// that nothing is asked for that nothing uses.
#[derive(Clone)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text that may name environment variables.
    Text(String),
    /// A text from a file, to be taken as it is.
    Literal(String),
    /// A value that could not be had, and why.
    Broken(String),
    /// A list.
    List(Vec<Tree>),
    /// Keys with values.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Its value.
    pub value: Tree,
}

impl Tree {
    /// Reads a text of settings.
    pub fn parse(file: &Arc<File>, text: &str) -> Result<Tree, Finding> {
        parse(file, text, 0)
    }

    /// Reads a file of settings from disk, to be laid over so many others.
    pub fn load(path: &Path, layer: usize) -> Result<Tree, Finding> {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let file = Arc::new(File { name: path.display().to_string(), folder, layer });
        match read_text(path) {
            Ok(text) => Tree::parse(&file, &text),
            Err(reason) => Err(Finding {
                place: Place { file, mark: None },
                message: format!(
                    "expected a readable file of settings, but {reason}. Name another one with \
                     --config, or leave --config out to run on the defaults."
                ),
            }),
        }
    }

    /// Lays `upper` over this: objects are joined key by key, anything else is replaced, and a key
    /// without a value changes nothing.
    pub fn overlay(&mut self, upper: Tree) {
        match (&mut self.value, upper.value) {
            (_, Value::Null) => {}
            (Value::Map(lower), Value::Map(upper_entries)) => {
                self.place = upper.place;
                for entry in upper_entries {
                    match lower.iter_mut().find(|known| known.key == entry.key) {
                        Some(known) if matches!(entry.value.value, Value::Null) => {
                            known.place = entry.place;
                        }
                        Some(known) => {
                            known.place = entry.place;
                            known.value.overlay(entry.value);
                        }
                        None => lower.push(entry),
                    }
                }
            }
            (_, value) => *self = Tree { value, place: upper.place },
        }
    }

    /// The keys of an object; none when it is something else.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, unless it is left empty.
    pub fn get(&self, key: &str) -> Option<&Tree> {
        let entry = self.entries()?.iter().find(|entry| entry.key == key)?;
        (!matches!(entry.value.value, Value::Null)).then_some(&entry.value)
    }
}

/// The text of a file no larger than any text the YAML reader takes.
fn read_text(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("{} cannot be read ({error})", path.display());
    let metadata = std::fs::metadata(path).map_err(cannot)?;
    // A pipe is fine: `--config <(…)`. A folder would only give a puzzling error later.
    if metadata.is_dir() {
        return Err(format!("{} is a folder", path.display()));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(MAX_TEXT_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > MAX_TEXT_BYTES {
        return Err(format!("{} is larger than {MAX_TEXT_BYTES} bytes", path.display()));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8 text", path.display()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn parse(file: &Arc<File>, text: &str, depth: usize) -> Result<Tree, Finding> {
    match yaml::parse_one(text) {
        Ok(node) => Ok(convert(node, file, depth)),
        Err(error) => Err(Finding {
            place: Place { file: file.clone(), mark: Some(error.mark) },
            message: format!("this is not YAML: {}", error.message),
        }),
    }
}

fn convert(node: Node, file: &Arc<File>, depth: usize) -> Tree {
    let place = Place { file: file.clone(), mark: Some(node.mark) };
    let value = match node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Bool(value) => Value::Bool(value),
        yaml::Value::Int(value) => Value::Int(value),
        yaml::Value::Float(value) => Value::Float(value),
        yaml::Value::String(text) => Value::Text(text),
        yaml::Value::Sequence(items) => {
            Value::List(items.into_iter().map(|item| convert(item, file, depth)).collect())
        }
        yaml::Value::Mapping(entries) => {
            if let [entry] = entries.as_slice()
                && let Some(argument) = entry.value.as_str()
            {
                match entry.key.as_str() {
                    "$env" => {
                        return Tree { value: Value::Text(format!("${{{argument}}}")), place };
                    }
                    "$file" => return Tree { value: file_text(argument, file), place },
                    "$include" => return include(argument, file, place, depth),
                    _ => {}
                }
            }
            let convert_entry = |entry: yaml::Entry| Entry {
                place: Place { file: file.clone(), mark: Some(entry.key_mark) },
                key: entry.key,
                value: convert(entry.value, file, depth),
            };
            Value::Map(entries.into_iter().map(convert_entry).collect())
        }
    };
    Tree { value, place }
}

/// `$file: path`: the text of a file, without the line breaks around it.
fn file_text(path: &str, file: &File) -> Value {
    match read_text(&file.folder.join(path)) {
        Ok(text) => Value::Literal(text.trim().to_owned()),
        Err(reason) => Value::Broken(format!(
            "`$file` expects a readable text file, but {reason}. Make it readable or correct the \
             path."
        )),
    }
}

/// `$include: path#key.key`: a part of another file.
fn include(argument: &str, file: &Arc<File>, place: Place, depth: usize) -> Tree {
    let broken = |reason: String| Tree {
        value: Value::Broken(format!("`$include` expects a file of settings, but {reason}.")),
        place: place.clone(),
    };
    if depth >= MAX_INCLUDES {
        return broken(format!("files include one another more than {MAX_INCLUDES} deep"));
    }
    let (path, keys) = argument.split_once('#').unwrap_or((argument, ""));
    let path = file.folder.join(path);
    let text = match read_text(&path) {
        Ok(text) => text,
        Err(reason) => return broken(reason),
    };
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let layer = file.layer;
    let included = Arc::new(File { name: path.display().to_string(), folder, layer });
    let tree = match parse(&included, &text, depth + 1) {
        Ok(tree) => tree,
        Err(finding) => return broken(finding.to_string()),
    };
    let mut part = &tree;
    for key in keys.split('.').filter(|key| !key.is_empty()) {
        part = match part.get(key) {
            Some(part) => part,
            None => return broken(format!("{} has no `{keys}`", path.display())),
        };
    }
    part.clone()
}
