//! Controls for text and files.

use super::field::{FieldFrame, described_by, field_id, keep_in_step};
use super::icon::{Icon, IconName};
use super::text::{OptText, classes};
use leptos::html;
use leptos::prelude::*;

/// What a line of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputKind {
    /// Any text.
    #[default]
    Text,
    /// An address of a page.
    Url,
    /// An address of a person.
    Email,
    /// A number.
    Number,
    /// A secret.
    Password,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time.
    DateTime,
}

impl InputKind {
    fn name(self) -> &'static str {
        match self {
            InputKind::Text => "text",
            InputKind::Url => "url",
            InputKind::Email => "email",
            InputKind::Number => "number",
            InputKind::Password => "password",
            InputKind::Date => "date",
            InputKind::Time => "time",
            InputKind::DateTime => "datetime-local",
        }
    }
}

/// A line of text with label, help and error. `on:input`, `on:change` bubble to the component.
#[component]
pub fn TextInput(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: OptText,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// What kind of text.
    #[prop(optional)]
    kind: InputKind,
    /// An example, shown while it is empty.
    #[prop(optional, into)]
    placeholder: OptText,
    /// What to enter, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong with what was entered.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Can be read and copied, not changed.
    #[prop(optional)]
    readonly: bool,
    /// Whether the label is only for assistive technology.
    #[prop(optional)]
    label_hidden: bool,
    /// A regular expression the whole text must match.
    #[prop(optional, into)]
    pattern: OptText,
    /// The fewest characters.
    #[prop(optional_no_strip)]
    min_length: Option<u64>,
    /// The most characters.
    #[prop(optional_no_strip)]
    max_length: Option<u64>,
    /// The least number.
    #[prop(optional, into)]
    min: OptText,
    /// The greatest number.
    #[prop(optional, into)]
    max: OptText,
    /// The step of numbers; `any` allows fractions.
    #[prop(optional, into)]
    step: OptText,
    /// What the browser may fill in: `off`, `username`, …
    #[prop(optional, into)]
    autocomplete: OptText,
    /// Texts to choose from; anything else may be typed too.
    #[prop(optional)]
    suggestions: Vec<String>,
    /// In the type of code.
    #[prop(optional)]
    mono: bool,
    /// Further classes of the field.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let id = field_id(id, &name);
    let described = described_by(&id, &help);
    let node = NodeRef::<html::Input>::new();
    keep_in_step(
        bind,
        move || node.get().map(|node| node.value()),
        move |value| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value);
            }
        },
    );
    let value = bind.map(|bind| bind.get_untracked()).or(value.get());
    let list_id = (!suggestions.is_empty()).then(|| format!("{id}-list"));
    let list = list_id.clone().map(|list_id| {
        let options = suggestions.into_iter().map(|text| view! { <option value=text></option> });
        view! { <datalist id=list_id>{options.collect_view()}</datalist> }
    });
    let control = view! {
        <input
            node_ref=node
            type=kind.name()
            class=classes(&["input", if mono { "mono" } else { "" }])
            id=id.clone()
            name=name
            value=value
            placeholder=placeholder.get()
            required=required
            readonly=readonly
            disabled=move || disabled.get()
            pattern=pattern.get()
            minlength=min_length.map(|length| length.to_string())
            maxlength=max_length.map(|length| length.to_string())
            min=min.get()
            max=max.get()
            step=step.get()
            autocomplete=autocomplete.get()
            list=list_id
            aria-describedby=described
            aria-invalid=move || error.get().map(|_| "true")
            on:input=move |event| {
                if let Some(bind) = bind {
                    bind.set(event_target_value(&event));
                }
            }
        />
        {list}
    };
    FieldFrame { id, label, help, error, required, label_hidden, class }.around(control.into_any())
}

/// Several lines of text with label, help and error.
#[component]
pub fn TextArea(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: OptText,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// An example, shown while it is empty.
    #[prop(optional, into)]
    placeholder: OptText,
    /// What to enter, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong with what was entered.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the label is only for assistive technology.
    #[prop(optional)]
    label_hidden: bool,
    /// The fewest characters.
    #[prop(optional_no_strip)]
    min_length: Option<u64>,
    /// The most characters.
    #[prop(optional_no_strip)]
    max_length: Option<u64>,
    /// How many lines are seen.
    #[prop(default = 4)]
    rows: u8,
    /// In the type of code.
    #[prop(optional)]
    mono: bool,
    /// Further classes of the field.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let id = field_id(id, &name);
    let described = described_by(&id, &help);
    let node = NodeRef::<html::Textarea>::new();
    keep_in_step(
        bind,
        move || node.get().map(|node| node.value()),
        move |value| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value);
            }
        },
    );
    let value = bind.map(|bind| bind.get_untracked()).or(value.get()).unwrap_or_default();
    let value = if cfg!(target_arch = "wasm32") { value } else { as_html(&value) };
    let control = view! {
        <textarea
            node_ref=node
            class=classes(&["input", "textarea", if mono { "mono" } else { "" }])
            id=id.clone()
            name=name
            rows=rows.to_string()
            placeholder=placeholder.get()
            required=required
            disabled=move || disabled.get()
            minlength=min_length.map(|length| length.to_string())
            maxlength=max_length.map(|length| length.to_string())
            aria-describedby=described
            aria-invalid=move || error.get().map(|_| "true")
            on:input=move |event| {
                if let Some(bind) = bind {
                    bind.set(event_target_value(&event));
                }
            }
        >
            {value}
        </textarea>
    };
    FieldFrame { id, label, help, error, required, label_hidden, class }.around(control.into_any())
}

/// A text as it stands in HTML: what is inside this element is written as it is.
fn as_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// One or several files, with label, help and error.
#[component]
pub fn FileInput(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// The element's id; made from the name when not given.
    #[prop(optional, into)]
    id: OptText,
    /// File types: `.yaml,.yml` or `image/*`.
    #[prop(optional, into)]
    accept: OptText,
    /// Whether several files may be chosen.
    #[prop(optional)]
    multiple: bool,
    /// What to choose, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong with what was chosen.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether a file must be chosen.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let id = field_id(id, &name);
    let control = view! {
        <input
            type="file"
            class="input input-file"
            id=id.clone()
            name=name
            accept=accept.get()
            multiple=multiple
            required=required
            aria-describedby=described_by(&id, &help)
            aria-invalid=move || error.get().map(|_| "true")
        />
    };
    FieldFrame { id, label, help, error, required, label_hidden: false, class: "" }
        .around(control.into_any())
}

/// A search field: the key `/` goes to the first one on the page.
#[component]
pub fn SearchInput(
    /// What is searched.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(default = "q")]
    name: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: OptText,
    /// A signal kept in step with it.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// An example, shown while it is empty; the label when not given.
    #[prop(optional, into)]
    placeholder: OptText,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let node = NodeRef::<html::Input>::new();
    keep_in_step(
        bind,
        move || node.get().map(|node| node.value()),
        move |value| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value);
            }
        },
    );
    let value = bind.map(|bind| bind.get_untracked()).or(value.get());
    view! {
        <div class=classes(&["search-input", class])>
            <Icon icon=IconName::Search />
            <input
                node_ref=node
                type="search"
                class="input"
                name=name
                value=value
                placeholder=placeholder.or_else(|| label.clone())
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                data-filter=""
                on:input=move |event| {
                    if let Some(bind) = bind {
                        bind.set(event_target_value(&event));
                    }
                }
            />
            <kbd class="kbd search-key" aria-hidden="true">
                "/"
            </kbd>
        </div>
    }
    .into_any()
}
