//! Reads Rust sources as tokens with line numbers, as far as the checks and the class scanner need.
//!
//! Comments and white space are left out; the insides of strings are kept apart from code, so that a
//! rule about code is never broken by a text that mentions it.

use std::borrow::Cow;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Ident,
    /// A string literal; `text` is what stands between its quotes.
    Str,
    /// A raw string literal, in which a backslash is only a backslash.
    RawStr,
    /// A character, byte or number: a literal whose value no rule asks for.
    Literal,
    Lifetime,
    /// One character of punctuation, brackets included.
    Punct,
}

/// One token of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
    /// Where the token begins and ends in the source, quotes included.
    pub start: usize,
    pub end: usize,
}

impl Token<'_> {
    pub fn is(&self, punct: char) -> bool {
        self.kind == Kind::Punct && self.text.starts_with(punct)
    }

    pub fn is_ident(&self, name: &str) -> bool {
        self.kind == Kind::Ident && self.text == name
    }

    pub fn is_str(&self) -> bool {
        matches!(self.kind, Kind::Str | Kind::RawStr)
    }

    /// The value of a string literal, with its escapes resolved as far as white space goes.
    pub fn value(&self) -> Cow<'_, str> {
        if self.kind != Kind::Str || !self.text.contains('\\') {
            return Cow::Borrowed(self.text);
        }
        let mut value = String::with_capacity(self.text.len());
        let mut chars = self.text.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '\\' {
                value.push(c);
                continue;
            }
            match chars.next() {
                Some('\n' | '\r') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n' | 't' | 'r') => value.push(' '),
                Some(other) => value.push(other),
                None => {}
            }
        }
        Cow::Owned(value)
    }
}

/// All tokens of a source text. Unfinished literals end with the text.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { source, at: 0, line: 1, tokens: Vec::new() };
    lexer.run();
    lexer.tokens
}

/// The index of the bracket that closes the one at `open`, or the end of the tokens.
pub fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.is('(') || token.is('[') || token.is('{') {
            depth += 1;
        } else if token.is(')') || token.is(']') || token.is('}') {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return index;
            }
        }
    }
    tokens.len()
}

/// The tokens without the items that stand behind `#[cfg(test)]`.
pub fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut index = 0;
    while index < tokens.len() {
        if is_cfg_test(&tokens[index..]) {
            index = end_of_item(tokens, closing(tokens, index + 1) + 1);
        } else {
            kept.push(tokens[index]);
            index += 1;
        }
    }
    kept
}

fn is_cfg_test(tokens: &[Token<'_>]) -> bool {
    let [hash, open, cfg, paren, test, ..] = tokens else { return false };
    hash.is('#') && open.is('[') && cfg.is_ident("cfg") && paren.is('(') && test.is_ident("test")
}

/// Past the block or the semicolon that ends the item beginning at `index`.
fn end_of_item(tokens: &[Token<'_>], mut index: usize) -> usize {
    while let Some(token) = tokens.get(index) {
        if token.is('{') {
            return closing(tokens, index) + 1;
        }
        if token.is(';') {
            return index + 1;
        }
        index = if token.is('(') || token.is('[') { closing(tokens, index) + 1 } else { index + 1 };
    }
    tokens.len()
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Lexer<'a> {
    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            let rest = self.rest();
            if c.is_whitespace() {
                self.advance(c.len_utf8());
            } else if rest.starts_with("//") {
                self.advance(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                self.advance(block_comment(rest));
            } else if let Some((prefix, hashes)) = raw_string(rest) {
                self.raw(prefix, hashes);
            } else if let Some(prefix) = string_prefix(rest) {
                self.string(prefix);
            } else if c == '\'' || rest.starts_with("b'") {
                self.quote();
            } else if c.is_ascii_digit() {
                self.push(Kind::Literal, number(rest));
            } else if c == '_' || c.is_alphabetic() {
                self.push(Kind::Ident, word(rest));
            } else {
                self.push(Kind::Punct, c.len_utf8());
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn advance(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.source.len());
        self.line += self.source[self.at..end].matches('\n').count();
        self.at = end;
    }

    fn push(&mut self, kind: Kind, length: usize) {
        self.push_inner(kind, 0, length, length);
    }

    /// A token of `length` bytes whose text is the part from `from` to `to`.
    fn push_inner(&mut self, kind: Kind, from: usize, to: usize, length: usize) {
        let rest = self.rest();
        let end = length.min(rest.len());
        let text = &rest[from.min(end)..to.min(end)];
        let start = self.at;
        self.tokens.push(Token { kind, text, line: self.line, start, end: start + end });
        self.advance(end);
    }

    fn raw(&mut self, prefix: usize, hashes: usize) {
        let rest = self.rest();
        let close = format!("\"{}", "#".repeat(hashes));
        let end = rest[prefix..].find(&close).map_or(rest.len(), |found| prefix + found);
        self.push_inner(Kind::RawStr, prefix, end, end + close.len());
    }

    fn string(&mut self, prefix: usize) {
        let rest = self.rest();
        let mut end = prefix;
        let bytes = rest.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        // An escape before a wide character may have led into its middle.
        let end = (end..rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
        self.push_inner(Kind::Str, prefix, end, end + 1);
    }

    /// A character such as `'a'` or a lifetime such as `'a`.
    fn quote(&mut self) {
        let rest = self.rest();
        let body = rest.trim_start_matches('b');
        let prefix = rest.len() - body.len() + 1;
        let mut chars = rest[prefix..].char_indices();
        match (chars.next(), chars.next()) {
            (Some((_, '\\')), Some((_, escaped))) => {
                let after = prefix + 1 + escaped.len_utf8();
                let close = rest[after..].find('\'').map_or(rest.len(), |found| after + found + 1);
                self.push(Kind::Literal, close);
            }
            (Some(_), Some((next, '\''))) => self.push(Kind::Literal, prefix + next + 1),
            _ => self.push(Kind::Lifetime, prefix + word(&rest[prefix..])),
        }
    }
}

fn word(text: &str) -> usize {
    text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let end = word(text);
    let fraction = &text[end..];
    match fraction.strip_prefix('.') {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => end + 1 + word(digits),
        _ => end,
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of `r#"` (or `br"`, `cr"`) and the number of hashes, when the text begins so.
fn raw_string(text: &str) -> Option<(usize, usize)> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['"', '#']))
    })?;
    let rest = &text[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    rest[hashes..].starts_with('"').then_some((prefix.len() + hashes + 1, hashes))
}

fn string_prefix(text: &str) -> Option<usize> {
    ["\"", "b\"", "c\""].into_iter().find(|prefix| text.starts_with(prefix)).map(str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_strings_are_no_code() {
        let source = "a // sqlx\n/* sqlx /* nested */ */ \"sqlx \\\" \" r#\"sqlx \" \"# b";
        let idents: Vec<_> =
            tokens(source).into_iter().filter(|t| t.kind == Kind::Ident).map(|t| t.text).collect();
        assert_eq!(idents, ["a", "b"]);
    }

    #[test]
    fn characters_and_lifetimes_differ() {
        let kinds: Vec<_> =
            tokens("'a' 'b '\\'' b'x' '\\u{1F600}' 'static").iter().map(|t| t.kind).collect();
        use Kind::{Lifetime, Literal};
        assert_eq!(kinds, [Literal, Lifetime, Literal, Literal, Literal, Lifetime]);
    }

    #[test]
    fn lines_are_counted_through_long_literals() {
        let found = tokens("\"one\ntwo\"\nafter");
        assert_eq!((found[0].line, found[1].line), (1, 3));
    }

    #[test]
    fn ranges_and_floats_are_told_apart() {
        assert_eq!(texts("1.5 0..4 x.0"), ["1.5", "0", ".", ".", "4", "x", ".", "0"]);
    }

    #[test]
    fn a_continued_string_loses_its_line_break() {
        assert_eq!(tokens("\"a \\\n   b\"")[0].value(), "a b");
    }

    #[test]
    fn test_items_are_left_out() {
        let source =
            "fn a() {} #[cfg(test)] mod tests { fn b() {} } #[cfg(test)] use x::y; fn c() {}";
        let all = tokens(source);
        let kept: Vec<_> = without_tests(&all).iter().map(|t| t.text).collect();
        assert!(kept.contains(&"a") && kept.contains(&"c") && !kept.contains(&"b"));
        assert!(!kept.contains(&"y"));
    }

    #[test]
    fn unfinished_literals_do_not_panic() {
        for source in ["\"abc", "r#\"abc", "'", "/* x", "b'", "\"a\\", "é'é"] {
            tokens(source);
        }
    }
}
