//! Methods of texts and regular expressions.

use super::arguments::{number_or, own_text};
use crate::case::{lower_case, upper_case};
use crate::error::Res;
use crate::machine::Machine;
use crate::number::{clamped_index, relative_index, to_integer};
use crate::pattern::expand;
use crate::replacing::{byte_at, replace_pattern};
use crate::text::{Buffer, Text, find_units, is_space};
use crate::value::Value;

/// `charAt(index)`.
pub(super) fn char_at(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let found = index(m, arguments)?.and_then(|at| own_text(value).char_at(at));
    Ok(Value::Text(found.unwrap_or_else(|| "".into())))
}

/// `charCodeAt(index)`.
pub(super) fn char_code_at(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let found = index(m, arguments)?.and_then(|at| own_text(value).unit(at));
    Ok(Value::Number(found.map_or(f64::NAN, f64::from)))
}

/// `concat(…)`.
pub(super) fn concat(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let mut out = Buffer::new();
    out.push(&own_text(value));
    for argument in arguments {
        out.push(&m.to_text(argument)?);
    }
    m.made(out.into_text())
}

/// `startsWith(text, position)`.
pub(super) fn starts_with(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let (text, needle) = (own_text(value), m.to_text(&arguments[0])?);
    let from = clamped_index(number_or(m, arguments, 1, 0.0)?, text.len());
    Ok(Value::Bool(text.slice(from, from + needle.len()) == needle))
}

/// `endsWith(text, end)`.
pub(super) fn ends_with(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let (text, needle) = (own_text(value), m.to_text(&arguments[0])?);
    let end = clamped_index(number_or(m, arguments, 1, f64::INFINITY)?, text.len());
    let from = end.checked_sub(needle.len());
    Ok(Value::Bool(from.is_some_and(|from| text.slice(from, end) == needle)))
}

/// `includes(text, position)`.
pub(super) fn includes(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    Ok(Value::Bool(find(m, value, arguments)?.is_some()))
}

/// `indexOf(text, position)`.
pub(super) fn index_of(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    Ok(found(find(m, value, arguments)?))
}

/// `lastIndexOf(text, position)`.
pub(super) fn last_index_of(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let (text, needle) = (own_text(value), m.to_text(&arguments[0])?);
    m.budget.text(text.bytes())?;
    let from = number_or(m, arguments, 1, f64::INFINITY)?;
    let from = if from.is_nan() { text.len() } else { clamped_index(from, text.len()) };
    Ok(found(text.last_index_of(&needle, from)))
}

/// `replace(old, new)`: the first one, or what a regular expression says.
pub(super) fn replace(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let text = own_text(value);
    if let Value::Pattern(pattern, id) = &arguments[0] {
        return replace_pattern(m, &text, (pattern, *id), &arguments[1]);
    }
    let (old, new) = (m.to_text(&arguments[0])?, m.to_text(&arguments[1])?);
    let Some(start) = text.index_of(&old, 0) else { return Ok(Value::Text(text)) };
    let (before, after) = (text.slice(0, start), text.slice(start + old.len(), usize::MAX));
    // The replacement's patterns are worked out on UTF-8, where lone surrogates cannot be told apart.
    let (shown, head) = (text.to_str(), before.to_str());
    let end = head.len() + old.to_str().len();
    let mut middle = String::new();
    let new = new.to_str();
    m.budget.text(new.matches('$').count().saturating_mul(shown.len()))?;
    if shown.is_char_boundary(head.len()) && shown.is_char_boundary(end) {
        expand(&mut middle, &new, &shown, (head.len(), end), None);
    } else {
        middle.push_str(&new);
    }
    let mut out = Buffer::new();
    out.push(&before);
    out.push_str(&middle);
    out.push(&after);
    m.made(out.into_text())
}

/// `test(text)` of a regular expression.
pub(super) fn pattern_test(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let Value::Pattern(pattern, id) = value else { return Ok(Value::Bool(false)) };
    let text = m.to_text(&arguments[0])?;
    m.budget.work(pattern.cost(text.bytes()))?;
    let keeps = pattern.global || pattern.sticky;
    let last = if keeps { *m.heap.pattern_position(*id) } else { 0 };
    let found = if last > text.len() {
        None
    } else {
        let text = text.to_str();
        let found = pattern.find(&text, byte_at(&text, last));
        found.map(|(_, end)| crate::text::units_in(&text[..end]))
    };
    if keeps {
        *m.heap.pattern_position(*id) = found.unwrap_or(0);
    }
    Ok(Value::Bool(found.is_some()))
}

/// `slice(start, end)`; negative ones count from the end.
pub(super) fn slice(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let text = own_text(value);
    let start = relative_index(number_or(m, arguments, 0, 0.0)?, text.len());
    let end = relative_index(number_or(m, arguments, 1, f64::INFINITY)?, text.len());
    m.made(text.slice(start, end))
}

/// `substring(start, end)`, in whichever order.
pub(super) fn substring(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let text = own_text(value);
    let start = clamped_index(number_or(m, arguments, 0, 0.0)?, text.len());
    let end = clamped_index(number_or(m, arguments, 1, f64::INFINITY)?, text.len());
    m.made(text.slice(start.min(end), start.max(end)))
}

/// `split(separator, limit)`.
pub(super) fn split(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Value> {
    let text = own_text(value);
    m.budget.text(text.bytes())?;
    let limit = match arguments.get(1) {
        None | Some(Value::Undefined) => usize::MAX,
        Some(limit) => {
            let limit = to_integer(m.to_number(limit)?);
            if limit.is_finite() { limit.rem_euclid(4_294_967_296.0) as usize } else { 0 }
        }
    };
    if limit == 0 {
        return m.list(Vec::new());
    }
    let separator = match arguments.first() {
        None | Some(Value::Undefined) => return m.texts([text]),
        Some(Value::Pattern(pattern, _)) => {
            m.budget.work(pattern.cost(text.bytes()))?;
            let parts = pattern.split(&text.to_str(), limit)?;
            let parts = parts.into_iter().map(|part| part.map_or(Value::Undefined, Value::text));
            return m.list(parts.collect());
        }
        Some(separator) => m.to_text(separator)?.units(),
    };
    let units = text.units();
    if separator.is_empty() {
        return m.texts(units.iter().take(limit).map(|unit| Text::from_units(&[*unit])));
    }
    let mut parts = Vec::new();
    let mut from = 0;
    while parts.len() < limit {
        let end = find_units(&units, &separator, from);
        parts.push(Text::from_units(&units[from..end.unwrap_or(units.len())]));
        match end {
            Some(end) => from = end + separator.len(),
            None => break,
        }
    }
    m.texts(parts)
}

/// `toLowerCase()`.
pub(super) fn to_lower_case(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    m.made(lower_case(&own_text(value)))
}

/// `toUpperCase()`.
pub(super) fn to_upper_case(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    m.made(upper_case(&own_text(value)))
}

/// `trim()`.
pub(super) fn trim(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    trimmed(m, value, (true, true))
}

/// `trimStart()`.
pub(super) fn trim_start(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    trimmed(m, value, (true, false))
}

/// `trimEnd()`.
pub(super) fn trim_end(m: &mut Machine<'_>, value: &Value, _: &[Value]) -> Res<Value> {
    trimmed(m, value, (false, true))
}

fn trimmed(m: &mut Machine<'_>, value: &Value, (start, end): (bool, bool)) -> Res<Value> {
    let text = own_text(value);
    let units = text.units();
    let space = |unit: &u16| char::from_u32(u32::from(*unit)).is_some_and(is_space);
    let from = if start { units.iter().take_while(|unit| space(unit)).count() } else { 0 };
    let rest = &units[from..];
    let cut = if end { rest.iter().rev().take_while(|unit| space(unit)).count() } else { 0 };
    m.made(Text::from_units(&rest[..rest.len() - cut]))
}

/// The first argument as an index; none when it is negative.
fn index(m: &mut Machine<'_>, arguments: &[Value]) -> Res<Option<usize>> {
    let at = to_integer(number_or(m, arguments, 0, 0.0)?);
    Ok((at >= 0.0).then_some(at as usize))
}

fn find(m: &mut Machine<'_>, value: &Value, arguments: &[Value]) -> Res<Option<usize>> {
    let (text, needle) = (own_text(value), m.to_text(&arguments[0])?);
    m.budget.text(text.bytes())?;
    let from = clamped_index(number_or(m, arguments, 1, 0.0)?, text.len());
    Ok(text.index_of(&needle, from))
}

fn found(at: Option<usize>) -> Value {
    at.map_or(Value::Number(-1.0), Value::count)
}
