//! Forms that were sent as a whole page and were not accepted: the page comes back with what was
//! typed and what is wrong with it, without script and with it.
//!
//! How it works: the server (`server/src/submitted.rs`) answers such a POST with the page the form
//! stands on and puts a [`SubmittedForm`] into the context of that page; the browser finds the same
//! in the page's head. The message stands above every page by itself ([`RefusedFormAlert`]). A page
//! that fills its fields from it loses nothing:
//!
//! ```text
//! let sent = use_submitted_form::<OverlaySave>();
//! let owner = sent.as_ref().and_then(|sent| sent.value("owner")).unwrap_or(&stored.owner);
//! let wrong = sent.as_ref().and_then(|sent| sent.field_error("/owner"));
//! view! { <TextInput name="owner" value=owner error=wrong … /> }
//! ```
//!
//! Where a page has several forms for the same server fn, compare a hidden field, such as
//! `sent.value("entity_ref")`. For forms that are posted to a handler of the server instead,
//! [`use_refused_form`] takes the address. With script `ServerForm` keeps the fields as they are;
//! its page shows `action.value()`, and `model::submitted::field_error` finds the message of a field.

use crate::ui::{FormError, FormErrors};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_location;
use model::submitted::SubmittedForm;
use model::{Error, FieldError};

/// The form that came back with this page, until another is sent.
#[derive(Clone, Copy)]
struct Submitted(RwSignal<Option<SubmittedForm>>);

/// Makes the form that came back known to the pages.
pub fn provide_submitted_form() {
    provide_context(Submitted(RwSignal::new(use_context::<SubmittedForm>())));
}

/// What was sent to the server fn `F` and not accepted.
pub fn use_submitted_form<F: ServerFn>() -> Option<SubmittedForm> {
    use_refused_form(F::PATH)
}

/// What was posted to this address (without the tenant's prefix) and not accepted.
pub fn use_refused_form(action: &str) -> Option<SubmittedForm> {
    let Submitted(form) = use_context()?;
    form.with_untracked(|form| form.as_ref().filter(|form| form.action == action).cloned())
}

/// To be called when something else is sent: what came back is of no interest any more.
pub fn use_discard_submitted_form() -> impl Fn() + Copy {
    let submitted = use_context::<Submitted>();
    move || {
        if let Some(Submitted(form)) = submitted {
            form.set(None);
        }
    }
}

/// Says above a page that its form was not accepted, and why.
#[component]
pub fn RefusedFormAlert() -> AnyView {
    let Some(Submitted(form)) = use_context() else { return ().into_any() };
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let began = (path.get_untracked(), search.get_untracked());
    let errors = Signal::derive(move || {
        // Whoever has gone on to another page has seen it.
        if path.read() != began.0 || search.read() != began.1 {
            return Vec::new();
        }
        form.with(|form| form.as_ref().map(|form| form_errors(&form.error)).unwrap_or_default())
    });
    view! { <FormErrors errors /> }.into_any()
}

/// What was refused, as a summary shows it: errors of fields with links to them. Fields are found by
/// their names: `/owner` is the control `field-owner`.
pub fn form_errors(error: &Error) -> Vec<FormError> {
    let fields = match error {
        Error::Invalid { fields, .. } => &fields[..],
        _ => &[],
    };
    if fields.is_empty() {
        return vec![FormError::whole(error.to_string())];
    }
    let one = |field: &FieldError| match field.path.split('/').nth(1) {
        Some(name) if !name.is_empty() => FormError::at(format!("field-{name}"), &*field.message),
        _ => FormError::whole(&*field.message),
    };
    fields.iter().map(one).collect()
}
