//! The four keys of software delivery, with everything needed to doubt them: formula, sample, rows.

use crate::provenance::Provenance;
use crate::repository::{DayCount, Measured};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How the four keys of a repository are computed; part of a dashboard's configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct DoraSettings {
    /// What counts as a deployment.
    pub deployments: DeploymentRule,
    /// Where incidents are taken from.
    pub incidents: IncidentRule,
    /// Which report's bands are used.
    pub bands: BandEdition,
}

/// What counts as a deployment to production.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub enum DeploymentRule {
    /// Tags when there are any, else merges into the default branch.
    #[default]
    Auto,
    /// Every tag whose name matches.
    Tags {
        /// `*` stands for any text, `?` for one character, `[a-c]` for one of several.
        #[serde(default = "every_tag")]
        pattern: String,
    },
    /// Every merge into a branch.
    Merges {
        /// The branch; none means the default branch.
        #[serde(default)]
        branch: Option<String>,
    },
    /// Every commit on a branch, for trunk-based development with continuous deployment.
    Commits {
        /// The branch; none means the default branch.
        #[serde(default)]
        branch: Option<String>,
    },
}

fn every_tag() -> String {
    "*".to_owned()
}

/// Where incidents are taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub enum IncidentRule {
    /// No source: failures and recovery have no figure.
    #[default]
    None,
    /// A revert of a deployed commit counts as the sign that its deployment failed.
    Reverts,
}

/// The report whose bands are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BandEdition {
    /// The report of 2023.
    #[default]
    #[serde(rename = "2023")]
    Report2023,
    /// The report of 2021.
    #[serde(rename = "2021")]
    Report2021,
}

/// How a team compares with the others of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Band {
    /// The lowest of the four.
    Low,
    /// The second lowest.
    Medium,
    /// The second highest.
    High,
    /// The highest.
    Elite,
}

/// The four keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MetricKey {
    /// How often production is changed.
    DeploymentFrequency,
    /// How long a change takes from being written to being in production.
    LeadTime,
    /// How many deployments cause an incident.
    ChangeFailureRate,
    /// How long a failed deployment takes to be put right.
    RecoveryTime,
}

impl MetricKey {
    /// The title of the figure.
    pub fn title(self) -> &'static str {
        match self {
            MetricKey::DeploymentFrequency => "Deployment frequency",
            MetricKey::LeadTime => "Lead time for changes",
            MetricKey::ChangeFailureRate => "Change failure rate",
            MetricKey::RecoveryTime => "Failed deployment recovery time",
        }
    }

    /// Whether a larger figure is the better one.
    pub fn more_is_better(self) -> bool {
        self == MetricKey::DeploymentFrequency
    }
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Unit {
    /// Days with a deployment per week.
    DaysPerWeek,
    /// Minutes.
    Minutes,
    /// Of a hundred.
    Percent,
}

/// The list a figure was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RowsOf {
    /// [`DoraReport::deployments`].
    Deployments,
    /// [`DoraReport::incidents`].
    Incidents,
}

/// What the DORA widget shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DoraReport {
    /// What it is about: the repository's name.
    pub subject: String,
    /// Where the figures come from.
    pub provenance: Provenance,
    /// The first moment of the period.
    pub from: Timestamp,
    /// The last moment of the period.
    pub to: Timestamp,
    /// Which report's bands are used.
    pub bands: BandEdition,
    /// What counts as a deployment, in words.
    pub deployment_rule: String,
    /// The four keys, always in the same order.
    pub metrics: Vec<Metric>,
    /// Deployments per day in UTC, oldest first, days without one included.
    pub per_day: Vec<DayCount>,
    /// The period's deployments, newest first, at most [`DoraReport::ROWS`].
    pub deployments: Vec<DeploymentRow>,
    /// How many deployments the period has.
    pub deployment_count: u32,
    /// The period's incidents, newest first, at most [`DoraReport::ROWS`].
    pub incidents: Vec<IncidentRow>,
    /// How many incidents the period has.
    pub incident_count: u32,
    /// What was left out and why, in sentences.
    pub notes: Vec<String>,
}

impl DoraReport {
    /// How many rows of each list a report holds.
    pub const ROWS: usize = 100;

    /// One of the four keys.
    pub fn metric(&self, key: MetricKey) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.key == key)
    }
}

/// One of the four keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metric {
    /// Which one.
    pub key: MetricKey,
    /// How it is computed, in words.
    pub formula: String,
    /// The list it is computed from.
    pub rows: RowsOf,
    /// The figure, or why there is none.
    pub state: Measured<MetricValue>,
}

/// The figure of one of the four keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricValue {
    /// The figure in its unit.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    /// The figure for people: `3 days a week`, `2 d 4 h`, `12.5 %`.
    pub display: String,
    /// How it compares.
    pub band: Band,
    /// The figure week by week, oldest first.
    pub trend: Vec<TrendPoint>,
    /// The figure of the twelve weeks before, when there is one.
    pub previous: Option<f64>,
    /// The same for people.
    pub previous_display: Option<String>,
    /// How many rows the figure rests on.
    pub sample: u32,
}

/// One week of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrendPoint {
    /// The moment the week begins; weeks are seven days that end with the present one.
    pub week: Timestamp,
    /// The week's figure; none when there was nothing to compute it from.
    pub value: Option<f64>,
}

/// One deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRow {
    /// The hash of the deployed commit.
    pub commit: String,
    /// The tags, or the subject of the commit.
    pub title: String,
    /// When it was finished.
    pub at: Timestamp,
    /// Commits that no earlier deployment had.
    pub commits: u32,
    /// How many of them count for the lead time: no merges, and no negative spans.
    pub changes: u32,
    /// The median lead time of these changes in minutes.
    pub lead_minutes: Option<u64>,
    /// Whether an incident is linked to it.
    pub failed: bool,
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IncidentRow {
    /// What happened.
    pub title: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was put right.
    pub resolved_at: Option<Timestamp>,
    /// The hash of the deployment that caused it.
    pub deployment: Option<String>,
    /// Minutes from that deployment until it was put right.
    pub recovery_minutes: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_settings_as_people_write_them() {
        let read = |text: &str| serde_json::from_str::<DoraSettings>(text);
        assert_eq!(read("{}").unwrap(), DoraSettings::default());
        let settings = read(
            r#"{"deployments": {"from": "tags", "pattern": "v*"}, "incidents": {"from": "reverts"}, "bands": "2021"}"#,
        )
        .unwrap();
        assert_eq!(settings.deployments, DeploymentRule::Tags { pattern: "v*".to_owned() });
        assert_eq!(settings.incidents, IncidentRule::Reverts);
        assert_eq!(settings.bands, BandEdition::Report2021);
        let merges = read(r#"{"deployments": {"from": "merges"}}"#).unwrap();
        assert_eq!(merges.deployments, DeploymentRule::Merges { branch: None });
        assert!(read(r#"{"deployment": {}}"#).is_err(), "an unknown key is an error");
        assert!(read(r#"{"deployments": {"from": "tags", "patern": "x"}}"#).is_err());
    }

    #[test]
    fn writes_a_missing_figure_in_words() {
        let metric = Metric {
            key: MetricKey::ChangeFailureRate,
            formula: "f".to_owned(),
            rows: RowsOf::Deployments,
            state: Measured::no_data("r", "w"),
        };
        let text = serde_json::to_string(&metric).unwrap();
        assert_eq!(
            text,
            r#"{"key":"changeFailureRate","formula":"f","rows":"deployments","state":{"noData":{"reason":"r","whatToDo":"w"}}}"#
        );
        assert_eq!(serde_json::from_str::<Metric>(&text).unwrap(), metric);
    }
}
