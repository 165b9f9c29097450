//! Starts the user interface in the browser.

use leptos::prelude::*;

/// Takes over the page the server rendered.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let session = app::session::read_from_page();
    if !session.base_path.is_empty() {
        // Kept for the life of the page, so the leak is one small text.
        let base: &'static str = Box::leak(session.base_path.clone().into_boxed_str());
        leptos::server_fn::client::set_server_url(base);
    }
    leptos::mount::hydrate_body(move || {
        provide_context(session.clone());
        view! { <app::routes::App /> }
    });
}
