//! `cargo xtask test`: everything that must hold before a change goes in, with a summary at the end.
//!
//! The steps share one target folder and never build the same thing twice with different features:
//! the browser tests run the very executable that the integration tests were built with.

mod browser;
mod counts;

pub use browser::{install_npm_packages, node, prepare};

use crate::{
    build,
    postgres::Postgres,
    process,
    report::{Colour, paint, seconds},
    tidy, toolchain,
    workspace::{WASM, Workspace},
};
use anyhow::{Result, bail};
use counts::{CargoTest, Counts};
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

/// All of ours but the browser's program, whose features must never meet the server's, and this
/// tool, whose dependencies would be built once more with the features of all the others.
const PROGRAM: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

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
    run.check("clippy", || {
        let mut cargo = workspace.cargo();
        cargo.arg("clippy").args(PROGRAM).args(["--all-targets", "--", "-D", "warnings"]);
        process::run(&mut cargo)
    })?;
    run.check("clippy, front end", || {
        process::run(workspace.cargo().args([
            "clippy",
            "--package",
            "frontend",
            "--target",
            WASM,
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    run.check("clippy, xtask", || {
        process::run(workspace.cargo().args([
            "clippy",
            "--package",
            "xtask",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    run.step("model for the browser", || {
        Ok(match tidy::model_builds_for_wasm(workspace)? {
            Some(()) => Outcome::Ran(one_passed()),
            None => Outcome::Skipped("the compiler cannot build for the browser".to_owned()),
        })
    })?;
    let built = run.check("building program and tests", || {
        let mut cargo = workspace.cargo();
        cargo.arg("build").args(PROGRAM).args(["--lib", "--bins", "--tests", "--examples"]);
        process::run(&mut cargo)
    })?;
    let postgres = if fast { None } else { run.postgres()? };
    run.step("unit and integration tests", || {
        let mut cargo = workspace.cargo();
        cargo.arg("test").args(PROGRAM);
        cargo.env("CALLBOARD_FUZZ_SECONDS", if fast { "1" } else { "60" });
        match &postgres {
            Some(postgres) => cargo.env("CALLBOARD_TEST_POSTGRES", postgres.url()),
            None => cargo.env_remove("CALLBOARD_TEST_POSTGRES"),
        };
        cargo_test(cargo)
    })?;
    drop(postgres);
    run.step("tests of xtask", || {
        let mut cargo = workspace.cargo();
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
                bail!("the program was not built");
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
                    total.skipped.push(format!("{}: {}", line.name, first_line(reason)));
                    (paint(Colour::Yellow, "–"), format!("skipped: {}", first_line(reason)))
                }
            };
            println!("{mark} {:<width$}  {:>12}  {note}", line.name, seconds(line.time));
        }
        let time: Duration = self.lines.iter().map(|line| line.time).sum();
        println!("  {:<width$}  {:>12}", "", seconds(time));
        for skipped in &total.skipped {
            println!("{} skipped: {skipped}", paint(Colour::Yellow, "–"));
        }
        if fast {
            println!("--fast left out PostgreSQL and the browser.");
        }
        let in_ci =
            std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
        let failed = total.failed > 0 || (in_ci && !total.skipped.is_empty());
        if failed && total.failed == 0 {
            println!("Under CI a skipped test counts as a failure.");
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

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
