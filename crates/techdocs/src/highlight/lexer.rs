//! One pass over code of a language that has words, texts and comments.

use super::languages::{self, Language};
use super::{Kind, Tokens};

/// Reads code as the language's table describes it.
pub(super) fn read<'a>(code: &'a str, language: &'static Language) -> Tokens<'a> {
    let mut lexer = Lexer { code, language, tokens: Vec::new(), plain: 0, unended: 0 };
    let mut at = 0;
    while at < code.len() {
        match lexer.special(at) {
            Some((kind, length)) => {
                lexer.push(kind, at, length);
                at += length;
            }
            None => at += code[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    lexer.push_plain(code.len());
    lexer.tokens
}

struct Lexer<'a> {
    code: &'a str,
    language: &'static Language,
    tokens: Tokens<'a>,
    /// Where the text starts that is nothing special so far.
    plain: usize,
    /// A search for an end from here on found none; searching again would cost the square.
    unended: usize,
}

impl<'a> Lexer<'a> {
    fn push_plain(&mut self, end: usize) {
        if self.plain < end {
            self.tokens.push((Kind::Plain, &self.code[self.plain..end]));
        }
    }

    fn push(&mut self, kind: Kind, at: usize, length: usize) {
        // Plain words are recognised, too, so that `print` is not found in `blueprint`.
        if kind == Kind::Plain {
            return;
        }
        self.push_plain(at);
        self.tokens.push((kind, &self.code[at..at + length]));
        self.plain = at + length;
    }

    /// What stands here and how long it is.
    fn special(&mut self, at: usize) -> Option<(Kind, usize)> {
        let language = self.language;
        let rest = &self.code[at..];
        let first = rest.chars().next()?;
        if language.line_comments.iter().any(|start| rest.starts_with(start))
            && (!language.comment_after_space || self.after_space(at))
        {
            return Some((Kind::Comment, line_length(rest)));
        }
        for (open, close) in language.block_comments {
            if rest.starts_with(open) {
                return Some((
                    Kind::Comment,
                    block_length(rest, open, close, language.nested_comments),
                ));
            }
        }
        if language.preprocessor == Some(first) && self.starts_line(at) {
            return Some((Kind::Meta, line_length(rest)));
        }
        if let Some(length) = self.rust(rest, at) {
            return Some(length);
        }
        for delimiter in language.texts {
            if rest.starts_with(delimiter.open) {
                let length = delimiter.length(rest);
                let is_key =
                    language.text_keys && rest[length..].trim_start_matches(' ').starts_with(':');
                return Some((if is_key { Kind::Key } else { Kind::Text }, length));
            }
        }
        if language.decorator == Some(first) {
            let name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let length = rest[first.len_utf8()..].find(|c| !name(c)).unwrap_or(rest.len() - 1);
            if length > 0 {
                return Some((Kind::Meta, length + 1));
            }
        }
        if language.sigils.contains(first) {
            return self.variable(rest);
        }
        if language.options && first == '-' && self.after_space(at) {
            let name = |c: char| c.is_alphanumeric() || "-_".contains(c);
            let length = rest.find(|c| !name(c)).unwrap_or(rest.len());
            if rest[..length].trim_start_matches('-').starts_with(|c: char| c.is_alphabetic()) {
                return Some((Kind::Key, length));
            }
        }
        if first.is_ascii_digit() {
            return Some((Kind::Number, number_length(rest)));
        }
        self.is_word(first).then(|| self.word(at))
    }

    fn is_word(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_' || self.language.word_extra.contains(c)
    }

    fn word(&self, at: usize) -> (Kind, usize) {
        let language = self.language;
        let rest = &self.code[at..];
        let length = rest.find(|c| !self.is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let folded = language.ignore_case.then(|| word.to_ascii_lowercase());
        let known = folded.as_deref().unwrap_or(word);
        let among = |list: &str| languages::has(list, known);
        // `x.type` is a field, whatever `type` means elsewhere.
        let is_field = self.code[..at].ends_with('.') && !self.code[..at].ends_with("..");
        let kind = if among(language.keywords) && !is_field {
            Kind::Keyword
        } else if among(language.constants) && !is_field {
            Kind::Constant
        } else if among(language.types) {
            Kind::Type
        } else if language.calls && after.starts_with("!(") {
            return (Kind::Function, length + 1);
        } else if language.upper_types && is_type_name(word) {
            Kind::Type
        } else if language.calls && after.starts_with('(') {
            Kind::Function
        } else {
            Kind::Plain
        };
        (kind, length)
    }

    /// `$name`, `${name}` and `$1`.
    fn variable(&mut self, rest: &str) -> Option<(Kind, usize)> {
        let braced = rest[1..].starts_with('{');
        if braced {
            let mut near = rest.char_indices().take(80);
            let (end, last) = near.find(|(_, c)| matches!(c, '}' | '\n'))?;
            return (last == '}').then_some((Kind::Variable, end + 1));
        }
        let name = |c: char| c.is_alphanumeric() || c == '_';
        let length = rest[1..].find(|c| !name(c)).unwrap_or(rest.len() - 1);
        (length > 0).then_some((Kind::Variable, length + 1))
    }

    /// What only Rust has: lifetimes, attributes and raw texts.
    fn rust(&mut self, rest: &str, at: usize) -> Option<(Kind, usize)> {
        if !self.language.rust {
            return None;
        }
        let after_word = self.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if let Some(inside) = rest.strip_prefix('\'') {
            let mut letters = inside.char_indices();
            let (_, letter) = letters.next()?;
            let escaped = letter == '\\';
            let (end, next) = letters.next()?;
            if !escaped && next == '\'' {
                return Some((Kind::Text, end + 2));
            }
            if escaped {
                let start = end + next.len_utf8();
                let length = inside[start..].find(['\'', '\n'])?;
                let ended = inside[start + length..].starts_with('\'');
                return ended.then_some((Kind::Text, start + length + 2));
            }
            let name = |c: char| c.is_alphanumeric() || c == '_';
            let length = inside.find(|c| !name(c)).unwrap_or(inside.len());
            return Some((Kind::Variable, length + 1)).filter(|_| length > 0);
        }
        if rest.starts_with("#[") || rest.starts_with("#![") {
            let end = rest.find([']', '\n']).unwrap_or(rest.len() - 1);
            return Some((Kind::Meta, end + 1));
        }
        let hashes =
            rest.strip_prefix("br").or_else(|| rest.strip_prefix('r')).filter(|_| !after_word)?;
        let count = hashes.len() - hashes.trim_start_matches('#').len();
        let start = rest.len() - hashes.len() + count;
        if !hashes[count..].starts_with('"') || at < self.unended {
            return None;
        }
        let close = format!("\"{}", "#".repeat(count));
        let Some(end) = rest[start + 1..].find(&close) else {
            self.unended = self.code.len();
            return None;
        };
        Some((Kind::Text, start + 1 + end + close.len()))
    }

    fn starts_line(&self, at: usize) -> bool {
        // A long line is not searched back again and again.
        let before = self.code.as_bytes()[..at].iter().rev().take(100);
        let first_other = before.copied().find(|b| *b == b'\n' || !b.is_ascii_whitespace());
        first_other.is_none_or(|b| b == b'\n')
    }

    fn after_space(&self, at: usize) -> bool {
        at == 0 || self.code[..at].ends_with([' ', '\t', '\n', ';', '(', '`'])
    }
}

/// `Vec` and `HashMap` are, `MAX_SIZE` and `_x` are not.
fn is_type_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase())
        && (word.len() == 1 || word.chars().any(|c| c.is_lowercase()))
}

/// Up to the end of the line.
pub(super) fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// A number with its digits, point, exponent and unit.
pub(super) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_hex = bytes.len() > 1 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X');
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let point = byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let sign = matches!(byte, b'+' | b'-')
            && !is_hex
            && matches!(bytes[at - 1], b'e' | b'E')
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || point || sign) {
            break;
        }
        at += 1;
    }
    at
}

/// A comment with its ends; one that nobody ended takes the rest.
fn block_length(text: &str, open: &str, close: &str, nested: bool) -> usize {
    let (mut at, mut depth) = (open.len(), 1_usize);
    while let Some(next) = text[at..].chars().next() {
        if text[at..].starts_with(close) {
            depth -= 1;
            at += close.len();
            if depth == 0 {
                break;
            }
        } else if nested && text[at..].starts_with(open) {
            depth += 1;
            at += open.len();
        } else {
            at += next.len_utf8();
        }
    }
    at
}
