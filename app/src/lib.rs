//! The whole user interface: rendered on the server, hydrated in the browser.
//!
//! Everything here compiles to WebAssembly except `backend`, the one door to the services.

pub mod shell;
pub mod routes;
pub mod error;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod ui;
pub mod layout;
pub mod session;
pub mod dashboard;
pub mod catalog;
pub mod scaffolder;
pub mod techdocs;
