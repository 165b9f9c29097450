//! Moments in words, exact on demand.

use leptos::html;
use leptos::prelude::*;
use model::time::{Timestamp, relative, rfc3339};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};

/// The present moment, on either side.
pub fn now() -> Timestamp {
    if cfg!(target_arch = "wasm32") {
        return Timestamp(js_sys::Date::now() as i64);
    }
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.map_or(0, |since| since.as_millis() as i64))
}

/// How long ago (or how soon), with the exact moment as its title.
///
/// The server writes the moment in UTC. After hydration it is the person's own zone, and the words
/// are kept fresh by [`keep_times_fresh`].
#[component]
pub fn RelativeTime(
    /// The moment.
    at: Timestamp,
) -> AnyView {
    let node = NodeRef::<html::Time>::new();
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            refresh(&node);
        }
    });
    let exact = rfc3339(at);
    view! {
        <time
            node_ref=node
            class="time"
            datetime=exact.clone()
            title=exact.replace('T', " ").replace('Z', " UTC")
            data-at=at.0.to_string()
        >
            {relative(at, now())}
        </time>
    }
    .into_any()
}

/// Rewrites every relative time on the page twice a minute; the page's frame calls it once.
pub fn keep_times_fresh() {
    Effect::new(move |_| {
        let tick = || {
            let Ok(times) = document().query_selector_all("time[data-at]") else { return };
            for index in 0..times.length() {
                let time = times.item(index).and_then(|time| time.dyn_into().ok());
                if let Some(time) = time {
                    refresh(&time);
                }
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(30)) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// Writes words and title anew. The text node stays the same one, since the view holds on to it.
fn refresh(time: &web_sys::Element) {
    let Some(at) = time.get_attribute("data-at").and_then(|at| at.parse().ok()) else { return };
    let words = relative(Timestamp(at), now());
    if let Some(text) = time.first_child()
        && text.node_value().as_deref() != Some(words.as_str())
    {
        text.set_node_value(Some(&words));
    }
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    let exact: String = date.to_locale_string("default", &JsValue::UNDEFINED).into();
    let _ = time.set_attribute("title", &exact);
}
