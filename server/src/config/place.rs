//! Where a setting stands, and what is wrong with it there.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use yaml::Mark;

/// A file settings come from.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    /// Its name as the person gave it, for messages.
    pub name: String,
    /// The folder relative paths in it start from.
    pub folder: PathBuf,
    /// How many files it is laid over: what stands in a higher layer wins.
    pub layer: usize,
}

/// A place in a file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<File>,
    /// Line and column; none means the file as a whole.
    pub mark: Option<Mark>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mark {
            Some(mark) => write!(f, "{}:{}:{}", self.file.name, mark.line, mark.column),
            None => f.write_str(&self.file.name),
        }
    }
}

/// One thing that is wrong with the configuration, or that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub place: Place,
    /// What was expected, what was found, what to do.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Why a configuration cannot be used: every finding, in the order of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    /// What has to be mended; never empty.
    pub errors: Vec<Finding>,
    /// What can stay as it is.
    pub warnings: Vec<Finding>,
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
