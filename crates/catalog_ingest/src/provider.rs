//! Organisations whose repositories are looked through, and which of them.

use crate::host::Repository;
use crate::integration::Forge;
use globs::{Minimatch, MinimatchOptions};
use regex::Regex;
use std::time::Duration;

/// An organisation, a user or a group whose repositories are looked through.
#[derive(Debug, Clone)]
pub struct ProviderSetting {
    /// The provider type of its host.
    pub forge: Forge,
    /// Its name in the configuration.
    pub id: String,
    /// The host, which is one of the integrations.
    pub host: String,
    /// Organisation, user or group; none for every project the token belongs to (GitLab only).
    pub owner: Option<String>,
    /// The path of descriptors in each repository, perhaps a pattern.
    pub path: String,
    /// The branch that is read; none for each repository's default.
    pub branch: Option<String>,
    /// The branch that is read where there is no default.
    pub fallback_branch: Option<String>,
    /// Which repositories are looked at.
    pub filters: RepositoryFilters,
    /// When.
    pub schedule: Schedule,
    /// Where it is configured, for messages.
    pub configured_at: String,
}

/// Which repositories of an organisation are looked at.
#[derive(Debug, Clone, Default)]
pub struct RepositoryFilters {
    /// What their names have to look like.
    pub name: Option<NamePattern>,
    /// Full names of those that are passed over.
    pub excluded: Vec<String>,
    /// They have at least one of these topics.
    pub include_topics: Vec<String>,
    /// They have all of these topics.
    pub all_topics: Vec<String>,
    /// They have none of these topics.
    pub exclude_topics: Vec<String>,
    /// `public`, `internal` or `private`; all when empty.
    pub visibility: Vec<String>,
    /// Whether copies of other repositories are looked at.
    pub forks: bool,
    /// Whether archived ones are looked at.
    pub archived: bool,
}

/// What the name of a repository has to look like.
#[derive(Debug, Clone)]
pub struct NamePattern {
    regex: Regex,
    full: bool,
}

/// When an organisation is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the start of one run to the start of the next.
    pub frequency: Duration,
    /// A run that takes longer is ended; what it has read is kept.
    pub timeout: Duration,
    /// The first run waits this long after the start of the program.
    pub initial_delay: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule {
            frequency: Duration::from_secs(30 * 60),
            timeout: Duration::from_secs(10 * 60),
            initial_delay: Duration::ZERO,
        }
    }
}

impl NamePattern {
    /// A regular expression for the whole name of a repository, without its owner.
    pub fn name(text: &str) -> Result<NamePattern, String> {
        NamePattern::new(&format!("^(?:{text})$"), false)
    }

    /// A regular expression for a part of the full name, with its owner.
    pub fn full_name(text: &str) -> Result<NamePattern, String> {
        NamePattern::new(text, true)
    }

    fn new(text: &str, full: bool) -> Result<NamePattern, String> {
        let regex = regex::RegexBuilder::new(text).size_limit(1 << 20).build();
        regex.map(|regex| NamePattern { regex, full }).map_err(|error| error.to_string())
    }

    fn fits(&self, full_name: &str) -> bool {
        let name = full_name.rsplit('/').next().unwrap_or_default();
        self.regex.is_match(if self.full { full_name } else { name })
    }
}

impl ProviderSetting {
    /// An organisation whose repositories have their descriptor where it usually is.
    pub fn new(forge: Forge, id: &str, host: &str, owner: &str) -> ProviderSetting {
        ProviderSetting {
            forge,
            id: id.to_owned(),
            host: host.to_owned(),
            owner: Some(owner.to_owned()),
            path: "catalog-info.yaml".to_owned(),
            branch: None,
            fallback_branch: None,
            filters: RepositoryFilters { forks: true, ..RepositoryFilters::default() },
            schedule: Schedule::default(),
            configured_at: String::new(),
        }
    }

    /// The key of the source: `github-provider:<id>`.
    pub fn key(&self) -> String {
        format!("{}-provider:{}", self.forge.name(), self.id)
    }

    /// What it looks through, for people.
    pub fn target(&self) -> String {
        match &self.owner {
            Some(owner) => format!("{}/{owner}", self.host),
            None => self.host.clone(),
        }
    }

    /// The path of descriptors, without a slash in front.
    pub fn path(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// The branch of a repository that is read.
    pub fn branch_of<'a>(&'a self, repository: &'a Repository) -> Option<&'a str> {
        let own = self.branch.as_deref();
        own.or(repository.default_branch.as_deref()).or(self.fallback_branch.as_deref())
    }

    /// Whether a repository could be one of these, going by its name alone.
    pub fn may_hold(&self, full_name: &str) -> bool {
        let full_name = full_name.to_lowercase();
        self.owner.as_ref().is_none_or(|owner| {
            let owner = owner.to_lowercase();
            full_name.strip_prefix(&owner).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Which paths in a repository are those of descriptors.
    pub fn path_pattern(&self) -> Result<Minimatch, globs::Error> {
        Minimatch::new(self.path(), MinimatchOptions::default())
    }

    /// Whether a repository is looked at.
    pub fn wants(&self, repository: &Repository) -> bool {
        let filters = &self.filters;
        let has = |topic: &String| repository.topics.iter().any(|own| own == topic);
        (filters.archived || !repository.archived)
            && (filters.forks || !repository.fork)
            && filters.name.as_ref().is_none_or(|pattern| pattern.fits(&repository.name))
            && !filters.excluded.iter().any(|name| name.eq_ignore_ascii_case(&repository.name))
            && (filters.include_topics.is_empty() || filters.include_topics.iter().any(has))
            && filters.all_topics.iter().all(has)
            && !filters.exclude_topics.iter().any(has)
            && (filters.visibility.is_empty()
                || filters.visibility.contains(&repository.visibility))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(name: &str) -> Repository {
        Repository {
            description: None,
            name: name.to_owned(),
            default_branch: Some("main".to_owned()),
            archived: false,
            fork: false,
            visibility: "public".to_owned(),
            topics: vec!["portal".to_owned(), "rust".to_owned()],
            changed_at: String::new(),
        }
    }

    #[test]
    fn filters_choose_repositories() {
        let wanted = |change: &dyn Fn(&mut RepositoryFilters)| {
            let mut setting = ProviderSetting::new(Forge::GitHub, "x", "github.com", "acme");
            change(&mut setting.filters);
            setting.wants(&repository("acme/shop-api"))
        };
        let pattern = |text: &str| Some(NamePattern::name(text).expect("a pattern"));
        assert!(wanted(&|_| ()));
        assert!(wanted(&|it| it.name = pattern("shop-.*")));
        assert!(!wanted(&|it| it.name = pattern("shop")));
        assert!(!wanted(&|it| it.name = pattern("shop|api")));
        assert!(wanted(&|it| it.name = NamePattern::full_name("acme/shop").ok()));
        assert!(!wanted(&|it| it.excluded = vec!["Acme/Shop-Api".to_owned()]));
        assert!(wanted(&|it| it.include_topics = vec!["go".to_owned(), "rust".to_owned()]));
        assert!(!wanted(&|it| it.include_topics = vec!["go".to_owned()]));
        assert!(wanted(&|it| it.all_topics = vec!["portal".to_owned(), "rust".to_owned()]));
        assert!(!wanted(&|it| it.all_topics = vec!["go".to_owned(), "rust".to_owned()]));
        assert!(!wanted(&|it| it.exclude_topics = vec!["rust".to_owned()]));
        assert!(!wanted(&|it| it.visibility = vec!["private".to_owned()]));
        let setting = ProviderSetting::new(Forge::GitHub, "x", "github.com", "acme");
        assert!(!setting.wants(&Repository { archived: true, ..repository("acme/a") }));
        assert!(setting.wants(&Repository { fork: true, ..repository("acme/a") }));
        assert!(NamePattern::name("(").is_err());
        assert!(setting.may_hold("Acme/a") && !setting.may_hold("acmes/a"));
    }
}
