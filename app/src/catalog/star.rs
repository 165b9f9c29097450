//! The star of an entity: a form that shows at once what it does.

use crate::ahead;
use crate::catalog::api::star_set;
use crate::session::href;
use crate::ui::*;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

/// Stars an entity for whoever looks, or takes the star away.
#[component]
pub fn StarButton(
    /// Which entity.
    entity_ref: String,
    /// What it is called.
    title: String,
    /// Whether it is starred.
    starred: bool,
    /// Called when it was done.
    #[prop(optional)]
    done: Option<Callback<()>>,
) -> AnyView {
    let state = ArcRwSignal::new(starred);
    let star = Star { entity_ref: entity_ref.clone(), title, state, toasts: use_toasts(), done };
    let (pressed, next) = (star.state.clone(), star.state.clone());
    let label = format!("Star {}", star.title);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let starred = star.state.get_untracked();
        star.clone().set(!starred);
    };
    view! {
        <form method="post" action=href("/fn/catalog/star_set") class="star" on:submit=submit>
            <input type="hidden" name="entity_ref" value=entity_ref />
            <input type="hidden" name="starred" value=move || (!next.get()).to_string() />
            <button
                type="submit"
                class="btn btn-ghost btn-icon btn-sm star-button"
                title=label.clone()
                aria-label=label
                aria-pressed=move || pressed.get().to_string()
            >
                <Icon icon=IconName::Star />
            </button>
        </form>
    }
    .into_any()
}

#[derive(Clone)]
struct Star {
    entity_ref: String,
    title: String,
    /// Outlives the button: an undo may come after the list was asked for again.
    state: ArcRwSignal<bool>,
    toasts: Toasts,
    done: Option<Callback<()>>,
}

impl Star {
    fn set(self, starred: bool) {
        self.state.set(starred);
        ahead::forget();
        leptos::task::spawn_local(async move {
            match star_set(self.entity_ref.clone(), starred).await {
                Ok(()) => {
                    ahead::forget();
                    let text = match starred {
                        true => format!("Starred {}", self.title),
                        false => format!("{} is not starred any more", self.title),
                    };
                    if let Some(done) = self.done {
                        done.try_run(());
                    }
                    let (toasts, again) = (self.toasts, self);
                    let undo = move || again.clone().set(!starred);
                    toasts.show(Toast::new(Tone::Success, text).undo(undo));
                }
                Err(error) => {
                    self.state.set(!starred);
                    self.toasts.error(error.message());
                }
            }
        });
    }
}
