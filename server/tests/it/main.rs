//! The program as its users meet it: its command line, its answers, its end and its next start.

mod administration;
mod bad_input;
mod catalog_pages;
mod changes;
mod cli;
mod conformance;
mod errors;
mod events;
mod forms;
mod globs;
mod graphql;
mod http;
mod kinds;
mod life;
mod listing;
mod markup;
mod missing;
mod network;
mod program;
mod providers;
mod relations;
mod rest;
mod runs;
mod sources;
mod starting;
