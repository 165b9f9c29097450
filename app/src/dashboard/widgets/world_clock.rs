//! The time around the world: ticking, with office hours, day and night, daylight saving.

use crate::ui::*;
use leptos::prelude::*;
use model::clock::{ClockReading, ClockRow, ClockState, WorldClock};
use model::time::{Timestamp, civil};
use std::time::Duration;

/// One line for each zone.
#[component]
pub fn WorldClockWidget(clock: WorldClock) -> impl IntoView {
    if clock.rows.is_empty() {
        return view! {
            <p class="muted">"No zones are configured under " <code>"dashboard.clock.zones"</code> "."</p>
        }
        .into_any();
    }
    // The first picture shows the moment the server read the clock, so that both sides agree.
    let (at, set_at) = signal(clock.provenance.as_of);
    Effect::new(move |_| {
        set_at.set(now());
        if let Ok(handle) =
            set_interval_with_handle(move || set_at.set(now()), Duration::from_secs(1))
        {
            on_cleanup(move || handle.clear());
        }
    });
    let rows = clock.rows.into_iter().map(|row| view! { <ZoneRow row at /> }).collect_view();
    view! { <ul class="divided" aria-label="Zones">{rows}</ul> }.into_any()
}

/// One zone.
#[component]
fn ZoneRow(row: ClockRow, at: ReadSignal<Timestamp>) -> impl IntoView {
    let reading = match row.reading {
        ClockState::Running { reading } => reading,
        ClockState::Wrong { message, suggestion } => {
            let hint = suggestion.map(|name| format!(" Did you mean {name}?"));
            return view! {
                <li class="list-row">
                    <Icon icon=IconName::CircleAlert />
                    <span class="list-main">
                        <span class="strong">{row.label}</span>
                        <span class="muted small">{message} {hint}</span>
                    </span>
                </li>
            }
            .into_any();
        }
    };
    let reading = StoredValue::new(reading);
    let with = move |read: fn(&ClockReading, Timestamp) -> String| {
        Memo::new(move |_| reading.with_value(|reading| read(reading, at.get())))
    };
    let (time, detail) = (with(time), with(detail));
    let seconds = with(|reading, at| format!(":{:02}", reading.local(at).5));
    let day = Memo::new(move |_| reading.with_value(|reading| reading.daylight.at(at.get()).0));
    let office = Memo::new(move |_| {
        reading.with_value(|reading| reading.office.as_ref().map(|phase| phase.at(at.get()).0))
    });
    let sun = move || match day.get() {
        true => view! { <Icon icon=IconName::Sun label="Day" /> },
        false => view! { <Icon icon=IconName::Moon label="Night" /> },
    };
    let status = move || {
        office.get().map(|open| match open {
            true => view! { <Badge tone=Tone::Success>"At work"</Badge> },
            false => view! { <Badge tone=Tone::Neutral>"Off work"</Badge> },
        })
    };
    view! {
        <li class="list-row clock-row">
            <span class="clock-sun">{sun}</span>
            <span class="list-main">
                <span class="strong">{row.label}</span>
                <span class="muted small">{detail}</span>
            </span>
            {status}
            <span class="clock-time">
                {time}
                <span class="clock-seconds">{seconds}</span>
            </span>
        </li>
    }
    .into_any()
}

fn time(reading: &ClockReading, at: Timestamp) -> String {
    let (_, _, _, hour, minute, _) = reading.local(at);
    format!("{hour:02}:{minute:02}")
}

/// `Sat 21 Nov · CET · clocks change on 28 Mar`.
fn detail(reading: &ClockReading, at: Timestamp) -> String {
    /// A change further away than this is of no use on a dashboard.
    const SOON_MS: i64 = 30 * 86_400_000;
    let (year, month, day, ..) = reading.local(at);
    let (_, abbreviation, saving) = reading.offset_at(at);
    let mut text =
        format!("{} {day} {} · {abbreviation}", weekday(year, month, day), month_name(month));
    if saving {
        text.push_str(" (daylight saving)");
    }
    if let Some(next) = &reading.next_transition
        && next.at > at
        && at.until(next.at) < SOON_MS
    {
        let (_, month, day, ..) =
            civil(Timestamp(next.at.0 + i64::from(reading.offset_seconds) * 1000));
        text.push_str(&format!(" · clocks change on {day} {}", month_name(month)));
    }
    text
}

fn month_name(month: u32) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[(month.clamp(1, 12) - 1) as usize]
}

fn weekday(year: i64, month: u32, day: u32) -> &'static str {
    const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    // The usual month table: January and February count to the year before.
    const TABLE: [i64; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    let index = year + year / 4 - year / 100
        + year / 400
        + TABLE[(month.clamp(1, 12) - 1) as usize]
        + i64::from(day);
    NAMES[index.rem_euclid(7) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_day_of_the_week() {
        assert_eq!(weekday(2026, 11, 21), "Sat");
        assert_eq!(weekday(2000, 2, 29), "Tue");
        assert_eq!(weekday(1970, 1, 1), "Thu");
    }
}
