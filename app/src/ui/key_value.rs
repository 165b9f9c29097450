//! Facts about one thing: what they are called and what they are.

use super::text::classes;
use leptos::prelude::*;

/// A list of facts; its children are `KeyValueItem`s.
#[component]
pub fn KeyValue(
    /// Label above value in a grid instead of beside it.
    #[prop(optional)]
    stacked: bool,
    /// The facts.
    children: Children,
) -> AnyView {
    let layout = if stacked { "key-value-stacked" } else { "" };
    view! { <dl class=classes(&["key-value", layout])>{children()}</dl> }.into_any()
}

/// One fact.
#[component]
pub fn KeyValueItem(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// What it is; nothing shows a dash.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let value = match children {
        Some(children) => children(),
        None => view! { <span class="muted">"—"</span> }.into_any(),
    };
    view! {
        <div class="key-value-item">
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
    .into_any()
}
