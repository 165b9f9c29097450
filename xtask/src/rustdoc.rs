//! The documentation of our crates, checked by rustdoc's own lints while its examples are tested.
//!
//! `cargo doc` would compile every crate of others once more, for its metadata alone. The tests of
//! examples (`cargo test --doc`) work with what is compiled already, so this program takes rustdoc's
//! place there: it makes the documentation, in which a warning is an error, and then runs the tests.

use crate::{process, workspace::Workspace};
use anyhow::{Context, Result};
use std::{
    ffi::OsString,
    process::{Command, ExitCode},
};

/// Names the real rustdoc; set for this program when it is called in its place.
const REAL: &str = "CALLBOARD_XTASK_RUSTDOC";
/// The folder of the documentation.
const OUT: &str = "CALLBOARD_XTASK_DOC";

/// Options of a test run that making documentation does not know, with a value behind each.
const OF_TESTS: [&str; 5] = [
    "--test-args",
    "--test-run-directory",
    "--test-runtool",
    "--test-runtool-arg",
    "--persist-doctests",
];

/// Makes `cargo test --doc` check the documentation too.
pub fn prepare(workspace: &Workspace, cargo: &mut Command) -> Result<()> {
    let sysroot = process::output(process::rustc(&workspace.root).args(["--print", "sysroot"]))?;
    let name = format!("rustdoc{}", std::env::consts::EXE_SUFFIX);
    let real = std::path::Path::new(sysroot.trim()).join("bin").join(name);
    let itself = std::env::current_exe().context("finding this program")?;
    cargo.env("RUSTDOC", itself).env(REAL, real).env(OUT, workspace.target.join("doc"));
    Ok(())
}

/// The real rustdoc, when this program is called in its place.
pub fn in_its_place() -> Option<OsString> {
    std::env::var_os(REAL)
}

/// Does what cargo asked rustdoc to do, and makes the documentation before a test of its examples.
pub fn run(real: &OsString) -> Result<ExitCode> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    if let Some(mut documentation) = documentation(&arguments) {
        documentation.extend(["-D", "warnings", "--output"].map(OsString::from));
        documentation.push(std::env::var_os(OUT).context("expected a folder for documentation")?);
        let made = Command::new(real).args(documentation).status().context("starting rustdoc")?;
        if !made.success() {
            println!("test result: FAILED. 0 passed; 1 failed; the documentation has faults");
            return Ok(ExitCode::FAILURE);
        }
    }
    let status = Command::new(real).args(&arguments).status().context("starting rustdoc")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The arguments that document what these would test; nothing when they are about something else.
fn documentation(arguments: &[OsString]) -> Option<Vec<OsString>> {
    arguments.iter().find(|argument| *argument == "--test")?;
    let mut kept = Vec::new();
    let mut rest = arguments.iter().filter(|argument| *argument != "--test");
    while let Some(argument) = rest.next() {
        let text = argument.to_string_lossy();
        if OF_TESTS.contains(&&*text) {
            rest.next();
        } else if !OF_TESTS.iter().any(|name| text.starts_with(&format!("{name}="))) {
            kept.push(argument.clone());
        }
    }
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_test_of_examples_is_documented_and_without_what_tests_alone_know() {
        let of = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            documentation(&words)
        };
        assert_eq!(of(&["-vV"]), None);
        let words = [
            "--edition=2024",
            "--test",
            "src/lib.rs",
            "--test-run-directory",
            "/x",
            "--extern",
            "a=/y",
            "--test-args=--show-output",
            "--test-args",
            "z",
            "-C",
            "metadata=1",
        ];
        let expected = ["--edition=2024", "src/lib.rs", "--extern", "a=/y", "-C", "metadata=1"];
        assert_eq!(of(&words), Some(expected.map(OsString::from).to_vec()));
    }
}
