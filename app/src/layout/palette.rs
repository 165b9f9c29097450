//! The command palette: type to find a page, an action or an entity, and go there.

use super::nav::{NAV, Place};
use super::recent;
use crate::session::{href, use_session};
use crate::ui::{Icon, IconName, IconSize, Kbd, close_dialog, open_dialog, query_url};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What an entry of the palette is listed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteGroup {
    /// A page somebody was on.
    Recent,
    /// A page that is always there.
    Page,
    /// A template; it leads to its form.
    Template,
    /// An entity.
    Entity,
    /// The list of what holds the words.
    Search,
}

impl PaletteGroup {
    fn heading(self) -> &'static str {
        match self {
            PaletteGroup::Recent => "Recent",
            PaletteGroup::Page => "Go to",
            PaletteGroup::Template => "Use a template",
            PaletteGroup::Entity => "Catalog",
            PaletteGroup::Search => "Search",
        }
    }
}

/// Something to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteItem {
    /// What it is listed under.
    pub group: PaletteGroup,
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
    let recent_key = StoredValue::new(recent::key(use_session()));
    let lately = RwSignal::new(Vec::<PaletteItem>::new());
    let catalog = StoredValue::new(href("/catalog"));
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(Vec::<PaletteItem>::new());
    let searching = RwSignal::new(false);
    let selected = RwSignal::new(0_usize);
    let is_open = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let pause = StoredValue::new(None::<TimeoutHandle>);
    // Enter was pressed before what was typed had been looked for.
    let is_awaited = StoredValue::new(false);

    let items = Memo::new(move |_| {
        let typed = text.get();
        let text = typed.trim().to_lowercase();
        let mut items = if text.is_empty() { lately.get() } else { Vec::new() };
        pages.with_value(|pages| items.extend(matching(pages, &text)));
        items.extend(found.get());
        if !text.is_empty() && (items.is_empty() || !searching.get()) {
            items.push(catalog.with_value(|catalog| catalog_search(catalog, typed.trim())));
        }
        items
    });
    let go = move |index: usize| {
        let target = items.with_untracked(|items| items.get(index).map(|item| item.href.clone()));
        if let Some(target) = target {
            close_dialog("palette");
            follow(&target);
        }
    };
    let typed = move |event| {
        let wanted: String = event_target_value(&event);
        is_open.set(true);
        text.set(wanted.clone());
        selected.set(0);
        is_awaited.set_value(false);
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
                    if is_awaited.get_value() {
                        is_awaited.set_value(false);
                        go(0);
                    }
                }
            });
        };
        pause.set_value(set_timeout_with_handle(run, PAUSE).ok());
    };
    let keyed = move |event: KeyboardEvent| {
        let count = items.with_untracked(Vec::len);
        let now = selected.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" => (now + 1) % count.max(1),
            "ArrowUp" => (now + count.max(1) - 1) % count.max(1),
            "Enter" => {
                event.prevent_default();
                // A page that matches is meant; for anything else the answer is on its way.
                let is_page = items.with_untracked(|items| {
                    items.get(now).is_some_and(|item| item.group == PaletteGroup::Page)
                });
                match now == 0 && searching.get_untracked() && !is_page {
                    true => is_awaited.set_value(true),
                    false => go(now),
                }
                return;
            }
            // The browser would empty the field first.
            "Escape" => {
                event.prevent_default();
                close_dialog("palette");
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
        searching.set(false);
        selected.set(0);
        lately.set(recent_key.with_value(|key| recent_items(key)));
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            let _ = input.focus();
        }
    };
    let list = move || {
        if !is_open.get() {
            return None;
        }
        let items = items.get();
        if items.is_empty() {
            return Some(view! { <p class="palette-empty">"Searching…"</p> }.into_any());
        }
        let mut before = None;
        let rows = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                let is_first = before.replace(item.group) != Some(item.group);
                let heading = is_first.then(|| {
                    view! {
                        <li class="palette-group" role="presentation">
                            {item.group.heading()}
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
            aria-label="Search or go to"
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
                        "select"
                    </span>
                    <span>
                        <Kbd keys="↵" />
                        "open"
                    </span>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}

/// What is always there, each with what else people call it.
fn pages() -> Vec<(PaletteItem, &'static str)> {
    let page = |title: &str, detail: &str, path: &str, icon| PaletteItem {
        group: PaletteGroup::Page,
        title: title.to_owned(),
        detail: detail.to_owned(),
        href: href(path),
        icon,
    };
    let parent = |place: Place| match place {
        Place::Below(path) => NAV.iter().find(|entry| entry.path == path),
        _ => None,
    };
    let mut pages: Vec<_> = NAV
        .iter()
        .map(|entry| {
            let detail = parent(entry.place).map_or("", |parent| parent.label);
            (page(entry.label, detail, entry.path, entry.icon), entry.words)
        })
        .collect();
    let create = page("Create a component", "from a template", "/create", IconName::Plus);
    pages.push((create, "new start"));
    if use_session().development {
        let gallery = page("Components", "gallery of the kit", "/ui", IconName::Component);
        pages.push((gallery, ""));
    }
    pages
}

/// The pages somebody was on last.
fn recent_items(key: &str) -> Vec<PaletteItem> {
    const SHOWN: usize = 5;
    let item = |page: recent::RecentPage| PaletteItem {
        group: PaletteGroup::Recent,
        title: page.title,
        detail: page.detail,
        href: page.href,
        icon: IconName::Clock,
    };
    recent::recent_pages(key).into_iter().take(SHOWN).map(item).collect()
}

/// The list of everything that holds the words.
fn catalog_search(catalog: &str, words: &str) -> PaletteItem {
    let query = [("q".to_owned(), words.to_owned())].into_iter().collect();
    PaletteItem {
        group: PaletteGroup::Search,
        title: format!("Search the catalog for “{words}”"),
        detail: String::new(),
        href: query_url(catalog, &query),
        icon: IconName::Search,
    }
}

/// The pages that fit what was typed: those that are so called before those that only go by that
/// name as well.
fn matching(pages: &[(PaletteItem, &'static str)], text: &str) -> Vec<PaletteItem> {
    let mut found: Vec<&(PaletteItem, &str)> =
        pages.iter().filter(|(page, words)| matches(page, words, text)).collect();
    // Stable: equals keep the order of the menu.
    found.sort_by_key(|(page, _)| {
        let title = page.title.to_lowercase();
        (!title.starts_with(text), !title.contains(text))
    });
    found.into_iter().map(|(page, _)| page.clone()).collect()
}

/// Whether every word typed stands in the entry or in what else it is called.
fn matches(item: &PaletteItem, also: &str, text: &str) -> bool {
    let words = format!("{} {} {also}", item.title, item.detail).to_lowercase();
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
            group: PaletteGroup::Page,
            title: "Create a component".into(),
            detail: "from a template".into(),
            href: "/create".into(),
            icon: IconName::Plus,
        };
        assert!(matches(&item, "", ""));
        assert!(matches(&item, "", "temp create"));
        assert!(!matches(&item, "", "create api"));
        assert!(matches(&item, "new start", "new component"));
    }

    #[test]
    fn a_page_that_is_so_called_comes_first() {
        let page = |title: &str, words| {
            let item = PaletteItem {
                group: PaletteGroup::Page,
                title: title.into(),
                detail: String::new(),
                href: String::new(),
                icon: IconName::Plus,
            };
            (item, words)
        };
        let pages =
            [page("Create", "runs of templates"), page("Runs", ""), page("Register", "import add")];
        let titles = |text| {
            let found = matching(&pages, text).into_iter();
            found.map(|page| page.title).collect::<Vec<_>>()
        };
        assert_eq!(titles("run"), ["Runs", "Create"]);
        assert_eq!(titles("import"), ["Register"]);
        assert_eq!(titles(""), ["Create", "Runs", "Register"]);
    }

    #[test]
    fn what_is_not_found_is_searched_for_in_the_catalog() {
        let item = catalog_search("/t/acme/catalog", "billing & tax");
        assert_eq!(item.href, "/t/acme/catalog?q=billing%20%26%20tax");
    }
}
