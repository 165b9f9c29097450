//! Where links and pictures of a page lead: to other pages, to files, outside, or nowhere.

use crate::folder::{DocFile, Folder};
use crate::images::ImageHosts;
use crate::paths::{self, Links};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Largest drawing that is put into the page itself, and all of a page's together.
const MAX_DRAWING_BYTES: u64 = 100 * 1024;
const MAX_DRAWINGS_BYTES: usize = 512 * 1024;

/// The docs folder with the files that belong to the site.
#[derive(Debug, Clone, Copy)]
pub struct Docs<'a> {
    /// Where files are read.
    pub folder: &'a Folder,
    /// The files, in the order of their paths.
    pub files: &'a [DocFile],
    /// Hosts whose images are shown.
    pub images: &'a ImageHosts,
    /// Whether `++ctrl+c++` means keys.
    pub keys: bool,
}

impl Docs<'_> {
    /// Whether the file belongs to the site.
    pub fn has(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
    }

    /// The page that stands for a folder (`""` is the docs folder itself).
    pub fn index_of(&self, folder: &str) -> Option<String> {
        ["index.md", "README.md"]
            .iter()
            .filter_map(|name| paths::join(folder, name))
            .find(|path| self.has(path))
    }
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Resolved {
    /// A web address, a mail address or an absolute address of the portal; as it is written.
    Outside(String),
    /// `#id` on the same page, the id without `#`.
    Here(String),
    /// Another page: its address.
    Page(String),
    /// A file: its address and its path in the docs folder.
    File { href: String, path: String },
    /// Nothing is there; why.
    Broken(String),
}

/// Resolves the links of one page.
pub(super) struct Resolver<'a> {
    pub(super) docs: Docs<'a>,
    links: &'a Links,
    /// The page's file in the docs folder.
    page: &'a str,
    drawings_bytes: usize,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(docs: Docs<'a>, links: &'a Links, page: &'a str) -> Self {
        Resolver { docs, links, page, drawings_bytes: 0 }
    }

    /// Resolves a link as it stands in the page.
    pub(super) fn resolve(&self, target: &str) -> Resolved {
        let target = target.trim();
        if let Some(id) = target.strip_prefix('#') {
            return Resolved::Here(paths::decode(id));
        }
        if target.is_empty() {
            return Resolved::Broken("the link is empty; name a page or a file".to_owned());
        }
        if has_scheme(target) || target.starts_with("//") {
            return Resolved::Outside(target.to_owned());
        }
        let end = target.find(['?', '#']).unwrap_or(target.len());
        let (written, behind) = target.split_at(end);
        let path = paths::decode(written);
        if let Some(from_root) = path.strip_prefix('/') {
            // An absolute path means the docs folder when there is such a file, else the portal.
            let inside = paths::join("", from_root).and_then(|path| self.find(&path, behind));
            return inside.unwrap_or_else(|| Resolved::Outside(target.to_owned()));
        }
        let folder = paths::folder_of(self.page);
        let Some(joined) = paths::join(folder, &path) else {
            return Resolved::Broken(format!(
                "`{written}` leads out of the docs folder; only what lies in it is shown"
            ));
        };
        if let Some(found) = self.find(&joined, behind) {
            return found;
        }
        // Some authors write links as seen from the page's address (`a/b/`), not from its file.
        let address = paths::page_address(self.page);
        if !path.contains('.') || path.ends_with('/') || path.starts_with("..") {
            let seen_from_address = paths::join(&address, &path);
            if let Some(found) = seen_from_address.and_then(|path| self.find(&path, behind)) {
                return found;
            }
        }
        Resolved::Broken(format!(
            "`{written}` is not there (looked for `{joined}` in the docs folder); fix the link or add the file"
        ))
    }

    /// The address for a picture; a small drawing (SVG) comes as part of the page, because as a
    /// file it is served as plain text and no browser would show it.
    pub(super) fn picture(&mut self, href: &str, path: &str) -> String {
        let is_drawing = path.to_ascii_lowercase().ends_with(".svg");
        if is_drawing
            && self.drawings_bytes < MAX_DRAWINGS_BYTES
            && let Ok(bytes) = self.docs.folder.read(path, MAX_DRAWING_BYTES)
        {
            self.drawings_bytes += bytes.len();
            return format!("data:image/svg+xml;base64,{}", STANDARD.encode(bytes));
        }
        href.to_owned()
    }

    fn find(&self, path: &str, behind: &str) -> Option<Resolved> {
        let page = |source: &str| {
            let address = self.links.page(&paths::page_address(source));
            Resolved::Page(format!("{address}{behind}"))
        };
        if self.docs.has(path) {
            if paths::is_markdown(path) {
                return Some(page(path));
            }
            let href = format!("{}{behind}", self.links.file(path));
            return Some(Resolved::File { href, path: path.to_owned() });
        }
        if let Some(index) = self.docs.index_of(path) {
            return Some(page(&index));
        }
        let stem = path.strip_suffix(".html").unwrap_or(path);
        let stem = stem.strip_suffix("/index").unwrap_or(stem);
        let source = format!("{stem}.md");
        if self.docs.has(&source) {
            return Some(page(&source));
        }
        self.docs.index_of(stem).filter(|_| stem != path).map(|index| page(&index))
    }
}

/// Whether the text starts with `name:`, like an address does.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::time::Timestamp;

    fn check(page: &str, target: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder::open(folder.path()).unwrap();
        let mut files: Vec<DocFile> = [
            "index.md",
            "a.md",
            "guides/index.md",
            "guides/set up.md",
            "guides/x.md",
            "img/p.png",
            "guides/sub/y.md",
            "lib/README.md",
        ]
        .iter()
        .map(|path| DocFile { path: path.to_string(), size: 0, modified: Timestamp(0) })
        .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let links = Links::new("/docs/x/", "/files/x/");
        let images = ImageHosts::default();
        let docs = Docs { folder: &folder, files: &files, images: &images, keys: false };
        let found = match Resolver::new(docs, &links, page).resolve(target) {
            Resolved::Outside(url) => format!("outside {url}"),
            Resolved::Here(id) => format!("here {id}"),
            Resolved::Page(href) => format!("page {href}"),
            Resolved::File { href, .. } => format!("file {href}"),
            Resolved::Broken(why) => format!("broken {why}"),
        };
        assert!(found.starts_with(expected), "{page} {target}: {found}");
    }

    #[test]
    fn links_lead_to_pages_files_and_outside() {
        check("guides/x.md", "../a.md#top", "page /docs/x/a/#top");
        check("guides/x.md", "set%20up.md", "page /docs/x/guides/set%20up/");
        check("guides/x.md", "index.md", "page /docs/x/guides/");
        check("guides/x.md", "./", "page /docs/x/guides/");
        check("index.md", "guides", "page /docs/x/guides/");
        check("index.md", "guides/x/", "page /docs/x/guides/x/");
        check("index.md", "guides/x.html#a", "page /docs/x/guides/x/#a");
        check("index.md", "guides/index.html", "page /docs/x/guides/");
        check("guides/x.md", "../sub/y/", "page /docs/x/guides/sub/y/");
        check("a.md", "lib/", "page /docs/x/lib/");
        check("guides/x.md", "../img/p.png", "file /files/x/img/p.png");
        check("guides/x.md", "/img/p.png", "file /files/x/img/p.png");
        check("guides/x.md", "/catalog?x=1", "outside /catalog?x=1");
        check("a.md", "https://example.org/x.md", "outside https://example.org/x.md");
        check("a.md", "mailto:a@b.c", "outside mailto:a@b.c");
        check("a.md", "#top", "here top");
        check("a.md", "nope.md", "broken `nope.md` is not there");
        check("a.md", "../secret.md", "broken `../secret.md` leads out");
        check("a.md", "%2e%2e/secret.md", "broken");
        check("a.md", "", "broken the link is empty");
    }
}
