//! The whole user interface: rendered on the server, hydrated in the browser.
//!
//! Everything here compiles to WebAssembly except `backend`, the one door to the services.

pub mod ahead;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod catalog;
pub mod dashboard;
pub mod error;
mod failed;
pub mod layout;
pub mod parts;
mod resource;
pub mod routes;
pub mod scaffolder;
pub mod session;
pub mod shell;
pub mod techdocs;
pub mod ui;
