//! The command palette: type to find a page, an action or an entity, and go there.

use super::nav::NAV;
use crate::session::{href, use_session};
use crate::ui::{Icon, IconName, IconSize, Kbd, close_dialog, open_dialog};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteItem {
    /// What it is called.
    pub title: String,
    /// A word more: kind, owner.
    pub detail: String,
    /// Where it leads.
    pub href: String,
    /// Its picture.
    pub icon: IconName,
}

type Found = Pin<Box<dyn Future<Output = Vec<PaletteItem>> + Send>>;

/// Finds entities by what was typed.
#[derive(Clone)]
pub struct PaletteSearch(Arc<dyn Fn(String) -> Found + Send + Sync>);

impl PaletteSearch {
    /// A search: from the text typed to what was found, best first.
    pub fn new<F, Fut>(search: F) -> Self
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Vec<PaletteItem>> + Send + 'static,
    {
        PaletteSearch(Arc::new(move |text| Box::pin(search(text))))
    }
}

/// Gives the palette its search; call it above the frame.
pub fn provide_palette_search(search: PaletteSearch) {
    provide_context(search);
}

/// Opens the palette.
pub fn open_palette() {
    open_dialog("palette");
}

/// How long typing must pause before entities are searched.
const PAUSE: Duration = Duration::from_millis(120);

/// The palette. Its list is made when it opens, and searched when somebody types. Without script it
/// is a form that filters the catalog.
#[component]
pub fn Palette() -> AnyView {
    let search = use_context::<PaletteSearch>();
    let pages = StoredValue::new(pages());
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<PaletteItem>::new());
    let searching = RwSignal::new(false);
    let selected = RwSignal::new(0_usize);
    let is_open = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let pause = StoredValue::new(None::<TimeoutHandle>);

    let items = Memo::new(move |_| {
        let text = text.get().to_lowercase();
        let mut items: Vec<PaletteItem> = pages.with_value(|pages| {
            pages.iter().filter(|page| matches(page, &text)).cloned().collect()
        });
        let first_found = items.len();
        items.extend(found.get());
        (items, first_found)
    });
    let typed = move |event| {
        let wanted: String = event_target_value(&event);
        is_open.set(true);
        text.set(wanted.clone());
        selected.set(0);
        if let Some(earlier) = pause.get_value() {
            earlier.clear();
        }
        let Some(search) = search.clone() else { return };
        if wanted.trim().is_empty() {
            found.set(Vec::new());
            searching.set(false);
            return;
        }
        searching.set(true);
        let run = move || {
            leptos::task::spawn_local(async move {
                let answer = (search.0)(wanted.trim().to_owned()).await;
                // An answer to what is no longer asked is dropped.
                if text.with_untracked(|now| *now == wanted) {
                    found.set(answer);
                    searching.set(false);
                }
            });
        };
        pause.set_value(set_timeout_with_handle(run, PAUSE).ok());
    };
    let go = move |index: usize| {
        let target = items.with_untracked(|(items, _)| items.get(index).map(|i| i.href.clone()));
        if let Some(target) = target {
            close_dialog("palette");
            follow(&target);
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let count = items.with_untracked(|(items, _)| items.len());
        let now = selected.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => (now + 1) % count.max(1),
            "ArrowUp" => (now + count.max(1) - 1) % count.max(1),
            "Enter" => {
                event.prevent_default();
                go(now);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        selected.set(next);
        show(next);
    };
    let opened = move |_| {
        is_open.set(true);
        text.set(String::new());
        found.set(Vec::new());
        selected.set(0);
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            let _ = input.focus();
        }
    };
    let list = move || {
        if !is_open.get() {
            return None;
        }
        let (items, first_found) = items.get();
        if items.is_empty() {
            let words = if searching.get() { "Searching…" } else { "Nothing found" };
            return Some(view! { <p class="palette-empty">{words}</p> }.into_any());
        }
        let rows = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let group = match index {
                    _ if index == first_found => Some("Catalog"),
                    0 => Some("Go to"),
                    _ => None,
                };
                let heading = group.map(|group| {
                    view! {
                        <li class="palette-group" role="presentation">
                            {group}
                        </li>
                    }
                });
                view! {
                    {heading}
                    <li
                        class="palette-item"
                        role="option"
                        id=format!("palette-{index}")
                        aria-selected=move || (selected.get() == index).to_string()
                        on:mousemove=move |_| {
                            if selected.get_untracked() != index {
                                selected.set(index);
                            }
                        }
                        on:click=move |_| go(index)
                    >
                        <Icon icon=item.icon />
                        <span class="palette-title">{item.title}</span>
                        <span class="palette-detail">{item.detail}</span>
                        {move || {
                            (selected.get() == index)
                                .then(|| {
                                    view! {
                                        <Icon icon=IconName::CornerDownLeft size=IconSize::Sm />
                                    }
                                })
                        }}
                    </li>
                }
            })
            .collect_view();
        Some(
            view! {
                <ul id="palette-list" role="listbox" aria-label="Results">
                    {rows}
                </ul>
            }
            .into_any(),
        )
    };
    view! {
        <dialog
            class="palette"
            id="palette"
            aria-label="Search and go to"
            closedby="any"
            on:click=crate::ui::close_when_beside
            on:close=move |_| is_open.set(false)
            on:focusin=move |event| {
                if !is_open.get_untracked() {
                    opened(event);
                }
            }
        >
            <form class="palette-box" method="get" action=href("/catalog")>
                <div class="palette-head">
                    <Icon icon=IconName::Search />
                    <input
                        node_ref=input
                        type="search"
                        name="q"
                        class="palette-input"
                        placeholder="Search or go to…"
                        aria-label="Search or go to"
                        role="combobox"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-autocomplete="list"
                        aria-activedescendant=move || format!("palette-{}", selected.get())
                        autocomplete="off"
                        spellcheck="false"
                        autofocus
                        on:input=typed
                        on:keydown=keyed
                    />
                    <Kbd keys="Esc" />
                </div>
                <div class="palette-list">{list}</div>
                <div class="palette-foot" aria-hidden="true">
                    <span>
                        <Kbd keys="↑ ↓" />
                        "choose"
                    </span>
                    <span>
                        <Kbd keys="↵" />
                        "open"
                    </span>
                    <span>
                        <Kbd keys="?" />
                        "all keys"
                    </span>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// What is always there.
fn pages() -> Vec<PaletteItem> {
    let page = |title: &str, detail: &str, path: &str, icon| PaletteItem {
        title: title.to_owned(),
        detail: detail.to_owned(),
        href: href(path),
        icon,
    };
    let mut pages: Vec<PaletteItem> =
        NAV.iter().map(|entry| page(entry.label, "", entry.path, entry.icon)).collect();
    pages.push(page("Create a component", "from a template", "/create", IconName::Plus));
    if use_session().development {
        pages.push(page("Components", "gallery of the kit", "/ui", IconName::Component));
    }
    pages
}

/// Whether every word typed stands in the entry.
fn matches(item: &PaletteItem, text: &str) -> bool {
    let words = format!("{} {}", item.title, item.detail).to_lowercase();
    text.split_whitespace().all(|word| words.contains(word))
}

fn show(index: usize) {
    if let Some(row) = document().get_element_by_id(&format!("palette-{index}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Goes to an address as a click on a link does: the router takes it, or the browser.
fn follow(target: &str) {
    let document = document();
    let Ok(link) = document.create_element("a") else { return };
    let _ = link.set_attribute("href", target);
    if let (Some(body), Some(clickable)) = (document.body(), link.dyn_ref::<HtmlElement>()) {
        let _ = body.append_child(&link);
        clickable.click();
        link.remove();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_there() {
        let item = PaletteItem {
            title: "Create a component".into(),
            detail: "from a template".into(),
            href: "/create".into(),
            icon: IconName::Plus,
        };
        assert!(matches(&item, ""));
        assert!(matches(&item, "temp create"));
        assert!(!matches(&item, "create api"));
    }
}
