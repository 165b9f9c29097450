//! `telemetry`: what the program writes about its own work.

use super::macros::{choice, section};
use super::reader::Reader;
use super::tree::Tree;

section! {
    /// What the program writes about its own work.
    pub struct Telemetry {
        /// The form of the log.
        log_format("logFormat"): LogFormat;
        /// How much is logged: `error`, `warn`, `info`, `debug` or `trace`, also for single parts
        /// of the program.
        level("level"): String, example "info,catalog=debug";
    }
    check Telemetry::check;
}

choice! {
    /// The form of the log.
    pub enum LogFormat {
        /// Lines for people.
        Text("text"),
        /// An object per line, for programs.
        Json("json"),
    }
}

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

impl Telemetry {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        let wrong = self.level.split(',').any(|part| {
            let level = part.rsplit_once('=').map_or(part, |(_, level)| level);
            !LEVELS.contains(&level.trim().to_ascii_lowercase().as_str())
        });
        if wrong {
            reader.expected_in(
                tree,
                "level",
                "a level such as `info`, or levels for parts such as `info,catalog=debug`",
                "The levels are `off`, `error`, `warn`, `info`, `debug` and `trace`.",
            );
        }
    }
}
