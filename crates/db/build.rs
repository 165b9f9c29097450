//! Makes the lists of migrations from the folders of `migrations`: a file that is there is applied,
//! and one that cannot be put in order fails the build.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut code = String::new();
    for (name, folder) in [("CONTROL", "control"), ("TENANT", "tenant")] {
        let folder = root.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        match steps(&folder) {
            Ok(steps) => list(&mut code, name, &steps),
            Err(message) => {
                println!("cargo::error={message}");
                return;
            }
        }
    }
    let target = Path::new(&env("OUT_DIR")).join("steps.rs");
    if let Err(error) = std::fs::write(&target, code) {
        println!("cargo::error={} cannot be written: {error}", target.display());
    }
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The files of a folder by their numbers; every one is called `0001_some_name.sql`.
fn steps(folder: &Path) -> Result<BTreeMap<i64, PathBuf>, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", folder.display());
    let mut steps = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(number) = number(&path) else {
            return Err(format!(
                "{}: a migration is called `0001_name.sql`, in lower case",
                path.display()
            ));
        };
        println!("cargo::rerun-if-changed={}", path.display());
        if let Some(other) = steps.insert(number, path.clone()) {
            return Err(format!(
                "{} and {} have the same number; give the newer one the next",
                path.display(),
                other.display()
            ));
        }
    }
    Ok(steps)
}

fn number(path: &Path) -> Option<i64> {
    let name = path.file_name()?.to_str()?.strip_suffix(".sql")?;
    let (number, words) = name.split_once('_')?;
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let good = number.len() == 4 && !words.is_empty() && words.chars().all(is_word);
    number.parse().ok().filter(|_| good)
}

/// `const NAME: &[Step] = &[(1, "0001_name", include_str!("…")), …];`
fn list(code: &mut String, name: &str, steps: &BTreeMap<i64, PathBuf>) {
    let _ = writeln!(code, "pub(crate) const {name}: &[Step] = &[");
    for (number, path) in steps {
        let stem = path.file_stem().unwrap_or_default();
        let _ = writeln!(code, "    ({number}, {stem:?}, include_str!({path:?})),");
    }
    let _ = writeln!(code, "];");
}
