//! The four keys worked out by hand.

use crate::sample::{NOW, Sample, at, reason, value};
use insights::dora::{Incident, Incidents, changes_of, report};
use model::dora::{Band, BandEdition, DeploymentRule, DoraSettings, MetricKey, Unit};
use model::time::Timestamp;

/// Two releases of a straight line: a and b in v1 on day -18, c, d and e in v2 on day -3.
fn two_releases() -> Sample {
    Sample::new()
        .commit("a", &[], at(-20, 0))
        .commit("b", &["a"], at(-19, 0))
        .tag("v1", "b", at(-18, 0))
        .commit("c", &["b"], at(-10, 0))
        .commit("d", &["c"], at(-5, 0))
        .commit("e", &["d"], at(-4, 0))
        .tag("v2", "e", at(-3, 0))
        .branch("main", "e")
}

fn settings(deployments: DeploymentRule) -> DoraSettings {
    DoraSettings { deployments, ..DoraSettings::default() }
}

#[test]
fn frequency_of_two_releases() {
    let sample = two_releases();
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW);
    let frequency = value(&report, MetricKey::DeploymentFrequency);
    // The weeks end today: days -6 to 0 (v2), -13 to -7 (nothing), -20 to -14 (v1). The first
    // commit is of day -20, so earlier weeks do not count: the median of 1, 0, 1 is 1.
    assert_eq!(frequency.value, 1.0);
    assert_eq!(frequency.unit, Unit::DaysPerWeek);
    assert_eq!(frequency.display, "1 day a week");
    assert_eq!(frequency.band, Band::High);
    assert_eq!(frequency.sample, 2);
    assert_eq!(frequency.previous, None, "there was nothing to deploy twelve weeks earlier");
    let trend: Vec<_> = frequency.trend.iter().map(|point| point.value).collect();
    assert_eq!(trend[..9], [None; 9]);
    assert_eq!(trend[9..], [Some(1.0), Some(0.0), Some(1.0)]);
    assert_eq!(frequency.trend[11].week, Timestamp(at(-6, 0)));

    assert_eq!(report.per_day.len(), 84);
    let days: Vec<_> = report.per_day.iter().filter(|day| day.count > 0).collect();
    assert_eq!(days.len(), 2);
    assert_eq!((days[0].day, days[0].count), (Timestamp(at(-18, 0)), 1));
    assert_eq!((report.from, report.to), (Timestamp(at(-83, 0)), NOW));
}

#[test]
fn lead_time_of_two_releases() {
    let sample = two_releases();
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW);
    let lead = value(&report, MetricKey::LeadTime);
    // In minutes: a 2,880, b 1,440 until v1; c 10,080, d 2,880, e 1,440 until v2. The middle of
    // 1,440 1,440 2,880 2,880 10,080 is 2,880, two days.
    assert_eq!(lead.value, 2_880.0);
    assert_eq!(lead.display, "2 d");
    assert_eq!(lead.band, Band::High);
    assert_eq!(lead.sample, 5);
    // The week of v1 has 1,440 and 2,880, whose mean is 2,160; that of v2 has 2,880.
    let trend: Vec<_> = lead.trend.iter().map(|point| point.value).collect();
    assert_eq!(trend[9..], [Some(2_160.0), None, Some(2_880.0)]);

    let rows: Vec<_> = report
        .deployments
        .iter()
        .map(|row| {
            (row.title.as_str(), row.commit.as_str(), row.at.0, row.commits, row.lead_minutes)
        })
        .collect();
    assert_eq!(
        rows,
        [("v2", "e", at(-3, 0), 3, Some(2_880)), ("v1", "b", at(-18, 0), 2, Some(2_160)),]
    );
    let changes = changes_of(&sample.0, &DoraSettings::default(), "e", 2, NOW).unwrap();
    let changes: Vec<_> = changes.iter().map(|c| (c.commit.as_str(), c.lead_minutes)).collect();
    assert_eq!(changes, [("e", Some(1_440)), ("d", Some(2_880))]);
    assert_eq!(changes_of(&sample.0, &DoraSettings::default(), "a", 2, NOW), None);
}

#[test]
fn without_incidents_there_is_no_rate() {
    let sample = two_releases();
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW);
    for key in [MetricKey::ChangeFailureRate, MetricKey::RecoveryTime] {
        assert_eq!(reason(&report, key), "No source of incidents is configured.");
    }
    let given = Incidents::Given { source: "pager", list: &[] };
    let report = insights::dora::report(&sample.0, &DoraSettings::default(), &given, NOW);
    for key in [MetricKey::ChangeFailureRate, MetricKey::RecoveryTime] {
        assert_eq!(reason(&report, key), "pager has no incident yet.");
    }
}

#[test]
fn failures_and_recovery_from_incidents() {
    let sample = two_releases();
    let incident = |title: &str, created: i64, resolved: Option<i64>| Incident {
        title: title.to_owned(),
        created_at: Timestamp(created),
        resolved_at: resolved.map(Timestamp),
    };
    let list = [
        // Before any deployment: it has no cause.
        incident("early", at(-30, 0), None),
        // At the very moment v1 was finished: v1 was not finished before it.
        incident("at once", at(-18, 0), Some(at(-18, 1))),
        // After v1: two incidents are still one failed deployment.
        incident("down", at(-17, 0), Some(at(-16, 6))),
        incident("slow", at(-17, 1), None),
    ];
    let given = Incidents::Given { source: "pager", list: &list };
    let report_2023 = report(&sample.0, &DoraSettings::default(), &given, NOW);
    let rate = value(&report_2023, MetricKey::ChangeFailureRate);
    // v1 failed, v2 did not: 1 of 2.
    assert_eq!((rate.value, rate.display.as_str(), rate.band), (50.0, "50 %", Band::Low));
    assert_eq!(rate.sample, 2);
    let trend: Vec<_> = rate.trend.iter().map(|point| point.value).collect();
    assert_eq!(trend[8..], [None, Some(100.0), None, Some(0.0)]);
    let recovery = value(&report_2023, MetricKey::RecoveryTime);
    // From v1 on day -18 at 0 h to the end of "down" on day -16 at 6 h: 54 hours.
    assert_eq!(recovery.value, 54.0 * 60.0);
    assert_eq!((recovery.display.as_str(), recovery.band), ("2 d 6 h", Band::Medium));
    assert_eq!(recovery.sample, 1);
    let failed: Vec<bool> = report_2023.deployments.iter().map(|row| row.failed).collect();
    assert_eq!(failed, [false, true]);
    let rows: Vec<_> = report_2023
        .incidents
        .iter()
        .map(|row| (row.title.as_str(), row.deployment.as_deref(), row.recovery_minutes))
        .collect();
    assert_eq!(
        rows,
        [
            ("slow", Some("b"), None),
            ("down", Some("b"), Some(54 * 60)),
            ("at once", None, None),
            ("early", None, None),
        ]
    );
    assert_eq!(report_2023.provenance.source, "git history of shop; incidents from pager");

    let edition = DoraSettings { bands: BandEdition::Report2021, ..DoraSettings::default() };
    let report_2021 = report(&sample.0, &edition, &given, NOW);
    let recovery = value(&report_2021, MetricKey::RecoveryTime);
    // From beginning to end: "at once" 1 h, "down" 30 h; the mean of both is 15.5 h.
    assert_eq!(recovery.value, 15.5 * 60.0);
    assert_eq!(recovery.band, Band::High);
}

#[test]
fn failures_and_recovery_from_reverts() {
    let sample = two_releases()
        .commit("f", &["e"], at(-2, 0))
        .subject("Revert \"Commit b\"")
        .tag("v3", "f", at(-1, 0))
        // Written and reverted between two releases: nobody saw it.
        .commit("g", &["f"], at(-1, 1))
        .commit("h", &["g"], at(-1, 2))
        .subject("Revert \"Commit g\"")
        .reverts("g")
        // Reverted, not yet released.
        .tag("v4", "h", at(-1, 6))
        .commit("i", &["h"], at(0, 1))
        .subject("Revert \"Some other words\"")
        .reverts("e")
        // The revert of a revert brings a change back.
        .commit("j", &["i"], at(0, 2))
        .subject("Revert \"Revert \"Commit b\"\"");
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::Reverts, NOW);
    // v1 (brought b) and v2 (brought e) failed, v3 and v4 did not.
    let failed: Vec<_> = report.deployments.iter().map(|r| (r.title.as_str(), r.failed)).collect();
    assert_eq!(failed, [("v4", false), ("v3", false), ("v2", true), ("v1", true)]);
    assert_eq!(value(&report, MetricKey::ChangeFailureRate).value, 50.0);
    // From v1 on day -18 to v3 on day -1: 17 days. The revert of e is not deployed yet.
    let recovery = value(&report, MetricKey::RecoveryTime);
    assert_eq!((recovery.value, recovery.sample), (17.0 * 1440.0, 1));
    assert_eq!(recovery.band, Band::Low);
    let formula = &report.metric(MetricKey::ChangeFailureRate).unwrap().formula;
    assert!(formula.contains("There is no record of incidents"), "{formula}");

    let quiet = two_releases();
    let report =
        insights::dora::report(&quiet.0, &DoraSettings::default(), &Incidents::Reverts, NOW);
    assert!(reason(&report, MetricKey::ChangeFailureRate).contains("no revert"));
}

/// A root, a feature of two commits, and its merge into main on day -10.
fn one_merge() -> Sample {
    Sample::new()
        .commit("r", &[], at(-30, 0))
        .commit("f1", &["r"], at(-12, 0))
        .commit("f2", &["f1"], at(-11, 0))
        .commit("m", &["r", "f2"], at(-10, 0))
        .branch("main", "m")
}

#[test]
fn merges_are_deployments_when_there_are_no_tags() {
    let sample = one_merge();
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW);
    assert_eq!(report.deployment_rule, "merges into main, each at its commit's date");
    assert_eq!(report.deployments.len(), 1);
    let row = &report.deployments[0];
    // The merge itself is a commit of the deployment, but no change.
    assert_eq!((row.title.as_str(), row.commits, row.changes), ("Commit m", 4, 3));
    // r 20 days, f1 2 days, f2 1 day: the middle is 2 days.
    assert_eq!(row.lead_minutes, Some(2_880));
    assert_eq!(value(&report, MetricKey::LeadTime).value, 2_880.0);
    // Weeks with the first commit (day -30) and later: one of five has a deployment, so the median
    // is 0; of the two four-week stretches, days -55 to -28 have none and -27 to 0 have one.
    let frequency = value(&report, MetricKey::DeploymentFrequency);
    assert_eq!((frequency.value, frequency.display.as_str()), (0.0, "1 day in 12 weeks"));
    assert_eq!(frequency.band, Band::Low);
}

#[test]
fn every_commit_of_the_trunk_is_a_deployment() {
    // r and m are main's own commits; f1 and f2 came with m.
    let sample = one_merge();
    let rule = settings(DeploymentRule::Commits { branch: None });
    let report = report(&sample.0, &rule, &Incidents::NotConfigured, NOW);
    let rows: Vec<_> = report
        .deployments
        .iter()
        .map(|row| (row.commit.as_str(), row.commits, row.lead_minutes))
        .collect();
    // r is deployed when it is made, which says nothing. m brings f1 (2 days) and f2 (1 day): 1.5 days.
    assert_eq!(rows, [("m", 3, Some(2_160)), ("r", 1, None)]);
    // The middle of 0, 1,440 and 2,880.
    assert_eq!(value(&report, MetricKey::LeadTime).value, 1_440.0);
}

#[test]
fn compares_with_the_twelve_weeks_before() {
    // Two deployments a week in the 12 weeks before (days -167 to -84), one a week since; the first
    // commit is older than both.
    let mut sample = Sample::new().commit("a", &[], at(-200, 0));
    let mut last = "a".to_owned();
    for week in 0..24_i64 {
        for part in 0..if week < 12 { 2_i64 } else { 1 } {
            let hash = format!("c{week}-{part}");
            let day = -167 + week * 7 + part * 3;
            // Written two hours before in the first half, one hour before in the second.
            let hours = if week < 12 { 2 } else { 1 };
            sample =
                sample.commit(&hash, &[&last], at(day, 10 - hours)).tag(&hash, &hash, at(day, 10));
            last = hash;
        }
    }
    let report = report(&sample.0, &DoraSettings::default(), &Incidents::NotConfigured, NOW);
    let frequency = value(&report, MetricKey::DeploymentFrequency);
    assert_eq!((frequency.value, frequency.previous), (1.0, Some(2.0)));
    assert_eq!(frequency.previous_display.as_deref(), Some("2 days a week"));
    assert_eq!(frequency.sample, 12);
    let lead = value(&report, MetricKey::LeadTime);
    assert_eq!((lead.value, lead.previous), (60.0, Some(120.0)));
    assert_eq!(lead.trend.len(), 12);
    assert!(lead.trend.iter().all(|point| point.value == Some(60.0)));
}

/// One failure in 19 deployments is 5.263... %: shown with two decimals, sorted by the exact rate.
/// One in 20 is 5 % and the last of the elite.
#[test]
fn rounds_the_rate_but_not_the_band() {
    for (deployments, expected, band) in [(19, 5.26, Band::High), (20, 5.0, Band::Elite)] {
        let mut sample = Sample::new().commit("c", &[], at(-60, 0));
        for day in 0..deployments {
            let hash = format!("c{day}");
            sample =
                sample.commit(&hash, &["c"], at(-40 + day, 0)).tag(&hash, &hash, at(-40 + day, 1));
        }
        let list = [Incident {
            title: "down".to_owned(),
            created_at: Timestamp(at(-40, 2)),
            resolved_at: None,
        }];
        let given = Incidents::Given { source: "pager", list: &list };
        let report = report(&sample.0, &DoraSettings::default(), &given, NOW);
        let rate = value(&report, MetricKey::ChangeFailureRate);
        assert_eq!((rate.value, rate.band), (expected, band));
        let text = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<model::dora::DoraReport>(&text).unwrap(), report);
    }
}
