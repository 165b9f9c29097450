//! Text as the template language sees it: a sequence of UTF-16 code units, kept as UTF-8.
//!
//! Lengths and indices count UTF-16 code units, so a template can cut a character outside the basic
//! plane in half. Such a text is kept as code units until the halves meet again; everything else
//! stays plain UTF-8.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// An immutable text that is cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Text {
    /// Well-formed text.
    Utf8(Arc<str>),
    /// Text with at least one unpaired surrogate, which UTF-8 cannot hold.
    Wide(Arc<[u16]>),
}

impl Text {
    /// The text made of these code units.
    pub(crate) fn from_units(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => Self::Utf8(text.into()),
            Err(_) => Self::Wide(units.into()),
        }
    }

    /// The text as UTF-8, with unpaired surrogates replaced.
    pub(crate) fn to_str(&self) -> Cow<'_, str> {
        match self {
            Self::Utf8(text) => Cow::Borrowed(text),
            Self::Wide(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// The text as UTF-8 if it is well-formed.
    pub(crate) fn as_utf8(&self) -> Option<&str> {
        match self {
            Self::Utf8(text) => Some(text),
            Self::Wide(_) => None,
        }
    }

    /// The text if one byte is one code unit, so that byte indices can be used.
    fn as_ascii(&self) -> Option<&str> {
        self.as_utf8().filter(|text| text.is_ascii())
    }

    /// All code units.
    pub(crate) fn units(&self) -> Vec<u16> {
        match self {
            Self::Utf8(text) => text.encode_utf16().collect(),
            Self::Wide(units) => units.to_vec(),
        }
    }

    /// Number of code units.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Utf8(text) => units_in(text),
            Self::Wide(units) => units.len(),
        }
    }

    /// Whether there is no code unit.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Utf8(text) => text.is_empty(),
            Self::Wide(units) => units.is_empty(),
        }
    }

    /// Size in memory, for the limits.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Utf8(text) => text.len(),
            Self::Wide(units) => units.len() * 2,
        }
    }

    /// The code unit at `index`.
    pub(crate) fn unit(&self, index: usize) -> Option<u16> {
        match self {
            Self::Utf8(text) if text.is_ascii() => {
                text.as_bytes().get(index).map(|byte| u16::from(*byte))
            }
            Self::Utf8(text) => text.encode_utf16().nth(index),
            Self::Wide(units) => units.get(index).copied(),
        }
    }

    /// The one-unit text at `index`.
    pub(crate) fn char_at(&self, index: usize) -> Option<Self> {
        self.unit(index).map(|unit| Self::from_units(&[unit]))
    }

    /// The code units from `start` to `end`; both are cut to the length.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Self {
        if let Some(text) = self.as_ascii() {
            let end = end.min(text.len());
            return Self::from(&text[start.min(end)..end]);
        }
        let units = self.units();
        let end = end.min(units.len());
        Self::from_units(&units[start.min(end)..end])
    }

    /// Index of the first `needle` at or after `from`.
    pub(crate) fn index_of(&self, needle: &Self, from: usize) -> Option<usize> {
        if let (Some(text), Some(needle)) = (self.as_ascii(), needle.as_utf8()) {
            return text.get(from..)?.find(needle).map(|at| at + from);
        }
        let (text, needle) = (self.units(), needle.units());
        find_units(&text, &needle, from)
    }

    /// Index of the last `needle` that starts at or before `from`.
    pub(crate) fn last_index_of(&self, needle: &Self, from: usize) -> Option<usize> {
        let (text, needle) = (self.units(), needle.units());
        let last = text.len().checked_sub(needle.len())?.min(from);
        (0..=last).rev().find(|at| text[*at..].starts_with(&needle))
    }

    /// Both texts in a row.
    pub(crate) fn concat(&self, other: &Self) -> Self {
        let mut out = Buffer::new();
        out.push(self);
        out.push(other);
        out.into_text()
    }

    /// Order by code units.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Utf8(a), Self::Utf8(b)) if a.is_ascii() || b.is_ascii() => a.cmp(b),
            (Self::Utf8(a), Self::Utf8(b)) => a.encode_utf16().cmp(b.encode_utf16()),
            _ => self.units().cmp(&other.units()),
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Utf8(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Utf8(text.into())
    }
}

/// Number of UTF-16 code units of a UTF-8 text.
pub(crate) fn units_in(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// Index of the first `needle` in `text` at or after `from`.
pub(crate) fn find_units(text: &[u16], needle: &[u16], from: usize) -> Option<usize> {
    if from > text.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(from);
    }
    // Skipping to the first unit keeps the common case linear.
    let mut at = from;
    while at + needle.len() <= text.len() {
        at += text[at..=text.len() - needle.len()].iter().position(|unit| *unit == needle[0])?;
        if text[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// A text being written.
#[derive(Debug)]
pub(crate) enum Buffer {
    /// All well-formed so far.
    Utf8(String),
    /// An unpaired surrogate came by; kept as units since its other half may follow.
    Wide(Vec<u16>),
}

impl Default for Buffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Buffer {
    /// An empty buffer.
    pub(crate) fn new() -> Self {
        Self::Utf8(String::new())
    }

    /// Appends a well-formed text.
    pub(crate) fn push_str(&mut self, text: &str) {
        match self {
            Self::Utf8(out) => out.push_str(text),
            Self::Wide(out) => out.extend(text.encode_utf16()),
        }
    }

    /// Appends a text.
    pub(crate) fn push(&mut self, text: &Text) {
        match text {
            Text::Utf8(text) => self.push_str(text),
            Text::Wide(units) => {
                if let Self::Utf8(out) = self {
                    *self = Self::Wide(out.encode_utf16().collect());
                }
                if let Self::Wide(out) = self {
                    out.extend_from_slice(units);
                }
            }
        }
    }

    /// Size in memory, at least the number of code units.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Utf8(out) => out.len(),
            Self::Wide(out) => out.len() * 2,
        }
    }

    /// The finished text.
    pub(crate) fn into_text(self) -> Text {
        match self {
            Self::Utf8(out) => out.into(),
            Self::Wide(out) => Text::from_units(&out),
        }
    }

    /// The finished text as UTF-8, with unpaired surrogates replaced.
    pub(crate) fn into_string(self) -> String {
        match self {
            Self::Utf8(out) => out,
            Self::Wide(out) => String::from_utf16_lossy(&out),
        }
    }
}

/// White space as JavaScript's `trim` and `\s` know it.
pub(crate) fn is_space(c: char) -> bool {
    matches!(
        c,
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{202f}'
                | '\u{205f}'
                | '\u{3000}'
                | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_character_meet_again() {
        let text = Text::from("😀a");
        assert_eq!(text.len(), 3);
        let (high, low) = (text.slice(0, 1), text.slice(1, 2));
        assert!(high.as_utf8().is_none());
        assert_eq!(high.to_str(), "\u{fffd}");
        assert_eq!(high.concat(&low), Text::from("😀"));
        let mut out = Buffer::new();
        out.push_str("x");
        out.push(&high);
        out.push(&low);
        out.push_str("y");
        assert_eq!(out.into_string(), "x😀y");
    }

    #[test]
    fn indices_count_code_units() {
        let text = Text::from("é世x世");
        assert_eq!(text.index_of(&"世".into(), 0), Some(1));
        assert_eq!(text.index_of(&"世".into(), 2), Some(3));
        assert_eq!(text.index_of(&"".into(), 4), Some(4));
        assert_eq!(text.index_of(&"".into(), 5), None);
        assert_eq!(text.last_index_of(&"世".into(), 9), Some(3));
        assert_eq!(text.last_index_of(&"世".into(), 2), Some(1));
        assert_eq!(text.unit(2), Some(u16::from(b'x')));
        assert_eq!(text.slice(3, 99), Text::from("世"));
    }

    #[test]
    fn order_is_by_code_unit_and_not_by_character() {
        // U+FFEE comes before U+1F600 as a character, after its surrogates as a code unit.
        let (a, b) = (Text::from("\u{ffee}"), Text::from("😀"));
        assert_eq!(a.compare(&b), Ordering::Greater);
        assert_eq!(Text::from("a").compare(&Text::from("b")), Ordering::Less);
    }
}
