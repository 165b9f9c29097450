//! Starts the user interface in the browser.

use leptos::prelude::*;

/// Hydrates the page the server rendered.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let session = app::session::read_from_page();
    if !session.base_path.is_empty() {
        // Kept for the life of the page, so the leak is one small text.
        let base: &'static str = Box::leak(session.base_path.clone().into_boxed_str());
        leptos::server_fn::client::set_server_url(base);
    }
    app::ui::begin_hydration();
    // The page's own part may have to be loaded first, so this takes a moment.
    wasm_bindgen_futures::spawn_local(async move {
        app::ui::yield_if_hydrating().await;
        let handle = leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), move || {
            provide_context(session.clone());
            if let Some(form) = app::session::read_submitted_from_page() {
                provide_context(form);
            }
            view! { <app::routes::App /> }
        });
        handle.await.forget();
        app::ui::hydrate_deferred().await;
        mark_as_hydrated();
    });
}

/// For tests, and for styles of what only works with script.
fn mark_as_hydrated() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "true");
    }
}
