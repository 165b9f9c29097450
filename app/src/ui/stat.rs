//! One big number.

use super::badge::{Badge, Tone};
use super::icon::{Icon, IconName, IconSize};
use super::text::{OptText, classes};
use leptos::prelude::*;

/// Where a number is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendDirection {
    /// More than before.
    Up,
    /// Less than before.
    Down,
    /// As before.
    Flat,
}

/// A change against an earlier time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// Where it is going.
    pub direction: TrendDirection,
    /// Whether that is good (`Success`), bad (`Danger`) or neither (`Neutral`).
    pub tone: Tone,
    /// The change in words: `12 %`, `2 days`.
    pub text: String,
    /// Against what: `the 30 days before`.
    pub against: String,
}

/// A number with its unit, trend and band; children stand under it (a `Sparkline`).
#[component]
pub fn Stat(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The number, or why there is none.
    #[prop(into)]
    value: String,
    /// What the number is of: `/ day`, `%`.
    #[prop(optional, into)]
    unit: OptText,
    /// How it changed.
    #[prop(optional_no_strip)]
    trend: Option<Trend>,
    /// A rating: its tone and its word.
    #[prop(optional_no_strip)]
    band: Option<(Tone, String)>,
    /// How it is computed, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// Where a click on the label leads.
    #[prop(optional, into)]
    href: OptText,
    /// There is no number; `value` says why.
    #[prop(optional)]
    missing: bool,
    /// What stands under it.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let label = match href.get() {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    let value_class = if missing { "stat-missing" } else { "stat-value" };
    view! {
        <div class="stat">
            <p class="stat-label">{label}</p>
            <p class="stat-figure">
                <span class=value_class>{value}</span>
                {unit.get().map(|unit| view! { <span class="stat-unit">{unit}</span> })}
                {band.map(|(tone, word)| view! { <Badge tone=tone>{word}</Badge> })}
            </p>
            {trend.map(trend_line)}
            {children.map(|children| view! { <div class="stat-chart">{children()}</div> })}
            {help.get().map(|help| view! { <p class="stat-help">{help}</p> })}
        </div>
    }
    .into_any()
}

fn trend_line(trend: Trend) -> AnyView {
    let (icon, word) = match trend.direction {
        TrendDirection::Up => (IconName::TrendingUp, "up"),
        TrendDirection::Down => (IconName::TrendingDown, "down"),
        TrendDirection::Flat => (IconName::ArrowRight, "unchanged"),
    };
    view! {
        <p class=classes(&["stat-trend", trend.tone.class()])>
            <Icon icon=icon size=IconSize::Sm />
            <span class="visually-hidden">{word}</span>
            <span class="stat-change">{trend.text}</span>
            <span class="muted">{format!("vs {}", trend.against)}</span>
        </p>
    }
    .into_any()
}
