//! Where the fetching actions read from: a folder beside the template, or a git repository.

use super::ActionContext;
use clients::git::Remote;
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::files::CheckoutLimits;
use std::path::{Path, PathBuf};

/// A folder or file to fetch from, and what keeps a temporary one alive.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// Links may not lead out of this.
    pub(crate) root: PathBuf,
}

/// How much one fetch may bring.
pub(crate) const MAX_FILES: usize = 20_000;
/// How large one fetched file may be.
pub(crate) const MAX_FILE: u64 = 50 * 1024 * 1024;

/// Finds what `url` names: relative to the template's folder, or `<remote>//<path>?ref=<branch>`.
pub(crate) async fn open(context: &ActionContext, url: &str) -> Result<Source, String> {
    if url.contains("://") {
        return open_remote(context, url).await;
    }
    let source =
        context.catalog.source_folder(&context.op, &context.template_ref).map_err(|error| {
            format!(
                "Failed to fetch, template location could not be determined and the fetch URL is \
                 relative, {url} ({error})"
            )
        })?;
    inside(source.folder, url)
}

async fn open_remote(context: &ActionContext, url: &str) -> Result<Source, String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let Some((remote, path)) = rest.split_once("//") else {
        return Err(format!(
            "No integration found for location {url}: name a folder beside the template, or a git \
             repository as <clone address>//<path>?ref=<branch>."
        ));
    };
    let branch = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
    let remote = format!("{scheme}://{remote}");
    // Only repositories made here may be read from this machine's disk.
    let is_file = scheme == "file";
    if is_file
        && !Path::new(remote.trim_start_matches("file://")).starts_with(context.repositories())
    {
        return Err(format!("{remote} is not one of the repositories templates may read."));
    }
    let guard = context.settings.http.guard();
    let remote = Remote::parse(&remote, is_file).map_err(|error| error.to_string())?;
    let remote = remote.checked(guard).await.map_err(|error| error.to_string())?;
    let copy = context.workspace.root().with_extension("fetched.git");
    let options =
        CopyOptions { depth: Some(1), branch: branch.map(str::to_owned), ..CopyOptions::default() };
    let repository =
        clone_or_fetch(&remote, &copy, &options).await.map_err(|error| error.to_string())?;
    let folder = context.workspace.root().with_extension("fetched");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .map_err(|error| format!("The last fetch cannot be cleared away: {error}"))?;
    }
    let limits = CheckoutLimits { files: MAX_FILES, ..CheckoutLimits::default() };
    repository
        .checkout(branch.unwrap_or("HEAD"), &folder, limits)
        .await
        .map_err(|error| error.to_string())?;
    inside(folder, path)
}

fn inside(root: PathBuf, relative: &str) -> Result<Source, String> {
    let root = root
        .canonicalize()
        .map_err(|error| format!("The template's folder cannot be read: {error}"))?;
    let path = root
        .join(relative.trim_start_matches('/'))
        .canonicalize()
        .map_err(|_| format!("There is no {relative} beside the template."))?;
    if !path.starts_with(&root) {
        return Err(format!("{relative} leads out of the template's folder, which is refused."));
    }
    Ok(Source { path, root })
}

/// Every file below a folder, relative and sorted. Links are not followed; they are named apart.
pub(crate) fn walk(folder: &Path) -> Result<Vec<(PathBuf, Kind)>, String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries = std::fs::read_dir(&next)
            .map_err(|error| format!("{} cannot be read: {error}", next.display()))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                if entry.file_name() != ".git" {
                    waiting.push(path);
                }
                continue;
            }
            let kind = if kind.is_symlink() { Kind::Link } else { Kind::File };
            if let Ok(relative) = path.strip_prefix(folder) {
                found.push((relative.to_owned(), kind));
            }
            if found.len() > MAX_FILES {
                return Err(format!("There are more than {MAX_FILES} files to fetch."));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
}

/// Copies one entry. A file appears whole or not at all, so that an interrupted run leaves none
/// half-written.
pub(crate) fn copy(from: &Path, to: &Path, kind: Kind, root: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", to.display());
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    if kind == Kind::Link {
        // A link that leads out of its source would show somebody else's files.
        let target = from.canonicalize().ok().filter(|target| target.starts_with(root));
        let Some(target) = target.filter(|target| target.is_file()) else { return Ok(()) };
        return copy(&target, to, Kind::File, root);
    }
    let size = std::fs::metadata(from).map_err(failed)?.len();
    if size > MAX_FILE {
        return Err(format!("{} is larger than {} MB.", from.display(), MAX_FILE / 1024 / 1024));
    }
    let partial = to.with_file_name(format!(
        ".{}.partial",
        to.file_name().unwrap_or_default().to_string_lossy()
    ));
    std::fs::copy(from, &partial).map_err(failed)?;
    std::fs::rename(&partial, to).map_err(failed)
}

/// Writes a rendered file with the mode of its source.
pub(crate) fn write(from: &Path, to: &Path, content: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", to.display());
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    let partial = to.with_file_name(format!(
        ".{}.partial",
        to.file_name().unwrap_or_default().to_string_lossy()
    ));
    std::fs::write(&partial, content).map_err(failed)?;
    if let Ok(metadata) = std::fs::metadata(from) {
        std::fs::set_permissions(&partial, metadata.permissions()).map_err(failed)?;
    }
    std::fs::rename(&partial, to).map_err(failed)
}
