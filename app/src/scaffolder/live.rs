//! The log of a run as it is written, by server-sent events.

use leptos::prelude::*;
use model::task::TaskEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Calls `on_event` for every line after the one with the id `after`, in the browser, until the
/// page is left or the run has ended. The browser reconnects by itself and says where it was.
pub fn follow(address: String, on_event: impl Fn(TaskEvent) + 'static) {
    let Ok(source) = EventSource::new(&address) else { return };
    let own = source.clone();
    let handler = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        let text = message.data().as_string().unwrap_or_default();
        if let Ok(event) = serde_json::from_str::<TaskEvent>(&text) {
            if event.r#type == "completion" {
                own.close();
            }
            on_event(event);
        }
    });
    let listener = handler.as_ref().unchecked_ref();
    let _ = source.add_event_listener_with_callback("event", listener);
    let kept = StoredValue::new_local((source, handler));
    on_cleanup(move || {
        kept.with_value(|(source, _)| source.close());
    });
}
