//! `cargo xtask build`: the browser's program, the style sheet and the server as one executable.

use crate::{
    css, process,
    report::{self, Steps, seconds},
    site::{self, Effort, Site},
    toolchain, wasm,
    workspace::Workspace,
};
use anyhow::{Context, Result};
use std::path::PathBuf;

pub fn run(workspace: &Workspace, release: bool) -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("compiler for the browser", || toolchain::ensure_wasm_target(&workspace.root))?;
    let program = steps.step("front end", || wasm::build(workspace, release))?;
    let profile = if release { "release" } else { "debug" };
    let site = steps.step("style sheet and site", || {
        let effort = if release { Effort::Release } else { Effort::Development };
        // Apart from the folder of `dev`, so that exactly this build's files are embedded.
        let mut site = Site::open(workspace.target.join("site-embedded").join(profile), effort)?;
        fill(workspace, &mut site, &program)?;
        Ok(site)
    })?;
    steps.step("server", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--package", "server", "--bin", "callboard"]);
        if release {
            cargo.arg("--release");
        }
        process::run(cargo.env("CALLBOARD_SITE_DIR", site.dir()))
    })?;
    let executable = workspace.server_executable(profile);
    let size = std::fs::metadata(&executable)
        .with_context(|| format!("expected the executable {}", executable.display()))?
        .len();
    println!();
    println!("{} ({})", executable.display(), report::size(size));
    println!("{}", site::describe(&site.sizes()));
    println!("built in {}", seconds(steps.elapsed()));
    Ok(())
}

/// The folder that `dev` and the browser tests serve the site from.
pub fn development_site(workspace: &Workspace) -> Result<Site> {
    Site::open(workspace.target.join("site"), Effort::Development)
}

/// Builds the site for a server that runs from the checkout.
pub fn build_development_site(workspace: &Workspace) -> Result<PathBuf> {
    let program = wasm::build(workspace, false)?;
    let mut site = development_site(workspace)?;
    fill(workspace, &mut site, &program)?;
    Ok(site.dir().to_path_buf())
}

/// Builds the server's executable for development.
pub fn build_development_server(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--package", "server", "--bin", "callboard"]))?;
    Ok(workspace.server_executable("debug"))
}

fn fill(workspace: &Workspace, site: &mut Site, program: &wasm::Program) -> Result<()> {
    let public = workspace.root.join("public");
    site.put_program(program)?;
    site.put_style(&css::build(workspace)?, &public)?;
    site.put_public(&public)?;
    site.commit()
}
