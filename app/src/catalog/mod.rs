//! The catalog's pages.

mod administration_page;
pub mod api;
mod api_tab;
mod author;
mod changes;
mod changes_page;
mod diagram;
mod diagram_route;
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
mod list_address;
mod list_columns;
mod list_page;
mod list_views;
mod live;
mod organisation_page;
mod overview;
mod owner;
mod owner_input;
mod pasted;
mod refresh;
pub mod refresh_code;
mod register_page;
mod removals_page;
mod sources_page;
mod star;

pub use administration_page::CatalogAdministrationPage;
pub use author::AuthorName;
pub use changes_page::ChangesPage;
pub use edit_page::EntityEditPage;
pub use entity_page::EntityPage;
pub use kind::{
    KindHead, kind_heading, kind_icon, kind_icon_among, kind_plural, kind_title, kind_title_among,
};
pub use kind_page::KindPage;
pub use kinds_page::KindsPage;
pub use link::{EntityName, FreshnessBadge, entity_in_path};
pub use list_page::{CatalogPage, ProblemList};
pub use organisation_page::OrganisationPage;
pub use pasted::PastedText;
pub use register_page::RegisterPage;
pub use removals_page::CatalogRemovalsPage;
pub use sources_page::SourcesPage;

use model::entity_ref::EntityRef;

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
        let entity_ref = EntityRef::new(kind, namespace, name);
        crate::ahead::fetch(format!("entity {entity_ref}"), api::entity_get(entity_ref));
    }
}
