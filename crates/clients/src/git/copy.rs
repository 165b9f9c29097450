//! Copies of outside repositories: made the first time, brought up to date afterwards.
//!
//! A copy is bare and belongs to the program: no files, no hooks, no password in its settings. One
//! caller at a time may bring a copy up to date.

use super::Repository;
use super::command::{Git, Limits, bytes_in_words};
use super::error::{GitError, about_remote};
use super::publish::check_branch;
use super::remote::Remote;
use std::path::Path;
use std::pin::pin;
use std::time::{Duration, SystemTime};

/// What a copy holds and what it may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyOptions {
    /// Only this many commits of each branch; none copies the whole history.
    pub depth: Option<u32>,
    /// Only this branch; none copies all.
    pub branch: Option<String>,
    /// Leave the files' contents out: enough for history and much smaller.
    pub without_files: bool,
    /// The transfer is stopped after this time.
    pub timeout: Duration,
    /// The transfer is stopped when the copy grows beyond this many bytes.
    pub max_bytes: u64,
}

impl Default for CopyOptions {
    fn default() -> Self {
        CopyOptions {
            depth: None,
            branch: None,
            without_files: false,
            timeout: Duration::from_secs(600),
            max_bytes: 2 << 30,
        }
    }
}

/// Copies `remote` into `folder`, or brings the copy there up to date. Branches and tags that are
/// gone from the remote are gone from the copy afterwards. What was fetched before a failure is
/// kept and used by the next call.
pub async fn clone_or_fetch(
    remote: &Remote,
    folder: &Path,
    options: &CopyOptions,
) -> Result<Repository, GitError> {
    let limits = Limits { timeout: options.timeout, ..Limits::default() };
    let default = default_branch_of(remote, limits).await?;
    prepare(folder, remote, limits).await?;
    sweep(folder).await;
    if default.is_some() {
        fetch(remote, folder, options, limits).await?;
    }
    let head = match (&options.branch, default.flatten(), remote.local_path()) {
        (Some(branch), ..) => Some(branch.clone()),
        (None, Some(branch), _) => Some(branch),
        // Whoever asks for a default branch that is not there learns which one it would be.
        (None, None, Some(path)) => head_of(path, limits).await,
        (None, None, None) => None,
    };
    if let Some(branch) = head {
        let run = Git::local("symbolic-ref", limits).in_repository(folder);
        run.args(["HEAD", &format!("refs/heads/{branch}")]).text().await?;
    }
    let mut repository = Repository::open(folder).await?;
    repository.place = remote.url().to_owned();
    Ok(repository)
}

/// The branch that HEAD of a repository on this machine names, whether that is there or not.
async fn head_of(path: &Path, limits: Limits) -> Option<String> {
    let inner = path.join(".git");
    let folder = if inner.is_dir() { inner.as_path() } else { path };
    let run = Git::local("symbolic-ref", limits).in_repository(folder);
    let text = run.args(["--quiet", "HEAD"]).text().await.ok()?;
    let text = String::from_utf8(text).ok()?;
    let branch = text.trim().strip_prefix("refs/heads/")?;
    check_branch(branch).is_ok().then(|| branch.to_owned())
}

/// Asks the remote for its default branch without copying anything. The outer `None` means that
/// the remote is empty, the inner that it names no branch as its default.
pub async fn default_branch_of(
    remote: &Remote,
    limits: Limits,
) -> Result<Option<Option<String>>, GitError> {
    // With GIT_DIR at a place that holds nothing, no repository around us lends its settings.
    let run = Git::network("ls-remote", remote, limits).env("GIT_DIR", "/dev/null");
    let output = run.args(["--symref", "--", remote.url()]).output().await?;
    if !output.status.success() {
        return Err(about_remote("ls-remote", remote.url(), &output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut default = None;
    let mut any = false;
    for line in text.lines() {
        let Some((left, name)) = line.split_once('\t') else { continue };
        match left.strip_prefix("ref: refs/heads/") {
            Some(branch) if name == "HEAD" => default = Some(branch.to_owned()),
            _ => any |= name.starts_with("refs/heads/") || name.starts_with("refs/tags/"),
        }
    }
    Ok(any.then_some(default.filter(|branch| check_branch(branch).is_ok())))
}

async fn prepare(folder: &Path, remote: &Remote, limits: Limits) -> Result<(), GitError> {
    let what = format!("Preparing {}", folder.display());
    tokio::fs::create_dir_all(folder).await.map_err(|error| GitError::io(&what, &error))?;
    let mut entries =
        tokio::fs::read_dir(folder).await.map_err(|error| GitError::io(&what, &error))?;
    let empty = entries.next_entry().await.map_err(|error| GitError::io(&what, &error))?.is_none();
    if !empty && !folder.join("HEAD").is_file() {
        return Err(GitError::invalid(
            format!("The folder {}", folder.display()),
            "expected a new folder or an earlier copy, found other files",
        ));
    }
    let init = Git::local("init", limits).args(["--bare", "--quiet", "--template=", "--"]);
    init.arg(folder).text().await?;
    let config = Git::local("config", limits).in_repository(folder);
    config.args(["remote.origin.url", remote.url()]).text().await?;
    Ok(())
}

async fn fetch(
    remote: &Remote,
    folder: &Path,
    options: &CopyOptions,
    limits: Limits,
) -> Result<(), GitError> {
    let mut run = Git::network("fetch", remote, limits).in_repository(folder).args([
        "--quiet",
        "--prune",
        "--force",
        "--no-recurse-submodules",
        "--no-write-fetch-head",
        "--update-head-ok",
    ]);
    if let Some(depth) = options.depth {
        run = run.arg(format!("--depth={}", depth.max(1)));
    } else if folder.join("shallow").is_file() {
        run = run.arg("--unshallow");
    }
    if options.without_files {
        run = run.arg("--filter=blob:none");
    }
    run = run.args(["--", "origin"]);
    run = match &options.branch {
        Some(branch) => {
            check_branch(branch)?;
            run.arg(format!("+refs/heads/{branch}:refs/heads/{branch}"))
        }
        None => run.args(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]),
    };
    let mut work = pin!(run.output());
    let output = loop {
        match tokio::time::timeout(Duration::from_millis(500), &mut work).await {
            Ok(output) => break output?,
            Err(_) => refuse_above(folder, remote, options.max_bytes).await?,
        }
    };
    if output.status.success() {
        return refuse_above(folder, remote, options.max_bytes).await;
    }
    if let Some(branch) = &options.branch
        && output.stderr.contains("couldn't find remote ref")
    {
        return Err(GitError::NoSuchRevision {
            place: remote.url().to_owned(),
            revision: branch.clone(),
        });
    }
    Err(about_remote("fetch", remote.url(), &output.stderr))
}

/// Transfers arrive as packs, so one flat folder tells the size.
async fn refuse_above(folder: &Path, remote: &Remote, limit: u64) -> Result<(), GitError> {
    let mut size = 0;
    if let Ok(mut entries) = tokio::fs::read_dir(folder.join("objects/pack")).await {
        while let Ok(Some(entry)) = entries.next_entry().await {
            size += entry.metadata().await.map_or(0, |data| data.len());
        }
    }
    if size <= limit {
        return Ok(());
    }
    Err(GitError::TooLarge {
        what: format!("The repository {}", remote.url()),
        limit: bytes_in_words(limit),
    })
}

/// Takes away what a stopped transfer left behind and would stand in the way for ever.
async fn sweep(folder: &Path) {
    let old =
        |modified: SystemTime| modified.elapsed().is_ok_and(|age| age > Duration::from_secs(3600));
    for place in [folder.to_owned(), folder.join("objects/pack")] {
        let Ok(mut entries) = tokio::fs::read_dir(&place).await else { continue };
        while let Ok(Some(entry)) = entries.next_entry().await {
            let name = entry.file_name().to_string_lossy().into_owned();
            let left = name.starts_with("tmp_") || name.ends_with(".lock");
            let modified = entry.metadata().await.and_then(|data| data.modified());
            if left && modified.is_ok_and(old) {
                // A file that cannot be removed makes the fetch fail with git's own words.
                let _ = tokio::fs::remove_file(entry.path()).await;
            }
        }
    }
}
