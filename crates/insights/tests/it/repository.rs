//! Repository activity worked out by hand.

use crate::sample::{HOUR, NOW, Sample, at};
use clients::git::read::Divergence;
use insights::repository::{Beside, activity};
use model::repository::{Measured, PullRequestSummary, RepositoryActivity};
use model::time::Timestamp;

#[test]
fn counts_commits_people_branches_and_tags() {
    let mut sample = Sample::new()
        .commit("a", &[], at(-100, 0))
        .commit("b", &["a"], at(-84, 23))
        .by("Old", "old@example.com")
        .commit("c", &["b"], at(-83, 0))
        .by("Ann", "ANN@example.com")
        .commit("d", &["c"], at(-1, 3))
        .by("Ann E.", "ann@example.com")
        .commit("e", &["d"], at(0, 11))
        .by("Bob", "bob@example.com")
        .commit("f", &["e"], NOW.0 + HOUR)
        .tag("v1", "b", at(-80, 0))
        .tag("v2", "d", at(-1, 4))
        .branch("main", "e")
        .branch("feature", "f");
    sample.0.divergences.insert("feature".to_owned(), Divergence { ahead: 1, behind: 0 });
    sample.0.divergences.insert("main".to_owned(), Divergence { ahead: 0, behind: 0 });
    let activity = activity(&sample.0, Beside::default(), NOW);
    let commits = activity.commits.known().unwrap();
    assert_eq!(commits.per_day.len(), 84);
    // The first day of the period is -83: c, but not b an hour earlier.
    assert_eq!((commits.per_day[0].day, commits.per_day[0].count), (Timestamp(at(-83, 0)), 1));
    assert_eq!((commits.per_day[82].count, commits.per_day[83].count), (1, 1));
    assert_eq!(commits.total, 3);
    assert_eq!(commits.previous, Some(2), "a and b");
    assert_eq!(commits.authors, 2, "one address in two spellings, and Bob");
    assert_eq!(commits.dated_in_future, 1);
    let recent: Vec<&str> = commits.recent.iter().map(|commit| commit.hash.as_str()).collect();
    assert_eq!(recent, ["e", "d", "c", "b", "a"]);
    let branches: Vec<_> =
        activity.branches.iter().map(|b| (b.name.as_str(), b.is_default, b.ahead)).collect();
    assert_eq!(branches, [("main", true, None), ("feature", false, Some(1))]);
    let tags: Vec<&str> = activity.tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(tags, ["v2", "v1"]);
    assert!(
        matches!(&activity.pull_requests, Measured::NoData { reason, .. } if reason.contains("no pull requests"))
    );
    assert!(matches!(&activity.releases, Measured::NoData { .. }));
    let text = serde_json::to_string(&activity).unwrap();
    assert!(!text.contains("@example.com"), "addresses of people stay here");
    assert_eq!(serde_json::from_str::<RepositoryActivity>(&text).unwrap(), activity);
}

#[test]
fn says_when_there_is_nothing() {
    let activity = activity(&Sample::new().0, Beside::default(), NOW);
    assert!(
        matches!(&activity.commits, Measured::NoData { reason, .. } if reason == "shop has no commits yet.")
    );
}

#[test]
fn knows_what_it_has_not_read() {
    let mut sample = Sample::new().commit("b", &["a"], at(-100, 0)).commit("c", &["b"], at(-1, 0));
    sample.0.complete = false;
    let commits = |sample: &Sample| match activity(&sample.0, Beside::default(), NOW).commits {
        Measured::Known { value } => value,
        Measured::NoData { reason, .. } => panic!("{reason}"),
    };
    assert_eq!(commits(&sample).previous, None, "the history may begin within the weeks before");
    sample.0.commits[1].committed_at = at(-400, 0);
    assert_eq!(commits(&sample).previous, Some(0));
}

#[test]
fn takes_over_what_the_source_knows_beside() {
    let beside = Beside {
        releases: Some(Vec::new()),
        pull_requests: Some(PullRequestSummary { open: 2, merged: 3 }),
    };
    let activity = activity(&Sample::new().0, beside, NOW);
    assert_eq!(activity.pull_requests.known().unwrap().open, 2);
    assert!(activity.releases.known().is_some_and(Vec::is_empty));
}
