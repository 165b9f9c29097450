//! Composition and HTTP: the command line, the configuration, the URL map; no rules of the business.

pub mod assets;
pub mod auth;
pub mod catalog_files;
pub mod check;
pub mod cli;
pub mod compose;
pub mod config;
pub mod docs_files;
pub mod embedded;
pub mod events;
pub mod forms;
pub mod graphql;
pub mod health;
pub mod middleware;
pub mod pages;
pub mod rest;
pub mod router;
pub mod serve;
pub mod state;
pub mod telemetry;
pub mod tools;
pub mod webhooks;
