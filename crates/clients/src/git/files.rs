//! Files of a repository at a revision: listed, read, and written out into a folder.
//!
//! Writing out is done here and not by the program: no filter or hook can run, no symbolic link is
//! made, every path is checked, and the limits are exact.

use super::Repository;
use super::command::bytes_in_words;
use super::error::GitError;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

/// One entry of a repository at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The path from the repository's top, with `/`.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// The content's size in bytes.
    pub size: u64,
    /// The hash of the content.
    pub object: String,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A plain file.
    Plain,
    /// A plain file that may be run.
    Executable,
    /// A symbolic link; its content is where it points.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// The longest place a symbolic link may point to, in bytes.
const LONGEST_LINK: u64 = 4_096;

/// So many symbolic links of a repository are looked at.
const MOST_LINKS: usize = 1_000;

/// Limits of a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckoutLimits {
    /// At most this many files.
    pub files: usize,
    /// At most this many bytes together.
    pub bytes: u64,
}

impl Default for CheckoutLimits {
    fn default() -> Self {
        CheckoutLimits { files: 20_000, bytes: 512 << 20 }
    }
}

/// An earlier checkout. Files that are the same in the new one are linked, not written again, so
/// whoever reads one must not change it.
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// The hash of its commit.
    pub commit: &'a str,
    /// Its folder.
    pub folder: &'a Path,
}

/// What a checkout wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The hash of the commit.
    pub commit: String,
    /// Files written or linked.
    pub files: usize,
    /// Of them, those taken over from the earlier checkout.
    pub linked: usize,
    /// Bytes written.
    pub bytes: u64,
    /// Entries that were left out, with the reason.
    pub skipped: Vec<(String, String)>,
}

impl Repository {
    /// Every entry at a revision, in the order of the paths.
    pub async fn list_files(&self, revision: &str) -> Result<Vec<FileEntry>, GitError> {
        let commit = self.resolve(revision).await?;
        self.entries(&commit, None).await
    }

    /// The symbolic links below a folder of a revision, each with where it points; paths are from
    /// the repository's top. Nothing follows them.
    pub async fn links(
        &self,
        revision: &str,
        below: &str,
    ) -> Result<Vec<(String, String)>, GitError> {
        let mut found = Vec::new();
        for entry in self.list_files(revision).await? {
            let inside = below.is_empty() || entry.path.starts_with(&format!("{below}/"));
            let fits = entry.kind == FileKind::Link && entry.size <= LONGEST_LINK;
            if !inside || !fits || safe_path(&entry.path).is_none() || found.len() >= MOST_LINKS {
                continue;
            }
            let target = self.git("cat-file").args(["blob", &entry.object]).text().await?;
            found.push((entry.path, String::from_utf8_lossy(&target).into_owned()));
        }
        Ok(found)
    }

    /// The content of one plain file at a revision, of at most `limit` bytes.
    pub async fn read_file(
        &self,
        revision: &str,
        path: &str,
        limit: u64,
    ) -> Result<Vec<u8>, GitError> {
        let no_file = |reason: &str| GitError::NoSuchFile {
            path: path.to_owned(),
            revision: revision.to_owned(),
            reason: reason.to_owned(),
        };
        if safe_path(path).is_none() {
            return Err(no_file("the path leads out of the repository or into .git"));
        }
        let commit = self.resolve(revision).await?;
        let entries = self.entries(&commit, Some(path)).await?;
        let Some(entry) = entries.iter().find(|entry| entry.path == path) else {
            return Err(no_file(match entries.is_empty() {
                true => "it does not exist",
                false => "it is a folder",
            }));
        };
        match entry.kind {
            FileKind::Plain | FileKind::Executable => {}
            FileKind::Link => return Err(no_file("it is a symbolic link")),
            FileKind::Submodule => return Err(no_file("it is a submodule")),
        }
        if entry.size > limit {
            return Err(GitError::TooLarge {
                what: format!("The file {path}"),
                limit: bytes_in_words(limit),
            });
        }
        self.git("cat-file").args(["blob", &entry.object]).text().await
    }

    /// The paths of files that two revisions do not have in common: new, changed and removed ones.
    pub async fn changed_files(&self, from: &str, to: &str) -> Result<HashSet<String>, GitError> {
        let (from, to) = (self.resolve(from).await?, self.resolve(to).await?);
        let run = self.git("diff-tree").args(["-r", "-z", "--no-renames", "--name-only"]);
        let text = run.args([from.as_str(), to.as_str(), "--"]).text().await?;
        let paths = text.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect())
    }

    /// Writes the files of a revision into a folder that is empty or does not exist yet.
    pub async fn checkout(
        &self,
        revision: &str,
        folder: &Path,
        limits: CheckoutLimits,
    ) -> Result<Checkout, GitError> {
        self.checkout_after(revision, folder, limits, None).await
    }

    /// The same, with an earlier checkout that has much in common with this one.
    pub async fn checkout_after(
        &self,
        revision: &str,
        folder: &Path,
        limits: CheckoutLimits,
        earlier: Option<Earlier<'_>>,
    ) -> Result<Checkout, GitError> {
        let commit = self.resolve(revision).await?;
        let entries = self.entries(&commit, None).await?;
        let too_large = |limit: String| GitError::TooLarge {
            what: format!("{} at {revision}", self.place),
            limit,
        };
        if entries.len() > limits.files {
            return Err(too_large(format!("{} files", limits.files)));
        }
        let plain = |e: &&FileEntry| matches!(e.kind, FileKind::Plain | FileKind::Executable);
        let total = entries.iter().filter(plain).fold(0, |sum: u64, e| sum.saturating_add(e.size));
        if total > limits.bytes {
            return Err(too_large(bytes_in_words(limits.bytes)));
        }
        empty_folder(folder).await?;
        let known = match earlier {
            // The earlier commit may be gone from a copy without history; all is written then.
            Some(earlier) => {
                let changed = self.changed_files(earlier.commit, &commit).await.ok();
                changed.map(|changed| Known { folder: earlier.folder, changed })
            }
            None => None,
        };
        let work = self.write_out(&entries, folder, known);
        let mut done = tokio::time::timeout(self.limits.timeout, work).await.map_err(|_| {
            GitError::Timeout {
                what: format!("Writing out {}", self.place),
                seconds: self.limits.timeout.as_secs().max(1),
            }
        })??;
        done.commit = commit;
        Ok(done)
    }

    async fn write_out(
        &self,
        entries: &[FileEntry],
        folder: &Path,
        known: Option<Known<'_>>,
    ) -> Result<Checkout, GitError> {
        let mut child = self.git("cat-file").arg("--batch").converse()?;
        let (Some(mut ask), Some(answer)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::Failed {
                command: "cat-file".to_owned(),
                detail: "it could not be talked to".to_owned(),
            });
        };
        let mut answer = BufReader::new(answer);
        let failed = |what: &str, error: std::io::Error| GitError::io(what, &error);
        let mut done = Checkout::default();
        for entry in entries {
            let reason = match entry.kind {
                FileKind::Link => "symbolic links are not made",
                FileKind::Submodule => "submodules are not fetched",
                _ => "",
            };
            let path = safe_path(&entry.path);
            let (Some(path), "") = (path, reason) else {
                let reason = if reason.is_empty() { "the path is not safe" } else { reason };
                done.skipped.push((entry.path.clone(), reason.to_owned()));
                continue;
            };
            let target = folder.join(&path);
            let what = format!("Writing {}", target.display());
            if let Some(parent) = target.parent() {
                tokio::fs::create_dir_all(parent).await.map_err(|e| failed(&what, e))?;
            }
            if let Some(known) = &known
                && known.link(entry, &path, &target).await
            {
                done.files += 1;
                done.linked += 1;
                done.bytes += entry.size;
                continue;
            }
            let request = format!("{}\n", entry.object);
            ask.write_all(request.as_bytes()).await.map_err(|e| failed("Asking git", e))?;
            ask.flush().await.map_err(|e| failed("Asking git", e))?;
            let mut header = String::new();
            answer.read_line(&mut header).await.map_err(|e| failed("Reading from git", e))?;
            let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok());
            // The size was known from the listing; anything else is not the file that was listed.
            if size != Some(entry.size) {
                return Err(GitError::NotCopied { place: self.place.clone() });
            }
            let mut open = tokio::fs::OpenOptions::new();
            open.write(true).create_new(true);
            #[cfg(unix)]
            open.mode(if entry.kind == FileKind::Executable { 0o755 } else { 0o644 });
            let mut file = open.open(&target).await.map_err(|e| failed(&what, e))?;
            let mut content = (&mut answer).take(entry.size);
            tokio::io::copy(&mut content, &mut file).await.map_err(|e| failed(&what, e))?;
            file.flush().await.map_err(|e| failed(&what, e))?;
            answer.read_u8().await.map_err(|e| failed("Reading from git", e))?;
            done.files += 1;
            done.bytes += entry.size;
        }
        Ok(done)
    }

    async fn entries(&self, commit: &str, path: Option<&str>) -> Result<Vec<FileEntry>, GitError> {
        let run = self.git("ls-tree").args(["-r", "-z", "-l", "--full-tree", commit, "--"]);
        let output = run.args(path).output().await?;
        if !output.status.success() {
            return Err(match self.git_dir_is_partial().await {
                true => GitError::NotCopied { place: self.place.clone() },
                false => GitError::Failed {
                    command: "ls-tree".to_owned(),
                    detail: super::error::complaint(&output.stderr),
                },
            });
        }
        let lines = output.stdout.split(|byte| *byte == 0).filter(|line| !line.is_empty());
        Ok(lines.filter_map(entry_from).collect())
    }

    async fn git_dir_is_partial(&self) -> bool {
        let run = self.git("config").args(["--local", "--get", "remote.origin.promisor"]);
        run.output().await.is_ok_and(|output| output.status.success())
    }
}

/// What an earlier checkout has in common with a new one.
struct Known<'a> {
    folder: &'a Path,
    changed: HashSet<String>,
}

impl Known<'_> {
    /// Takes a file over; where that cannot be done it is written like any other.
    async fn link(&self, entry: &FileEntry, path: &Path, target: &Path) -> bool {
        if self.changed.contains(&entry.path) {
            return false;
        }
        let file = self.folder.join(path);
        let same = tokio::fs::symlink_metadata(&file).await;
        same.is_ok_and(|data| data.is_file() && data.len() == entry.size)
            && tokio::fs::hard_link(&file, target).await.is_ok()
    }
}

/// `100644 blob 8ab6…     120<TAB>path`. Paths that are not UTF-8 keep a replacement character and
/// can then be listed, but not read.
fn entry_from(line: &[u8]) -> Option<FileEntry> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let head = std::str::from_utf8(&line[..tab]).ok()?;
    let mut words = head.split_whitespace();
    let (mode, _, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    Some(FileEntry {
        path: String::from_utf8_lossy(&line[tab + 1..]).into_owned(),
        kind: match mode {
            "120000" => FileKind::Link,
            "160000" => FileKind::Submodule,
            "100755" => FileKind::Executable,
            _ => FileKind::Plain,
        },
        size: size.parse().unwrap_or(0),
        object: object.to_owned(),
    })
}

/// The path as a relative one that stays inside and names no `.git`, or nothing.
fn safe_path(path: &str) -> Option<PathBuf> {
    let mut safe = PathBuf::new();
    for part in path.split('/') {
        // `git~1` and a trailing dot or blank mean `.git` on some file systems.
        let plain = part.trim_end_matches(['.', ' ']).to_ascii_lowercase();
        let foreign = cfg!(windows) && part.contains(['\\', ':']);
        if part.is_empty() || plain.is_empty() || plain == ".git" || plain == "git~1" || foreign {
            return None;
        }
        if part.contains(['\0', '\u{fffd}']) {
            return None;
        }
        safe.push(part);
    }
    Some(safe)
}

async fn empty_folder(folder: &Path) -> Result<(), GitError> {
    let what = format!("Preparing {}", folder.display());
    let failed = |error: std::io::Error| GitError::io(&what, &error);
    match tokio::fs::symlink_metadata(folder).await {
        Ok(data) if data.is_dir() => {
            let mut entries = tokio::fs::read_dir(folder).await.map_err(failed)?;
            if entries.next_entry().await.map_err(failed)?.is_some() {
                return Err(GitError::invalid(
                    format!("The folder {}", folder.display()),
                    "expected an empty or a new one",
                ));
            }
            Ok(())
        }
        Ok(_) => Err(GitError::invalid(
            format!("The path {}", folder.display()),
            "expected a folder, found a file or a symbolic link",
        )),
        Err(_) => tokio::fs::create_dir_all(folder).await.map_err(failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_paths_inside() {
        for path in ["a", "a/b.txt", ".github/x", "a/.gitignore", "ä/ö"] {
            assert!(safe_path(path).is_some(), "{path}");
        }
        for path in
            ["", "/a", "../a", "a/../b", ".", "a/./b", ".git/config", "a/.GIT/x", ".git./x", "a//b"]
        {
            assert!(safe_path(path).is_none(), "{path}");
        }
    }

    #[test]
    fn reads_listing_lines() {
        let entry = entry_from(b"100755 blob abc      12\tbin/run me").unwrap();
        assert_eq!((entry.path.as_str(), entry.size), ("bin/run me", 12));
        assert_eq!(entry.kind, FileKind::Executable);
        let entry = entry_from(b"160000 commit abc       -\tsub").unwrap();
        assert_eq!((entry.kind, entry.size), (FileKind::Submodule, 0));
    }
}
