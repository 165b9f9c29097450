//! What `docs/capabilities.md` says is tested has a test of that name.
//!
//! Each row is `| what | where | test | short |`. A test is written in backticks: the name of a Rust
//! test function, or `<file>.test.mjs: <title>` for a browser test.

use super::{Fault, Source};
use std::collections::HashSet;

const PAGE: &str = "docs/capabilities.md";
const RULE: &str = "capabilities";

/// Rows without a test, and tests that do not exist.
pub fn check(sources: &[Source]) -> Vec<Fault> {
    let Some(page) = sources.iter().find(|source| source.path == PAGE) else {
        return Vec::new();
    };
    let functions = functions(sources);
    let mut faults = Vec::new();
    for (number, line) in page.text.lines().enumerate() {
        let Some(cells) = cells(line) else { continue };
        let mut fault = |message: String| faults.push(page.fault(number + 1, RULE, message));
        let [_, _, test, _] = cells[..] else {
            fault(format!(
                "a row has four cells (what, where, test, short), this has {}",
                cells.len()
            ));
            continue;
        };
        let names: Vec<&str> = test.split('`').skip(1).step_by(2).collect();
        if names.is_empty() {
            fault("the row names no test in backticks".to_owned());
        }
        for name in names {
            if !exists(name, &functions, sources) {
                fault(format!("there is no test `{name}`"));
            }
        }
    }
    faults
}

/// The cells of a row of a table; nothing for other lines, headings and the line below them.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let is_rule = cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':')));
    let is_heading = cells.first() == Some(&"What");
    (!is_rule && !is_heading).then_some(cells)
}

fn exists(name: &str, functions: &HashSet<&str>, sources: &[Source]) -> bool {
    match name.split_once(".test.mjs: ") {
        Some((file, title)) => {
            let path = format!("end2end/tests/{file}.test.mjs");
            sources.iter().any(|source| source.path == path && source.text.contains(title))
        }
        None => functions.contains(name),
    }
}

/// The names of all functions below an attribute that makes a test of them.
fn functions(sources: &[Source]) -> HashSet<&str> {
    let mut names = HashSet::new();
    for source in sources.iter().filter(|source| source.path.ends_with(".rs")) {
        let mut is_test = false;
        for line in source.text.lines().map(str::trim) {
            if line.starts_with("#[") {
                is_test |= line.contains("test");
            } else if let Some((_, rest)) = line.split_once("fn ") {
                let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next();
                if is_test && let Some(name) = name {
                    names.insert(name);
                }
                is_test = false;
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    fn faults(rows: &str) -> Vec<String> {
        let table = format!("| What | Where | Test | Short |\n| --- | --- | --- | --- |\n{rows}");
        let sources = [
            source(PAGE, &table),
            source(
                "crates/x/tests/it.rs",
                "#[tokio::test]\nasync fn it_works() {}\nfn helper() {}",
            ),
            source("end2end/tests/home.test.mjs", "test('home begins', async () => {})"),
        ];
        check(&sources)
            .into_iter()
            .map(|fault| format!("{}: {}", fault.line, fault.message))
            .collect()
    }

    #[test]
    fn rows_that_name_tests_that_exist_hold() {
        let rows = "| a | b | `it_works`, `home.test.mjs: home begins` | |\n";
        assert_eq!(faults(rows), Vec::<String>::new());
    }

    #[test]
    fn a_missing_test_and_a_row_without_one_are_named() {
        assert_eq!(faults("| a | b | `gone` | |\n"), ["3: there is no test `gone`"]);
        assert_eq!(faults("| a | b | `helper` | |\n"), ["3: there is no test `helper`"]);
        assert_eq!(faults("| a | b | none | |\n"), ["3: the row names no test in backticks"]);
        let gone = "3: there is no test `home.test.mjs: other`";
        assert_eq!(faults("| a | b | `home.test.mjs: other` | |\n"), [gone]);
        let cells = "3: a row has four cells (what, where, test, short), this has 2";
        assert_eq!(faults("| a | b |\n"), [cells]);
    }
}
