//! How entities come in: places with descriptors, the hosts they are on, and what descriptors say.
//!
//! It reads and checks; what becomes of what was read is the catalog's decision.

pub mod address;
pub mod analysis_draft;
pub mod descriptor;
pub mod document;
pub mod given;
pub mod host;
pub mod integration;
pub mod look;
pub mod place;
pub mod provider;
pub mod reading;
pub mod record;
pub mod rules;
pub mod source;
pub mod webhook;
