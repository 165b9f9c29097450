//! The scaffolder through its public door.

mod forms;
mod interrupted;
mod owners;
mod running;
mod secrets;
mod security;
mod support;
