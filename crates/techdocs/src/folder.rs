//! Reading inside one folder and nowhere else.
//!
//! Documentation comes out of repositories that anybody may write to, so every name is hostile: a
//! path may climb (`../`), a symbolic link may leave, a hidden file may hold a clone's password
//! (`.git/config`), a file may be huge or no file at all. A link that stays inside the folder is
//! followed, because `docs/index.md -> ../README.md` is an ordinary thing to do.

use crate::paths;
use model::time::Timestamp;
use model::{Error, Result};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The most files a site may have; more is a mistake (a build folder inside the docs folder).
pub const MAX_FILES: usize = 20_000;
/// How deep folders may nest.
const MAX_DEPTH: usize = 24;

/// A folder, seen from one base within it.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Nothing outside of this is ever read; canonical.
    boundary: PathBuf,
    /// What relative paths start from; canonical, inside the boundary.
    base: PathBuf,
    /// Other folders within the boundary that are seen below the base.
    mounts: Vec<Mount>,
}

/// A folder that is seen below another one, as an included site is.
#[derive(Debug, Clone)]
struct Mount {
    /// Where it is seen, such as `part-one`.
    at: String,
    /// Where it is; canonical, inside the boundary.
    base: PathBuf,
}

/// One file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocFile {
    /// Relative to the folder's base, with `/`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The files in the order of their paths, hidden ones left out.
    pub files: Vec<DocFile>,
    /// Paths that were refused, and why.
    pub refused: Vec<(String, String)>,
}

impl Folder {
    /// Opens a folder; it is its own boundary.
    pub fn open(root: &Path) -> Result<Folder> {
        let boundary = root.canonicalize().map_err(|error| {
            Error::not_found(format!(
                "The documentation folder cannot be opened ({}); check that it was fetched.",
                error.kind()
            ))
        })?;
        if !boundary.is_dir() {
            return Err(Error::not_found(
                "The documentation's place is a file; a folder is expected. Let the annotation name the folder that holds mkdocs.yml.",
            ));
        }
        Ok(Folder { base: boundary.clone(), boundary, mounts: Vec::new() })
    }

    /// The same boundary, with relative paths starting from a folder below.
    /// The folder itself may be a hidden one (`.backstage/docs`), never one of git.
    pub fn below(&self, relative: &str) -> Result<Folder> {
        let base = self.folder(relative)?;
        Ok(Folder { boundary: self.boundary.clone(), base, mounts: Vec::new() })
    }

    /// Shows a folder, named from the boundary, below the base.
    pub fn mount(&mut self, at: &str, folder: &str) -> Result<()> {
        let from_boundary = Folder::open(&self.boundary)?;
        let base = from_boundary.folder(folder)?;
        self.mounts.push(Mount { at: at.to_owned(), base });
        // `areas/two` before `areas`: a name belongs to the nearest.
        self.mounts.sort_by_key(|mount| std::cmp::Reverse(mount.at.len()));
        Ok(())
    }

    fn folder(&self, relative: &str) -> Result<PathBuf> {
        let (real, inside) = self.real(relative)?;
        if is_of_git(&inside) {
            return Err(missing(relative));
        }
        if !real.is_dir() {
            return Err(Error::not_found(format!("`{relative}` is a file; a folder is expected.")));
        }
        Ok(real)
    }

    /// Whether there is a readable file of this name.
    pub fn has_file(&self, relative: &str) -> bool {
        self.stat(relative).is_ok()
    }

    /// Size and time of a file.
    pub fn stat(&self, relative: &str) -> Result<DocFile> {
        let path = self.locate(relative)?;
        let metadata = path.metadata().map_err(|_| missing(relative))?;
        if !metadata.is_file() {
            return Err(missing(relative));
        }
        let path = paths::normalise(relative).ok_or_else(|| missing(relative))?;
        Ok(DocFile { path, size: metadata.len(), modified: modified(&metadata) })
    }

    /// The bytes of a file of at most `limit` bytes.
    pub fn read(&self, relative: &str, limit: u64) -> Result<Vec<u8>> {
        let size = self.stat(relative)?.size;
        let too_large = |size: u64| {
            Error::invalid(format!(
                "`{relative}` has {size} bytes, at most {limit} are read; split or shrink the file."
            ))
        };
        if size > limit {
            return Err(too_large(size));
        }
        let unreadable = |error: std::io::Error| {
            Error::unavailable(format!("`{relative}` cannot be read ({}).", error.kind()))
        };
        let file = std::fs::File::open(self.locate(relative)?).map_err(unreadable)?;
        let mut bytes = Vec::with_capacity(size as usize);
        // One byte more than allowed shows a file that grew since it was measured.
        file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > limit { Err(too_large(bytes.len() as u64)) } else { Ok(bytes) }
    }

    /// A file as text, named from the boundary instead of the base.
    pub fn text_from_boundary(&self, relative: &str, limit: u64) -> Result<String> {
        let bases = self.bases().map(Path::to_path_buf);
        let bases = bases.map(|base| Mount { at: String::new(), base }).collect();
        let folder =
            Folder { boundary: self.boundary.clone(), base: self.boundary.clone(), mounts: bases };
        folder.text(relative, limit)
    }

    /// Where a file lies, seen from the boundary; for messages and links to its source.
    pub fn path_from_boundary(&self, relative: &str) -> String {
        let (base, rest) = self.start(relative);
        let base = base.strip_prefix(&self.boundary).unwrap_or(Path::new(""));
        let base = base.to_string_lossy();
        if base.is_empty() { rest.to_owned() } else { format!("{base}/{rest}") }
    }

    /// A file as text; a byte order mark is dropped and line ends become `\n`.
    pub fn text(&self, relative: &str, limit: u64) -> Result<String> {
        let text = String::from_utf8(self.read(relative, limit)?).map_err(|error| {
            Error::invalid(format!(
                "`{relative}` is not UTF-8 text (byte {}); save it as UTF-8.",
                error.utf8_error().valid_up_to()
            ))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// Every file below the base, in the order of their paths.
    pub fn list(&self) -> Result<Listing> {
        let mut listing = Listing::default();
        let mut seen = HashSet::from([self.base.clone()]);
        self.list_into("", 0, &mut seen, &mut listing)?;
        for mount in &self.mounts {
            seen.insert(mount.base.clone());
            self.list_into(&mount.at, 0, &mut seen, &mut listing)?;
        }
        listing.files.sort_by(|a, b| a.path.cmp(&b.path));
        listing.files.dedup_by(|a, b| a.path == b.path);
        Ok(listing)
    }

    fn list_into(
        &self,
        relative: &str,
        depth: usize,
        seen: &mut HashSet<PathBuf>,
        listing: &mut Listing,
    ) -> Result<()> {
        let refuse = |listing: &mut Listing, path: &str, why: &str| {
            listing.refused.push((path.to_owned(), why.to_owned()));
        };
        if depth > MAX_DEPTH {
            refuse(listing, relative, "folders nest too deeply here; what is below is left out");
            return Ok(());
        }
        let folder = match self.mounts.iter().find(|mount| mount.at == relative) {
            Some(mount) => mount.base.clone(),
            None if relative.is_empty() => self.base.clone(),
            None => self.locate(relative)?,
        };
        let Ok(entries) = std::fs::read_dir(folder) else {
            refuse(listing, relative, "this folder cannot be read; check its permissions");
            return Ok(());
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                refuse(listing, &name.to_string_lossy(), "the name is not UTF-8; rename the file");
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path =
                if relative.is_empty() { name.to_owned() } else { format!("{relative}/{name}") };
            let target = match self.locate(&path) {
                Ok(target) => target,
                Err(error) => {
                    refuse(listing, &path, &error.to_string());
                    continue;
                }
            };
            let Ok(metadata) = target.metadata() else { continue };
            if metadata.is_dir() {
                // A link to a folder that was listed already is a circle or a second copy.
                if seen.insert(target) {
                    self.list_into(&path, depth + 1, seen, listing)?;
                }
            } else if metadata.is_file() {
                if listing.files.len() == MAX_FILES {
                    return Err(Error::invalid(format!(
                        "The documentation folder holds more than {MAX_FILES} files; let docs_dir name a folder with documentation only."
                    )));
                }
                let (size, modified) = (metadata.len(), modified(&metadata));
                listing.files.push(DocFile { path, size, modified });
            }
        }
        Ok(())
    }

    /// The real place of a name, when it is there, not hidden and inside the boundary.
    fn locate(&self, relative: &str) -> Result<PathBuf> {
        let (real, inside) = self.real(relative)?;
        // A base may lie in a hidden folder; below it nothing hidden is read.
        let below = self.bases().find_map(|base| real.strip_prefix(base).ok());
        let seen = below.unwrap_or(&inside);
        let hidden =
            seen.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
        if hidden || is_of_git(&inside) { Err(missing(relative)) } else { Ok(real) }
    }

    /// The real place of a name, and the same seen from the boundary.
    fn real(&self, relative: &str) -> Result<(PathBuf, PathBuf)> {
        let name = paths::normalise(relative).ok_or_else(|| missing(relative))?;
        let (base, rest) = self.start(&name);
        let path = base.join(rest);
        let real = path.canonicalize().map_err(|_| {
            if path.is_symlink() {
                Error::invalid(format!(
                    "`{relative}` is a symbolic link to something that is not there; remove or fix it."
                ))
            } else {
                missing(relative)
            }
        })?;
        match real.strip_prefix(&self.boundary).map(Path::to_path_buf) {
            Ok(inside) => Ok((real, inside)),
            Err(_) => Err(Error::invalid(format!(
                "`{relative}` is or lies behind a symbolic link that leaves the documentation's folder; put a copy of the file there instead."
            ))),
        }
    }

    /// The folder a name counts from, and the name from there.
    fn start<'a>(&'a self, name: &'a str) -> (&'a Path, &'a str) {
        let mounted = self.mounts.iter().find_map(|mount| {
            let rest = name.strip_prefix(mount.at.as_str())?.strip_prefix('/')?;
            (!mount.at.is_empty()).then_some((mount.base.as_path(), rest))
        });
        mounted.unwrap_or((&self.base, name))
    }

    fn bases(&self) -> impl Iterator<Item = &Path> {
        let mounts = self.mounts.iter().map(|mount| mount.base.as_path());
        mounts.chain([self.base.as_path()])
    }
}

/// Whether a path leads into what git keeps, which may hold a password.
fn is_of_git(inside: &Path) -> bool {
    inside.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"))
}

fn missing(relative: &str) -> Error {
    Error::not_found(format!("There is no file `{relative}` in the documentation's folder."))
}

fn modified(metadata: &std::fs::Metadata) -> Timestamp {
    let since_1970 = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Timestamp(since_1970.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn sample() -> tempfile::TempDir {
        let outer = tempfile::tempdir().unwrap();
        fs::write(outer.path().join("secret.txt"), "secret").unwrap();
        let root = outer.path().join("site");
        fs::create_dir_all(root.join("docs/guides")).unwrap();
        fs::create_dir_all(root.join(".git")).unwrap();
        fs::write(root.join(".git/config"), "password").unwrap();
        fs::write(root.join("README.md"), "# Read me").unwrap();
        fs::write(root.join("docs/a.md"), "\u{feff}a\r\nb\rc").unwrap();
        fs::write(root.join("docs/guides/b.md"), "b").unwrap();
        fs::write(root.join("docs/latin.md"), [0xe9, b'a']).unwrap();
        symlink("../README.md", root.join("docs/index.md")).unwrap();
        symlink("../../secret.txt", root.join("docs/out.md")).unwrap();
        symlink("../..", root.join("docs/up")).unwrap();
        symlink("..", root.join("docs/guides/circle")).unwrap();
        symlink("nowhere", root.join("docs/dangling.md")).unwrap();
        symlink("../.git/config", root.join("docs/config.md")).unwrap();
        outer
    }

    fn docs(outer: &tempfile::TempDir) -> Folder {
        Folder::open(&outer.path().join("site")).unwrap().below("docs").unwrap()
    }

    #[test]
    fn reads_what_is_inside_and_refuses_the_rest() {
        let outer = sample();
        let docs = docs(&outer);
        let check = |path: &str, expected: std::result::Result<&str, &str>| match (
            docs.text(path, 100),
            expected,
        ) {
            (Ok(text), Ok(expected)) => assert_eq!(text, expected, "{path}"),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{path}: {error}");
            }
            (found, _) => panic!("{path}: {found:?}"),
        };
        check("a.md", Ok("a\nb\nc"));
        check("./guides/../a.md", Ok("a\nb\nc"));
        check("index.md", Ok("# Read me"));
        check("guides/circle/a.md", Ok("a\nb\nc"));
        check("out.md", Err("symbolic link that leaves"));
        check("up/secret.txt", Err("symbolic link that leaves"));
        check("dangling.md", Err("symbolic link to something that is not there"));
        check("config.md", Err("There is no file"));
        check("../README.md", Err("There is no file"));
        check("../../secret.txt", Err("There is no file"));
        check("/etc/passwd", Err("There is no file"));
        check("a.md/../../../secret.txt", Err("There is no file"));
        check("a.md\0", Err("There is no file"));
        check("guides", Err("There is no file"));
        check("latin.md", Err("not UTF-8 text (byte 0)"));
    }

    #[test]
    fn a_file_over_the_limit_is_refused_with_its_size() {
        let outer = sample();
        let error = docs(&outer).read("a.md", 3).unwrap_err();
        assert!(error.to_string().contains("9 bytes, at most 3"), "{error}");
    }

    #[test]
    fn lists_files_once_and_names_what_it_refuses() {
        let outer = sample();
        let listing = docs(&outer).list().unwrap();
        let files: Vec<_> = listing.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(files, ["a.md", "guides/b.md", "index.md", "latin.md"]);
        let mut refused: Vec<_> = listing.refused.iter().map(|(path, _)| path.as_str()).collect();
        refused.sort_unstable();
        assert_eq!(refused, ["config.md", "dangling.md", "out.md", "up"]);
    }

    #[test]
    fn a_base_may_be_hidden_and_nothing_hidden_is_read_below_it() {
        let outer = sample();
        let site = outer.path().join("site");
        fs::create_dir_all(site.join(".backstage/docs/.cache")).unwrap();
        fs::create_dir_all(site.join(".git/docs")).unwrap();
        fs::write(site.join(".backstage/docs/a.md"), "a").unwrap();
        fs::write(site.join(".backstage/docs/.cache/b.md"), "b").unwrap();
        fs::write(site.join(".backstage/c.md"), "c").unwrap();
        let root = Folder::open(&site).unwrap();
        let docs = root.below(".backstage/docs").unwrap();
        assert_eq!(docs.text("a.md", 10).unwrap(), "a");
        assert!(docs.text(".cache/b.md", 10).is_err());
        assert_eq!(docs.list().unwrap().files.len(), 1);
        assert_eq!(docs.text_from_boundary(".backstage/docs/a.md", 10).unwrap(), "a");
        assert!(docs.text_from_boundary(".backstage/docs/.cache/b.md", 10).is_err());
        assert!(docs.text_from_boundary(".backstage/c.md", 10).is_err());
        assert!(docs.text_from_boundary(".git/config", 10).is_err());
        assert!(docs.text_from_boundary("../secret.txt", 10).is_err());
        assert!(root.below(".git").is_err());
        assert!(root.below(".git/docs").is_err());
    }

    #[test]
    fn mounted_folders_are_seen_below_the_base() {
        let outer = sample();
        let site = outer.path().join("site");
        fs::create_dir_all(site.join("parts/one/docs")).unwrap();
        fs::write(site.join("parts/one/docs/a.md"), "in part").unwrap();
        symlink("../../../../secret.txt", site.join("parts/one/docs/out.md")).unwrap();
        let mut docs = docs(&outer);
        docs.mount("part-one", "parts/one/docs").unwrap();
        assert_eq!(docs.text("part-one/a.md", 100).unwrap(), "in part");
        assert!(docs.text("part-one/out.md", 100).is_err());
        assert!(docs.text("part-one/../../.git/config", 100).is_err());
        let listing = docs.list().unwrap();
        assert!(listing.files.iter().any(|file| file.path == "part-one/a.md"));
        assert!(listing.refused.iter().any(|(path, _)| path == "part-one/out.md"));
        assert_eq!(docs.path_from_boundary("part-one/a.md"), "parts/one/docs/a.md");
        assert_eq!(docs.path_from_boundary("a.md"), "docs/a.md");
        assert!(docs.mount("x", "../").is_err());
        assert!(docs.mount("x", ".git").is_err());
    }

    #[test]
    fn a_folder_behind_a_leaving_link_is_refused() {
        let outer = sample();
        let folder = Folder::open(&outer.path().join("site")).unwrap();
        assert!(folder.below("docs/up").is_err());
        assert!(folder.below("..").is_err());
        assert!(folder.below("README.md").is_err());
        assert!(Folder::open(&outer.path().join("nowhere")).is_err());
    }
}
