//! A button that unfolds a list of links and buttons: the platform's own popover.

use super::badge::Tone;
use super::icon::{Icon, IconName};
use super::text::{OptText, classes};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// On which side of its button a menu hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MenuAlign {
    /// Their left edges meet.
    Start,
    /// Their right edges meet.
    #[default]
    End,
    /// Above the button: side bar, bottom bar.
    Up,
}

/// A button and the menu it unfolds; children are `MenuLink`s, `MenuButton`s, `MenuSeparator`s.
///
/// Works without script; Escape and a click beside it close it; arrow keys move in it.
#[component]
pub fn Menu(
    /// The menu's id.
    #[prop(into)]
    id: String,
    /// What the button is called; seen unless only an icon is shown.
    #[prop(into)]
    label: String,
    /// The button's icon.
    #[prop(optional)]
    icon: Option<IconName>,
    /// Whether only the icon is seen.
    #[prop(optional)]
    icon_only: bool,
    /// What is in the button instead of icon and label (the label stays for assistive technology).
    #[prop(optional, into)]
    trigger: Option<ViewFnOnce>,
    /// How the button looks.
    #[prop(optional)]
    variant: MenuVariant,
    /// On which side it hangs.
    #[prop(optional)]
    align: MenuAlign,
    /// The entries.
    children: Children,
) -> AnyView {
    let side = match align {
        MenuAlign::Start => "menu-start",
        MenuAlign::End => "menu-end",
        MenuAlign::Up => "menu-up",
    };
    let class = classes(&["btn", variant.class(), if icon_only { "btn-icon" } else { "" }]);
    let name = label.clone();
    let inside = match trigger {
        Some(trigger) => view! {
            <span class="visually-hidden">{label}</span>
            {trigger.run()}
        }
        .into_any(),
        None => view! {
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            {(!icon_only)
                .then(|| {
                    view! {
                        <span class="btn-text">{label}</span>
                        <Icon icon=IconName::ChevronDown class="menu-chevron" />
                    }
                })}
        }
        .into_any(),
    };
    view! {
        <div class="menu-anchor">
            <button
                type="button"
                class=class
                aria-label=icon_only.then(|| name.clone())
                title=icon_only.then(|| name.clone())
                popovertarget=id.clone()
            >
                {inside}
            </button>
            <div
                class=classes(&["menu", side])
                id=id
                popover="auto"
                role="group"
                aria-label=name
                on:click=close_after_choice
                on:keydown=move_focus
            >
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// How a menu's button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MenuVariant {
    /// Without a frame.
    #[default]
    Ghost,
    /// With a frame.
    Framed,
    /// As the layout says.
    Bare,
}

impl MenuVariant {
    fn class(self) -> &'static str {
        match self {
            MenuVariant::Ghost => "btn-ghost",
            MenuVariant::Framed => "btn-secondary",
            MenuVariant::Bare => "btn-bare",
        }
    }
}

/// An entry that leads somewhere.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// The text.
    children: Children,
) -> AnyView {
    view! {
        <a class="menu-item" href=href>
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            <span>{children()}</span>
        </a>
    }
    .into_any()
}

/// An entry that does something; in a form it sends it with `attr:name` and `attr:value`.
#[component]
pub fn MenuButton(
    /// An icon before the text.
    #[prop(optional)]
    icon: Option<IconName>,
    /// `Tone::Danger` for what destroys something.
    #[prop(optional)]
    tone: Tone,
    /// Whether it is the one chosen now.
    #[prop(optional, into)]
    checked: Signal<bool>,
    /// Whether it sends the form around it.
    #[prop(optional)]
    submit: bool,
    /// A key that does the same.
    #[prop(optional, into)]
    key: OptText,
    /// The text.
    children: Children,
) -> AnyView {
    let kind = if submit { "submit" } else { "button" };
    view! {
        <button
            type=kind
            class=classes(&["menu-item", tone.class()])
            aria-current=move || checked.get().then_some("true")
        >
            {icon.map(|icon| view! { <Icon icon=icon /> })}
            <span>{children()}</span>
            {key.get().map(|key| view! { <kbd class="kbd">{key}</kbd> })}
        </button>
    }
    .into_any()
}

/// A line between entries, with a heading if it has one.
#[component]
pub fn MenuSeparator(
    /// The heading of what follows.
    #[prop(optional, into)]
    label: OptText,
) -> AnyView {
    match label.get() {
        Some(label) => view! { <p class="menu-heading">{label}</p> }.into_any(),
        None => view! { <hr class="menu-line" /> }.into_any(),
    }
}

fn close_after_choice(event: MouseEvent) {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let inside = element.and_then(|element| element.closest(".menu-item").ok().flatten());
    let menu = inside.and_then(|item| item.closest("[popover]").ok().flatten());
    if let Some(menu) = menu.and_then(|menu| menu.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = menu.hide_popover();
    }
}

/// Call it before a part of the page is shown anew: menus in it that are open stay so, with the
/// focus where it was. Elements that get their attributes anew would close otherwise.
pub fn keep_menus_open() {
    let Ok(open) = document().query_selector_all(".menu:popover-open") else { return };
    let open: Vec<web_sys::Element> =
        (0..open.length()).filter_map(|index| open.item(index)?.dyn_into().ok()).collect();
    if open.is_empty() {
        return;
    }
    let focused = document().active_element();
    request_animation_frame(move || {
        for menu in open {
            // By its button, beside which it hangs.
            let button = format!("[popovertarget=\"{}\"]", menu.id());
            let button = document().query_selector(&button).ok().flatten();
            let button = button.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(button) = button
                && matches!(menu.matches(":popover-open"), Ok(false))
            {
                button.click();
            }
        }
        let focused = focused.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(focused) = focused.filter(|found| found.is_connected()) {
            let _ = focused.focus();
        }
    });
}

fn move_focus(event: KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(menu) = element.and_then(|element| element.closest("[popover]").ok().flatten()) else {
        return;
    };
    event.prevent_default();
    let Ok(items) = menu.query_selector_all(".menu-item") else { return };
    let count = items.length() as i32;
    let now = document().active_element();
    let position = (0..count)
        .find(|index| {
            items.item(*index as u32).is_some_and(|item| item.is_same_node(now.as_deref()))
        })
        .unwrap_or(if step > 0 { -1 } else { 0 });
    if count > 0
        && let Some(next) = items.item((position + step).rem_euclid(count) as u32)
        && let Ok(next) = next.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = next.focus();
    }
}
