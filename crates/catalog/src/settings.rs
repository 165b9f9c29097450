//! What an administrator decides about the catalog.

use crate::discovery::ProviderSetting;
use crate::held::HoldSettings;
use crate::history::HistorySettings;
use crate::integration::Integration;
use globs::{Minimatch, MinimatchOptions};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What an administrator decides about the catalog.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Places that are read at start and kept up to date.
    pub locations: Vec<LocationSetting>,
    /// Which kinds are taken from where; none takes nothing.
    pub rules: Vec<RuleSetting>,
    /// The largest descriptor that is read, in bytes.
    pub max_file_size: u64,
    /// How long remote places rest before they are looked at again; none switches it off.
    pub processing_interval: Option<Duration>,
    /// Entities that nothing names any more stay, marked as orphans, instead of being deleted.
    pub orphan_keep: bool,
    /// Locations can only be added and removed in the configuration.
    pub readonly: bool,
    /// What becomes of a location that is registered again.
    pub on_conflict: OnConflict,
    /// Hosts that may be read from: `example.com`, `*.example.com` or `example.com:8443`, with the
    /// beginning of the path when only a part of it is meant. They may lie in private networks.
    pub allowed_hosts: Vec<String>,
    /// Hosts of source code. They may be read from without being listed.
    pub integrations: Vec<Integration>,
    /// Organisations whose repositories are looked through.
    pub providers: Vec<Arc<ProviderSetting>>,
    /// Repositories on this machine may be registered at run time when they lie in one of these.
    pub allowed_folders: Vec<PathBuf>,
    /// What is kept of the past.
    pub history: HistorySettings,
    /// Which runs are held for a decision.
    pub hold: HoldSettings,
}

/// What becomes of a location that is registered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// It is an error.
    Reject,
    /// It is read again.
    Refresh,
}

/// A configured place with descriptors.
#[derive(Debug, Clone)]
pub struct LocationSetting {
    /// How it is reached.
    pub r#type: LocationType,
    /// A path or pattern, a clone URL or path with `//<path>?ref=<branch>`, or an address.
    pub target: String,
    /// What may come from here beside what the general rules allow; their places do not count.
    pub rules: Vec<RuleSetting>,
    /// Where it is configured, for messages: `callboard.yaml:12`.
    pub configured_at: String,
}

/// How a place is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocationType {
    /// On this machine.
    File,
    /// In a git repository.
    Git,
    /// By one address.
    Url,
    /// Not at all: a program gives it. Neither configured nor registered.
    Push,
}

/// Kinds that are taken, perhaps only from some places.
#[derive(Debug, Clone, Default)]
pub struct RuleSetting {
    /// The kinds.
    pub allow: Vec<AllowedKind>,
    /// Only from these places; none means from everywhere.
    pub locations: Option<Vec<RuleLocation>>,
}

/// A kind that is taken, perhaps of one type only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedKind {
    /// The kind.
    pub kind: String,
    /// `spec.type`; every type when none.
    pub spec_type: Option<String>,
}

/// A place a rule is for.
#[derive(Debug, Clone, Default)]
pub struct RuleLocation {
    /// The type of the place.
    pub r#type: String,
    /// Its target, to the letter.
    pub exact: Option<String>,
    /// Its target, as a pattern.
    pub pattern: Option<TargetPattern>,
}

/// A pattern of targets, as Backstage's rules have it: whatever the letter case, and with names
/// that begin with a dot.
#[derive(Clone)]
pub struct TargetPattern {
    text: String,
    /// None: it cannot be read, and no target fits.
    glob: Option<Arc<Minimatch>>,
}

impl TargetPattern {
    /// Reads a pattern.
    pub fn new(text: &str) -> Result<Self, String> {
        let options = MinimatchOptions { dot: true, any_case: true };
        let glob = Minimatch::new(text, options).map_err(|error| error.to_string())?;
        Ok(TargetPattern { text: text.to_owned(), glob: Some(Arc::new(glob)) })
    }

    /// A pattern that no target fits: what cannot be understood allows nothing.
    pub fn nothing(text: &str) -> Self {
        TargetPattern { text: text.to_owned(), glob: None }
    }

    /// Whether a target fits.
    pub(crate) fn fits(&self, target: &str) -> bool {
        self.glob.as_ref().is_some_and(|glob| glob.matches(target).unwrap_or(false))
    }
}

impl std::fmt::Debug for TargetPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.text, f)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            locations: Vec::new(),
            rules: vec![RuleSetting::kinds(&["Component", "API", "Location"])],
            max_file_size: crate::descriptor::MAX_FILE_BYTES as u64,
            processing_interval: Some(Duration::from_secs(120)),
            orphan_keep: false,
            readonly: false,
            on_conflict: OnConflict::Reject,
            allowed_hosts: Vec::new(),
            integrations: Vec::new(),
            providers: Vec::new(),
            allowed_folders: Vec::new(),
            history: HistorySettings::default(),
            hold: HoldSettings::default(),
        }
    }
}

impl LocationSetting {
    /// A place without rules of its own.
    pub fn new(r#type: LocationType, target: impl Into<String>) -> Self {
        let (rules, configured_at) = (Vec::new(), String::new());
        LocationSetting { r#type, target: target.into(), rules, configured_at }
    }
}

impl LocationType {
    /// The type of this name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "file" => Some(LocationType::File),
            "git" => Some(LocationType::Git),
            "url" => Some(LocationType::Url),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            LocationType::File => "file",
            LocationType::Git => "git",
            LocationType::Url => "url",
            LocationType::Push => "push",
        }
    }
}

impl RuleSetting {
    /// These kinds, of every type and from everywhere.
    pub fn kinds(kinds: &[&str]) -> Self {
        let allow = kinds.iter().map(|kind| AllowedKind { kind: (*kind).into(), spec_type: None });
        RuleSetting { allow: allow.collect(), locations: None }
    }
}
