//! The catalog as a service: from files, repositories and addresses to what pages show.

mod forge;
mod support;

mod administration;
mod asking;
mod attention;
mod bad_input;
mod changes;
mod discovery;
mod editing;
mod graph;
mod history;
mod hostile;
mod keeping;
mod kinds;
mod large;
mod life;
mod listing;
mod organisation;
mod outside;
mod places;
mod push;
mod reading;
mod refreshing;
mod registration;
mod related;
mod repositories;
mod showing;
mod webhook;
