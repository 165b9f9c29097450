//! Descriptors in a git repository: a copy of the repository, and the files of one commit beside
//! it, kept under the tenant's own folder.

use crate::source::web::{self, Web};
use catalog_index::item::hex;
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::files::{CheckoutLimits, Earlier};
use clients::git::{GitError, Remote};
use clients::redact::redact;
use percent_encoding::percent_decode_str;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The folder of a tenant with the repositories that templates made.
const REPOSITORIES: &str = "repositories";

/// How the address of such a repository begins.
const OWN: &str = "repositories/";

/// What a `git` target names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitTarget {
    /// A clone URL or a path.
    pub remote: String,
    /// A file, a folder or a pattern in the repository; empty for all of it.
    pub path: String,
    /// A branch; none for the default one.
    pub branch: Option<String>,
}

/// The files of a commit on this machine.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The folder with the files.
    pub root: PathBuf,
    /// The commit they are of.
    pub commit: String,
    /// What was asked for, without secrets.
    pub target: GitTarget,
    /// The branch that was read, when it is known.
    pub branch: Option<String>,
    /// What is different since the commit that was read before; none when that cannot be told.
    pub changed: Option<HashSet<String>>,
}

impl GitTarget {
    /// Reads `<remote>[//<path>][?ref=<branch>]`. Path and branch may be encoded, as browsers copy
    /// them. An empty branch is the default one; what else stands beside `ref` says nothing here.
    pub fn parse(target: &str) -> GitTarget {
        let (rest, branch) = match target.rsplit_once('?') {
            Some((rest, query)) => match query.split('&').find_map(|it| it.strip_prefix("ref=")) {
                Some(branch) => (rest, Some(decoded(branch)).filter(|it| !it.is_empty())),
                // No query: a question mark of a pattern.
                None => (target, None),
            },
            None => (target, None),
        };
        let after_scheme = rest.find("://").map_or(0, |at| at + 3);
        let (remote, path) = match rest[after_scheme..].find("//") {
            Some(at) => (&rest[..after_scheme + at], &rest[after_scheme + at + 2..]),
            None => (rest, ""),
        };
        let path = decoded(path).trim_matches('/').to_owned();
        GitTarget { remote: remote.to_owned(), path, branch }
    }

    /// The repository's address as a location of a file in it.
    pub fn location(&self, path: &str) -> String {
        format!("git:{}", self.address(path))
    }

    /// `<remote>[//<path>][?ref=<branch>]` of another path, without secrets.
    pub fn address(&self, path: &str) -> String {
        // What looks encoded would be decoded when it is read again.
        let plain = |text: &str| text.replace('%', "%25");
        let branch = self.branch.as_ref();
        let branch = branch.map(|branch| format!("?ref={}", plain(branch).replace('&', "%26")));
        format!("{}//{}{}", redact(&self.remote), plain(path), branch.unwrap_or_default())
    }

    /// Whether the repository is one that the tenant itself made, and where that lies. Its address
    /// is `repositories/<name>`, without the folder of the tenant.
    pub fn own_path(&self, tenant_folder: &Path) -> Option<PathBuf> {
        let inner = self.remote.strip_prefix(OWN)?;
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let good = inner.split('/').all(is_plain) && !inner.contains(['\\', '\0']);
        good.then(|| tenant_folder.join(REPOSITORIES).join(inner))
    }

    /// The same target by the address that names no folder of this machine, when the repository lies
    /// among those of the tenant. `real` is where it lies, links resolved.
    pub fn as_own(&self, real: &Path, tenant_folder: &Path) -> Option<GitTarget> {
        let top = tenant_folder.join(REPOSITORIES).canonicalize().ok()?;
        let inner = real.strip_prefix(top).ok()?.to_str().filter(|inner| !inner.is_empty())?;
        Some(GitTarget { remote: format!("{OWN}{inner}"), ..self.clone() })
    }

    /// Whether the repository lies on this machine, and where.
    pub fn local_path(&self) -> Option<PathBuf> {
        if let Some(path) = self.remote.strip_prefix("file://") {
            return Some(PathBuf::from(path));
        }
        Path::new(&self.remote).is_absolute().then(|| PathBuf::from(&self.remote))
    }
}

/// A text without what browsers encode; one that is not encoded well stays as it is.
fn decoded(text: &str) -> String {
    let plain = percent_decode_str(text).decode_utf8().ok();
    plain.filter(|plain| !plain.contains(char::is_control)).map_or(text.to_owned(), Into::into)
}

/// The folder in which everything of a source is kept.
pub fn home(tenant_folder: &Path, source_key: &str) -> PathBuf {
    tenant_folder.join("checkouts").join(hex(&Sha1::digest(source_key)))
}

/// The copy of the repository that a folder of files was written out from, and its commit.
pub fn copied(home: &Path, files: &Path) -> Option<(PathBuf, String)> {
    let commit = files.file_name()?.to_str()?.strip_prefix("files-")?;
    Some((home.join("copy.git"), commit.to_owned()))
}

/// The folder with the files that were read last.
pub fn current(home: &Path) -> Option<PathBuf> {
    let commit = std::fs::read_to_string(home.join("current")).ok()?;
    let commit = commit.trim();
    let plain = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some(home.join(format!("files-{commit}"))).filter(|folder| plain && folder.is_dir())
}

/// Brings the copy up to date and writes out the files of its last commit. `read_before` is the
/// commit whose files were read last.
pub async fn checkout(
    target: &str,
    home: &Path,
    web: &Web,
    tenant_folder: &Path,
    read_before: Option<&str>,
) -> Result<Checkout, String> {
    let target = GitTarget::parse(target);
    let own = target.own_path(tenant_folder);
    let address = own.as_deref().and_then(Path::to_str).unwrap_or(&target.remote);
    // Where a repository of the tenant lies, and the copy of any, is nobody's business.
    let words = |error: GitError| {
        let said = error.to_string();
        let copy = home.join("copy.git").display().to_string();
        let said =
            said.replace(&copy, "the copy").replace(&home.display().to_string(), "its folder");
        match &own {
            Some(own) => said.replace(&own.display().to_string(), &target.remote),
            None => said,
        }
    };
    let mut remote = Remote::parse(address, true).map_err(words)?;
    if own.is_none() && target.local_path().is_none() {
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
        let failed = |error: std::io::Error| {
            tracing::warn!(file.path = %home.display(), "the copy cannot be written: {error}");
            format!("the copy of {} cannot be written: {error}", redact(&target.remote))
        };
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
            (
                "https://h/o/r.git//sub%20dir/a.yaml?ref=feature%2Fx",
                "https://h/o/r.git",
                "sub dir/a.yaml",
                Some("feature/x"),
            ),
            ("/srv/r.git//100%/%zz%ff", "/srv/r.git", "100%/%zz%ff", None),
            ("https://h/o/r.git//a.yaml?ref=dev&x=y", "https://h/o/r.git", "a.yaml", Some("dev")),
            ("https://h/o/r.git//a.yaml?x=y&ref=dev", "https://h/o/r.git", "a.yaml", Some("dev")),
            ("https://h/o/r.git//a.yaml?ref=", "https://h/o/r.git", "a.yaml", None),
            ("https://h/o/r.git?ref=&x=y", "https://h/o/r.git", "", None),
            ("https://h/o/r.git//a?.yaml", "https://h/o/r.git", "a?.yaml", None),
            ("https://h/o/r.git//a?.yaml?ref=dev", "https://h/o/r.git", "a?.yaml", Some("dev")),
            ("repositories/a.git//x", "repositories/a.git", "x", None),
        ] {
            let branch = branch.map(str::to_owned);
            let expected = GitTarget { remote: remote.into(), path: path.into(), branch };
            assert_eq!(GitTarget::parse(text), expected, "{text}");
        }
        let target = GitTarget::parse("https://jane:secret@h/r.git?ref=dev");
        assert_eq!(target.location("a.yaml"), "git:https://***@h/r.git//a.yaml?ref=dev");
        // What is written is read as the same.
        let odd = GitTarget::parse("https://h/r.git//a?ref=50%2525");
        assert_eq!(odd.branch.as_deref(), Some("50%25"));
        let again = odd.location("100%20.yaml");
        let again = GitTarget::parse(again.strip_prefix("git:").expect("a git location"));
        assert_eq!((again.path.as_str(), again.branch), ("100%20.yaml", odd.branch));
        let odd = GitTarget::parse("https://h/r.git//a?ref=this%26that");
        assert_eq!(odd.branch.as_deref(), Some("this&that"));
        assert_eq!(GitTarget::parse(&odd.address("a")), odd);
    }

    #[test]
    fn a_repository_of_the_tenant_lies_in_its_own_folder_alone() {
        let folder = Path::new("/data/tenants/a");
        let own = |text: &str| GitTarget::parse(text).own_path(folder);
        assert_eq!(own("repositories/x.git//y"), Some(folder.join("repositories/x.git")));
        for text in [
            "repositories/../../b/repositories/x.git",
            "repositories/./x.git",
            "repositories/",
            "repositories/x/..",
            "/data/tenants/a/repositories/x.git",
            "https://h/repositories/x.git",
        ] {
            assert_eq!(own(text), None, "{text}");
        }
    }
}
