//! New repositories: a bare one in a folder, and the first push of a folder's content.

use super::command::{Git, Limits};
use super::copy::{CopyOptions, clone_or_fetch};
use super::error::{GitError, about_remote};
use super::remote::Remote;
use std::path::{Path, PathBuf};

/// What is committed and pushed.
#[derive(Debug, Clone)]
pub struct Push<'a> {
    /// The folder whose content becomes the first commit.
    pub folder: &'a Path,
    /// Where it goes: an empty repository.
    pub remote: &'a Remote,
    /// The branch to make.
    pub branch: &'a str,
    /// The commit's message.
    pub message: &'a str,
    /// The author's name.
    pub author_name: &'a str,
    /// The author's address.
    pub author_email: &'a str,
}

/// Makes a bare repository in a folder that is empty or does not exist yet.
pub async fn init_bare(folder: &Path, default_branch: &str) -> Result<(), GitError> {
    check_branch(default_branch)?;
    let what = format!("Making the repository {}", folder.display());
    if let Ok(mut entries) = tokio::fs::read_dir(folder).await
        && entries.next_entry().await.map_err(|error| GitError::io(&what, &error))?.is_some()
    {
        return Err(GitError::NotEmpty {
            remote: folder.display().to_string(),
            found: "files in its folder".to_owned(),
        });
    }
    tokio::fs::create_dir_all(folder).await.map_err(|error| GitError::io(&what, &error))?;
    let run = Git::local("init", Limits::default());
    let run = run.args(["--bare", "--quiet", "--template="]);
    run.arg(format!("--initial-branch={default_branch}")).arg("--").arg(folder).text().await?;
    Ok(())
}

/// Commits everything in a folder (less what its `.gitignore` leaves out) and pushes it as the
/// first commit of an empty remote. Returns the commit's hash. The folder itself is not changed: a
/// `.git` at its top is neither used nor published.
pub async fn commit_and_push(push: &Push<'_>, limits: Limits) -> Result<String, GitError> {
    check_branch(push.branch)?;
    check_identity(push)?;
    if let Some(nested) = nested_repository(push.folder).await? {
        return Err(GitError::invalid(
            format!("The folder {}", push.folder.display()),
            format!(
                "it holds another repository at {}; remove its .git, or its files would be left out",
                nested.display()
            ),
        ));
    }
    let remote = push.remote;
    if let Some(found) = refs_of(remote, limits).await? {
        return Err(GitError::NotEmpty { remote: remote.url().to_owned(), found });
    }
    let scratch = tempfile::Builder::new().prefix("callboard-git-").tempdir();
    let scratch = scratch.map_err(|error| GitError::io("Making a temporary folder", &error))?;
    let git_dir = scratch.path().join("repository");
    let hash = commit(push, &git_dir, limits).await?;

    let name = format!("refs/heads/{0}:refs/heads/{0}", push.branch);
    let run = Git::network("push", remote, limits).in_repository(&git_dir);
    let run = run.args(["--porcelain", "--no-verify", "--no-recurse-submodules", "--"]);
    let output = run.args([remote.url(), &name]).output().await?;
    if output.status.success() {
        return Ok(hash);
    }
    // The reason of a refusal stands in the regular output, a failed transport in the other.
    let report = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), output.stderr);
    let report = crate::redact::redact(&report);
    let refused = report.lines().find(|line| line.starts_with("!\t"));
    match refused.and_then(|line| line.rsplit('\t').next()) {
        Some(reason) => Err(GitError::Rejected {
            remote: remote.url().to_owned(),
            detail: match report.lines().find_map(|line| line.strip_prefix("remote: ")) {
                Some(words) => format!("{reason}: {}", words.trim()),
                None => reason.to_owned(),
            },
        }),
        None => Err(about_remote("push", remote.url(), &report)),
    }
}

/// The last commit of a remote's branch, when its message ends with this trailer: whether an earlier
/// attempt has pushed already.
pub async fn pushed_before(
    remote: &Remote,
    branch: &str,
    trailer: (&str, &str),
) -> Result<Option<String>, GitError> {
    check_branch(branch)?;
    let scratch = tempfile::Builder::new().prefix("callboard-git-").tempdir();
    let scratch = scratch.map_err(|error| GitError::io("Making a temporary folder", &error))?;
    let options =
        CopyOptions { depth: Some(1), branch: Some(branch.to_owned()), ..CopyOptions::default() };
    let copy = clone_or_fetch(remote, &scratch.path().join("repository"), &options).await;
    let repository = match copy {
        Ok(repository) => repository,
        // Something else is there.
        Err(GitError::NoSuchRevision { .. } | GitError::NoCommits { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(hash) = repository.resolve(&format!("refs/heads/{branch}")).await else {
        return Ok(None);
    };
    Ok((repository.trailer(&hash, trailer.0).await? == trailer.1).then_some(hash))
}

/// The rules of git for branch names, checked before a name gets near the program.
pub fn check_branch(name: &str) -> Result<(), GitError> {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let character = |c: char| !c.is_control() && !" ~^:?*[\\\u{7f}".contains(c);
    let fine = !name.is_empty()
        && name.len() <= 200
        && name != "@"
        && name != "HEAD"
        && !name.starts_with('-')
        && !name.ends_with('.')
        && !name.contains("..")
        && !name.contains("@{")
        && name.chars().all(character)
        && name.split('/').all(part);
    if fine {
        return Ok(());
    }
    let shown: String = name.chars().take(80).collect();
    Err(GitError::invalid(
        format!("The branch name {shown:?}"),
        "expected a name such as main or feature/login, without spaces and none of ~ ^ : ? * [ \\",
    ))
}

fn check_identity(push: &Push<'_>) -> Result<(), GitError> {
    for (what, text) in
        [("author's name", push.author_name), ("author's address", push.author_email)]
    {
        let says_something = text.chars().any(|c| !c.is_whitespace() && !".,:;<>\"\\'".contains(c));
        if !says_something || text.chars().any(|c| c.is_control() || c == '<' || c == '>') {
            return Err(GitError::invalid(
                format!("The {what} {text:?}"),
                "expected text without < and > and control characters",
            ));
        }
    }
    if push.message.trim().is_empty()
        || push.message.len() > 64 * 1024
        || push.message.contains('\0')
    {
        return Err(GitError::invalid("The commit message", "expected 1 to 65,536 characters"));
    }
    Ok(())
}

async fn commit(push: &Push<'_>, git_dir: &Path, limits: Limits) -> Result<String, GitError> {
    let init = Git::local("init", limits).args(["--bare", "--quiet", "--template="]);
    init.arg(format!("--initial-branch={}", push.branch)).arg("--").arg(git_dir).text().await?;
    let run =
        |subcommand| Git::local(subcommand, limits).in_repository(git_dir).with_files(push.folder);
    run("add").args(["--all", "--", "."]).text().await?;
    if run("ls-files").args(["--cached"]).text().await?.is_empty() {
        return Err(GitError::NothingToCommit { path: push.folder.to_owned() });
    }
    run("commit")
        .args(["--quiet", "--no-verify", "--no-gpg-sign", "--no-edit", "--cleanup=whitespace"])
        .arg(format!("--message={}", push.message))
        .env("GIT_AUTHOR_NAME", push.author_name)
        .env("GIT_AUTHOR_EMAIL", push.author_email)
        .env("GIT_COMMITTER_NAME", push.author_name)
        .env("GIT_COMMITTER_EMAIL", push.author_email)
        .text()
        .await?;
    let hash = run("rev-parse").args(["--verify", "HEAD"]).text().await?;
    Ok(String::from_utf8_lossy(&hash).trim().to_owned())
}

/// What a remote holds, in words; nothing when it is empty.
async fn refs_of(remote: &Remote, limits: Limits) -> Result<Option<String>, GitError> {
    let run = Git::network("ls-remote", remote, limits).env("GIT_DIR", "/dev/null");
    let output = run.args(["--heads", "--tags", "--", remote.url()]).output().await?;
    if !output.status.success() {
        return Err(about_remote("ls-remote", remote.url(), &output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let first = text.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name).next();
    Ok(first.map(|name| match name.split_once("refs/heads/") {
        Some((_, branch)) => format!("the branch {branch}"),
        None => format!("the tag {}", name.trim_start_matches("refs/tags/")),
    }))
}

/// The first repository below the folder's top. Git would record only its hash and drop its files.
async fn nested_repository(folder: &Path) -> Result<Option<PathBuf>, GitError> {
    let failed = |error: std::io::Error| {
        GitError::io(format!("Reading the folder {}", folder.display()), &error)
    };
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let mut entries = tokio::fs::read_dir(&next).await.map_err(failed)?;
        while let Some(entry) = entries.next_entry().await.map_err(failed)? {
            if entry.file_name() == ".git" {
                if next != folder {
                    return Ok(Some(next.strip_prefix(folder).unwrap_or(&next).to_owned()));
                }
            } else if entry.file_type().await.map_err(failed)?.is_dir() {
                open.push(entry.path());
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_branch_names() {
        for name in ["main", "feature/login", "v1", "a@b", "ünï"] {
            assert!(check_branch(name).is_ok(), "{name}");
        }
        for name in [
            "", "-x", "a b", "a..b", "a/", "/a", "a//b", ".a", "a/.b", "a.lock", "a.", "@",
            "a@{1}", "a~1", "a:b", "a\nb", "HEAD",
        ] {
            assert!(check_branch(name).is_err(), "{name}");
        }
    }
}
