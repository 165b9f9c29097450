//! A framed part of a page.

use super::icon::{Icon, IconName};
use super::text::{OptText, classes, slot};
use leptos::prelude::*;

/// A card: head with title and actions, body, foot.
#[component]
pub fn Card(
    /// The heading; a card without one has no head.
    #[prop(optional, into)]
    title: OptText,
    /// A line under the heading.
    #[prop(optional, into)]
    subtitle: OptText,
    /// An icon before the heading.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Makes the heading a link.
    #[prop(optional, into)]
    href: OptText,
    /// Buttons on the right of the head.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// What stands under the body: where data comes from, further links.
    #[prop(optional, into)]
    footer: Option<ViewFnOnce>,
    /// No padding in the body: for tables and lists that reach the edges.
    #[prop(optional)]
    flush: bool,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// The body.
    children: Children,
) -> AnyView {
    let actions = slot(actions).map(|actions| view! { <div class="card-actions">{actions}</div> });
    let head = title.get().map(|title| {
        let title = match href.get() {
            Some(href) => view! { <a href=href>{title}</a> }.into_any(),
            None => title.into_any(),
        };
        view! {
            <header class="card-head">
                {icon.map(|icon| view! { <Icon icon=icon /> })}
                <div class="card-titles">
                    <h2 class="card-title">{title}</h2>
                    {subtitle.get().map(|text| view! { <p class="card-subtitle">{text}</p> })}
                </div>
                {actions}
            </header>
        }
    });
    let body = if flush { "card-body card-flush" } else { "card-body" };
    view! {
        <section class=classes(&["card", class])>
            {head} <div class=body>{children()}</div>
            {slot(footer).map(|footer| view! { <footer class="card-foot">{footer}</footer> })}
        </section>
    }
    .into_any()
}
