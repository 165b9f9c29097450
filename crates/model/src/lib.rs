//! The vocabulary that browser and server share: one file per noun, no input or output.
//!
//! Everything here compiles to WebAssembly, is plain data with `serde`, and knows nothing of
//! SQL or any outside system, and of HTTP the status that stands for an error.

pub mod administration;
pub mod api_definition;
pub mod attention;
pub mod author;
pub mod catalog;
pub mod changes;
pub mod clock;
pub mod dashboard;
pub mod docs;
pub mod dora;
pub mod entity;
pub mod entity_link;
pub mod entity_ref;
pub mod error;
pub mod facet;
pub mod format;
pub mod freshness;
pub mod graph;
pub mod history;
pub mod kind;
pub mod listing;
pub mod organisation;
pub mod overlay;
pub mod provenance;
pub mod registration;
pub mod relation;
pub mod repository;
pub mod session;
pub mod source;
pub mod submitted;
pub mod task;
pub mod template;
pub mod tenant;
pub mod time;
pub mod url;
pub mod validation;

pub use error::{Error, FieldError, Result};
