//! A message that belongs to a place on the page.

use super::badge::Tone;
use super::icon::Icon;
use super::text::{OptText, classes, slot};
use leptos::prelude::*;

/// A message with a tone. Errors are announced at once, the rest politely.
#[component]
pub fn Alert(
    /// What kind of message.
    #[prop(default = Tone::Info)]
    tone: Tone,
    /// The message in a few words.
    #[prop(optional, into)]
    title: OptText,
    /// From edge to edge, above a page.
    #[prop(optional)]
    banner: bool,
    /// What can be done about it.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// The message.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let role = if tone == Tone::Danger { "alert" } else { "status" };
    let shape = if banner { "alert-banner" } else { "" };
    view! {
        <div class=classes(&["alert", tone.class(), shape]) role=role>
            <Icon icon=tone.icon() />
            <div class="alert-body">
                {title.get().map(|title| view! { <p class="alert-title">{title}</p> })}
                {children.map(|children| view! { <div class="alert-text">{children()}</div> })}
            </div>
            {slot(actions).map(|actions| view! { <div class="alert-actions">{actions}</div> })}
        </div>
    }
    .into_any()
}
