//! The catalog's pages.

mod administration_page;
pub mod api;
mod api_tab;
mod changes;
mod diagram;
mod edit_page;
mod entity_page;
mod graph_tab;
mod history_tab;
mod impact_tab;
mod kind;
mod kind_page;
mod kinds_page;
mod link;
mod list_columns;
mod list_page;
mod list_views;
mod live;
mod organisation_page;
mod owner;
mod register_page;
mod sources_page;
mod star;

pub use administration_page::CatalogAdministrationPage;
pub use edit_page::EntityEditPage;
pub use entity_page::EntityPage;
pub use kind::{KindHead, kind_icon, kind_icon_among, kind_title};
pub use kind_page::KindPage;
pub use kinds_page::KindsPage;
pub use link::{EntityName, FreshnessBadge, entity_in_path};
pub use list_page::{CatalogPage, ProblemList};
pub use organisation_page::OrganisationPage;
pub use register_page::{PastedText, RegisterPage};
pub use sources_page::SourcesPage;

/// Fetches what the page at this address (below `/catalog`) shows.
pub(crate) fn fetch_ahead(below: &str) {
    use crate::ahead::fetch;
    match below.split('/').collect::<Vec<_>>()[..] {
        [""] => fetch("entities".to_owned(), api::entities_get(list_page::plain_query())),
        ["administration", "kinds", _] => {}
        [namespace, kind, name] => {
            let entity_ref = format!("{kind}:{namespace}/{name}");
            fetch(format!("entity {entity_ref}"), api::entity_get(entity_ref));
        }
        _ => {}
    }
}
