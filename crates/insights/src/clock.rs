//! The world clock: configured zones with their offset, office hours and daylight.
//!
//! The browser knows no zones; each reading therefore carries the moments at which it changes.

mod hours;
mod names;
mod sun;

use hours::Hours;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use model::clock::{
    ClockReading, ClockRow, ClockState, DaylightRule, Phase, Transition, WorldClock, ZoneSettings,
};
use model::provenance::Provenance;
use model::time::Timestamp;
use std::sync::LazyLock;

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Reads all configured zones at the moment `now`. A zone that is configured wrongly says so in its
/// own row.
pub fn world_clock(zones: &[ZoneSettings], now: Timestamp) -> WorldClock {
    WorldClock {
        provenance: Provenance {
            source: "this server's clock and the IANA time zone database".to_owned(),
            as_of: now,
        },
        rows: zones.iter().map(|zone| row(zone, now)).collect(),
    }
}

fn row(settings: &ZoneSettings, now: Timestamp) -> ClockRow {
    let label = settings.label.clone().filter(|label| !label.trim().is_empty());
    let place = settings.zone.rsplit('/').next().unwrap_or_default().replace('_', " ");
    ClockRow {
        label: label.unwrap_or(place),
        zone: settings.zone.clone(),
        reading: match reading(settings, now) {
            Ok(reading) => ClockState::Running { reading },
            Err((message, suggestion)) => ClockState::Wrong { message, suggestion },
        },
    }
}

type Wrong = (String, Option<String>);

fn reading(settings: &ZoneSettings, now: Timestamp) -> Result<ClockReading, Wrong> {
    let zone = zone(&settings.zone)?;
    let plain = |message: String| (message, None);
    let moment = jiff::Timestamp::from_millisecond(now.0)
        .map_err(|_| plain("The moment lies outside of the calendar.".to_owned()))?;
    let hours = match &settings.work {
        Some(work) => Some(Hours::parse(work, settings.days.as_deref()).map_err(plain)?),
        None if settings.days.is_some() => {
            return Err(plain(
                "Office days are set without office hours; add work: \"09:00-17:30\".".to_owned(),
            ));
        }
        None => None,
    };
    let info = zone.to_offset_info(moment);
    let next = zone.following(moment).find(|next| {
        // Some entries of the database change a rule without changing what clocks show.
        next.offset() != info.offset() || next.abbreviation() != info.abbreviation()
    });
    let (daylight, daylight_by) = daylight(settings, &zone, now).map_err(plain)?;
    Ok(ClockReading {
        zone: zone.iana_name().unwrap_or(&settings.zone).to_owned(),
        offset_seconds: info.offset().seconds(),
        abbreviation: info.abbreviation().to_owned(),
        daylight_saving: info.dst().is_dst(),
        next_transition: next.map(|next| Transition {
            at: Timestamp(next.timestamp().as_millisecond()),
            offset_seconds: next.offset().seconds(),
            abbreviation: next.abbreviation().to_owned(),
            daylight_saving: next.dst().is_dst(),
        }),
        office: hours.map(|hours| hours.phase(&zone, now)),
        daylight,
        daylight_by,
    })
}

fn zone(name: &str) -> Result<TimeZone, Wrong> {
    match ZONES.get(name.trim()) {
        Ok(zone) if !zone.is_unknown() => Ok(zone),
        _ => {
            let shown: String = name.chars().take(60).collect();
            let suggestion = names::nearest(name, ZONES.available());
            let hint = suggestion.as_ref().map(|near| format!(" Did you mean {near}?"));
            let message = format!(
                "\"{shown}\" is not a time zone; expected an IANA name such as Europe/Berlin.{}",
                hint.unwrap_or_default()
            );
            Err((message, suggestion))
        }
    }
}

fn daylight(
    settings: &ZoneSettings,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<(Phase, DaylightRule), String> {
    match (settings.latitude, settings.longitude) {
        (Some(latitude), Some(longitude)) => {
            let fine = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
            if !fine {
                return Err(format!(
                    "The coordinates {latitude}, {longitude} are not on the globe; expected a \
                     latitude of -90 to 90 and a longitude of -180 to 180."
                ));
            }
            Ok((sun::daylight(latitude, longitude, now), DaylightRule::Sun))
        }
        (None, None) => Ok((Hours::daytime().phase(zone, now), DaylightRule::Hours)),
        _ => Err("One coordinate is missing; set both latitude and longitude or none.".to_owned()),
    }
}
