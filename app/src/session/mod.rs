//! Who is looking, and the way in.

mod draft;
mod form;
mod sign_in_page;
mod submitted;

pub use draft::{DraftKey, KeptDraft, draft_sent, forget_draft, forget_sent_drafts};
pub use form::ServerForm;
pub use sign_in_page::SignInPage;
pub use submitted::{
    RefusedFormAlert, form_errors, provide_submitted_form, use_discard_submitted_form,
    use_refused_form, use_submitted_form,
};

use leptos::prelude::*;
use model::session::SessionInfo;
use model::submitted::SubmittedForm;
use serde::de::DeserializeOwned;

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
    read_meta("meta[name=callboard-session]").unwrap_or_default()
}

/// Reads in the browser the form that came back with this page, if one did.
pub fn read_submitted_from_page() -> Option<SubmittedForm> {
    read_meta("meta[name=callboard-form]")
}

fn read_meta<T: DeserializeOwned>(selector: &str) -> Option<T> {
    let element = document().query_selector(selector).ok().flatten()?;
    serde_json::from_str(&element.get_attribute("content")?).ok()
}
