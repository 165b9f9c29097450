//! What a plain scalar means in the core schema, and how numbers look as JSON and as keys.

use crate::node::{Node, Value, json_number};
use crate::timestamp::timestamp;

/// The value of an unquoted scalar.
pub(crate) fn resolve(text: &str) -> Value {
    match text.as_bytes().first() {
        None => Value::Null,
        // Everything but texts begins with one of these; most scalars are told apart right here.
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'+' | b'-' | b'.' | b'0'..=b'9') => {
            null(text)
                .or_else(|| boolean(text))
                .or_else(|| integer(text))
                .or_else(|| float(text))
                .unwrap_or_else(|| Value::String(text.to_owned()))
        }
        Some(_) => Value::String(text.to_owned()),
    }
}

/// The value of a scalar with a tag of the core schema (`int` of `!!int`). What does not look like
/// the tag says stays a text, whatever it looks like otherwise.
pub(crate) fn resolve_tagged(text: &str, tag: &str) -> Value {
    let value = match tag {
        "null" => null(text),
        "bool" => boolean(text),
        "int" => integer(text),
        "float" => float(text),
        "timestamp" => timestamp(text).map(Value::String),
        _ => None,
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// How a value reads as the key of a mapping. Collections look like their flow form.
pub(crate) fn key_text(node: &Node) -> String {
    match &node.value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) if value.is_nan() => "NaN".to_owned(),
        Value::Float(value) if value.is_infinite() && *value > 0.0 => "Infinity".to_owned(),
        Value::Float(value) if value.is_infinite() => "-Infinity".to_owned(),
        Value::Float(value) => json_number(*value).to_string(),
        Value::Sequence(items) => {
            let items: Vec<String> = items.iter().map(key_text).collect();
            format!("[ {} ]", items.join(", "))
        }
        Value::Mapping(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| match entry.value.value {
                    Value::Null => entry.key.clone(),
                    _ => format!("{}: {}", entry.key, key_text(&entry.value)),
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "" | "~" | "null" | "Null" | "NULL").then_some(Value::Null)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// `[-+]?[0-9]+`, `0o[0-7]+` or `0x[0-9a-fA-F]+`; what needs more than 64 bits is a float.
fn integer(text: &str) -> Option<Value> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                return None;
            }
            return Some(match i64::from_str_radix(digits, radix) {
                Ok(value) => Value::Int(value),
                Err(_) => Value::Float(digits.chars().fold(0.0, |sum, c| {
                    sum * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0))
                })),
            });
        }
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !all_digits(digits) {
        return None;
    }
    match text.parse::<i64>() {
        Ok(value) => Some(Value::Int(value)),
        Err(_) => text.parse::<f64>().ok().map(Value::Float),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, `[-+]?.inf` or `.nan`.
fn float(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => {
            let negative = text.starts_with('-');
            return Some(Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => {
            return Some(Value::Float(f64::NAN));
        }
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some(("", fraction)) => all_digits(fraction),
        Some((whole, fraction)) => {
            all_digits(whole) && (fraction.is_empty() || all_digits(fraction))
        }
        // Without a point it takes an exponent to be a float: `!!float 1` is a text.
        None => exponent.is_some() && all_digits(mantissa),
    };
    let exponent_fits = exponent
        .is_none_or(|exponent| all_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    if !mantissa_fits || !exponent_fits {
        return None;
    }
    text.parse::<f64>().ok().map(Value::Float)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::String(value.to_owned())
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (plain, expected) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("Null", Value::Null),
            ("nULL", text("nULL")),
            ("true", Value::Bool(true)),
            ("FALSE", Value::Bool(false)),
            ("yes", text("yes")),
            ("off", text("off")),
            ("012", Value::Int(12)),
            ("+12", Value::Int(12)),
            ("-7", Value::Int(-7)),
            ("0o14", Value::Int(12)),
            ("0x1F", Value::Int(31)),
            ("-0x1F", text("-0x1F")),
            ("0x", text("0x")),
            ("0b1", text("0b1")),
            ("1_000", text("1_000")),
            ("9223372036854775807", Value::Int(i64::MAX)),
            ("12345678901234567890", Value::Float(12_345_678_901_234_567_890.0)),
            ("0xFFFFFFFFFFFFFFFFF", Value::Float(295_147_905_179_352_830_000.0)),
            ("1.0", Value::Float(1.0)),
            (".5", Value::Float(0.5)),
            ("5.", Value::Float(5.0)),
            ("1e3", Value::Float(1000.0)),
            ("-1.5E-2", Value::Float(-0.015)),
            (".inf", Value::Float(f64::INFINITY)),
            ("-.INF", Value::Float(f64::NEG_INFINITY)),
            ("+.nan", text("+.nan")),
            ("1.2.3", text("1.2.3")),
            (".", text(".")),
            ("-", text("-")),
            ("e5", text("e5")),
            ("1e", text("1e")),
            ("inf", text("inf")),
            ("nan", text("nan")),
            ("2024-01-02", text("2024-01-02")),
        ] {
            assert_eq!(resolve(plain), expected, "{plain}");
        }
        assert!(matches!(resolve(".NaN"), Value::Float(value) if value.is_nan()));
    }

    #[test]
    fn a_tag_that_does_not_fit_leaves_a_text() {
        assert_eq!(resolve_tagged("3", "int"), Value::Int(3));
        assert_eq!(resolve_tagged("1", "float"), text("1"));
        assert_eq!(resolve_tagged("yes", "bool"), text("yes"));
        assert_eq!(resolve_tagged("1", "str"), text("1"));
    }

    #[test]
    fn json_numbers_are_what_a_browser_would_write() {
        assert_eq!(json_number(1.0).to_string(), "1");
        assert_eq!(json_number(-0.0).to_string(), "0");
        assert_eq!(json_number(0.1).to_string(), "0.1");
        assert_eq!(json_number(1e300).to_string(), "1e+300");
        assert_eq!(json_number(f64::INFINITY), serde_json::Value::Null);
    }
}
