//! The scaffolder through its public door.

mod forms;
mod interrupted;
mod outcomes;
mod owners;
mod running;
mod secrets;
mod security;
mod support;
