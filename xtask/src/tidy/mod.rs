//! `cargo xtask tidy`: the invariants of the architecture, checked against the sources.
//!
//! Each rule lives in the file named after what it reads and comes with tests that break it.

mod arrows;
mod capabilities;
mod circles;
mod files;
mod modules;
mod pages;
mod routes;
mod rust_files;
mod settings;
mod source;
mod sources;
mod wasm_tree;
mod words;

use crate::{
    css, process,
    report::{self, Colour},
    toolchain,
    workspace::{WASM, Workspace},
};
use anyhow::{Context, Result, anyhow};
use source::RustFile;
pub use source::{Fault, Source};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
};

pub fn run(workspace: &Workspace, show_circles: bool) -> Result<ExitCode> {
    if show_circles {
        return show(workspace);
    }
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

/// Every circle with its files and edges, and what the list of circles should say.
fn show(workspace: &Workspace) -> Result<ExitCode> {
    let sources = read_sources(&workspace.root)?;
    let read = rust_files::read(&sources);
    let found = circles::all(&workspace.metadata, &read.modules());
    for circle in &found {
        println!("{}\n", circles::described(circle));
    }
    println!("{}:\n{}", circles::LIST, circles::list(&found));
    Ok(ExitCode::SUCCESS)
}

/// All faults of the checkout, in the order of their files.
pub fn check(workspace: &Workspace) -> Result<Vec<Fault>> {
    let sources = read_sources(&workspace.root)?;
    let (mut faults, tree) = thread::scope(|scope| {
        let tree = scope.spawn(|| process::output(workspace.cargo().args(TREE)));
        let faults = of_sources(workspace, &sources);
        (faults, tree.join())
    });
    let tree = tree.map_err(|_| anyhow!("asking cargo for the front end's crates"))??;
    faults.extend(arrows::check(&workspace.metadata, &sources)?);
    faults.extend(wasm_tree::check(&tree));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// The crates of the browser's program, one a line.
const TREE: [&str; 11] = [
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
];

/// The faults that the files alone show.
fn of_sources(workspace: &Workspace, sources: &[Source]) -> Vec<Fault> {
    let read = rust_files::read(sources);
    let mut faults: Vec<Fault> = sources.iter().flat_map(files::check).collect();
    faults.extend(sources::one_feature_line(&read.files));
    faults.extend(words::check(sources, &read.files));
    faults.extend(capabilities::check(sources));
    faults.extend(pages::check(&read.files, sources));
    faults.extend(circles::check(&workspace.metadata, &read.modules(), sources));
    faults.extend(css_faults(workspace, &read.files));
    faults.extend(read.faults);
    faults
}

/// `model` builds for the browser by itself; says `None` when the target is not there to try.
pub fn model_builds_for_wasm(workspace: &Workspace) -> Result<Option<()>> {
    if !toolchain::has_wasm_target(&workspace.root) {
        return Ok(None);
    }
    process::run(workspace.cargo().args(["build", "--package", "model", "--target", WASM]))?;
    Ok(Some(()))
}

fn css_faults(workspace: &Workspace, files: &[RustFile<'_>]) -> Vec<Fault> {
    let fault = |file, line, message| Fault { file, line, rule: "classes", message };
    let interface = files.iter().filter(|file| file.source.path.starts_with("app/src/"));
    let code = interface.map(|file| (&*file.source.path, &*file.source.text, &*file.code));
    match css::faults(workspace, code) {
        Ok(faults) => faults.into_iter().map(|f| fault(f.file, f.line, f.message)).collect(),
        Err(error) => vec![fault("style/main.css".to_owned(), 0, format!("{error:#}"))],
    }
}

/// Folders that hold no sources of ours; of a second work tree `.git` is a file.
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
            if SKIPPED.iter().any(|skipped| name == *skipped) {
                continue;
            }
            if kind.is_dir() {
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
