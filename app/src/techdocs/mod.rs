//! The documentation pages: the list of sites, and one page of a site.

pub mod api;
mod list_page;
mod page;

pub use list_page::DocsListPage;
pub use page::DocsPage;

use model::entity_ref::EntityRef;

/// Fetches what the page at this address (below `/docs`) shows.
pub(crate) fn fetch_ahead(below: &str) {
    use crate::ahead::fetch;
    if below.is_empty() {
        return fetch("sites".to_owned(), api::site_list());
    }
    let mut parts = below.splitn(4, '/');
    let (Some(namespace), Some(kind), Some(name)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let entity_ref = EntityRef::new(kind, namespace, name);
    let path = parts.next().unwrap_or_default().to_owned();
    fetch(format!("page {entity_ref} {path}"), api::page_get(entity_ref, path));
}
