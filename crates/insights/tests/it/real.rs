//! From a real repository to the figures.

use clients::git::Repository;
use insights::dora::{Incidents, report};
use insights::history::{History, ReadLimits};
use insights::repository::{Beside, activity};
use model::dora::{DoraSettings, MetricKey};
use model::time::Timestamp;
use std::path::Path;
use std::process::Command;

const T: i64 = 1_700_000_000;

fn git(folder: &Path, date: i64, args: &[&str]) {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(name);
    }
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "Ann")
            .env(format!("GIT_{role}_EMAIL"), "ann@example.com")
            .env(format!("GIT_{role}_DATE"), format!("@{date} +0000"));
    }
    let output = command
        .current_dir(folder)
        .args(args)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn reads_a_repository_and_computes() {
    let folder = tempfile::tempdir().unwrap();
    let git = |date, args: &[&str]| git(folder.path(), date, args);
    git(T, &["init", "--quiet", "--initial-branch=main"]);
    git(T, &["commit", "--quiet", "--allow-empty", "-m", "First"]);
    git(T, &["checkout", "--quiet", "-b", "feature"]);
    git(T + 3_600, &["commit", "--quiet", "--allow-empty", "-m", "Work"]);
    git(T, &["checkout", "--quiet", "main"]);
    git(T + 7_200, &["merge", "--quiet", "--no-ff", "-m", "Merge feature", "feature"]);
    git(T, &["checkout", "--quiet", "-b", "open"]);
    git(T + 8_000, &["commit", "--quiet", "--allow-empty", "-m", "More"]);

    let repository = Repository::open(folder.path()).await.unwrap();
    let now = Timestamp((T + 10_000) * 1000);
    let read = History::read(&repository, "shop", ReadLimits::default(), now).await.unwrap();
    assert!(read.complete);
    assert_eq!(read.default_branch.as_deref(), Some("main"));
    let keys = report(&read, &DoraSettings::default(), &Incidents::NotConfigured, now);
    assert_eq!(keys.deployment_count, 1);
    // The merge came 7,200 s after the first commit and 3,600 s after the work: 120 and 60 minutes.
    assert_eq!(crate::sample::value(&keys, MetricKey::LeadTime).value, 90.0);
    let life = activity(&read, Beside::default(), now);
    assert_eq!(life.commits.known().unwrap().total, 4);
    let open = life.branches.iter().find(|branch| branch.name == "open").unwrap();
    assert_eq!((open.ahead, open.behind), (Some(1), Some(0)));

    let limits = ReadLimits { commits: 2, branches: 0 };
    let part = History::read(&repository, "shop", limits, now).await.unwrap();
    assert_eq!((part.commits.len(), part.complete), (2, false));
    assert!(part.divergences.is_empty());
}

#[tokio::test]
async fn reads_an_empty_repository() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), T, &["init", "--quiet"]);
    let repository = Repository::open(folder.path()).await.unwrap();
    let now = Timestamp(T * 1000);
    let read = History::read(&repository, "shop", ReadLimits::default(), now).await.unwrap();
    assert!(read.commits.is_empty() && read.tags.is_empty() && read.complete);
}
