//! The four figures, each with its trend, its comparison and its formula in words.

use super::bands::{self, Rhythm};
use super::deployments::Ledger;
use super::incidents::{Incidents, LinkResult, LinkedIncident};
use super::stats::{median, minutes_in_words, minutes_up, short};
use crate::days::{DAY, Period, WEEKS};
use crate::history::History;
use model::dora::{BandEdition, MetricValue, TrendPoint, Unit};
use model::repository::Measured;
use model::time::Timestamp;

pub(super) struct Input<'a> {
    pub(super) history: &'a History,
    pub(super) ledger: &'a Ledger,
    pub(super) linked: &'a LinkResult,
    pub(super) bands: BandEdition,
    pub(super) period: Period,
    pub(super) now: Timestamp,
}

type State = Measured<MetricValue>;

pub(super) fn frequency_formula(ledger: &Ledger) -> String {
    format!(
        "Median, over the last 12 weeks, of the days per week with a deployment; days are days in \
         UTC, weeks without a deployment count as 0, weeks before the first commit do not count. \
         Deployments are {}; several on one commit are one.",
        ledger.rule
    )
}

pub(super) fn lead_time_formula() -> String {
    "Median of the time from writing a commit (author's date) to the end of the first deployment \
     that contains it, over all commits deployed in the last 12 weeks; in minutes, rounded up. \
     Merge commits bring no change of their own and do not count; negative spans are void. Where \
     most spans are nil there is no figure."
        .to_owned()
}

pub(super) fn failure_rate_formula(incidents: &Incidents<'_>) -> String {
    format!(
        "Deployments of the last 12 weeks with at least one linked incident, divided by all \
         deployments of the last 12 weeks. {}",
        link_rule(incidents)
    )
}

pub(super) fn recovery_formula(incidents: &Incidents<'_>, edition: BandEdition) -> String {
    let what = match edition {
        BandEdition::Report2023 => {
            "Median of the time from the end of the deployment that caused an incident until the \
             incident was resolved, over the failed deployments of the last 12 weeks."
        }
        BandEdition::Report2021 => {
            "Median of the time from the beginning of an incident until it was resolved, over the \
             incidents that began in the last 12 weeks."
        }
    };
    format!("{what} Open incidents do not count. {}", link_rule(incidents))
}

fn link_rule(incidents: &Incidents<'_>) -> &'static str {
    match incidents {
        Incidents::Reverts => {
            "There is no record of incidents: a commit whose subject begins with Revert \" stands \
             for one. It began when the revert was written, its cause is the deployment that \
             brought the reverted commit, and it was resolved by the deployment that brought the \
             revert. Failures that were put right in another way are not seen."
        }
        _ => "The cause of an incident is the last deployment finished before it began.",
    }
}

pub(super) fn frequency(input: &Input<'_>) -> State {
    let ledger = input.ledger;
    if ledger.deployments.is_empty() {
        return ledger.missing();
    }
    let weeks = deploy_days(ledger, input.period, 7);
    let Some(value) = median_of(&weeks) else { return ledger.missing() };
    let month = median_of(&deploy_days(ledger, input.period, 28)).unwrap_or(0.0);
    let half_year = Period {
        from: Timestamp((input.now.0.div_euclid(DAY) - (26 * 7 - 1)) * DAY),
        until: input.period.until,
    };
    let rhythm = Rhythm {
        week: value,
        month,
        half_year: distinct_days(ledger, half_year.from, half_year.until),
    };
    let previous = median_of(&deploy_days(ledger, input.period.before(), 7));
    let days: u32 = weeks.iter().flatten().sum();
    let display = match value {
        value if value >= 7.0 => "every day".to_owned(),
        value if value >= 1.0 => plural(value, "day", "a week"),
        _ if month >= 1.0 => plural(month, "day", "in four weeks"),
        _ => plural(f64::from(days), "day", "in 12 weeks"),
    };
    Measured::Known {
        value: MetricValue {
            value,
            unit: Unit::DaysPerWeek,
            display,
            band: bands::frequency(input.bands, rhythm),
            trend: trend(input.period, |week| weeks[week].map(f64::from)),
            previous,
            previous_display: previous.map(|days| plural(days, "day", "a week")),
            sample: ledger.within(input.period).len() as u32,
        },
    }
}

pub(super) fn lead_time(input: &Input<'_>) -> State {
    let ledger = input.ledger;
    if ledger.deployments.is_empty() {
        return ledger.missing();
    }
    let within = ledger.within(input.period);
    if within.is_empty() {
        return nothing_deployed();
    }
    let spans = |range: std::ops::Range<usize>| -> Vec<f64> {
        let minutes = range.flat_map(|number| ledger.lead_minutes(input.history, number));
        minutes.map(|minutes| minutes as f64).collect()
    };
    let mut weeks: [Vec<f64>; WEEKS] = Default::default();
    for number in within {
        let week = input.period.day_of(ledger.deployments[number].at) / 7;
        weeks[week].extend(spans(number..number + 1));
    }
    let mut all: Vec<f64> = weeks.iter().flatten().copied().collect();
    let Some(value) = median(&mut all).map(f64::ceil) else {
        return Measured::no_data(
            "The deployments of the last 12 weeks brought no new change whose dates can be used.",
            "Deploy a new change; check the clocks of those who commit if dates lie in the future.",
        );
    };
    // Nothing is deployed the moment it is written. Where most spans are nil, the deployment bears
    // the date of the commit and the commit that of its writing: there is nothing to measure.
    if value == 0.0 {
        let which = if all.iter().all(|span| *span == 0.0) { "" } else { " for most commits" };
        return Measured::no_data(
            format!("Not enough data: author and commit times are equal{which}."),
            "Tag what you release, or count merges as deployments: then the time from writing a \
             commit to its release can be measured.",
        );
    }
    let measured = |spans: &mut Vec<f64>| median(spans).map(f64::ceil).filter(|span| *span > 0.0);
    let previous = measured(&mut spans(ledger.within(input.period.before())));
    let trend = trend(input.period, |week| measured(&mut weeks[week]));
    minutes_state(value, bands::lead_time(input.bands, value), trend, previous, all.len())
}

/// Called only when there are incidents.
pub(super) fn failure_rate(input: &Input<'_>) -> State {
    let ledger = input.ledger;
    if ledger.deployments.is_empty() {
        return ledger.missing();
    }
    let Ok(linked) = input.linked else { return nothing_deployed() };
    let failed = linked.failed(ledger);
    let exact = |range: std::ops::Range<usize>| {
        let all = range.len();
        let bad = failed[range].iter().filter(|failed| **failed).count();
        (all > 0).then(|| bad as f64 * 100.0 / all as f64)
    };
    let rate = |range| exact(range).map(two_decimals);
    let within = ledger.within(input.period);
    let Some(unrounded) = exact(within.clone()) else { return nothing_deployed() };
    let value = two_decimals(unrounded);
    let previous = rate(ledger.within(input.period.before()));
    let percent = |value: f64| format!("{} %", short(value));
    Measured::Known {
        value: MetricValue {
            value,
            unit: Unit::Percent,
            display: percent(value),
            band: bands::failure_rate(input.bands, unrounded),
            trend: trend(input.period, |week| {
                let from = input.period.week_start(week);
                rate(ledger.within(Period {
                    from,
                    until: input.period.week_start(week + 1).min(input.period.until).max(from),
                }))
            }),
            previous,
            previous_display: previous.map(percent),
            sample: within.len() as u32,
        },
    }
}

/// Called only when there are incidents.
pub(super) fn recovery(input: &Input<'_>) -> State {
    let Ok(linked) = input.linked else { return nothing_deployed() };
    let ledger = input.ledger;
    let cause = |incident: &LinkedIncident| incident.cause.map(|n| ledger.deployments[n].at);
    // The moment that decides the week, and the span in minutes.
    let spans: Vec<(Timestamp, f64)> = linked
        .incidents
        .iter()
        .filter_map(|incident| {
            let begin = match input.bands {
                BandEdition::Report2023 => cause(incident)?,
                BandEdition::Report2021 => incident.created_at,
            };
            Some((begin, minutes_up(begin.until(incident.resolved_at?))? as f64))
        })
        .collect();
    let within = |period: Period| -> Vec<f64> {
        spans.iter().filter(|(at, _)| period.contains(*at)).map(|(_, span)| *span).collect()
    };
    let mut sample = within(input.period);
    let Some(value) = median(&mut sample).map(f64::ceil) else {
        let what = match input.bands {
            BandEdition::Report2023 => "No failed deployment of the last 12 weeks was put right",
            BandEdition::Report2021 => "No incident of the last 12 weeks was resolved",
        };
        return Measured::no_data(
            format!("{what}."),
            "Nothing to do: there is a figure as soon as there is something to recover from.",
        );
    };
    let previous = median(&mut within(input.period.before())).map(f64::ceil);
    let trend = trend(input.period, |week| {
        let from = input.period.week_start(week);
        let until = input.period.week_start(week + 1).min(input.period.until);
        median(&mut within(Period { from, until })).map(f64::ceil)
    });
    minutes_state(value, bands::recovery(value), trend, previous, sample.len())
}

fn minutes_state(
    value: f64,
    band: model::dora::Band,
    trend: Vec<TrendPoint>,
    previous: Option<f64>,
    sample: usize,
) -> State {
    Measured::Known {
        value: MetricValue {
            value,
            unit: Unit::Minutes,
            display: minutes_in_words(value),
            band,
            trend,
            previous,
            previous_display: previous.map(minutes_in_words),
            sample: sample as u32,
        },
    }
}

/// A figure with few digits is the same on both sides of the wire: long ones lose their last digit
/// when JSON is read, and the browser would not find what the server has drawn.
fn two_decimals(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn nothing_deployed() -> State {
    Measured::no_data(
        "There was no deployment in the last 12 weeks.",
        "Deploy something, or check what counts as a deployment.",
    )
}

fn trend(period: Period, mut value: impl FnMut(usize) -> Option<f64>) -> Vec<TrendPoint> {
    let point = |week| TrendPoint { week: period.week_start(week), value: value(week) };
    (0..WEEKS).map(point).collect()
}

/// For each stretch of so many days, the days with a deployment; none for a stretch that ended
/// before anything is known.
fn deploy_days(ledger: &Ledger, period: Period, stretch: usize) -> Vec<Option<u32>> {
    let length = stretch as i64 * DAY;
    let begins = (0..(WEEKS * 7 / stretch) as i64).map(|n| Timestamp(period.from.0 + n * length));
    let count = |from: Timestamp| {
        let until = Timestamp(from.0 + length);
        let known = ledger.data_from.is_some_and(|data| data < until);
        known.then(|| distinct_days(ledger, from, until.min(period.until)))
    };
    begins.map(count).collect()
}

fn distinct_days(ledger: &Ledger, from: Timestamp, until: Timestamp) -> u32 {
    let range = ledger.within(Period { from, until: until.max(from) });
    // The deployments are in order, so equal days stand together.
    let mut last = None;
    let mut days = 0;
    for deployment in &ledger.deployments[range] {
        let day = deployment.at.0.div_euclid(DAY);
        days += u32::from(last != Some(day));
        last = Some(day);
    }
    days
}

fn median_of(counts: &[Option<u32>]) -> Option<f64> {
    median(&mut counts.iter().flatten().map(|count| f64::from(*count)).collect::<Vec<_>>())
}

fn plural(count: f64, one: &str, per: &str) -> String {
    let s = if count == 1.0 { "" } else { "s" };
    format!("{} {one}{s} {per}", short(count))
}
