//! Copies of outside repositories.

use crate::sample::{Sample, git};
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::read::{LogOptions, Start};
use clients::git::{GitError, Remote, Repository};
use clients::http::{Guard, Rules};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

const T: i64 = 1_700_000_000;

fn file(path: &Path) -> Remote {
    Remote::parse(path.to_str().unwrap(), true).unwrap()
}

async fn subjects(repository: &Repository) -> Vec<String> {
    let options = LogOptions { start: Start::Everything, ..LogOptions::default() };
    repository.log(&options).await.unwrap().into_iter().map(|commit| commit.subject).collect()
}

#[tokio::test]
async fn copies_and_brings_up_to_date() {
    let sample = Sample::new();
    sample.commit(T, "First");
    sample.git(&["tag", "v1"]);
    sample.git(&["branch", "old"]);
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let remote = file(sample.path());
    let repository = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap();
    assert_eq!(subjects(&repository).await, ["First"]);
    assert_eq!(repository.default_branch().await.unwrap().as_deref(), Some("main"));
    assert!(!copy.join("hooks").exists());

    sample.commit(T + 1, "Second");
    sample.git(&["branch", "-D", "old"]);
    sample.git(&["tag", "-d", "v1"]);
    let repository = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap();
    assert_eq!(subjects(&repository).await, ["Second", "First"]);
    assert_eq!(repository.branches().await.unwrap().len(), 1, "a branch that is gone stays gone");
    assert!(repository.tags().await.unwrap().is_empty());

    // Rewritten history replaces the old one.
    sample.git_at(T + 2, &["commit", "--quiet", "--amend", "-m", "Other"]);
    let repository = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap();
    assert_eq!(subjects(&repository).await, ["Other", "First"]);
}

#[tokio::test]
async fn copies_a_part() {
    let sample = Sample::new();
    for step in 0..5 {
        sample.commit(T + step, &format!("Step {step}"));
    }
    sample.git(&["branch", "other"]);
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let options =
        CopyOptions { depth: Some(2), branch: Some("main".to_owned()), ..CopyOptions::default() };
    // A depth needs the transport; a plain path would be linked.
    let remote = file(sample.path());
    let repository = clone_or_fetch(&remote, &copy, &options).await.unwrap();
    assert!(repository.is_shallow());
    assert_eq!(subjects(&repository).await, ["Step 4", "Step 3"]);
    assert_eq!(repository.branches().await.unwrap().len(), 1);
    let repository = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap();
    assert!(!repository.is_shallow());
    assert_eq!(subjects(&repository).await.len(), 5);

    let missing = CopyOptions { branch: Some("nowhere".to_owned()), ..CopyOptions::default() };
    let error = clone_or_fetch(&remote, &copy, &missing).await.unwrap_err();
    assert!(matches!(error, GitError::NoSuchRevision { .. }), "{error}");
}

#[tokio::test]
async fn copies_history_without_files() {
    let sample = Sample::new();
    sample.commit(T, "First");
    sample.git(&["config", "uploadpack.allowFilter", "true"]);
    let place = tempfile::tempdir().unwrap();
    let options = CopyOptions { without_files: true, ..CopyOptions::default() };
    let repository =
        clone_or_fetch(&file(sample.path()), &place.path().join("copy"), &options).await.unwrap();
    assert_eq!(subjects(&repository).await, ["First"]);
    let error = repository.read_file("main", "First.txt", 100).await.unwrap_err();
    assert!(matches!(error, GitError::NotCopied { .. }), "{error}");
    let out = place.path().join("out");
    let error = repository.checkout("main", &out, Default::default()).await.unwrap_err();
    assert!(matches!(error, GitError::NotCopied { .. }), "{error}");
}

#[tokio::test]
async fn copies_an_empty_repository() {
    let sample = Sample::new();
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let repository =
        clone_or_fetch(&file(sample.path()), &copy, &CopyOptions::default()).await.unwrap();
    let error = repository.log(&LogOptions::default()).await.unwrap_err();
    assert!(matches!(error, GitError::NoCommits { .. }), "{error}");
}

#[tokio::test]
async fn stops_at_the_size_limit() {
    let sample = Sample::new();
    // Noise does not compress.
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    })
    .take(200_000)
    .collect();
    std::fs::write(sample.path().join("noise"), noise).unwrap();
    sample.commit(T, "First");
    let place = tempfile::tempdir().unwrap();
    let options = CopyOptions { max_bytes: 100_000, ..CopyOptions::default() };
    let error = clone_or_fetch(&file(sample.path()), &place.path().join("copy"), &options)
        .await
        .unwrap_err();
    assert!(matches!(error, GitError::TooLarge { .. }), "{error}");
}

#[tokio::test]
async fn says_what_is_wrong_with_a_remote() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let options = CopyOptions::default();
    let missing = file(&place.path().join("missing.git"));
    let error = clone_or_fetch(&missing, &copy, &options).await.unwrap_err();
    assert!(matches!(error, GitError::NotThere { .. }), "{error}");
    assert!(!copy.exists(), "nothing is left behind");

    // Nobody listens on a port that was just given back.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://jane:hunter2@127.0.0.1:{port}/a.git");
    let remote = Remote::parse(&address, false).unwrap();
    let error = clone_or_fetch(&remote, &copy, &options).await.unwrap_err();
    assert!(matches!(error, GitError::Network { .. }), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");

    let used = place.path().join("used");
    std::fs::create_dir(&used).unwrap();
    std::fs::write(used.join("file"), "x").unwrap();
    let sample = Sample::new();
    let error = clone_or_fetch(&file(sample.path()), &used, &options).await.unwrap_err();
    assert!(matches!(error, GitError::Invalid { .. }), "{error}");
}

#[tokio::test]
async fn gives_up_on_a_remote_that_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let remote = Remote::parse(&format!("http://127.0.0.1:{port}/a.git"), false).unwrap();
    let place = tempfile::tempdir().unwrap();
    let options = CopyOptions { timeout: Duration::from_millis(700), ..CopyOptions::default() };
    let error = clone_or_fetch(&remote, &place.path().join("copy"), &options).await.unwrap_err();
    assert!(matches!(error, GitError::Timeout { .. }), "{error}");
}

/// A server that wants a password gets the one of the address, and its refusal is told as such.
#[tokio::test]
async fn gives_the_password_to_its_host_only() {
    let (port, seen) = crate::http::serve(|_| {
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
            .to_owned()
    });
    let remote =
        Remote::parse(&format!("http://jane:hunter2@127.0.0.1:{port}/a.git"), false).unwrap();
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let error = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap_err();
    assert!(matches!(error, GitError::Denied { .. }), "{error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    let requests = seen.lock().unwrap().join("\n");
    // base64 of jane:hunter2
    assert!(requests.contains("Basic amFuZTpodW50ZXIy"), "{requests}");

    // A redirect to another origin does not take the password along.
    let (other, seen) = crate::http::serve(|_| {
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\
         Connection: close\r\n\r\n"
            .to_owned()
    });
    let (port, _) = crate::http::serve(move |_| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other}/a.git/info/refs?service=git-upload-pack\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
    });
    let remote =
        Remote::parse(&format!("http://jane:hunter2@127.0.0.1:{port}/a.git"), false).unwrap();
    let error = clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap_err();
    assert!(matches!(error, GitError::Denied { .. }), "{error}");
    let requests = seen.lock().unwrap().join("\n");
    assert!(requests.contains("GET /a.git/info/refs"), "{requests}");
    assert!(!requests.contains("Authorization"), "{requests}");
}

#[tokio::test]
async fn follows_the_rules_of_outgoing_requests() {
    let missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let (inner, inner_seen) = crate::http::serve(move |_| missing.to_owned());
    let (port, seen) = crate::http::serve(move |_| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner}/a.git/info/refs?service=git-upload-pack\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
    });
    let remote = Remote::parse(&format!("http://localhost:{port}/a.git"), false).unwrap();
    let error = remote.clone().checked(&Guard::default()).await.unwrap_err();
    assert!(matches!(error, GitError::Invalid { .. }), "{error}");
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");

    let open = Guard::new(Rules { allow_private: true, ..Rules::default() });
    let checked = remote.clone().checked(&open).await.unwrap();
    clone_or_fetch(&checked, &copy, &CopyOptions::default()).await.unwrap_err();
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert!(inner_seen.lock().unwrap().is_empty(), "a checked address follows no redirect");

    // The redirect leads somewhere: without the rules it is followed.
    clone_or_fetch(&remote, &copy, &CopyOptions::default()).await.unwrap_err();
    assert_eq!(inner_seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn is_not_led_astray_by_a_surrounding_repository() {
    let sample = Sample::new();
    sample.commit(T, "Outer");
    let source = Sample::new();
    source.commit(T, "Inner");
    let copy = sample.path().join("data/copy");
    let repository =
        clone_or_fetch(&file(source.path()), &copy, &CopyOptions::default()).await.unwrap();
    assert_eq!(subjects(&repository).await, ["Inner"]);
    assert_eq!(git(sample.path(), T, &["log", "--format=%s"]), "Outer");
}
