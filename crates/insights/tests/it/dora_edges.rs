//! The four keys of unusual histories.

use crate::sample::{HOUR, NOW, Sample, at, reason, value};
use insights::dora::{Incidents, report};
use model::dora::{DeploymentRule, DoraReport, DoraSettings, MetricKey};

fn auto(sample: &Sample) -> DoraReport {
    report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW)
}

fn by(sample: &Sample, deployments: DeploymentRule) -> DoraReport {
    let settings = DoraSettings { deployments, ..DoraSettings::default() };
    report(&sample.0, &settings, &Incidents::Reverts, NOW)
}

#[test]
fn no_commits() {
    let mut sample = Sample::new();
    sample.0.default_branch = None;
    for rule in [
        DeploymentRule::Auto,
        DeploymentRule::Tags { pattern: "v*".to_owned() },
        DeploymentRule::Merges { branch: None },
        DeploymentRule::Commits { branch: Some("main".to_owned()) },
    ] {
        let report = by(&sample, rule);
        assert_eq!(reason(&report, MetricKey::DeploymentFrequency), "shop has no commits yet.");
        assert_eq!(reason(&report, MetricKey::LeadTime), "shop has no commits yet.");
        reason(&report, MetricKey::ChangeFailureRate);
        reason(&report, MetricKey::RecoveryTime);
        assert_eq!(report.metrics.len(), 4);
        assert!(report.per_day.iter().all(|day| day.count == 0));
    }
}

#[test]
fn one_commit() {
    let sample = Sample::new().commit("a", &[], at(0, 1)).branch("main", "a");
    let report = auto(&sample);
    assert_eq!(reason(&report, MetricKey::DeploymentFrequency), "shop has no tags and no merges.");
    let report = by(&sample, DeploymentRule::Commits { branch: None });
    // One week counts, it has one day with a deployment.
    assert_eq!(value(&report, MetricKey::DeploymentFrequency).value, 1.0);
    let missing = reason(&report, MetricKey::LeadTime);
    assert_eq!(missing, "Not enough data: author and commit times are equal.");
}

/// What is committed straight to the branch that is deployed says nothing about lead time.
#[test]
fn author_and_commit_times_that_are_equal() {
    let straight = || {
        Sample::new()
            .commit("a", &[], at(-9, 0))
            .commit("b", &["a"], at(-8, 0))
            .commit("c", &["b"], at(-7, 0))
            .branch("main", "c")
    };
    let commits = || DeploymentRule::Commits { branch: None };
    let report = by(&straight(), commits());
    let missing = reason(&report, MetricKey::LeadTime);
    assert_eq!(missing, "Not enough data: author and commit times are equal.");
    assert!(report.deployments.iter().all(|row| row.lead_minutes.is_none()));
    // The other figures do not need the times of writing.
    assert_eq!(value(&report, MetricKey::DeploymentFrequency).sample, 3);

    // One commit that was written earlier makes no median.
    let one = straight().written("d", &["c"], at(-6, 0), at(-5, 0)).branch("next", "d");
    let report = by(&one, DeploymentRule::Commits { branch: Some("next".to_owned()) });
    let missing = reason(&report, MetricKey::LeadTime);
    assert_eq!(missing, "Not enough data: author and commit times are equal for most commits.");
    assert_eq!(report.deployments[0].lead_minutes, Some(1440));

    // A release that comes later is measured, whenever its commits were made.
    let tagged = straight().tag("v1", "c", at(-5, 0));
    let report = by(&tagged, DeploymentRule::Auto);
    assert_eq!(value(&report, MetricKey::LeadTime).value, 3.0 * 1440.0);
}

#[test]
fn tags_on_the_same_commit() {
    let sample = Sample::new()
        .commit("a", &[], at(-9, 0))
        .tag("v1-rc1", "a", at(-8, 0))
        .tag("latest", "a", at(-6, 0))
        .tag("v1", "a", at(-7, 0));
    let report = auto(&sample);
    assert_eq!(report.deployment_count, 1);
    let row = &report.deployments[0];
    assert_eq!(row.title, "v1-rc1, latest, v1");
    // Dated by the last of them: day -6, three days after the commit.
    assert_eq!((row.at.0, row.lead_minutes), (at(-6, 0), Some(3 * 1440)));
    let only = by(&sample, DeploymentRule::Tags { pattern: "v?".to_owned() });
    assert_eq!((only.deployments[0].title.as_str(), only.deployments[0].at.0), ("v1", at(-7, 0)));
    assert_eq!(only.deployment_rule, "tags that match v?, each at the tag's date");
    let none = by(&sample, DeploymentRule::Tags { pattern: "x*".to_owned() });
    assert_eq!(reason(&none, MetricKey::DeploymentFrequency), "shop has no tags that match x*.");
}

#[test]
fn tags_off_the_default_branch() {
    // main: a - b - d; a release branch from b with the fix c, which never came back.
    let sample = Sample::new()
        .commit("a", &[], at(-9, 0))
        .commit("b", &["a"], at(-8, 0))
        .commit("c", &["b"], at(-7, 0))
        .tag("v1.0.1", "c", at(-6, 0))
        .commit("d", &["b"], at(-5, 0))
        .tag("v1.1.0", "d", at(-4, 0))
        .branch("main", "d");
    let report = auto(&sample);
    let rows: Vec<_> = report.deployments.iter().map(|r| (r.title.as_str(), r.commits)).collect();
    // c came with the first tag together with a and b, d alone with the second.
    assert_eq!(rows, [("v1.1.0", 1), ("v1.0.1", 3)]);
}

#[test]
fn tags_on_commits_that_were_not_read() {
    let mut sample = Sample::new().commit("a", &["gone"], at(-3, 0)).tag("v1", "a", at(-2, 0));
    sample = sample.tag("v0", "gone", at(-20, 0));
    sample.0.complete = false;
    let report = auto(&sample);
    assert_eq!(report.deployment_count, 2);
    let old = &report.deployments[1];
    assert_eq!((old.commits, old.changes, old.lead_minutes), (0, 0, None));
    assert_eq!(report.notes.len(), 2, "{:?}", report.notes);
    assert_eq!(value(&report, MetricKey::LeadTime).sample, 1);
}

#[test]
fn dates_in_the_future() {
    let sample = Sample::new()
        .commit("a", &[], at(-3, 0))
        // Written by a clock that runs ahead: after its own deployment.
        .written("b", &["a"], at(5, 0), at(-2, 12))
        .tag("v1", "b", at(-2, 13))
        .commit("c", &["b"], at(9, 0))
        .tag("v2", "c", NOW.0 + 1)
        .tag("v3", "b", at(-30_000, 0));
    let report = auto(&sample);
    // v1 and v3 are on the same commit and count once, dated by the later; v2 has not happened.
    assert_eq!(report.deployment_count, 1);
    let row = &report.deployments[0];
    assert_eq!((row.commits, row.changes, row.lead_minutes), (2, 1, Some(37 * 60)));
    assert_eq!(value(&report, MetricKey::LeadTime).sample, 1);
    assert_eq!(
        report.notes,
        [
            "1 deployment is dated in the future and does not count yet.",
            "1 commit is dated in the future.",
        ]
    );
}

#[test]
fn nothing_but_void_spans() {
    let sample = Sample::new().written("a", &[], at(-1, 0), at(-3, 0)).tag("v1", "a", at(-2, 0));
    let report = auto(&sample);
    assert!(reason(&report, MetricKey::LeadTime).contains("no new change"));
    assert_eq!(value(&report, MetricKey::DeploymentFrequency).sample, 1);
}

#[test]
fn deployments_long_ago() {
    let sample = Sample::new().commit("a", &[], at(-300, 0)).tag("v1", "a", at(-299, 0));
    let report = auto(&sample);
    // A measured zero: there were deployments once, and weeks without any since.
    assert_eq!(value(&report, MetricKey::DeploymentFrequency).value, 0.0);
    assert_eq!(value(&report, MetricKey::DeploymentFrequency).sample, 0);
    assert!(reason(&report, MetricKey::LeadTime).contains("no deployment in the last 12 weeks"));
}

#[test]
fn a_branch_that_does_not_exist() {
    let sample = Sample::new().commit("a", &[], at(-3, 0)).branch("main", "a");
    let report = by(&sample, DeploymentRule::Merges { branch: Some("production".to_owned()) });
    assert_eq!(reason(&report, MetricKey::DeploymentFrequency), "shop has no branch production.");
}

#[test]
fn hostile_dates_and_circles() {
    let far = 253_402_300_799_000;
    let sample = Sample::new()
        .commit("a", &["b"], -far)
        .commit("b", &["a", "b"], far)
        .commit("b", &["a"], 0)
        .branch("main", "b")
        .tag("t", "b", -62_135_596_800_000)
        .tag("u", "a", far);
    for rule in [DeploymentRule::Auto, DeploymentRule::Commits { branch: None }] {
        let report = by(&sample, rule);
        assert_eq!(report.per_day.len(), 84);
    }
}

/// Every deployment of one day counts, but the day counts once.
#[test]
fn several_deployments_a_day_on_every_day() {
    let mut sample = Sample::new().commit("c", &[], at(-100, 0));
    for day in -83..=0 {
        for hour in [1, 2] {
            let hash = format!("c{day}h{hour}");
            sample =
                sample.commit(&hash, &["c"], at(day, hour) - HOUR).tag(&hash, &hash, at(day, hour));
        }
    }
    let report = auto(&sample);
    let frequency = value(&report, MetricKey::DeploymentFrequency);
    assert_eq!((frequency.value, frequency.display.as_str()), (7.0, "every day"));
    assert_eq!(frequency.band, model::dora::Band::Elite);
    assert_eq!(frequency.sample, 168);
    assert_eq!(report.deployments.len(), DoraReport::ROWS);
}
