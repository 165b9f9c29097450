//! Days and weeks in UTC, counted back from now.

use model::repository::DayCount;
use model::time::Timestamp;

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// The weeks of a period.
pub const WEEKS: usize = 12;

/// Twelve weeks of seven days; the last day of the present period is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The moment the first day begins.
    pub from: Timestamp,
    /// The moment after the last one.
    pub until: Timestamp,
}

impl Period {
    /// The period whose last day is the one of `now`. Nothing after `now` belongs to it.
    pub fn ending(now: Timestamp) -> Self {
        let today = now.0.div_euclid(DAY) * DAY;
        Period {
            from: Timestamp(today - (WEEKS as i64 * 7 - 1) * DAY),
            until: Timestamp(now.0.saturating_add(1)),
        }
    }

    /// The twelve weeks before.
    pub fn before(self) -> Self {
        Period { from: Timestamp(self.from.0 - WEEKS as i64 * 7 * DAY), until: self.from }
    }

    /// Whether a moment belongs to it.
    pub fn contains(self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// Which of its days a moment of it lies on, counted from 0.
    pub fn day_of(self, at: Timestamp) -> usize {
        usize::try_from((at.0 - self.from.0).div_euclid(DAY)).unwrap_or(0)
    }

    /// The moment one of its weeks begins.
    pub fn week_start(self, week: usize) -> Timestamp {
        Timestamp(self.from.0 + week as i64 * 7 * DAY)
    }

    /// How much happened on each of its days, quiet days included.
    pub fn count_days(self, moments: impl IntoIterator<Item = Timestamp>) -> Vec<DayCount> {
        let mut days: Vec<DayCount> = (0..WEEKS * 7)
            .map(|day| DayCount { day: Timestamp(self.from.0 + day as i64 * DAY), count: 0 })
            .collect();
        for at in moments.into_iter().filter(|at| self.contains(*at)) {
            if let Some(day) = days.get_mut(self.day_of(at)) {
                day.count += 1;
            }
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_today_and_begins_twelve_weeks_ago() {
        // Day 100 at noon: the period's days are 17 to 100, the one before has 84 up to day 16.
        let now = Timestamp(100 * DAY + DAY / 2);
        let period = Period::ending(now);
        assert_eq!(period.from, Timestamp(17 * DAY));
        assert!(period.contains(now) && !period.contains(Timestamp(now.0 + 1)));
        assert_eq!(period.day_of(now), 83);
        let before = period.before();
        assert_eq!((before.from, before.until), (Timestamp(-67 * DAY), Timestamp(17 * DAY)));
        assert_eq!(period.week_start(11), Timestamp(94 * DAY));
    }

    #[test]
    fn counts_quiet_days_too() {
        let period = Period::ending(Timestamp(100 * DAY));
        let days = period.count_days([17, 17, 99, 16, 101].map(|day| Timestamp(day * DAY)));
        assert_eq!(days.len(), 84);
        assert_eq!((days[0].count, days[82].count), (2, 1));
        assert_eq!(days.iter().map(|day| day.count).sum::<u32>(), 3);
    }
}
