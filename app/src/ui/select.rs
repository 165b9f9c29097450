//! Choosing one of several things from a list that unfolds.

use super::field::{FieldFrame, described_by, field_id, keep_in_step};
use super::text::OptText;
use leptos::html;
use leptos::prelude::*;

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A line of explanation (radio buttons and check boxes show it).
    pub hint: Option<String>,
    /// Cannot be chosen now.
    pub disabled: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), hint: None, disabled: false }
    }

    /// A choice whose value is what is shown.
    pub fn plain(value: impl Into<String>) -> Self {
        let value = value.into();
        Choice { label: value.clone(), value, hint: None, disabled: false }
    }

    /// With a line of explanation.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Cannot be chosen now.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// A list that unfolds, with label, help and error.
#[component]
pub fn Select(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// What is chosen at first.
    #[prop(optional, into)]
    value: OptText,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// The text of an empty first choice.
    #[prop(optional, into)]
    placeholder: OptText,
    /// What to choose, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong with what was chosen.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether something must be chosen.
    #[prop(optional)]
    required: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the label is only for assistive technology.
    #[prop(optional)]
    label_hidden: bool,
    /// Further classes of the field.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let id = field_id(id, &name);
    let described = described_by(&id, &help);
    let node = NodeRef::<html::Select>::new();
    keep_in_step(
        bind,
        move || node.get().map(|node| node.value()),
        move |value| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value);
            }
        },
    );
    let chosen = bind.map(|bind| bind.get_untracked()).or(value.get()).unwrap_or_default();
    let first = placeholder.get().map(|text| {
        view! {
            <option value="" selected=chosen.is_empty() prop:selected=chosen.is_empty()>
                {text}
            </option>
        }
    });
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == chosen;
            view! {
                <option
                    value=choice.value
                    selected=selected
                    prop:selected=selected
                    disabled=choice.disabled
                >
                    {choice.label}
                </option>
            }
        })
        .collect_view();
    let control = view! {
        <div class="select">
            <select
                node_ref=node
                class="input"
                id=id.clone()
                name=name
                required=required
                disabled=move || disabled.get()
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
                on:change=move |event| {
                    if let Some(bind) = bind {
                        bind.set(event_target_value(&event));
                    }
                }
            >
                {first}
                {options}
            </select>
        </div>
    };
    FieldFrame { id, label, help, error, required, label_hidden, class }.around(control.into_any())
}
