//! Numbers for the dashboard: delivery, activity, and what time it is elsewhere.
//!
//! The figures are computed from plain lists, without a database and without input or output, so
//! that each can be checked by hand; only [`history::History::read`] touches a repository.

pub mod clock;
pub mod days;
pub mod dora;
pub mod history;
pub mod layout;
pub mod repository;
pub mod service;
mod store;
