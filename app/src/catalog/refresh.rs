//! What a refresh did: a toast when it ends, and a line on the page while it runs and after it.

use crate::catalog::api::EntityRefresh;
use crate::catalog::refresh_code::sentence_of;
use crate::error::AppError;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::source::RefreshOutcome;

/// Says in a toast that the refresh began and how it ended.
pub fn announce(refresh: ServerAction<EntityRefresh>) {
    announce_outcome(refresh.pending(), Signal::derive(move || refresh.value().get()));
}

/// As [`announce`], for any action that refreshes.
pub fn announce_outcome(
    pending: Memo<bool>,
    outcome: Signal<Option<Result<RefreshOutcome, AppError>>>,
) {
    let toasts = use_toasts();
    Effect::new(move |_| {
        if pending.get() {
            return;
        }
        match outcome.get() {
            Some(Ok(done)) if done.error.is_none() => toasts.success(done.sentence()),
            Some(Ok(done)) => toasts.error(done.sentence()),
            Some(Err(error)) => toasts.error(error.message()),
            None => {}
        }
    });
}

/// The same as a line on the page.
pub fn refresh_status(refresh: ServerAction<EntityRefresh>) -> AnyView {
    outcome_line(refresh.pending(), Signal::derive(move || refresh.value().get()))
}

/// As [`refresh_status`], for any action that refreshes.
pub fn outcome_line(
    pending: Memo<bool>,
    outcome: Signal<Option<Result<RefreshOutcome, AppError>>>,
) -> AnyView {
    // Without script the address says what the refresh did that led here.
    let query = use_query_map();
    let before = query.read_untracked().get_str("refreshed").and_then(sentence_of);
    let line = move || match (pending.get(), outcome.get()) {
        (true, _) => Some(view! { <Spinner /> " Refreshing…" }.into_any()),
        (false, Some(Ok(done))) => Some(outcome_text(&done)),
        (false, Some(Err(error))) => Some(error.message().into_any()),
        (false, None) => before.clone().map(IntoAny::into_any),
    };
    view! {
        <div class="refresh-line" role="status">
            {line}
        </div>
    }
    .into_any()
}

/// What it did, with the way to what waits for a decision.
pub fn outcome_text(done: &RefreshOutcome) -> AnyView {
    let decide = (done.pending_removals > 0).then(|| {
        let to = href("/catalog/administration/removals");
        view! {
            " "
            <a class="link" href=to>
                "Review pending removals"
            </a>
        }
    });
    view! {
        {done.sentence()}
        {decide}
    }
    .into_any()
}
