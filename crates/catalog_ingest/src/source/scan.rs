//! Which files a path, a folder or a pattern names, without ever leaving where it starts.

use globs::{Minimatch, MinimatchOptions, is_pattern};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The name that is looked for in folders.
const DESCRIPTOR: &str = "catalog-info.yaml";

/// More entries than this are not looked at.
const MAX_ENTRIES: usize = 500_000;

/// Folders lie at most this deep in one another.
const MAX_DEPTH: usize = 40;

/// What a path, a folder or a pattern names.
#[derive(Debug, Default)]
pub struct Scan {
    /// The folder nothing may lead out of, without symbolic links.
    pub root: PathBuf,
    /// The files, sorted by path.
    pub files: Vec<FoundFile>,
    /// What was found and may not be read, with the reason.
    pub refused: Vec<(PathBuf, String)>,
    /// Folders that cannot be looked into: what they gave earlier stays.
    pub blocked: Vec<PathBuf>,
}

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Its path as it was found.
    pub path: PathBuf,
    /// Tells whether it has changed.
    pub stamp: Stamp,
}

/// Time and size of a file: another stamp means another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    modified_ns: u128,
    size: u64,
}

impl Stamp {
    /// Of a file.
    pub fn of(data: &Metadata) -> Stamp {
        let modified = data.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Stamp { modified_ns: modified.map_or(0, |at| at.as_nanos()), size: data.len() }
    }

    /// Whether the file was written so lately that another write may leave the same stamp.
    pub fn is_fresh(&self) -> bool {
        let now = UNIX_EPOCH.elapsed().map_or(0, |now| now.as_nanos());
        now.saturating_sub(self.modified_ns) < 100_000_000
    }
}

/// What a target names. `within` is the folder it may not leave; without one it is the folder the
/// target itself starts from.
pub fn scan(target: &Path, within: Option<&Path>) -> Result<Scan, String> {
    let shown = target.display();
    // A folder is looked through whole; a pattern passes names that begin with a dot.
    let mut dot = false;
    let (start, pattern) = match target.metadata() {
        Ok(data) if data.is_file() => {
            let folder = target.parent().unwrap_or(Path::new("/"));
            return one_file(target, within.unwrap_or(folder));
        }
        Ok(data) if data.is_dir() => {
            dot = true;
            (target.to_owned(), format!("**/{DESCRIPTOR}"))
        }
        Ok(_) => return Err(format!("{shown} is neither a file nor a folder")),
        Err(error) => match split(target) {
            Some(split) => split,
            None if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(format!("file {shown} does not exist; check the path"));
            }
            None => return Err(format!("{shown} cannot be read: {error}")),
        },
    };
    let root = start.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("the folder {} does not exist; check the path", start.display())
        }
        _ => format!("the folder {} cannot be read: {error}", start.display()),
    })?;
    let boundary = match within {
        Some(within) => within.canonicalize().map_err(|error| error.to_string())?,
        None => root.clone(),
    };
    if !root.starts_with(&boundary) {
        return Err(leaves(target, &boundary));
    }
    let options = MinimatchOptions { dot, any_case: false };
    let glob = Minimatch::new(&pattern, options).map_err(|error| error.to_string())?;
    let mut walk = Walk { boundary: &boundary, glob: &glob, entries: 0, scan: Scan::default() };
    walk.folder(&start, "", 1)?;
    let mut scan = walk.scan;
    scan.root = boundary;
    scan.files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(scan)
}

/// The folder a target starts from: nothing it names lies outside.
pub fn start_of(target: &Path) -> PathBuf {
    if target.is_dir() {
        return target.to_owned();
    }
    match split(target) {
        Some((start, _)) if !target.exists() => start,
        _ => target.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned),
    }
}

/// The text of a reason why a path may not be followed.
pub fn leaves(path: &Path, boundary: &Path) -> String {
    format!(
        "{} leads out of {}, where nothing may be read; copy the file there, or name its folder as \
         a location of its own",
        path.display(),
        boundary.display()
    )
}

fn one_file(path: &Path, within: &Path) -> Result<Scan, String> {
    let unreadable = |error| format!("{} cannot be read: {error}", path.display());
    let root = within.canonicalize().map_err(unreadable)?;
    let real = path.canonicalize().map_err(unreadable)?;
    if !real.starts_with(&root) {
        return Err(leaves(path, &root));
    }
    let stamp = Stamp::of(&real.metadata().map_err(unreadable)?);
    let files = vec![FoundFile { path: path.to_owned(), stamp }];
    Ok(Scan { root, files, ..Scan::default() })
}

/// The folder a pattern starts from, and the rest of it.
fn split(target: &Path) -> Option<(PathBuf, String)> {
    let text = target.to_str()?;
    let mut start = PathBuf::new();
    let mut rest: Vec<&str> = Vec::new();
    for part in text.split('/') {
        if rest.is_empty() && !is_pattern(part) {
            start.push(if part.is_empty() && start.as_os_str().is_empty() { "/" } else { part });
        } else {
            rest.push(part);
        }
    }
    (!rest.is_empty()).then(|| (start, rest.join("/")))
}

struct Walk<'a> {
    boundary: &'a Path,
    glob: &'a Minimatch,
    entries: usize,
    scan: Scan,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, relative: &str, depth: usize) -> Result<(), String> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if depth == 1 => {
                return Err(format!("the folder {} cannot be read: {error}", folder.display()));
            }
            Err(error) => {
                self.refuse(folder, format!("the folder cannot be read: {error}"));
                self.scan.blocked.push(folder.to_owned());
                return Ok(());
            }
        };
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(format!(
                    "{} holds more than {MAX_ENTRIES} files and folders; name the folders with \
                     descriptors instead",
                    self.boundary.display()
                ));
            }
            self.entry(&entry, relative, depth)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        entry: &std::fs::DirEntry,
        relative: &str,
        depth: usize,
    ) -> Result<(), String> {
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            // A name that is no text can be neither shown nor told apart from others.
            if name.to_string_lossy().ends_with(".yaml") {
                self.refuse(&path, "the name of the file is not UTF-8; rename it".to_owned());
            }
            return Ok(());
        };
        let inner =
            if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
        let Ok(kind) = entry.file_type() else { return Ok(()) };
        if kind.is_dir() {
            // Mounted settings keep their real files in folders such as `..2026_11_21`, and link
            // to them from where they are meant to be found.
            let skipped = matches!(name, ".git" | "node_modules") || name.starts_with("..");
            let reachable = self.glob.depth().is_none_or(|deepest| depth < deepest);
            if reachable && depth < MAX_DEPTH && !skipped {
                self.folder(&path, &inner, depth + 1)?;
            }
        } else if kind.is_file() {
            if self.fits(&inner)?
                && let Ok(data) = entry.metadata()
            {
                self.scan.files.push(FoundFile { path, stamp: Stamp::of(&data) });
            }
        } else if kind.is_symlink() {
            self.link(path, &inner)?;
        }
        Ok(())
    }

    fn fits(&self, inner: &str) -> Result<bool, String> {
        self.glob.matches(inner).map_err(|error| error.to_string())
    }

    /// A link to a file inside is that file; one to a folder inside is passed over, as the folder
    /// is looked at anyway; one that leads out is refused.
    fn link(&mut self, path: PathBuf, inner: &str) -> Result<(), String> {
        let fits = self.fits(inner)?;
        match path.canonicalize() {
            Ok(real) if real.starts_with(self.boundary) => {
                if fits
                    && let Ok(data) = real.metadata()
                    && data.is_file()
                {
                    self.scan.files.push(FoundFile { path, stamp: Stamp::of(&data) });
                }
            }
            Ok(real) if fits || real.is_dir() => {
                let reason = format!(
                    "the symbolic link leads out of {}; copy the file there, or name its folder as \
                     a location of its own",
                    self.boundary.display()
                );
                self.refuse(&path, reason);
            }
            Err(_) if fits => {
                self.refuse(&path, "the symbolic link leads nowhere; remove or mend it".to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    fn refuse(&mut self, path: &Path, reason: String) {
        const MAX_REFUSED: usize = 100;
        if self.scan.refused.len() < MAX_REFUSED {
            self.scan.refused.push((path.to_owned(), reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(scan: &Scan, root: &Path) -> Vec<String> {
        let relative = |file: &FoundFile| file.path.strip_prefix(root).map(Path::to_owned);
        scan.files.iter().map(|file| relative(file).unwrap().display().to_string()).collect()
    }

    #[test]
    fn folders_files_and_patterns_name_what_they_should() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in
            ["catalog-info.yaml", "a/catalog-info.yaml", "a/b/x.yaml", ".git/catalog-info.yaml"]
        {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "x: 1").unwrap();
        }
        assert_eq!(
            names(&scan(root, None).unwrap(), root),
            ["a/catalog-info.yaml", "catalog-info.yaml"]
        );
        let all = scan(&root.join("**/*.yaml"), None).unwrap();
        assert_eq!(names(&all, root), ["a/b/x.yaml", "a/catalog-info.yaml", "catalog-info.yaml"]);
        assert_eq!(
            names(&scan(&root.join("a/*.yaml"), None).unwrap(), root),
            ["a/catalog-info.yaml"]
        );
        assert_eq!(names(&scan(&root.join("a/b/x.yaml"), None).unwrap(), root), ["a/b/x.yaml"]);
        let error = scan(&root.join("missing.yaml"), None).unwrap_err();
        assert!(error.contains("does not exist"), "{error}");
        let error = scan(&root.join("missing/*.yaml"), None).unwrap_err();
        assert!(error.contains("does not exist"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn links_may_stay_inside_and_not_lead_out() {
        use std::os::unix::fs::symlink;
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("catalog-info.yaml"), "x: 1").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("in")).unwrap();
        fs::create_dir_all(root.join("out")).unwrap();
        fs::write(root.join("real.yaml"), "x: 1").unwrap();
        symlink(root.join("real.yaml"), root.join("in/catalog-info.yaml")).unwrap();
        symlink(outside.path().join("catalog-info.yaml"), root.join("out/catalog-info.yaml"))
            .unwrap();
        symlink(outside.path(), root.join("folder")).unwrap();
        symlink(root, root.join("in/loop")).unwrap();
        let found = scan(root, None).unwrap();
        assert_eq!(names(&found, root), ["in/catalog-info.yaml"]);
        let refused: Vec<_> = found.refused.iter().map(|(path, _)| path.clone()).collect();
        assert_eq!(refused.len(), 2, "{:?}", found.refused);
        assert!(refused.contains(&root.join("out/catalog-info.yaml")));
        assert!(refused.contains(&root.join("folder")));
        let error = scan(&root.join("out/catalog-info.yaml"), None).unwrap_err();
        assert!(error.contains("leads out of"), "{error}");
        let error = scan(outside.path(), Some(root)).unwrap_err();
        assert!(error.contains("leads out of"), "{error}");
    }
}
