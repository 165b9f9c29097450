//! `cargo xtask test`: everything that must hold before a change goes in, with a summary at the end.
//!
//! The steps share one target folder and never build the same thing twice: clippy looks on while ours
//! is compiled, rustdoc works with what was compiled, and the browser tests run the very executable
//! that the integration tests were built with.

mod browser;
mod counts;

pub use browser::{install_npm_packages, node, prepare};

use crate::{
    build, deny,
    postgres::Postgres,
    process,
    report::{Colour, paint, seconds},
    rustdoc, tidy, toolchain,
    workspace::{WASM, Workspace},
};
use anyhow::{Result, bail};
use counts::{CargoTest, Counts, Skip};
use std::{
    collections::BTreeMap,
    process::ExitCode,
    time::{Duration, Instant},
};

/// All of ours but the browser's program, whose features must never meet the server's, and this
/// tool, whose dependencies would be built once more with the features of all the others.
const PROGRAM: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

/// What of each crate is compiled; examples of the documentation are a step of their own.
const COMPILED: [&str; 4] = ["--lib", "--bins", "--tests", "--examples"];

/// What came of a step.
enum Outcome {
    /// A check that holds or a suite that ran, with its counts.
    Ran(Counts),
    Failed(String),
    Skipped(String),
}

struct Line {
    name: &'static str,
    time: Duration,
    outcome: Outcome,
}

pub fn run(workspace: &Workspace, fast: bool) -> Result<ExitCode> {
    let mut run = Run { lines: Vec::new() };
    run.check("compiler and its tools", || {
        toolchain::ensure_components(&workspace.root)?;
        toolchain::ensure_wasm_target(&workspace.root)
    })?;
    run.check("formatting", || process::run(workspace.cargo().args(["fmt", "--all", "--check"])))?;
    run.check("tidy", || {
        let faults = tidy::check(workspace)?;
        faults.iter().for_each(|fault| println!("{fault}"));
        if faults.is_empty() { Ok(()) } else { bail!("{} faults", faults.len()) }
    })?;
    run.check("licences and sources", || deny::run(workspace))?;
    // From here on everything of ours that is compiled is looked at by clippy on the way.
    let linted = workspace.linted()?;
    let built = run.check("program and tests, with lints", || {
        let mut cargo = linted.cargo();
        cargo.arg("build").args(PROGRAM).args(COMPILED);
        process::run(&mut cargo)
    })?;
    run.check("front end, with lints", || {
        // A library: nothing has to be linked for lints.
        let kind = ["rustc", "--package", "frontend", "--lib", "--crate-type", "rlib"];
        process::run(linted.cargo().args(kind).args(["--target", WASM]))
    })?;
    run.step("model for the browser", || {
        Ok(match tidy::model_builds_for_wasm(&linted)? {
            Some(()) => Outcome::Ran(one_passed()),
            None => Outcome::Skipped("the compiler cannot build for the browser".to_owned()),
        })
    })?;
    run.step("documentation and its examples", || {
        let mut cargo = linted.cargo();
        cargo.arg("test").args(PROGRAM).arg("--doc");
        rustdoc::prepare(&linted, &mut cargo)?;
        cargo_test(cargo)
    })?;
    let postgres = if fast { None } else { run.postgres()? };
    run.step("unit and integration tests", || {
        let mut cargo = linted.cargo();
        cargo.arg("test").args(PROGRAM).args(COMPILED);
        cargo.env("CALLBOARD_FUZZ_SECONDS", if fast { "1" } else { "60" });
        match &postgres {
            Some(postgres) => cargo.env("CALLBOARD_TEST_POSTGRES", postgres.url()),
            None => cargo.env_remove("CALLBOARD_TEST_POSTGRES"),
        };
        cargo_test(cargo)
    })?;
    drop(postgres);
    run.step("lints and tests of xtask", || {
        let mut cargo = linted.cargo();
        cargo.args(["test", "--package", "xtask"]);
        cargo_test(cargo)
    })?;
    if !fast {
        run.browser(workspace, built)?;
    }
    Ok(run.summary(fast))
}

struct Run {
    lines: Vec<Line>,
}

impl Run {
    /// A step that holds or does not; says which.
    fn check(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        self.step(name, || work().map(|()| Outcome::Ran(one_passed())))
    }

    /// Runs one step and keeps what came of it; only the person's own end stops the whole.
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<Outcome>) -> Result<bool> {
        println!("\n{}", paint(Colour::Blue, &format!("── {name}")));
        let began = Instant::now();
        let outcome = match work() {
            Ok(outcome) => outcome,
            Err(error) => {
                process::check_interrupt()?;
                println!("{} {error:#}", paint(Colour::Red, "error:"));
                Outcome::Failed(format!("{error:#}"))
            }
        };
        let good = matches!(&outcome, Outcome::Ran(counts) if counts.failed == 0);
        self.lines.push(Line { name, time: began.elapsed(), outcome });
        Ok(good)
    }

    /// A PostgreSQL for the integration tests, or a line that says why there is none.
    fn postgres(&mut self) -> Result<Option<Postgres>> {
        let mut started = None;
        self.step("temporary PostgreSQL", || {
            Ok(match Postgres::start() {
                Ok(postgres) => {
                    started = Some(postgres);
                    Outcome::Ran(one_passed())
                }
                Err(error) => {
                    process::check_interrupt()?;
                    println!("{error:#}");
                    Outcome::Skipped(format!("{error:#}"))
                }
            })
        })?;
        Ok(started)
    }

    fn browser(&mut self, workspace: &Workspace, server_built: bool) -> Result<()> {
        let mut site = None;
        self.check("site for the browser", || {
            site = Some(build::build_development_site(workspace)?);
            Ok(())
        })?;
        let mut browser = None;
        self.step("headless browser", || {
            Ok(match browser::prepare(workspace) {
                Ok(found) => {
                    browser = Some(found);
                    Outcome::Ran(one_passed())
                }
                Err(error) => {
                    process::check_interrupt()?;
                    println!("{error:#}");
                    Outcome::Skipped(format!("{error:#}"))
                }
            })
        })?;
        self.step("browser tests", || {
            let Some(browser) = browser else {
                return Ok(Outcome::Skipped("there is no browser".to_owned()));
            };
            let Some(site) = site.filter(|_| server_built) else {
                bail!("program and site were not built");
            };
            let server = workspace.server_executable("debug");
            browser::run(workspace, &browser, &server, &site).map(Outcome::Ran)
        })?;
        Ok(())
    }

    fn summary(&self, fast: bool) -> ExitCode {
        let width = self.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or(0);
        let mut total = Counts::default();
        println!("\n{}", paint(Colour::Blue, "── summary"));
        for line in &self.lines {
            let (mark, note) = match &line.outcome {
                Outcome::Ran(counts) => {
                    total.passed += counts.passed;
                    total.failed += counts.failed;
                    total.skipped.extend(counts.skipped.iter().cloned());
                    let mark = if counts.failed == 0 {
                        paint(Colour::Green, "✓")
                    } else {
                        paint(Colour::Red, "✗")
                    };
                    (mark, note(counts))
                }
                Outcome::Failed(reason) => {
                    total.failed += 1;
                    (paint(Colour::Red, "✗"), first_line(reason).to_owned())
                }
                Outcome::Skipped(reason) => {
                    total.skipped.push(Skip {
                        test: line.name.to_owned(),
                        reason: first_line(reason).to_owned(),
                    });
                    (paint(Colour::Yellow, "–"), format!("skipped: {}", first_line(reason)))
                }
            };
            println!("{mark} {:<width$}  {:>12}  {note}", line.name, seconds(line.time));
        }
        let time: Duration = self.lines.iter().map(|line| line.time).sum();
        println!("  {:<width$}  {:>12}", "", seconds(time));
        for (reason, tests) in skips(&total.skipped) {
            println!("{} skipped: {reason}{}", paint(Colour::Yellow, "–"), among(&tests));
        }
        if fast {
            println!("--fast left out PostgreSQL and the browser.");
        }
        let in_ci =
            std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let failing = total.skipped.iter().filter(|skip| in_ci && !skip.is_missing_data()).count();
        let failed = total.failed > 0 || failing > 0;
        if failing > 0 {
            println!(
                "Under CI a skipped test counts as a failure ({failing} of them); only data that is \
                 not part of the checkout may be missing."
            );
        }
        println!(
            "{} passed, {} failed, {} skipped",
            total.passed,
            total.failed,
            total.skipped.len()
        );
        if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

fn cargo_test(mut cargo: std::process::Command) -> Result<Outcome> {
    cargo.args(["--no-fail-fast", "--", "--show-output"]);
    let mut reader = CargoTest::default();
    let status = process::lines(&mut cargo, |line| {
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    let mut counts = reader.counts;
    if !status.success() && counts.failed == 0 {
        // It did not build, or a test program died without a word.
        counts.failed = 1;
    }
    Ok(Outcome::Ran(counts))
}

fn one_passed() -> Counts {
    Counts { passed: 1, ..Counts::default() }
}

fn note(counts: &Counts) -> String {
    if *counts == one_passed() {
        return String::new();
    }
    let mut note = format!("{} passed", counts.passed);
    if counts.failed > 0 {
        note.push_str(&format!(", {} failed", counts.failed));
    }
    if !counts.skipped.is_empty() {
        note.push_str(&format!(", {} skipped", counts.skipped.len()));
    }
    note
}

/// The reasons for skips, each with its tests.
fn skips(all: &[Skip]) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for skip in all {
        reasons.entry(&skip.reason).or_default().push(&skip.test);
    }
    reasons
}

/// How many tests that are, and the first of them by name.
fn among(tests: &[&str]) -> String {
    const SHOWN: usize = 3;
    let known: Vec<&str> = tests.iter().copied().filter(|test| !test.is_empty()).collect();
    let more = tests.len() - known.len().min(SHOWN);
    let names = known.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match (names.is_empty(), more) {
        (true, count) => format!(" ({count} tests)"),
        (false, 0) => format!(" ({names})"),
        (false, more) => format!(" ({names} and {more} more)"),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_are_shown_by_their_reason_with_the_first_tests() {
        let skip = |test: &str, reason: &str| Skip { test: test.into(), reason: reason.into() };
        let all = [skip("a", "x"), skip("b", "y"), skip("c", "x"), skip("d", "x"), skip("e", "x")];
        let found = skips(&all);
        assert_eq!(found["x"], ["a", "c", "d", "e"]);
        assert_eq!(among(&found["x"]), " (a, c, d and 1 more)");
        assert_eq!(among(&found["y"]), " (b)");
        assert_eq!(among(&["", ""]), " (2 tests)");
    }
}
