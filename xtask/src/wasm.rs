//! The browser's half of the program: cargo builds it, wasm-bindgen makes it loadable.

use crate::{
    parts::{self, PARTS_JS},
    process,
    workspace::{self, WASM, Workspace},
};
use anyhow::{Context, Result, anyhow, ensure};
use std::{collections::BTreeMap, path::Path};
use wasm_bindgen_cli_support::Bindgen;

/// The profile of what visitors download; `[profile.wasm-release]` in the root manifest.
const RELEASE_PROFILE: &str = "wasm-release";

/// What the browser loads: the program it starts with, and a program for each part of the portal.
pub struct Program {
    /// Name below the program's folder, and content. The names refer to each other, so the folder
    /// carries the hash, not they.
    pub files: Vec<(String, Vec<u8>)>,
    /// Which files a part needs, for pages to load them at once.
    pub parts: BTreeMap<String, Vec<String>>,
}

/// The script a page starts, and the program it loads.
pub const MAIN_JS: &str = "callboard.js";
pub const MAIN_WASM: &str = "callboard.wasm";

/// Builds `frontend` for the browser, small for release and fast to build otherwise.
///
/// The development build stays in the `dev` profile on purpose: it then shares every macro and
/// build script with the server's development build.
pub fn build(workspace: &Workspace, release: bool) -> Result<Program> {
    let mut cargo = workspace.cargo();
    cargo.args(["rustc", "--package", "frontend", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", WASM]);
    let folder = if release {
        cargo.args(["--profile", RELEASE_PROFILE]);
        RELEASE_PROFILE
    } else {
        "debug"
    };
    // Where functions are called from: what cuts the parts apart must know it.
    cargo.args(["--", "-Clink-args=--emit-relocs"]);
    process::run(&mut cargo)?;
    split(&workspace.target.join(WASM).join(folder).join("frontend.wasm"), release)
}

/// Cuts the parts out, makes what is left loadable and collects all of it.
fn split(wasm: &Path, release: bool) -> Result<Program> {
    let whole = std::fs::read(wasm)
        .with_context(|| format!("expected the front end in {}", wasm.display()))?;
    let dir = workspace::temp_dir("parts")?;
    let main = dir.path().join("main.wasm");
    let parts_dir = dir.path().join("parts");
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = &parts_dir;
    options.main_out_path = &main;
    let main_module = format!("./{MAIN_JS}");
    options.main_module = &main_module;
    let link_name = format!("./{PARTS_JS}");
    options.link_name = &link_name;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("cutting the parts out of the program: {error:#}"))?;
    let mut files = bind(&main, release)?;
    files.push((PARTS_JS.to_owned(), std::fs::read(parts_dir.join(PARTS_JS))?));
    for path in &cut.split_modules {
        let name = path.file_name().context("a part without a name")?.to_string_lossy();
        let content = std::fs::read(path)?;
        files.push((name.into_owned(), if release { without_names(&content)? } else { content }));
    }
    let parts = parts::bundle(&mut files, cut.prefetch_map.into_iter().collect())?;
    files.sort();
    Ok(Program { files, parts })
}

fn bind(wasm: &Path, release: bool) -> Result<Vec<(String, Vec<u8>)>> {
    let mut bindgen = Bindgen::new();
    let mut output = bindgen
        .input_path(wasm)
        .out_name("callboard")
        .web(true)?
        .typescript(false)
        // The parts call into the program by the linker's names.
        .keep_lld_exports(true)
        .demangle(false)
        // Names make a panic readable while developing and are dead weight for visitors.
        .keep_debug(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        // The page always says where the program is.
        .omit_default_module_path(true)
        .generate_output()
        .context("wasm-bindgen")?;
    ensure!(
        output.npm_dependencies().is_empty(),
        "a crate of the front end wants npm packages ({:?}); the page loads nothing from npm",
        output.npm_dependencies().keys().collect::<Vec<_>>()
    );
    let mut files = Vec::new();
    for (crate_name, scripts) in output.snippets() {
        for (index, script) in scripts.iter().enumerate() {
            let name = format!("snippets/{crate_name}/inline{index}.js");
            files.push((name, script.clone().into_bytes()));
        }
    }
    for (path, script) in output.local_modules() {
        files.push((format!("snippets/{path}"), script.clone().into_bytes()));
    }
    files.push((MAIN_JS.to_owned(), output.js().as_bytes().to_vec()));
    files.push((MAIN_WASM.to_owned(), output.wasm_mut().emit_wasm()));
    Ok(files)
}

/// The module without its custom sections: names and what tools left for other tools.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut result = wasm.get(..HEADER).context("a part is no WebAssembly")?.to_vec();
    let mut at = HEADER;
    while at < wasm.len() {
        let begin = at;
        let id = wasm[at];
        at += 1;
        let (mut size, mut shift) = (0usize, 0);
        loop {
            let byte = *wasm.get(at).context("a part ends in the middle of a section")?;
            at += 1;
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        at += size;
        let section = wasm.get(begin..at).context("a part ends in the middle of a section")?;
        if id != 0 {
            result.extend_from_slice(section);
        }
    }
    Ok(result)
}
