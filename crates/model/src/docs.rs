//! Documentation sites of entities: what a site offers, one page of it, and how many there are.
//!
//! Paths in here are addresses within a site as a reader sees them (`""` is the first page,
//! `guides/setup/` another one); the caller puts the site's own address before them.

use crate::entity_link::EntityLink;
use crate::entity_ref::EntityRef;
use crate::provenance::Provenance;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A site as its frame needs it: name, navigation, version and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsSite {
    /// `site_name` of the configuration, or the entity's title.
    pub title: String,
    /// `site_description` of the configuration.
    pub description: Option<String>,
    /// The navigation in the order it is shown.
    pub nav: Vec<NavItem>,
    /// Changes whenever a file of the site changes.
    pub etag: String,
    /// When the newest file of the site was written.
    pub built_at: Timestamp,
    /// What is wrong with the site as a whole: configuration, navigation, files that are refused.
    pub problems: Vec<DocsWarning>,
}

/// One page with the site around it and the entity it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsView {
    /// Whose documentation it is.
    pub entity: EntityLink,
    /// Address of the site within the portal: `/docs/default/component/x/`.
    pub base_path: String,
    /// The site.
    pub site: DocsSite,
    /// The page.
    pub page: DocsPage,
}

/// One line of the navigation: a section, a page, a file or an address outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NavItem {
    /// What stands on the line.
    pub title: String,
    /// The page (or file, when `is_file`) within the site; none for sections and outside addresses.
    pub path: Option<String>,
    /// An address outside the site.
    pub url: Option<String>,
    /// `path` names a file to hand out as it is, not a page.
    pub is_file: bool,
    /// The navigation names a file that is not there; opening it says so.
    pub missing: bool,
    /// What stands below; only sections have children.
    pub children: Vec<NavItem>,
}

/// One page, ready to be put into a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsPage {
    /// Its address within the site.
    pub path: String,
    /// The file it was made from, relative to the docs folder.
    pub source: String,
    /// Its title: from the navigation, its front matter, its first heading or its file name.
    pub title: String,
    /// Sanitised HTML, links already pointing to the portal.
    pub html: String,
    /// The headings, in order.
    pub toc: Vec<TocEntry>,
    /// The page before it in the navigation.
    pub prev: Option<PageLink>,
    /// The page after it in the navigation.
    pub next: Option<PageLink>,
    /// What is wrong with the page, for its authors.
    pub warnings: Vec<DocsWarning>,
    /// Where the source can be changed, when the configuration says so.
    pub edit_url: Option<String>,
    /// When the source was last written.
    pub modified_at: Option<Timestamp>,
}

/// A heading of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TocEntry {
    /// 1 to 6.
    pub level: u8,
    /// The id to jump to.
    pub id: String,
    /// The heading as plain text.
    pub title: String,
}

/// A page to go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageLink {
    /// Its address within the site.
    pub path: String,
    /// Its title.
    pub title: String,
}

/// Something an author should mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsWarning {
    /// The file, relative to the folder of the site's configuration.
    pub file: String,
    /// The line, from 1, when it is known.
    pub line: Option<u32>,
    /// What was expected, what was found and what to do.
    pub message: String,
}

impl std::fmt::Display for DocsWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// A page as the search sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsPageText {
    /// Its address within the site.
    pub path: String,
    /// Its title.
    pub title: String,
    /// Its words without any markup.
    pub text: String,
}

/// `techdocs_metadata.json`, in the names that clients of the REST interface know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocsMetadata {
    /// The site's name.
    pub site_name: String,
    /// What the site is about; empty when its configuration says nothing.
    pub site_description: String,
    /// When the newest file was written, in milliseconds since 1970.
    pub build_timestamp: i64,
    /// What can be fetched: pages as `…/index.html`, every other file under its own name.
    pub files: Vec<String>,
    /// Changes whenever a file changes.
    pub etag: String,
}

/// What the documentation widget shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsSummary {
    /// The sites, the one built last first.
    pub sites: Vec<DocsSummarySite>,
    /// How many entities have documentation.
    pub with_docs: u32,
    /// How many entities could have documentation and have none.
    pub without_docs: u32,
    /// Where these figures come from.
    pub provenance: Provenance,
}

/// One site in the widget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocsSummarySite {
    /// `component:default/callboard`.
    pub entity_ref: String,
    /// The site's title.
    pub title: String,
    /// When it was last built; none when it never was, or could not be.
    pub last_built: Option<Timestamp>,
}

impl DocsSummarySite {
    /// The address of the site, `/docs/default/component/callboard/`; the list for what is no
    /// reference.
    pub fn path(&self) -> String {
        EntityRef::parse(&self.entity_ref).map_or("/docs".to_owned(), |found| found.docs_path())
    }
}

impl DocsSummary {
    /// The share of entities with documentation in whole per cent; none where there are no entities.
    pub fn coverage_percent(&self) -> Option<u32> {
        let all = u64::from(self.with_docs) + u64::from(self.without_docs);
        (all > 0).then(|| (u64::from(self.with_docs) * 100 / all) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(with_docs: u32, without_docs: u32) -> DocsSummary {
        let provenance = Provenance { source: "the catalog".to_owned(), as_of: Timestamp(0) };
        DocsSummary { sites: Vec::new(), with_docs, without_docs, provenance }
    }

    #[test]
    fn coverage_is_rounded_down_and_unknown_without_entities() {
        assert_eq!(summary(0, 0).coverage_percent(), None);
        assert_eq!(summary(0, 3).coverage_percent(), Some(0));
        assert_eq!(summary(2, 1).coverage_percent(), Some(66));
        assert_eq!(summary(u32::MAX, 0).coverage_percent(), Some(100));
    }

    #[test]
    fn a_warning_names_file_and_line() {
        let warning =
            DocsWarning { file: "docs/a.md".into(), line: Some(3), message: "broken".into() };
        assert_eq!(warning.to_string(), "docs/a.md:3: broken");
    }
}
