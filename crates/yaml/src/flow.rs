//! A guard against long collections in brackets.
//!
//! The parser keeps every token of such a collection in memory until it ends, a hundred bytes or
//! more for each comma. So before it steps into one, the guard looks where it ends. Texts shorter
//! than the limit need no guard.

use crate::node::{Mark, SyntaxError};

/// How long a collection in brackets (`[…]`, `{…}`) may be, in bytes.
pub const MAX_FLOW_BYTES: usize = 1024 * 1024;

/// Looks ahead of the parser, in one document.
pub(crate) struct FlowGuard<'a> {
    text: &'a str,
    /// How far the parser has come, in characters (as it counts) and in bytes.
    at: (usize, usize),
    /// Up to here, in bytes, there is nothing to fear.
    safe_until: usize,
}

impl<'a> FlowGuard<'a> {
    /// A guard for a text, when it needs one.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let fresh = FlowGuard { text, at: (0, 0), safe_until: 0 };
        (text.len() > MAX_FLOW_BYTES).then_some(fresh)
    }

    /// Checks what the parser meets next after the character with this number.
    pub(crate) fn check(&mut self, character: usize, mark: Mark) -> Result<(), SyntaxError> {
        let (passed, offset) = self.at;
        if let Some(steps) = character.checked_sub(passed) {
            let rest = &self.text[offset..];
            let bytes = rest.char_indices().nth(steps).map_or(rest.len(), |(at, _)| at);
            self.at = (character, offset + bytes);
        }
        if self.at.1 < self.safe_until {
            return Ok(());
        }
        let text = self.text.as_bytes();
        let start = next_token(text, self.at.1);
        // Nothing but white space and the like up to there: looking once is enough.
        self.safe_until = start;
        if !matches!(text.get(start), Some(b'[' | b'{')) {
            return Ok(());
        }
        let length = collection(&text[start..]);
        if length > MAX_FLOW_BYTES {
            return Err(SyntaxError {
                mark,
                message: format!(
                    "a collection in brackets that begins after this place is longer than {} KiB: \
                     write it with indentation instead",
                    MAX_FLOW_BYTES / 1024
                ),
            });
        }
        self.safe_until = start + length;
        Ok(())
    }
}

/// Passes over white space, comments, directives, indicators, tags and anchors.
fn next_token(text: &[u8], mut at: usize) -> usize {
    let until = |at: usize, end: fn(&u8) -> bool| {
        text[at..].iter().position(end).map_or(text.len(), |length| at + length)
    };
    while let Some(byte) = text.get(at) {
        at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'-' | b'.' | b'?' | b':' | b',' => at + 1,
            // A byte order mark.
            0xEF if text[at..].starts_with(&[0xEF, 0xBB, 0xBF]) => at + 3,
            b'#' | b'%' => until(at, |byte| matches!(byte, b'\n' | b'\r')),
            b'&' | b'!' | b'*' => until(at, u8::is_ascii_whitespace),
            _ => return at,
        }
    }
    at
}

/// The length of the collection a text begins with; not much more than the limit is looked at.
fn collection(text: &[u8]) -> usize {
    let mut depth = 0_usize;
    // Whether a quote would begin a quoted text here rather than stand in a plain one.
    let mut fresh = true;
    let mut at = 0;
    while at < text.len() && at <= MAX_FLOW_BYTES {
        match text[at] {
            b'[' | b'{' => (depth, fresh) = (depth + 1, true),
            b']' | b'}' => {
                depth -= 1;
                fresh = true;
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' | b':' | b'?' => fresh = true,
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'#' if at > 0 && text[at - 1].is_ascii_whitespace() => {
                at = end_of(text, at, |byte| matches!(byte, b'\n' | b'\r'));
            }
            b'&' | b'!' | b'*' if fresh => {
                // What follows a tag or an anchor begins anew.
                let ends = |byte: u8| byte.is_ascii_whitespace() || b",[]{}".contains(&byte);
                at = end_of(text, at, ends);
                continue;
            }
            b'"' if fresh => at = end_of_double_quoted(text, at),
            b'\'' if fresh => at = end_of_single_quoted(text, at),
            _ => fresh = false,
        }
        at += 1;
    }
    at
}

fn end_of(text: &[u8], at: usize, is_end: impl Fn(u8) -> bool) -> usize {
    text[at..].iter().position(|byte| is_end(*byte)).map_or(text.len(), |length| at + length)
}

fn end_of_double_quoted(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn end_of_single_quoted(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match (byte, text.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'', _) => return at,
            _ => at += 1,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_end_at_their_own_bracket() {
        for text in [
            "[]",
            "[a, [b], {c: [d]}]",
            "[it's, don 't]",
            "['it''s ]', \"\\\"]\"]",
            "[a # ]\n]",
            "[a#b]",
            "{'k':']'}",
            "[!t ']', &a \"]\", *b]",
            "[é, ']é']",
        ] {
            assert_eq!(collection(format!("{text} ]]\n").as_bytes()), text.len(), "{text}");
        }
        assert_eq!(collection(b"[a"), 2);
        assert!(collection("[[a, ".repeat(MAX_FLOW_BYTES).as_bytes()) > MAX_FLOW_BYTES);
    }

    #[test]
    fn tokens_are_found_behind_what_stands_before_them() {
        for before in ["", "  ", "---\n# c [\n", ": &a !t ", "\n - - ? ", "%YAML 1.2 [\n--- "] {
            let text = format!("{before}[x]");
            assert_eq!(next_token(text.as_bytes(), 0), before.len(), "{before:?}");
        }
        assert_eq!(next_token(b"  # all", 0), 7);
    }
}
