//! A documentation site on disk: opened once, then asked for pages, files and words.
//!
//! Opening lists the files and reads the beginning of each page for its title; nothing is rendered.
//! A page is a pure function of the folder, so whoever keeps rendered pages may use
//! [`Site::stamp`] as their version and [`Site::etag`] as that of the whole.

use crate::content_type;
use crate::exclude::Exclude;
use crate::folder::{DocFile, Folder};
use crate::images::ImageHosts;
use crate::markdown::{self, Docs};
use crate::mkdocs::{self, Config};
use crate::nav::{self, Navigation, PageEntry, Pages};
use crate::paths::{self, Links};
use model::docs::{DocsMetadata, DocsPage, DocsPageText, DocsSite, DocsWarning, NavItem};
use model::time::Timestamp;
use model::{Error, Result};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;

/// The largest file that is handed out.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// An opened site.
#[derive(Debug, Clone)]
pub struct Site {
    docs: Folder,
    config: Config,
    /// In the order of their paths.
    files: Vec<DocFile>,
    pages: Pages,
    navigation: Navigation,
    problems: Vec<DocsWarning>,
    /// Hosts whose images its pages show.
    images: Arc<ImageHosts>,
    etag: String,
    built_at: Timestamp,
}

/// A file as it is handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// A content type that is safe together with `nosniff`.
    pub content_type: &'static str,
    /// When it was last written.
    pub modified: Timestamp,
}

/// What stands at an address of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A page; its usual address, which may differ from the one asked for.
    Page(String),
    /// A page that moved: to another page's address, or to an address outside.
    Moved(Moved),
    /// A file to hand out as it is; its path.
    File(String),
}

/// Where a page went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Another page of the site.
    Page(String),
    /// An `http` or `https` address.
    Url(String),
}

impl Site {
    /// Opens the folder that holds `mkdocs.yml`, or would. The title is the site's name when the
    /// configuration gives none.
    pub fn open(root: &Path, default_title: &str) -> Result<Site> {
        let folder = Folder::open(root)?;
        let config = Config::read(&folder, default_title)?;
        let mut docs = folder.below(&config.docs_dir).map_err(|error| match error {
            Error::NotFound { .. } => Error::not_found(format!(
                "There is no folder `{}` with Markdown files beside {}; add it with an index.md, or let docs_dir name another folder.",
                config.docs_dir,
                config.file.as_deref().unwrap_or("mkdocs.yml, which is not there either")
            )),
            other => other,
        })?;
        let mut problems = config.warnings.clone();
        for part in &config.included {
            if let Err(error) = docs.mount(&part.alias, &part.docs_dir) {
                let message = format!("its folder `{}` cannot be shown: {error}", part.docs_dir);
                problems.push(DocsWarning { file: part.file.clone(), line: None, message });
            }
        }
        let listing = docs.list()?;
        problems.extend(listing.refused.into_iter().map(|(path, message)| DocsWarning {
            file: docs.path_from_boundary(&path),
            line: None,
            message,
        }));
        let (exclude, unclear) = Exclude::new(&config.exclude);
        let config_name = config.file.clone().unwrap_or_default();
        problems.extend(unclear.into_iter().map(|message| DocsWarning {
            file: config_name.clone(),
            line: None,
            message,
        }));
        let mut files = listing.files;
        files.retain(|file| !exclude.excludes(&file.path));
        let pages = pages(&docs, &files, &mut problems);
        let navigation = match (&config.nav, &config.file) {
            (Some(entries), Some(file)) => {
                nav::from_config(entries, file, &pages, &files, &mut problems)
            }
            _ => nav::from_files(&pages),
        };
        let newest = files.iter().map(|file| file.modified).max();
        let names = config.file.iter().chain(config.included.iter().map(|part| &part.file));
        let config_files: Vec<DocFile> = names.filter_map(|name| folder.stat(name).ok()).collect();
        let built_at = newest.max(config_files.iter().map(|file| file.modified).max());
        let etag = etag(config_files.iter().chain(&files));
        let built_at = built_at.unwrap_or_default();
        let images = Arc::default();
        Ok(Site { docs, config, files, pages, navigation, problems, images, etag, built_at })
    }

    /// The same site with images of these hosts shown.
    pub fn with_images(mut self, images: Arc<ImageHosts>) -> Site {
        self.images = images;
        self
    }

    /// The site's name.
    pub fn title(&self) -> &str {
        &self.config.site_name
    }

    /// Changes whenever a file of the site changes.
    pub fn etag(&self) -> &str {
        &self.etag
    }

    /// The navigation.
    pub fn nav(&self) -> &[NavItem] {
        &self.navigation.items
    }

    /// What is wrong with the site as a whole.
    pub fn problems(&self) -> &[DocsWarning] {
        &self.problems
    }

    /// The addresses of all pages, also of those the navigation leaves out.
    pub fn pages(&self) -> impl Iterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    /// What the frame around a page needs.
    pub fn info(&self) -> DocsSite {
        DocsSite {
            title: self.config.site_name.clone(),
            description: self.config.site_description.clone(),
            nav: self.navigation.items.clone(),
            etag: self.etag.clone(),
            built_at: self.built_at,
            problems: self.problems.clone(),
        }
    }

    /// What `techdocs_metadata.json` says.
    pub fn metadata(&self) -> DocsMetadata {
        let published = |file: &DocFile| {
            if paths::is_markdown(&file.path) {
                format!("{}index.html", paths::page_address(&file.path))
            } else {
                file.path.clone()
            }
        };
        DocsMetadata {
            site_name: self.config.site_name.clone(),
            site_description: self.config.site_description.clone().unwrap_or_default(),
            build_timestamp: self.built_at.0,
            files: self.files.iter().map(published).collect(),
            etag: self.etag.clone(),
        }
    }

    /// What stands at an address: with or without `/` at the end, `…/index.html`, the source's own
    /// name, or a file. The address is decoded already.
    pub fn place(&self, path: &str) -> Option<Place> {
        let path = paths::join("", path)?;
        let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
        let candidates = [
            folder,
            strip(&path, "index.html"),
            path.strip_suffix(".html").map(|stem| format!("{stem}/")).unwrap_or_default(),
            if paths::is_markdown(&path) { paths::page_address(&path) } else { String::new() },
        ];
        // An empty candidate is the first page, which only two ways of writing ask for.
        let asks_first = path.is_empty() || path == "index.html" || is_index_source(&path);
        for candidate in candidates {
            if (!candidate.is_empty() || asks_first) && self.pages.contains_key(&candidate) {
                return Some(Place::Page(candidate));
            }
        }
        if self.docs().has(&path) {
            return Some(Place::File(path));
        }
        if let Some(moved) = self.moved(&path) {
            return Some(Place::Moved(moved));
        }
        // A site without an index opens with its first page.
        let first = self.navigation.order.first().map(|page| page.path.clone());
        let first = first.or_else(|| self.pages.keys().next().cloned());
        asks_first.then_some(first).flatten().map(Place::Page)
    }

    /// Renders the page at an address.
    pub fn page(&self, path: &str, links: &Links) -> Result<DocsPage> {
        let (path, entry) = self.entry(path)?;
        let text = self.docs.text(&entry.source, markdown::MAX_PAGE_BYTES)?;
        let rendered = markdown::render(&text, &entry.source, self.docs(), links);
        let order = &self.navigation.order;
        let position = order.iter().position(|page| page.path == path);
        let in_nav = position.map(|at| order[at].title.clone());
        let neighbour = |step: isize| {
            let at = position?.checked_add_signed(step)?;
            order.get(at).cloned()
        };
        let modified = self.docs.stat(&entry.source).ok().map(|file| file.modified);
        Ok(DocsPage {
            title: in_nav.or(rendered.title).unwrap_or_else(|| entry.title.clone()),
            html: rendered.html,
            toc: rendered.toc,
            prev: neighbour(-1),
            next: neighbour(1),
            warnings: rendered.warnings,
            edit_url: self.edit_url(&entry.source),
            modified_at: modified,
            source: entry.source.clone(),
            path,
        })
    }

    fn edit_url(&self, source: &str) -> Option<String> {
        let included = self.config.included.iter().find_map(|part| {
            let rest = source.strip_prefix(part.alias.as_str())?.strip_prefix('/')?;
            Some((part.edit_base.as_ref(), rest))
        });
        let (base, rest) = included.unwrap_or((self.config.edit_base.as_ref(), source));
        base.map(|base| format!("{base}{}", paths::encode(rest)))
    }

    /// The words of the page at an address, for the search.
    pub fn page_text(&self, path: &str) -> Result<DocsPageText> {
        let (path, entry) = self.entry(path)?;
        let text = self.docs.text(&entry.source, markdown::MAX_PAGE_BYTES)?;
        let title = self.navigation.order.iter().find(|page| page.path == path);
        Ok(DocsPageText {
            title: title.map_or_else(|| entry.title.clone(), |page| page.title.clone()),
            text: markdown::plain_text(&text, &entry.source, self.docs()),
            path,
        })
    }

    /// The version of the page at an address: its source, when it was written and its size.
    pub fn stamp(&self, path: &str) -> Result<DocFile> {
        self.docs.stat(&self.entry(path)?.1.source)
    }

    /// A file as it is.
    pub fn asset(&self, path: &str) -> Result<Asset> {
        let path = paths::normalise(path).filter(|path| self.docs().has(path));
        let Some(path) = path else {
            return Err(Error::not_found("There is no such file in this documentation."));
        };
        let bytes = self.docs.read(&path, MAX_FILE_BYTES)?;
        let modified = self.docs.stat(&path)?.modified;
        Ok(Asset { bytes, content_type: content_type::of(&path), modified })
    }

    fn docs(&self) -> Docs<'_> {
        Docs {
            folder: &self.docs,
            files: &self.files,
            keys: self.config.keys,
            images: &self.images,
        }
    }

    fn entry(&self, path: &str) -> Result<(String, &PageEntry)> {
        let found = match self.place(path) {
            Some(Place::Page(path) | Place::Moved(Moved::Page(path))) => {
                self.pages.get(&path).map(|entry| (path, entry))
            }
            _ => None,
        };
        found.ok_or_else(|| self.no_page(path))
    }

    /// Why there is no page: nobody knows it, or the navigation promises it.
    fn no_page(&self, path: &str) -> Error {
        fn promised<'a>(items: &'a [NavItem], path: &str) -> Option<&'a NavItem> {
            items.iter().find_map(|item| {
                let here = item.missing
                    && item
                        .path
                        .as_deref()
                        .is_some_and(|own| own.trim_end_matches('/') == path.trim_end_matches('/'));
                if here { Some(item) } else { promised(&item.children, path) }
            })
        }
        if self.pages.is_empty() {
            return Error::not_found(format!(
                "The folder `{}` holds no Markdown file yet; add an index.md to it.",
                self.config.docs_dir
            ));
        }
        match promised(&self.navigation.items, path) {
            Some(item) => Error::not_found(format!(
                "The navigation of this site names the page “{}”, whose file is not in `{}`. Its authors should add the file, or take the line out of {}.",
                item.title,
                self.config.docs_dir,
                self.config.file.as_deref().unwrap_or("mkdocs.yml")
            )),
            None => Error::not_found(format!("There is no page `{path}` in this documentation.")),
        }
    }

    fn moved(&self, path: &str) -> Option<Moved> {
        let asked = if paths::is_markdown(path) {
            paths::page_address(path)
        } else {
            format!("{}/", strip(path, "index.html").trim_end_matches('/'))
        };
        let redirects = self.config.redirects.iter();
        let (_, to) = redirects.into_iter().find(|(from, _)| paths::page_address(from) == asked)?;
        if mkdocs::is_web_address(to) {
            return Some(Moved::Url(to.clone()));
        }
        let file = to.split('#').next().unwrap_or(to);
        let address = paths::page_address(&paths::normalise(file)?);
        self.pages.contains_key(&address).then_some(Moved::Page(address))
    }
}

/// `a/index.html` is `a/`; anything else is a folder of its own.
fn strip(path: &str, name: &str) -> String {
    path.strip_suffix(name)
        .filter(|rest| rest.is_empty() || rest.ends_with('/'))
        .map_or_else(|| format!("{path}/"), str::to_owned)
}

fn is_index_source(path: &str) -> bool {
    paths::is_markdown(path) && paths::page_address(path).is_empty()
}

/// The pages by address. Where two files have one address, `index.md` and folders win.
fn pages(docs: &Folder, files: &[DocFile], problems: &mut Vec<DocsWarning>) -> Pages {
    let mut pages = Pages::new();
    let mut sources: Vec<&DocFile> =
        files.iter().filter(|file| paths::is_markdown(&file.path)).collect();
    sources.sort_by_key(|file| {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        (stem != "index", stem != "README", &file.path)
    });
    for file in sources {
        let mut warn = |message: String| {
            problems.push(DocsWarning {
                file: docs.path_from_boundary(&file.path),
                line: None,
                message,
            });
        };
        let address = paths::page_address(&file.path);
        if let Some(PageEntry { source, .. }) = pages.get(&address) {
            // A README beside an index is common and means no page of its own.
            if !file.path.ends_with("README.md") {
                warn(format!("`{source}` has the same address; rename one of them."));
            }
            continue;
        }
        if file.size > markdown::MAX_PAGE_BYTES {
            let limit = markdown::MAX_PAGE_BYTES;
            warn(format!("the page has {} bytes, at most {limit} are shown; split it.", file.size));
        }
        let text = docs.text(&file.path, markdown::MAX_PAGE_BYTES);
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let title = text.ok().and_then(|text| markdown::title(&text));
        let title = title.unwrap_or_else(|| match address.as_str() {
            "" => "Home".to_owned(),
            _ if name.starts_with("index.") || name.starts_with("README.") => {
                let folder = paths::folder_of(&file.path);
                nav::title_from_name(folder.rsplit('/').next().unwrap_or(folder))
            }
            _ => nav::title_from_name(name),
        });
        pages.insert(address, PageEntry { source: file.path.clone(), title });
    }
    pages
}

/// A short hash over names, sizes and times.
fn etag<'a>(files: impl Iterator<Item = &'a DocFile>) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(format!("{}\0{}\0{}\n", file.path, file.size, file.modified.0));
    }
    hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
