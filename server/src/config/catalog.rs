//! `catalog`: where entities come from and which kinds are taken from where.

use super::catalog_history::{History, Removals};
use super::macros::{choice, section};
use super::providers::Providers;
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::{Tree, Value};
use super::values::Size;
use super::values::WebUrl;
use super::values::resolve;
use std::path::{Path, PathBuf};
use std::time::Duration;

section! {
    /// Where entities come from and which kinds are taken from where.
    pub struct Catalog {
        /// Descriptors that are read at start and kept up to date.
        locations("locations"): Vec<Location>;
        /// Whether the templates that come with the program are in the catalog.
        shipped_templates("shippedTemplates"): bool;
        /// Organisations whose repositories are looked through for descriptors.
        providers("providers"): Providers;
        /// Which kinds are taken from where. A list of your own replaces the default; an empty
        /// one takes nothing.
        rules("rules"): Vec<Rule>;
        /// What becomes of entities that nothing names any more.
        orphan_strategy("orphanStrategy"): OrphanStrategy;
        /// How long an entity rests before its source is looked at again: between this and half
        /// as much again. `false` switches it off.
        processing_interval("processingInterval"): Interval, example "10 minutes";
        /// Whether locations can only be added and removed in this file.
        readonly("readonly"): bool;
        /// What becomes of a location that is registered again.
        default_location_conflict_strategy("defaultLocationConflictStrategy"): ConflictStrategy;
        /// How much is read at most.
        limits("limits"): Limits;
        /// What is kept of the past.
        history("history"): History;
        /// How entities are removed.
        removals("removals"): Removals;
    }
    unused {
        "import": "",
        "processors": "",
        "processorOptions": "",
        "providerOptions": "",
        "orphanProviderStrategy": "",
        "stitchingStrategy": "",
        "useUrlReadersSearch": "",
        "enableRelationsCompatibility": "",
        "disableRelationsCompatibility": "",
        "scmEvents": "",
    }
}

section! {
    /// A place with descriptors.
    pub struct Location {
        /// How it is reached.
        kind("type"): LocationKind, example "file";
        /// For `file` a file, a folder or a pattern such as `services/**/catalog-info.yaml`, from
        /// the folder of this file; for `url` the address of a descriptor; for `git` a clone URL
        /// or the path of a repository.
        target("target"): String, example "./catalog";
        /// Kinds that are taken from here in addition to `catalog.rules`.
        rules("rules"): Vec<LocationRule>;
    }
    unused { "presence": "" }
    check Location::check;
}

choice! {
    /// How a place with descriptors is reached.
    pub enum LocationKind {
        /// On this machine.
        File("file"),
        /// By one address.
        Url("url"),
        /// In a git repository, every `catalog-info.yaml` in it.
        Git("git"),
    }
}

section! {
    /// Kinds that are taken from one location.
    pub struct LocationRule {
        /// The kinds.
        allow("allow"): Vec<AllowedKind>, example "[Template, User, Group]";
    }
}

section! {
    /// Kinds that are taken.
    pub struct Rule {
        /// The kinds, each a name or an object with `kind` and `spec.type`.
        allow("allow"): Vec<AllowedKind>, example "[Component, {kind: Template, spec.type: service}]";
        /// Only from these places; from everywhere when left out, from nowhere when empty.
        locations("locations"): Vec<RuleLocation>;
    }
    check Rule::check;
}

section! {
    /// A place a rule is for. Give `exact` or `pattern`, or the type alone.
    pub struct RuleLocation {
        /// The type of the place.
        kind("type"): String, example "url";
        /// Its target. Addresses are compared however host, port and encoding are written.
        exact("exact"): Option<String>, example "https://git.example.com/acme/org/main/users.yaml";
        /// Its target, where `*` stands for any part of a name and `**` for any path.
        pattern("pattern"): Option<String>, example "https://git.example.com/acme/**";
    }
    check RuleLocation::check;
}

section! {
    /// A kind that is taken, perhaps of one type only.
    pub struct AllowedKindKeys {
        /// The kind.
        kind("kind"): String, example "Template";
        /// The type; every type when left out.
        spec_type("spec.type"): Option<String>, example "service";
    }
}

choice! {
    /// What becomes of entities that nothing names any more.
    pub enum OrphanStrategy {
        /// They are deleted.
        Delete("delete"),
        /// They stay, marked as orphans.
        Keep("keep"),
    }
}

choice! {
    /// What becomes of a location that is registered again.
    pub enum ConflictStrategy {
        /// It is refused.
        Reject("reject"),
        /// It is refreshed.
        Refresh("refresh"),
    }
}

section! {
    /// How much is read at most.
    pub struct Limits {
        /// The largest descriptor that is read.
        max_file_size("maxFileSize"): Size, example "5 MiB";
    }
    check Limits::check;
}

/// A kind that is taken, perhaps of one type only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedKind {
    /// The kind.
    pub kind: String,
    /// The type; every type when none.
    pub spec_type: Option<String>,
}

/// How often something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// Never.
    Never,
    /// With this pause.
    Every(Duration),
}

impl Location {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        let Some(target) = tree.get("target") else { return };
        let folder = &target.place.file.folder;
        match self.kind {
            LocationKind::Url => {
                if let Err(hint) = WebUrl::parse(&self.target) {
                    reader.expected_in(tree, "target", "the address of a descriptor", &hint);
                }
            }
            LocationKind::Git => {
                check_repository(&self.target, tree, "target", reader);
                if !is_remote(&self.target) {
                    self.target = resolve(folder, &self.target).to_string_lossy().into_owned();
                }
            }
            LocationKind::File if self.target.contains("://") => reader.expected_in(
                tree,
                "target",
                "the path of a file or folder",
                "For an address set `type: url`, for a repository `type: git`.",
            ),
            LocationKind::File => {
                let mut path = resolve(folder, &self.target);
                let as_backstage = resolve(&folder.join("packages/backend"), &self.target);
                if !exists(&path) && exists(&as_backstage) {
                    let note = "found as Backstage finds it, from the folder `packages/backend`. \
                                Write the path from the folder of this file.";
                    reader.at(".target", |reader| reader.warn(&target.place, note));
                    path = as_backstage;
                }
                self.target = path.to_string_lossy().into_owned();
            }
        }
    }
}

/// Whether what stands before the first pattern character is there.
fn exists(pattern: &Path) -> bool {
    let plain: PathBuf = pattern
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    plain.exists()
}

impl Rule {
    fn check(&mut self, tree: &Tree, _: &mut Reader<'_>) {
        // Without a place the rule is for every place; an empty list means none.
        if self.locations.is_empty() && tree.get("locations").is_some() {
            self.allow.clear();
        }
    }
}

impl RuleLocation {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if self.exact.is_some() && self.pattern.is_some() {
            reader.error(&tree.place, "expected `exact` or `pattern`, found both. Remove one.");
        }
        if let Some(pattern) = &self.pattern
            && let Err(error) = ::catalog::TargetPattern::new(pattern)
        {
            reader.expected_in(tree, "pattern", "a pattern of targets", &error);
        }
    }
}

impl Limits {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        let most = yaml::MAX_TEXT_BYTES as u64;
        if !(1..=most).contains(&self.max_file_size.0) {
            let expected = format!("a size from 1 byte to {} MiB", most >> 20);
            reader.expected_in(tree, "maxFileSize", &expected, "");
        }
    }
}

impl Setting for AllowedKind {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Scalar("a kind"), AllowedKindKeys::shape()])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let (kind, spec_type) = match tree.value {
            Value::Map(_) => {
                let keys = AllowedKindKeys::read(tree, reader)?;
                (keys.kind, keys.spec_type)
            }
            _ => (
                reader.parse(tree, "a kind such as `Component`", |text| Ok(text.to_owned()))?,
                None,
            ),
        };
        if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_alphanumeric()) {
            reader.expected(tree, "a kind such as `Component`", "A kind is letters and digits.");
            return None;
        }
        Some(AllowedKind { kind, spec_type })
    }
}

impl Setting for Interval {
    fn shape() -> Shape {
        Shape::Either(vec![Duration::shape(), Shape::Scalar("`false`")])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let off = match &tree.value {
            Value::Bool(value) => !value,
            Value::Text(text) => text == "false",
            _ => false,
        };
        if off {
            return Some(Interval::Never);
        }
        let interval = Duration::read(tree, reader)?;
        if interval < Duration::from_secs(1) {
            reader.expected(tree, "at least `1s`", "Write `false` to switch it off.");
            return None;
        }
        Some(Interval::Every(interval))
    }
}

/// Whether a repository is named by a clone URL (also `user@host:path`) rather than by a path.
pub fn is_remote(repository: &str) -> bool {
    let scp = |(host, _): (&str, &str)| host.contains('@') && !host.contains('/');
    repository.contains("://") || repository.split_once(':').is_some_and(scp)
}

/// Notes what is wrong with a repository named under a key of an object.
pub fn check_repository(repository: &str, object: &Tree, key: &str, reader: &mut Reader<'_>) {
    const EXPECTED: &str = "a clone URL or the path of a repository";
    const HINT: &str = "A clone URL begins with `https://`, `http://`, `ssh://` or `git@`.";
    // git would take `-…` for an option and start any program for `ext::…` and its like.
    if repository.starts_with('-') || repository.contains("::") {
        reader.expected_in(object, key, EXPECTED, HINT);
        return;
    }
    let Some((scheme, rest)) = repository.split_once("://") else { return };
    let host = rest.split('/').next().unwrap_or_default();
    match scheme {
        "http" | "https" if host.contains('@') => reader.expected_in(
            object,
            key,
            "a clone URL without user and password",
            "Put the token under `integrations`.",
        ),
        "http" | "https" | "ssh" | "git" | "file" => {}
        _ => reader.expected_in(object, key, EXPECTED, HINT),
    }
}
