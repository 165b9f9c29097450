//! Puts the site's files, the shipped templates and the demo content into the executable.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-env-changed=CALLBOARD_SITE_DIR");
    let mut code = String::new();
    // Without the variable (development) the site is read from a folder at run time.
    let site = std::env::var_os("CALLBOARD_SITE_DIR").map(PathBuf::from);
    list(&mut code, "SITE", site.as_deref());
    list(&mut code, "TEMPLATES", Some(Path::new("../templates")));
    list(&mut code, "DEMO", Some(Path::new("../demo")));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("embedded.rs"), code).expect("OUT_DIR can be written");
}

fn list(code: &mut String, name: &str, root: Option<&Path>) {
    let mut files = Vec::new();
    if let Some(root) = root {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        println!("cargo:rerun-if-changed={}", root.display());
        collect(&root, &root, &mut files);
        files.sort();
    }
    writeln!(code, "pub(crate) static {name}: &[(&str, &[u8])] = &[").expect("text grows");
    for (relative, path) in files {
        writeln!(code, "    ({relative:?}, include_bytes!({path:?})),").expect("text grows");
    }
    writeln!(code, "];").expect("text grows");
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(root, &path, files);
        } else if let Ok(relative) = path.strip_prefix(root) {
            let relative = relative.to_string_lossy().replace('\\', "/");
            files.push((relative, path));
        }
    }
}
