//! The configuration as a whole: what is read, what is refused and what is said about it.

mod backstage;
mod documents;
mod findings;
mod reading;
mod secrets;

use super::{Config, ConfigErrors};
use std::path::Path;

/// The environment of the tests.
fn env(name: &str) -> Option<String> {
    let value = match name {
        "TOKEN" => "hunter2-hunter2",
        "PASSWORD" => "p@ss:w/rd",
        "PORT" => "5432",
        "EMPTY" => "",
        _ => return None,
    };
    Some(value.to_owned())
}

/// Reads a text over the defaults.
fn load(text: &str) -> Result<Config, ConfigErrors> {
    Config::parse("app.yaml", Path::new("/etc/callboard"), text, env)
}

/// Reads a text that has to be good.
fn good(text: &str) -> Config {
    load(text).unwrap_or_else(|errors| panic!("{errors}\nin:\n{text}"))
}

/// The findings of a text that has to be bad, one per line.
fn bad(text: &str) -> String {
    match load(text) {
        Ok(config) => panic!("expected findings in:\n{text}\nfound {config:#?}"),
        Err(errors) => errors.to_string(),
    }
}
