//! Git repositories, read and written through the installed `git` program.
//!
//! The program, not a library: every transport, credential helper, proxy and SSH agent that works
//! for the people of a machine works here too. The price is a program to install; without it every
//! call says so ([`GitError::NotInstalled`]).
//!
//! A repository's content is hostile. Reading starts no hook, filter, pager or helper, follows no
//! symbolic link and reaches no network; see `command` for the surroundings a run gets.

mod command;
pub mod copy;
mod error;
pub mod files;
pub mod publish;
pub mod read;
mod remote;

pub use command::Limits;
pub use error::GitError;
pub use remote::Remote;

use crate::redact::redact;
use command::Git;
use std::path::{Path, PathBuf};

/// A repository on this machine, bare or with files.
#[derive(Debug, Clone)]
pub struct Repository {
    git_dir: PathBuf,
    bare: bool,
    place: String,
    limits: Limits,
}

impl Repository {
    /// Opens the repository in exactly this folder (its top, or a bare one): a folder inside of a
    /// repository is refused, so that data next to some checkout is never taken for it.
    pub async fn open(path: &Path) -> Result<Self, GitError> {
        let place = path.display().to_string();
        let folder = match tokio::fs::canonicalize(path).await {
            Ok(folder) => folder,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(GitError::NotThere { place, hint: String::new() });
            }
            Err(error) => return Err(GitError::io(format!("Opening {place}"), &error)),
        };
        if !folder.is_dir() {
            return Err(GitError::NotARepository { path: path.to_owned(), hint: String::new() });
        }
        let limits = Limits::default();
        let mut look = Git::local("rev-parse", limits).within(&folder);
        if let Some(parent) = folder.parent() {
            look = look.env("GIT_CEILING_DIRECTORIES", parent);
        }
        let look = look.args(["--absolute-git-dir", "--is-bare-repository"]).output().await?;
        if !look.status.success() {
            let hint = inside_of(&folder, limits).await;
            return Err(GitError::NotARepository { path: path.to_owned(), hint });
        }
        let text = String::from_utf8_lossy(&look.stdout).into_owned();
        let mut lines = text.lines();
        let git_dir = PathBuf::from(lines.next().unwrap_or_default());
        let bare = lines.next() == Some("true");
        Ok(Repository { git_dir, bare, place, limits })
    }

    /// The same repository with other limits for each run of the program.
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How the repository is called in messages: its path, or the address it was copied from.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether the history was cut off when it was copied.
    pub fn is_shallow(&self) -> bool {
        self.git_dir.join("shallow").is_file()
    }

    /// The address of the remote `origin`, without secrets.
    pub async fn remote_url(&self) -> Result<Option<String>, GitError> {
        let output =
            self.git("config").args(["--local", "--get", "remote.origin.url"]).output().await?;
        let url = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.status.success() && !url.is_empty()).then(|| redact(&url)))
    }

    fn git(&self, subcommand: &'static str) -> Git {
        Git::local(subcommand, self.limits).in_repository(&self.git_dir)
    }
}

/// A sentence that names the repository around a folder, when there is one.
async fn inside_of(folder: &Path, limits: Limits) -> String {
    let look = Git::local("rev-parse", limits).within(folder).arg("--show-toplevel");
    let top = look.text().await.unwrap_or_default();
    match String::from_utf8_lossy(&top).trim() {
        "" => String::new(),
        top => format!(" It lies inside the repository {top}; name that folder if it is meant."),
    }
}
