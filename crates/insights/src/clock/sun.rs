//! Day and night by the sun's height, after the low-precision formulas of the astronomical almanac
//! (a hundredth of a degree; rise and set within about a minute outside of the polar regions).

use model::clock::Phase;
use model::time::Timestamp;

/// The sun rises and sets when its centre stands this many degrees above the horizon: half its
/// width, and what the air bends its light.
const HORIZON: f64 = -0.833;

const MINUTE: i64 = 60_000;

/// Whether it is day, and the rises and sets of the next three days. In polar day and night there
/// are none.
pub(super) fn daylight(latitude: f64, longitude: f64, now: Timestamp) -> Phase {
    let day = |at: i64| height(latitude, longitude, at) > HORIZON;
    let on = day(now.0);
    let mut changes = Vec::new();
    let (mut before, mut was) = (now.0, on);
    for step in 1..=3 * 24 * 6 {
        let after = now.0.saturating_add(step * 10 * MINUTE);
        let is = day(after);
        if is != was {
            changes.push(Timestamp(change_between(before, after, was, day)));
        }
        (before, was) = (after, is);
    }
    Phase { on, changes }
}

/// The first second at which it is no longer as it was.
fn change_between(mut from: i64, mut until: i64, was: bool, day: impl Fn(i64) -> bool) -> i64 {
    while until - from > 1000 {
        let middle = from + (until - from) / 2;
        if day(middle) == was { from = middle } else { until = middle }
    }
    until
}

/// The height of the sun in degrees.
fn height(latitude: f64, longitude: f64, at: i64) -> f64 {
    // Days since noon of 1 January 2000.
    let days = at as f64 / 86_400_000.0 - 10_957.5;
    let anomaly = (357.528 + 0.985_600_3 * days).to_radians();
    let mean = 280.46 + 0.985_647_4 * days;
    let ecliptic = (mean + 1.915 * anomaly.sin() + 0.02 * (2.0 * anomaly).sin()).to_radians();
    let tilt = (23.439 - 0.000_000_4 * days).to_radians();
    let declination = (tilt.sin() * ecliptic.sin()).asin();
    let ascension = (tilt.cos() * ecliptic.sin()).atan2(ecliptic.cos()).to_degrees();
    let sidereal = 280.460_618_37 + 360.985_647_366_29 * days;
    let hour = (sidereal + longitude - ascension).rem_euclid(360.0).to_radians();
    let latitude = latitude.to_radians();
    let sine = latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * hour.cos();
    sine.clamp(-1.0, 1.0).asin().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In UTC. Berlin (04:43 and 21:33 in summer time) and London (08:04, 15:53) as printed in their
    /// calendars; on the equator at the equinox noon is 7.5 minutes late (the equation of time), the
    /// day lasts 12 h and the sun's width and the air add 3.4 minutes at either end.
    #[test]
    fn rises_and_sets_as_published() {
        // Milliseconds of 2026-06-21, 2026-12-21 and 2026-03-20 at 00:00.
        let (june, december, march) = (1_782_000_000_000, 1_797_811_200_000, 1_773_964_800_000);
        for (place, latitude, longitude, midnight, rise, set) in [
            ("Berlin", 52.52, 13.405, june, (2, 43), (19, 33)),
            ("London", 51.507, -0.128, december, (8, 4), (15, 53)),
            ("Greenwich equator", 0.0, 0.0, march, (6, 4), (18, 11)),
        ] {
            // Start in the dark, whatever the place.
            let phase = daylight(latitude, longitude, Timestamp(midnight));
            assert!(!phase.on, "{place}");
            for (found, (hour, minute)) in phase.changes.iter().zip([rise, set]) {
                let expected = midnight + (hour * 60 + minute) * MINUTE;
                let off = (found.0 - expected).abs();
                assert!(off <= 3 * MINUTE, "{place} {hour}:{minute}: {} s off", off / 1000);
            }
            assert_eq!(phase.changes.len(), 6, "{place}: three rises and three sets");
        }
    }

    #[test]
    fn knows_polar_day_and_night() {
        let (june, december) = (1_782_000_000_000, 1_797_811_200_000);
        let tromso = |at| daylight(69.65, 18.96, Timestamp(at));
        assert_eq!(tromso(june), Phase { on: true, changes: Vec::new() });
        assert_eq!(tromso(december), Phase { on: false, changes: Vec::new() });
    }
}
