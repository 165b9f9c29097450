//! The world clock: what the browser needs to tick without knowing any time zone.

use crate::provenance::Provenance;
use crate::time::{Timestamp, civil};
use serde::{Deserialize, Serialize};

/// One zone of the clock as configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZoneSettings {
    /// The IANA name: `Europe/Berlin`.
    pub zone: String,
    /// The name to show; none takes it from the zone.
    #[serde(default)]
    pub label: Option<String>,
    /// Office hours: `09:00-17:30`; an end before the start lies on the next day.
    #[serde(default)]
    pub work: Option<String>,
    /// Office days: `Mon-Fri` (also the default), `Sun-Thu`, `Mon,Wed,Fri`.
    #[serde(default)]
    pub days: Option<String>,
    /// Degrees north; with `longitude`, day and night follow the sun.
    #[serde(default)]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub longitude: Option<f64>,
}

/// What the world clock shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldClock {
    /// Where the figures come from.
    pub provenance: Provenance,
    /// The zones in the configured order.
    pub rows: Vec<ClockRow>,
}

/// One zone of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockRow {
    /// The name to show.
    pub label: String,
    /// The zone as configured.
    pub zone: String,
    /// The reading, or what is wrong with the configuration.
    pub reading: ClockState,
}

/// The reading of one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClockState {
    /// The zone is known.
    Running {
        /// What it shows.
        reading: ClockReading,
    },
    /// The configuration is wrong.
    Wrong {
        /// What was expected and what was found.
        message: String,
        /// The nearest known zone, when the name is not known.
        suggestion: Option<String>,
    },
}

/// Time, office and daylight of one zone, valid for the days to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockReading {
    /// The zone under its usual name.
    pub zone: String,
    /// Seconds to add to UTC now.
    pub offset_seconds: i32,
    /// `CET`; zones without one of their own show their offset: `+03`.
    pub abbreviation: String,
    /// Whether daylight saving time is in force now.
    pub daylight_saving: bool,
    /// The next change of the offset, if one is known.
    pub next_transition: Option<Transition>,
    /// Whether the office is open, when office hours are configured.
    pub office: Option<Phase>,
    /// Whether it is day.
    pub daylight: Phase,
    /// What decides whether it is day.
    pub daylight_by: DaylightRule,
}

/// A change of a zone's offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transition {
    /// When it happens.
    pub at: Timestamp,
    /// Seconds to add to UTC from then on.
    pub offset_seconds: i32,
    /// The abbreviation from then on.
    pub abbreviation: String,
    /// Whether daylight saving time is in force from then on.
    pub daylight_saving: bool,
}

/// What decides whether it is day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DaylightRule {
    /// The sun at the configured coordinates.
    Sun,
    /// 06:00 to 18:00, because no coordinates are configured.
    Hours,
}

/// Something that is on or off, with the moments at which it changes over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Phase {
    /// Whether it was on when this was computed.
    pub on: bool,
    /// When it changes over next, and after that, in order; empty when it does not change soon.
    pub changes: Vec<Timestamp>,
}

impl Phase {
    /// Whether it is on at a moment, and until when that is known to last.
    pub fn at(&self, now: Timestamp) -> (bool, Option<Timestamp>) {
        let passed = self.changes.partition_point(|change| *change <= now);
        (self.on ^ (passed % 2 == 1), self.changes.get(passed).copied())
    }
}

impl ClockReading {
    /// The offset, abbreviation and daylight saving at a moment not far from now.
    pub fn offset_at(&self, now: Timestamp) -> (i32, &str, bool) {
        match &self.next_transition {
            Some(next) if next.at <= now => {
                (next.offset_seconds, &next.abbreviation, next.daylight_saving)
            }
            _ => (self.offset_seconds, &self.abbreviation, self.daylight_saving),
        }
    }

    /// Year, month, day, hour, minute and second on the zone's clocks.
    pub fn local(&self, now: Timestamp) -> (i64, u32, u32, u32, u32, u32) {
        civil(Timestamp(now.0 + i64::from(self.offset_at(now).0) * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_over_at_its_moments() {
        let phase = Phase { on: true, changes: vec![Timestamp(10), Timestamp(20)] };
        assert_eq!(phase.at(Timestamp(9)), (true, Some(Timestamp(10))));
        assert_eq!(phase.at(Timestamp(10)), (false, Some(Timestamp(20))));
        assert_eq!(phase.at(Timestamp(25)), (true, None));
    }

    #[test]
    fn ticks_across_a_change_of_the_offset() {
        let reading = ClockReading {
            zone: "Europe/Berlin".to_owned(),
            offset_seconds: 7200,
            abbreviation: "CEST".to_owned(),
            daylight_saving: true,
            next_transition: Some(Transition {
                at: Timestamp(1_792_890_000_000), // 2026-10-25T01:00:00Z
                offset_seconds: 3600,
                abbreviation: "CET".to_owned(),
                daylight_saving: false,
            }),
            office: None,
            daylight: Phase { on: false, changes: Vec::new() },
            daylight_by: DaylightRule::Hours,
        };
        assert_eq!(reading.local(Timestamp(1_792_889_999_000)), (2026, 10, 25, 2, 59, 59));
        assert_eq!(reading.local(Timestamp(1_792_890_000_000)), (2026, 10, 25, 2, 0, 0));
        assert_eq!(reading.offset_at(Timestamp(1_792_890_000_000)), (3600, "CET", false));
    }
}
