//! Builds that are checked by clippy while they compile: one pass over our crates instead of two, and
//! the crates of others are compiled once for everything.
//!
//! `cargo clippy` is `cargo check` with `clippy-driver` in place of rustc for the workspace's crates.
//! With `cargo build` and `cargo test` the same driver compiles as well. Cargo keeps what it makes
//! apart from what plain rustc makes, so every command of one run has to ask for it.

use crate::process;
use anyhow::{Result, ensure};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// What clippy is told: a warning is an error. The words are joined as `cargo clippy` joins them.
const ARGUMENTS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

/// The variables that make cargo compile the workspace's crates through clippy.
pub fn variables(root: &Path) -> Result<Vec<(&'static str, OsString)>> {
    Ok(vec![
        ("RUSTC_WORKSPACE_WRAPPER", driver(root)?.into_os_string()),
        ("CLIPPY_ARGS", ARGUMENTS.into()),
    ])
}

/// The driver of the running compiler; one of another release could not read its libraries.
fn driver(root: &Path) -> Result<PathBuf> {
    let sysroot = process::output(process::rustc(root).args(["--print", "sysroot"]))?;
    let name = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
    let path = Path::new(sysroot.trim()).join("bin").join(name);
    ensure!(
        process::is_executable(&path),
        "expected {}; install it with `rustup component add clippy`",
        path.display()
    );
    Ok(path)
}
