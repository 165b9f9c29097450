//! The site's folder: hashed names, compressed copies and `manifest.json`, which the server reads.
//!
//! Files whose name carries a hash may be kept by browsers for ever. That is the program, the style
//! sheet, and what the style sheet refers to with `url(/…)`, since those references can be rewritten
//! here. Everything else in `public/` keeps its name.

use crate::{
    report,
    wasm::{self, Program},
};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Files smaller than this gain nothing from compression.
const COMPRESS_FROM: usize = 256;

/// Above this size a development build is not compressed: it never leaves the machine.
const DEV_COMPRESS_UP_TO: usize = 1_000_000;

/// How much work goes into compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    Development,
    Release,
}

/// A folder being filled. Nothing is visible to a running server before [`Site::commit`].
pub struct Site {
    dir: PathBuf,
    effort: Effort,
    program: Vec<Entry>,
    style: Vec<Entry>,
    public: Vec<Entry>,
    heads: BTreeMap<&'static str, String>,
    /// The programs of each part.
    parts: BTreeMap<String, Vec<String>>,
    /// What the manifest before this one named: pages that are open still load it.
    previous: BTreeSet<String>,
}

struct Entry {
    url: String,
    mime: &'static str,
    hash: String,
    immutable: bool,
    size: usize,
    br: Option<usize>,
    gz: Option<usize>,
}

/// What the visitor's browser transfers, for the summary.
pub struct Sizes {
    pub name: String,
    pub raw: usize,
    pub brotli: Option<usize>,
}

impl Site {
    /// Takes a folder over; what is there stays until the next commit.
    pub fn open(dir: PathBuf, effort: Effort) -> Result<Self> {
        fs::create_dir_all(dir.join("pkg"))
            .with_context(|| format!("creating {}", dir.display()))?;
        Ok(Self {
            dir,
            effort,
            program: Vec::new(),
            style: Vec::new(),
            public: Vec::new(),
            heads: BTreeMap::new(),
            parts: BTreeMap::new(),
            previous: BTreeSet::new(),
        })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes in the browser's program and its parts. They find each other by name, so all of them
    /// stand in one folder whose name changes when any of them does.
    pub fn put_program(&mut self, program: &Program) -> Result<()> {
        let mut all = Vec::new();
        for (name, content) in &program.files {
            all.extend_from_slice(hash(content).as_bytes());
            all.extend_from_slice(name.as_bytes());
        }
        let folder = format!("/pkg/{}", hash(&all));
        let entries = program
            .files
            .iter()
            .map(|(name, content)| self.write(format!("{folder}/{name}"), content, true))
            .collect::<Result<_>>()?;
        self.heads.insert("js", format!("{folder}/{}", wasm::MAIN_JS));
        self.heads.insert("wasm", format!("{folder}/{}", wasm::MAIN_WASM));
        self.parts = program
            .parts
            .iter()
            .map(|(part, names)| {
                let urls = names.iter().map(|name| format!("{folder}/{name}"));
                (part.clone(), urls.collect())
            })
            .collect();
        self.program = entries;
        Ok(())
    }

    /// Takes in the style sheet and the files it refers to.
    pub fn put_style(&mut self, css: &str, public: &Path) -> Result<()> {
        let mut entries = Vec::new();
        let css = self.rewrite_urls(css, public, &mut entries)?;
        let entry = self.write_hashed("/pkg/callboard.css", css.as_bytes())?;
        self.heads.insert("css", entry.url.clone());
        entries.push(entry);
        self.style = entries;
        Ok(())
    }

    /// Takes in everything of `public/` under its own name.
    pub fn put_public(&mut self, public: &Path) -> Result<()> {
        let mut entries = Vec::new();
        for path in files_below(public)? {
            let relative = path.strip_prefix(public)?.to_string_lossy().replace('\\', "/");
            let content = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            entries.push(self.write(format!("/{relative}"), &content, false)?);
        }
        self.public = entries;
        Ok(())
    }

    /// Writes the manifest in one step and removes what neither it nor the one before names.
    pub fn commit(&mut self) -> Result<()> {
        for head in ["js", "wasm", "css"] {
            if !self.heads.contains_key(head) {
                bail!("the site has no {head} yet");
            }
        }
        let mut files = Map::new();
        let mut current = BTreeSet::new();
        for entry in self.entries() {
            let mut value = json!({
                "type": entry.mime,
                "immutable": entry.immutable,
                "br": entry.br.is_some(),
                "gz": entry.gz.is_some(),
                "hash": entry.hash,
                "size": entry.size,
            });
            if let (Some(object), Some(br)) = (value.as_object_mut(), entry.br) {
                object.insert("brSize".to_owned(), json!(br));
            }
            files.insert(entry.url.clone(), value);
            let name = entry.url.trim_start_matches('/').to_owned();
            current.extend(entry.br.map(|_| format!("{name}.br")));
            current.extend(entry.gz.map(|_| format!("{name}.gz")));
            current.insert(name);
        }
        let manifest = json!({
            "js": self.heads["js"],
            "wasm": self.heads["wasm"],
            "css": self.heads["css"],
            "parts": self.parts,
            "files": Value::Object(files),
        });
        let text = serde_json::to_string_pretty(&manifest)?;
        let place = self.dir.join("manifest.json");
        // An unchanged manifest stays untouched: its time says when the site changed.
        if !fs::read_to_string(&place).is_ok_and(|old| old == text) {
            let fresh = self.dir.join("manifest.json.new");
            fs::write(&fresh, text)?;
            fs::rename(&fresh, &place).with_context(|| format!("writing {}", place.display()))?;
        }
        for path in files_below(&self.dir)? {
            let name = path.strip_prefix(&self.dir)?.to_string_lossy().replace('\\', "/");
            if name != "manifest.json" && !current.contains(&name) && !self.previous.contains(&name)
            {
                fs::remove_file(&path)?;
            }
        }
        self.previous = current;
        Ok(())
    }

    /// What a first visit transfers of the program and the style sheet, and what each part adds.
    pub fn sizes(&self) -> Vec<Sizes> {
        let of = |url: &String| self.entries().find(|entry| entry.url == *url);
        let heads = ["js", "wasm", "css"].into_iter().filter_map(|name| {
            let entry = of(self.heads.get(name)?)?;
            Some(Sizes { name: name.to_owned(), raw: entry.size, brotli: entry.br })
        });
        let parts = self.parts.iter().map(|(part, urls)| {
            let entries: Vec<&Entry> = urls.iter().filter_map(of).collect();
            Sizes {
                name: part.trim_end_matches("_part").to_owned(),
                raw: entries.iter().map(|entry| entry.size).sum(),
                brotli: entries.iter().map(|entry| entry.br).sum(),
            }
        });
        heads.chain(parts).collect()
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.program.iter().chain(&self.style).chain(&self.public)
    }

    fn write_hashed(&self, url: &str, content: &[u8]) -> Result<Entry> {
        let (stem, extension) =
            url.rsplit_once('.').context("expected a file with an extension")?;
        self.write(format!("{stem}.{}.{extension}", hash(content)), content, true)
    }

    fn write(&self, url: String, content: &[u8], immutable: bool) -> Result<Entry> {
        let relative = url.trim_start_matches('/');
        let path = self.dir.join(relative);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        write_if_changed(&path, content)?;
        let mime = mime(&path)?;
        let mut entry = Entry {
            mime,
            hash: hash(content),
            immutable,
            size: content.len(),
            br: None,
            gz: None,
            url: url.clone(),
        };
        let worth = content.len() >= COMPRESS_FROM
            && compressible(mime)
            && (self.effort == Effort::Release || content.len() <= DEV_COMPRESS_UP_TO);
        if worth {
            entry.br = keep_if_smaller(&path, "br", content, || brotli(content, self.effort))?;
            entry.gz = keep_if_smaller(&path, "gz", content, || gzip(content, self.effort))?;
        }
        Ok(entry)
    }

    /// Gives the files named by `url(/…)` hashed names and puts those names into the style sheet.
    fn rewrite_urls(&self, css: &str, public: &Path, entries: &mut Vec<Entry>) -> Result<String> {
        let mut result = String::with_capacity(css.len());
        let mut done: BTreeMap<String, String> = BTreeMap::new();
        let mut rest = css;
        while let Some(start) = rest.find("url(") {
            let (before, from) = rest.split_at(start + 4);
            result.push_str(before);
            let end = from.find(')').context("a `url(` in style/ is never closed")?;
            let named = from[..end].trim().trim_matches(['"', '\'']);
            let (path, suffix) = named.split_at(named.find(['?', '#']).unwrap_or(named.len()));
            if path.starts_with('/') {
                if !done.contains_key(path) {
                    let file = public.join(path.trim_start_matches('/'));
                    let content = fs::read(&file).with_context(|| {
                        format!("style/ names url({path}), which is not in public/")
                    })?;
                    let entry = self.write_hashed(path, &content)?;
                    done.insert(path.to_owned(), entry.url.clone());
                    entries.push(entry);
                }
                result.push_str(&done[path]);
                result.push_str(suffix);
            } else {
                result.push_str(&from[..end]);
            }
            rest = &from[end..];
        }
        result.push_str(rest);
        Ok(result)
    }
}

/// One line for the terminal: `js 9.1 KB · wasm 174.0 KB · css 6.2 KB (brotli)`.
pub fn describe(sizes: &[Sizes]) -> String {
    let parts: Vec<String> = sizes
        .iter()
        .map(|size| match size.brotli {
            Some(br) => format!(
                "{} {} in brotli ({} raw)",
                size.name,
                report::size(br as u64),
                report::size(size.raw as u64)
            ),
            None => format!("{} {} raw", size.name, report::size(size.raw as u64)),
        })
        .collect();
    parts.join(" · ")
}

/// Every file below a folder, sorted; names that begin with a dot are no part of the site.
fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        let Ok(entries) = fs::read_dir(&dir) else { continue };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    fs::write(path, content).with_context(|| format!("writing {}", path.display()))
}

/// Writes the compressed copy beside the file when it saves a tenth or more.
fn keep_if_smaller(
    path: &Path,
    extension: &str,
    content: &[u8],
    compress: impl FnOnce() -> Result<Vec<u8>>,
) -> Result<Option<usize>> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{extension}"));
    let place = PathBuf::from(name);
    let small = compress()?;
    if small.len() * 10 > content.len() * 9 {
        let _ = fs::remove_file(&place);
        return Ok(None);
    }
    write_if_changed(&place, &small)?;
    Ok(Some(small.len()))
}

fn brotli(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let quality = if effort == Effort::Release { 11 } else { 4 };
    let mut out = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut out, 1 << 16, quality, 22);
    writer.write_all(content)?;
    drop(writer);
    Ok(out)
}

fn gzip(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level = if effort == Effort::Release { 9 } else { 1 };
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

/// FNV-1a, shortened to twelve digits: names must differ between versions, not resist an attacker.
fn hash(content: &[u8]) -> String {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("{:012x}", hash >> 16)
}

fn mime(path: &Path) -> Result<&'static str> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Ok(match extension.as_str() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "bin" => "application/octet-stream",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "woff2" => "font/woff2",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        other => bail!(
            "public/ holds a file of the unknown type `.{other}` ({}); add its type in xtask/src/site.rs",
            path.display()
        ),
    })
}

fn compressible(mime: &str) -> bool {
    mime.starts_with("text/")
        || [
            "application/wasm",
            "application/octet-stream",
            "image/svg+xml",
            "image/x-icon",
            "application/json",
            "application/manifest+json",
            "application/xml",
        ]
        .contains(&mime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{TempDir, temp_dir};

    fn program(js: &str) -> Program {
        Program {
            files: vec![
                (wasm::MAIN_JS.into(), js.repeat(100).into_bytes()),
                (wasm::MAIN_WASM.into(), b"\0asm".repeat(200)),
                ("home.wasm".into(), b"\0asm".repeat(100)),
                ("snippets/a/inline0.js".into(), b"export {}".to_vec()),
            ],
            parts: [("home_part".to_owned(), vec!["home.wasm".to_owned()])].into(),
        }
    }

    fn public(files: &[(&str, &str)]) -> TempDir {
        let dir = temp_dir("site-test").unwrap();
        for (name, content) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        dir
    }

    fn manifest(site: &Site) -> Value {
        serde_json::from_str(&fs::read_to_string(site.dir().join("manifest.json")).unwrap())
            .unwrap()
    }

    #[test]
    fn the_manifest_names_hashed_files_that_exist_with_their_copies() {
        let out = temp_dir("site-test").unwrap();
        let public = public(&[("favicon.svg", "<svg/>"), ("fonts/a.woff2", "font")]);
        let mut site = Site::open(out.path().join("site"), Effort::Release).unwrap();
        site.put_program(&program("let a = 1;\n")).unwrap();
        site.put_style("@font-face{src:url(\"/fonts/a.woff2\")}", public.path()).unwrap();
        site.put_public(public.path()).unwrap();
        site.commit().unwrap();

        let manifest = manifest(&site);
        let js = manifest["js"].as_str().unwrap();
        assert!(js.starts_with("/pkg/") && js.ends_with("/callboard.js"), "{js}");
        let part = manifest["parts"]["home_part"][0].as_str().unwrap();
        assert_eq!(manifest["files"][part]["type"], "application/wasm");
        let entry = &manifest["files"][js];
        assert_eq!(entry["immutable"], true);
        assert_eq!(entry["br"], true);
        assert!(site.dir().join(format!("{}.br", &js[1..])).is_file());
        assert_eq!(manifest["files"]["/favicon.svg"]["immutable"], false);
        let css =
            fs::read_to_string(site.dir().join(&manifest["css"].as_str().unwrap()[1..])).unwrap();
        assert!(css.contains("url(/fonts/a."), "{css}");
        for (url, entry) in manifest["files"].as_object().unwrap() {
            assert!(site.dir().join(&url[1..]).is_file(), "{url} is missing");
            if entry["gz"] == true {
                assert!(site.dir().join(format!("{}.gz", &url[1..])).is_file());
            }
        }
    }

    #[test]
    fn a_change_keeps_the_version_before_and_removes_older_ones() {
        let out = temp_dir("site-test").unwrap();
        let public = public(&[]);
        let mut site = Site::open(out.path().to_path_buf(), Effort::Development).unwrap();
        let mut names = Vec::new();
        for js in ["one\n", "two\n", "three\n"] {
            site.put_program(&program(js)).unwrap();
            site.put_style("a{}", public.path()).unwrap();
            site.commit().unwrap();
            names.push(out.path().join(&site.heads["js"][1..]));
        }
        assert!(!names[0].exists() && names[1].exists() && names[2].exists());
    }

    #[test]
    fn a_reference_to_nothing_is_an_error() {
        let out = temp_dir("site-test").unwrap();
        let mut site = Site::open(out.path().to_path_buf(), Effort::Development).unwrap();
        let error = site.put_style("a{background:url(/gone.svg)}", out.path()).unwrap_err();
        assert!(format!("{error:#}").contains("url(/gone.svg)"), "{error:#}");
    }

    #[test]
    fn the_hash_follows_the_content() {
        assert_ne!(hash(b"a"), hash(b"b"));
        assert_eq!(hash(b"a").len(), 12);
    }
}
