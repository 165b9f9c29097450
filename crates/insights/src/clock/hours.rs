//! Hours of the day in a zone, such as office hours, and when they begin and end.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use model::clock::Phase;
use model::time::Timestamp;

/// The days that are looked ahead; the browser has new data long before they are over.
const DAYS_AHEAD: i64 = 8;

const NAMES: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Hours on certain days of the week. An end before the start lies on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hours {
    /// Monday first.
    days: [bool; 7],
    /// Minutes since midnight.
    start: u16,
    /// Minutes since midnight, up to 1440.
    end: u16,
}

impl Hours {
    /// Reads `09:00-17:30` and `Mon-Fri`.
    pub(super) fn parse(work: &str, days: Option<&str>) -> Result<Self, String> {
        let wrong = || {
            let shown: String = work.chars().take(40).collect();
            format!("\"{shown}\" are no office hours; expected a start and an end: 09:00-17:30.")
        };
        let (start, end) = work.split_once(['-', '–']).ok_or_else(wrong)?;
        let (start, end) =
            minutes(start).filter(|m| *m < 1440).zip(minutes(end)).ok_or_else(wrong)?;
        if start == end {
            return Err(format!(
                "The office hours \"{}\" begin and end at the same time; write 00:00-24:00 for the \
                 whole day.",
                work.trim()
            ));
        }
        Ok(Hours { days: days_of_week(days.unwrap_or("Mon-Fri"))?, start, end })
    }

    /// 06:00 to 18:00 on every day.
    pub(super) fn daytime() -> Self {
        Hours { days: [true; 7], start: 6 * 60, end: 18 * 60 }
    }

    /// Whether it is within these hours, and when that changes in the coming days.
    pub(super) fn phase(self, zone: &TimeZone, now: Timestamp) -> Phase {
        if self.days == [true; 7] && self.start == 0 && self.end == 1440 {
            return Phase { on: true, changes: Vec::new() };
        }
        let mut on = false;
        let mut changes = Vec::new();
        for (from, until) in self.stretches(zone, now) {
            on |= from <= now && now < until;
            changes.extend([from, until].into_iter().filter(|change| *change > now));
        }
        Phase { on, changes }
    }

    /// The stretches of time around now, in order, those that touch joined.
    fn stretches(self, zone: &TimeZone, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let Ok(moment) = jiff::Timestamp::from_millisecond(now.0) else { return Vec::new() };
        let today = zone.to_datetime(moment).date();
        let mut stretches: Vec<(Timestamp, Timestamp)> = Vec::new();
        for offset in -2..=DAYS_AHEAD {
            let Ok(date) = today.checked_add(offset.days()) else { continue };
            if !self.days[date.weekday().to_monday_zero_offset() as usize] {
                continue;
            }
            let over = if self.end <= self.start { 1440 } else { 0 };
            let from = moment_of(zone, date, self.start);
            let until = moment_of(zone, date, self.end + over);
            // Where clocks jump over the hours there is nothing left of them.
            let Some((from, until)) = from.zip(until).filter(|(from, until)| from < until) else {
                continue;
            };
            match stretches.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => stretches.push((from, until)),
            }
        }
        stretches
    }
}

fn moment_of(zone: &TimeZone, date: Date, minutes: u16) -> Option<Timestamp> {
    let date = date.checked_add(i64::from(minutes / 1440).days()).ok()?;
    let (hour, minute) = (minutes % 1440 / 60, minutes % 60);
    let local = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
    // A time that clocks jump over is moved along with them, of a time that comes twice the first
    // one counts.
    zone.to_timestamp(local).ok().map(|at| Timestamp(at.as_millisecond()))
}

/// `9:00`, `09:00`, `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hours) || !digits(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    (minutes < 60 && total <= 1440).then_some(total)
}

fn days_of_week(text: &str) -> Result<[bool; 7], String> {
    let wrong = || {
        let shown: String = text.chars().take(40).collect();
        format!("\"{shown}\" are no office days; expected Mon-Fri, Sun-Thu or Mon,Wed,Fri.")
    };
    let day = |name: &str| {
        let name = name.trim().to_lowercase();
        NAMES
            .iter()
            .find(|(short, long)| name == *short || name == format!("{long:?}").to_lowercase())
    };
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (Some((_, first)), Some((_, last))) = (day(first), day(last)) else {
            return Err(wrong());
        };
        let (first, last) = (first.to_monday_zero_offset(), last.to_monday_zero_offset());
        for step in 0..=(last - first).rem_euclid(7) {
            days[(first + step).rem_euclid(7) as usize] = true;
        }
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hours_and_days() {
        let hours = Hours::parse("9:00 - 17:30", None).unwrap();
        assert_eq!((hours.start, hours.end), (540, 1050));
        assert_eq!(hours.days, [true, true, true, true, true, false, false]);
        let hours = Hours::parse("22:00-06:00", Some("sun-Thu, Saturday")).unwrap();
        assert_eq!(hours.days, [true, true, true, true, false, true, true]);
        for (work, days) in [
            ("", None),
            ("9-17", None),
            ("09:00", None),
            ("09:60-10:00", None),
            ("24:00-25:00", None),
            ("09:00-09:00", None),
            ("+9:00-10:00", None),
            ("09:00-17:00", Some("")),
            ("09:00-17:00", Some("Mon-Xyz")),
        ] {
            assert!(Hours::parse(work, days).is_err(), "{work} {days:?}");
        }
    }
}
