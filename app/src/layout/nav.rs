//! Where one can go: the one list behind side bar, bottom bar, palette and keys.

use crate::session::href;
use crate::ui::{Icon, IconName, IconSize};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A part of the portal.
pub struct NavEntry {
    /// What it is called.
    pub label: &'static str,
    /// Its address within the tenant.
    pub path: &'static str,
    /// Its picture.
    pub icon: IconName,
    /// The key that goes there after `g`.
    pub key: char,
}

/// The parts of the portal. The bottom bar of a phone shows the first [`ON_PHONE`].
pub const NAV: [NavEntry; 5] = [
    NavEntry { label: "Home", path: "/", icon: IconName::House, key: 'h' },
    NavEntry { label: "Catalog", path: "/catalog", icon: IconName::Boxes, key: 'c' },
    NavEntry { label: "Create", path: "/create", icon: IconName::CirclePlus, key: 'n' },
    NavEntry { label: "Docs", path: "/docs", icon: IconName::BookOpen, key: 'd' },
    NavEntry { label: "Tasks", path: "/create/tasks", icon: IconName::ListChecks, key: 't' },
];

/// How many entries the bottom bar has beside "More".
pub const ON_PHONE: usize = 4;

/// The entry a path belongs to: the one with the longest path that the path begins with.
pub fn current(path: &str) -> Option<&'static str> {
    let belongs = |entry: &&NavEntry| match path.strip_prefix(entry.path) {
        _ if entry.path == "/" => path == "/" || path.is_empty(),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    };
    NAV.iter().filter(belongs).max_by_key(|entry| entry.path.len()).map(|entry| entry.path)
}

/// The path shown, without the tenant's prefix.
pub fn current_entry() -> Memo<Option<&'static str>> {
    let base = crate::session::use_session().base_path;
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| current(path.strip_prefix(base.as_str()).unwrap_or(path))))
}

/// A link of the side bar.
pub fn side_link(entry: &'static NavEntry, current: Memo<Option<&'static str>>) -> AnyView {
    view! {
        <li>
            <a
                class="nav-link"
                href=href(entry.path)
                title=entry.label
                aria-current=move || (current.get() == Some(entry.path)).then_some("page")
            >
                <Icon icon=entry.icon size=IconSize::Lg />
                <span class="nav-text">{entry.label}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A link of the bottom bar.
pub fn bottom_link(entry: &'static NavEntry, current: Memo<Option<&'static str>>) -> AnyView {
    view! {
        <a
            class="bottom-link"
            href=href(entry.path)
            aria-current=move || (current.get() == Some(entry.path)).then_some("page")
        >
            <Icon icon=entry.icon size=IconSize::Lg />
            <span>{entry.label}</span>
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::current;

    #[test]
    fn the_longest_matching_entry_is_current() {
        assert_eq!(current("/"), Some("/"));
        assert_eq!(current("/catalog"), Some("/catalog"));
        assert_eq!(current("/catalog/default/component/x"), Some("/catalog"));
        assert_eq!(current("/create/templates/default/x"), Some("/create"));
        assert_eq!(current("/create/tasks/12"), Some("/create/tasks"));
        assert_eq!(current("/catalogue"), None);
        assert_eq!(current("/ui"), None);
    }
}
