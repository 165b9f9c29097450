//! How long a run may take.

use model::time::Timestamp;
use std::time::{Duration, Instant};

/// When a run has taken too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// Of a run that began at this moment; an interruption counts. None, when there is no limit.
    pub(crate) fn of(
        limit: Duration,
        began: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Deadline> {
        let passed = began.map_or(0, |began| now.0.saturating_sub(began.0).max(0));
        let left = limit.saturating_sub(Duration::from_millis(passed.unsigned_abs()));
        // A limit beyond what a clock can hold is none.
        let at = Instant::now().checked_add(left)?;
        (!limit.is_zero()).then_some(Deadline { at, limit })
    }

    /// Whether it is over.
    pub(crate) fn has_passed(&self) -> bool {
        Instant::now() >= self.at
    }

    /// The limit, for people.
    pub(crate) fn in_words(&self) -> String {
        let number = |value: f64, unit: &str| {
            let plural = if value == 1.0 { "" } else { "s" };
            format!("{value} {unit}{plural}")
        };
        match self.limit.as_secs() {
            whole if whole >= 3_600 && whole % 3_600 == 0 => number((whole / 3_600) as f64, "hour"),
            whole if whole >= 60 && whole % 60 == 0 => number((whole / 60) as f64, "minute"),
            _ => number(self.limit.as_secs_f64(), "second"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interruption_counts() {
        let limit = Duration::from_secs(60);
        let now = Timestamp(100_000);
        let of = |began| Deadline::of(limit, began, now);
        assert!(!of(None).unwrap().has_passed());
        assert!(!of(Some(Timestamp(90_000))).unwrap().has_passed());
        assert!(of(Some(Timestamp(30_000))).unwrap().has_passed());
        // A clock that went back does not lengthen it beyond the limit.
        assert!(!of(Some(Timestamp(900_000))).unwrap().has_passed());
        assert!(Deadline::of(Duration::ZERO, None, now).is_none());
    }

    #[test]
    fn is_said_in_words() {
        for (seconds, words) in [(86_400, "24 hours"), (60, "1 minute"), (90, "90 seconds")] {
            let limit = Duration::from_secs(seconds);
            assert_eq!(Deadline { at: Instant::now(), limit }.in_words(), words);
        }
    }
}
