//! The way in: one button for each way the tenant offers.

use crate::session::{RefusedFormAlert, href, use_session};
use crate::ui::WindowTitle;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/sign-in`
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = use_session();
    let query = use_query_map();
    let return_to = move || query.read().get("return_to").unwrap_or_default();
    let nothing = session.sign_in.is_empty();
    let action = href("/session/sign-in");
    let options = session
        .sign_in
        .into_iter()
        .map(|option| {
            view! {
                <form method="post" action=action.clone() class="sign-in-option">
                    <input type="hidden" name="provider" value=option.provider />
                    <input type="hidden" name="user_ref" value=option.user_ref />
                    <input type="hidden" name="return_to" value=return_to />
                    <button type="submit" class="sign-in-button">
                        <span class="sign-in-label">{option.label}</span>
                        <span class="sign-in-hint">{option.hint}</span>
                    </button>
                </form>
            }
        })
        .collect_view();
    view! {
        <WindowTitle text="Sign in" />
        <main class="sign-in" id="main">
            <div class="sign-in-card">
                <h1>"Sign in to " {session.branding.product_name}</h1>
                <RefusedFormAlert />
                {options}
                {nothing
                    .then(|| {
                        view! {
                            <p>
                                "No way to sign in is configured. Add " <code>"auth.providers"</code>
                                " to the configuration, or start the program with "
                                <code>"--demo"</code> " to look around."
                            </p>
                        }
                    })}
            </div>
        </main>
    }
}
