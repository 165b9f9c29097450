//! Lists of patterns in the manner of `.gitignore`.

use crate::{Error, MAX_ALTERNATIVES, check_length};
use ignore::gitignore::GitignoreBuilder;

/// Patterns in the order they are written; the last one that matches decides.
#[derive(Debug, Clone)]
pub struct Gitignore(ignore::gitignore::Gitignore);

impl Gitignore {
    /// Reads lines; empty ones and comments count for nothing.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Gitignore, Error> {
        let mut builder = GitignoreBuilder::new("");
        for (index, line) in lines.into_iter().enumerate() {
            check_length(line)?;
            if index >= MAX_ALTERNATIVES {
                return Err(Error::TooMany(line.to_owned()));
            }
            builder
                .add_line(None, line)
                .map_err(|error| Error::Syntax(line.to_owned(), error.to_string()))?;
        }
        let built = builder.build().map_err(|error| Error::TooComplex(error.to_string()))?;
        Ok(Gitignore(built))
    }

    /// Whether a file is ignored, by its own name or by a folder above it. What is said about the
    /// file itself counts more than what is said about its folders: unlike git, MkDocs looks into
    /// folders that are left out.
    pub fn ignores(&self, path: &str) -> bool {
        let folders = path.rmatch_indices('/').map(|(at, _)| (at, true));
        let verdicts = [(path.len(), false)].into_iter().chain(folders);
        let mut verdicts = verdicts.map(|(end, is_folder)| self.0.matched(&path[..end], is_folder));
        verdicts.find(|verdict| !verdict.is_none()).is_some_and(|verdict| verdict.is_ignore())
    }
}
