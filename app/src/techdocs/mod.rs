//! The documentation pages: the list of sites, and one page of a site.

pub mod api;
mod list_page;
mod page;

pub use list_page::DocsListPage;
pub use page::DocsPage;
