//! Durations: `PT5M`, `5 minutes`, `1h 30m` or an object such as `{minutes: 5}`.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::{Tree, Value};
use std::time::Duration;

const EXPECTED: &str = "a duration such as `30s`, `5 minutes`, `PT5M` or `{minutes: 5}`";
const MAX_MS: f64 = 100.0 * 365.0 * DAY;
const DAY: f64 = 86_400_000.0;

impl Setting for Duration {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match &tree.value {
            Value::Map(entries) => {
                let mut total = 0.0;
                for entry in entries {
                    let Some(unit) = object_unit(&entry.key) else {
                        reader.expected(
                            tree,
                            EXPECTED,
                            "The keys are `weeks`, `days`, `hours`, `minutes`, `seconds` and \
                             `milliseconds`.",
                        );
                        return None;
                    };
                    let parent = &entry.place;
                    let one = std::slice::from_ref(entry);
                    total += unit * reader.key::<f64>(one, parent, &entry.key, None)?;
                }
                let duration = from_ms(total);
                if let Err(hint) = &duration {
                    reader.expected(tree, EXPECTED, hint);
                }
                duration.ok()
            }
            Value::Int(_) | Value::Float(_) => {
                reader.expected(tree, EXPECTED, "Add the unit.");
                None
            }
            _ => reader.parse(tree, EXPECTED, parse),
        }
    }
}

/// Reads a duration in words or in the form of ISO 8601.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "Write numbers with units: ms, s, m, h, d or w.".to_owned();
    if let Some(rest) = text.strip_prefix(['P', 'p']) {
        return from_ms(iso(rest).ok_or_else(wrong)?);
    }
    let mut rest = text.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let (number, after) = number(rest).ok_or_else(wrong)?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        total += number * word_unit(&after[..end]).ok_or_else(wrong)?;
        rest = after[end..].trim_start_matches([' ', ',']);
    }
    from_ms(total)
}

/// What follows the `P`: `1DT2H3M4.5S`, `2W`.
fn iso(text: &str) -> Option<f64> {
    let (mut rest, mut in_time, mut total, mut any) = (text, false, 0.0, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix(['T', 't']).filter(|_| !in_time) {
            (rest, in_time, any) = (time, true, false);
            continue;
        }
        let (number, after) = number(rest)?;
        let unit = match (after.chars().next()?.to_ascii_uppercase(), in_time) {
            ('Y', false) => 365.0 * DAY,
            ('M', false) => 30.0 * DAY,
            ('W', false) => 7.0 * DAY,
            ('D', false) => DAY,
            ('H', true) => 3_600_000.0,
            ('M', true) => 60_000.0,
            ('S', true) => 1_000.0,
            _ => return None,
        };
        total += number * unit;
        (rest, any) = (&after[1..], true);
    }
    any.then_some(total)
}

fn number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn word_unit(word: &str) -> Option<f64> {
    Some(match word.to_ascii_lowercase().as_str() {
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60_000.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600_000.0,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "y" | "yr" | "year" | "years" => 365.0 * DAY,
        _ => return None,
    })
}

fn object_unit(key: &str) -> Option<f64> {
    Some(match key {
        "milliseconds" => 1.0,
        "seconds" => 1_000.0,
        "minutes" => 60_000.0,
        "hours" => 3_600_000.0,
        "days" => DAY,
        "weeks" => 7.0 * DAY,
        "months" => 30.0 * DAY,
        "years" => 365.0 * DAY,
        _ => return None,
    })
}

fn from_ms(ms: f64) -> Result<Duration, String> {
    if (0.0..=MAX_MS).contains(&ms) {
        Ok(Duration::from_millis(ms.round() as u64))
    } else {
        Err("It must not be negative, nor longer than a hundred years.".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_words_and_in_iso_form() {
        let check = |text, seconds: f64| {
            assert_eq!(parse(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        };
        check("30s", 30.0);
        check("5 minutes", 300.0);
        check("1h 30m", 5_400.0);
        check("1 day, 2 hours", 93_600.0);
        check("250ms", 0.25);
        check("1.5h", 5_400.0);
        check("0s", 0.0);
        check("PT5M", 300.0);
        check("P1DT2H3M4.5S", 93_784.5);
        check("P2W", 1_209_600.0);
        check("P1M", 2_592_000.0);
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for bad in [
            "",
            "5",
            "minutes",
            "5 parsecs",
            "-5s",
            "P",
            "PT",
            "P5",
            "PT5D",
            "P1DT",
            "PTT5M",
            "1.2.3s",
            "5 minütes",
            "9999999999 years",
            "1e9s",
            "∞s",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
