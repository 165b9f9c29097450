//! Moments in words, exact on demand.

use leptos::prelude::*;
use model::time::{Timestamp, relative, rfc3339, upcoming};
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
/// The server writes the moment in UTC. [`keep_times_fresh`] keeps the words true and, when somebody
/// points at them, puts the moment in the person's own zone.
#[component]
pub fn RelativeTime(
    /// The moment.
    at: Timestamp,
    /// Whether something is planned for it, which is due once it has come.
    #[prop(optional)]
    planned: bool,
) -> AnyView {
    let exact = rfc3339(at);
    view! {
        <time
            class="time"
            datetime=exact.clone()
            title=exact.replace('T', " ").replace('Z', " UTC")
            data-at=at.0.to_string()
            data-planned=planned
        >
            {words(at, planned)}
        </time>
    }
    .into_any()
}

fn words(at: Timestamp, planned: bool) -> String {
    if planned { upcoming(at, now()) } else { relative(at, now()) }
}

/// Rewrites every relative time on the page twice a minute, and the title of the one somebody
/// points at; the page's frame calls it once.
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
        for event in ["pointerover", "focusin"] {
            let handle = window_event_listener_untyped(event, pointed_at);
            on_cleanup(move || handle.remove());
        }
    });
}

fn pointed_at(event: web_sys::Event) {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    if let Some(time) = target.and_then(|it| it.closest("time[data-at]").ok().flatten()) {
        localise(&time);
    }
}

fn moment(time: &web_sys::Element) -> Option<i64> {
    time.get_attribute("data-at")?.parse().ok()
}

/// Writes the words anew. The text node stays the same one, since the view holds on to it.
fn refresh(time: &web_sys::Element) {
    let Some(at) = moment(time) else { return };
    let words = words(Timestamp(at), time.has_attribute("data-planned"));
    if let Some(text) = time.first_child()
        && text.node_value().as_deref() != Some(words.as_str())
    {
        text.set_node_value(Some(&words));
    }
}

/// Writes the moment as the person's zone has it. The browser needs some milliseconds for its first,
/// and a hundred for a page full of them, so only what somebody asks about is written.
fn localise(time: &web_sys::Element) {
    let Some(at) = moment(time) else { return };
    let date = js_sys::Date::new(&JsValue::from_f64(at as f64));
    let exact: String = date.to_locale_string("default", &JsValue::UNDEFINED).into();
    let _ = time.set_attribute("title", &exact);
}
