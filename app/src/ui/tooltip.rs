//! Explanations on hover and focus, and links that leave the portal.

use super::icon::{Icon, IconName, IconSize};
use leptos::prelude::*;

/// A short explanation shown while its content is pointed at or focused.
/// Assistive technology reads it after the content.
#[component]
pub fn Tooltip(
    /// The explanation.
    #[prop(into)]
    text: String,
    /// Below the content instead of above it.
    #[prop(optional)]
    below: bool,
    /// What is explained.
    children: Children,
) -> AnyView {
    let class = if below { "tooltip tooltip-below" } else { "tooltip" };
    view! {
        <span class=class>
            {children()} <span class="tooltip-text" role="tooltip">
                {text}
            </span>
        </span>
    }
    .into_any()
}

/// A link to another site.
#[component]
pub fn ExternalLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <a class="external" href=href target="_blank" rel="noopener noreferrer">
            {children()}
            <Icon icon=IconName::ExternalLink size=IconSize::Sm />
            <span class="visually-hidden">"(opens in a new tab)"</span>
        </a>
    }
    .into_any()
}
