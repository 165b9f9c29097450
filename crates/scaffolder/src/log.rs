//! The lines of a step on their way into a run's log: masked, bounded, and written together.

use crate::redact::Redactor;
use model::time::Timestamp;
use std::time::{Duration, Instant};

/// So many lines are written at once.
const TOGETHER: usize = 500;

/// How long a line waits for others.
const LINES_WAIT: Duration = Duration::from_millis(200);

/// So many lines of a step are kept.
const MOST_LINES: usize = 10_000;

/// So many bytes of a line are kept.
const LONGEST_LINE: usize = 64 * 1024;

/// Lines that wait to be written into the log.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) waiting: Vec<(Timestamp, String)>,
    pub(crate) written_at: Option<Instant>,
    /// How many there have been so far.
    count: usize,
    /// How many were left out since that was last written.
    left_out: usize,
    /// For what was made with secrets.
    pub(crate) redactor: Option<Redactor>,
}

impl Lines {
    /// Takes a line, less its secrets.
    pub(crate) fn push(&mut self, redactor: &Redactor, line: &str) {
        self.count += 1;
        if self.count > MOST_LINES {
            self.left_out += 1;
            return;
        }
        let line = match &self.redactor {
            Some(own) => redactor.redact(&own.redact(line)),
            None => redactor.redact(line),
        };
        self.waiting.push((access::now(), cut(line)));
    }

    /// Whether more may wait.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting.len() < TOGETHER
    }

    /// Whether what waits is to be written.
    pub(crate) fn is_due(&self) -> bool {
        !self.has_room() || self.written_at.is_none_or(|at| at.elapsed() >= LINES_WAIT)
    }

    /// A step that says too much says how much of it is missing.
    pub(crate) fn say_what_is_missing(&mut self) {
        if self.left_out > 0 && self.count > self.left_out {
            let line = format!(
                "{} more lines were left out: a step writes at most {MOST_LINES}.",
                self.left_out
            );
            self.waiting.push((access::now(), line));
            self.left_out = 0;
        }
    }
}

/// The beginning of a line that is too long.
fn cut(mut line: String) -> String {
    if line.len() > LONGEST_LINE {
        let end = (0..=LONGEST_LINE).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let rest = line.len() - end;
        line.truncate(end);
        line.push_str(&format!("… ({rest} more bytes)"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_much_is_missing() {
        let (mut lines, nothing) = (Lines::default(), Redactor::default());
        (0..MOST_LINES + 5).for_each(|number| lines.push(&nothing, &number.to_string()));
        assert!(!lines.has_room() && lines.is_due());
        lines.say_what_is_missing();
        lines.say_what_is_missing();
        assert_eq!(lines.waiting.len(), MOST_LINES + 1);
        assert!(lines.waiting[MOST_LINES].1.starts_with("5 more lines were left out"));
        let long = "ä".repeat(LONGEST_LINE);
        let shown = cut(long.clone());
        assert!(shown.len() < LONGEST_LINE + 40 && shown.ends_with(" more bytes)"));
        assert_eq!(cut("short".to_owned()), "short");
    }
}
