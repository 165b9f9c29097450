//! What an administrator decides about the catalog.

use crate::held::HoldSettings;
use crate::history::HistorySettings;
use catalog_ingest::descriptor::MAX_FILE_BYTES;
use catalog_ingest::integration::Integration;
use catalog_ingest::provider::ProviderSetting;
use catalog_ingest::rules::{LocationType, RuleSetting};
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

impl Default for Settings {
    fn default() -> Self {
        Settings {
            locations: Vec::new(),
            rules: vec![RuleSetting::kinds(&["Component", "API", "Location"])],
            max_file_size: MAX_FILE_BYTES as u64,
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
