//! What the rules look at, and what they say.

use super::modules::Module;
use crate::rust::Token;
use std::fmt;

/// One broken rule, at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// Counted from one; zero when the whole file is meant.
    pub line: usize,
    pub rule: &'static str,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {} [{}]", self.file, self.message, self.rule),
            line => write!(f, "{}:{line}: {} [{}]", self.file, self.message, self.rule),
        }
    }
}

/// A text file of the checkout.
pub struct Source {
    /// Relative to the root, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn fault(&self, line: usize, rule: &'static str, message: impl Into<String>) -> Fault {
        Fault { file: self.path.clone(), line, rule, message: message.into() }
    }
}

/// A file as the rules see it.
pub struct RustFile<'a> {
    pub source: &'a Source,
    pub tokens: Vec<Token<'a>>,
    /// The tokens without what is compiled for tests alone.
    pub code: Vec<Token<'a>>,
    /// What its modules define and name; empty for tests.
    pub modules: Vec<Module>,
}
