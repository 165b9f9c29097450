//! Rust sources as tokens with line numbers, for the checks and the class scanner.
//!
//! `proc-macro2` reads them, so a rule sees exactly what the compiler sees: comments are left out, and
//! the insides of strings are kept apart from code.

use proc_macro2::{Delimiter, Spacing, Span, TokenStream, TokenTree};
use std::{borrow::Cow, fmt, iter::Peekable};

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

/// A text that is no Rust: a bracket or a quote is missing.
#[derive(Debug)]
pub struct Broken {
    pub line: usize,
    reason: String,
}

impl Broken {
    pub fn new(line: usize, reason: &str) -> Self {
        Self { line, reason: reason.to_owned() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot be read as Rust ({})", self.reason)
    }
}

impl std::error::Error for Broken {}

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

/// A text as the tree of tokens that `syn` reads on.
pub fn read(source: &str) -> Result<TokenStream, Broken> {
    source.parse().map_err(|error: proc_macro2::LexError| {
        Broken::new(error.span().start().line, &error.to_string())
    })
}

/// The tree of tokens that was read from this text, as a list.
pub fn list(source: &str, stream: TokenStream) -> Vec<Token<'_>> {
    let lines = source.match_indices('\n').map(|(at, _)| at).collect();
    let mut list = List { source, lines, tokens: Vec::with_capacity(source.len() / 4) };
    list.add(stream);
    list.tokens
}

/// All tokens of a source text, in the order in which they stand.
pub fn tokens(source: &str) -> Result<Vec<Token<'_>>, Broken> {
    Ok(list(source, read(source)?))
}

struct List<'a> {
    source: &'a str,
    /// Where each line ends.
    lines: Vec<usize>,
    tokens: Vec<Token<'a>>,
}

impl<'a> List<'a> {
    fn add(&mut self, stream: TokenStream) {
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                    self.add(group.stream());
                }
                TokenTree::Group(group) => {
                    self.push(Kind::Punct, group.span_open());
                    self.add(group.stream());
                    self.push(Kind::Punct, group.span_close());
                }
                TokenTree::Punct(punct) => {
                    let range = punct.span().byte_range();
                    if punct.as_char() == '#' && !self.source[range.start..].starts_with('#') {
                        skip_comment(&mut trees);
                    } else if punct.as_char() == '\'' && punct.spacing() == Spacing::Joint {
                        self.lifetime(punct.span(), &mut trees);
                    } else {
                        self.push(Kind::Punct, punct.span());
                    }
                }
                TokenTree::Ident(ident) => self.push(Kind::Ident, ident.span()),
                TokenTree::Literal(literal) => self.literal(literal.span()),
            }
        }
    }

    fn push(&mut self, kind: Kind, span: Span) {
        let range = span.byte_range();
        self.push_inner(kind, range.start, range.end, 0, 0);
    }

    /// A token whose text leaves out so many bytes at its begin and end.
    fn push_inner(&mut self, kind: Kind, start: usize, end: usize, before: usize, after: usize) {
        let text = &self.source[start + before..end - after];
        let line = self.lines.partition_point(|at| *at < start) + 1;
        self.tokens.push(Token { kind, text, line, start, end });
    }

    fn lifetime(&mut self, quote: Span, trees: &mut Peekable<impl Iterator<Item = TokenTree>>) {
        let start = quote.byte_range().start;
        let name = trees.next_if(|tree| matches!(tree, TokenTree::Ident(_)));
        let end = name.map_or(quote, |name| name.span()).byte_range().end;
        self.push_inner(Kind::Lifetime, start, end, 0, 0);
    }

    fn literal(&mut self, span: Span) {
        let range = span.byte_range();
        let text = &self.source[range.clone()];
        let is_character = text.starts_with('\'') || text.starts_with("b'");
        let Some(open) = text.find('"').filter(|_| !is_character) else {
            return self.push_inner(Kind::Literal, range.start, range.end, 0, 0);
        };
        let prefix = &text[..open];
        let kind = if prefix.contains('r') { Kind::RawStr } else { Kind::Str };
        let close = 1 + prefix.matches('#').count();
        self.push_inner(kind, range.start, range.end, open + 1, close);
    }
}

/// What a comment of documentation became besides its `#`: perhaps `!`, and the text in brackets.
fn skip_comment(trees: &mut Peekable<impl Iterator<Item = TokenTree>>) {
    trees.next_if(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '!'));
    trees.next_if(|tree| matches!(tree, TokenTree::Group(_)));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).unwrap().iter().map(|token| token.text).collect()
    }

    #[test]
    fn comments_and_strings_are_no_code() {
        let source = "/// sqlx\nstruct A; // sqlx\n/* sqlx /* nested */ */ \"sqlx \\\" \" \
                      r#\"sqlx \" \"# #[doc = \"kept\"] /** sqlx */ b";
        let found = tokens(source).unwrap();
        let idents: Vec<_> =
            found.iter().filter(|t| t.kind == Kind::Ident).map(|t| t.text).collect();
        assert_eq!(idents, ["struct", "A", "doc", "b"]);
        let strings: Vec<_> = found.iter().filter(|t| t.is_str()).map(|t| t.text).collect();
        assert_eq!(strings, ["sqlx \\\" ", "sqlx \" ", "kept"]);
        assert!(texts("//! A header.\n").is_empty());
    }

    #[test]
    fn characters_and_lifetimes_differ() {
        let kinds: Vec<_> = tokens("'a' 'b '\\'' b'x' '\\u{1F600}' 'static '\"' b'\"'")
            .unwrap()
            .iter()
            .map(|t| t.kind)
            .collect();
        use Kind::{Lifetime, Literal};
        let expected = [Literal, Lifetime, Literal, Literal, Literal, Lifetime, Literal, Literal];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn strings_of_all_kinds_show_what_stands_between_their_quotes() {
        let kinds: Vec<_> = tokens("\"a\" b\"b\" c\"c\" r\"d\" r##\"e\"#\"## br#\"f\"#")
            .unwrap()
            .iter()
            .map(|t| (t.kind, t.text))
            .collect();
        use Kind::{RawStr, Str};
        let plain = [(Str, "a"), (Str, "b"), (Str, "c")];
        assert_eq!(kinds[..3], plain);
        assert_eq!(kinds[3..], [(RawStr, "d"), (RawStr, "e\"#"), (RawStr, "f")]);
    }

    #[test]
    fn lines_are_counted_through_long_literals() {
        let found = tokens("\"ö\ntwo\"\nafter {\n}").unwrap();
        let lines: Vec<_> = found.iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 3, 4]);
    }

    #[test]
    fn ranges_and_floats_are_told_apart() {
        assert_eq!(texts("1.5 0..4 x.0"), ["1.5", "0", ".", ".", "4", "x", ".", "0"]);
    }

    #[test]
    fn a_continued_string_loses_its_line_break() {
        assert_eq!(tokens("\"a \\\n   b\"").unwrap()[0].value(), "a b");
    }

    #[test]
    fn test_items_are_left_out() {
        let source =
            "fn a() {} #[cfg(test)] mod tests { fn b() {} } #[cfg(test)] use x::y; fn c() {}";
        let all = tokens(source).unwrap();
        let kept: Vec<_> = without_tests(&all).iter().map(|t| t.text).collect();
        assert!(kept.contains(&"a") && kept.contains(&"c") && !kept.contains(&"b"));
        assert!(!kept.contains(&"y"));
    }

    #[test]
    fn what_is_no_rust_is_named_with_its_line() {
        for source in ["\"abc", "r#\"abc", "/* x", "fn a() {\n\n", "b'", "\"a\\"] {
            assert!(tokens(source).is_err(), "{source}");
        }
        let broken = tokens("fn a() {}\nfn b() }\n").unwrap_err();
        assert_eq!(broken.line, 2);
        assert!(broken.to_string().contains("cannot be read as Rust"), "{broken}");
    }
}
