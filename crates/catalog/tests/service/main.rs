//! The catalog as a service: from files, repositories and addresses to what pages show.

mod forge;
mod standin;
mod support;

mod bad_input;
mod discovery;
mod hostile;
mod keeping;
mod large;
mod outside;
mod places;
mod reading;
mod showing;
mod webhook;
