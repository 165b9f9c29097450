//! Yes or no, several of many, one of a few.

use super::field::{described_by, error_line, field_id, help_line, required_mark};
use super::select::Choice;
use super::text::OptText;
use leptos::html;
use leptos::prelude::*;

/// A check box. A form sends `name=value` when it is checked, nothing otherwise.
#[component]
pub fn Checkbox(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// What the form sends.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is checked at first.
    #[prop(optional)]
    checked: bool,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<bool>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it must be checked.
    #[prop(optional)]
    required: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let parts = Toggle { name, label, id, value, checked, bind, help, error, required, disabled };
    parts.view("checkbox", None)
}

/// A switch: a check box that reads as on or off.
#[component]
pub fn Switch(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// What the form sends.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is on at first.
    #[prop(optional)]
    checked: bool,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<bool>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let required = false;
    let parts = Toggle { name, label, id, value, checked, bind, help, error, required, disabled };
    parts.view("switch", Some("switch"))
}

struct Toggle {
    name: String,
    label: String,
    id: OptText,
    value: String,
    checked: bool,
    bind: Option<RwSignal<bool>>,
    help: OptText,
    error: MaybeProp<String>,
    required: bool,
    disabled: Signal<bool>,
}

impl Toggle {
    fn view(self, class: &'static str, role: Option<&'static str>) -> AnyView {
        let Toggle { name, label, id, value, checked, bind, help, error, required, disabled } =
            self;
        let id = field_id(id, &name);
        let node = NodeRef::<html::Input>::new();
        if let Some(bind) = bind {
            // As for text: what was clicked before hydration counts.
            Effect::new(move |before: Option<()>| {
                let wanted = bind.get();
                match node.get() {
                    Some(node) if node.checked() == wanted => {}
                    Some(node) if before.is_none() => bind.set(node.checked()),
                    Some(node) => node.set_checked(wanted),
                    None => {}
                }
            });
        }
        let checked = bind.map_or(checked, |bind| bind.get_untracked());
        let described = described_by(&id, &help);
        view! {
            <div class="field field-toggle">
                <label class="toggle">
                    <input
                        node_ref=node
                        type="checkbox"
                        role=role
                        class=class
                        id=id.clone()
                        name=name
                        value=value
                        checked=checked
                        required=required
                        disabled=move || disabled.get()
                        aria-describedby=described
                        aria-invalid=move || error.get().map(|_| "true")
                        on:change=move |event| {
                            if let Some(bind) = bind {
                                bind.set(event_target_checked(&event));
                            }
                        }
                    />
                    <span class="toggle-label">{label} {required.then(required_mark)}</span>
                </label>
                {help_line(&id, help)}
                {error_line(&id, error)}
            </div>
        }
        .into_any()
    }
}

/// Several of many: check boxes under one heading.
#[component]
pub fn CheckboxGroup(
    /// The name in the form, the same for all.
    #[prop(into)]
    name: String,
    /// What they are called together.
    #[prop(into)]
    label: String,
    /// What there is to choose.
    choices: Vec<Choice>,
    /// What is chosen at first.
    #[prop(optional)]
    selected: Vec<String>,
    /// A signal kept in step with the choice, in the order of `choices`.
    #[prop(optional)]
    bind: Option<RwSignal<Vec<String>>>,
    /// A sentence of help.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether one must be chosen (checked by the server).
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let order: Vec<String> = choices.iter().map(|choice| choice.value.clone()).collect();
    let selected = bind.map_or(selected, |bind| bind.get_untracked());
    let change = move |value: &str, on: bool| {
        let Some(bind) = bind else { return };
        bind.update(|chosen| {
            chosen.retain(|other| other != value);
            if on {
                chosen.push(value.to_owned());
                chosen.sort_by_key(|value| order.iter().position(|other| other == value));
            }
        });
    };
    let parts = Group { name, label, choices, selected, help, error, required };
    parts.view("checkbox", false, change)
}

/// One of a few: radio buttons under one heading.
#[component]
pub fn RadioGroup(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What they are called together.
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
    /// A sentence of help.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether one must be chosen.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let selected = bind.map(|bind| bind.get_untracked()).or(value.get()).into_iter().collect();
    let change = move |value: &str, on: bool| {
        if let (Some(bind), true) = (bind, on) {
            bind.set(value.to_owned());
        }
    };
    let parts = Group { name, label, choices, selected, help, error, required };
    parts.view("radio", required, change)
}

struct Group {
    name: String,
    label: String,
    choices: Vec<Choice>,
    selected: Vec<String>,
    help: OptText,
    error: MaybeProp<String>,
    required: bool,
}

impl Group {
    fn view(
        self,
        kind: &'static str,
        each_required: bool,
        change: impl Fn(&str, bool) + 'static,
    ) -> AnyView {
        let Group { name, label, choices, selected, help, error, required } = self;
        let id = format!("field-{name}");
        let boxes = choices
            .into_iter()
            .map(|choice| {
                let checked = selected.contains(&choice.value);
                view! {
                    <label class="toggle">
                        <input
                            type=kind
                            class=kind
                            name=name.clone()
                            value=choice.value
                            checked=checked
                            required=each_required
                            disabled=choice.disabled
                        />
                        <span class="toggle-label">
                            {choice.label}
                            {choice
                                .hint
                                .map(|hint| view! { <span class="toggle-hint">{hint}</span> })}
                        </span>
                    </label>
                }
            })
            .collect_view();
        let described = described_by(&id, &help);
        view! {
            <fieldset
                class="field field-group"
                id=id.clone()
                aria-describedby=described
                on:change=move |event| {
                    change(&event_target_value(&event), event_target_checked(&event));
                }
            >
                <legend class="field-label">{label} {required.then(required_mark)}</legend>
                <div class="toggle-list">{boxes}</div>
                {help_line(&id, help)}
                {error_line(&id, error)}
            </fieldset>
        }
        .into_any()
    }
}
