//! Reading and writing out files at a revision.

use crate::sample::Sample;
use clients::git::files::{CheckoutLimits, Earlier, FileKind};
use clients::git::{GitError, Repository};
use std::os::unix::fs::PermissionsExt;

async fn sample() -> (Sample, Repository) {
    let sample = Sample::new();
    sample.write("docs/read me.md", "hello\r\n");
    let tool = sample.write("bin/tool", "#!/bin/sh\n");
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", sample.path().join("link")).unwrap();
    std::os::unix::fs::symlink("/tmp", sample.path().join("folder-link")).unwrap();
    sample.commit(1_700_000_000, "First");
    let repository = Repository::open(sample.path()).await.unwrap();
    (sample, repository)
}

#[tokio::test]
async fn lists_and_reads_files() {
    let (_sample, repository) = sample().await;
    let files = repository.list_files("main").await.unwrap();
    let reported: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.kind, f.size)).collect();
    assert_eq!(
        reported,
        [
            ("First.txt", FileKind::Plain, 5),
            ("bin/tool", FileKind::Executable, 10),
            ("docs/read me.md", FileKind::Plain, 7),
            ("folder-link", FileKind::Link, 4),
            ("link", FileKind::Link, 11),
        ]
    );
    assert_eq!(repository.read_file("main", "docs/read me.md", 7).await.unwrap(), b"hello\r\n");
}

#[tokio::test]
async fn says_why_a_file_cannot_be_read() {
    let (_sample, repository) = sample().await;
    for (path, reason) in [
        ("none", "does not exist"),
        ("docs", "folder"),
        ("link", "symbolic link"),
        ("../x", "leads out"),
        ("/etc/passwd", "leads out"),
        (".git/config", "leads out"),
        ("*.txt", "does not exist"),
        (":(glob)**", "does not exist"),
    ] {
        let error = repository.read_file("main", path, 100).await.unwrap_err();
        assert!(matches!(error, GitError::NoSuchFile { .. }), "{path}: {error}");
        assert!(error.to_string().contains(reason), "{path}: {error}");
    }
    let error = repository.read_file("main", "docs/read me.md", 6).await.unwrap_err();
    assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn writes_out_plain_files_only() {
    let (sample, repository) = sample().await;
    let out = sample.path().join("out/new");
    let done = repository.checkout("main", &out, CheckoutLimits::default()).await.unwrap();
    assert_eq!((done.files, done.bytes), (3, 5 + 10 + 7));
    assert_eq!(std::fs::read(out.join("docs/read me.md")).unwrap(), b"hello\r\n");
    let mode = |path: &str| std::fs::metadata(out.join(path)).unwrap().permissions().mode() & 0o111;
    assert_ne!(mode("bin/tool"), 0);
    assert_eq!(mode("First.txt"), 0);
    let skipped: Vec<&str> = done.skipped.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(skipped, ["folder-link", "link"]);
    assert!(std::fs::symlink_metadata(out.join("link")).is_err());
}

#[tokio::test]
async fn keeps_to_the_limits_and_to_empty_folders() {
    let (_sample, repository) = sample().await;
    let out = tempfile::tempdir().unwrap();
    for limits in
        [CheckoutLimits { files: 4, bytes: 1000 }, CheckoutLimits { files: 10, bytes: 21 }]
    {
        let error = repository.checkout("main", out.path(), limits).await.unwrap_err();
        assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
    }
    std::fs::write(out.path().join("x"), "x").unwrap();
    let error =
        repository.checkout("main", out.path(), CheckoutLimits::default()).await.unwrap_err();
    assert!(error.to_string().contains("empty"), "{error}");
    let other = tempfile::tempdir().unwrap();
    let link = other.path().join("link");
    std::os::unix::fs::symlink(out.path(), &link).unwrap();
    let error = repository.checkout("main", &link, CheckoutLimits::default()).await.unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
}

/// A tree that git itself would refuse to make, put together by hand.
#[tokio::test]
async fn leaves_out_paths_that_lead_elsewhere() {
    let sample = Sample::new();
    sample.commit(1_700_000_000, "First");
    let blob = sample.git(&["rev-parse", "HEAD:First.txt"]);
    let raw: Vec<u8> = blob
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let mut tree = Vec::new();
    for name in ["..", ".git", "fine"] {
        tree.extend_from_slice(format!("100644 {name}\0").as_bytes());
        tree.extend_from_slice(&raw);
    }
    let file = sample.path().join("tree.bin");
    std::fs::write(&file, tree).unwrap();
    let tree =
        sample.git(&["hash-object", "-t", "tree", "-w", "--literally", file.to_str().unwrap()]);
    let commit = sample.git(&["commit-tree", &tree, "-m", "Evil"]);
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("in");
    let repository = Repository::open(sample.path()).await.unwrap();
    let done = repository.checkout(&commit, &folder, CheckoutLimits::default()).await.unwrap();
    assert_eq!(done.files, 1);
    assert_eq!(done.skipped.len(), 2);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn takes_over_what_two_commits_have_in_common() {
    let sample = Sample::new();
    sample.write("same/a.txt", "a");
    sample.write("changed.txt", "old");
    sample.write("gone.txt", "gone");
    let first = sample.commit(1_700_000_000, "First");
    let repository = Repository::open(sample.path()).await.unwrap();
    let out = tempfile::tempdir().unwrap();
    let (one, two) = (out.path().join("one"), out.path().join("two"));
    let limits = CheckoutLimits::default();
    repository.checkout(&first, &one, limits).await.unwrap();
    sample.write("changed.txt", "new");
    std::fs::remove_file(sample.path().join("gone.txt")).unwrap();
    let second = sample.commit(1_700_000_001, "Second");

    let changed = repository.changed_files(&first, &second).await.unwrap();
    let mut changed: Vec<&str> = changed.iter().map(String::as_str).collect();
    changed.sort_unstable();
    assert_eq!(changed, ["Second.txt", "changed.txt", "gone.txt"]);

    let earlier = Some(Earlier { commit: &first, folder: &one });
    let done = repository.checkout_after(&second, &two, limits, earlier).await.unwrap();
    assert_eq!((done.files, done.linked), (4, 2));
    assert_eq!(std::fs::read_to_string(two.join("changed.txt")).unwrap(), "new");
    assert_eq!(std::fs::read_to_string(two.join("same/a.txt")).unwrap(), "a");
    assert!(!two.join("gone.txt").exists());
    assert_eq!(std::fs::read_to_string(one.join("changed.txt")).unwrap(), "old");
    // A commit that is not known costs only the short cut.
    let three = out.path().join("three");
    let unknown = "0123456789012345678901234567890123456789";
    let earlier = Some(Earlier { commit: unknown, folder: &one });
    let done = repository.checkout_after(&second, &three, limits, earlier).await.unwrap();
    assert_eq!((done.files, done.linked), (4, 0));
}
