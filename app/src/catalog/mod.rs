//! The catalog's pages.

pub mod api;
mod list_page;
mod entity_page;
mod link;

pub use entity_page::EntityPage;
pub use link::{EntityName, kind_icon};
pub use list_page::{CatalogPage, ProblemList};
