//! Prepares the grammars that colour code: made for an editor, they are made smaller for a server.
//!
//! A pattern that knows every letter of Unicode becomes an automaton of a hundred kilobytes, and a
//! grammar has hundreds of patterns. Names in code are ASCII almost without exception, so classes of
//! characters are written as ASCII; TypeScript's few patterns of thousands of characters, which look
//! ahead over whole functions, are left out. Both together make reading a language for the
//! first time three times as fast and three to five times as small in memory.

use std::path::PathBuf;
use syntect::parsing::syntax_definition::{MatchOperation, Pattern, SyntaxDefinition};
use syntect::parsing::{Regex, SyntaxSet, SyntaxSetBuilder};

/// Longer patterns of TypeScript are left out, unless they are what ends a part.
const LONGEST_PATTERN: usize = 3000;

/// Names that would colour what is no code.
const NO_NAMES: [&str; 4] = ["txt", "plain text", "group", "help"];

/// Takes seconds for a line of a thousand brackets; `languages.rs` has a relative for it.
const TOO_SLOW: &str = "SystemVerilog";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let set = prepared(two_face::syntax::extra_newlines());
    std::fs::write(out.join("grammars.txt"), names(&set))?;
    syntect::dumps::dump_to_uncompressed_file(&set, out.join("grammars.bin"))?;
    Ok(())
}

/// What a language can be called, and the grammar's own name: a line for each, so that a name can be
/// looked up without the grammars being read.
fn names(set: &SyntaxSet) -> String {
    let mut lines = std::collections::BTreeMap::new();
    let syntaxes = set.syntaxes().iter().filter(|syntax| !syntax.hidden);
    for syntax in syntaxes.filter(|syntax| syntax.name != TOO_SLOW) {
        for name in syntax.file_extensions.iter().chain([&syntax.name]) {
            lines.entry(name.to_lowercase()).or_insert(&syntax.name);
        }
    }
    lines.retain(|name, _| !NO_NAMES.contains(&name.as_str()));
    lines.iter().map(|(name, grammar)| format!("{name}\t{grammar}\n")).collect()
}

fn prepared(set: SyntaxSet) -> SyntaxSet {
    let mut builder = SyntaxSetBuilder::new();
    for syntax in set.into_builder().syntaxes() {
        builder.add(smaller(syntax.clone()));
    }
    builder.build()
}

fn smaller(mut syntax: SyntaxDefinition) -> SyntaxDefinition {
    let is_long =
        |text: &str| syntax.name.starts_with("TypeScript") && text.len() > LONGEST_PATTERN;
    for context in syntax.contexts.values_mut() {
        context.patterns.retain_mut(|pattern| {
            let Pattern::Match(pattern) = pattern else { return true };
            let text = ascii(pattern.regex.regex_str());
            let keep = !is_long(&text) || matches!(pattern.operation, MatchOperation::Pop);
            pattern.regex = Regex::new(text);
            keep
        });
    }
    syntax
}

/// A pattern whose classes of characters are ASCII.
fn ascii(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut depth = 0_usize;
    while let Some(first) = rest.chars().next() {
        if let Some((length, class)) = known_class(rest, depth > 0) {
            match depth > 0 {
                true => out.push_str(class),
                false => out.push_str(&format!("[{class}]")),
            }
            rest = &rest[length..];
            continue;
        }
        let mut length = first.len_utf8();
        match first {
            '\\' => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            '[' => {
                depth += 1;
                // A `]` right at the beginning stands for itself.
                length += usize::from(rest[length..].starts_with('^'));
                length += usize::from(rest[length..].starts_with(']'));
            }
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    // A bracket in a comment: what was taken for a class is none.
    if depth > 0 { pattern.to_owned() } else { out }
}

/// The class that begins here: its length, and what stands for it within brackets.
fn known_class(text: &str, inside: bool) -> Option<(usize, &'static str)> {
    if let Some(named) = text.strip_prefix("\\p{") {
        let (name, _) = named.split_once('}')?;
        let class = match name {
            "L" | "Alpha" | "Letter" | "XID_Start" | "ID_Start" => "A-Za-z",
            "XID_Continue" | "ID_Continue" => "0-9A-Za-z_",
            "Ll" => "a-z",
            "Lu" => "A-Z",
            "N" | "Nd" => "0-9",
            "Pc" => "_",
            "S" => "$+<=>^`|~",
            "Sm" => "+<=>|~",
            // No ASCII character is one of these; a class may not be empty.
            "M" | "Mn" | "Mc" | "Lo" | "Lt" | "Nl" | "So" => "\u{aa}",
            _ => return None,
        };
        return Some((name.len() + 4, class));
    }
    if inside && let Some(named) = text.strip_prefix("[:") {
        let (name, _) = named.split_once(":]")?;
        let class = match name {
            "alpha" => "A-Za-z",
            "alnum" => "0-9A-Za-z",
            "word" => "0-9A-Za-z_",
            "upper" => "A-Z",
            "lower" => "a-z",
            "digit" => "0-9",
            "space" => " \\t-\\r",
            _ => return None,
        };
        return Some((name.len() + 4, class));
    }
    let class = match (text.as_bytes(), inside) {
        ([b'\\', b'w', ..], _) => "0-9A-Za-z_",
        ([b'\\', b'd', ..], _) => "0-9",
        ([b'\\', b's', ..], _) => " \\t-\\r",
        ([b'\\', b'W', ..], false) => "^0-9A-Za-z_",
        ([b'\\', b'D', ..], false) => "^0-9",
        ([b'\\', b'S', ..], false) => "^ \\t-\\r",
        _ => return None,
    };
    Some((2, class))
}
