//! `cargo xtask tidy`: the invariants of the architecture, checked against the sources.
//!
//! Each rule lives in the file named after what it reads and comes with tests that break it.

mod arrows;
mod capabilities;
mod files;
mod sources;
mod wasm_tree;
mod words;

use crate::{
    css, lex, process,
    report::{self, Colour},
    toolchain,
    workspace::{WASM, Workspace},
};
use anyhow::{Context, Result};
use std::{
    fmt,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// One broken rule, at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// Counted from one; zero when the whole file is meant.
    pub line: usize,
    pub rule: &'static str,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {} [{}]", self.file, self.message, self.rule),
            line => write!(f, "{}:{line}: {} [{}]", self.file, self.message, self.rule),
        }
    }
}

/// A text file of the checkout.
pub struct Source {
    /// Relative to the root, with `/` between its parts.
    pub path: String,
    pub text: String,
}

impl Source {
    fn fault(&self, line: usize, rule: &'static str, message: impl Into<String>) -> Fault {
        Fault { file: self.path.clone(), line, rule, message: message.into() }
    }
}

pub fn run(workspace: &Workspace) -> Result<ExitCode> {
    let faults = check(workspace)?;
    if faults.is_empty() {
        println!("{} tidy: all invariants hold", report::paint(Colour::Green, "✓"));
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        println!("{fault}");
    }
    println!("{} tidy: {} faults", report::paint(Colour::Red, "✗"), faults.len());
    Ok(ExitCode::FAILURE)
}

/// All faults of the checkout, in the order of their files.
pub fn check(workspace: &Workspace) -> Result<Vec<Fault>> {
    let sources = read_sources(&workspace.root)?;
    let mut faults = Vec::new();
    faults.extend(arrows::check(&workspace.metadata, &sources)?);
    for source in &sources {
        if source.path.ends_with(".rs") {
            let tokens = lex::tokens(&source.text);
            faults.extend(sources::check(source, &tokens));
        }
        faults.extend(files::check(source));
    }
    faults.extend(sources::one_feature_line(&sources));
    faults.extend(words::check(&sources));
    faults.extend(capabilities::check(&sources));
    faults.extend(css_faults(workspace));
    let tree = process::output(workspace.cargo().args([
        "tree",
        "--package",
        "frontend",
        "--target",
        WASM,
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    faults.extend(wasm_tree::check(&tree));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// `model` builds for the browser by itself; says `None` when the target is not there to try.
pub fn model_builds_for_wasm(workspace: &Workspace) -> Result<Option<()>> {
    if !toolchain::has_wasm_target(&workspace.root) {
        return Ok(None);
    }
    process::run(workspace.cargo().args(["check", "--package", "model", "--target", WASM]))?;
    Ok(Some(()))
}

fn css_faults(workspace: &Workspace) -> Vec<Fault> {
    let fault = |file, line, message| Fault { file, line, rule: "classes", message };
    match css::faults(workspace) {
        Ok(faults) => faults.into_iter().map(|f| fault(f.file, f.line, f.message)).collect(),
        Err(error) => vec![fault("style/main.css".to_owned(), 0, format!("{error:#}"))],
    }
}

/// Folders that hold no sources of ours.
const SKIPPED: [&str; 6] = ["target", "node_modules", ".git", "data", "test-results", "pictures"];

fn read_sources(root: &Path) -> Result<Vec<Source>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in
            std::fs::read_dir(&dir).with_context(|| format!("reading {}", dir.display()))?
        {
            let entry = entry?;
            let name = entry.file_name();
            let kind = entry.file_type()?;
            if kind.is_dir() && !SKIPPED.iter().any(|skipped| name == *skipped) {
                open.push(entry.path());
            } else if kind.is_file() {
                paths.push(entry.path());
            }
        }
    }
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        // What is not text (pictures, fonts) has no lines to check.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let path = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        sources.push(Source { path, text });
    }
    Ok(sources)
}
