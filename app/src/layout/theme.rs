//! Light, dark, or as the device says.

use crate::session::{href, use_session};
use crate::ui::{IconName, Menu, MenuButton, MenuSeparator};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::session::Theme;
use wasm_bindgen::JsCast;

/// The switch: a form, so that it works without script; with script the page changes at once.
#[component]
pub fn ThemeMenu() -> AnyView {
    let chosen = RwSignal::new(use_session().theme);
    let location = use_location();
    let return_to = move || format!("{}{}", location.pathname.get(), query(&location.search.get()));
    let action = href("/session/theme");
    let target = action.clone();
    let submit = move |event: SubmitEvent| {
        let Some(theme) = submitted(&event) else { return };
        event.prevent_default();
        chosen.set(theme);
        apply(theme);
        remember(&target, theme);
    };
    let option = move |theme: Theme, icon, label| {
        view! {
            <MenuButton
                icon=icon
                submit=true
                checked=move || chosen.get() == theme
                attr:name="theme"
                attr:value=theme.as_str()
            >
                {label}
            </MenuButton>
        }
    };
    view! {
        <Menu id="theme-menu" label="Colour scheme" icon=IconName::Sun icon_only=true>
            <form method="post" action=action on:submit=submit>
                <input type="hidden" name="return_to" value=return_to />
                <MenuSeparator label="Colour scheme" />
                {option(Theme::Light, IconName::Sun, "Light")}
                {option(Theme::Dark, IconName::Moon, "Dark")}
                {option(Theme::System, IconName::Monitor, "As the device")}
            </form>
        </Menu>
    }
    .into_any()
}

fn query(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}

fn submitted(event: &SubmitEvent) -> Option<Theme> {
    let button: web_sys::HtmlButtonElement = event.submitter()?.dyn_into().ok()?;
    Some(Theme::parse(&button.value()))
}

fn apply(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        _ => root.set_attribute("data-theme", theme.as_str()),
    };
}

/// Tells the server without waiting for it: the page has changed already.
fn remember(target: &str, theme: Theme) {
    if let Ok(form) = web_sys::UrlSearchParams::new() {
        form.append("theme", theme.as_str());
        let _ = window().navigator().send_beacon_with_opt_url_search_params(target, Some(&form));
    }
}
