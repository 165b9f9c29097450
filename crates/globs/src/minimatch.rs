//! Patterns of paths as the npm packages `minimatch` and `glob` read them.

use crate::parse::{Node, Parentheses, parse};
use crate::translate::{Dialect, Matcher, Options};
use crate::{Error, braces, check_length};

/// A pattern of paths or addresses.
///
/// `*` and `?` stay within one name, `**` spans folders, `[a-z]`, `{a,b}` and `@(a|b)` with its
/// like choose, `!` at the start turns the whole round.
#[derive(Debug, Clone)]
pub struct Minimatch {
    matchers: Vec<Matcher>,
    negated: bool,
    depth: Option<usize>,
}

/// What a pattern takes beside what is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MinimatchOptions {
    /// Stars take names that begin with a dot.
    pub dot: bool,
    /// Upper and lower case are the same.
    pub any_case: bool,
}

impl Minimatch {
    /// Reads a pattern.
    pub fn new(pattern: &str, options: MinimatchOptions) -> Result<Minimatch, Error> {
        check_length(pattern)?;
        let mut negated = false;
        let mut text = pattern;
        while let Some(rest) = text.strip_prefix('!') {
            negated = !negated;
            text = rest;
        }
        let (mut matchers, mut depth) = (Vec::new(), Some(0));
        // A comment names nothing.
        if pattern.starts_with('#') {
            return Ok(Minimatch { matchers, negated: false, depth });
        }
        let MinimatchOptions { dot, any_case } = options;
        for one in braces::expand(text)? {
            let nodes = parse(&one, Parentheses::Literal)?;
            let names = nodes.iter().filter(|node| **node == Node::Slash).count() + 1;
            let endless = negated || nodes.iter().any(spans_folders);
            depth = depth.filter(|_| !endless).map(|deepest: usize| deepest.max(names));
            let options = Options { dialect: Dialect::Minimatch, dot, any_case };
            matchers.push(Matcher::new(pattern, &single_slashes(nodes), options)?);
        }
        Ok(Minimatch { matchers, negated, depth })
    }

    /// Whether a path with `/` between its names is named.
    pub fn matches(&self, path: &str) -> Result<bool, Error> {
        let mut single;
        let mut path = path;
        // The names of an address are those of a path.
        if path.contains("//") {
            single = path.to_owned();
            while single.contains("//") {
                single = single.replace("//", "/");
            }
            path = &single;
        }
        for matcher in &self.matchers {
            if matcher.matches(path)? {
                return Ok(!self.negated);
            }
        }
        Ok(self.negated)
    }

    /// How many folders below the start can hold a match; none when there is no limit.
    pub fn depth(&self) -> Option<usize> {
        self.depth
    }
}

fn spans_folders(node: &Node) -> bool {
    match node {
        Node::Globstar => true,
        Node::Group(_, alternatives) => {
            alternatives.iter().flatten().any(|node| *node == Node::Slash || spans_folders(node))
        }
        _ => false,
    }
}

/// Several slashes count as one.
fn single_slashes(mut nodes: Vec<Node>) -> Vec<Node> {
    nodes.dedup_by(|next, last| *next == Node::Slash && *last == Node::Slash);
    nodes
}
