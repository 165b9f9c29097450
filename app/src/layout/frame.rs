//! Side bar, top bar, bottom bar and the place of the page between them.

use super::display::{DisplayChoices, DisplayMenu, provide_display};
use super::nav::{
    Current, NAV, NavEntry, Place, bottom_link, current_entry, more_link, side_entries, side_link,
};
use super::palette::Palette;
use super::user_menu::{UserMenu, sign_out_form};
use super::{keys, prefetch, recent, scroll};
use crate::session::{RefusedFormAlert, href, use_session};
use crate::ui::{
    Icon, IconName, IconSize, Kbd, Menu, MenuAlign, MenuSeparator, MenuVariant, ToastRegion,
    deferred, keep_times_fresh, open_by_button, provide_toasts,
};
use leptos::ev::MouseEvent;
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
    let current = current_entry();
    let main = NodeRef::<html::Main>::new();
    keep_times_fresh();
    keys::listen();
    scroll::keep_on_back();
    recent::remember_pages();
    provide_display();
    prefetch::listen();
    focus_main_on_change(main);

    view! {
        <a class="skip-link" href="#main" on:click=move |event| skip_to(event, main)>
            "Skip to content"
        </a>
        <div
            class="route-progress"
            class:is-active=move || is_routing.get()
            aria-hidden="true"
        ></div>
        <div class="frame">
            {deferred(move || side_bar(current))}
            <div class="stage">
                {deferred(top_bar)}
                <main class="main" id="main" tabindex="-1" node_ref=main>
                    <RefusedFormAlert />
                    <Outlet />
                </main>
            </div>
            {deferred(move || bottom_bar(current))}
        </div>
        {deferred(|| view! { <Palette /> }.into_any())}
        {deferred(|| view! { <keys::KeyHelp /> }.into_any())}
        <ToastRegion toasts=toasts />
    }
    .into_any()
}

fn side_bar(current: Memo<Current>) -> AnyView {
    let session = use_session();
    let links = side_entries().map(|entry| side_link(entry, current)).collect_view();
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
                    title="Collapse or expand the side bar"
                    on:click=move |_| toggle_sidebar()
                >
                    <Icon icon=IconName::PanelLeft size=IconSize::Lg />
                    <span class="nav-text">"Collapse"</span>
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
            <DisplayMenu />
            <UserMenu />
        </header>
    }
    .into_any()
}

fn bottom_bar(current: Memo<Current>) -> AnyView {
    let on_bar = |entry: &&NavEntry| entry.place == Place::Bar;
    let links = NAV.iter().filter(on_bar).map(|entry| bottom_link(entry, current)).collect_view();
    let is_more = move || {
        let Current { entry, side } = current.get();
        let shown = NAV.iter().find(|known| Some(known.path) == entry);
        side.is_none() || shown.is_some_and(|shown| shown.place != Place::Bar)
    };
    view! {
        <nav class="bottombar" aria-label="Main">
            {links}
            <div class="more" class:is-current=is_more>
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
                    {more_sheet(current)}
                </Menu>
            </div>
        </nav>
    }
    .into_any()
}

/// Everything that the bottom bar has no room for.
fn more_sheet(current: Memo<Current>) -> AnyView {
    let session = use_session();
    let links = |wanted: fn(Place) -> bool| {
        let entries = NAV.iter().filter(move |entry| wanted(entry.place));
        entries.map(|entry| more_link(entry, current)).collect_view()
    };
    let gallery = session.development.then(|| {
        view! {
            <li>
                <a class="menu-item" href=href("/ui")>
                    <Icon icon=IconName::Component />
                    <span>"Components"</span>
                </a>
            </li>
        }
    });
    let sign_out = match session.person {
        Some(person) => view! {
            <MenuSeparator label=format!("Signed in as {}", person.display_name) />
            {sign_out_form()}
        }
        .into_any(),
        None => view! {
            <MenuSeparator />
            <a class="menu-item" href=href("/sign-in")>
                <Icon icon=IconName::LogIn />
                <span>"Sign in"</span>
            </a>
        }
        .into_any(),
    };
    view! {
        <ul class="more-links">
            {links(|place| matches!(place, Place::Side | Place::Below(_)))}
        </ul>
        <MenuSeparator label="Go to" />
        <ul class="more-links">{links(|place| place == Place::More)} {gallery}</ul>
        <div class="more-display">
            <DisplayChoices />
        </div>
        {sign_out}
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

/// Moves the focus to the content. The router takes links to a place of the page for its own and
/// only scrolls.
fn skip_to(event: MouseEvent, main: NodeRef<html::Main>) {
    if let Some(main) = main.get_untracked() {
        event.prevent_default();
        main.scroll_into_view();
        let _ = main.focus();
    }
}

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

/// Collapses the side bar to its icons, or expands it. The choice is kept in a cookie, which the server
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
