//! What is different in documents that ask for YAML 1.1 with `%YAML 1.1`.

use crate::node::{Entry, SyntaxError, Value};
use crate::scalar;
use crate::timestamp::timestamp;
use std::collections::HashSet;

/// The value of an unquoted scalar.
pub(crate) fn resolve(text: &str) -> Value {
    let value = boolean(text).or_else(|| integer(text)).or_else(|| float(text));
    match value.or_else(|| timestamp(text).map(Value::String)) {
        Some(value) => value,
        // Octal numbers are written in another way, and what is left is as in 1.2.
        None if text.starts_with("0o") => Value::String(text.to_owned()),
        None => scalar::resolve(text),
    }
}

/// Whether a document begins with the directive.
pub(crate) fn is_asked_for(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let directives = text.lines().take_while(|line| {
        line.starts_with('%') || line.trim().is_empty() || line.trim_start().starts_with('#')
    });
    directives
        .filter_map(|line| line.strip_prefix("%YAML"))
        .any(|rest| rest.starts_with([' ', '\t']) && rest.split_whitespace().next() == Some("1.1"))
}

/// A mapping with what its merge keys (`<<`) bring; what it says itself counts more.
pub(crate) fn merged(entries: Vec<Entry>) -> Result<Vec<Entry>, SyntaxError> {
    if entries.iter().all(|entry| entry.key != "<<") {
        return Ok(entries);
    }
    let own: HashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    let mut out: Vec<Entry> = Vec::new();
    for entry in entries {
        if entry.key != "<<" {
            out.push(entry);
            continue;
        }
        let sources = match entry.value.value {
            Value::Sequence(items) => items,
            _ => vec![entry.value],
        };
        for source in sources {
            let Value::Mapping(brought) = source.value else {
                return Err(SyntaxError {
                    mark: source.mark,
                    message: "a merge key `<<` takes a mapping, or a list of mappings".to_owned(),
                });
            };
            for entry in brought {
                if !own.contains(&entry.key) && out.iter().all(|known| known.key != entry.key) {
                    out.push(entry);
                }
            }
        }
    }
    Ok(out)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "Y" | "y" | "Yes" | "yes" | "YES" | "True" | "true" | "TRUE" | "On" | "on" | "ON" => {
            Some(Value::Bool(true))
        }
        "N" | "n" | "No" | "no" | "NO" | "False" | "false" | "FALSE" | "Off" | "off" | "OFF" => {
            Some(Value::Bool(false))
        }
        _ => None,
    }
}

/// `0b101`, `0777`, `0x1F`, `1_000` and numbers to the base of sixty such as `1:30`.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = signed(text);
    let (radix, digits) = match digits {
        _ if digits.starts_with("0b") => (2, &digits[2..]),
        _ if digits.starts_with("0x") => (16, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.contains(':') {
        return sixties(digits).map(|value| Value::Int(if negative { -value } else { value }));
    }
    let plain = digits.replace('_', "");
    let first = digits.chars().next()?;
    // A number that is not octal is a decimal one, as `08`.
    let radix = if radix == 8 && plain.contains(['8', '9']) { 10 } else { radix };
    if first == '_' && radix != 8 || !plain.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = i64::from_str_radix(&plain, radix).ok()?;
    Some(Value::Int(if negative { -value } else { value }))
}

fn float(text: &str) -> Option<Value> {
    let (negative, digits) = signed(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let value = match digits.rsplit_once(':') {
        Some((whole, last)) if last.contains('.') => {
            let last: f64 = last.replace('_', "").parse().ok().filter(|last| *last < 60.0)?;
            sixties(&format!("{whole}:0"))? as f64 + last
        }
        Some(_) => return None,
        None => {
            let plain = digits.replace('_', "");
            let Value::Float(value) = scalar::resolve(&plain) else { return None };
            value
        }
    };
    Some(Value::Float(if negative { -value } else { value }))
}

fn signed(text: &str) -> (bool, &str) {
    (text.starts_with('-'), text.strip_prefix(['-', '+']).unwrap_or(text))
}

fn sixties(digits: &str) -> Option<i64> {
    let mut parts = digits.split(':').enumerate();
    parts.try_fold(0_i64, |sum, (index, part)| {
        let part = if index == 0 { part.replace('_', "") } else { part.to_owned() };
        let fits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let value: i64 = part.parse().ok().filter(|value| fits && (index == 0 || *value < 60))?;
        sum.checked_mul(60)?.checked_add(value)
    })
}
