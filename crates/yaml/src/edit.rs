//! Changes one field of a text and leaves everything else as it is: comments, order, spacing.

use crate::node::{Node, Value};
use crate::read::{parse_all, parse_one};
use crate::write::to_string;
use serde_json::{Map, Value as Json};

/// A text with one field changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// The document had to be written anew, so its comments are gone.
    pub rewritten: bool,
}

/// Sets `parent.key` of a document (counted from 0 over those that are not empty) to a value, or
/// takes it away. Nothing when the text has no such document, or it cannot be read.
pub fn edit(
    text: &str,
    document: usize,
    parent: &str,
    key: &str,
    value: Option<&Json>,
) -> Option<Edited> {
    let documents = parse_all(text);
    let root = documents.get(document)?.as_ref().ok()?;
    let expected = changed(root.to_json(), parent, key, value)?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let good = |text: &String| {
        let found = parse_all(text);
        found.len() == documents.len()
            && found.iter().zip(&documents).enumerate().all(|(index, (found, before))| {
                match (found, before) {
                    (Ok(found), Ok(_)) if index == document => found.to_json() == expected,
                    (Ok(found), Ok(before)) => found.to_json() == before.to_json(),
                    (found, before) => found.is_err() && before.is_err(),
                }
            })
    };
    let in_place = place(&lines, root, parent, key, value, &expected);
    if let Some(text) = in_place.filter(good) {
        return Some(Edited { text, rewritten: false });
    }
    let (start, end) = (line_of(root), end_of_document(&lines, line_of(root)));
    let text = spliced(&lines, start, end, &to_string(&expected));
    Some(text).filter(good).map(|text| Edited { text, rewritten: true })
}

fn changed(mut root: Json, parent: &str, key: &str, value: Option<&Json>) -> Option<Json> {
    let inner = root.as_object_mut()?.entry(parent).or_insert_with(|| Json::Object(Map::new()));
    let inner = inner.as_object_mut()?;
    match value {
        Some(value) => inner.insert(key.to_owned(), value.clone()),
        None => inner.shift_remove(key),
    };
    Some(root)
}

/// Changes the lines of the field alone, or of its parent when that is written in braces.
fn place(
    lines: &[&str],
    root: &Node,
    parent: &str,
    key: &str,
    value: Option<&Json>,
    expected: &Json,
) -> Option<String> {
    let Value::Mapping(entries) = &root.value else { return None };
    let at = entries.iter().position(|entry| entry.key == parent)?;
    let entry = &entries[at];
    let start = entry.key_mark.line as usize - 1;
    let after = entries.get(at + 1).map(|next| next.key_mark.line as usize - 1);
    let end = after.unwrap_or_else(|| end_of_document(lines, start));
    let end = without_remarks(lines, start, end);
    let children = match &entry.value.value {
        Value::Mapping(children) if entry.value.mark.line > entry.key_mark.line => children,
        _ => {
            let own = Map::from_iter([(parent.to_owned(), expected.get(parent)?.clone())]);
            return Some(spliced(lines, start, end, &to_string(&Json::Object(own))));
        }
    };
    let indent = children.first()?.key_mark.column as usize - 1;
    let line = |index: usize| children.get(index).map(|child| child.key_mark.line as usize - 1);
    let (from, to) = match children.iter().position(|child| child.key == key) {
        Some(found) => {
            let from = line(found)?;
            (from, without_remarks(lines, from, line(found + 1).unwrap_or(end)))
        }
        None => (end, end),
    };
    let Some(value) = value else { return Some(spliced(lines, from, to, "")) };
    let own = Map::from_iter([(key.to_owned(), value.clone())]);
    let mut written = indented(&to_string(&Json::Object(own)), indent);
    if to == from + 1
        && written.lines().count() == 1
        && let Some(remark) = remark(lines[from])
    {
        written.insert_str(written.len() - 1, remark);
    }
    Some(spliced(lines, from, to, &written))
}

fn line_of(node: &Node) -> usize {
    node.mark.line as usize - 1
}

/// The line after the last one of the document that has this line.
fn end_of_document(lines: &[&str], from: usize) -> usize {
    let ends = |line: &&str| line.starts_with("---") || line.starts_with("...");
    lines[from..].iter().position(ends).map_or(lines.len(), |found| from + found)
}

/// Without blank lines and comments at the end: they belong to what follows.
fn without_remarks(lines: &[&str], start: usize, end: usize) -> usize {
    let says_nothing = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let kept = lines[start..end].iter().rposition(|line| !says_nothing(line));
    kept.map_or(start, |last| start + last + 1)
}

/// The comment behind a value that stands on one line, with the space before it.
fn remark(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let whole = parse_one(line.trim_start()).ok()?.to_json();
    let mut starts = line.match_indices(" #").map(|(at, _)| at);
    starts.find_map(|at| {
        let before = line[..at].trim_end();
        let same = parse_one(before.trim_start()).is_ok_and(|node| node.to_json() == whole);
        same.then(|| &line[before.len()..])
    })
}

fn indented(text: &str, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let line = |line: &str| match line.trim().is_empty() {
        true => line.to_owned(),
        false => format!("{pad}{line}"),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The lines with some of them replaced, in the line ending of the text.
fn spliced(lines: &[&str], start: usize, end: usize, written: &str) -> String {
    let returns = lines.first().is_some_and(|line| line.ends_with("\r\n"));
    let mut text = lines[..start].concat();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match returns {
        true => text.push_str(&written.replace('\n', "\r\n")),
        false => text.push_str(written),
    }
    text.push_str(&lines[end..].concat());
    text
}
