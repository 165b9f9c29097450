//! Prepares the browser tests in `end2end/` and runs them in headless Chromium.

use super::counts::{Counts, NodeTest};
use crate::{
    packages::{self, Browser},
    process,
    workspace::Workspace,
};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Finds or installs the browser and the npm packages of `end2end/`.
pub fn prepare(workspace: &Workspace) -> Result<Browser> {
    let browser = packages::browser()?;
    install_npm_packages(&browser, &workspace.root.join("end2end"))?;
    Ok(browser)
}

/// Runs every `end2end/tests/*.test.mjs` against the built program.
pub fn run(workspace: &Workspace, browser: &Browser, server: &Path, site: &Path) -> Result<Counts> {
    ensure!(server.is_file(), "expected the server's executable {}", server.display());
    let tests = test_files(&workspace.root.join("end2end/tests"))?;
    let mut reader = NodeTest::default();
    let mut node = node(workspace, browser, server, site);
    node.args(["--test", "--test-reporter=spec"]).args(tests);
    let status = process::lines(&mut node, |line| {
        println!("{line}");
        reader.line(line);
    })?;
    let mut counts = reader.counts;
    if !status.success() && counts.failed == 0 {
        counts.failed = 1;
    }
    ensure!(counts.passed + counts.failed > 0, "node ran no test at all");
    Ok(counts)
}

/// A script of `end2end/` with everything it must know in its environment.
pub fn node(workspace: &Workspace, browser: &Browser, server: &Path, site: &Path) -> Command {
    let mut node = Command::new(&browser.node);
    node.current_dir(workspace.root.join("end2end"))
        .env("CALLBOARD_BIN", server)
        .env("CALLBOARD_SITE_ROOT", site)
        .env("CALLBOARD_CHROMIUM", &browser.chromium);
    node
}

fn test_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .with_context(|| format!("reading {}", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    ensure!(!files.is_empty(), "expected tests named *.test.mjs in {}", dir.display());
    files.sort();
    Ok(files)
}

/// `npm ci`, unless exactly these packages are there already. npm keeps its downloads in its cache.
pub fn install_npm_packages(browser: &Browser, folder: &Path) -> Result<()> {
    let wanted = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("reading {}/package-lock.json", folder.display()))?;
    let mark = folder.join("node_modules/.callboard-lock.json");
    if fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    process::run(Command::new(&browser.npm).current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))
    .context("installing the npm packages of end2end/ (is the network there?)")?;
    fs::write(&mark, wanted)?;
    Ok(())
}
