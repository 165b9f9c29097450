//! What stands in place of a page, or of a part of it, that cannot be shown.

use crate::catalog::kind_heading;
use crate::error::AppError;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use leptos_router::params::ParamsMap;
use model::Error;
use model::entity_ref::EntityRef;

/// How many characters of an address are searched for in the catalog.
const MOST_WORDS: usize = 60;

/// The content of a page that cannot be loaded. "Try again" opens the same page once more, and is
/// there where that can help.
#[component]
pub fn LoadError(
    /// What cannot be shown, in a few words.
    #[prop(into)]
    title: String,
    /// Why.
    error: AppError,
) -> AnyView {
    let again = error.may_pass().then(this_page);
    view! { <ErrorState title message=error.message() retry_href=again /> }.into_any()
}

/// The address of this page, as the browser has it.
fn this_page() -> String {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let query = location.search.get_untracked();
    match query.trim_start_matches('?') {
        "" => path,
        query => format!("{path}?{query}"),
    }
}

/// A list that something would be in.
pub struct WayOut {
    /// What the list is called.
    pub label: &'static str,
    /// Its address within the tenant.
    pub path: &'static str,
}

/// In place of the page of something. What is not there says so in the page's title, and leads to
/// where it may be found; anything else says what went wrong.
#[component]
pub fn FailedPage(
    /// What the address names: `Component shop`.
    #[prop(into)]
    what: String,
    /// Why it cannot be shown.
    error: AppError,
    /// The list it would be in.
    list: WayOut,
    /// What to search the catalog for.
    #[prop(optional, into)]
    words: OptText,
) -> AnyView {
    let WayOut { label, path } = list;
    if !error.is_not_found() {
        let title = format!("{what} cannot be shown");
        return view! {
            <Page title=what breadcrumbs=vec![Crumb::link(label, href(path))]>
                <LoadError title error />
            </Page>
        }
        .into_any();
    }
    let search = words.get().map(|words| {
        let query: ParamsMap = [("q".to_owned(), words.clone())].into_iter().collect();
        let to = query_url(&href("/catalog"), &query);
        view! {
            <LinkButton href=to variant=ButtonVariant::Primary icon=IconName::Search>
                {format!("Search the catalog for “{words}”")}
            </LinkButton>
        }
    });
    view! {
        <Page title=format!("{what} not found")>
            <EmptyState
                title=error.message()
                text="It may have been renamed or removed, or the address is mistyped."
                icon=IconName::Search
                attr:data-not-found=""
            >
                {search}
                <LinkButton href=href(path)>{label}</LinkButton>
                <LinkButton href=href("/") icon=IconName::House>"Home"</LinkButton>
            </EmptyState>
        </Page>
    }
    .into_any()
}

/// What the address of an entity's page names, and what to search the catalog for in its place.
pub fn entity_named(entity_ref: &EntityRef) -> (String, String) {
    let EntityRef { kind, name, .. } = entity_ref;
    (format!("{} {name}", kind_heading(kind)), name.clone())
}

/// For an address that leads nowhere.
#[component]
pub fn NotFoundPage() -> AnyView {
    let missing = use_params_map().with_untracked(|params| params.get("missing"));
    let missing = missing.unwrap_or_default();
    let error = Error::not_found(match missing.is_empty() {
        true => "There is no such page.".to_owned(),
        false => format!("There is no page /{missing}"),
    });
    let list = WayOut { label: "Catalog", path: "/catalog" };
    view! { <FailedPage what="Page" error=AppError(error) list words=last_words(&missing) /> }
        .into_any()
}

/// The last part of a path, as words.
fn last_words(path: &str) -> String {
    let last = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    last.chars().take(MOST_WORDS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{entity_named, last_words};
    use model::entity_ref::EntityRef;

    #[test]
    fn a_missing_page_is_searched_for_by_its_last_part() {
        assert_eq!(last_words("catalog/teams/web-shop/"), "web-shop");
        assert_eq!(last_words(""), "");
        assert_eq!(last_words(&"x".repeat(500)).len(), 60);
    }

    #[test]
    fn an_entity_is_named_by_kind_and_name() {
        let named = |text| entity_named(&EntityRef::parse(text).expect("a reference"));
        let (what, words) = named("api:default/orders");
        assert_eq!((what.as_str(), words.as_str()), ("API orders", "orders"));
        assert_eq!(named("component:team/shop").0, "Component shop");
    }
}
