//! The browser's half of the program: cargo builds it, wasm-bindgen makes it loadable.

use crate::{
    process,
    workspace::{WASM, Workspace},
};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The profile of what visitors download; `[profile.wasm-release]` in the root manifest.
const RELEASE_PROFILE: &str = "wasm-release";

/// What the browser loads.
pub struct Program {
    pub js: Vec<u8>,
    pub wasm: Vec<u8>,
    /// Scripts that crates bring along: path below the program's folder, and content.
    pub snippets: Vec<(String, Vec<u8>)>,
}

/// Builds `frontend` for the browser, small for release and fast to build otherwise.
///
/// The development build stays in the `dev` profile on purpose: it then shares every macro and
/// build script with the server's development build.
pub fn build(workspace: &Workspace, release: bool) -> Result<Program> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--package", "frontend", "--target", WASM]);
    let folder = if release {
        cargo.args(["--profile", RELEASE_PROFILE]);
        RELEASE_PROFILE
    } else {
        "debug"
    };
    process::run(&mut cargo)?;
    bind(&workspace.target.join(WASM).join(folder).join("frontend.wasm"), release)
}

fn bind(wasm: &Path, release: bool) -> Result<Program> {
    ensure!(
        wasm.is_file(),
        "expected the front end in {}; is `crate-type = [\"cdylib\", \"rlib\"]` set in frontend/Cargo.toml?",
        wasm.display()
    );
    let mut bindgen = Bindgen::new();
    let mut output = bindgen
        .input_path(wasm)
        .out_name("callboard")
        .web(true)?
        .typescript(false)
        // Names make a panic readable while developing and are dead weight for visitors.
        .keep_debug(false)
        .demangle(!release)
        .remove_name_section(release)
        .remove_producers_section(release)
        // The page always says where the program is: its name carries a hash.
        .omit_default_module_path(true)
        .generate_output()
        .context("wasm-bindgen")?;
    ensure!(
        output.npm_dependencies().is_empty(),
        "a crate of the front end wants npm packages ({:?}); the page loads nothing from npm",
        output.npm_dependencies().keys().collect::<Vec<_>>()
    );
    let mut snippets = Vec::new();
    for (crate_name, scripts) in output.snippets() {
        for (index, script) in scripts.iter().enumerate() {
            snippets.push((
                format!("snippets/{crate_name}/inline{index}.js"),
                script.clone().into_bytes(),
            ));
        }
    }
    for (path, script) in output.local_modules() {
        snippets.push((format!("snippets/{path}"), script.clone().into_bytes()));
    }
    snippets.sort();
    let js = output.js().as_bytes().to_vec();
    Ok(Program { js, wasm: output.wasm_mut().emit_wasm(), snippets })
}
