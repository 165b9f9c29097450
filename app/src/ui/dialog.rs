//! A window above the page: the platform's own `dialog`.

use super::button::{ButtonSize, ButtonVariant};
use super::icon::{Icon, IconName};
use super::text::{OptText, classes, slot};
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How wide a dialog is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DialogSize {
    /// 480 pixels: a question.
    #[default]
    Md,
    /// 720 pixels: a form.
    Lg,
}

/// A dialog. It opens with a `DialogButton`, or `open_dialog(id)`; Escape, a click beside it and
/// every `<form method="dialog">` button close it. `on:close=…` may be put on it.
#[component]
pub fn Dialog(
    /// Its id.
    #[prop(into)]
    id: String,
    /// The heading.
    #[prop(into)]
    title: String,
    /// A line under the heading.
    #[prop(optional, into)]
    text: OptText,
    /// How wide.
    #[prop(optional)]
    size: DialogSize,
    /// The buttons; without them there is only the cross.
    #[prop(optional, into)]
    footer: Option<ViewFnOnce>,
    /// The content.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let title_id = format!("{id}-title");
    let size = if size == DialogSize::Lg { "dialog-lg" } else { "" };
    view! {
        <dialog
            class=classes(&["dialog", size])
            id=id
            aria-labelledby=title_id
            closedby="any"
            on:click=close_when_beside
        >
            <div class="dialog-box">
                <header class="dialog-head">
                    <div class="dialog-titles">
                        <h2 class="dialog-title" id=title_id.clone()>
                            {title}
                        </h2>
                        {text.get().map(|text| view! { <p class="dialog-text">{text}</p> })}
                    </div>
                    <form method="dialog">
                        <button class="btn btn-ghost btn-icon" aria-label="Close">
                            <Icon icon=IconName::X />
                        </button>
                    </form>
                </header>
                {children.map(|children| view! { <div class="dialog-body">{children()}</div> })}
                {slot(footer)
                    .map(|footer| view! { <footer class="dialog-foot">{footer}</footer> })}
            </div>
        </dialog>
    }
    .into_any()
}

/// A button that opens a dialog, also before hydration where the browser knows `command`.
#[component]
pub fn DialogButton(
    /// The dialog's id.
    #[prop(into)]
    dialog: String,
    /// How much it asks for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// The text.
    children: Children,
) -> AnyView {
    let target = dialog.clone();
    let open = move |_: MouseEvent| open_by_button(&target);
    view! {
        <super::button::Button
            variant=variant
            size=size
            nostrip:icon=icon
            attr:command="show-modal"
            attr:commandfor=dialog
            attr:aria-haspopup="dialog"
            on:click=open
        >
            {children()}
        </super::button::Button>
    }
    .into_any()
}

/// For buttons with `command`: opens the dialog where the browser does not do so by itself.
pub(crate) fn open_by_button(id: &str) {
    let knows_command = js_sys::Reflect::has(&window(), &"CommandEvent".into());
    if !knows_command.unwrap_or(false) {
        open_dialog(id);
    }
}

/// Opens the dialog with this id.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = find(id)
        && !dialog.open()
    {
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog with this id.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = find(id) {
        dialog.close();
    }
}

fn find(id: &str) -> Option<web_sys::HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// For browsers that do not know `closedby`: the content fills the dialog, so a click whose target
/// is the dialog itself was beside it.
pub(crate) fn close_when_beside(event: MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    if let Some(dialog) = target {
        let dialog: web_sys::HtmlDialogElement = dialog;
        dialog.close();
    }
}
