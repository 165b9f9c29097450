//! Where things are: the checkout, the target folder, the cache outside the checkout.

use crate::{lints, process};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The target of the browser's half of the program.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The checkout this program was started in.
#[derive(Clone)]
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the environment or the configuration puts it.
    pub target: PathBuf,
    /// `cargo metadata --no-deps`: the members and what they declare.
    pub metadata: Value,
    /// What every `cargo` command finds in its environment.
    variables: Vec<(&'static str, OsString)>,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        // `cargo run` tells the folder at run time; a moved binary still knows it from compile time.
        let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest_dir
            .parent()
            .context("expected xtask to stand inside the workspace's folder")?
            .to_path_buf();
        let output = process::output(process::cargo(&root).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata: Value = serde_json::from_str(&output).context("reading `cargo metadata`")?;
        let target = metadata["target_directory"]
            .as_str()
            .context("`cargo metadata` names no target_directory")?
            .into();
        Ok(Self { root, target, metadata, variables: Vec::new() })
    }

    /// A `cargo` command that runs in the checkout.
    pub fn cargo(&self) -> std::process::Command {
        let mut cargo = process::cargo(&self.root);
        cargo.envs(self.variables.iter().map(|(name, value)| (name, value)));
        cargo
    }

    /// The same checkout, in which clippy looks at everything of ours that is compiled.
    pub fn linted(&self) -> Result<Self> {
        Ok(Self { variables: lints::variables(&self.root)?, ..self.clone() })
    }

    /// The path as a person in the checkout would write it.
    pub fn relative(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        shown.replace('\\', "/")
    }

    /// The server's executable of a profile (`debug` or `release`).
    pub fn server_executable(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join(format!("callboard{}", std::env::consts::EXE_SUFFIX))
    }
}

/// The folder for downloads and for what is expensive to make; survives a clean clone.
pub fn cache_dir() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        _ => std::env::home_dir()
            .context("expected a home folder for ~/.cache/callboard-dev; set HOME")?
            .join(".cache"),
    };
    let dir = base.join("callboard-dev");
    std::fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    Ok(dir)
}

/// A new empty folder in the system's temporary folder, readable by this user alone.
pub fn temp_dir(purpose: &str) -> Result<TempDir> {
    let path = std::env::temp_dir().join(format!("callboard-{purpose}-{}", random_word()));
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&path).with_context(|| format!("creating {}", path.display()))?;
    Ok(TempDir(path))
}

/// A folder that is removed when the value goes.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Nothing useful can be done about a file that will not go.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Sixteen characters nobody can guess: the standard library seeds its hashers from the system.
pub fn random_word() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}
