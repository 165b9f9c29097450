//! Where one can go: the one list behind side bar, bottom bar, "More", palette and keys.

use crate::session::href;
use crate::ui::{Icon, IconName, IconSize};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A page that is always there.
pub struct NavEntry {
    /// What it is called.
    pub label: &'static str,
    /// Its address within the tenant.
    pub path: &'static str,
    /// Its picture.
    pub icon: IconName,
    /// Where it is offered beside the palette.
    pub place: Place,
    /// The key that goes there after `g`.
    pub key: Option<char>,
    /// What else people call it, for the palette.
    pub words: &'static str,
}

/// Where a page is offered, beside the palette, which has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the side bar, and in the bottom bar of a phone.
    Bar,
    /// In the side bar; on a phone under "More".
    Side,
    /// Below the entry with this path, while one is there; on a phone under "More".
    Below(&'static str),
    /// Under "More" on a phone; on a wide screen the page it belongs to leads there.
    More,
}

/// The path of the administration, which has pages below it.
const ADMINISTRATION: &str = "/catalog/administration";

/// Every page that is always there, in the order it is shown.
pub const NAV: [NavEntry; 13] = [
    entry("Home", "/", IconName::House, Place::Bar, Some('h'), "dashboard start"),
    entry("Catalog", "/catalog", IconName::Boxes, Place::Bar, Some('c'), "entities components"),
    entry("Create", "/create", IconName::CirclePlus, Place::Bar, Some('n'), "new templates"),
    entry("Docs", "/docs", IconName::BookOpen, Place::Bar, Some('d'), "documentation techdocs"),
    entry("Runs", "/create/runs", IconName::ListChecks, Place::Side, Some('r'), "tasks templates"),
    entry(
        "Administration",
        ADMINISTRATION,
        IconName::Settings,
        Place::Side,
        Some('a'),
        "settings overview",
    ),
    entry(
        "Sources",
        "/catalog/sources",
        IconName::RefreshCw,
        Place::Below(ADMINISTRATION),
        Some('s'),
        "locations providers refresh hosts",
    ),
    entry(
        "Kinds",
        "/catalog/administration/kinds",
        IconName::Tag,
        Place::Below(ADMINISTRATION),
        None,
        "custom types schema",
    ),
    entry(
        "Pending removals",
        "/catalog/administration/removals",
        IconName::Trash2,
        Place::Below(ADMINISTRATION),
        None,
        "removed entities held restore deleted",
    ),
    entry(
        "Organisation",
        "/catalog/organisation",
        IconName::Users,
        Place::More,
        Some('o'),
        "groups teams people organization",
    ),
    entry(
        "Register",
        "/catalog/register",
        IconName::Link,
        Place::More,
        None,
        "import add existing component repository catalog-info.yaml",
    ),
    entry(
        "Delivery",
        "/insights/delivery",
        IconName::Rocket,
        Place::More,
        None,
        "dora deployments incidents lead time",
    ),
    entry(
        "What changed",
        "/catalog/changes",
        IconName::History,
        Place::More,
        None,
        "changes activity feed recent",
    ),
];

const fn entry(
    label: &'static str,
    path: &'static str,
    icon: IconName,
    place: Place,
    key: Option<char>,
    words: &'static str,
) -> NavEntry {
    NavEntry { label, path, icon, place, key, words }
}

impl NavEntry {
    /// The entry of the side bar it is or belongs to.
    fn side(&self) -> Option<&'static str> {
        match self.place {
            Place::Bar | Place::Side => Some(self.path),
            Place::Below(path) => Some(path),
            Place::More => None,
        }
    }
}

/// The entries of the side bar, without those below others.
pub fn side_entries() -> impl Iterator<Item = &'static NavEntry> {
    NAV.iter().filter(|entry| matches!(entry.place, Place::Bar | Place::Side))
}

/// The entries below one of the side bar.
pub fn entries_below(path: &'static str) -> impl Iterator<Item = &'static NavEntry> {
    NAV.iter().filter(move |entry| entry.place == Place::Below(path))
}

/// Where one is: the entry whose path is the longest that this path begins with, and the entry of
/// the side bar that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Current {
    /// The path of the entry.
    pub entry: Option<&'static str>,
    /// The path of the entry of the side bar.
    pub side: Option<&'static str>,
}

/// Where this path is.
pub fn current(path: &str) -> Current {
    let belongs = |entry: &&NavEntry| match path.strip_prefix(entry.path) {
        _ if entry.path == "/" => path == "/" || path.is_empty(),
        Some(rest) => rest.is_empty() || rest.starts_with('/'),
        None => false,
    };
    let longest = |entries: &mut dyn Iterator<Item = &'static NavEntry>| {
        entries.filter(belongs).max_by_key(|entry| entry.path.len())
    };
    let found = longest(&mut NAV.iter());
    // A page of the catalog that has no place in the side bar lights up the catalog.
    let side = found.and_then(NavEntry::side).or_else(|| longest(&mut side_entries())?.side());
    Current { entry: found.map(|entry| entry.path), side }
}

/// The path shown, without the tenant's prefix.
pub fn current_entry() -> Memo<Current> {
    let base = crate::session::use_session().base_path;
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| current(path.strip_prefix(base.as_str()).unwrap_or(path))))
}

/// An entry of the side bar, with those below it.
pub fn side_link(entry: &'static NavEntry, current: Memo<Current>) -> AnyView {
    let below: Vec<&NavEntry> = entries_below(entry.path).collect();
    let is_group = !below.is_empty();
    let below = is_group.then(|| {
        let overview = below_link("Overview", entry.path, current);
        let others = below
            .into_iter()
            .map(|entry| below_link(entry.label, entry.path, current))
            .collect_view();
        let class = move || match current.get().side == Some(entry.path) {
            true => "nav-below",
            false => "nav-below is-closed",
        };
        view! { <ul class=class>{overview} {others}</ul> }
    });
    let is_current = move || {
        let current = current.get();
        match current.side == Some(entry.path) {
            // The page itself is named below.
            true if is_group => Some("true"),
            true if current.entry == Some(entry.path) => Some("page"),
            true => Some("true"),
            false => None,
        }
    };
    view! {
        <li>
            <a class="nav-link" href=href(entry.path) title=entry.label aria-current=is_current>
                <Icon icon=entry.icon size=IconSize::Lg />
                <span class="nav-text">{entry.label}</span>
            </a>
            {below}
        </li>
    }
    .into_any()
}

fn below_link(label: &'static str, path: &'static str, current: Memo<Current>) -> AnyView {
    view! {
        <li>
            <a
                class="nav-link nav-link-below"
                href=href(path)
                aria-current=move || (current.get().entry == Some(path)).then_some("page")
            >
                <span class="nav-text">{label}</span>
            </a>
        </li>
    }
    .into_any()
}

/// A link of the bottom bar.
pub fn bottom_link(entry: &'static NavEntry, current: Memo<Current>) -> AnyView {
    let is_current = move || match current.get() {
        Current { entry: Some(path), .. } if path == entry.path => Some("page"),
        Current { side: Some(path), .. } if path == entry.path => Some("true"),
        _ => None,
    };
    view! {
        <a class="bottom-link" href=href(entry.path) aria-current=is_current>
            <Icon icon=entry.icon size=IconSize::Lg />
            <span>{entry.label}</span>
        </a>
    }
    .into_any()
}

/// A link of the sheet behind "More".
pub fn more_link(entry: &'static NavEntry, current: Memo<Current>) -> AnyView {
    let is_current = move || (current.get().entry == Some(entry.path)).then_some("page");
    view! {
        <li>
            <a class="menu-item" href=href(entry.path) aria-current=is_current>
                <Icon icon=entry.icon />
                <span>{entry.label}</span>
            </a>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{Current, NAV, Place, current};
    use std::collections::BTreeSet;

    fn at(entry: &'static str, side: &'static str) -> Current {
        Current { entry: Some(entry), side: Some(side) }
    }

    #[test]
    fn the_longest_matching_entry_is_current() {
        assert_eq!(current("/"), at("/", "/"));
        assert_eq!(current("/catalog"), at("/catalog", "/catalog"));
        assert_eq!(current("/catalog/default/component/x"), at("/catalog", "/catalog"));
        assert_eq!(current("/create/templates/default/x"), at("/create", "/create"));
        assert_eq!(current("/create/runs/12"), at("/create/runs", "/create/runs"));
        assert_eq!(current("/catalogue"), Current::default());
        assert_eq!(current("/ui"), Current::default());
    }

    #[test]
    fn pages_below_administration_belong_to_it() {
        let administration = "/catalog/administration";
        assert_eq!(current(administration), at(administration, administration));
        assert_eq!(current("/catalog/sources"), at("/catalog/sources", administration));
        let removals = "/catalog/administration/removals";
        assert_eq!(current(removals), at(removals, administration));
        let kinds = "/catalog/administration/kinds";
        assert_eq!(current("/catalog/administration/kinds/robot"), at(kinds, administration));
        // What has no place in the side bar lights up the part that it belongs to.
        assert_eq!(current("/catalog/organisation"), at("/catalog/organisation", "/catalog"));
        assert_eq!(current("/insights/delivery").side, None);
    }

    #[test]
    fn no_path_and_no_key_stands_twice() {
        let paths: BTreeSet<&str> = NAV.iter().map(|entry| entry.path).collect();
        assert_eq!(paths.len(), NAV.len());
        let keys: Vec<char> = NAV.iter().filter_map(|entry| entry.key).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        for entry in NAV.iter() {
            if let Place::Below(path) = entry.place {
                assert!(
                    NAV.iter().any(|parent| parent.path == path && parent.place == Place::Side)
                );
            }
        }
    }
}
