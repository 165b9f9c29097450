//! Who is looking, and the way in.

mod form;
mod sign_in_page;

pub use form::ServerForm;
pub use sign_in_page::SignInPage;

use leptos::prelude::*;
use model::session::SessionInfo;

/// Who is looking, for which tenant. The same on the server and in the browser, without asking.
pub fn use_session() -> SessionInfo {
    use_context::<SessionInfo>().unwrap_or_default()
}

/// An address within this tenant: `/catalog` becomes `/t/acme/catalog` where tenants have prefixes.
pub fn href(path: &str) -> String {
    with_context(|session: &SessionInfo| format!("{}{path}", session.base_path))
        .unwrap_or_else(|| path.to_owned())
}

/// Reads in the browser what the server wrote into the page's head.
pub fn read_from_page() -> SessionInfo {
    document()
        .query_selector("meta[name=callboard-session]")
        .ok()
        .flatten()
        .and_then(|element| element.get_attribute("content"))
        .and_then(|content| serde_json::from_str(&content).ok())
        .unwrap_or_default()
}
