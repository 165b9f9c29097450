//! Documentation sites.

pub mod api;
mod list_page;
mod page;

pub use list_page::DocsListPage;
pub use page::DocsPage;
