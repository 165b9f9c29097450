//! Where the fetching actions read from: a folder beside the template, or a git repository.

use super::{ActionContext, REPOSITORIES};
use crate::workspace::Workspace;
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::files::CheckoutLimits;
use clients::git::{Remote, Repository};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder or file to fetch from. What was copied for it goes with it.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    copies: Vec<PathBuf>,
    /// Links of a repository, which are not in the files written out from it: relative to the
    /// folder, with where they point.
    links: BTreeMap<PathBuf, PathBuf>,
}

impl Drop for Source {
    fn drop(&mut self) {
        for copy in &self.copies {
            // What cannot be removed now is removed with the run's workspace.
            let _ = std::fs::remove_dir_all(copy);
        }
    }
}

/// How much one fetch may bring.
pub(crate) const MAX_FILES: usize = 20_000;
/// How large one fetched file may be.
pub(crate) const MAX_FILE: u64 = 50 * 1024 * 1024;

/// Finds what `url` names: relative to the template's folder, or `<remote>//<path>?ref=<branch>`.
pub(crate) async fn open(context: &ActionContext, url: &str) -> Result<Source, String> {
    if url.contains("://") || is_own_address(url) {
        return open_remote(context, url).await;
    }
    let source =
        context.catalog.source_folder(&context.op, &context.template_ref).map_err(|error| {
            format!(
                "Failed to fetch, template location could not be determined and the fetch URL is \
                 relative, {url} ({error})"
            )
        })?;
    let path = inside(&source.folder, url)?;
    let links = match &source.repository {
        Some((copy, commit)) => match Repository::open(copy).await {
            Ok(repository) => links(&repository, commit, &source.root, &path).await,
            Err(error) => Err(error.to_string()),
        },
        None => Ok(BTreeMap::new()),
    };
    Ok(Source {
        path,
        copies: Vec::new(),
        links: links.unwrap_or_else(|error| {
            context.say(format!("The links of the repository cannot be read: {error}"));
            BTreeMap::new()
        }),
    })
}

/// The links of a repository below a folder that was written out from it.
async fn links(
    repository: &Repository,
    commit: &str,
    root: &Path,
    folder: &Path,
) -> Result<BTreeMap<PathBuf, PathBuf>, String> {
    let below = folder.strip_prefix(root).unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let found = repository.links(commit, &below).await.map_err(|error| error.to_string())?;
    let relative = |path: String| Path::new(&path).strip_prefix(&below).map(Path::to_owned).ok();
    let named =
        found.into_iter().filter_map(|(path, target)| Some((relative(path)?, target.into())));
    Ok(named.collect())
}

/// Whether this is the content of a repository that was published here, as publishing gives it:
/// `repositories/<name>//<path>`.
fn is_own_address(url: &str) -> bool {
    let inner = url.strip_prefix(REPOSITORIES).and_then(|rest| rest.strip_prefix('/'));
    inner.is_some_and(|inner| inner.split_once("//").is_some_and(|(name, _)| !name.contains('/')))
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
    // As browsers copy them: feature%2Flogin.
    let branch = query.split('&').find_map(|pair| pair.strip_prefix("ref=")).map(decoded);
    let branch = branch.filter(|branch| !branch.is_empty());
    let remote = match scheme {
        "" => {
            let path = context.op.tenant.folder.join(remote);
            Remote::parse(&path.to_string_lossy(), true)
        }
        _ => Remote::parse(&format!("{scheme}://{remote}"), true),
    };
    let remote = remote.map_err(|error| error.to_string())?;
    let remote = match remote.local_path() {
        Some(path) => own_repository(context, path)?,
        None => {
            let guard = context.settings.http.guard();
            remote.checked(guard).await.map_err(|error| error.to_string())?
        }
    };
    let copy = context.workspace.root().with_extension("fetched.git");
    let folder = context.workspace.root().with_extension("fetched");
    let mut source = Source {
        path: folder.clone(),
        copies: vec![copy.clone(), folder.clone()],
        links: BTreeMap::new(),
    };
    let options = CopyOptions { depth: Some(1), branch: branch.clone(), ..CopyOptions::default() };
    let repository =
        clone_or_fetch(&remote, &copy, &options).await.map_err(|error| error.to_string())?;
    if tokio::fs::try_exists(&folder).await.unwrap_or(true) {
        tokio::fs::remove_dir_all(&folder)
            .await
            .map_err(|error| format!("The last fetch cannot be cleared away: {error}"))?;
    }
    let limits = CheckoutLimits { files: MAX_FILES, ..CheckoutLimits::default() };
    let done = repository
        .checkout(branch.as_deref().unwrap_or("HEAD"), &folder, limits)
        .await
        .map_err(|error| error.to_string())?;
    source.path = inside(&folder, &decoded(path))?;
    let root = folder.canonicalize().unwrap_or(folder);
    source.links = links(&repository, &done.commit, &root, &source.path).await?;
    Ok(source)
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

/// A repository on this machine's disk, when it is one of those that were made here for this
/// tenant. Only the real path decides: `..`, links and encodings are resolved first.
fn own_repository(context: &ActionContext, path: &Path) -> Result<Remote, String> {
    let refused =
        || format!("file://{} is not one of the repositories templates may read.", path.display());
    let allowed = context.repositories().canonicalize().map_err(|_| refused())?;
    let real = path.canonicalize().map_err(|_| refused())?;
    if !real.starts_with(&allowed) || real == allowed {
        return Err(refused());
    }
    Remote::parse(&real.to_string_lossy(), true).map_err(|error| error.to_string())
}

fn inside(root: &Path, relative: &str) -> Result<PathBuf, String> {
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
    Ok(path)
}

/// Every file below a folder, relative and sorted. Links are not followed; they are listed as
/// such.
pub(crate) fn walk(source: &Source) -> Result<Vec<(PathBuf, Kind)>, String> {
    let folder = &source.path;
    let mut found: Vec<(PathBuf, Kind)> =
        source.links.keys().map(|link| (link.clone(), Kind::Link)).collect();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        let entries = std::fs::read_dir(&next).map_err(|error| {
            let shown = next.strip_prefix(folder).unwrap_or(Path::new(""));
            format!("The folder ./{} beside the template cannot be read: {error}", shown.display())
        })?;
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
    found.dedup_by(|a, b| a.0 == b.0);
    Ok(found)
}

/// What a name in a folder stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
}

/// Copies one entry. A file appears whole or not at all, so that an interrupted run leaves none
/// half-written. A link is copied as it is; one that would lead out of the workspace is left out,
/// and what comes back says so.
pub(crate) fn copy(
    workspace: &Workspace,
    source: &Source,
    relative: &Path,
    to: &Path,
    kind: Kind,
) -> Result<Option<String>, String> {
    let from = match relative.as_os_str().is_empty() {
        true => source.path.clone(),
        false => source.path.join(relative),
    };
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", to.display());
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    if kind == Kind::Link {
        let target = match source.links.get(relative) {
            Some(target) => target.clone(),
            None => std::fs::read_link(&from).map_err(failed)?,
        };
        if !workspace.may_link(to, &target) {
            let shown = to.strip_prefix(workspace.root()).unwrap_or(to).display();
            return Ok(Some(format!(
                "The link {shown} leads to {}, which is or may be outside of the workspace: it was \
                 left out.",
                target.display()
            )));
        }
        let there = std::fs::symlink_metadata(to);
        if there.is_ok_and(|there| !there.is_dir()) {
            std::fs::remove_file(to).map_err(failed)?;
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(&target, to).map_err(failed)?;
        // As git writes a link where there are none.
        #[cfg(not(unix))]
        std::fs::write(to, target.to_string_lossy().as_bytes()).map_err(failed)?;
        return Ok(None);
    }
    let size = std::fs::metadata(&from).map_err(failed)?.len();
    if size > MAX_FILE {
        let shown = to.strip_prefix(workspace.root()).unwrap_or(relative).display();
        return Err(format!("{shown} is larger than {} MB.", MAX_FILE / 1024 / 1024));
    }
    let partial = to.with_file_name(format!(
        ".{}.partial",
        to.file_name().unwrap_or_default().to_string_lossy()
    ));
    std::fs::copy(&from, &partial).map_err(failed)?;
    std::fs::rename(&partial, to).map_err(failed)?;
    Ok(None)
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
