//! Reads settings by their description, and goes on after a finding so that all are reported at once.

use super::environment::substitute;
use super::nearest::nearest;
use super::place::{Finding, Place};
use super::schema::{Section, Shape};
use super::setting::Setting;
use super::tree::{Entry, Tree, Value};
use std::collections::BTreeMap;

/// How many characters of a wrong value a message repeats.
const MAX_SHOWN: usize = 60;

/// What reading needs and brings.
pub struct Reader<'a> {
    /// Everything that has to be mended.
    pub errors: Vec<Finding>,
    /// Everything a person should know.
    pub warnings: Vec<Finding>,
    /// Where each value stands that was read, by its path.
    pub places: BTreeMap<String, Place>,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// The whole description: to say where a key belongs that stands in the wrong place.
    root: &'static Section,
    path: String,
}

impl<'a> Reader<'a> {
    /// A reader of settings described by `root`.
    pub fn new(env: &'a dyn Fn(&str) -> Option<String>, root: &'static Section) -> Reader<'a> {
        Reader {
            errors: Vec::new(),
            warnings: Vec::new(),
            places: BTreeMap::new(),
            env,
            root,
            path: String::new(),
        }
    }

    /// Notes something that has to be mended in the value being read.
    pub fn error(&mut self, place: &Place, message: &str) {
        let message = format!("{}{message}", self.prefix());
        self.errors.push(Finding { place: place.clone(), message });
    }

    /// Notes something a person should know about the value being read.
    pub fn warn(&mut self, place: &Place, message: &str) {
        let message = format!("{}{message}", self.prefix());
        self.warnings.push(Finding { place: place.clone(), message });
    }

    /// Notes a value of the wrong form; `hint` says what to do, as a sentence, or is empty.
    pub fn expected(&mut self, tree: &Tree, expected: &str, hint: &str) {
        self.unexpected(&tree.place, expected, &found(tree), hint);
    }

    /// Notes that the value of a key of the object being read is wrong.
    pub fn expected_in(&mut self, object: &Tree, key: &str, expected: &str, hint: &str) {
        let tree = object.get(key).unwrap_or(object);
        self.at(&format!(".{key}"), |reader| reader.expected(tree, expected, hint));
    }

    /// Notes something that has to be mended in a key of the object being read.
    pub fn error_in(&mut self, object: &Tree, key: &str, message: &str) {
        let place = &object.get(key).unwrap_or(object).place;
        self.at(&format!(".{key}"), |reader| reader.error(place, message));
    }

    /// Notes a secret of the wrong form, without repeating it.
    pub fn expected_secret(&mut self, tree: &Tree, expected: &str, hint: &str) {
        self.unexpected(&tree.place, expected, kind_of(tree), hint);
    }

    fn unexpected(&mut self, place: &Place, expected: &str, found: &str, hint: &str) {
        let space = if hint.is_empty() { "" } else { " " };
        self.error(place, &format!("expected {expected}, found {found}.{space}{hint}"));
    }

    /// Notes a value that has to be there and is not.
    pub fn missing(&mut self, parent: &Place, expected: &Shape) {
        let key = self.path.rsplit('.').next().unwrap_or_default().to_owned();
        self.error(parent, &format!("missing: expected {}. Add `{key}`.", expected.expected()));
    }

    /// Whether a value is nothing or an empty text once variables are filled in.
    pub fn is_blank(&self, tree: &Tree) -> bool {
        match &tree.value {
            Value::Null => true,
            Value::Text(text) => {
                text.is_empty() || substitute(text, self.env).is_ok_and(|text| text.is_empty())
            }
            Value::Literal(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Whether a value is a text, or could be one.
    pub fn is_text(&self, tree: &Tree) -> bool {
        matches!(tree.value, Value::Text(_) | Value::Literal(_) | Value::Broken(_))
    }

    /// A text with its variables filled in.
    pub fn text(&mut self, tree: &Tree, expected: &str) -> Option<String> {
        match &tree.value {
            Value::Text(text) => match substitute(text, self.env) {
                Ok(text) => Some(text),
                Err(problem) => {
                    self.error(&tree.place, &format!("{problem}."));
                    None
                }
            },
            Value::Literal(text) => Some(text.clone()),
            Value::Broken(reason) => {
                self.error(&tree.place, reason);
                None
            }
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                self.expected(tree, expected, "Put it in quotes to make it a text.");
                None
            }
            _ => {
                self.expected(tree, expected, "");
                None
            }
        }
    }

    /// A text, parsed. The parser's error says what to do, as a sentence, and does not repeat the
    /// text, which may come from the environment.
    pub fn parse<T>(
        &mut self,
        tree: &Tree,
        expected: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(tree, expected)?;
        match parse(text.trim()) {
            Ok(value) => Some(value),
            Err(hint) => {
                self.expected(tree, expected, &hint);
                None
            }
        }
    }

    /// One of some words.
    pub fn word(&mut self, tree: &Tree, words: &[&'static str]) -> Option<&'static str> {
        let expected = super::schema::either(words.iter().map(|w| format!("`{w}`")).collect());
        let text = match &tree.value {
            // A year is a word too.
            Value::Int(number) => number.to_string(),
            _ => self.text(tree, &expected)?,
        };
        let known = words.iter().find(|word| **word == text.trim());
        if known.is_none() {
            let hint = nearest(&text, words.iter().copied());
            let hint = hint.map(|word| format!("Did you mean `{word}`?")).unwrap_or_default();
            self.expected(tree, &expected, &hint);
        }
        known.copied()
    }

    /// The keys of an object; keys that are not described are noted.
    pub fn object<'t>(&mut self, tree: &'t Tree, section: &Section) -> Option<&'t [Entry]> {
        let entries = self.entries(tree)?;
        for entry in entries {
            if section.keys.iter().any(|key| key.name == entry.key) {
                continue;
            }
            match section.unused(&entry.key) {
                Some(unused) => self.not_used(entry, unused.note),
                None => self.unknown(entry, section),
            }
        }
        Some(entries)
    }

    /// The keys of an object, whatever they are.
    pub fn entries<'t>(&mut self, tree: &'t Tree) -> Option<&'t [Entry]> {
        match &tree.value {
            Value::Map(entries) => Some(entries),
            Value::Broken(reason) => {
                self.error(&tree.place, reason);
                None
            }
            _ => {
                self.expected(tree, "an object", "");
                None
            }
        }
    }

    /// The items of a list.
    pub fn items<'t>(&mut self, tree: &'t Tree) -> Option<&'t [Tree]> {
        match &tree.value {
            Value::List(items) => Some(items),
            Value::Broken(reason) => {
                self.error(&tree.place, reason);
                None
            }
            _ => {
                self.expected(tree, "a list", "Begin each item with `- `.");
                None
            }
        }
    }

    /// Reads the value of a key of an object.
    pub fn key<T: Setting>(
        &mut self,
        entries: &[Entry],
        parent: &Place,
        name: &str,
        default: Option<&str>,
    ) -> Option<T> {
        let entry = entries.iter().find(|entry| entry.key == name);
        self.at(&format!(".{name}"), |reader| match (entry, default) {
            (Some(entry), _) if !matches!(entry.value.value, Value::Null) => {
                reader.note_place(&entry.value.place);
                T::read(&entry.value, reader)
            }
            (_, Some(default)) => match Tree::parse(&parent.file, default) {
                Ok(tree) => T::read(&Tree { place: parent.clone(), ..tree }, reader),
                Err(finding) => {
                    reader.error(parent, &finding.message);
                    None
                }
            },
            (entry, None) => T::absent(entry.map_or(parent, |entry| &entry.place), reader),
        })
    }

    /// Does something one step further down: `.key` or `[0]`.
    pub fn at<T>(&mut self, step: &str, body: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        let step = if length == 0 { step.trim_start_matches('.') } else { step };
        self.path.push_str(step);
        let result = body(self);
        self.path.truncate(length);
        result
    }

    /// Remembers where the value being read stands.
    pub fn note_place(&mut self, place: &Place) {
        self.places.insert(self.path.clone(), place.clone());
    }

    /// Says that a key of Backstage has no effect.
    pub fn not_used(&mut self, entry: &Entry, note: &str) {
        let space = if note.is_empty() { "" } else { " " };
        self.warnings.push(Finding {
            place: entry.place.clone(),
            message: format!("`{}` is not used by Callboard.{space}{note}", self.below(&entry.key)),
        });
    }

    fn unknown(&mut self, entry: &Entry, section: &Section) {
        let known = section.keys.iter().map(|key| key.name);
        let all = known.clone().chain(section.unused.iter().map(|unused| unused.name));
        let hint = match nearest(&entry.key, all) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => match self.root.paths_to(&entry.key).as_slice() {
                [path] => format!("It belongs at `{path}`."),
                _ => {
                    let known: Vec<String> = known.map(|key| format!("`{key}`")).collect();
                    format!("Known here: {}.", known.join(", "))
                }
            },
        };
        self.errors.push(Finding {
            place: entry.place.clone(),
            message: format!("`{}` is not a known key. {hint}", self.below(&entry.key)),
        });
    }

    fn below(&self, key: &str) -> String {
        let key: String = key.chars().take(MAX_SHOWN).collect();
        if self.path.is_empty() { key } else { format!("{}.{key}", self.path) }
    }

    fn prefix(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("`{}`: ", self.path) }
    }
}

/// A value as a message repeats it. What a variable brought is never repeated.
fn found(tree: &Tree) -> String {
    match &tree.value {
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Value::Text(text) => {
            let text = without_credentials(text);
            let shown: String = text.chars().take(MAX_SHOWN).collect();
            let more = if shown.len() < text.len() { "…" } else { "" };
            let shown = format!("`{}{more}`", shown.escape_debug());
            if text.contains("${") { format!("what {shown} becomes") } else { shown }
        }
        _ => kind_of(tree).to_owned(),
    }
}

fn kind_of(tree: &Tree) -> &'static str {
    match &tree.value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(text) if text.is_empty() => "an empty text",
        Value::Text(_) => "a text",
        Value::Literal(_) => "the text of a file",
        Value::Broken(_) => "a value that could not be had",
        Value::List(_) => "a list",
        Value::Map(_) => "an object",
    }
}

/// `scheme://user:password@host/…` without what stands before the `@`.
fn without_credentials(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://***@{host}{path}"),
        None => text.to_owned(),
    }
}
