//! Reads the words of a tag: everything between `${{` and `}}` or `{%` and `%}`.

use crate::error::{Fail, Res};

/// A word of a tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'s> {
    /// A name or keyword.
    Name(&'s str),
    /// A number.
    Number(f64),
    /// A text between quotes, escapes resolved.
    Text(String),
    /// A regular expression literal: what stands between the slashes, and the flags.
    Pattern(&'s str, &'s str),
    /// An operator or bracket.
    Sign(&'static str),
    /// The end of the tag; whether it asks for the white space after it to go.
    End { trim: bool },
}

impl Token<'_> {
    /// The word as an error message names it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("{name:?}"),
            Self::Number(number) => format!("\"{}\"", crate::number::to_text(*number)),
            Self::Text(text) => format!("{text:?}"),
            Self::Pattern(body, flags) => format!("r/{body}/{flags}"),
            Self::Sign(sign) => format!("{sign:?}"),
            Self::End { .. } => "the end of the tag".to_owned(),
        }
    }
}

/// All signs, those that begin with another one before it.
const SIGNS: [&str; 27] = [
    "===", "!==", "==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", "%", "*", "-",
    "+", "~", "/", ",", ":", "|", ".", "<", ">", "=",
];

/// Reads words from a place in the source on.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'s> {
    source: &'s str,
    /// Where the next word is looked for, in bytes.
    pub(crate) position: usize,
    /// How the current tag ends.
    end: &'static str,
}

impl<'s> Lexer<'s> {
    /// Reads `source` from `position` on, up to `end`.
    pub(crate) fn new(source: &'s str, position: usize, end: &'static str) -> Self {
        Self { source, position, end }
    }

    /// The next word and where it begins; none when the source ends first.
    pub(crate) fn next(&mut self) -> Res<Option<(Token<'s>, u32)>> {
        let rest = self.rest();
        let blank = rest.find(|c| !matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{a0}'));
        self.position += blank.unwrap_or(rest.len());
        let rest = self.rest();
        let at = offset(self.position);
        let Some(first) = rest.chars().next() else { return Ok(None) };
        if rest.starts_with(self.end) {
            return Ok(Some((self.take(self.end.len(), Token::End { trim: false }), at)));
        }
        if rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(self.end)) {
            return Ok(Some((self.take(self.end.len() + 1, Token::End { trim: true }), at)));
        }
        let token = match first {
            '"' | '\'' => return Ok(self.text(first)?.map(|token| (token, at))),
            '0'..='9' => self.number(at)?,
            'r' if rest.starts_with("r/") => self.pattern(at)?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                self.take(len, Token::Name(&rest[..len]))
            }
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => self.take(sign.len(), Token::Sign(sign)),
                None => return Err(Fail::at(at, format!("Unexpected character {first:?}"))),
            },
        };
        Ok(Some((token, at)))
    }

    /// The name after a dot, which may begin with a digit unless it is a number altogether.
    pub(crate) fn next_property(&mut self) -> Res<Option<(Token<'s>, u32)>> {
        let rest = self.rest();
        let rest = rest.trim_start_matches([' ', '\n', '\t', '\r', '\u{a0}']);
        let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        if rest[..len].bytes().any(|byte| !byte.is_ascii_digit()) {
            self.position = self.source.len() - rest.len();
            let at = offset(self.position);
            return Ok(Some((self.take(len, Token::Name(&rest[..len])), at)));
        }
        self.next()
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.position..).unwrap_or("")
    }

    fn take(&mut self, len: usize, token: Token<'s>) -> Token<'s> {
        self.position += len;
        token
    }

    fn number(&mut self, at: u32) -> Res<Token<'s>> {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut len = digits(rest);
        if rest[len..].starts_with('.') {
            len += 1 + digits(&rest[len + 1..]);
        }
        if rest[len..].starts_with(is_word) {
            return Err(Fail::at(
                at,
                "Invalid numeric literal: only digits and one point are allowed",
            ));
        }
        let value = rest[..len].parse().unwrap_or(f64::NAN);
        Ok(self.take(len, Token::Number(value)))
    }

    /// A text; none when the source ends before its quote.
    fn text(&mut self, quote: char) -> Res<Option<Token<'s>>> {
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        chars.next();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                return Ok(Some(self.take(at + 1, Token::Text(out))));
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let Some((_, escaped)) = chars.next() else { break };
            out.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
        }
        Ok(None)
    }

    fn pattern(&mut self, at: u32) -> Res<Token<'s>> {
        let rest = self.rest();
        let mut escaped = false;
        let close = rest[2..].char_indices().find(|(_, c)| {
            let found = *c == '/' && !escaped;
            escaped = *c == '\\' && !escaped;
            found
        });
        let Some((close, _)) = close else {
            return Err(Fail::at(at, "Unterminated regular expression: a closing / is missing"));
        };
        let (body, after) = (&rest[2..2 + close], &rest[2 + close + 1..]);
        let flags = after.find(|c: char| !is_word(c)).unwrap_or(after.len());
        let token = Token::Pattern(body, &after[..flags]);
        Ok(self.take(2 + close + 1 + flags, token))
    }
}

/// A byte offset as syntax nodes keep it; sources are limited to far less than 4 GiB.
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
