//! Keys that work everywhere, and the help that lists them.

use super::nav::NAV;
use super::palette::open_palette;
use crate::session::href;
use crate::ui::{Dialog, Kbd, open_dialog};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;

/// How long after `g` the second key counts.
const PAIR_MS: f64 = 1_500.0;

/// Listens for keys while the frame is there.
pub fn listen() {
    let navigate = use_navigate();
    let targets: Vec<(char, String)> =
        NAV.iter().filter_map(|entry| Some((entry.key?, href(entry.path)))).collect();
    Effect::new(move |_| {
        let (navigate, targets) = (navigate.clone(), targets.clone());
        let last_g = StoredValue::new(f64::NEG_INFINITY);
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            let key = event.key();
            let command = event.ctrl_key() || event.meta_key();
            if command && !event.alt_key() && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                open_palette();
                return;
            }
            if command || event.alt_key() || is_busy(&event) {
                return;
            }
            let second = event.time_stamp() - last_g.get_value() < PAIR_MS;
            last_g.set_value(f64::NEG_INFINITY);
            let target = targets.iter().find(|(letter, _)| second && key == letter.to_string());
            if let Some((_, target)) = target {
                event.prevent_default();
                navigate(target, Default::default());
                return;
            }
            match key.as_str() {
                "g" => last_g.set_value(event.time_stamp()),
                "?" => open_dialog("key-help"),
                "/" if focus_filter() => event.prevent_default(),
                _ => {}
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Whether the key belongs to a field or to an open dialog.
fn is_busy(event: &KeyboardEvent) -> bool {
    const FIELDS: &str = "input, textarea, select, [contenteditable], dialog, [popover]";
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| element.closest(FIELDS).is_ok_and(|found| found.is_some()))
        || document().query_selector("dialog[open]").is_ok_and(|open| open.is_some())
}

fn focus_filter() -> bool {
    let field = document().query_selector("main input[data-filter]").ok().flatten();
    let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok())
    else {
        return false;
    };
    let _ = field.focus();
    field.select();
    true
}

/// The help on keys; `?` opens it.
#[component]
pub fn KeyHelp() -> AnyView {
    let row = move |keys: AnyView, what: String| {
        view! {
            <div>
                <dt>{what}</dt>
                <dd>{keys}</dd>
            </div>
        }
    };
    let go = NAV.iter().filter_map(move |entry| {
        let letter = entry.key?.to_string();
        let keys = view! {
            <span class="keys">
                <kbd class="kbd">"g"</kbd>
                <kbd class="kbd">{letter}</kbd>
            </span>
        };
        Some(row(keys.into_any(), format!("Go to {}", entry.label)))
    });
    view! {
        <Dialog id="key-help" title="Keyboard shortcuts">
            <dl class="key-help">
                {row(view! { <Kbd keys="Ctrl K" /> }.into_any(), "Search or go to…".to_owned())}
                {row(view! { <Kbd keys="/" /> }.into_any(), "Filter this page".to_owned())}
                {go.collect_view()}
                {row(view! { <Kbd keys="?" /> }.into_any(), "Show keyboard shortcuts".to_owned())}
                {row(view! { <Kbd keys="Esc" /> }.into_any(), "Close what is open".to_owned())}
            </dl>
        </Dialog>
    }
    .into_any()
}
