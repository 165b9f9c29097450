//! The world clock at chosen moments.

use insights::clock::world_clock;
use model::clock::{ClockReading, ClockState, DaylightRule, WorldClock, ZoneSettings};
use model::time::{Timestamp, rfc3339};

/// Saturday, 2026-10-24, 12:00 in UTC: the last day of summer time in Europe.
const SATURDAY: Timestamp = Timestamp(1_792_843_200_000);

fn zone(name: &str) -> ZoneSettings {
    ZoneSettings {
        zone: name.to_owned(),
        label: None,
        work: None,
        days: None,
        latitude: None,
        longitude: None,
    }
}

fn office(name: &str, work: &str, days: Option<&str>) -> ZoneSettings {
    ZoneSettings { work: Some(work.to_owned()), days: days.map(str::to_owned), ..zone(name) }
}

fn read(settings: ZoneSettings, now: Timestamp) -> ClockReading {
    match world_clock(&[settings], now).rows.remove(0).reading {
        ClockState::Running { reading } => reading,
        ClockState::Wrong { message, .. } => panic!("{message}"),
    }
}

fn wrong(settings: ZoneSettings) -> (String, Option<String>) {
    match world_clock(&[settings], SATURDAY).rows.remove(0).reading {
        ClockState::Running { reading } => panic!("{reading:?}"),
        ClockState::Wrong { message, suggestion } => (message, suggestion),
    }
}

#[test]
fn knows_offsets_and_when_they_change() {
    let berlin = read(zone("Europe/Berlin"), SATURDAY);
    assert_eq!((berlin.offset_seconds, berlin.abbreviation.as_str()), (7200, "CEST"));
    assert!(berlin.daylight_saving);
    let next = berlin.next_transition.clone().unwrap();
    assert_eq!(rfc3339(next.at), "2026-10-25T01:00:00Z");
    assert_eq!((next.offset_seconds, next.abbreviation.as_str()), (3600, "CET"));
    assert!(!next.daylight_saving);
    assert_eq!(berlin.local(SATURDAY), (2026, 10, 24, 14, 0, 0));

    let kolkata = read(zone("asia/kolkata"), SATURDAY);
    assert_eq!((kolkata.zone.as_str(), kolkata.offset_seconds), ("Asia/Kolkata", 19_800));
    assert_eq!(kolkata.next_transition, None);
    let phoenix = read(zone("America/Phoenix"), SATURDAY);
    assert_eq!((phoenix.offset_seconds, phoenix.next_transition), (-25_200, None));
    // Half an hour of daylight saving, in force in October down there.
    let howe = read(zone("Australia/Lord_Howe"), SATURDAY);
    assert_eq!((howe.offset_seconds, howe.daylight_saving), (39_600, true));
    assert_eq!(howe.next_transition.unwrap().offset_seconds, 37_800);
    assert_eq!(read(zone("UTC"), SATURDAY).abbreviation, "UTC");
}

#[test]
fn knows_when_the_office_opens() {
    let hours = read(office("Europe/Berlin", "09:00-17:30", None), SATURDAY);
    let phase = hours.office.unwrap();
    assert_eq!(phase.at(SATURDAY), (false, phase.changes.first().copied()));
    // Monday 09:00 and 17:30 are in winter time, one hour from UTC.
    let reported: Vec<String> = phase.changes.iter().take(3).map(|at| rfc3339(*at)).collect();
    assert_eq!(reported, ["2026-10-26T08:00:00Z", "2026-10-26T16:30:00Z", "2026-10-27T08:00:00Z"]);
    let open = Timestamp(phase.changes[0].0);
    assert_eq!(phase.at(open), (true, Some(phase.changes[1])));

    // Friday 13:00 in UTC is 15:00 in Berlin: open until 17:30.
    let friday = Timestamp(SATURDAY.0 - 23 * 3_600_000);
    let (on, until) =
        read(office("Europe/Berlin", "09:00-17:30", None), friday).office.unwrap().at(friday);
    assert_eq!((on, until.map(rfc3339).as_deref()), (true, Some("2026-10-23T15:30:00Z")));
    // Sunday to Thursday: on Saturday it opens on the next day, 09:00 in Dubai.
    let phase =
        read(office("Asia/Dubai", "09:00-18:00", Some("Sun-Thu")), SATURDAY).office.unwrap();
    assert_eq!(rfc3339(phase.changes[0]), "2026-10-25T05:00:00Z");
}

#[test]
fn knows_hours_over_midnight_and_around_the_clock() {
    // Friday 22:00 to Saturday 16:00 in Berlin is still running on Saturday at 14:00.
    let night = read(office("Europe/Berlin", "22:00-16:00", None), SATURDAY).office.unwrap();
    let (on, until) = night.at(SATURDAY);
    assert_eq!((on, until.map(rfc3339).as_deref()), (true, Some("2026-10-24T14:00:00Z")));
    let always = read(office("UTC", "00:00-24:00", Some("Mon-Sun")), SATURDAY).office.unwrap();
    assert!(always.on && always.changes.is_empty());
    // Whole days side by side are one stretch: from Monday 00:00 to Saturday 00:00.
    let week = read(office("UTC", "00:00-24:00", None), SATURDAY).office.unwrap();
    let reported: Vec<String> = week.changes.iter().take(2).map(|at| rfc3339(*at)).collect();
    assert_eq!(reported, ["2026-10-26T00:00:00Z", "2026-10-31T00:00:00Z"]);
}

/// In Berlin clocks jump from 02:00 to 03:00 on 2026-03-29; hours within are gone that day.
#[test]
fn leaves_out_hours_that_clocks_jump_over() {
    let now = Timestamp(1_774_699_200_000); // 2026-03-28T12:00:00Z, a Saturday
    let phase = read(office("Europe/Berlin", "02:00-03:00", Some("Mon-Sun")), now).office.unwrap();
    let reported: Vec<String> = phase.changes.iter().take(2).map(|at| rfc3339(*at)).collect();
    assert_eq!(reported, ["2026-03-30T00:00:00Z", "2026-03-30T01:00:00Z"]);
}

#[test]
fn knows_day_and_night() {
    let tokyo = read(zone("Asia/Tokyo"), SATURDAY);
    // 21:00 there: night until 06:00, which is 21:00 in UTC.
    assert_eq!(tokyo.daylight_by, DaylightRule::Hours);
    let (day, until) = tokyo.daylight.at(SATURDAY);
    assert_eq!((day, until.map(rfc3339).as_deref()), (false, Some("2026-10-24T21:00:00Z")));
    let place =
        ZoneSettings { latitude: Some(52.52), longitude: Some(13.405), ..zone("Europe/Berlin") };
    let berlin = read(place, SATURDAY);
    assert_eq!(berlin.daylight_by, DaylightRule::Sun);
    let (day, until) = berlin.daylight.at(SATURDAY);
    // The sun sets in Berlin at 17:51 summer time that day.
    let set = until.unwrap().0 - SATURDAY.0;
    assert!(day && (set / 60_000 - (3 * 60 + 51)).abs() <= 3, "{set}");
}

#[test]
fn says_what_is_wrong_in_its_own_row() {
    let (message, suggestion) = wrong(zone("Europe/Berln"));
    assert_eq!(suggestion.as_deref(), Some("Europe/Berlin"));
    assert!(message.contains("Did you mean Europe/Berlin?"), "{message}");
    assert_eq!(wrong(zone("New York")).1.as_deref(), Some("America/New_York"));
    assert_eq!(wrong(zone("../../etc/passwd")).1, None);
    assert_eq!(wrong(zone("")).1, None);
    assert!(wrong(office("UTC", "nine to five", None)).0.contains("09:00-17:30"));
    assert!(wrong(ZoneSettings { days: Some("Mon".into()), ..zone("UTC") }).0.contains("work"));
    assert!(wrong(ZoneSettings { latitude: Some(1.0), ..zone("UTC") }).0.contains("both"));
    let off = ZoneSettings { latitude: Some(91.0), longitude: Some(f64::NAN), ..zone("UTC") };
    assert!(wrong(off).0.contains("globe"));

    let clock = world_clock(&[zone("Nowhere/Land"), zone("America/New_York")], SATURDAY);
    assert!(matches!(clock.rows[0].reading, ClockState::Wrong { .. }));
    assert!(matches!(clock.rows[1].reading, ClockState::Running { .. }));
    assert_eq!(clock.rows[1].label, "New York");
    let text = serde_json::to_string(&clock).unwrap();
    assert_eq!(serde_json::from_str::<WorldClock>(&text).unwrap(), clock);
}

#[test]
fn every_known_zone_can_be_read() {
    let zones: Vec<ZoneSettings> =
        jiff::tz::TimeZoneDatabase::bundled().available().map(|name| zone(name.as_str())).collect();
    assert!(zones.len() > 400, "{}", zones.len());
    for row in world_clock(&zones, SATURDAY).rows {
        assert!(
            matches!(row.reading, ClockState::Running { .. }) || row.zone == "Etc/Unknown",
            "{row:?}"
        );
    }
}
