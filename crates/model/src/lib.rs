//! The vocabulary that browser and server share: one file per noun, no input or output.
//!
//! Everything here compiles to WebAssembly, is plain data with `serde`, and knows nothing of HTTP,
//! SQL or any outside system.

pub mod error;
pub mod time;
pub mod tenant;
pub mod session;
pub mod provenance;
pub mod entity_ref;
pub mod entity;
pub mod kind;
pub mod format;
pub mod url;
pub mod relation;
pub mod validation;
pub mod catalog;
pub mod dashboard;
pub mod dora;
pub mod clock;
pub mod repository;
pub mod docs;
pub mod template;
pub mod task;

pub use error::{Error, FieldError, Result};
