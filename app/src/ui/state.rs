//! What stands where content would be: nothing yet, or something went wrong.

use super::icon::{Icon, IconName, IconSize};
use super::text::OptText;
use leptos::prelude::*;

/// Nothing is here, and what to do about it.
#[component]
pub fn EmptyState(
    /// What is missing, in a few words.
    #[prop(into)]
    title: String,
    /// Why, and what the next step is.
    #[prop(optional, into)]
    text: OptText,
    /// A picture of what is missing.
    #[prop(default = IconName::Inbox)]
    icon: IconName,
    /// Lower: inside cards.
    #[prop(optional)]
    compact: bool,
    /// The next step: a `LinkButton`, a command to copy.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let class = if compact { "state state-compact" } else { "state" };
    view! {
        <div class=class>
            <span class="state-icon">
                <Icon icon=icon size=IconSize::Xl />
            </span>
            <p class="state-title">{title}</p>
            {text.get().map(|text| view! { <p class="state-text">{text}</p> })}
            {children
                .map(|children| view! { <div class="state-actions">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// Something went wrong: what, what to tell the operators, and a way to try again.
#[component]
pub fn ErrorState(
    /// What went wrong, in a few words.
    #[prop(default = "This could not be loaded".to_owned(), into)]
    title: String,
    /// What happened and what to do, as the error says it.
    #[prop(into)]
    message: String,
    /// Names the failure in the logs.
    #[prop(optional, into)]
    request_id: OptText,
    /// The page to try again: the browser loads it anew, since the router would stay on a page that
    /// is shown already.
    #[prop(optional, into)]
    retry_href: OptText,
    /// Tries again in place.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
    /// Lower: inside cards.
    #[prop(optional)]
    compact: bool,
) -> AnyView {
    let class = if compact { "state state-error state-compact" } else { "state state-error" };
    let retry = move || {
        view! {
            <Icon icon=IconName::RotateCcw />
            "Try again"
        }
    };
    let retry = match (on_retry, retry_href.get()) {
        (Some(on_retry), _) => Some(
            view! {
                <button type="button" class="btn btn-secondary" on:click=move |_| on_retry.run(())>
                    {retry()}
                </button>
            }
            .into_any(),
        ),
        (None, Some(href)) => Some(
            view! {
                <a class="btn btn-secondary" href=href rel="external">
                    {retry()}
                </a>
            }
            .into_any(),
        ),
        (None, None) => None,
    };
    view! {
        <div class=class role="alert">
            <span class="state-icon">
                <Icon icon=IconName::TriangleAlert size=IconSize::Xl />
            </span>
            <p class="state-title">{title}</p>
            <p class="state-text">{message}</p>
            {request_id
                .get()
                .map(|id| {
                    view! {
                        <p class="state-id">
                            "Request " <code>{id}</code>
                        </p>
                    }
                })}
            {retry.map(|retry| view! { <div class="state-actions">{retry}</div> })}
        </div>
    }
    .into_any()
}
