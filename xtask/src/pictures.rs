//! `cargo xtask pictures`: every page in light and dark, on a desktop and on a phone.

use crate::{build, process, report::Steps, test, toolchain, workspace::Workspace};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug, Default)]
pub struct Options {
    /// Where the pictures go; `docs/pictures` when it is not said.
    pub out: Option<PathBuf>,
    /// Only the page of this name in `end2end/pages.json`.
    pub only: Option<String>,
    /// From the release build, as a visitor sees it.
    pub release: bool,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let out = match &options.out {
        Some(out) => std::path::absolute(out)?,
        None => workspace.root.join("docs/pictures"),
    };
    std::fs::create_dir_all(&out).with_context(|| format!("creating {}", out.display()))?;
    let mut steps = Steps::new(5);
    let browser = steps.step("headless browser", || test::prepare(workspace))?;
    steps.step("compiler for the browser", || toolchain::ensure_wasm_target(&workspace.root))?;
    let site = steps.step("site", || build::build_development_site(workspace))?;
    let server = steps.step("server", || build::build_development_server(workspace))?;
    steps.step("pictures", || {
        let mut node = test::node(workspace, &browser, &server, &site);
        node.arg("pictures.mjs").arg("--out").arg(&out);
        if let Some(only) = &options.only {
            node.args(["--only", only]);
        }
        process::run(&mut node)
    })?;
    println!("pictures in {}", workspace.relative(&out));
    Ok(())
}
