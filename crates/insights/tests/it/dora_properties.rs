//! What holds for the four keys of any history, and how long they take.

use crate::sample::{HOUR, NOW, Sample, at};
use clients::git::read::{Commit, Tag};
use insights::dora::{Incidents, report};
use insights::repository::{Beside, activity};
use model::dora::{DeploymentRule, DoraSettings};
use model::repository::Measured;
use std::collections::BTreeSet;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// A history of some size with merges, reverts, tags and a wrong clock here and there.
fn random(seed: u64, commits: usize, tags: usize) -> Sample {
    let mut random = Random(seed);
    let mut sample = Sample::new();
    let list = &mut sample.0.commits;
    for number in 0..commits {
        // In a fixed order, so that a seed always gives the same history.
        let mut parents = BTreeSet::new();
        if number > 0 {
            parents.insert(number - 1 - random.below(number.min(5)));
            if random.below(4) == 0 {
                parents.insert(random.below(number));
            }
        }
        let made = at(-200, 0) + (number as i64) * 200 * 24 * HOUR / commits as i64;
        let made = made + random.below(100) as i64 * HOUR - 50 * HOUR;
        list.push(Commit {
            hash: format!("{number:040x}"),
            parents: parents.into_iter().map(|parent| format!("{parent:040x}")).collect(),
            author_name: format!("Person {}", random.below(30)),
            author_email: format!("p{}@example.com", random.below(30)),
            authored_at: made - random.below(100) as i64 * HOUR + 5 * HOUR,
            committed_at: made,
            subject: match random.below(20) {
                0 => format!("Revert \"Change {}\"", random.below(number + 1)),
                _ => format!("Change {number}"),
            },
            reverts: None,
        });
    }
    list.reverse();
    for number in 0..tags {
        let commit = &sample.0.commits[random.below(commits)];
        sample.0.tags.push(Tag {
            name: format!("v{number}"),
            commit: commit.hash.clone(),
            created_at: commit.committed_at + random.below(50) as i64 * HOUR,
            annotated: true,
        });
    }
    let head = sample.0.commits[0].hash.clone();
    sample.branch("main", &head)
}

#[test]
fn holds_for_any_history() {
    for seed in 1..120 {
        let sample = random(seed, 1 + (seed as usize % 40) * 7, seed as usize % 9);
        for deployments in [
            DeploymentRule::Auto,
            DeploymentRule::Merges { branch: None },
            DeploymentRule::Commits { branch: None },
        ] {
            let settings = DoraSettings { deployments, ..DoraSettings::default() };
            let first = report(&sample.0, &settings, &Incidents::Reverts, NOW);
            // Every deployment of the period is counted on a day of it.
            let counted: u32 = first.per_day.iter().map(|day| day.count).sum();
            assert_eq!(counted, first.deployment_count, "{seed}");
            // No commit is brought twice, so together they are at most all.
            let brought: u32 = first.deployments.iter().map(|row| row.commits).sum();
            assert!(brought as usize <= sample.0.commits.len(), "{seed}");
            assert!(first.deployments.iter().all(|row| row.changes <= row.commits));
            assert!(first.deployments.is_sorted_by_key(|row| std::cmp::Reverse(row.at)));
            let lead: u32 = first.deployments.iter().map(|row| row.changes).sum();
            for metric in &first.metrics {
                let Measured::Known { value } = &metric.state else { continue };
                assert_eq!(value.trend.len(), 12);
                assert!(value.value.is_finite() && value.value >= 0.0);
                if metric.key == model::dora::MetricKey::LeadTime
                    && first.deployment_count as usize == first.deployments.len()
                {
                    assert_eq!(value.sample, lead, "{seed}");
                }
                if metric.key == model::dora::MetricKey::ChangeFailureRate {
                    let failed = first.deployments.iter().filter(|row| row.failed).count();
                    if first.deployment_count as usize == first.deployments.len() {
                        let rate = failed as f64 * 100.0 / f64::from(first.deployment_count);
                        assert!((value.value - rate).abs() <= 0.005 + 1e-9, "{seed}");
                    }
                }
            }
            // The order in which tags are listed decides nothing but the order of names.
            let mut turned = sample.0.clone();
            turned.tags.reverse();
            let second = report(&turned, &settings, &Incidents::Reverts, NOW);
            assert_eq!(first.metrics, second.metrics, "{seed}");
            // A report survives the way to the browser.
            let text = serde_json::to_string(&first).unwrap();
            assert_eq!(serde_json::from_str::<model::dora::DoraReport>(&text).unwrap(), first);
        }
    }
}

/// 50,000 commits take less than 100 ms of an optimised build. A test cannot know how fast or busy
/// its machine is, so it compares the processor time of two sizes: eight times the commits take some
/// ten times as long, and work that grows with the square would take 64 times.
#[test]
fn time_grows_with_the_size() {
    let Some(_) = processor_time() else {
        println!("skipped: the processor time of a thread cannot be read here");
        return;
    };
    let time = |commits: usize| {
        let sample = random(3, commits, commits / 100);
        // The system counts in steps of some milliseconds, so several runs are counted together.
        let begun = processor_time().unwrap();
        for _ in 0..5 {
            let keys = report(&sample.0, &DoraSettings::default(), &Incidents::Reverts, NOW);
            let life = activity(&sample.0, Beside::default(), NOW);
            assert!(keys.deployment_count > 0 && life.tag_count as usize == commits / 100);
        }
        (processor_time().unwrap() - begun) as f64 / 5e6
    };
    let (small, large) = (time(4_000), time(32_000));
    println!("4,000 commits: {small:.1} ms; 32,000 commits: {large:.1} ms");
    assert!(large < small * 30.0, "{small} ms, {large} ms");
}

/// Nanoseconds that this thread has run.
fn processor_time() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}
