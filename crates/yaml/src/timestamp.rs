//! Dates and moments as YAML 1.1 and the tag `!!timestamp` have them.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

/// A date or a moment, as JSON writes it: `2024-01-02T00:00:00.000Z`.
pub(crate) fn timestamp(text: &str) -> Option<String> {
    let number = |text: &str, least: usize, most: usize| {
        let fits = (least..=most).contains(&text.len());
        text.parse::<i64>().ok().filter(|_| fits && text.bytes().all(|b| b.is_ascii_digit()))
    };
    let (date, time) = match text.find(['T', 't', ' ', '\t']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start()),
        None => (text, ""),
    };
    let mut parts = date.splitn(3, '-');
    let year = number(parts.next()?, 4, 4)?;
    let (month, day) = (number(parts.next()?, 1, 2)?, number(parts.next()?, 1, 2)?);
    let mut millis = 0;
    if date.len() != text.len() {
        let zone = time.find(['Z', '+', '-']).unwrap_or(time.len());
        let (clock, zone) = (time[..zone].trim_end(), &time[zone..]);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut parts = clock.splitn(3, ':');
        let mut part = |least| number(parts.next()?, least, 2);
        let (hours, minutes, seconds) = (part(1)?, part(2)?, part(2)?);
        let digits: String = format!("{fraction}000").chars().take(3).collect();
        millis += ((hours * 60 + minutes) * 60 + seconds) * 1000 + number(&digits, 3, 3)?;
        if !matches!(zone, "" | "Z") {
            let (hours, minutes) = zone[1..].split_once(':').unwrap_or((&zone[1..], "0"));
            let offset = number(hours, 1, 2)? * 60 + number(minutes, 1, 2)?;
            millis -= if zone.starts_with('-') { -offset } else { offset } * 60_000;
        }
    }
    let at = midnight(year, month, day)?.checked_add(Span::new().milliseconds(millis)).ok()?;
    Some(format!("{at:.3}Z"))
}

/// When a day begins; days and months that are too many go on into the next month or year.
fn midnight(year: i64, month: i64, day: i64) -> Option<DateTime> {
    let year = i16::try_from(year + (month - 1).div_euclid(12)).ok()?;
    let first = Date::new(year, (month - 1).rem_euclid(12) as i8 + 1, 1).ok()?;
    first.to_datetime(Time::midnight()).checked_add(Span::new().days(day - 1)).ok()
}
