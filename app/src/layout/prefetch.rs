//! What a link leads to is fetched when somebody is about to follow it.
//!
//! A page's data comes from server fns, so only the page knows what to fetch: it registers a
//! function here for the addresses it serves. Answers must be allowed to stay in the browser's cache
//! for some seconds (`cache-control: private, max-age=…` on GET server fns), since the page asks
//! again when it is shown.

use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long the pointer must rest on a link.
const REST: Duration = Duration::from_millis(65);

/// Starts fetching what the page at this address (path and query) needs; unknown ones do nothing.
#[derive(Clone)]
pub struct Prefetch(Arc<dyn Fn(&str) + Send + Sync>);

impl Prefetch {
    /// From an address to fetching.
    pub fn new(fetch: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Prefetch(Arc::new(fetch))
    }
}

/// Says how to fetch ahead; call it above the frame.
pub fn provide_prefetch(prefetch: Prefetch) {
    provide_context(prefetch);
}

/// Watches links while the frame is there.
pub fn listen() {
    let Some(prefetch) = use_context::<Prefetch>() else { return };
    Effect::new(move |_| {
        let pause = StoredValue::new(None::<TimeoutHandle>);
        let last = StoredValue::new(String::new());
        let prefetch = prefetch.clone();
        let over = window_event_listener(leptos::ev::pointerover, move |event| {
            if let Some(earlier) = pause.get_value() {
                earlier.clear();
            }
            let Some(address) = event.target().and_then(local_link) else { return };
            if last.with_value(|last| *last == address) {
                return;
            }
            let prefetch = prefetch.clone();
            let fetch = move || {
                (prefetch.0)(&address);
                last.set_value(address);
            };
            // A finger that touches means it; a pointer may only pass.
            match event.pointer_type() == "touch" {
                true => fetch(),
                false => pause.set_value(set_timeout_with_handle(fetch, REST).ok()),
            }
        });
        // Who has followed the link asks by it.
        let followed = window_event_listener(leptos::ev::click, move |_| {
            if let Some(earlier) = pause.get_value() {
                earlier.clear();
            }
        });
        on_cleanup(move || {
            over.remove();
            followed.remove();
        });
    });
}

/// Path and query of the link around the element, if it stays in the portal.
fn local_link(target: web_sys::EventTarget) -> Option<String> {
    let link = target.dyn_into::<web_sys::Element>().ok()?.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    (href.starts_with('/') && !href.starts_with("//") && !link.has_attribute("target"))
        .then_some(href)
}
