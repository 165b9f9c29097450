//! The DORA metrics: figure, band, trend and formula.

use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::dora::{Band, DoraReport, Metric, MetricKey, MetricValue};
use model::repository::Measured;

/// The figures side by side, each opening its rows; one line for each of which there is none.
#[component]
pub fn DoraWidget(report: DoraReport) -> impl IntoView {
    let formulas = report.metrics.iter().map(formula).collect_view();
    let mut figures = Vec::new();
    let mut missing = Vec::new();
    for metric in report.metrics {
        let title = metric.key.title();
        match metric.state {
            Measured::Known { value } => figures.push(figure(metric.key, value)),
            Measured::NoData { reason, .. } => missing.push(view! {
                <li>
                    <span class="dora-missing-title">{title}</span>
                    " "
                    <span class="muted">{reason}</span>
                </li>
            }),
        }
    }
    let figures = (!figures.is_empty()).then(|| view! { <div class="figures">{figures}</div> });
    let missing = (!missing.is_empty()).then(|| {
        view! { <ul class="dora-missing" aria-label="Figures without data">{missing}</ul> }
    });
    let notes = report.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
    view! {
        {figures}
        {missing}
        <details class="widget-details">
            <summary>"How these are computed"</summary>
            <p class="muted small">
                {format!("{}: {}.", report.subject, report.deployment_rule.trim_end_matches('.'))}
            </p>
            <dl class="formulas small">{formulas}</dl>
        </details>
        <ul class="muted small">{notes}</ul>
    }
}

fn figure(key: MetricKey, value: MetricValue) -> AnyView {
    let title = key.title();
    let rows = href(&format!("/insights/delivery#{}", anchor(key)));
    let trend = trend(key, &value);
    let points = value.trend.iter().filter_map(|point| point.value).collect::<Vec<_>>();
    let line = (points.len() > 1)
        .then(|| view! { <Sparkline label=format!("{title}, week by week") values=points /> });
    view! {
        <Stat label=title value=value.display trend band=Some(band(value.band)) href=rows>
            {line}
        </Stat>
    }
    .into_any()
}

/// How a figure is computed and, where there is none, what brings it.
fn formula(metric: &Metric) -> AnyView {
    let hint = match &metric.state {
        Measured::Known { .. } => None,
        Measured::NoData { what_to_do, .. } => Some(what_to_do.clone()),
    };
    view! {
        <dt class="strong">{metric.key.title()}</dt>
        <dd class="muted">{metric.formula.clone()} " " {hint}</dd>
    }
    .into_any()
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
    let against = "the 12 weeks before".to_owned();
    Some(Trend { direction, tone, text: format!("from {display}"), against })
}
