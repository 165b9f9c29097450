//! `docs/benchmarks.md`: one section a measurement, each with the day and the load it was taken at.

use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use std::{fmt::Write as _, process::Command};

const HEAD: &str = "\
# Figures

Written by `cargo xtask bench`, which measures a release build. Each section can be repeated by
itself: `cargo xtask bench <name>`. The load generator and the browser share the machine's cores
with the program, so processor time per request says more than requests per second. What is
compared with stands beside it and was measured in the same run; figures of Backstage 1.55
(production mode, PostgreSQL, two cores, the same load) are quoted.
";

/// A figure, what it should be, and what Backstage needs for the same.
pub struct Row {
    what: String,
    measured: String,
    target: String,
    peer: String,
    reached: Option<bool>,
}

/// What one measurement found.
pub struct Section {
    title: &'static str,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Section {
    pub fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new(), notes: Vec::new() }
    }

    /// A figure with a limit it should stay under (or over, see `reached`).
    pub fn target(
        &mut self,
        what: &str,
        measured: String,
        target: &str,
        peer: &str,
        reached: bool,
    ) {
        self.rows.push(Row {
            what: what.to_owned(),
            measured,
            target: target.to_owned(),
            peer: peer.to_owned(),
            reached: Some(reached),
        });
    }

    /// A figure for comparison.
    pub fn figure(&mut self, what: &str, measured: String, peer: &str) {
        self.rows.push(Row {
            what: what.to_owned(),
            measured,
            target: String::new(),
            peer: peer.to_owned(),
            reached: None,
        });
    }

    /// Whether a figure is not what it should be.
    pub fn misses(&self) -> bool {
        self.rows.iter().any(|row| row.reached == Some(false))
    }

    /// How it was measured, or what is to be known about it.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// The figures as a table in Markdown.
    pub fn table(&self) -> String {
        let mut text =
            "| | measured | target | Backstage |\n| --- | --- | --- | --- |\n".to_owned();
        for row in &self.rows {
            let verdict = match row.reached {
                None => row.target.clone(),
                Some(true) => format!("{} ✓", row.target),
                Some(false) => format!("{} **missed**", row.target),
            };
            let _ =
                writeln!(text, "| {} | {} | {verdict} | {} |", row.what, row.measured, row.peer);
        }
        text
    }
}

/// Puts the section in its place; the others stay as they are.
pub fn write(workspace: &Workspace, order: &[&str], name: &str, section: &Section) -> Result<()> {
    let path = workspace.root.join("docs/benchmarks.md");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let mut text = HEAD.to_owned();
    for each in order {
        let body = match *each == name {
            true => Some(rendered(name, section)?),
            false => existing(&before, each).map(str::to_owned),
        };
        if let Some(body) = body {
            let _ = write!(text, "\n{}\n{body}{}\n", begin(each), end(each));
        }
    }
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

fn rendered(name: &str, section: &Section) -> Result<String> {
    let day = process::output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut text = format!(
        "## {}\n\n`cargo xtask bench {name}` · {} · {cores} cores, {} · load average at the end \
         {load}\n\n{}",
        section.title,
        day.trim(),
        memory(),
        section.table()
    );
    for note in &section.notes {
        let _ = write!(text, "\n- {note}");
    }
    if !section.notes.is_empty() {
        text.push('\n');
    }
    Ok(text)
}

fn memory() -> String {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes = info
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map_or_else(String::new, |kb| format!("{:.0} GiB", kb / 1024.0 / 1024.0))
}

fn begin(name: &str) -> String {
    format!("<!-- {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- /{name} -->")
}

fn existing<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("{}\n", begin(name)))?;
    Some(rest.split_once(&end(name))?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_found_between_its_marks() {
        let text = "head\n<!-- a -->\n## A\n<!-- /a -->\n\n<!-- b -->\n## B\n<!-- /b -->\n";
        assert_eq!(existing(text, "b"), Some("## B\n"));
        assert_eq!(existing(text, "c"), None);
    }

    #[test]
    fn a_missed_target_says_so() {
        let mut section = Section::new("Start");
        section.target("start", "0.5 s".into(), "< 0.3 s", "4.8 s", false);
        assert!(section.table().contains("| start | 0.5 s | < 0.3 s **missed** | 4.8 s |"));
    }
}
