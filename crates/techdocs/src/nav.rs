//! The navigation of a site: from its configuration, or from its files where that has none.

use crate::folder::DocFile;
use crate::mkdocs::{NavEntry, Target};
use crate::paths;
use model::docs::{DocsWarning, NavItem, PageLink};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A page of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageEntry {
    /// The file it is made from, in the docs folder.
    pub source: String,
    /// Its own title, before the navigation gives it another.
    pub title: String,
}

/// The pages of a site by their address.
pub type Pages = BTreeMap<String, PageEntry>;

/// A navigation and the order in which it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Navigation {
    /// What is shown.
    pub items: Vec<NavItem>,
    /// The pages in it, each once, for "previous" and "next".
    pub order: Vec<PageLink>,
}

/// The navigation as the configuration writes it. `file` names the configuration in warnings.
pub fn from_config(
    entries: &[NavEntry],
    file: &str,
    pages: &Pages,
    files: &[DocFile],
    warnings: &mut Vec<DocsWarning>,
) -> Navigation {
    let known: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let by_source: HashMap<&str, (&str, &PageEntry)> =
        pages.iter().map(|(path, page)| (page.source.as_str(), (path.as_str(), page))).collect();
    let mut builder = FromConfig { file, known, by_source, pages, warnings };
    let items = builder.items(entries);
    let order = order_of(&items);
    Navigation { items, order }
}

/// The navigation that files make by themselves: a folder's own page first, then its pages by
/// name, then its folders as sections.
pub fn from_files(pages: &Pages) -> Navigation {
    let items = items_below("", pages);
    let order = order_of(&items);
    Navigation { items, order }
}

/// The same for the pages of one folder.
fn items_below(folder: &str, pages: &Pages) -> Vec<NavItem> {
    let mut root = Section::default();
    for (path, page) in pages {
        let own = paths::folder_of(&page.source);
        let below = match folder {
            "" => Some(own),
            _ => own.strip_prefix(folder).filter(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        let Some(below) = below else { continue };
        let mut section = &mut root;
        for part in below.split('/').filter(|part| !part.is_empty()) {
            section = section.sections.entry(part).or_default();
        }
        let name = page.source.rsplit('/').next().unwrap_or(&page.source);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        section.pages.insert((!paths::is_index(stem), stem), page_item(&page.title, path));
    }
    root.items()
}

/// `getting-started.md` is "Getting started": what a page without any title is called.
pub fn title_from_name(name: &str) -> String {
    let stem = if paths::is_markdown(name) {
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    } else {
        name
    };
    let words = stem.replace(['-', '_'], " ");
    let words = words.trim();
    if words.chars().any(char::is_uppercase) {
        return words.to_owned();
    }
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Default)]
struct Section<'a> {
    pages: BTreeMap<(bool, &'a str), NavItem>,
    sections: BTreeMap<&'a str, Section<'a>>,
}

impl Section<'_> {
    fn items(self) -> Vec<NavItem> {
        let sections = self.sections.into_iter().map(|(name, section)| NavItem {
            children: section.items(),
            ..empty_item(title_from_name(name))
        });
        self.pages.into_values().chain(sections).collect()
    }
}

struct FromConfig<'a> {
    file: &'a str,
    known: HashSet<&'a str>,
    by_source: HashMap<&'a str, (&'a str, &'a PageEntry)>,
    pages: &'a Pages,
    warnings: &'a mut Vec<DocsWarning>,
}

impl FromConfig<'_> {
    fn items(&mut self, entries: &[NavEntry]) -> Vec<NavItem> {
        entries.iter().map(|entry| self.item(entry)).collect()
    }

    fn item(&mut self, entry: &NavEntry) -> NavItem {
        let titled =
            |fallback: &str| empty_item(entry.title.clone().unwrap_or(fallback.to_owned()));
        match &entry.target {
            Target::Section(children) => {
                NavItem { children: self.items(children), ..titled("Section") }
            }
            Target::Folder(folder) => {
                NavItem { children: items_below(folder, self.pages), ..titled(folder) }
            }
            // Nothing includes but the configuration of the whole, which has been resolved.
            Target::Include(text) => titled(text),
            Target::Url(url) => NavItem { url: Some(url.clone()), ..titled(url) },
            Target::File(source) => match self.by_source.get(source.as_str()) {
                Some((path, page)) => {
                    NavItem { path: Some((*path).to_owned()), ..titled(&page.title) }
                }
                None if self.known.contains(source.as_str()) && !paths::is_markdown(source) => {
                    let name = title_from_name(source.rsplit('/').next().unwrap_or(source));
                    NavItem { path: Some(source.clone()), is_file: true, ..titled(&name) }
                }
                None => {
                    self.warnings.push(DocsWarning {
                        file: self.file.to_owned(),
                        line: Some(entry.line),
                        message: format!(
                            "the navigation names `{source}`, which is not there; write the page or remove the line."
                        ),
                    });
                    let name = title_from_name(source.rsplit('/').next().unwrap_or(source));
                    let path = if paths::is_markdown(source) {
                        paths::page_address(source)
                    } else {
                        source.clone()
                    };
                    NavItem { path: Some(path), missing: true, ..titled(&name) }
                }
            },
        }
    }
}

fn empty_item(title: String) -> NavItem {
    NavItem { title, path: None, url: None, is_file: false, missing: false, children: Vec::new() }
}

fn page_item(title: &str, path: &str) -> NavItem {
    NavItem { path: Some(path.to_owned()), ..empty_item(title.to_owned()) }
}

fn order_of(items: &[NavItem]) -> Vec<PageLink> {
    fn walk(items: &[NavItem], seen: &mut HashSet<String>, order: &mut Vec<PageLink>) {
        for item in items {
            if let Some(path) = item.path.as_ref().filter(|_| !item.is_file && !item.missing)
                && seen.insert(path.clone())
            {
                order.push(PageLink { path: path.clone(), title: item.title.clone() });
            }
            walk(&item.children, seen, order);
        }
    }
    let mut order = Vec::new();
    walk(items, &mut HashSet::new(), &mut order);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_from_names() {
        let check = |name: &str, expected: &str| assert_eq!(title_from_name(name), expected);
        check("getting-started.md", "Getting started");
        check("API_v2.md", "API v2");
        check("über.md", "Über");
        check("v1.2", "V1.2");
        check(".md", "");
    }

    #[test]
    fn files_make_a_navigation_index_first_and_folders_last() {
        let sources = ["b.md", "zoo/x.md", "zoo/index.md", "README.md", "a.md", "zoo/deep/y.md"];
        let pages: Pages = sources
            .iter()
            .map(|source| {
                let page = PageEntry { source: source.to_string(), title: source.to_string() };
                (paths::page_address(source), page)
            })
            .collect();
        let navigation = from_files(&pages);
        let order: Vec<_> = navigation.order.iter().map(|page| page.title.as_str()).collect();
        assert_eq!(
            order,
            ["README.md", "a.md", "b.md", "zoo/index.md", "zoo/x.md", "zoo/deep/y.md"]
        );
        assert_eq!(navigation.items[3].title, "Zoo");
        assert_eq!(navigation.items[3].children[2].title, "Deep");
    }
}
