//! A button for what cannot be taken back: it asks first.

use super::button::{Button, ButtonKind, ButtonSize, ButtonVariant};
use super::dialog::{Dialog, DialogButton, close_dialog};
use leptos::ev;
use leptos::prelude::*;

/// What puts a form around the question and its buttons; called once for each way of asking.
pub type ConfirmForm = Box<dyn Fn(AnyView) -> AnyView + Send + Sync>;

/// A button and the question behind it: a dialog with script, without script lines that unfold.
/// Only the button in the question sends the form.
#[component]
pub fn Confirm(
    /// The id of the dialog.
    #[prop(into)]
    id: String,
    /// The button that asks.
    #[prop(into)]
    label: String,
    /// The question.
    #[prop(into)]
    title: String,
    /// What will be.
    #[prop(into)]
    text: String,
    /// The button that does it.
    #[prop(into)]
    confirm: String,
    /// What the button that does it says to the form, as `action`.
    #[prop(optional)]
    action: Option<&'static str>,
    /// How much the buttons ask for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How large the button that asks is.
    #[prop(optional)]
    size: ButtonSize,
    /// The form around the question.
    form: ConfirmForm,
) -> AnyView {
    let submit = move || {
        let confirm = confirm.clone();
        view! {
            <Button
                kind=ButtonKind::Submit
                variant
                attr:name=action.map(|_| "action")
                attr:value=action
            >
                {confirm}
            </Button>
        }
        .into_any()
    };
    let (closing, cancelling) = (id.clone(), id.clone());
    let in_dialog = form(
        view! {
            <p>{text.clone()}</p>
            <div class="form-actions confirm-actions">
                <Button on:click=move |_| close_dialog(&cancelling)>"Cancel"</Button>
                {submit()}
            </div>
        }
        .into_any(),
    );
    let without_script = form(view! { <p>{text}</p> {submit()} }.into_any());
    let opening = label.clone();
    let close = move |_: ev::SubmitEvent| close_dialog(&closing);
    view! {
        <div class="confirm">
            <div class="with-script">
                <DialogButton dialog=id.clone() variant size>
                    {opening}
                </DialogButton>
                <Dialog id title>
                    <div on:submit=close>{in_dialog}</div>
                </Dialog>
            </div>
            <details class="fold without-script">
                <summary>{label}</summary>
                {without_script}
            </details>
        </div>
    }
    .into_any()
}
