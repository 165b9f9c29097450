//! From values to text that people like to read: block style, quotes only where they are needed.

use crate::node::Value;
use crate::scalar;
use serde_json::Value as Json;
use std::fmt::Write;

/// Writes a value as one YAML document that [`crate::parse_one`] reads back as the same value.
///
/// Texts of several lines become literal blocks. Words that readers of YAML 1.1 would take for
/// something else (`yes`, `12:30`, `2024-01-02`) are quoted too, as other tools read these files.
pub fn to_string(value: &Json) -> String {
    let mut out = String::new();
    match value {
        Json::Object(entries) if !entries.is_empty() => mapping(&mut out, entries, 0),
        Json::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        _ => {
            leaf(&mut out, value, 0);
            out.push('\n');
        }
    }
    out
}

/// Writes `key: value` lines; the first one continues the present line.
fn mapping(out: &mut String, entries: &serde_json::Map<String, Json>, indent: usize) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        // A long or quoted-over key is still a simple one: keys never break the line.
        if key.chars().count() > 500 {
            out.push_str("? ");
            text(out, key, None);
            out.push('\n');
            pad(out, indent);
        } else {
            text(out, key, None);
        }
        out.push(':');
        match value {
            Json::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                pad(out, indent + 2);
                mapping(out, inner, indent + 2);
            }
            Json::Array(items) if !items.is_empty() => {
                out.push('\n');
                pad(out, indent + 2);
                sequence(out, items, indent + 2);
            }
            _ => {
                out.push(' ');
                leaf(out, value, indent + 2);
                out.push('\n');
            }
        }
    }
}

/// Writes `- item` lines; the first one continues the present line.
fn sequence(out: &mut String, items: &[Json], indent: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            pad(out, indent);
        }
        out.push_str("- ");
        match item {
            Json::Object(inner) if !inner.is_empty() => mapping(out, inner, indent + 2),
            Json::Array(inner) if !inner.is_empty() => sequence(out, inner, indent + 2),
            _ => {
                leaf(out, item, indent + 2);
                out.push('\n');
            }
        }
    }
}

fn leaf(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number.to_string()),
        Json::String(value) => text(out, value, Some(indent)),
        Json::Array(_) => out.push_str("[]"),
        Json::Object(_) => out.push_str("{}"),
    }
}

/// A text as it needs to be; `block` is the indentation of a literal block where one may stand.
fn text(out: &mut String, value: &str, block: Option<usize>) {
    match block {
        Some(indent) if value.contains('\n') && fits_literal(value) => literal(out, value, indent),
        _ if value.chars().any(needs_escape) => double_quoted(out, value),
        _ if is_plain(value) => out.push_str(value),
        _ => {
            out.push('\'');
            out.push_str(&value.replace('\'', "''"));
            out.push('\'');
        }
    }
}

/// Whether a literal block gives the text back without an indentation indicator.
fn fits_literal(value: &str) -> bool {
    !value.starts_with([' ', '\t', '\n']) && !value.chars().any(|c| c != '\n' && needs_escape(c))
}

fn literal(out: &mut String, value: &str, indent: usize) {
    let body = value.trim_end_matches('\n');
    let chomping = match value.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    out.push('|');
    out.push_str(chomping);
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent.max(2));
            out.push_str(line);
        }
    }
    // The line break after the last line is written by the caller, further ones are kept here.
    for _ in 1..value.len() - body.len() {
        out.push('\n');
    }
}

fn double_quoted(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if needs_escape(c) => {
                let code = u32::from(c);
                // Writing to a string cannot fail.
                let _ = match code {
                    0..=0xFF => write!(out, "\\x{code:02X}"),
                    0x100..=0xFFFF => write!(out, "\\u{code:04X}"),
                    _ => write!(out, "\\U{code:08X}"),
                };
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

/// Characters that mean something else, or are lost, unless they are escaped.
fn needs_escape(c: char) -> bool {
    matches!(c, '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}'
        | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether a text without quotes is read back as the same text, as a key and in a list too.
fn is_plain(value: &str) -> bool {
    let Some(first) = value.chars().next() else { return false };
    let second = value.chars().nth(1);
    let indicator = match first {
        '-' | '?' | ':' => second.is_none_or(|c| c == ' ' || ",[]{}".contains(c)),
        _ => ",[]{}#&*!|>'\"%@`".contains(first),
    };
    !indicator
        && !value.starts_with("---")
        && !value.starts_with("...")
        && !value.starts_with(' ')
        && !value.ends_with([' ', ':'])
        && !value.contains(": ")
        && !value.contains(" #")
        && matches!(scalar::resolve(value), Value::String(_))
        && !means_more_in_yaml_1_1(value)
        && value != "<<"
        && value != "="
}

/// Booleans, numbers and dates of YAML 1.1 that are texts in YAML 1.2.
fn means_more_in_yaml_1_1(value: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off"];
    if words.iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return true;
    }
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.contains(['_', ':'])
        && unsigned.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | ':' | '.'));
    let radix = ["0x", "0b", "0o"].iter().any(|prefix| {
        unsigned
            .strip_prefix(prefix)
            .is_some_and(|tail| tail.chars().all(|c| c.is_ascii_hexdigit() || c == '_'))
    });
    let mut parts = value.splitn(3, '-');
    let date = parts.next().is_some_and(|year| year.len() == 4 && digits(year))
        && parts.next().is_some_and(|month| month.len() <= 2 && digits(month))
        && parts.next().is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    number || radix || date
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}
