//! Side bar, top bar, bottom bar and the place of the page between them.

use super::nav::{NAV, ON_PHONE, bottom_link, current_entry, side_link};
use super::palette::Palette;
use super::theme::ThemeMenu;
use super::user_menu::UserMenu;
use super::{keys, prefetch, scroll};
use crate::session::{href, use_session};
use crate::ui::{
    Icon, IconName, IconSize, Kbd, Menu, MenuAlign, MenuLink, MenuVariant, ToastRegion, deferred,
    keep_times_fresh, open_by_button, provide_toasts,
};
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use model::tenant::Branding;
use wasm_bindgen::JsCast;

/// The frame; the page of the route stands in it.
#[component]
pub fn Frame(
    /// Whether the next page is being made ready.
    #[prop(into)]
    is_routing: Signal<bool>,
) -> AnyView {
    let toasts = provide_toasts();
    let entry = current_entry();
    let main = NodeRef::<html::Main>::new();
    keep_times_fresh();
    keys::listen();
    scroll::keep_on_back();
    prefetch::listen();
    focus_main_on_change(main);

    view! {
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <div
            class="route-progress"
            class:is-active=move || is_routing.get()
            aria-hidden="true"
        ></div>
        <div class="frame">
            {deferred(move || side_bar(entry))}
            <div class="stage">
                {deferred(top_bar)}
                <main class="main" id="main" tabindex="-1" node_ref=main>
                    <Outlet />
                </main>
            </div>
            {deferred(move || bottom_bar(entry))}
        </div>
        {deferred(|| view! { <Palette /> }.into_any())}
        {deferred(|| view! { <keys::KeyHelp /> }.into_any())}
        <ToastRegion toasts=toasts />
    }
    .into_any()
}

fn side_bar(entry: Memo<Option<&'static str>>) -> AnyView {
    let session = use_session();
    let links = NAV.iter().map(|item| side_link(item, entry)).collect_view();
    let gallery = session.development.then(|| {
        view! {
            <a class="nav-link" href=href("/ui") title="Components">
                <Icon icon=IconName::Component size=IconSize::Lg />
                <span class="nav-text">"Components"</span>
            </a>
        }
    });
    view! {
        <aside class="sidebar">
            {brand_link(&session.branding)}
            <nav aria-label="Main">
                <ul class="nav-list">{links}</ul>
            </nav>
            <div class="sidebar-foot">
                {gallery}
                <button
                    type="button"
                    class="nav-link sidebar-toggle"
                    title="Fold or unfold the side bar"
                    on:click=move |_| toggle_sidebar()
                >
                    <Icon icon=IconName::PanelLeft size=IconSize::Lg />
                    <span class="nav-text">"Fold"</span>
                </button>
            </div>
        </aside>
    }
    .into_any()
}

fn top_bar() -> AnyView {
    view! {
        <header class="topbar">
            {brand_link(&use_session().branding)}
            <button
                type="button"
                class="palette-button"
                aria-haspopup="dialog"
                command="show-modal"
                commandfor="palette"
                on:click=move |_| open_by_button("palette")
            >
                <Icon icon=IconName::Search />
                <span class="palette-button-text">"Search or go to…"</span>
                <span aria-hidden="true">
                    <Kbd keys="Ctrl K" />
                </span>
            </button>
            <div class="topbar-space"></div>
            <ThemeMenu />
            <UserMenu />
        </header>
    }
    .into_any()
}

fn bottom_bar(entry: Memo<Option<&'static str>>) -> AnyView {
    let (on_bar, under_more) = NAV.split_at(ON_PHONE);
    let links = on_bar.iter().map(|item| bottom_link(item, entry)).collect_view();
    let more = under_more
        .iter()
        .map(|item| view! { <MenuLink href=href(item.path) icon=item.icon>{item.label}</MenuLink> })
        .collect_view();
    view! {
        <nav class="bottombar" aria-label="Main">
            {links}
            <Menu
                id="more"
                label="More"
                variant=MenuVariant::Bare
                align=MenuAlign::Up
                trigger=|| {
                    view! {
                        <Icon icon=IconName::Ellipsis size=IconSize::Lg />
                        <span aria-hidden="true">"More"</span>
                    }
                }
            >
                {more}
            </Menu>
        </nav>
    }
    .into_any()
}

/// Logo and name of the product; they lead home.
fn brand_link(branding: &Branding) -> AnyView {
    let logo = match branding.logo_url.clone() {
        Some(url) => {
            view! { <img class="brand-logo" src=url alt="" width="26" height="26" /> }.into_any()
        }
        None => view! {
            <svg
                class="brand-logo"
                width="26"
                height="26"
                viewBox="0 0 32 32"
                aria-hidden="true"
                inner_html=MARK
            ></svg>
        }
        .into_any(),
    };
    view! {
        <a class="brand" href=href("/")>
            {logo}
            <span class="brand-name">{branding.product_name.clone()}</span>
        </a>
    }
    .into_any()
}

/// The product's mark, in the accent colour: a board with a note pinned to it.
const MARK: &str = include_str!("mark.svg.in");

/// After a change of page the keyboard and screen readers start at the new content.
fn focus_main_on_change(main: NodeRef<html::Main>) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now)
            && let Some(main) = main.get_untracked()
        {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = main.focus_with_options(&options);
        }
        now
    });
}

/// Folds the side bar to its icons, or unfolds it. The choice is kept in a cookie, which the server
/// writes into the page's `html` element, so that the next page does not jump.
fn toggle_sidebar() {
    let Some(root) = document().document_element() else { return };
    let narrow = root.get_attribute("data-sidebar").is_some();
    let _ = match narrow {
        true => root.remove_attribute("data-sidebar"),
        false => root.set_attribute("data-sidebar", "narrow"),
    };
    let value = if narrow { "wide" } else { "narrow" };
    let cookie = format!("callboard_sidebar={value}; path=/; max-age=31536000; samesite=lax");
    if let Ok(page) = document().dyn_into::<web_sys::HtmlDocument>() {
        let _ = page.set_cookie(&cookie);
    }
}
