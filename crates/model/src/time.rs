//! Moments: milliseconds since 1970 in UTC, so that both sides agree without a calendar library.

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `self` to `later`; negative when `later` is earlier.
    pub fn until(self, later: Timestamp) -> i64 {
        later.0 - self.0
    }
}

/// Year, month (1–12), day, hour, minute and second of a moment in UTC.
pub fn civil(at: Timestamp) -> (i64, u32, u32, u32, u32, u32) {
    let seconds = at.0.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400) as u32);
    // Days to year, month, day in the proleptic Gregorian calendar (years start in March).
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
    let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
    let year = yoe + era * 400 + i64::from(month <= 2);
    (year, month, day, rest / 3600, rest / 60 % 60, rest % 60)
}

/// `2026-11-21T15:41:07Z`.
pub fn rfc3339(at: Timestamp) -> String {
    let (year, month, day, hour, minute, second) = civil(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The moment of `2026-11-21T15:41` or `2026-11-21T15:41:07` in UTC, with or without `Z`.
pub fn parse_utc(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (date, time) = text.strip_suffix('Z').unwrap_or(text).split_once(['T', ' '])?;
    let numbers = |text: &str, separator: char| -> Option<Vec<i64>> {
        text.split(separator).map(|part| part.parse().ok()).collect()
    };
    let (date, time) = (numbers(date, '-')?, numbers(time, ':')?);
    let ([year, month, day], [hour, minute, rest @ ..]) = (&date[..], &time[..]) else {
        return None;
    };
    let second = match rest {
        [] => 0,
        [second] => *second,
        _ => return None,
    };
    let fits = (1..=9999).contains(year)
        && (1..=12).contains(month)
        && (1..=31).contains(day)
        && (0..24).contains(hour)
        && (0..60).contains(minute)
        && (0..60).contains(&second);
    if !fits {
        return None;
    }
    // Years start in March, so that the day a leap year adds is the last one.
    let (years, shifted) = (year - i64::from(*month <= 2), (month + 9) % 12);
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let days = 365 * years + years / 4 - years / 100 + years / 400 + day_of_year - 719_468;
    Some(Timestamp(1000 * (86_400 * days + 3600 * hour + 60 * minute + second)))
}

/// When something will happen, in words: `in less than a minute`, `in 5 minutes`, and `due` once
/// its time has come.
pub fn upcoming(at: Timestamp, now: Timestamp) -> String {
    match now.until(at) {
        ..=0 => "due".to_owned(),
        1..45_000 => "in less than a minute".to_owned(),
        _ => relative(at, now),
    }
}

/// How far `at` lies from `now`, in words: `just now`, `5 minutes ago`, `in 2 days`. Clocks of two
/// machines differ a little, so the nearest future is now; see [`upcoming`] for what is planned.
pub fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.until(now) / 1000;
    let (amount, past) = (seconds.unsigned_abs(), seconds >= 0);
    let (count, unit) = match amount {
        0..45 => return "just now".to_owned(),
        45..2_700 => ((amount + 30) / 60, "minute"),
        2_700..79_200 => ((amount + 1_800) / 3_600, "hour"),
        79_200..2_246_400 => ((amount + 43_200) / 86_400, "day"),
        2_246_400..28_512_000 => ((amount + 1_296_000) / 2_592_000, "month"),
        _ => ((amount + 15_768_000) / 31_536_000, "year"),
    };
    let count = count.max(1);
    let plural = if count == 1 { "" } else { "s" };
    if past { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_moments_as_rfc3339() {
        assert_eq!(rfc3339(Timestamp(0)), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(Timestamp(951_782_400_000)), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(Timestamp(1_795_276_867_000)), "2026-11-21T16:01:07Z");
    }

    #[test]
    fn reads_moments_as_forms_send_them() {
        for at in [0, 951_782_400_000, 1_795_276_867_000, 4_107_542_399_000] {
            let at = Timestamp(at);
            assert_eq!(parse_utc(&rfc3339(at)), Some(at));
        }
        assert_eq!(parse_utc("2026-11-21T16:01"), Some(Timestamp(1_795_276_860_000)));
        for wrong in ["", "2026-11-21", "2026-13-01T00:00", "2026-01-01T24:00", "x-1-1T1:1", "1T1"]
        {
            assert_eq!(parse_utc(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn says_how_long_ago_in_words() {
        let now = Timestamp(1_000_000_000_000);
        assert_eq!(relative(now, now), "just now");
        assert_eq!(relative(Timestamp(now.0 - 60_000), now), "1 minute ago");
        assert_eq!(relative(Timestamp(now.0 - 3 * 86_400_000), now), "3 days ago");
        assert_eq!(relative(Timestamp(now.0 + 2 * 3_600_000), now), "in 2 hours");
    }

    #[test]
    fn says_when_something_will_happen_in_words() {
        let now = Timestamp(1_000_000_000_000);
        let after = |seconds: i64| upcoming(Timestamp(now.0 + 1_000 * seconds), now);
        assert_eq!(after(-90), "due");
        assert_eq!(after(0), "due");
        assert_eq!(after(1), "in less than a minute");
        assert_eq!(after(44), "in less than a minute");
        assert_eq!(after(45), "in 1 minute");
        assert_eq!(after(300), "in 5 minutes");
        assert_eq!(after(7_200), "in 2 hours");
    }
}
