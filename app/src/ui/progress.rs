//! Waiting: a turning circle, a filling bar.

use super::text::OptText;
use leptos::prelude::*;

/// Something is going on.
#[component]
pub fn Spinner(
    /// What is going on.
    #[prop(default = "Loading".to_owned(), into)]
    label: String,
    /// Whether the words are seen.
    #[prop(optional)]
    show_label: bool,
) -> AnyView {
    let text = if show_label { "spinner-label" } else { "visually-hidden" };
    view! {
        <span class="spinner" role="status">
            <span class="spinner-ring" aria-hidden="true"></span>
            <span class=text>{label}</span>
        </span>
    }
    .into_any()
}

/// How far something is. Without a value: going on, end unknown.
#[component]
pub fn Progress(
    /// What is going on.
    #[prop(into)]
    label: String,
    /// How far.
    #[prop(optional, into)]
    value: MaybeProp<f64>,
    /// What `value` is when it is done.
    #[prop(default = 100.0)]
    max: f64,
    /// The number in words: "3 of 7 steps".
    #[prop(optional, into)]
    text: OptText,
) -> AnyView {
    let name = label.clone();
    view! {
        <div class="progress">
            <div class="progress-text">
                <span>{label}</span>
                {text.get().map(|text| view! { <span class="muted">{text}</span> })}
            </div>
            <progress class="progress-bar" max=max value=move || value.get() aria-label=name></progress>
        </div>
    }
    .into_any()
}
