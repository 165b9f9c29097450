//! Sees which sources changed, by asking the file system a few times a second.
//!
//! A few hundred files cost a millisecond a round; that is less than a library that listens to the
//! kernel costs everybody in build time, and it works on every file system.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What must be made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub style: bool,
    pub public: bool,
    pub program: bool,
    pub server: bool,
    /// The server reads these files when it starts.
    pub restart: bool,
}

impl Work {
    pub const ALL: Self =
        Self { style: true, public: true, program: true, server: true, restart: true };

    pub fn any(self) -> bool {
        self != Self::default()
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            style: self.style || other.style,
            public: self.public || other.public,
            program: self.program || other.program,
            server: self.server || other.server,
            restart: self.restart || other.restart,
        }
    }
}

/// The folders and files whose changes matter.
const WATCHED: [&str; 11] = [
    "app",
    "crates",
    "server",
    "frontend",
    "style",
    "public",
    "demo",
    "templates",
    "migrations",
    "Cargo.toml",
    "Cargo.lock",
];

/// The state of all watched files at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, (SystemTime, u64)>);

impl Snapshot {
    pub fn take(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        let mut open: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
        while let Some(path) = open.pop() {
            let Ok(metadata) = fs::metadata(&path) else { continue };
            if metadata.is_dir() {
                let entries = fs::read_dir(&path).into_iter().flatten().flatten();
                open.extend(
                    entries
                        .filter(|e| !is_noise(&e.file_name().to_string_lossy()))
                        .map(|e| e.path()),
                );
            } else {
                let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                files.insert(path, (time, metadata.len()));
            }
        }
        Self(files)
    }

    /// The files that were added, removed or written since `before`.
    pub fn changes(&self, before: &Self) -> Vec<PathBuf> {
        let written = self.0.iter().filter(|(path, state)| before.0.get(*path) != Some(state));
        let removed = before.0.keys().filter(|path| !self.0.contains_key(*path));
        let mut changes: Vec<_> =
            written.map(|(path, _)| path.clone()).chain(removed.cloned()).collect();
        changes.sort();
        changes
    }
}

/// Files that editors leave lying around for a moment.
fn is_noise(name: &str) -> bool {
    name.starts_with('.')
        || name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".tmp")
        || name == "target"
        || name == "node_modules"
        || name.bytes().all(|b| b.is_ascii_digit())
}

/// What a change of this file (relative to the root, with `/`) makes necessary.
///
/// The crates the browser's program is made of follow from the arrows: frontend → app → model.
pub fn work_for(path: &str) -> Work {
    let none = Work::default();
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let code = path.ends_with(".rs") || path.ends_with("Cargo.toml");
    match first {
        "style" => Work { style: true, ..none },
        "public" => Work { public: true, style: true, ..none },
        "app" => Work { style: true, program: true, server: true, ..none },
        "frontend" => Work { program: true, ..none },
        "crates" if rest.starts_with("model/") => Work { program: true, server: true, ..none },
        "crates" if code || !rest.contains("/tests/") => Work { server: true, ..none },
        "server" | "migrations" => Work { server: true, ..none },
        "demo" | "templates" => Work { server: true, restart: true, ..none },
        "Cargo.toml" | "Cargo.lock" => Work { program: true, server: true, ..none },
        _ => none,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::temp_dir;

    #[test]
    fn changes_are_seen_and_noise_is_not() {
        let dir = temp_dir("watch-test").unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join("style")).unwrap();
        fs::write(root.join("style/a.css"), "a").unwrap();
        fs::write(root.join("style/b.css"), "b").unwrap();
        let before = Snapshot::take(root);
        assert!(Snapshot::take(root).changes(&before).is_empty());
        fs::write(root.join("style/a.css"), "changed").unwrap();
        fs::remove_file(root.join("style/b.css")).unwrap();
        fs::write(root.join("style/c.css"), "").unwrap();
        fs::write(root.join("style/.c.css.swp"), "").unwrap();
        let names: Vec<_> = Snapshot::take(root)
            .changes(&before)
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.css", "b.css", "c.css"]);
    }

    #[test]
    fn each_change_makes_only_what_it_must() {
        let none = Work::default();
        assert_eq!(work_for("style/tokens.css"), Work { style: true, ..none });
        assert_eq!(
            work_for("app/src/shell.rs"),
            Work { style: true, program: true, server: true, ..none }
        );
        assert_eq!(work_for("crates/catalog/src/lib.rs"), Work { server: true, ..none });
        assert_eq!(
            work_for("crates/model/src/lib.rs"),
            Work { program: true, server: true, ..none }
        );
        assert_eq!(work_for("README.md"), none);
    }
}
