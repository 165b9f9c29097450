//! Reading history, tags and branches.

use crate::sample::Sample;
use clients::git::read::{Divergence, LogOptions, Start};
use clients::git::{GitError, Repository};
use std::os::unix::fs::PermissionsExt;

const T: i64 = 1_700_000_000;

#[tokio::test]
async fn reads_the_log() {
    let sample = Sample::new();
    let first = sample.commit(T, "First");
    sample.git(&["checkout", "--quiet", "-b", "feature"]);
    let second = sample.commit(T + 100, "Second, with \u{fc}ml\u{e4}uts and \"quotes\"");
    sample.git(&["checkout", "--quiet", "main"]);
    let third = sample.commit(T + 200, "Third");
    sample.git_at(T + 300, &["merge", "--quiet", "--no-ff", "-m", "Merge feature", "feature"]);
    let merge = sample.git(&["rev-parse", "HEAD"]);

    let repository = Repository::open(sample.path()).await.unwrap();
    let log = repository.log(&LogOptions::default()).await.unwrap();
    let hashes: Vec<&str> = log.iter().map(|commit| commit.hash.as_str()).collect();
    assert_eq!(hashes, [&merge, &third, &second, &first]);
    assert_eq!(log[0].parents, [third.clone(), second.clone()]);
    assert!(log[3].parents.is_empty());
    assert_eq!(log[2].subject, "Second, with \u{fc}ml\u{e4}uts and \"quotes\"");
    assert_eq!(log[2].author_name, "Ann Example");
    assert_eq!(log[2].author_email, "ann@example.com");
    // The sample's author date lies a minute before the commit's.
    assert_eq!(log[2].authored_at, (T + 40) * 1000);
    assert_eq!(log[2].committed_at, (T + 100) * 1000);

    let first_parent = LogOptions { first_parent: true, ..LogOptions::default() };
    assert_eq!(repository.log(&first_parent).await.unwrap().len(), 3);
    let since = LogOptions { since: Some((T + 200) * 1000), ..LogOptions::default() };
    assert_eq!(repository.log(&since).await.unwrap().len(), 2);
    let limited = LogOptions { limit: Some(1), ..LogOptions::default() };
    assert_eq!(repository.log(&limited).await.unwrap()[0].hash, merge);
    let at = LogOptions { start: Start::At("feature".to_owned()), ..LogOptions::default() };
    assert_eq!(repository.log(&at).await.unwrap().len(), 2);
    assert_eq!(
        repository.commits_between(Some(&first), "main").await.unwrap(),
        [merge, third, second]
    );
    let divergence = repository.divergence("feature", "main").await.unwrap();
    assert_eq!(divergence, Divergence { ahead: 0, behind: 2 });
}

#[tokio::test]
async fn finds_what_a_revert_reverts() {
    let sample = Sample::new();
    let bad = sample.commit(T, "Break it");
    sample.commit(T + 10, "Other");
    sample.git_at(T + 20, &["revert", "--no-edit", &bad]);
    let repository = Repository::open(sample.path()).await.unwrap();
    let options = LogOptions { reverts: true, ..LogOptions::default() };
    let log = repository.log(&options).await.unwrap();
    assert_eq!(log[0].subject, "Revert \"Break it\"");
    assert_eq!(log[0].reverts.as_deref(), Some(bad.as_str()));
    assert!(log[1..].iter().all(|commit| commit.reverts.is_none()));
}

#[tokio::test]
async fn reads_tags_of_both_kinds() {
    let sample = Sample::new();
    let first = sample.commit(T, "First");
    sample.git_at(T + 500, &["tag", "-a", "v1.0.0", "-m", "One"]);
    let second = sample.commit(T + 100, "Second");
    sample.git(&["tag", "v1.1.0"]);
    // A tag of a tag leads to the commit, a tag of a tree to none.
    sample.git_at(T + 600, &["tag", "-a", "nested", "-m", "Nested", "v1.0.0"]);
    sample.git_at(T + 700, &["tag", "-a", "tree", "-m", "Tree", "HEAD^{tree}"]);
    let repository = Repository::open(sample.path()).await.unwrap();
    let everything = LogOptions { start: Start::Everything, ..LogOptions::default() };
    assert_eq!(repository.log(&everything).await.unwrap().len(), 2, "a tagged tree is no commit");
    let tags = repository.tags().await.unwrap();
    let reported: Vec<_> = tags
        .iter()
        .map(|t| (t.name.as_str(), t.commit.as_str(), t.created_at, t.annotated))
        .collect();
    assert_eq!(
        reported,
        [
            ("v1.1.0", second.as_str(), (T + 100) * 1000, false),
            ("v1.0.0", first.as_str(), (T + 500) * 1000, true),
            ("nested", first.as_str(), (T + 600) * 1000, true),
        ]
    );
}

#[tokio::test]
async fn reads_branches_and_where_it_stands() {
    let sample = Sample::new();
    sample.commit(T, "First");
    sample.git(&["checkout", "--quiet", "-b", "feature/x"]);
    let head = sample.commit(T + 100, "Second");
    sample.git(&["update-ref", "refs/remotes/origin/elsewhere", "main"]);
    sample.git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let repository = Repository::open(sample.path()).await.unwrap();
    let branches = repository.branches().await.unwrap();
    let mut names: Vec<_> = branches.iter().map(|b| (b.name.as_str(), b.remote_only)).collect();
    assert_eq!(names[0], ("feature/x", false), "the newest comes first");
    names.sort_unstable();
    assert_eq!(names, [("elsewhere", true), ("feature/x", false), ("main", false)]);
    assert_eq!(branches[0].last_commit_at, (T + 100) * 1000);
    // A feature branch is checked out, others still start from main.
    assert_eq!(repository.default_branch().await.unwrap().as_deref(), Some("main"));
    let stands = repository.head().await.unwrap();
    assert_eq!((stands.hash, stands.branch.as_deref()), (head, Some("feature/x")));
    assert!(repository.resolve("elsewhere").await.is_ok(), "known from the remote only");
    sample.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/elsewhere"]);
    assert_eq!(repository.default_branch().await.unwrap().as_deref(), Some("elsewhere"));
}

#[tokio::test]
async fn reads_a_detached_checkout_without_branches() {
    let sample = Sample::new();
    let hash = sample.commit(T, "Only");
    sample.git(&["checkout", "--quiet", "--detach"]);
    sample.git(&["branch", "-D", "main"]);
    let repository = Repository::open(sample.path()).await.unwrap();
    assert_eq!(repository.default_branch().await.unwrap(), None);
    let options = LogOptions { start: Start::Everything, ..LogOptions::default() };
    assert_eq!(repository.log(&options).await.unwrap()[0].hash, hash);
}

#[tokio::test]
async fn says_what_is_wrong_with_a_place() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repository::open(&folder.path().join("none")).await.unwrap_err();
    assert!(matches!(error, GitError::NotThere { .. }), "{error}");
    let error = Repository::open(folder.path()).await.unwrap_err();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error}");

    let sample = Sample::new();
    let repository = Repository::open(sample.path()).await.unwrap();
    for start in [Start::Head, Start::Everything] {
        let options = LogOptions { start, ..LogOptions::default() };
        let error = repository.log(&options).await.unwrap_err();
        assert!(matches!(error, GitError::NoCommits { .. }), "{error}");
    }
    assert!(matches!(repository.head().await, Err(GitError::NoCommits { .. })));
    assert!(repository.tags().await.unwrap().is_empty());
    assert!(repository.branches().await.unwrap().is_empty());

    sample.write("inner/file", "x");
    sample.commit(T, "First");
    let error = Repository::open(&sample.path().join("inner")).await.unwrap_err();
    assert!(error.to_string().contains("inside the repository"), "{error}");
    let error = repository.resolve("nowhere").await.unwrap_err();
    assert!(matches!(error, GitError::NoSuchRevision { .. }), "{error}");
    let error = repository.resolve("--all").await.unwrap_err();
    assert!(matches!(error, GitError::Invalid { .. }), "{error}");
}

#[tokio::test]
async fn shows_the_remote_without_its_password() {
    let sample = Sample::new();
    let repository = Repository::open(sample.path()).await.unwrap();
    assert_eq!(repository.remote_url().await.unwrap(), None);
    sample.git(&["remote", "add", "origin", "https://jane:hunter2@host/a.git"]);
    assert_eq!(repository.remote_url().await.unwrap().as_deref(), Some("https://***@host/a.git"));
}

/// A repository whose own settings name programs: none of them may run when it is read.
#[tokio::test]
async fn starts_no_program_a_repository_names() {
    let sample = Sample::new();
    sample.commit(T, "First");
    let mark = sample.path().join("mark");
    let script = sample.path().join("script.sh");
    std::fs::write(&script, format!("#!/bin/sh\ntouch {}\ncat\n", mark.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let script = script.display().to_string();
    sample.write(".gitattributes", "* filter=evil diff=evil\n");
    sample.commit(T + 1, "Second");
    for setting in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "gpg.program",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "core.alternateRefsCommand",
        "core.editor",
        "pager.log",
    ] {
        sample.git(&["config", setting, &script]);
    }
    sample.git(&["config", "log.showSignature", "true"]);
    let hooks = sample.path().join(".git/hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"] {
        std::fs::copy(&script, hooks.join(hook)).unwrap();
    }
    let repository = Repository::open(sample.path()).await.unwrap();
    repository
        .log(&LogOptions { start: Start::Everything, reverts: true, ..Default::default() })
        .await
        .unwrap();
    repository.tags().await.unwrap();
    repository.branches().await.unwrap();
    repository.list_files("main").await.unwrap();
    repository.read_file("main", "First.txt", 1000).await.unwrap();
    let out = tempfile::tempdir().unwrap();
    repository.checkout("main", out.path(), Default::default()).await.unwrap();
    assert!(!mark.exists(), "a program of the repository was started");
}

/// Mounted folders and checkouts of other accounts are read as well.
#[tokio::test]
async fn reads_a_repository_of_another_user() {
    let sample = Sample::new();
    sample.commit(T, "First");
    for path in [sample.path().to_owned(), sample.path().join(".git")] {
        if std::os::unix::fs::chown(path, Some(12_345), None).is_err() {
            println!("skipped: only root can give a folder away");
            return;
        }
    }
    let repository = Repository::open(sample.path()).await.unwrap();
    assert_eq!(repository.log(&LogOptions::default()).await.unwrap().len(), 1);
}
