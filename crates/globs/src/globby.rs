//! Lists of patterns as the npm package `globby` reads them.

use crate::parse::{Node, Parentheses, parse};
use crate::translate::{Dialect, Matcher, Options};
use crate::{Error, MAX_ALTERNATIVES, braces, check_length};

/// Patterns that name files below a folder.
///
/// `*` stays within a folder, `**` spans folders, the name of a folder stands for all that is below
/// it, `{a,b}`, `[a-c]` and `@(a|b)` with its like choose, and `!…` takes away what the patterns
/// before it have named.
#[derive(Debug, Clone, Default)]
pub struct Globby {
    tasks: Vec<Task>,
    /// How many patterns without braces were read.
    count: usize,
}

/// One pattern, with what later ones take away from it.
#[derive(Debug, Clone)]
struct Task {
    /// The folder above everything the pattern can name.
    base: String,
    matcher: Matcher,
    without: Vec<Without>,
}

#[derive(Debug, Clone)]
struct Without {
    matcher: Matcher,
    /// What it names is not looked into, either.
    prunes: bool,
}

impl Globby {
    /// Reads patterns in their order. `dot`: stars take names that begin with a dot. `is_folder`
    /// tells whether a path is that of a folder.
    pub fn new<'a>(
        patterns: impl IntoIterator<Item = &'a str>,
        dot: bool,
        is_folder: impl Fn(&str) -> bool,
    ) -> Result<Globby, Error> {
        let mut globs = Globby::default();
        let mut seen: Vec<&str> = Vec::new();
        for pattern in patterns {
            // What was written before is not asked for again, so nothing brings it back.
            if seen.contains(&pattern) {
                continue;
            }
            seen.push(pattern);
            match pattern.strip_prefix('!') {
                // With a slash at the end it takes nothing away: no file is written like that.
                Some(text) if text.ends_with('/') => {}
                Some(text) => globs.subtract(pattern, text)?,
                None => globs.add(pattern, endings_at_any_depth(pattern), dot, &is_folder)?,
            }
        }
        Ok(globs)
    }

    /// Reads one pattern in which `!` at the start means nothing, as where it was made absolute
    /// before it was given to globby.
    pub fn one(
        pattern: &str,
        dot: bool,
        is_folder: impl Fn(&str) -> bool,
    ) -> Result<Globby, Error> {
        let mut globs = Globby::default();
        globs.add(pattern, pattern.to_owned(), dot, &is_folder)?;
        Ok(globs)
    }

    fn add(
        &mut self,
        pattern: &str,
        text: String,
        dot: bool,
        is_folder: &dyn Fn(&str) -> bool,
    ) -> Result<(), Error> {
        // What leads out names nothing.
        let Some(text) = inside(pattern, &text)? else { return Ok(()) };
        let text = match text.as_str() {
            "" => "**".to_owned(),
            folder if is_folder(folder) => format!("{folder}/**"),
            _ => text,
        };
        for (nodes, matcher) in self.matchers(pattern, &text, dot)? {
            let base = base_of(&nodes);
            self.tasks.push(Task { base, matcher, without: Vec::new() });
        }
        Ok(())
    }

    fn subtract(&mut self, pattern: &str, text: &str) -> Result<(), Error> {
        let Some(text) = inside(pattern, text)? else { return Ok(()) };
        // Names that are taken away may always begin with a dot.
        for (nodes, matcher) in self.matchers(pattern, &text, true)? {
            let without = Without { matcher, prunes: prunes(&nodes) };
            self.tasks.iter_mut().for_each(|task| task.without.push(without.clone()));
        }
        Ok(())
    }

    fn matchers(
        &mut self,
        pattern: &str,
        text: &str,
        dot: bool,
    ) -> Result<Vec<(Vec<Node>, Matcher)>, Error> {
        let options = Options { dialect: Dialect::Picomatch, dot, any_case: false };
        let mut matchers = Vec::new();
        for one in braces::expand(text)? {
            self.count += 1;
            if self.count > MAX_ALTERNATIVES {
                return Err(Error::TooMany(pattern.to_owned()));
            }
            let nodes = parse(&one, Parentheses::Group)?;
            let matcher = Matcher::new(pattern, &nodes, options)?;
            matchers.push((nodes, matcher));
        }
        Ok(matchers)
    }

    /// Whether a file is named: its path with `/` between the names, relative to the folder.
    pub fn matches(&self, path: &str) -> Result<bool, Error> {
        for task in &self.tasks {
            if task.matches(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Task {
    fn matches(&self, path: &str) -> Result<bool, Error> {
        let Some(below) = path.strip_prefix(&self.base) else { return Ok(false) };
        if !self.matcher.matches(path)? {
            return Ok(false);
        }
        for without in &self.without {
            if without.matcher.matches(path)? {
                return Ok(false);
            }
            if without.prunes {
                for (end, _) in below.match_indices('/') {
                    if without.matcher.matches(&path[..self.base.len() + end])? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }
}

/// Without empty names, `.` and `..` among the names that are no patterns. None leads out.
fn inside(pattern: &str, text: &str) -> Result<Option<String>, Error> {
    check_length(pattern)?;
    if text.starts_with('/') {
        return Ok(None);
    }
    let mut names: Vec<&str> = Vec::new();
    let mut parts = text.split('/').peekable();
    while let Some(part) = parts.next() {
        match part {
            "" if parts.peek().is_some() => {}
            // A slash at the end stays where something before it is a pattern.
            "" => {
                if names.iter().any(|name| crate::is_pattern(name)) {
                    names.push("");
                }
            }
            "." => {}
            ".." => {
                if names.pop().is_none() {
                    return Ok(None);
                }
            }
            name => names.push(name),
        }
    }
    Ok(Some(names.join("/")))
}

/// `**.ext` and nothing else is found at any depth.
fn endings_at_any_depth(pattern: &str) -> String {
    match pattern.strip_prefix("**.") {
        Some(ending)
            if !ending.is_empty()
                && ending.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            format!("**/*.{ending}")
        }
        _ => pattern.to_owned(),
    }
}

/// The names before the first that is a pattern, with a slash at the end.
fn base_of(nodes: &[Node]) -> String {
    let mut base = String::new();
    let mut name = String::new();
    for node in nodes {
        match node {
            Node::Char(c) => name.push(*c),
            Node::Slash => {
                base.push_str(&name);
                base.push('/');
                name.clear();
            }
            _ => break,
        }
    }
    base
}

/// A folder that is named by its own name, or with everything below it, is not looked into.
fn prunes(nodes: &[Node]) -> bool {
    let name = nodes.rsplit(|node| *node == Node::Slash).next().unwrap_or(nodes);
    matches!(name, [Node::Globstar]) || name.iter().all(|node| matches!(node, Node::Char(_)))
}
