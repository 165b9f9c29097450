//! Patterns of paths and names, in the four ways their users know them:
//!
//! - [`Globby`]: lists of patterns in templates (`fs:delete`, `copyWithoutTemplating`), as the npm
//!   package `globby` reads them;
//! - [`Minimatch`]: paths and targets of the catalog, as `minimatch` and `glob` read them;
//! - [`Gitignore`]: lists such as MkDocs' `exclude_docs`;
//! - [`NamePattern`]: names that are no paths, such as those of tags.
//!
//! Patterns are somebody else's text: their size, their number and the time they take are bounded.

mod braces;
mod gitignore;
mod globby;
mod minimatch;
mod names;
mod parse;
mod translate;

pub use gitignore::Gitignore;
pub use globby::Globby;
pub use minimatch::{Minimatch, MinimatchOptions};
pub use names::NamePattern;

/// A longer pattern is refused.
const MAX_LENGTH: usize = 4096;

/// More alternatives than this, written in braces or one after the other, are refused.
const MAX_ALTERNATIVES: usize = 512;

/// Groups lie at most this deep in one another.
const MAX_DEPTH: usize = 16;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is too long.
    #[error("the pattern \"{0}…\" is longer than 4096 bytes")]
    TooLong(String),
    /// Braces stand for too many patterns, or too many are listed.
    #[error("the pattern \"{0}\" brings more than 512 alternatives")]
    TooMany(String),
    /// Groups lie too deep in one another, or the whole is too large.
    #[error("the pattern \"{0}\" is too complex")]
    TooComplex(String),
    /// It takes too long to compare.
    #[error("the pattern \"{0}\" takes too long to compare with \"{1}\"")]
    TooSlow(String, String),
    /// It is not written as it should be.
    #[error("\"{0}\" is not a pattern: {1}")]
    Syntax(String, String),
}

/// Whether a text holds characters that make it a pattern.
pub fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
        || ["@(", "+(", "!("].iter().any(|group| text.contains(group))
}

fn check_length(pattern: &str) -> Result<(), Error> {
    if pattern.len() > MAX_LENGTH {
        return Err(Error::TooLong(pattern.chars().take(40).collect()));
    }
    Ok(())
}
