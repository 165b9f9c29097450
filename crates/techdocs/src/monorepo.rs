//! `!include ./part/mkdocs.yml` in a navigation: other sites within the site, as the monorepo
//! plugin of MkDocs puts them together.
//!
//! An included site's pages stand below its name, with its own navigation. It is read as data and
//! within the folder of the whole, like everything else.

use crate::exclude::Exclude;
use crate::folder::Folder;
use crate::markdown::slug;
use crate::mkdocs::{Config, Included, NavEntry, Target};
use crate::paths;
use model::docs::DocsWarning;

/// More sites in one are generated or a mistake.
const MAX_INCLUDED: usize = 100;
/// A configuration is written by hand; more than this is something else.
const MAX_BYTES: u64 = 1024 * 1024;

/// Replaces the includes of the navigation by what they name.
pub(crate) fn include(config: &mut Config, folder: &Folder) {
    let Some(entries) = config.nav.take() else { return };
    let mut reader = Reader {
        folder,
        file: config.file.clone().unwrap_or_default(),
        whole_edit_base: config.edit_base.clone(),
        whole_docs_dir: config.docs_dir.clone(),
        included: Vec::new(),
        warnings: Vec::new(),
    };
    config.nav = Some(reader.entries(entries));
    config.included = reader.included;
    config.warnings.extend(reader.warnings);
}

struct Reader<'a> {
    folder: &'a Folder,
    /// The configuration of the whole.
    file: String,
    whole_edit_base: Option<String>,
    whole_docs_dir: String,
    included: Vec<Included>,
    warnings: Vec<DocsWarning>,
}

impl Reader<'_> {
    fn warn(&mut self, line: u32, message: String) {
        self.warnings.push(DocsWarning { file: self.file.clone(), line: Some(line), message });
    }

    fn entries(&mut self, entries: Vec<NavEntry>) -> Vec<NavEntry> {
        entries.into_iter().filter_map(|entry| self.entry(entry)).collect()
    }

    fn entry(&mut self, entry: NavEntry) -> Option<NavEntry> {
        let NavEntry { title, target, line } = entry;
        let target = match target {
            Target::Section(children) => Target::Section(self.entries(children)),
            Target::Include(text) => match text.strip_prefix("*include ") {
                Some(pattern) => Target::Section(self.several(pattern.trim(), line)),
                None => {
                    let file = text.trim_start_matches("!include ").trim();
                    let (name, target) = self.site(file, line)?;
                    let title = title.or(Some(name));
                    return Some(NavEntry { title, target, line });
                }
            },
            other => other,
        };
        Some(NavEntry { title, target, line })
    }

    /// `*include ./parts/*/mkdocs.yml`: each under its own name.
    fn several(&mut self, pattern: &str, line: u32) -> Vec<NavEntry> {
        let relative = pattern.trim_start_matches("./");
        if paths::normalise(relative).is_none() || !is_configuration(relative) {
            self.warn(
                line,
                format!("`{pattern}` must name mkdocs.yml files below the one of {}.", self.file),
            );
            return Vec::new();
        }
        let listing = match self.folder.list() {
            Ok(listing) => listing,
            Err(error) => {
                self.warn(line, format!("`{pattern}` cannot be looked for: {error}"));
                return Vec::new();
            }
        };
        // Templates are left out of pages by default, not of includes.
        let (matching, _) = Exclude::new(&["!/templates/".to_owned(), format!("/{relative}")]);
        let files = listing.files.into_iter().map(|file| file.path);
        let files: Vec<String> =
            files.filter(|path| is_configuration(path) && matching.excludes(path)).collect();
        if files.is_empty() {
            self.warn(line, format!("no file fits `{pattern}`; fix the line or remove it."));
        }
        let sites = files.iter().filter_map(|file| {
            let (name, target) = self.site(file, line)?;
            Some(NavEntry { title: Some(name), target, line })
        });
        sites.collect()
    }

    /// The name and the navigation of a site to include.
    fn site(&mut self, file: &str, line: u32) -> Option<(String, Target)> {
        if self.included.len() >= MAX_INCLUDED {
            self.warn(
                line,
                format!("more than {MAX_INCLUDED} sites are included; `{file}` is left out."),
            );
            return None;
        }
        let Some(path) = paths::normalise(file).filter(|path| is_configuration(path)) else {
            self.warn(
                line,
                format!("`!include {file}` must name a mkdocs.yml below the folder of {}; the line is left out.", self.file),
            );
            return None;
        };
        let own_folder = paths::folder_of(&path).to_owned();
        let fallback = own_folder.rsplit('/').next().unwrap_or_default().to_owned();
        let text = self.folder.text(&path, MAX_BYTES);
        let parsed = text.and_then(|text| Config::parse(&text, &path, &fallback));
        let config = match parsed {
            Ok(config) => config,
            Err(error) => {
                self.warn(line, format!("`!include {file}` cannot be read: {error}"));
                return None;
            }
        };
        self.warnings.extend(config.warnings);
        let alias = alias(&config.site_name);
        if alias.is_empty() || self.included.iter().any(|other| other.alias == alias) {
            self.warn(
                line,
                format!(
                    "`{file}` has the site_name `{}` as another one has; give it its own.",
                    config.site_name
                ),
            );
            return None;
        }
        let docs_dir = paths::join(&own_folder, &config.docs_dir)?;
        let edit_base = config.edit_base.or_else(|| {
            let base = self.whole_edit_base.as_ref()?;
            Some(base.replacen(&self.whole_docs_dir, &docs_dir, 1))
        });
        let target = match config.nav {
            Some(entries) => {
                let entries = self.below(entries, &alias, &path);
                Target::Section(entries)
            }
            None => Target::Folder(alias.clone()),
        };
        self.included.push(Included { alias, file: path, docs_dir, edit_base });
        Some((config.site_name, target))
    }

    /// The lines of an included site with its name before their files.
    fn below(&mut self, entries: Vec<NavEntry>, alias: &str, file: &str) -> Vec<NavEntry> {
        let mut kept = Vec::with_capacity(entries.len());
        for NavEntry { title, target, line } in entries {
            let target = match target {
                Target::File(path) => Target::File(format!("{alias}/{path}")),
                Target::Section(children) => Target::Section(self.below(children, alias, file)),
                Target::Include(text) => {
                    let message = format!(
                        "`{text}` in an included site is not followed; include it from {}.",
                        self.file
                    );
                    self.warnings.push(DocsWarning {
                        file: file.to_owned(),
                        line: Some(line),
                        message,
                    });
                    continue;
                }
                other => other,
            };
            kept.push(NavEntry { title, target, line });
        }
        kept
    }
}

fn is_configuration(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// What an included site's addresses begin with: its name when that is a path, else its slug.
fn alias(site_name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    let alias = match site_name.chars().all(plain) {
        true => site_name.to_owned(),
        false => slug(site_name),
    };
    paths::normalise(&alias).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn read(files: &[(&str, &str)]) -> Config {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        Config::read(&Folder::open(folder.path()).unwrap(), "Default").unwrap()
    }

    #[test]
    fn included_sites_bring_their_navigation_below_their_name() {
        let config = read(&[
            (
                "mkdocs.yml",
                "repo_url: https://git.example/a\nedit_uri: edit/main/docs/\nnav:\n- '!include a/mkdocs.yml'\n- More: '*include ./parts/*/mkdocs.yml'\n",
            ),
            ("a/mkdocs.yml", "site_name: Größe A\nnav:\n- X: x.md\n- Y:\n  - y.md\n"),
            ("parts/one/mkdocs.yml", "site_name: one/two\n"),
            (
                "parts/three/mkdocs.yml",
                "site_name: three\ndocs_dir: md\nrepo_url: https://git.example/c\nedit_uri: e/\n",
            ),
            ("parts/three/deep/mkdocs.yml", "site_name: no\n"),
            ("templates/mkdocs.yml", "site_name: no\n"),
        ]);
        assert_eq!(config.warnings, []);
        let included: Vec<_> = config
            .included
            .iter()
            .map(|it| format!("{} {} {}", it.alias, it.docs_dir, it.edit_base.as_deref().unwrap()))
            .collect();
        assert_eq!(
            included,
            [
                "groe-a a/docs https://git.example/a/edit/main/a/docs/",
                "one/two parts/one/docs https://git.example/a/edit/main/parts/one/docs/",
                "three parts/three/md https://git.example/c/e/",
            ]
        );
        let nav = format!("{:?}", config.nav.unwrap());
        for part in
            ["Größe A", "groe-a/x.md", "groe-a/y.md", "Folder(\"one/two\")", "Folder(\"three\")"]
        {
            assert!(nav.contains(part), "{part}: {nav}");
        }
    }

    #[test]
    fn what_cannot_be_included_is_a_warning() {
        let config = read(&[
            (
                "mkdocs.yml",
                "nav:\n- A: '!include ../a/mkdocs.yml'\n- B: '!include gone/mkdocs.yml'\n- C: '!include c/readme.md'\n- D: '!include d/mkdocs.yml'\n- E: '!include e/mkdocs.yml'\n- F: '*include x/*/mkdocs.yml'\n- G: '!include mkdocs.yml'\n- H: '!include .git/mkdocs.yml'\n",
            ),
            ("d/mkdocs.yml", "site_name: d\nnav:\n- '!include ../e/mkdocs.yml'\n- index.md\n"),
            ("e/mkdocs.yml", "site_name: d\n"),
            (".git/mkdocs.yml", "site_name: git\n"),
        ]);
        let warnings: Vec<_> = config.warnings.iter().map(ToString::to_string).collect();
        for part in [
            "mkdocs.yml:2: `!include ../a/mkdocs.yml` must name a mkdocs.yml below",
            "mkdocs.yml:3: `!include gone/mkdocs.yml` cannot be read",
            "mkdocs.yml:4: `!include c/readme.md` must name",
            "d/mkdocs.yml:3: `!include ../e/mkdocs.yml` in an included site is not followed",
            "mkdocs.yml:6: `e/mkdocs.yml` has the site_name `d` as another",
            "mkdocs.yml:7: no file fits `x/*/mkdocs.yml`",
            "mkdocs.yml:9: `!include .git/mkdocs.yml` cannot be read",
        ] {
            assert!(warnings.iter().any(|warning| warning.contains(part)), "{part}: {warnings:#?}");
        }
        assert!(config.included.iter().all(|it| it.alias != "git"), "{:?}", config.included);
    }
}
