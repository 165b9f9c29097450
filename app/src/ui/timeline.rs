//! What happened, newest first.

use super::badge::Tone;
use super::icon::{Icon, IconName, IconSize};
use super::text::classes;
use super::time::RelativeTime;
use leptos::prelude::*;
use model::time::Timestamp;

/// A list of events; its children are `TimelineItem`s.
#[component]
pub fn Timeline(
    /// What it is the history of.
    #[prop(into)]
    label: String,
    /// The events.
    children: Children,
) -> AnyView {
    view! {
        <ol class="timeline" aria-label=label>
            {children()}
        </ol>
    }
    .into_any()
}

/// One event.
#[component]
pub fn TimelineItem(
    /// A picture of what happened.
    #[prop(default = IconName::Circle)]
    icon: IconName,
    /// What its colour means.
    #[prop(optional)]
    tone: Tone,
    /// When.
    #[prop(optional)]
    at: Option<Timestamp>,
    /// What happened.
    children: Children,
) -> AnyView {
    view! {
        <li class=classes(&["timeline-item", tone.class()])>
            <span class="timeline-mark" aria-hidden="true">
                <Icon icon=icon size=IconSize::Sm />
            </span>
            <div class="timeline-body">{children()}</div>
            {at.map(|at| view! { <RelativeTime at=at /> })}
        </li>
    }
    .into_any()
}
