//! The catalog as a service: from files, repositories and addresses to what pages show.

mod support;

mod bad_input;
mod editing;
mod history;
mod keeping;
mod large;
mod life;
mod places;
mod push;
mod reading;
mod showing;
