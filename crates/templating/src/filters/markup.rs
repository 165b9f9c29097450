//! Filters for HTML, addresses and JSON.

use super::call::{Call, like_input, text_only, text_or_empty};
use crate::error::{Fail, Res};
use crate::machine::Machine;
use crate::number;
use crate::text::{Text, is_space};
use crate::value::Value;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Passes over nested markup before `striptags` gives up.
const STRIP_PASSES: usize = 32;

/// `dump(indent)`: as JSON.
pub(super) fn dump(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let indent = match call.argument(0) {
        Value::Number(width) => " ".repeat(number::clamped_index(*width, 10)),
        Value::Text(indent) => indent.slice(0, 10).to_str().into_owned(),
        _ => String::new(),
    };
    match m.dump(&call.input, &indent)? {
        Some(text) => m.made(text),
        None => Ok(Value::Undefined),
    }
}

/// `escape`: HTML's special characters as references, unless the text is marked safe.
pub(super) fn escape(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    match call.input {
        Value::Safe(_) => Ok(call.input.clone()),
        _ => forceescape(m, call),
    }
}

/// `forceescape`: as `escape`, safe or not.
pub(super) fn forceescape(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = m.to_output(&call.input)?;
    let mut out = crate::text::Buffer::new();
    let mut plain = 0;
    // All special characters are one code unit, so the others can be copied in runs.
    let units = text.units();
    for (at, unit) in units.iter().enumerate() {
        let reference = match u8::try_from(*unit) {
            Ok(b'&') => "&amp;",
            Ok(b'"') => "&quot;",
            Ok(b'\'') => "&#39;",
            Ok(b'<') => "&lt;",
            Ok(b'>') => "&gt;",
            Ok(b'\\') => "&#92;",
            _ => continue,
        };
        out.push(&Text::from_units(&units[plain..at]));
        out.push_str(reference);
        plain = at + 1;
    }
    out.push(&Text::from_units(&units[plain..]));
    safe_text(m, out.into_text())
}

/// `safe`: marks a text as needing no escaping.
pub(super) fn safe(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    match &call.input {
        Value::Safe(_) => Ok(call.input.clone()),
        input => {
            // A copy of its own, since marked texts are compared by identity.
            let text = m.to_output(input)?;
            safe_text(m, text.slice(0, usize::MAX))
        }
    }
}

/// `nl2br`.
pub(super) fn nl2br(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = if call.input.is_nullish() { "".into() } else { text_only(&call.input)? };
    let text = text.to_str().replace("\r\n", "\n").replace('\n', "<br />\n");
    like_input(m, &call.input, text)
}

/// `striptags(preserve_line_breaks)`.
pub(super) fn striptags(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = text_or_empty(&call.input)?;
    let mut text = text.to_str().into_owned();
    for pass in 0.. {
        m.budget.text(text.len())?;
        let stripped = without_tags(&text);
        if stripped.len() == text.len() {
            break;
        }
        // Taking tags out can make a new one of what stood around them.
        if pass == STRIP_PASSES {
            return Err(Fail::new("the markup is nested too deeply to be stripped safely"));
        }
        text = stripped;
    }
    let text = text.trim_matches(is_space);
    let text = if call.argument(0).truthy() { tidy_lines(text) } else { collapse(text) };
    like_input(m, &call.input, text)
}

/// `urlencode`: a text, or a record or list of pairs as a query.
pub(super) fn urlencode(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let mut pairs = Vec::new();
    match &call.input {
        Value::Text(text) | Value::Safe(text) => {
            let text = encode(text)?;
            return m.made(text);
        }
        Value::List(id) => {
            for item in m.items(*id)? {
                if item.is_nullish() {
                    return Err(Fail::new("urlencode sequence entries cannot be nullish"));
                }
                let key = m.element(&item, 0.0)?;
                pairs.push((m.to_text(&key)?, m.element(&item, 1.0)?));
            }
        }
        Value::Record(id) => {
            pairs.extend(m.heap.record(*id).iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        _ => {}
    }
    let mut out = String::new();
    for (at, (key, value)) in pairs.into_iter().enumerate() {
        if at > 0 {
            out.push('&');
        }
        out.push_str(&encode(&key)?);
        out.push('=');
        out.push_str(&encode(&m.to_text(&value)?)?);
    }
    m.made(out)
}

/// `urlize(length, nofollow)`: addresses in a text as links.
pub(super) fn urlize(m: &mut Machine<'_>, call: &Call) -> Res<Value> {
    let text = text_only(&call.input)?;
    let length = match call.argument(0) {
        Value::Undefined => usize::MAX,
        value => number::clamped_index(m.to_number(value)?, usize::MAX),
    };
    let nofollow = matches!(call.argument(1), Value::Bool(true));
    let rel = if nofollow { " rel=\"nofollow\"" } else { "" };
    let text = text.to_str();
    let mut out = String::new();
    let mut rest = text.as_ref();
    while !rest.is_empty() {
        let word = rest.find(is_space).unwrap_or(rest.len());
        let address = without_punctuation(&rest[..word]);
        let shown = Text::from(address).slice(0, length);
        let shown = shown.to_str();
        if address.starts_with("http://") || address.starts_with("https://") {
            out.push_str(&format!("<a href=\"{address}\"{rel}>{shown}</a>"));
        } else if address.starts_with("www.") {
            out.push_str(&format!("<a href=\"http://{address}\"{rel}>{shown}</a>"));
        } else if is_mail(address) {
            out.push_str(&format!("<a href=\"mailto:{address}\">{address}</a>"));
        } else if has_known_domain(address) {
            out.push_str(&format!("<a href=\"http://{address}\"{rel}>{shown}</a>"));
        } else {
            out.push_str(&rest[..word]);
        }
        rest = &rest[word..];
        let space = rest.find(|c| !is_space(c)).unwrap_or(rest.len());
        out.push_str(&rest[..space]);
        rest = &rest[space..];
    }
    m.made(out)
}

fn safe_text(m: &mut Machine<'_>, text: Text) -> Res<Value> {
    m.budget.text(text.bytes())?;
    Ok(Value::Safe(text))
}

/// One pass over a text that leaves out tags and comments.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Once an end was searched for in vain it need not be searched for again.
    let (mut tags_end, mut comments_end) = (true, true);
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let end = if let Some(comment) = rest.strip_prefix("<!--").filter(|_| comments_end) {
            let end = comment.find("-->").map(|end| end + "<!---->".len());
            comments_end = end.is_some();
            end
        } else if tags_end && starts_tag(rest) {
            let end = rest.find('>').map(|end| end + 1);
            tags_end = end.is_some();
            end
        } else {
            None
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn starts_tag(text: &str) -> bool {
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('_')
}

/// Every run of white space as one blank.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Lines without blanks at their ends, at most one of them empty in a row.
fn tidy_lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let body = line.trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}']);
        let mut words = body.trim_matches(' ').split(' ').filter(|word| !word.is_empty());
        lines.extend(words.next());
        for word in words {
            lines.push(' ');
            lines.push_str(word);
        }
        lines.push_str(&line[body.len()..]);
    }
    let mut out = String::with_capacity(lines.len());
    let mut newlines = 0;
    for c in lines.replace("\r\n", "\n").chars() {
        newlines = if c == '\n' { newlines + 1 } else { 0 };
        if newlines <= 2 {
            out.push(c);
        }
    }
    out
}

/// `encodeURIComponent`.
fn encode(text: &Text) -> Res<String> {
    let Some(text) = text.as_utf8() else { return Err(Fail::new("URI malformed")) };
    Ok(utf8_percent_encode(text, &URI_COMPONENT).to_string())
}

/// What `encodeURIComponent` encodes.
pub const URI_COMPONENT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// A word without one opening bracket before it and one mark after it.
fn without_punctuation(word: &str) -> &str {
    let word = ["(", "<", "&lt;"].iter().find_map(|open| word.strip_prefix(open)).unwrap_or(word);
    [".", ",", ")", "&gt;"].iter().find_map(|close| word.strip_suffix(close)).unwrap_or(word)
}

fn is_mail(word: &str) -> bool {
    let Some((name, domain)) = word.split_once('@') else { return false };
    let mut labels = domain.split('.');
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.!#$%&'*+-/=?^`{|}~".contains(&b))
        && domain.contains('.')
        && labels.all(label)
}

fn has_known_domain(word: &str) -> bool {
    [".org", ".net", ".com"].iter().any(|domain| {
        word.match_indices(domain).any(|(at, _)| {
            let after = &word[at + domain.len()..];
            after.is_empty() || after.starts_with([':', '/'])
        })
    })
}
