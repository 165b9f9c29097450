//! A form that calls a server fn: with script without leaving the page, without script by a
//! full-page POST. Unlike the framework's own it knows the tenant's prefix. When such a POST is
//! not accepted the same page comes back with what was typed; see [`use_submitted_form`].
//!
//! [`use_submitted_form`]: crate::session::use_submitted_form

use crate::ahead;
use crate::error::AppError;
use crate::session::{href, use_discard_submitted_form};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos::web_sys::{FormData, SubmitEvent};
use serde::de::DeserializeOwned;

/// Submits its fields to the server fn of `action`.
#[component]
pub fn ServerForm<F, Out>(
    /// What the form calls.
    action: ServerAction<F>,
    /// Classes of the form.
    #[prop(optional)]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView
where
    F: DeserializeOwned + Clone + Send + Sync + 'static,
    F: ServerFn<Protocol = Http<PostUrl, Out>, Error = AppError>,
    <<F::Client as Client<AppError>>::Request as ClientReq<AppError>>::FormData: From<FormData>,
    F::Output: Send + Sync + 'static,
    F::Client: Client<AppError>,
{
    let discard_submitted = use_discard_submitted_form();
    let on_submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        discard_submitted();
        ahead::forget();
        if let Ok(input) = F::from_event(&event) {
            action.dispatch(input);
        }
    };
    let written = action.version();
    Effect::new(move |_| {
        if written.get() > 0 {
            ahead::forget();
        }
    });
    view! {
        <form method="post" action=href(F::url()) class=class on:submit=on_submit>
            {children()}
        </form>
    }
}
