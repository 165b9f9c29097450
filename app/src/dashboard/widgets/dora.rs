//! The four keys of software delivery: figure, band, trend and formula.

use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::dora::{Band, DoraReport, Metric, MetricKey, MetricValue};
use model::repository::Measured;

/// Four figures side by side; each opens down to the rows behind it.
#[component]
pub fn DoraWidget(report: DoraReport) -> impl IntoView {
    let figures = report.metrics.into_iter().map(figure).collect_view();
    let notes = report.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
    view! {
        <div class="grid-stats">{figures}</div>
        <p class="muted small">
            {format!("{}: {}.", report.subject, report.deployment_rule.trim_end_matches('.'))}
        </p>
        <ul class="muted small">{notes}</ul>
    }
}

fn figure(metric: Metric) -> AnyView {
    let title = metric.key.title();
    let rows = href(&format!("/insights/delivery#{}", anchor(metric.key)));
    match metric.state {
        Measured::Known { value } => {
            let trend = trend(metric.key, &value);
            let points = value.trend.iter().filter_map(|point| point.value).collect::<Vec<_>>();
            let line = (points.len() > 1).then(|| {
                view! { <Sparkline label=format!("{title}, week by week") values=points /> }
            });
            view! {
                <Stat
                    label=title
                    value=value.display
                    trend
                    band=Some(band(value.band))
                    href=rows
                >
                    {line}
                    <Formula text=metric.formula />
                </Stat>
            }
            .into_any()
        }
        Measured::NoData { reason, what_to_do } => view! {
            <Stat label=title value=reason missing=true trend=None band=None>
                <p class="muted small">{what_to_do}</p>
                <Formula text=metric.formula />
            </Stat>
        }
        .into_any(),
    }
}

/// How a figure is computed, for who asks.
#[component]
fn Formula(text: String) -> impl IntoView {
    view! {
        <details class="widget-details">
            <summary>"How it is computed"</summary>
            <p class="muted small">{text}</p>
        </details>
    }
}

/// The part of an address that leads to the rows of a figure.
fn anchor(key: MetricKey) -> &'static str {
    match key {
        MetricKey::DeploymentFrequency | MetricKey::LeadTime => "deployments",
        MetricKey::ChangeFailureRate | MetricKey::RecoveryTime => "incidents",
    }
}

/// A band's tone and name.
fn band(band: Band) -> (Tone, String) {
    let (tone, name) = match band {
        Band::Elite => (Tone::Success, "Elite"),
        Band::High => (Tone::Info, "High"),
        Band::Medium => (Tone::Warning, "Medium"),
        Band::Low => (Tone::Danger, "Low"),
    };
    (tone, name.to_owned())
}

fn trend(key: MetricKey, value: &MetricValue) -> Option<Trend> {
    let (previous, display) = (value.previous?, value.previous_display.clone()?);
    let direction = match value.value.total_cmp(&previous) {
        std::cmp::Ordering::Greater => TrendDirection::Up,
        std::cmp::Ordering::Less => TrendDirection::Down,
        std::cmp::Ordering::Equal => TrendDirection::Flat,
    };
    let tone = match (direction, key.more_is_better()) {
        (TrendDirection::Flat, _) => Tone::Neutral,
        (TrendDirection::Up, true) | (TrendDirection::Down, false) => Tone::Success,
        _ => Tone::Danger,
    };
    let against = "in the twelve weeks before".to_owned();
    Some(Trend { direction, tone, text: format!("from {display}"), against })
}
