//! How the portal looks on this device: light, dark or as the system says; compact or comfortable rows.

use crate::session::{href, use_session};
use crate::ui::{IconName, Menu, MenuButton, MenuSeparator};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::session::{Density, Theme};
use wasm_bindgen::JsCast;

/// What was chosen; the menu of the top bar and the sheet of a phone show the same.
#[derive(Clone, Copy)]
struct Chosen {
    theme: RwSignal<Theme>,
    density: RwSignal<Density>,
}

/// Makes what was chosen known to [`DisplayMenu`] and [`DisplayChoices`].
pub fn provide_display() {
    let session = use_session();
    provide_context(Chosen {
        theme: RwSignal::new(session.theme),
        density: RwSignal::new(session.density),
    });
}

/// The menu of the top bar.
#[component]
pub fn DisplayMenu() -> AnyView {
    view! {
        <div class="display-menu">
            <Menu id="display-menu" label="Display" icon=IconName::Sun icon_only=true>
                <DisplayChoices />
            </Menu>
        </div>
    }
    .into_any()
}

/// The choices: forms, so that they work without script; with script the page changes at once.
#[component]
pub fn DisplayChoices() -> AnyView {
    let Some(Chosen { theme, density }) = use_context() else { return ().into_any() };
    let themes = choice(
        "theme",
        "Theme",
        [
            (Theme::Light, IconName::Sun, "Light"),
            (Theme::Dark, IconName::Moon, "Dark"),
            (Theme::System, IconName::Monitor, "System"),
        ],
        theme,
        (Theme::as_str, Theme::parse, Theme::System),
    );
    let densities = choice(
        "density",
        "Table rows",
        [
            (Density::Compact, IconName::Menu, "Compact"),
            (Density::Comfortable, IconName::Layers, "Comfortable"),
        ],
        density,
        (Density::as_str, Density::parse, Density::Compact),
    );
    view! {
        {themes}
        {densities}
    }
    .into_any()
}

/// How a choice is written, how it is read, and the one that needs no attribute.
type Spelling<T> = (fn(T) -> &'static str, fn(&str) -> T, T);

/// A form with a button for each option. What is chosen becomes `data-<name>` of the page and is
/// remembered by `/session/<name>`.
fn choice<T, const N: usize>(
    name: &'static str,
    heading: &'static str,
    options: [(T, IconName, &'static str); N],
    chosen: RwSignal<T>,
    (as_str, parse, usual): Spelling<T>,
) -> AnyView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let location = use_location();
    let return_to = move || {
        let search = location.search.get();
        let mark = if search.is_empty() { "" } else { "?" };
        format!("{}{mark}{search}", location.pathname.get())
    };
    let action = href(&format!("/session/{name}"));
    let target = action.clone();
    let submit = move |event: SubmitEvent| {
        let button = event.submitter().and_then(|button| button.dyn_into().ok());
        let Some(button) = button else { return };
        let button: web_sys::HtmlButtonElement = button;
        event.prevent_default();
        let value = parse(&button.value());
        chosen.set(value);
        if let Some(root) = document().document_element() {
            let attribute = format!("data-{name}");
            let _ = match value == usual {
                true => root.remove_attribute(&attribute),
                false => root.set_attribute(&attribute, as_str(value)),
            };
        }
        remember(&target, name, as_str(value));
    };
    let buttons = options.map(|(option, icon, label)| {
        view! {
            <MenuButton
                icon=icon
                submit=true
                checked=move || chosen.get() == option
                attr:name=name
                attr:value=as_str(option)
            >
                {label}
            </MenuButton>
        }
    });
    view! {
        <form method="post" action=action on:submit=submit>
            <input type="hidden" name="return_to" value=return_to />
            <MenuSeparator label=heading />
            {buttons.into_iter().collect_view()}
        </form>
    }
    .into_any()
}

/// Says it to the server without waiting: the page has changed already.
fn remember(target: &str, name: &str, value: &str) {
    if let Ok(form) = web_sys::UrlSearchParams::new() {
        form.append(name, value);
        let _ = window().navigator().send_beacon_with_opt_url_search_params(target, Some(&form));
    }
}
