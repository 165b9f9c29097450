//! Typed clients of outside systems, in the vendors' words.
//!
//! Nothing here knows the product: a client says what the other side says, and the features
//! translate. Every HTTP request leaves through [`http::Http`], every git command through
//! [`git::Repository`] and its neighbours; both treat what comes back as hostile.

pub mod api;
pub mod budget;
pub mod git;
pub mod gitea;
pub mod github;
pub mod gitlab;
pub mod http;
pub mod redact;
