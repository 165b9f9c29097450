//! The catalog's pages.

pub mod api;
mod entity_page;
mod link;
mod list_page;

pub use entity_page::EntityPage;
pub use link::{EntityName, kind_icon};
pub use list_page::{CatalogPage, ProblemList};
