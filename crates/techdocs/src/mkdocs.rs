//! `mkdocs.yml`: what of it counts here, and what is left out on purpose.
//!
//! The file comes from a repository, so it is read as data only: nothing it names is run (hooks,
//! extensions by module, scripts), no tag but `!ENV` has an effect, and that one takes the default
//! written beside it: variables of the server are no business of a site. No path may leave the
//! folder. What cannot be used is a warning with its line; only what makes the whole site
//! impossible is an error.

use crate::folder::Folder;
use crate::{monorepo, paths};
use model::docs::DocsWarning;
use model::{Error, Result};
use yaml::{Node, Value};

/// The names the configuration may have, in the order they are looked for.
const FILE_NAMES: [&str; 2] = ["mkdocs.yaml", "mkdocs.yml"];
/// A configuration is written by hand; more than this is something else.
const MAX_BYTES: u64 = 1024 * 1024;
/// Limits of the navigation, so that a generated file cannot take the page with it.
const MAX_NAV_DEPTH: usize = 12;
const MAX_NAV_ITEMS: usize = 5_000;

/// Keys that are used or have no effect on what is shown here.
const KNOWN_KEYS: [&str; 29] = [
    "site_name",
    "site_description",
    "site_author",
    "site_url",
    "site_dir",
    "repo_url",
    "repo_name",
    "edit_uri",
    "edit_uri_template",
    "docs_dir",
    "nav",
    "exclude_docs",
    "draft_docs",
    "not_in_nav",
    "theme",
    "plugins",
    "markdown_extensions",
    "extra",
    "extra_css",
    "extra_templates",
    "use_directory_urls",
    "strict",
    "copyright",
    "validation",
    "dev_addr",
    "watch",
    "remote_branch",
    "remote_name",
    "google_analytics",
];

/// A site's configuration as far as it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The file it was read from; none when there is none.
    pub file: Option<String>,
    /// The site's name.
    pub site_name: String,
    /// What the site is about.
    pub site_description: Option<String>,
    /// The folder with the Markdown files, relative to the configuration.
    pub docs_dir: String,
    /// The navigation; none when the files themselves make it.
    pub nav: Option<Vec<NavEntry>>,
    /// Patterns of files that do not belong to the site, one a line.
    pub exclude: Vec<String>,
    /// Old page sources and where they went, from the plugin `redirects`.
    pub redirects: Vec<(String, String)>,
    /// Where sources can be changed: put a source's path behind it.
    pub edit_base: Option<String>,
    /// The sites that the navigation includes.
    pub included: Vec<Included>,
    /// Whether `++ctrl+c++` means keys; the extension `pymdownx.keys` is not on by itself.
    pub keys: bool,
    /// What could not be used.
    pub warnings: Vec<DocsWarning>,
}

/// A line of the navigation as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavEntry {
    /// What is to stand on the line; none takes the page's own title.
    pub title: Option<String>,
    /// Where it leads.
    pub target: Target,
    /// Where it is written.
    pub line: u32,
}

/// Where a line of the navigation leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file in the docs folder.
    File(String),
    /// An address outside.
    Url(String),
    /// More lines.
    Section(Vec<NavEntry>),
    /// The navigation that the files of a folder make.
    Folder(String),
    /// `!include` of another site's configuration, or `*include` of several; gone once resolved.
    Include(String),
}

/// A site within the site, as the monorepo plugin includes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// What its pages' addresses begin with.
    pub alias: String,
    /// Its configuration.
    pub file: String,
    /// Its folder with Markdown files.
    pub docs_dir: String,
    /// Where its sources can be changed.
    pub edit_base: Option<String>,
}

impl Config {
    /// Reads the folder's configuration; where there is none, one is made from the title.
    pub fn read(folder: &Folder, default_title: &str) -> Result<Config> {
        for name in FILE_NAMES {
            match folder.text(name, MAX_BYTES) {
                Ok(text) => {
                    let mut config = Config::parse(&text, name, default_title)?;
                    monorepo::include(&mut config, folder);
                    return Ok(config);
                }
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Config::made(default_title))
    }

    /// The configuration of a site that has none.
    pub fn made(title: &str) -> Config {
        Config {
            file: None,
            site_name: title.to_owned(),
            site_description: None,
            docs_dir: "docs".to_owned(),
            nav: None,
            exclude: Vec::new(),
            redirects: Vec::new(),
            edit_base: None,
            included: Vec::new(),
            keys: false,
            warnings: Vec::new(),
        }
    }

    /// Reads the text of a configuration.
    pub fn parse(text: &str, file: &str, default_title: &str) -> Result<Config> {
        let mut config = Config::made(default_title);
        config.file = Some(file.to_owned());
        let root = yaml::parse_one(text).map_err(|error| {
            Error::invalid(format!("{file}:{}: {}", error.mark.line, error.message))
        })?;
        let entries = match &root.value {
            Value::Mapping(entries) => entries.as_slice(),
            Value::Null => &[],
            _ => {
                return Err(Error::invalid(format!(
                    "{file}: keys with values are expected (such as `site_name: Handbook`), {} was found.",
                    kind(&root)
                )));
            }
        };
        let lines = text.lines().collect();
        let mut reader = Reader { file, lines, warnings: Vec::new(), nav_items: 0 };
        for entry in entries {
            reader.check_key(&entry.key, entry.key_mark.line);
        }
        if let Some(name) = reader.text(&root, "site_name") {
            config.site_name = name;
        }
        config.site_description = reader.text(&root, "site_description");
        if let Some(folder) = reader.text(&root, "docs_dir") {
            config.docs_dir = docs_dir(&folder).ok_or_else(|| {
                let line = root.get("docs_dir").map_or(1, |node| node.mark.line);
                Error::invalid(format!(
                    "{file}:{line}: docs_dir is `{folder}`; a folder below the one of {file} is expected, such as `docs`."
                ))
            })?;
        }
        config.nav = root.get("nav").and_then(|nav| reader.nav(nav));
        config.exclude = reader
            .text(&root, "exclude_docs")
            .map(|lines| lines.lines().map(str::to_owned).collect())
            .unwrap_or_default();
        config.redirects = reader.redirects(&root);
        config.edit_base = reader.edit_base(&root);
        config.keys = extensions(&root).any(|name| name == "pymdownx.keys");
        config.warnings = reader.warnings;
        Ok(config)
    }
}

/// `./docs/` is `docs`; none when it leaves the folder, is the folder itself or one of git.
fn docs_dir(text: &str) -> Option<String> {
    paths::normalise(text)
        .filter(|path| !path.split('/').any(|part| part.eq_ignore_ascii_case(".git")))
}

/// The names of the Markdown extensions: a list of names, each perhaps with settings, or a mapping.
fn extensions(root: &Node) -> impl Iterator<Item = &str> {
    fn keys(node: &Node) -> Vec<&str> {
        match &node.value {
            Value::Mapping(entries) => entries.iter().map(|entry| entry.key.as_str()).collect(),
            Value::String(name) => vec![name.as_str()],
            _ => Vec::new(),
        }
    }
    let names: Vec<&str> = match root.get("markdown_extensions").map(|node| (node, &node.value)) {
        Some((_, Value::Sequence(items))) => items.iter().flat_map(keys).collect(),
        Some((node, _)) => keys(node),
        None => Vec::new(),
    };
    names.into_iter()
}

/// What was found, for messages: `an array`, `a number`.
fn kind(node: &Node) -> String {
    match node.type_name() {
        "null" => "nothing".to_owned(),
        name if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
        name => format!("a {name}"),
    }
}

/// Reads values and keeps what to warn about.
struct Reader<'a> {
    file: &'a str,
    lines: Vec<&'a str>,
    warnings: Vec<DocsWarning>,
    nav_items: usize,
}

impl Reader<'_> {
    fn warn(&mut self, line: u32, message: impl Into<String>) {
        let (file, message) = (self.file.to_owned(), message.into());
        self.warnings.push(DocsWarning { file, line: Some(line), message });
    }

    fn check_key(&mut self, key: &str, line: u32) {
        match key {
            "hooks" | "extra_javascript" => {
                self.warn(line, format!("`{key}` would run programs of the site; it is left out."));
            }
            "INHERIT" => {
                self.warn(line, "`INHERIT` is not followed; copy the settings into this file.");
            }
            key if !KNOWN_KEYS.contains(&key) => {
                self.warn(line, format!("`{key}` is not known here and has no effect."));
            }
            _ => {}
        }
    }

    /// A text; anything else is a warning and counts as absent.
    fn text(&mut self, root: &Node, key: &str) -> Option<String> {
        let Value::Mapping(entries) = &root.value else { return None };
        let entry = entries.iter().find(|entry| entry.key == key)?;
        let node = self.value(&entry.value, entry.key_mark.line, key)?;
        match &node.value {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Int(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Null => None,
            _ => {
                let found = kind(node);
                self.warn(node.mark.line, format!("`{key}` must be a text; {found} was found."));
                None
            }
        }
    }

    /// The value itself, or the default of `!ENV [NAME, default]`; none when that has no default.
    fn value<'n>(&mut self, node: &'n Node, line: u32, key: &str) -> Option<&'n Node> {
        if !self.is_variable(line) {
            return Some(node);
        }
        // The last of several is the default, the others are names of variables.
        if let Value::Sequence(items) = &node.value
            && let [_, .., default] = items.as_slice()
        {
            return Some(default);
        }
        self.warn(
            line,
            format!("`{key}` is a variable without a default, and variables are not read here; write `!ENV [NAME, 'default']`."),
        );
        None
    }

    /// Whether the value on this line has the tag `!ENV`.
    fn is_variable(&self, line: u32) -> bool {
        let text = self.lines.get(line.saturating_sub(1) as usize).copied().unwrap_or_default();
        let text = text.trim_start_matches(['-', ' ']);
        let value = if text.starts_with("!ENV") {
            Some(text)
        } else {
            text.split_once(':').map(|(_, value)| value.trim_start())
        };
        let rest = value.and_then(|value| value.strip_prefix("!ENV"));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    }

    fn nav(&mut self, node: &Node) -> Option<Vec<NavEntry>> {
        match &node.value {
            Value::Sequence(items) => Some(self.section(items, 0)),
            Value::Null => None,
            _ => {
                let found = kind(node);
                self.warn(
                    node.mark.line,
                    format!(
                        "`nav` must be a list; {found} was found. The files make the navigation."
                    ),
                );
                None
            }
        }
    }

    fn section(&mut self, items: &[Node], depth: usize) -> Vec<NavEntry> {
        let mut entries = Vec::new();
        for item in items {
            let line = item.mark.line;
            match &item.value {
                Value::String(target) => self.push_leaf(&mut entries, None, target, line),
                Value::Mapping(pairs) => {
                    for pair in pairs {
                        let title = Some(pair.key.clone());
                        let line = pair.key_mark.line;
                        let Some(value) = self.value(&pair.value, line, &pair.key) else {
                            continue;
                        };
                        match &value.value {
                            Value::String(target) => {
                                self.push_leaf(&mut entries, title, target, line);
                            }
                            Value::Sequence(_) if depth == MAX_NAV_DEPTH => {
                                self.warn(line, format!("the navigation nests deeper than {MAX_NAV_DEPTH} levels; what is below is left out."));
                            }
                            Value::Sequence(items) => {
                                let target = Target::Section(self.section(items, depth + 1));
                                entries.push(NavEntry { title, target, line });
                            }
                            _ => {
                                let found = kind(value);
                                self.warn(line, format!("`{}` must lead to a file or a list of lines; {found} was found.", pair.key));
                            }
                        }
                    }
                }
                _ => {
                    let found = kind(item);
                    self.warn(line, format!("a line of the navigation is a file or `Title: file`; {found} was found."));
                }
            }
        }
        entries
    }

    fn push_leaf(&mut self, to: &mut Vec<NavEntry>, title: Option<String>, text: &str, line: u32) {
        self.nav_items += 1;
        if self.nav_items > MAX_NAV_ITEMS {
            if self.nav_items == MAX_NAV_ITEMS + 1 {
                self.warn(
                    line,
                    format!(
                        "the navigation has more than {MAX_NAV_ITEMS} lines; the rest is left out."
                    ),
                );
            }
            return;
        }
        let text = text.trim();
        let include = ["!include ", "*include "].iter().any(|start| text.starts_with(start));
        let target = if include {
            Target::Include(text.to_owned())
        } else if is_web_address(text) || (text.starts_with('/') && !text.starts_with("//")) {
            Target::Url(text.to_owned())
        } else if text.contains("://") || text.starts_with("//") || text.contains(':') {
            self.warn(
                line,
                format!("`{text}` is neither a file nor an http(s) address; the line is left out."),
            );
            return;
        } else {
            match paths::normalise(text) {
                Some(path) => Target::File(path),
                None => {
                    self.warn(
                        line,
                        format!("`{text}` does not lie in the docs folder; the line is left out."),
                    );
                    return;
                }
            }
        };
        to.push(NavEntry { title, target, line });
    }

    fn redirects(&mut self, root: &Node) -> Vec<(String, String)> {
        let Some(Value::Sequence(plugins)) = root.get("plugins").map(|node| &node.value) else {
            return Vec::new();
        };
        let maps =
            plugins.iter().filter_map(|plugin| plugin.get("redirects")?.get("redirect_maps"));
        let mut redirects = Vec::new();
        for map in maps {
            let Value::Mapping(pairs) = &map.value else { continue };
            for pair in pairs {
                match (paths::normalise(&pair.key), pair.value.as_str()) {
                    (Some(from), Some(to)) => redirects.push((from, to.to_owned())),
                    _ => self.warn(
                        pair.key_mark.line,
                        format!(
                            "the redirect `{}` must lead from a file to a file or an address.",
                            pair.key
                        ),
                    ),
                }
            }
        }
        redirects
    }

    /// `repo_url` with `edit_uri`, when that makes an address.
    fn edit_base(&mut self, root: &Node) -> Option<String> {
        let edit_uri = self.text(root, "edit_uri")?;
        let base = if is_web_address(&edit_uri) {
            edit_uri
        } else {
            let repo_url = self.text(root, "repo_url").filter(|url| is_web_address(url))?;
            let between = if edit_uri.starts_with(['?', '#']) { "" } else { "/" };
            format!(
                "{}{between}{}",
                repo_url.trim_end_matches('/'),
                edit_uri.trim_start_matches('/')
            )
        };
        Some(if base.ends_with('/') { base } else { format!("{base}/") })
    }
}

/// Whether this is an `http` or `https` address with a host.
pub fn is_web_address(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").map(|_| &text[8..]);
    let rest = rest.or_else(|| lower.strip_prefix("http://").map(|_| &text[7..]));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Config {
        Config::parse(text, "mkdocs.yml", "Default").unwrap()
    }

    /// The navigation as indented lines, then the warnings.
    fn check(text: &str, expected: &str) {
        fn write(entries: &[NavEntry], depth: usize, lines: &mut Vec<String>) {
            for entry in entries {
                let title = entry.title.as_deref().unwrap_or("-");
                let target = match &entry.target {
                    Target::File(path) => path.as_str(),
                    Target::Url(url) => url,
                    Target::Section(_) => "+",
                    Target::Folder(path) | Target::Include(path) => path,
                };
                lines.push(format!("{}{title} > {target}", "  ".repeat(depth)));
                if let Target::Section(children) = &entry.target {
                    write(children, depth + 1, lines);
                }
            }
        }
        let config = parse(text);
        let mut lines = Vec::new();
        write(config.nav.as_deref().unwrap_or_default(), 0, &mut lines);
        lines.extend(config.warnings.iter().map(|warning| format!("! {warning}")));
        assert_eq!(lines.join("\n"), expected);
    }

    #[test]
    fn reads_a_navigation_with_sections_files_and_addresses() {
        check(
            "nav:\n  - index.md\n  - Guides:\n      - Set up: ./guides/setup.md\n      - Deeper:\n          - guides/x.md\n  - Web: https://example.org/x\n  - Catalog: /catalog\n  - 2024: log.md\n",
            "- > index.md\nGuides > +\n  Set up > guides/setup.md\n  Deeper > +\n    - > guides/x.md\nWeb > https://example.org/x\nCatalog > /catalog\n2024 > log.md",
        );
    }

    #[test]
    fn says_line_by_line_what_cannot_be_used() {
        check(
            "hooks: [a.py]\nextra_javascript: [x.js]\nfoo: 1\nnav:\n- ../x.md\n- Bad: javascript:alert(1)\n- //evil.example\n- 7\n- Empty:\n",
            "! mkdocs.yml:1: `hooks` would run programs of the site; it is left out.\n\
             ! mkdocs.yml:2: `extra_javascript` would run programs of the site; it is left out.\n\
             ! mkdocs.yml:3: `foo` is not known here and has no effect.\n\
             ! mkdocs.yml:5: `../x.md` does not lie in the docs folder; the line is left out.\n\
             ! mkdocs.yml:6: `javascript:alert(1)` is neither a file nor an http(s) address; the line is left out.\n\
             ! mkdocs.yml:7: `//evil.example` is neither a file nor an http(s) address; the line is left out.\n\
             ! mkdocs.yml:8: a line of the navigation is a file or `Title: file`; a number was found.\n\
             ! mkdocs.yml:9: `Empty` must lead to a file or a list of lines; nothing was found.",
        );
        check(
            "nav: all\n",
            "! mkdocs.yml:1: `nav` must be a list; a string was found. The files make the navigation.",
        );
    }

    #[test]
    fn tags_of_material_do_not_stand_in_the_way() {
        let config = parse(
            "site_name: Handbook\nsite_description: [x]\ntheme:\n  name: material\nmarkdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - name: mermaid\n          format: !!python/name:pymdownx.superfences.fence_code_format\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji\n",
        );
        assert_eq!(config.site_name, "Handbook");
        assert_eq!(config.site_description, None);
        let warnings: Vec<_> = config.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            ["mkdocs.yml:2: `site_description` must be a text; an array was found."]
        );
    }

    #[test]
    fn variables_have_the_default_beside_them() {
        let config = parse(
            "site_name: !ENV [SITE_NAME, 'Odd site']\nsite_description:   !ENV [A, B, last]\ndocs_dir: !ENV [D, handbook]\nrepo_url: !ENV [R, https://git.example/a]\nedit_uri: !ENV [E, edit/main]\nnav:\n  - Start: !ENV [START, index.md]\n  - a.md\n",
        );
        assert_eq!(config.site_name, "Odd site");
        assert_eq!(config.site_description.as_deref(), Some("last"));
        assert_eq!(config.docs_dir, "handbook");
        assert_eq!(config.edit_base.as_deref(), Some("https://git.example/a/edit/main/"));
        assert_eq!(config.warnings, []);
        let nav = config.nav.unwrap();
        assert_eq!(nav[0].target, Target::File("index.md".to_owned()));
        // Without a default nothing of the server's environment is shown.
        for text in ["site_name: !ENV PATH\n", "site_name: !ENV [PATH]\n"] {
            let config = parse(text);
            assert_eq!(config.site_name, "Default");
            assert!(config.warnings[0].message.contains("variables are not read"), "{text}");
        }
        assert_eq!(parse("site_name: Say !ENV twice\n").site_name, "Say !ENV twice");
        assert_eq!(parse("site_name: '!ENV [X, y]'\n").site_name, "!ENV [X, y]");
        assert_eq!(parse("site_name: !ENV [N, 7]\n").site_name, "7");
    }

    #[test]
    fn extensions_that_count_are_found() {
        assert!(parse("markdown_extensions:\n  - pymdownx.keys\n").keys);
        assert!(parse("markdown_extensions:\n  - pymdownx.keys:\n      separator: +\n").keys);
        assert!(parse("markdown_extensions:\n  pymdownx.keys: {}\n").keys);
        assert!(!parse("markdown_extensions: [toc]\n").keys);
    }

    #[test]
    fn defaults_stand_in_for_what_is_missing() {
        assert_eq!(parse("").site_name, "Default");
        assert_eq!(parse("site_name: ''").docs_dir, "docs");
        assert_eq!(parse("docs_dir: ./documentation/").docs_dir, "documentation");
        assert_eq!(parse("nav:").nav, None);
    }

    #[test]
    fn a_docs_dir_outside_the_folder_is_an_error() {
        for folder in ["..", "../x", "/etc", ".", ".git", "a/.GIT/b", "a/../..", "a\\b"] {
            let text = format!("site_name: x\ndocs_dir: '{folder}'\n");
            let error = Config::parse(&text, "mkdocs.yml", "x").unwrap_err().to_string();
            assert!(error.starts_with("mkdocs.yml:2: docs_dir is"), "{folder}: {error}");
        }
    }

    #[test]
    fn broken_yaml_is_an_error_with_its_line() {
        let error = Config::parse("site_name: x\nnav: [\n", "mkdocs.yml", "x").unwrap_err();
        assert!(error.to_string().starts_with("mkdocs.yml:"), "{error}");
        assert!(Config::parse("- a\n", "mkdocs.yml", "x").is_err());
    }

    #[test]
    fn redirects_and_the_edit_address_are_kept() {
        let config = parse(
            "repo_url: https://git.example/a/b/\nedit_uri: edit/main/docs\nplugins:\n  - techdocs-core\n  - redirects:\n      redirect_maps:\n        old.md: new.md\n        ../x.md: y.md\n",
        );
        assert_eq!(config.redirects, [("old.md".to_owned(), "new.md".to_owned())]);
        assert_eq!(config.edit_base.as_deref(), Some("https://git.example/a/b/edit/main/docs/"));
        assert_eq!(config.warnings.len(), 1);
        assert_eq!(parse("edit_uri: javascript:alert(1)\n").edit_base, None);
        assert_eq!(parse("repo_url: javascript:x\nedit_uri: a\n").edit_base, None);
    }
}
