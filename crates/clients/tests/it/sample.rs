//! Repositories made by the git program for the tests, with fixed dates.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A repository with files in a temporary folder.
pub struct Sample {
    folder: TempDir,
}

impl Sample {
    /// An empty repository with the branch `main`.
    pub fn new() -> Self {
        let sample = Sample { folder: tempfile::tempdir().unwrap() };
        sample.git(&["init", "--quiet", "--initial-branch=main"]);
        sample
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, content: &str) -> PathBuf {
        let file = self.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, content).unwrap();
        file
    }

    /// Runs git, with the date in seconds that commits and tags get.
    pub fn git_at(&self, date: i64, args: &[&str]) -> String {
        git(self.path(), date, args)
    }

    pub fn git(&self, args: &[&str]) -> String {
        self.git_at(1_700_000_000, args)
    }

    /// Commits a file named after the subject and returns the hash.
    pub fn commit(&self, date: i64, subject: &str) -> String {
        self.write(&format!("{}.txt", subject.replace(['/', '"'], "-")), subject);
        self.git(&["add", "--all"]);
        self.git_at(date, &["commit", "--quiet", "-m", subject]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Runs git in a folder and returns what it prints.
pub fn git(folder: &Path, date: i64, args: &[&str]) -> String {
    let mut command = Command::new("git");
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_"))
    {
        command.env_remove(name);
    }
    let output = command
        .current_dir(folder)
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false"])
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ann Example")
        .env("GIT_AUTHOR_EMAIL", "ann@example.com")
        .env("GIT_COMMITTER_NAME", "Bob Example")
        .env("GIT_COMMITTER_EMAIL", "bob@example.com")
        .env("GIT_AUTHOR_DATE", format!("@{} +0200", date - 60))
        .env("GIT_COMMITTER_DATE", format!("@{date} +0000"))
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
