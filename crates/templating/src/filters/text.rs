//! Filters that change texts.

use super::call::{Call, length_of, like_input, text_only, text_or_empty};
use crate::case::{lower_case, upper_case};
use crate::error::{Fail, Res};
use crate::limits::OUTPUT_UNITS;
use crate::machine::Machine;
use crate::replacing::replace_pattern;
use crate::text::{Buffer, Text, is_space};
use crate::value::Value;

/// `upper`.
pub(super) fn upper(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    m.made(upper_case(&text_or_empty(&call.input)?))
}

/// `lower`.
pub(super) fn lower(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    m.made(lower_case(&text_or_empty(&call.input)?))
}

/// `capitalize`: the first letter large, the others small.
pub(super) fn capitalize(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = capitalized(&text_or_empty(&call.input)?);
    like_input(m, &call.input, text)
}

/// `title`: every word between blanks capitalized.
pub(super) fn title(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = text_or_empty(&call.input)?;
    let mut out = Buffer::new();
    for (at, word) in text.to_str().split(' ').enumerate() {
        if at > 0 {
            out.push_str(" ");
        }
        out.push(&capitalized(&word.into()));
    }
    like_input(m, &call.input, out.into_text())
}

/// `trim`: without white space at both ends.
pub(super) fn trim(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = text_only(&call.input)?;
    like_input(m, &call.input, text.to_str().trim_matches(is_space))
}

/// `string`.
pub(super) fn string(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    match &call.input {
        Value::Undefined | Value::Null => Err(Fail::new("string requires a value")),
        Value::Safe(_) => Ok(call.input.clone()),
        other => Ok(Value::Text(m.to_text(other)?)),
    }
}

/// `center(width)`.
pub(super) fn center(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let width = match call.argument(0) {
        value if !value.truthy() => 80.0,
        value => m.to_number(value)?,
    };
    let empty = Value::text("");
    let input = match &call.input {
        Value::Undefined | Value::Null | Value::Bool(false) => &empty,
        input => input,
    };
    let length = length_of(m, input)?;
    if length >= width {
        return Ok(input.clone());
    }
    let spaces = width - length;
    if spaces > OUTPUT_UNITS as f64 {
        return Err(crate::limits::output_too_long());
    }
    let blanks = |count: f64| " ".repeat(count.ceil().max(0.0) as usize);
    let text = m.to_text(input)?;
    let mut out = Buffer::new();
    out.push_str(&blanks(spaces / 2.0 - spaces % 2.0));
    out.push(&text);
    out.push_str(&blanks(spaces / 2.0));
    like_input(m, input, out.into_text())
}

/// `indent(width, first)`: every line but the first, or all.
pub(super) fn indent(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = text_or_empty(&call.input)?;
    if text.is_empty() {
        return Ok(Value::text(""));
    }
    let width = match call.argument(0) {
        value if !value.truthy() => 4.0,
        value => m.to_number(value)?,
    };
    let text = text.to_str();
    let lines = text.split('\n').count();
    let width = width.ceil().max(0.0);
    if width * lines as f64 > OUTPUT_UNITS as f64 {
        return Err(crate::limits::output_too_long());
    }
    let blanks = " ".repeat(width as usize);
    let mut out = String::with_capacity(text.len() + lines * blanks.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        if at > 0 || call.argument(1).truthy() {
            out.push_str(&blanks);
        }
        out.push_str(line);
    }
    like_input(m, &call.input, out)
}

/// `truncate(length, killwords, end)`.
pub(super) fn truncate(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let length = match call.argument(0) {
        value if !value.truthy() => 255.0,
        value => m.to_number(value)?,
    };
    if matches!(call.input, Value::List(_) | Value::Record(_))
        && length_of(m, &call.input)? <= length
    {
        return Ok(call.input.clone());
    }
    let text = text_or_empty(&call.input)?;
    if text.len() as f64 <= length {
        return Ok(match &call.input {
            Value::Safe(_) => call.input.clone(),
            _ => Value::Text(text),
        });
    }
    let cut = crate::number::clamped_index(length, text.len());
    let end = if call.argument(1).truthy() {
        cut
    } else {
        let from = if length.is_nan() { text.len() } else { cut };
        text.last_index_of(&" ".into(), from).unwrap_or(cut)
    };
    let mut out = Buffer::new();
    out.push(&text.slice(0, end));
    match call.argument(2) {
        Value::Undefined | Value::Null => out.push_str("..."),
        mark => out.push(&m.to_text(mark)?),
    }
    like_input(m, &call.input, out.into_text())
}

/// `replace(old, new, count)`; `old` may be a regular expression.
pub(super) fn replace(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let new = call.argument(1);
    let old = match call.argument(0) {
        Value::Pattern(pattern, id) => {
            let (Value::Text(text) | Value::Safe(text)) = &call.input else {
                return Err(Fail::new("Regular-expression replacement requires a string"));
            };
            return replace_pattern(m, text, (pattern, *id), new);
        }
        Value::Number(number) => crate::number::to_text(*number).into(),
        Value::Text(old) => old.clone(),
        _ => return Ok(call.input.clone()),
    };
    let text = match &call.input {
        Value::Number(number) => Text::from(crate::number::to_text(*number)),
        Value::Text(text) | Value::Safe(text) => text.clone(),
        _ => return Ok(call.input.clone()),
    };
    let new_text = m.to_text(new)?;
    let (units, old) = (text.units(), old.units());
    let mut out = Buffer::new();
    if old.is_empty() {
        // The reference joins the characters by the new text, and joins by commas without one.
        let between = if matches!(new, Value::Undefined) { ",".into() } else { new_text.clone() };
        m.budget.text((units.len() + 1).saturating_mul(between.bytes() + 1))?;
        out.push(&new_text);
        for (at, unit) in units.iter().enumerate() {
            if at > 0 {
                out.push(&between);
            }
            out.push(&Text::from_units(&[*unit]));
        }
        out.push(&new_text);
        return like_input(m, &call.input, out.into_text());
    }
    let most = match call.argument(2) {
        Value::Undefined => -1.0,
        Value::Number(0.0) => return Ok(call.input.clone()),
        value => m.to_number(value)?,
    };
    let (mut at, mut count) = (0, 0.0);
    while let Some(found) = crate::text::find_units(&units, &old, at) {
        if most != -1.0 && (count >= most || most.is_nan()) {
            break;
        }
        out.push(&Text::from_units(&units[at..found]));
        out.push(&new_text);
        m.budget.text(new_text.bytes() + found - at)?;
        if out.bytes() > crate::limits::FILTER_INPUT_BYTES {
            return Err(crate::limits::output_too_long());
        }
        at = found + old.len();
        count += 1.0;
    }
    if count == 0.0 && at == 0 {
        return Ok(match &call.input {
            Value::Number(_) => Value::Text(text),
            input => input.clone(),
        });
    }
    out.push(&Text::from_units(&units[at..]));
    like_input(m, &call.input, out.into_text())
}

/// `wordcount`; none when there is no word.
pub(super) fn wordcount(_: &mut Machine<'_>, call: &Call) -> Res<Value> {
    if !call.input.truthy() {
        return Ok(Value::Null);
    }
    let text = text_or_empty(&call.input)?;
    let text = text.to_str();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    Ok(match words.filter(|word| !word.is_empty()).count() {
        0 => Value::Null,
        count => Value::count(count),
    })
}

fn capitalized(text: &Text) -> Text {
    let lower = lower_case(text);
    upper_case(&lower.slice(0, 1)).concat(&lower.slice(1, usize::MAX))
}
