//! Whether what a page shows is still so: one event stream per page, while it is in sight.

use crate::ahead;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use model::catalog::{EntityLink, EntityPage};
use model::entity_ref::EntityRef;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventSource;

/// What a page shows, and where one learns that it is not so any more.
#[derive(Clone, PartialEq)]
pub struct Followed {
    /// The stream's address, with `?`.
    pub stream: String,
    /// What tells the answer that is shown from others.
    pub etag: String,
}

/// In the browser, calls `changed` whenever what is shown is not what there is. A page that is out
/// of sight follows nothing, and finds out what it missed when it comes back.
pub fn follow(shown: RwSignal<Option<Followed>>, changed: impl Fn() + Clone + 'static) {
    // The same page with a newer answer goes on with the stream it has.
    let stream = Memo::new(move |_| shown.read().as_ref().map(|shown| shown.stream.clone()));
    let in_sight = RwSignal::new(false);
    Effect::new(move |_| {
        in_sight.set(!document().hidden());
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            in_sight.set(!document().hidden());
        });
        on_cleanup(move || listener.remove());
    });
    Effect::new(move |_| {
        let (Some(stream), true) = (stream.get(), in_sight.get()) else { return };
        let etag = shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.etag.clone()));
        let address = format!("{stream}&etag={}", etag.unwrap_or_default());
        let changed = changed.clone();
        // It goes with this run of the effect: with the page, its sight, or what it shows.
        StoredValue::new_local(Stream::open(&address, move || {
            ahead::forget();
            changed();
        }));
    });
}

/// An open stream; closed when the value goes.
struct Stream {
    source: EventSource,
    _handler: Closure<dyn Fn()>,
}

impl Stream {
    fn open(address: &str, changed: impl Fn() + 'static) -> Option<Stream> {
        let source = EventSource::new(address).ok()?;
        let handler = Closure::<dyn Fn()>::new(changed);
        let listener = handler.as_ref().unchecked_ref();
        source.add_event_listener_with_callback("changed", listener).ok()?;
        Some(Stream { source, _handler: handler })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Keeps the open page of an entity up to date.
#[derive(Clone, Copy)]
pub struct LiveEntity {
    followed: RwSignal<Option<Followed>>,
    /// What is shown.
    before: StoredValue<Option<EntityLink>>,
    waiting: StoredValue<bool>,
    /// What changed, in words.
    pub message: RwSignal<String>,
}

impl LiveEntity {
    /// Follows what `page` answers. Tabs that ask for data of their own would lose what somebody
    /// does in them, so there a change is only reported.
    pub fn new(page: ServerResource<EntityPage>, tab: Memo<String>) -> LiveEntity {
        let live = LiveEntity {
            followed: RwSignal::new(None),
            before: StoredValue::new(None),
            waiting: StoredValue::new(false),
            message: RwSignal::new(String::new()),
        };
        let toasts = use_toasts();
        let ask = move || {
            live.waiting.set_value(true);
            page.refetch();
        };
        follow(live.followed, move || {
            if ["", "yaml"].contains(&tab.get_untracked().as_str()) {
                return ask();
            }
            let title = live.before.with_value(|link| link.as_ref().map(|link| link.title.clone()));
            let text = format!("{} has changed", title.unwrap_or_default());
            toasts.show(Toast::new(Tone::Info, text).action("Show", ask));
        });
        live
    }

    /// Notes what is shown now.
    pub fn arrived(self, page: &EntityPage) {
        if cfg!(not(target_arch = "wasm32")) {
            return;
        }
        keep_menus_open();
        let link = page.view.row.entity.clone();
        let stream = format!("{}?", href(&format!("/events{}", link.path())));
        self.followed.set(Some(Followed { stream, etag: page.etag.clone() }));
        if self.waiting.get_value() {
            self.waiting.set_value(false);
            self.message.set(format!("{} has changed; the page shows it.", link.title));
            highlight();
        }
        self.before.set_value(Some(link));
    }

    /// Whether this entity was shown just now.
    pub fn was_there(self, entity_ref: &EntityRef) -> bool {
        let is = |link: &EntityLink| link.entity_ref == entity_ref.to_string();
        self.before.with_value(|link| link.as_ref().is_some_and(is))
    }

    /// In place of an entity that was removed while its page was open. It may come back.
    pub fn gone(self) -> AnyView {
        let title = self.before.with_value(|link| link.as_ref().map(|link| link.title.clone()));
        let title = title.unwrap_or_default();
        let message = format!("{title} was removed from the catalog");
        self.message.set(message.clone());
        view! {
            <Page title breadcrumbs=vec![Crumb::link("Catalog", href("/catalog"))]>
                <EmptyState
                    title=message
                    text="It was removed while this page was open. Removed entities can be restored for a while."
                    icon=IconName::Trash2
                >
                    <LinkButton href=href("/catalog")>"Back to the catalog"</LinkButton>
                    <LinkButton href=href("/catalog/administration/removals#removed-entities")>"Removed entities"</LinkButton>
                </EmptyState>
            </Page>
        }
        .into_any()
    }
}

/// Marks the page for a moment.
fn highlight() {
    let Some(body) = document().body() else { return };
    // Another value begins the animation anew.
    let now = body.get_attribute("data-changed");
    let next = if now.as_deref() == Some("once") { "again" } else { "once" };
    let _ = body.set_attribute("data-changed", next);
}
