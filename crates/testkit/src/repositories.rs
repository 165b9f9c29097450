//! Files and git repositories in folders of a test.

use std::path::Path;
use std::process::Command;

/// Writes a file, with the folders above it.
pub fn write(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes folders");
    std::fs::write(path, text).expect("writes");
}

/// Runs git in a folder; gives what it prints.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

/// A repository with these files in one commit on `main`.
pub fn repository(folder: &Path, files: &[(&str, &str)]) {
    std::fs::create_dir_all(folder).expect("makes the folder");
    git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder, files);
}

/// Another commit.
pub fn commit(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        write(&folder.join(name), text);
    }
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "change"]);
}
