//! The steps of a process and where it stands.

use super::icon::{Icon, IconName};
use super::text::classes;
use leptos::prelude::*;

/// Where one step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepState {
    /// Not yet.
    #[default]
    Waiting,
    /// Now.
    Active,
    /// Done well.
    Done,
    /// Did not work.
    Failed,
    /// Left out.
    Skipped,
}

impl StepState {
    fn class(self) -> &'static str {
        match self {
            StepState::Waiting => "step-waiting",
            StepState::Active => "step-active",
            StepState::Done => "step-done",
            StepState::Failed => "step-failed",
            StepState::Skipped => "step-skipped",
        }
    }

    fn words(self) -> &'static str {
        match self {
            StepState::Waiting => "not started",
            StepState::Active => "in progress",
            StepState::Done => "done",
            StepState::Failed => "failed",
            StepState::Skipped => "skipped",
        }
    }

    fn icon(self) -> Option<IconName> {
        match self {
            StepState::Waiting | StepState::Active => None,
            StepState::Done => Some(IconName::Check),
            StepState::Failed => Some(IconName::X),
            StepState::Skipped => Some(IconName::Minus),
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub label: String,
    /// Where it stands.
    pub state: StepState,
    /// A line under the label: how long it took, why it failed.
    pub detail: Option<String>,
    /// Where a click leads.
    pub href: Option<String>,
}

impl Step {
    /// A step.
    pub fn new(label: impl Into<String>, state: StepState) -> Self {
        Step { label: label.into(), state, detail: None, href: None }
    }

    /// With a line under the label.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With a place a click leads to.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// Steps, one under the other, or side by side.
#[component]
pub fn Stepper(
    /// What the steps are of.
    #[prop(into)]
    label: String,
    /// The steps.
    steps: Vec<Step>,
    /// Side by side.
    #[prop(optional)]
    horizontal: bool,
) -> AnyView {
    let steps = steps
        .into_iter()
        .enumerate()
        .map(|(index, Step { label, state, detail, href })| {
            let mark = match state.icon() {
                Some(icon) => view! { <Icon icon=icon /> }.into_any(),
                None => (index + 1).into_any(),
            };
            let text = view! {
                <span class="step-label">{label}</span>
                <span class="visually-hidden">{format!(", {}", state.words())}</span>
                {detail.map(|detail| view! { <span class="step-detail">{detail}</span> })}
            };
            let text = match href {
                Some(href) => view! {
                    <a class="step-text" href=href>
                        {text}
                    </a>
                }
                .into_any(),
                None => view! { <span class="step-text">{text}</span> }.into_any(),
            };
            view! {
                <li
                    class=classes(&["step", state.class()])
                    aria-current=(state == StepState::Active).then_some("step")
                >
                    <span class="step-mark" aria-hidden="true">
                        {mark}
                    </span>
                    {text}
                </li>
            }
        })
        .collect_view();
    let class = if horizontal { "stepper stepper-horizontal" } else { "stepper" };
    view! {
        <ol class=class aria-label=label>
            {steps}
        </ol>
    }
    .into_any()
}
