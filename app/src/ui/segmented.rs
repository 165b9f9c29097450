//! One of two to five things, side by side.

use super::icon::{Icon, IconName};
use super::select::Choice;
use super::text::OptText;
use leptos::prelude::*;

/// Radio buttons drawn side by side; sends `name=value` in a form.
#[component]
pub fn SegmentedControl(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What is chosen here, for assistive technology.
    #[prop(into)]
    label: String,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: OptText,
    /// A signal kept in step with the choice.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
) -> AnyView {
    let chosen = bind.map(|bind| bind.get_untracked()).or(value.get()).unwrap_or_default();
    let segments = choices
        .into_iter()
        .map(|choice| {
            let checked = choice.value == chosen;
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        class="visually-hidden"
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        disabled=choice.disabled
                    />
                    <span>{choice.label}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div
            class="segmented"
            role="radiogroup"
            aria-label=label
            on:change=move |event| {
                if let Some(bind) = bind {
                    bind.set(event_target_value(&event));
                }
            }
        >
            {segments}
        </div>
    }
    .into_any()
}

/// One segment that is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentLink {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one shown.
    pub active: bool,
    /// An icon before the text.
    pub icon: Option<IconName>,
}

impl SegmentLink {
    /// A segment.
    pub fn new(label: impl Into<String>, href: impl Into<String>, active: bool) -> Self {
        SegmentLink { label: label.into(), href: href.into(), active, icon: None }
    }

    /// With an icon before the text.
    pub fn icon(mut self, icon: IconName) -> Self {
        self.icon = Some(icon);
        self
    }
}

/// Links drawn side by side: views of the same thing, each with an address.
#[component]
pub fn SegmentedLinks(
    /// What is chosen here, for assistive technology.
    #[prop(into)]
    label: String,
    /// The segments.
    segments: Vec<SegmentLink>,
) -> AnyView {
    let segments = segments
        .into_iter()
        .map(|SegmentLink { label, href, active, icon }| {
            view! {
                <a class="segment" href=href aria-current=active.then_some("true")>
                    <span>{icon.map(|icon| view! { <Icon icon=icon /> })} {label}</span>
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="segmented" aria-label=label>
            {segments}
        </nav>
    }
    .into_any()
}
