//! The content of each widget; the frame around it is written in `registry.rs`.

mod catalog;
mod dora;
mod repository;
mod techdocs;
mod world_clock;

pub use catalog::CatalogWidget;
pub use dora::DoraWidget;
pub use repository::RepositoryWidget;
pub use techdocs::TechdocsWidget;
pub use world_clock::WorldClockWidget;
