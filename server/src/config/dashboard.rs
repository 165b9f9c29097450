//! `dashboard`: the layout of the first page and the zones of its clock.

use super::macros::section;
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::Tree;
use std::path::PathBuf;

section! {
    /// The first page.
    pub struct Dashboard {
        /// A YAML file with the layout; the built-in one when left out.
        layout("layout"): Option<PathBuf>, example "./dashboard.yaml";
        /// The world clock.
        clock("clock"): Clock;
    }
}

section! {
    /// The world clock.
    pub struct Clock {
        /// The zones it shows, in this order.
        zones("zones"): Vec<Zone>;
    }
}

section! {
    /// A zone of the world clock.
    pub struct Zone {
        /// What it is called.
        label("label"): String, example "Berlin";
        /// Its name in the IANA time zone database.
        zone("zone"): ZoneName, example "Europe/Berlin";
        /// When people work there, by the clock there.
        work_hours("workHours"): Option<WorkHours>, example "09:00-17:30";
        /// Degrees north of the equator: with `longitude` for sunrise and sunset.
        latitude("latitude"): Option<f64>, example "52.52";
        /// Degrees east of Greenwich.
        longitude("longitude"): Option<f64>, example "13.41";
    }
    check Zone::check;
}

/// The name of a time zone. That it exists is for the clock to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(pub String);

/// From when to when people work, in minutes since midnight. When the end is earlier than the
/// start, it is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkHours {
    /// The start.
    pub from: u16,
    /// The end.
    pub to: u16,
}

const ZONE: &str = "a time zone such as `Europe/Berlin` or `UTC`";
const HOURS: &str = "hours such as `09:00-17:30`";

impl Setting for ZoneName {
    fn shape() -> Shape {
        Shape::Scalar(ZONE)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, ZONE, |text| {
            let legal = |b: u8| b.is_ascii_alphanumeric() || b"_+-".contains(&b);
            let part = |part: &str| {
                part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(legal)
            };
            if text.len() <= 64 && text.split('/').all(part) {
                Ok(ZoneName(text.to_owned()))
            } else {
                Err("Take a name of the IANA time zone database; an offset such as `+01:00` knows \
                     no daylight saving."
                    .to_owned())
            }
        })
    }
}

impl WorkHours {
    /// Reads `09:00-17:30`.
    pub fn parse(text: &str) -> Result<WorkHours, String> {
        let time = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':')?;
            let digits = |text: &str| {
                (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
            };
            if !digits(hours) || minutes.len() != 2 || !digits(minutes) {
                return None;
            }
            let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
            (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 60 + minutes)
        };
        match text.split_once(['-', '–']).map(|(from, to)| (time(from), time(to))) {
            Some((Some(from), Some(to))) if from != to && from < 24 * 60 => {
                Ok(WorkHours { from, to })
            }
            _ => Err("Write two times of the day from 00:00 to 24:00 with `-` between.".to_owned()),
        }
    }
}

impl Setting for WorkHours {
    fn shape() -> Shape {
        Shape::Scalar(HOURS)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, HOURS, WorkHours::parse)
    }
}

impl Zone {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        for (key, degrees, most) in
            [("latitude", self.latitude, 90.0), ("longitude", self.longitude, 180.0)]
        {
            if degrees.is_some_and(|degrees| !(-most..=most).contains(&degrees)) {
                reader.expected_in(tree, key, &format!("degrees from -{most} to {most}"), "");
            }
        }
        if self.latitude.is_some() != self.longitude.is_some() {
            reader.error(
                &tree.place,
                "expected `latitude` and `longitude` together, found one alone. Add the other or \
                 remove it.",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_hours_are_read() {
        let check = |text, from, to| assert_eq!(WorkHours::parse(text), Ok(WorkHours { from, to }));
        check("09:00-17:30", 540, 1050);
        check("9:00 - 17:00", 540, 1020);
        check("22:00-06:00", 1320, 360);
        check("00:00–24:00", 0, 1440);
        for bad in [
            "",
            "9-17",
            "09:00",
            "09:60-17:00",
            "25:00-26:00",
            "09:00-09:00",
            "24:00-08:00",
            "9:0-17:00",
            "+9:00-17:00",
            "09:00-17:00-18:00",
        ] {
            assert!(WorkHours::parse(bad).is_err(), "{bad}");
        }
    }
}
