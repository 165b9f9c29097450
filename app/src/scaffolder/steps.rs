//! The steps of a form in the address (`#step-2`), so that the browser's way back leads to the step
//! before and not out of the form.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How many steps are behind one, in the browser's history.
#[derive(Clone, Copy)]
pub struct Pushed(RwSignal<usize>);

impl Pushed {
    /// Goes on to a step, which gets a place of its own in the history.
    pub fn push(self, step: usize) {
        if let Ok(history) = window().history() {
            let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&address(step)));
            self.0.update_untracked(|count| *count += 1);
        }
    }

    /// Whether the step before is in the history.
    pub fn is_behind(self) -> bool {
        self.0.get_untracked() > 0
    }
}

/// Calls `show` with the step that the browser's history leads to.
pub fn follow(show: impl Fn(usize) + 'static) -> Pushed {
    let pushed = Pushed(RwSignal::new(0));
    let show = Rc::new(show);
    let path = use_location().pathname.get_untracked();
    Effect::new(move |_| {
        let (show, path) = (show.clone(), path.clone());
        let listener = window_event_listener(ev::popstate, move |_| {
            let location = window().location();
            // Whoever leaves the form gets another page.
            if location.pathname().is_ok_and(|now| now == path) {
                pushed.0.update_untracked(|count| *count = count.saturating_sub(1));
                let hash = location.hash().unwrap_or_default();
                show(named(&hash).unwrap_or(1));
            }
        });
        on_cleanup(move || listener.remove());
    });
    pushed
}

/// The step that the page's address names, when it is opened.
pub fn opened() -> Option<usize> {
    named(&use_location().hash.get_untracked())
}

fn named(hash: &str) -> Option<usize> {
    hash.trim_start_matches('#').strip_prefix("step-")?.parse().ok()
}

/// Names another step in the address, without a place of its own in the history.
pub fn replace(step: usize) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address(step)));
    }
}

/// The way back of the browser.
pub fn back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// The page's address with a step; the first has none.
fn address(step: usize) -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let search = location.search().unwrap_or_default();
    match step {
        ..=1 => format!("{path}{search}"),
        step => format!("{path}{search}#step-{step}"),
    }
}
