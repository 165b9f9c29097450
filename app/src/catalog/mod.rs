//! The catalog's pages.

mod administration_page;
pub mod api;
mod api_tab;
mod changes;
mod changes_page;
mod diagram;
mod diagram_view;
mod edit_page;
mod entity_page;
pub mod excerpt;
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
mod overview;
mod owner;
mod owner_input;
pub mod refresh;
mod register_page;
mod sources_page;
mod star;

pub use administration_page::CatalogAdministrationPage;
pub use changes_page::ChangesPage;
pub use edit_page::EntityEditPage;
pub use entity_page::EntityPage;
pub use kind::{KindHead, kind_icon, kind_icon_among, kind_title, kind_title_among};
pub use kind_page::KindPage;
pub use kinds_page::KindsPage;
pub use link::{EntityName, FreshnessBadge, entity_in_path};
pub use list_page::{CatalogPage, ProblemList};
pub use organisation_page::OrganisationPage;
pub use register_page::{PastedText, RegisterPage};
pub use sources_page::SourcesPage;

/// Fetches what the list shows, when it is shown without filters.
pub(crate) fn fetch_list_ahead(below: &str) {
    if below.is_empty() {
        let plain = api::entities_get(list_page::plain_query());
        crate::ahead::fetch("entities".to_owned(), plain);
    }
}

/// Fetches what the page of the entity at this address (below `/catalog`) shows.
pub(crate) fn fetch_entity_ahead(below: &str) {
    if let [namespace, kind, name] = below.split('/').collect::<Vec<_>>()[..] {
        let entity_ref = format!("{kind}:{namespace}/{name}");
        crate::ahead::fetch(format!("entity {entity_ref}"), api::entity_get(entity_ref));
    }
}
