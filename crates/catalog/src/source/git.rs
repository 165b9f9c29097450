//! Descriptors in a git repository: a copy of the repository, and the files of one commit beside
//! it, kept under the tenant's own folder.

use crate::item::hex;
use crate::source::web::{self, Web};
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::files::{CheckoutLimits, Earlier};
use clients::git::{GitError, Remote};
use clients::redact::redact;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What a `git` target names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GitTarget {
    /// A clone URL or a path.
    pub(crate) remote: String,
    /// A file, a folder or a pattern in the repository; empty for all of it.
    pub(crate) path: String,
    /// A branch; none for the default one.
    pub(crate) branch: Option<String>,
}

/// The files of a commit on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Checkout {
    /// The folder with the files.
    pub(crate) root: PathBuf,
    /// The commit they are of.
    pub(crate) commit: String,
    /// What was asked for, without secrets.
    pub(crate) target: GitTarget,
    /// The branch that was read, when it is known.
    pub(crate) branch: Option<String>,
    /// What is different since the commit that was read before; none when that cannot be told.
    pub(crate) changed: Option<HashSet<String>>,
}

impl GitTarget {
    /// Reads `<remote>[//<path>][?ref=<branch>]`.
    pub(crate) fn parse(target: &str) -> GitTarget {
        let (rest, branch) = match target.rsplit_once("?ref=") {
            Some((rest, branch)) if !branch.is_empty() => (rest, Some(branch.to_owned())),
            _ => (target, None),
        };
        let after_scheme = rest.find("://").map_or(0, |at| at + 3);
        let (remote, path) = match rest[after_scheme..].find("//") {
            Some(at) => (&rest[..after_scheme + at], &rest[after_scheme + at + 2..]),
            None => (rest, ""),
        };
        let path = path.trim_matches('/').to_owned();
        GitTarget { remote: remote.to_owned(), path, branch }
    }

    /// The repository's address as a location of a file in it.
    pub(crate) fn location(&self, path: &str) -> String {
        let branch = self.branch.as_ref().map(|branch| format!("?ref={branch}"));
        format!("git:{}//{path}{}", redact(&self.remote), branch.unwrap_or_default())
    }

    /// Whether the repository lies on this machine, and where.
    pub(crate) fn local_path(&self) -> Option<PathBuf> {
        if let Some(path) = self.remote.strip_prefix("file://") {
            return Some(PathBuf::from(path));
        }
        Path::new(&self.remote).is_absolute().then(|| PathBuf::from(&self.remote))
    }
}

/// The folder in which everything of a source is kept.
pub(crate) fn home(tenant_folder: &Path, source_key: &str) -> PathBuf {
    tenant_folder.join("checkouts").join(hex(&Sha1::digest(source_key)))
}

/// The folder with the files that were read last.
pub(crate) fn current(home: &Path) -> Option<PathBuf> {
    let commit = std::fs::read_to_string(home.join("current")).ok()?;
    let commit = commit.trim();
    let plain = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(home.join(format!("files-{commit}"))).filter(|folder| plain && folder.is_dir())
}

/// Brings the copy up to date and writes out the files of its last commit. `read_before` is the
/// commit whose files were read last.
pub(crate) async fn checkout(
    target: &str,
    home: &Path,
    web: &Web,
    read_before: Option<&str>,
) -> Result<Checkout, String> {
    let target = GitTarget::parse(target);
    let words = |error: GitError| error.to_string();
    let mut remote = Remote::parse(&target.remote, true).map_err(words)?;
    if target.local_path().is_none() {
        match web.guard() {
            Some(guard) => remote = remote.checked(&guard).await.map_err(words)?,
            None => return Err(web::no_host(&target.remote)),
        }
        if let Some((user, password)) = web.git_credentials(&target.remote) {
            remote = remote.with_credentials(&user, &password).map_err(words)?;
        }
    }
    let options =
        CopyOptions { depth: Some(1), branch: target.branch.clone(), ..CopyOptions::default() };
    let copy = clone_or_fetch(&remote, &home.join("copy.git"), &options).await.map_err(words)?;
    let head = copy.head().await.map_err(words)?;
    let branch = target.branch.clone().or(head.branch);
    let commit = head.hash;
    let root = home.join(format!("files-{commit}"));
    if current(home).as_ref() != Some(&root) {
        let failed = |error: std::io::Error| format!("{} failed: {error}", home.display());
        // What is left of a checkout that was cut off is not complete.
        if tokio::fs::metadata(&root).await.is_ok() {
            tokio::fs::remove_dir_all(&root).await.map_err(failed)?;
        }
        let before = current(home);
        let earlier = before.as_deref().and_then(|folder| {
            let commit = folder.file_name()?.to_str()?.strip_prefix("files-")?;
            Some(Earlier { commit, folder })
        });
        let limits = CheckoutLimits::default();
        let done = copy.checkout_after(&commit, &root, limits, earlier).await.map_err(words)?;
        for (path, reason) in &done.skipped {
            tracing::debug!(git.remote = copy.place(), file.path = path, "left out: {reason}");
        }
        let pointer = home.join("current.new");
        tokio::fs::write(&pointer, &commit).await.map_err(failed)?;
        tokio::fs::rename(&pointer, home.join("current")).await.map_err(failed)?;
        sweep(home, [Some(root.clone()), before]).await;
    }
    let changed = match read_before {
        Some(before) => copy.changed_files(before, &commit).await.ok(),
        None => None,
    };
    let target = GitTarget { remote: redact(&target.remote), ..target };
    Ok(Checkout { root, commit, target, branch, changed })
}

/// Removes the files of older commits; those of the one before may still be in use.
async fn sweep(home: &Path, keep: [Option<PathBuf>; 2]) {
    let Ok(mut entries) = tokio::fs::read_dir(home).await else { return };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let old = entry.file_name().to_string_lossy().starts_with("files-")
            && !keep.iter().flatten().any(|kept| *kept == entry.path());
        if old && let Err(error) = tokio::fs::remove_dir_all(entry.path()).await {
            tracing::warn!(file.path = %entry.path().display(), "not removed: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_name_repository_path_and_branch() {
        for (text, remote, path, branch) in [
            ("https://h/o/r.git", "https://h/o/r.git", "", None),
            ("https://h/o/r.git//a/*.yaml?ref=dev", "https://h/o/r.git", "a/*.yaml", Some("dev")),
            ("/srv/r.git//x.yaml", "/srv/r.git", "x.yaml", None),
            ("git@h:o/r.git?ref=a/b", "git@h:o/r.git", "", Some("a/b")),
            ("file:///srv/r.git//a", "file:///srv/r.git", "a", None),
        ] {
            let branch = branch.map(str::to_owned);
            let expected = GitTarget { remote: remote.into(), path: path.into(), branch };
            assert_eq!(GitTarget::parse(text), expected, "{text}");
        }
        let target = GitTarget::parse("https://jane:secret@h/r.git?ref=dev");
        assert_eq!(target.location("a.yaml"), "git:https://***@h/r.git//a.yaml?ref=dev");
    }
}
