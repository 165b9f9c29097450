//! Buttons, and links that look like them.

use super::icon::{Icon, IconName};
use super::text::{OptText, classes};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonVariant {
    /// The one thing to do on this page.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// No frame until pointed at: tool bars, cards.
    Ghost,
    /// Destroys something.
    Danger,
}

impl ButtonVariant {
    fn class(self) -> &'static str {
        match self {
            ButtonVariant::Primary => "btn-primary",
            ButtonVariant::Secondary => "btn-secondary",
            ButtonVariant::Ghost => "btn-ghost",
            ButtonVariant::Danger => "btn-danger",
        }
    }
}

/// How large a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonSize {
    /// 24 pixels high, in tables and cards.
    Sm,
    /// 32 pixels high.
    #[default]
    Md,
    /// 40 pixels high, where one button is the page.
    Lg,
}

impl ButtonSize {
    fn class(self) -> &'static str {
        match self {
            ButtonSize::Sm => "btn-sm",
            ButtonSize::Md => "",
            ButtonSize::Lg => "btn-lg",
        }
    }
}

/// What a button does in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// Nothing by itself.
    #[default]
    Button,
    /// Sends the form.
    Submit,
    /// Puts the form back.
    Reset,
}

impl ButtonKind {
    fn name(self) -> &'static str {
        match self {
            ButtonKind::Button => "button",
            ButtonKind::Submit => "submit",
            ButtonKind::Reset => "reset",
        }
    }
}

/// A button. `on:click=…`, `attr:name=…`, `attr:value=…` land on the element.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Working on it: shows a spinner and takes no click.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <button
            type=kind.name()
            class=classes(&["btn", variant.class(), size.class(), class])
            disabled=move || disabled.get() || loading.get()
            aria-busy=move || loading.get().then_some("true")
        >
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            <span class="btn-text">{children()}</span>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it asks for attention.
    #[prop(optional)]
    variant: ButtonVariant,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <a href=href class=classes(&["btn", variant.class(), size.class(), class])>
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            <span class="btn-text">{children()}</span>
        </a>
    }
    .into_any()
}

/// A button of one icon: its label is its accessible name and its tooltip.
#[component]
pub fn IconButton(
    /// The icon.
    icon: IconName,
    /// What it does.
    #[prop(into)]
    label: String,
    /// How much it asks for attention.
    #[prop(default = ButtonVariant::Ghost)]
    variant: ButtonVariant,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// Where it leads: makes it a link.
    #[prop(optional, into)]
    href: OptText,
    /// Cannot be used now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let class = classes(&["btn", "btn-icon", variant.class(), size.class(), class]);
    let title = label.clone();
    match href.get() {
        Some(href) => view! {
            <a href=href class=class title=title aria-label=label>
                <Icon icon=icon />
            </a>
        }
        .into_any(),
        None => view! {
            <button
                type=kind.name()
                class=class
                title=title
                aria-label=label
                disabled=move || disabled.get()
            >
                <Icon icon=icon />
            </button>
        }
        .into_any(),
    }
}
