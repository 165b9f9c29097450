//! Places, and which kinds may come from which of them.

use globs::{Minimatch, MinimatchOptions};
use std::sync::Arc;

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
    /// Its target; addresses are compared however they are written.
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
    pub fn fits(&self, target: &str) -> bool {
        self.glob.as_ref().is_some_and(|glob| glob.matches(target).unwrap_or(false))
    }
}

impl std::fmt::Debug for TargetPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.text, f)
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
