//! The pages somebody was on last, kept in the browser, for the palette.

use super::nav::NAV;
use crate::session::{href, use_session};
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::session::SessionInfo;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};

/// A page that somebody was on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentPage {
    /// Its address, the tenant's prefix included.
    pub href: String,
    /// Its heading.
    pub title: String,
    /// What stands above the heading: the kind.
    pub detail: String,
}

/// How many are kept.
const KEPT: usize = 8;

/// How long somebody must stay: the heading is there by then, and who only passed did not mean it.
const STAY: Duration = Duration::from_millis(1_500);

/// Under this name the browser keeps them, each person's apart.
const STORED: &str = "callboard-recent";

/// Remembers the pages somebody stays on; the frame calls it once.
pub fn remember_pages() {
    let path = use_location().pathname;
    let key = key(use_session());
    let always_there: Vec<String> = NAV.iter().map(|entry| href(entry.path)).collect();
    let pause = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let now = path.get();
        if let Some(earlier) = pause.get_value() {
            earlier.clear();
        }
        let plain = now.trim_end_matches('/');
        if always_there.iter().any(|entry| entry.trim_end_matches('/') == plain) {
            return;
        }
        let key = key.clone();
        let note = move || {
            let Some(page) = page_shown(now) else { return };
            let kept = with_page(read(&key), page);
            if let Ok(text) = serde_json::to_string(&kept) {
                call("setItem", &[key.as_str(), &text]);
            }
        };
        pause.set_value(set_timeout_with_handle(note, STAY).ok());
    });
}

/// The pages, the last one first, without the one that is shown.
pub fn recent_pages(key: &str) -> Vec<RecentPage> {
    let here = window().location().pathname().unwrap_or_default();
    let mut pages = read(key);
    pages.retain(|page| page.href != here);
    pages
}

/// Forgets them all: somebody has signed out.
pub fn forget() {
    call("removeItem", &[key(crate::session::read_from_page()).as_str()]);
}

/// Where this person's pages are kept.
pub fn key(session: SessionInfo) -> String {
    let owner = session.person.map_or_else(String::new, |person| person.user_ref);
    format!("{STORED} {} {owner}", session.base_path)
}

/// The list with this page at its top.
fn with_page(mut pages: Vec<RecentPage>, page: RecentPage) -> Vec<RecentPage> {
    pages.retain(|known| known.href != page.href);
    pages.insert(0, page);
    pages.truncate(KEPT);
    pages
}

/// The page as it is shown now, unless it says that something went wrong.
fn page_shown(href: String) -> Option<RecentPage> {
    let page = document();
    let text = |selector: &str| {
        let found = page.query_selector(selector).ok().flatten();
        found.and_then(|found| found.text_content()).map(|text| text.trim().to_owned())
    };
    if text(".page .state-error:not(.state-compact), .page [data-not-found]").is_some() {
        return None;
    }
    let title = text("main h1").filter(|title| !title.is_empty())?;
    Some(RecentPage { href, title, detail: text("main .page-eyebrow").unwrap_or_default() })
}

fn read(key: &str) -> Vec<RecentPage> {
    let text = call("getItem", &[key]).and_then(|value| value.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Calls a method of the browser's storage, where there is one: it may be switched off.
fn call(method: &str, arguments: &[&str]) -> Option<JsValue> {
    let storage = Reflect::get(&window(), &"localStorage".into()).ok()?;
    let function: Function = Reflect::get(&storage, &method.into()).ok()?.dyn_into().ok()?;
    let list = arguments.iter().map(|text| JsValue::from_str(text)).collect::<js_sys::Array>();
    function.apply(&storage, &list).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> RecentPage {
        RecentPage { href: format!("/{number}"), title: String::new(), detail: String::new() }
    }

    #[test]
    fn the_last_page_comes_first_and_stands_once() {
        let pages = (0..20).fold(Vec::new(), |pages, number| with_page(pages, page(number)));
        assert_eq!(pages.len(), KEPT);
        assert_eq!(pages[0], page(19));
        let again = with_page(pages, page(17));
        assert_eq!(again[0], page(17));
        assert_eq!(again.iter().filter(|known| **known == page(17)).count(), 1);
        assert_eq!(again.len(), KEPT);
    }
}
