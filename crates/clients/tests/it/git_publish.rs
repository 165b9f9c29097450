//! New repositories and first pushes.

use crate::sample::{Sample, git};
use clients::git::publish::{Push, commit_and_push, init_bare, pushed_before};
use clients::git::read::LogOptions;
use clients::git::{GitError, Limits, Remote, Repository};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn push<'a>(folder: &'a Path, remote: &'a Remote) -> Push<'a> {
    Push {
        folder,
        remote,
        branch: "main",
        message: "Start\n\n# kept",
        author_name: "Jane Doe",
        author_email: "jane@example.com",
    }
}

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src")).unwrap();
    std::fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
    std::fs::write(folder.path().join("ignored.log"), "x").unwrap();
    std::fs::write(folder.path().join(".gitignore"), "*.log\n").unwrap();
    folder
}

#[tokio::test]
async fn makes_a_repository_that_can_be_cloned() {
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("team/service.git");
    init_bare(&bare, "main").await.unwrap();
    let remote = Remote::parse(bare.to_str().unwrap(), true).unwrap();
    let work = workspace();
    let hash = commit_and_push(&push(work.path(), &remote), Limits::default()).await.unwrap();
    assert!(!work.path().join(".git").exists(), "the folder is not changed");

    git(place.path(), 60, &["clone", "--quiet", bare.to_str().unwrap(), "clone"]);
    let clone = place.path().join("clone");
    assert_eq!(git(&clone, 60, &["rev-parse", "HEAD"]), hash);
    assert_eq!(git(&clone, 60, &["ls-files"]), ".gitignore\nsrc/main.rs");
    assert_eq!(
        git(&clone, 60, &["log", "--format=%an <%ae> %cn%n%B"]),
        "Jane Doe <jane@example.com> Jane Doe\nStart\n\n# kept"
    );
    let repository = Repository::open(&bare).await.unwrap();
    assert_eq!(repository.log(&LogOptions::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn says_why_it_was_not_published() {
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("service.git");
    init_bare(&bare, "main").await.unwrap();
    let remote = Remote::parse(bare.to_str().unwrap(), true).unwrap();

    let empty = tempfile::tempdir().unwrap();
    let error = commit_and_push(&push(empty.path(), &remote), Limits::default()).await.unwrap_err();
    assert!(matches!(error, GitError::NothingToCommit { .. }), "{error}");

    let work = workspace();
    for broken in [
        Push { branch: "-x", ..push(work.path(), &remote) },
        Push { message: " ", ..push(work.path(), &remote) },
        Push { author_name: "<>", ..push(work.path(), &remote) },
        Push { author_email: "a\nb", ..push(work.path(), &remote) },
    ] {
        let error = commit_and_push(&broken, Limits::default()).await.unwrap_err();
        assert!(matches!(error, GitError::Invalid { .. }), "{error}");
    }

    commit_and_push(&push(work.path(), &remote), Limits::default()).await.unwrap();
    let error = commit_and_push(&push(work.path(), &remote), Limits::default()).await.unwrap_err();
    assert!(
        matches!(&error, GitError::NotEmpty { found, .. } if found == "the branch main"),
        "{error}"
    );
    let error = init_bare(&bare, "main").await.unwrap_err();
    assert!(matches!(error, GitError::NotEmpty { .. }), "{error}");

    let missing = Remote::parse(place.path().join("none.git").to_str().unwrap(), true).unwrap();
    let error = commit_and_push(&push(work.path(), &missing), Limits::default()).await.unwrap_err();
    assert!(matches!(error, GitError::NotThere { .. }), "{error}");
}

#[tokio::test]
async fn recognises_what_an_earlier_attempt_pushed() {
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("service.git");
    init_bare(&bare, "main").await.unwrap();
    let remote = Remote::parse(bare.to_str().unwrap(), true).unwrap();
    let before = |value: &'static str, branch: &'static str| {
        let remote = remote.clone();
        async move { pushed_before(&remote, branch, ("Made-By", value)).await.unwrap() }
    };
    assert_eq!(before("one", "main").await, None, "it is empty");
    let work = workspace();
    let push = Push { message: "Start\n\nMade-By: one\n", ..push(work.path(), &remote) };
    let hash = commit_and_push(&push, Limits::default()).await.unwrap();
    assert_eq!(before("one", "main").await, Some(hash));
    assert_eq!(before("two", "main").await, None);
    assert_eq!(before("on", "main").await, None);
    assert_eq!(pushed_before(&remote, "other", ("Made-By", "one")).await.ok().flatten(), None);
}

#[tokio::test]
async fn tells_the_words_of_a_refusal() {
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("service.git");
    init_bare(&bare, "main").await.unwrap();
    let hook = bare.join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho 'Names need a team' >&2\nexit 1\n").unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let remote = Remote::parse(bare.to_str().unwrap(), true).unwrap();
    let work = workspace();
    let error = commit_and_push(&push(work.path(), &remote), Limits::default()).await.unwrap_err();
    assert!(matches!(error, GitError::Rejected { .. }), "{error}");
    assert!(error.to_string().contains("Names need a team"), "{error}");
}

#[tokio::test]
async fn publishes_no_nested_repository_and_uses_no_foreign_settings() {
    let place = tempfile::tempdir().unwrap();
    let bare = place.path().join("service.git");
    init_bare(&bare, "main").await.unwrap();
    let remote = Remote::parse(bare.to_str().unwrap(), true).unwrap();

    // A checkout as workspace: its history, hooks and settings are not used.
    let sample = Sample::new();
    sample.commit(1_700_000_000, "Earlier");
    let mark = place.path().join("mark");
    let hook = sample.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    sample.git(&["config", "filter.x.clean", &format!("touch {}; cat", mark.display())]);
    sample.write(".gitattributes", "* filter=x\n");
    commit_and_push(&push(sample.path(), &remote), Limits::default()).await.unwrap();
    assert!(!mark.exists());
    assert_eq!(git(&bare, 60, &["rev-list", "--count", "main"]), "1");

    let other = place.path().join("other.git");
    init_bare(&other, "main").await.unwrap();
    let remote = Remote::parse(other.to_str().unwrap(), true).unwrap();
    git(sample.path(), 60, &["init", "--quiet", "vendor/dep"]);
    let error =
        commit_and_push(&push(sample.path(), &remote), Limits::default()).await.unwrap_err();
    assert!(error.to_string().contains("vendor/dep"), "{error}");
}
