//! The frame of a form control: label, help, error, and the ids that tie them together.

use super::text::{OptText, classes};
use leptos::prelude::*;

/// A label, a control of your own, help and error.
///
/// The control takes `id=<id>`, `aria-describedby="<id>-help <id>-error"`; the kit's own inputs do
/// all this themselves and need no `Field` around them.
#[component]
pub fn Field(
    /// The control's id.
    #[prop(into)]
    id: String,
    /// What the control is called.
    #[prop(into)]
    label: String,
    /// What to enter, in a sentence.
    #[prop(optional, into)]
    help: OptText,
    /// What is wrong with what was entered.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether it must be filled in.
    #[prop(optional)]
    required: bool,
    /// Whether the label is only for assistive technology.
    #[prop(optional)]
    label_hidden: bool,
    /// The control.
    children: Children,
) -> AnyView {
    let frame = FieldFrame { id, label, help, error, required, label_hidden, class: "" };
    frame.around(children())
}

/// What every control of the kit has around it.
pub(crate) struct FieldFrame {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) help: OptText,
    pub(crate) error: MaybeProp<String>,
    pub(crate) required: bool,
    pub(crate) label_hidden: bool,
    pub(crate) class: &'static str,
}

impl FieldFrame {
    /// Label above, help and error below.
    pub(crate) fn around(self, control: AnyView) -> AnyView {
        let FieldFrame { id, label, help, error, required, label_hidden, class } = self;
        let label_class = if label_hidden { "visually-hidden" } else { "field-label" };
        view! {
            <div class=classes(&["field", class])>
                <label class=label_class for=id.clone()>
                    {label} {required.then(required_mark)}
                </label>
                {control} {help_line(&id, help)} {error_line(&id, error)}
            </div>
        }
        .into_any()
    }
}

/// The star of a control that must be filled in; `required` says the same to machines.
pub(crate) fn required_mark() -> AnyView {
    view! {
        <span class="field-required" aria-hidden="true">
            "*"
        </span>
    }
    .into_any()
}

/// The sentence of help.
pub(crate) fn help_line(id: &str, help: OptText) -> Option<AnyView> {
    let id = format!("{id}-help");
    help.get().map(|help| {
        view! {
            <p class="field-help" id=id>
                {help}
            </p>
        }
        .into_any()
    })
}

/// The place of the error: always there, so that it is announced when it fills.
pub(crate) fn error_line(id: &str, error: MaybeProp<String>) -> AnyView {
    view! {
        <p class="field-error" id=format!("{id}-error") aria-live="polite">
            {move || error.get()}
        </p>
    }
    .into_any()
}

/// The id of a control: the one given, or one made from its name.
pub(crate) fn field_id(id: OptText, name: &str) -> String {
    id.or_else(|| format!("field-{name}"))
}

/// What `aria-describedby` of a control says.
pub(crate) fn described_by(id: &str, help: &OptText) -> String {
    if help.is_some() { format!("{id}-help {id}-error") } else { format!("{id}-error") }
}

/// Ties a control to a signal without losing what was typed before hydration: the first run takes
/// the page's value over into the signal, later runs write the signal's value to the page.
pub(crate) fn keep_in_step(
    bind: Option<RwSignal<String>>,
    read: impl Fn() -> Option<String> + 'static,
    write: impl Fn(&str) + 'static,
) {
    let Some(bind) = bind else { return };
    Effect::new(move |before: Option<()>| {
        let wanted = bind.get();
        match read() {
            Some(shown) if shown == wanted => {}
            Some(shown) if before.is_none() => bind.set(shown),
            Some(_) => write(&wanted),
            None => {}
        }
    });
}
