//! Values as JSON: the text of `dump`, and the typed result of a render.

use std::fmt::Write as _;

use serde_json::{Map, Number, Value as Json};

use crate::error::Res;
use crate::limits::{FILTER_INPUT_BYTES, VALUE_DEPTH, output_too_long, too_nested};
use crate::machine::{Machine, callable_used};
use crate::number;
use crate::text::Text;
use crate::value::Value;

impl Machine<'_> {
    /// What `JSON.stringify(value, null, indent)` gives; none for undefined.
    pub(crate) fn dump(&mut self, value: &Value, indent: &str) -> Res<Option<String>> {
        let mut out = String::new();
        Ok(self.write_json(value, indent, 0, &mut out)?.then_some(out))
    }

    /// Appends a value; false when it is left out.
    fn write_json(
        &mut self,
        value: &Value,
        indent: &str,
        depth: usize,
        out: &mut String,
    ) -> Res<bool> {
        self.budget.work(1)?;
        if depth > VALUE_DEPTH {
            return Err(too_nested());
        }
        if out.len() > FILTER_INPUT_BYTES {
            return Err(output_too_long());
        }
        match value {
            Value::Undefined => return Ok(false),
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) if number.is_finite() => {
                out.push_str(&number::to_text(*number));
            }
            Value::Number(_) => out.push_str("null"),
            Value::Text(text) | Value::Safe(text) => {
                self.budget.text(text.bytes())?;
                quote(text, out);
            }
            Value::List(id) => {
                let items = self.items(*id)?;
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    separate(at == 0, indent, depth + 1, out);
                    if !self.write_json(item, indent, depth + 1, out)? {
                        out.push_str("null");
                    }
                }
                end(items.is_empty(), indent, depth, out);
                out.push(']');
            }
            Value::Record(id) => {
                let entries: Vec<_> =
                    self.heap.record(*id).iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                self.budget.work(entries.len())?;
                out.push('{');
                let mut first = true;
                for (key, item) in &entries {
                    if matches!(item, Value::Undefined) {
                        continue;
                    }
                    separate(first, indent, depth + 1, out);
                    first = false;
                    quote(key, out);
                    out.push_str(if indent.is_empty() { ":" } else { ": " });
                    self.write_json(item, indent, depth + 1, out)?;
                }
                end(first, indent, depth, out);
                out.push('}');
            }
            Value::Pattern(..) => out.push_str("{}"),
            Value::Callable(_) => return Err(callable_used()),
        }
        Ok(true)
    }

    /// The value as data for the host; none for undefined.
    pub(crate) fn export(&mut self, value: &Value, depth: usize) -> Res<Option<Json>> {
        self.budget.work(1)?;
        if depth > VALUE_DEPTH {
            return Err(too_nested());
        }
        Ok(Some(match value {
            Value::Undefined => return Ok(None),
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => json_number(*number),
            Value::Text(text) | Value::Safe(text) => {
                self.budget.text(text.bytes())?;
                Json::String(text.to_str().into_owned())
            }
            Value::Pattern(pattern, _) => Json::String(pattern.source.clone()),
            Value::List(id) => {
                let mut out = Vec::new();
                for item in self.items(*id)? {
                    out.push(self.export(&item, depth + 1)?.unwrap_or(Json::Null));
                }
                Json::Array(out)
            }
            Value::Record(id) => {
                let entries: Vec<_> =
                    self.heap.record(*id).iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                self.budget.work(entries.len())?;
                let mut out = Map::new();
                for (key, item) in entries {
                    if let Some(item) = self.export(&item, depth + 1)? {
                        out.insert(key.to_str().into_owned(), item);
                    }
                }
                Json::Object(out)
            }
            Value::Callable(_) => return Err(callable_used()),
        }))
    }
}

/// The same data as JavaScript reads it: every number is a double.
pub(crate) fn with_numbers_of_javascript(data: Json) -> Json {
    match data {
        Json::Number(number) => number.as_f64().map_or(Json::Null, json_number),
        Json::Array(items) => {
            Json::Array(items.into_iter().map(with_numbers_of_javascript).collect())
        }
        Json::Object(entries) => Json::Object(
            entries
                .into_iter()
                .map(|(key, item)| (key, with_numbers_of_javascript(item)))
                .collect(),
        ),
        other => other,
    }
}

/// A number as JSON has it: whole ones without a point, and null for what JSON cannot say.
fn json_number(number: f64) -> Json {
    // 2^63 and 2^64, the first values that do not fit.
    const I64_END: f64 = 9_223_372_036_854_775_808.0;
    const U64_END: f64 = 18_446_744_073_709_551_616.0;
    if number.fract() == 0.0 && (-I64_END..I64_END).contains(&number) {
        Json::from(number as i64)
    } else if number.fract() == 0.0 && (0.0..U64_END).contains(&number) {
        Json::from(number as u64)
    } else {
        Number::from_f64(number).map_or(Json::Null, Json::Number)
    }
}

/// Appends a text in quotes, escaped as JavaScript does.
fn quote(text: &Text, out: &mut String) {
    let escape = |c: char, out: &mut String| match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        c if c < ' ' => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
        c => out.push(c),
    };
    out.push('"');
    match text {
        Text::Utf8(text) => text.chars().for_each(|c| escape(c, out)),
        Text::Wide(units) => {
            for unit in char::decode_utf16(units.iter().copied()) {
                match unit {
                    Ok(c) => escape(c, out),
                    Err(unpaired) => {
                        let _ = write!(out, "\\u{:04x}", unpaired.unpaired_surrogate());
                    }
                }
            }
        }
    }
    out.push('"');
}

fn separate(first: bool, indent: &str, depth: usize, out: &mut String) {
    if !first {
        out.push(',');
    }
    new_line(indent, depth, out);
}

fn end(empty: bool, indent: &str, depth: usize, out: &mut String) {
    if !empty {
        new_line(indent, depth, out);
    }
}

fn new_line(indent: &str, depth: usize, out: &mut String) {
    if !indent.is_empty() {
        out.push('\n');
        out.extend(std::iter::repeat_n(indent, depth));
    }
}
