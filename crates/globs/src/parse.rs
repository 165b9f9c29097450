//! What a pattern without braces consists of.

use crate::{Error, MAX_DEPTH};

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// A character that stands for itself.
    Char(char),
    /// `/`
    Slash,
    /// `?`
    One,
    /// `*`
    Star,
    /// `**` as a whole name.
    Globstar,
    /// `[…]`
    Class(Class),
    /// `@(a|b)` and its like; the kind is the character before the parenthesis.
    Group(char, Vec<Vec<Node>>),
}

/// One of several characters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Class {
    pub(crate) negated: bool,
    /// First and last character of each range.
    pub(crate) ranges: Vec<(char, char)>,
    /// As it is written, with the brackets.
    pub(crate) text: String,
}

/// How parentheses without a character before them are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parentheses {
    /// They choose, like `@(…)`.
    Group,
    /// They stand for themselves.
    Literal,
}

pub(crate) fn parse(pattern: &str, parentheses: Parentheses) -> Result<Vec<Node>, Error> {
    let text: Vec<char> = pattern.chars().collect();
    let mut parser = Parser { text: &text, at: 0, parentheses, pattern };
    parser.sequence(0)
}

struct Parser<'a> {
    text: &'a [char],
    at: usize,
    parentheses: Parentheses,
    pattern: &'a str,
}

impl Parser<'_> {
    /// Reads up to the end of the pattern, or of the alternative a group is in.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Node>, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooComplex(self.pattern.to_owned()));
        }
        let mut nodes = Vec::new();
        while let Some(&c) = self.text.get(self.at) {
            if depth > 0 && matches!(c, '|' | ')') {
                break;
            }
            if let Some((kind, open)) = self.group_at(self.at) {
                self.at = open + 1;
                nodes.push(Node::Group(kind, self.alternatives(depth)?));
                continue;
            }
            self.at += 1;
            nodes.push(match c {
                '\\' => {
                    let escaped = self.text.get(self.at).copied();
                    self.at += 1;
                    match escaped {
                        Some('/') => Node::Slash,
                        escaped => Node::Char(escaped.unwrap_or('\\')),
                    }
                }
                '/' => Node::Slash,
                '?' => Node::One,
                '*' => self.stars(nodes.last(), depth),
                '[' => self.class().map_or(Node::Char('['), Node::Class),
                c => Node::Char(c),
            });
        }
        Ok(nodes)
    }

    fn alternatives(&mut self, depth: usize) -> Result<Vec<Vec<Node>>, Error> {
        let mut alternatives = vec![self.sequence(depth + 1)?];
        while self.text.get(self.at) == Some(&'|') {
            self.at += 1;
            alternatives.push(self.sequence(depth + 1)?);
        }
        self.at += 1;
        Ok(alternatives)
    }

    /// The kind of a group that begins here, and where its parenthesis stands.
    fn group_at(&self, at: usize) -> Option<(char, usize)> {
        let c = *self.text.get(at)?;
        let (kind, open) = match c {
            '@' | '?' | '+' | '*' | '!' if self.text.get(at + 1) == Some(&'(') => (c, at + 1),
            '(' if self.parentheses == Parentheses::Group => ('@', at),
            _ => return None,
        };
        self.is_closed(open).then_some((kind, open))
    }

    /// Whether a parenthesis is closed at all; it stands for itself otherwise.
    fn is_closed(&self, open: usize) -> bool {
        let (mut depth, mut at) = (0_usize, open);
        while let Some(c) = self.text.get(at) {
            match c {
                '\\' => at += 1,
                '(' => depth += 1,
                ')' if depth == 1 => return true,
                ')' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// One star or several; two are a folder at any depth when nothing stands beside them.
    fn stars(&mut self, before: Option<&Node>, depth: usize) -> Node {
        let from = self.at - 1;
        while self.text.get(self.at) == Some(&'*') && self.text.get(self.at + 1) != Some(&'(') {
            self.at += 1;
        }
        let starts = matches!(before, None | Some(Node::Slash));
        let ends = match self.text.get(self.at) {
            None | Some('/') => true,
            Some('|' | ')') => depth > 0,
            Some(_) => false,
        };
        if starts && ends && self.at - from == 2 { Node::Globstar } else { Node::Star }
    }

    /// The class whose bracket was just read; none when it is not closed.
    fn class(&mut self) -> Option<Class> {
        let open = self.at - 1;
        let mut at = self.at;
        let negated = matches!(self.text.get(at), Some('!' | '^'));
        at += usize::from(negated);
        let first = at;
        let mut ranges = Vec::new();
        loop {
            let c = *self.text.get(at)?;
            if c == ']' && at > first {
                break;
            }
            if let Some((named, end)) = self.named_class(at) {
                ranges.extend(named);
                at = end;
                continue;
            }
            let (from, after) = self.member(at)?;
            let range = (self.text.get(after) == Some(&'-'))
                .then(|| self.text.get(after + 1).filter(|c| **c != ']'))
                .flatten()
                .and_then(|_| self.member(after + 1));
            match range {
                Some((to, after)) => {
                    ranges.push((from, to));
                    at = after;
                }
                None => {
                    ranges.push((from, from));
                    at = after;
                }
            }
        }
        self.at = at + 1;
        let text = self.text[open..=at].iter().collect();
        Some(Class { negated, ranges, text })
    }

    fn member(&self, at: usize) -> Option<(char, usize)> {
        match self.text.get(at)? {
            '\\' => self.text.get(at + 1).map(|c| (*c, at + 2)),
            c => Some((*c, at + 1)),
        }
    }

    /// `[:alpha:]` and its like inside a class.
    fn named_class(&self, at: usize) -> Option<(&'static [(char, char)], usize)> {
        if self.text.get(at) != Some(&'[') || self.text.get(at + 1) != Some(&':') {
            return None;
        }
        let rest = self.text.get(at + 2..)?;
        let end = rest.windows(2).position(|pair| pair == [':', ']'])?;
        let name: String = rest[..end].iter().collect();
        let ranges: &[(char, char)] = match name.as_str() {
            "alnum" => &[('a', 'z'), ('A', 'Z'), ('0', '9')],
            "alpha" => &[('a', 'z'), ('A', 'Z')],
            "ascii" => &[('\0', '\x7f')],
            "blank" => &[(' ', ' '), ('\t', '\t')],
            "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
            "digit" => &[('0', '9')],
            "graph" => &[('!', '~')],
            "lower" => &[('a', 'z')],
            "print" => &[(' ', '~')],
            "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
            "space" => &[(' ', ' '), ('\t', '\r')],
            "upper" => &[('A', 'Z')],
            "word" => &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
            "xdigit" => &[('a', 'f'), ('A', 'F'), ('0', '9')],
            _ => return None,
        };
        Some((ranges, at + 2 + end + 2))
    }
}
