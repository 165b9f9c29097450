//! What can go wrong with a repository, in words a person can act on.

use std::path::PathBuf;

/// Why a git operation did not succeed. Texts never hold a password: addresses are redacted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no `git` program.
    #[error(
        "The program git was not found. Install git (version 2.31 or newer) and make sure it is on the PATH."
    )]
    NotInstalled,
    /// Nothing is at that path or address.
    #[error("There is no repository at {place}. Check the path or address{hint}.")]
    NotThere {
        /// Path or redacted address.
        place: String,
        /// A further hint, beginning with a comma, or nothing.
        hint: String,
    },
    /// Something is there, but not a repository.
    #[error("{} is not a git repository: expected a folder with .git in it, or a bare repository.{hint}", path.display())]
    NotARepository {
        /// The folder that was looked at.
        path: PathBuf,
        /// Where a repository was found instead, as a sentence, or nothing.
        hint: String,
    },
    /// A repository without any commit.
    #[error("The repository {place} has no commits yet. Push a first commit to it.")]
    NoCommits {
        /// Path or redacted address.
        place: String,
    },
    /// The default branch is not there, but others are.
    #[error(
        "HEAD of the repository {place} names the branch \"{branch}\", which is not there; there {}. Name one of them, or have HEAD name it.",
        are(branches)
    )]
    NoDefaultBranch {
        /// Path or redacted address.
        place: String,
        /// The branch that HEAD names.
        branch: String,
        /// The first of those that are there.
        branches: Vec<String>,
    },
    /// A branch, tag or hash that does not exist in the repository.
    #[error("The repository {place} has no branch, tag or commit named \"{revision}\".")]
    NoSuchRevision {
        /// Path or redacted address.
        place: String,
        /// What was asked for.
        revision: String,
    },
    /// A file that does not exist at that revision, or is not a plain file.
    #[error("There is no readable file {path} at {revision}: {reason}.")]
    NoSuchFile {
        /// The path inside the repository.
        path: String,
        /// The revision.
        revision: String,
        /// What is there instead.
        reason: String,
    },
    /// The copy was made without file contents.
    #[error(
        "This copy of {place} holds the history without the files' contents. Fetch it again without a blob filter to read files."
    )]
    NotCopied {
        /// Path or redacted address.
        place: String,
    },
    /// The other side could not be reached.
    #[error(
        "{remote} could not be reached: {detail}. Check the address, the network and the proxy, then try again."
    )]
    Network {
        /// Redacted address.
        remote: String,
        /// The program's own words.
        detail: String,
    },
    /// The other side wants a sign-in or refuses the one it got.
    #[error(
        "{remote} did not let us in: {detail}. The repository is private, does not exist, or the key or password is not accepted; configure access for git on this machine or for this connection."
    )]
    Denied {
        /// Redacted address.
        remote: String,
        /// The program's own words.
        detail: String,
    },
    /// It took too long.
    #[error("{what} took longer than {seconds} s and was stopped. Try again, or allow more time.")]
    Timeout {
        /// What was being done.
        what: String,
        /// The limit.
        seconds: u64,
    },
    /// It is larger than allowed.
    #[error("{what} is larger than the limit of {limit}. Raise the limit if this is expected.")]
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit with its unit.
        limit: String,
    },
    /// An argument that cannot be used.
    #[error("{what} cannot be used: {reason}.")]
    Invalid {
        /// Which argument, with its value where it is no secret.
        what: String,
        /// What was expected.
        reason: String,
    },
    /// The repository to publish to has content already.
    #[error(
        "{remote} exists and is not empty (it has {found}). Choose another name, or empty it first."
    )]
    NotEmpty {
        /// Redacted address or path.
        remote: String,
        /// What it holds.
        found: String,
    },
    /// The other side refused the push.
    #[error("{remote} refused the push: {detail}.")]
    Rejected {
        /// Redacted address.
        remote: String,
        /// The other side's words.
        detail: String,
    },
    /// There are no files to commit.
    #[error("{} holds no files to commit.", path.display())]
    NothingToCommit {
        /// The folder.
        path: PathBuf,
    },
    /// Reading or writing a file of ours failed.
    #[error("{what} failed: {reason}.")]
    Io {
        /// What was being done.
        what: String,
        /// The operating system's words.
        reason: String,
    },
    /// The program failed for a reason this list does not know.
    #[error("git {command} failed: {detail}.")]
    Failed {
        /// The subcommand.
        command: String,
        /// The program's own words, redacted.
        detail: String,
    },
}

/// `is main`, `are a and b`.
fn are(branches: &[String]) -> String {
    match branches {
        [only] => format!("is {only}"),
        many => format!("are {}", many.join(", ")),
    }
}

impl GitError {
    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        matches!(self, GitError::Network { .. } | GitError::Timeout { .. })
    }

    pub(super) fn io(what: impl Into<String>, error: &std::io::Error) -> Self {
        GitError::Io { what: what.into(), reason: error.to_string() }
    }

    pub(super) fn invalid(what: impl Into<String>, reason: impl Into<String>) -> Self {
        GitError::Invalid { what: what.into(), reason: reason.into() }
    }
}

/// Sorts the program's complaint about an outside repository into what a person can act on.
pub(super) fn about_remote(command: &str, remote: &str, stderr: &str) -> GitError {
    let detail = complaint(stderr);
    let has = |words: &[&str]| {
        let stderr = stderr.to_ascii_lowercase();
        words.iter().any(|word| stderr.contains(word))
    };
    let remote = remote.to_owned();
    if has(&["dubious ownership"]) {
        return GitError::Denied {
            remote,
            detail: "the folder belongs to another user; make it ours or add it to safe.directory"
                .to_owned(),
        };
    }
    if has(&["not allowed"]) && has(&["transport"]) {
        return GitError::invalid(remote, "this kind of address is not allowed here");
    }
    if has(&[
        "authentication failed",
        "could not read username",
        "could not read password",
        "permission denied",
        "host key verification failed",
        "access denied",
        "error: 401",
        "error: 403",
        "unable to read askpass",
        "invalid credentials",
    ]) {
        return GitError::Denied { remote, detail };
    }
    if has(&["not found", "does not appear to be a git repository", "error: 404", "does not exist"])
        && !has(&["could not resolve"])
    {
        return GitError::NotThere {
            place: remote,
            hint: ", and that it may be read from here".to_owned(),
        };
    }
    if has(&["rejected", "hook declined", "protected branch", "cannot lock ref"])
        && command == "push"
    {
        return GitError::Rejected { remote, detail };
    }
    if has(&[
        "could not resolve",
        "failed to connect",
        "connection refused",
        "connection timed out",
        "operation timed out",
        "operation too slow",
        "timed out",
        "network is unreachable",
        "no route to host",
        "connection reset",
        "connection closed",
        "unable to access",
        "unable to connect",
        "early eof",
        "hung up",
        "ssl",
        "tls",
        "certificate",
    ]) {
        return GitError::Network { remote, detail };
    }
    GitError::Failed { command: command.to_owned(), detail }
}

/// The line of the program's output that says what is wrong, short and without its prefix.
pub(super) fn complaint(stderr: &str) -> String {
    let mut lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines
        .clone()
        .find(|line| line.starts_with("! [") || line.starts_with("!\t"))
        .or_else(|| lines.clone().find(|line| line.starts_with("remote: error:")))
        .or_else(|| lines.clone().find(|line| line.contains("ermission denied")))
        .or_else(|| lines.clone().find(|line| line.starts_with("fatal:")))
        .or_else(|| lines.clone().find(|line| line.starts_with("error:")))
        .or_else(|| lines.next())
        .unwrap_or("no reason was given");
    let line = line.trim_start_matches("fatal: ").trim_start_matches("error: ");
    let line: String = line.chars().filter(|c| !c.is_control()).take(300).collect();
    line.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_complaints() {
        let sort = |text: &str| about_remote("fetch", "https://host/a", text);
        assert!(matches!(
            sort("fatal: could not read Username for 'https://host': terminal prompts disabled"),
            GitError::Denied { .. }
        ));
        assert!(matches!(
            sort("git@host: Permission denied (publickey).\nfatal: Could not read from remote repository."),
            GitError::Denied { detail, .. } if detail.contains("publickey")
        ));
        assert!(matches!(
            sort("fatal: repository 'https://host/a/' not found"),
            GitError::NotThere { .. }
        ));
        assert!(matches!(
            sort("fatal: unable to access 'https://host/a/': Could not resolve host: host"),
            GitError::Network { .. }
        ));
        assert!(matches!(sort("fatal: transport 'ext' not allowed"), GitError::Invalid { .. }));
        assert!(matches!(sort("fatal: something new"), GitError::Failed { .. }));
    }

    #[test]
    fn picks_the_line_that_says_it() {
        assert_eq!(complaint("warning: x\nfatal: it broke.\n"), "it broke");
        assert_eq!(complaint(""), "no reason was given");
    }
}
