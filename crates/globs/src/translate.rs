//! Turns a pattern into a regular expression.

use crate::Error;
use crate::parse::{Class, Node};
use fancy_regex::{Regex, RegexBuilder};
use std::fmt::Write;

/// Steps back that one comparison may take.
const MAX_STEPS: usize = 200_000;

/// What the compiled form of a pattern may take.
const MAX_COMPILED: usize = 4 * 1024 * 1024;

/// The ways of reading a pattern differ in a few places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// The matcher behind globby.
    Picomatch,
    /// The matcher behind `glob`.
    Minimatch,
    /// A slash is a character like others.
    Name,
}

/// How a pattern is compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) dialect: Dialect,
    /// Stars take names that begin with a dot.
    pub(crate) dot: bool,
    /// Upper and lower case are the same.
    pub(crate) any_case: bool,
}

/// A pattern without braces, ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Matcher {
    regex: Regex,
    pattern: String,
}

impl Matcher {
    pub(crate) fn new(pattern: &str, nodes: &[Node], options: Options) -> Result<Matcher, Error> {
        let mut text = String::from(if options.any_case { "(?si)^" } else { "(?s)^" });
        Translator { options }.sequence(nodes, true, true, &mut text);
        text.push('$');
        let regex = RegexBuilder::new(&text)
            .backtrack_limit(MAX_STEPS)
            .delegate_size_limit(MAX_COMPILED)
            .build()
            .map_err(|_| Error::TooComplex(pattern.to_owned()))?;
        Ok(Matcher { regex, pattern: pattern.to_owned() })
    }

    pub(crate) fn matches(&self, path: &str) -> Result<bool, Error> {
        self.regex
            .is_match(path)
            .map_err(|_| Error::TooSlow(self.pattern.clone(), path.chars().take(80).collect()))
    }
}

struct Translator {
    options: Options,
}

impl Translator {
    fn is_picomatch(&self) -> bool {
        self.options.dialect == Dialect::Picomatch
    }

    /// What `?` stands for, and each character of a star.
    fn one(&self) -> &'static str {
        if self.options.dialect == Dialect::Name { "." } else { "[^/]" }
    }

    /// A name that `**` passes through.
    fn name(&self) -> &'static str {
        match self.options {
            Options { dialect: Dialect::Name, .. } => ".*",
            Options { dot: true, .. } => "[^/]+",
            Options { dot: false, .. } => "[^./][^/]*",
        }
    }

    /// `starts`: a name begins here. `ends`: nothing follows but the ends of groups.
    fn sequence(&self, nodes: &[Node], mut starts: bool, ends: bool, out: &mut String) {
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            let rest = &nodes[at + 1..];
            at += 1;
            match node {
                Node::Char(c) => out.push_str(&fancy_regex::escape(c.encode_utf8(&mut [0; 4]))),
                Node::Slash => match rest {
                    // All below, and to globby what has that name without stars itself.
                    [Node::Globstar] if ends => {
                        let before = at.checked_sub(2).and_then(|before| nodes.get(before));
                        let starry = matches!(before, None | Some(Node::Star | Node::Globstar));
                        let many = if self.is_picomatch() && !starry { '*' } else { '+' };
                        let _ = write!(out, "(?:/{}){many}", self.name());
                        return;
                    }
                    _ => out.push('/'),
                },
                Node::One if starts && !self.options.dot => out.push_str("[^./]"),
                Node::One => out.push_str(self.one()),
                Node::Star => {
                    self.guard(starts, out);
                    let _ = write!(out, "{}*?", self.one());
                }
                Node::Globstar if rest.first() == Some(&Node::Slash) => {
                    let _ = write!(out, "(?:{}/)*", self.name());
                    at += 1;
                    starts = true;
                    continue;
                }
                Node::Globstar => {
                    let name = self.name();
                    let _ = write!(out, "{name}(?:/{name})*");
                }
                Node::Class(class) => self.class(class, out),
                Node::Group('!', alternatives) => {
                    self.negation(alternatives, rest, starts, ends && rest.is_empty(), out);
                }
                Node::Group(kind, alternatives) => {
                    out.push_str("(?:");
                    self.alternatives(alternatives, starts, ends && rest.is_empty(), out);
                    out.push(')');
                    if *kind != '@' {
                        out.push(*kind);
                    }
                }
            }
            starts = *node == Node::Slash;
        }
    }

    fn alternatives(&self, all: &[Vec<Node>], starts: bool, ends: bool, out: &mut String) {
        for (index, nodes) in all.iter().enumerate() {
            if index > 0 {
                out.push('|');
            }
            // To globby no name begins inside a group.
            self.sequence(nodes, starts && !self.is_picomatch(), ends, out);
        }
    }

    /// A star at the start of a name takes at least one character, and no dot unless that is
    /// wanted.
    fn guard(&self, starts: bool, out: &mut String) {
        if starts && self.options.dialect != Dialect::Name {
            out.push_str(if self.options.dot { "(?=[^/])" } else { "(?=[^./])" });
        }
    }

    /// `!(…)`: any text that is none of the alternatives.
    fn negation(
        &self,
        alternatives: &[Vec<Node>],
        rest: &[Node],
        starts: bool,
        ends: bool,
        out: &mut String,
    ) {
        if !self.is_picomatch() {
            // What the group may not take, the star takes.
            if rest.first() == Some(&Node::Star) {
                return;
            }
            if starts && !self.options.dot {
                out.push_str("(?!\\.)");
            }
            out.push_str("(?:(?!(?:");
            self.alternatives(alternatives, starts, false, out);
            out.push(')');
            let end = rest.iter().position(|node| *node == Node::Slash).unwrap_or(rest.len());
            self.sequence(&rest[..end], false, false, out);
            let _ = write!(out, "(?:/|$)){}*?)", self.one());
            return;
        }
        out.push_str("(?:(?!(?:");
        self.alternatives(alternatives, false, false, out);
        out.push(')');
        let holds = |wanted: &Node| alternatives.iter().flatten().any(|node| node == wanted);
        let across = holds(&Node::Slash);
        if across || ends {
            out.push('$');
        } else if (holds(&Node::Star) || holds(&Node::Globstar)) && is_ending(rest) {
            self.sequence(rest, false, false, out);
        }
        let _ = write!(out, "){}*?)", if across { "." } else { self.one() });
    }

    fn class(&self, class: &Class, out: &mut String) {
        let mut set = String::from(match (class.negated, self.options.dialect) {
            (true, Dialect::Name) => "[^",
            (true, _) => "[^/",
            (false, _) => "[",
        });
        for (from, to) in &class.ranges {
            // A range that runs backwards holds nothing.
            if from <= to {
                for (c, dash) in [(from, "-"), (to, "")] {
                    let _ = write!(set, "\\u{{{:x}}}{dash}", u32::from(*c));
                }
            }
        }
        if set == "[" {
            set.push_str("^\\s\\S");
        }
        set.push(']');
        // To globby brackets around plain characters may stand for themselves, too.
        let inner = &class.text[1..class.text.len() - 1];
        let special = ['-', '*', '+', '?', '.', '^', '$', '{', '}', '(', '|', ')', '[', ']', '!'];
        if self.is_picomatch() && !inner.contains(special) {
            let _ = write!(out, "(?:{}|{set})", fancy_regex::escape(&class.text));
        } else {
            out.push_str(&set);
        }
    }
}

/// `.ext` and nothing else.
fn is_ending(nodes: &[Node]) -> bool {
    match nodes {
        [Node::Char('.'), rest @ ..] if !rest.is_empty() => rest.iter().all(|node| match node {
            Node::Char(c) => !matches!(c, '.' | '\\'),
            node => !matches!(node, Node::Slash | Node::Globstar),
        }),
        _ => false,
    }
}
