//! `catalog.providers`: organisations whose repositories are looked through for descriptors.

use super::macros::{choice, section};
use super::place::Place;
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::Tree;
use super::values::Host;
use catalog::NamePattern;
use std::collections::BTreeMap;
use std::time::Duration;

section! {
    /// Organisations whose repositories are looked through for descriptors, each under a name of
    /// your choice. Tokens stand under `integrations`.
    pub struct Providers {
        /// Organisations and users of GitHub; one alone may stand here without a name.
        github("github"): OneOrNamed<GitHubProvider>;
        /// Groups of GitLab.
        gitlab("gitlab"): BTreeMap<String, GitLabProvider>;
        /// Organisations and users of Gitea and Forgejo.
        gitea("gitea"): BTreeMap<String, GiteaProvider>;
    }
    unused {
        "githubOrg": "Comes later.",
        "githubOrgMetadata": "",
        "bitbucketCloud": "Comes later.",
        "bitbucketServer": "Comes later.",
        "azureDevOps": "Comes later.",
        "gerrit": "Comes later.",
        "awsS3": "Comes later.",
        "ldapOrg": "Comes later.",
        "microsoftGraphOrg": "Comes later.",
        "keycloakOrg": "Comes later.",
    }
}

section! {
    /// An organisation or a user of GitHub.
    pub struct GitHubProvider {
        /// The organisation or the user.
        organization("organization"): String, example "acme";
        /// The host.
        host("host"): Host = "github.com";
        /// Where descriptors are in a repository; `*` stands for any part of a name, `**` for any
        /// folders.
        catalog_path("catalogPath"): String = "/catalog-info.yaml", example "/**/catalog-info.yaml";
        /// Which repositories are looked at.
        filters("filters"): RepositoryFilters;
        /// When.
        schedule("schedule"): Schedule;
    }
    unused {
        "app": "GitHub Apps come later; use a token under `integrations`.",
        "enterprise": "Name the organisations one by one.",
        "validateLocationsExist": "A repository without a descriptor gives nothing.",
        "pageSizes": "",
    }
}

section! {
    /// An organisation or a user of Gitea or Forgejo.
    pub struct GiteaProvider {
        /// The organisation or the user.
        organization("organization"): String, example "acme";
        /// The host.
        host("host"): Host, example "git.example.com";
        /// The branch that is read; each repository's default when left out.
        branch("branch"): Option<String>, example "main";
        /// Where descriptors are in a repository; `*` stands for any part of a name, `**` for any
        /// folders.
        catalog_path("catalogPath"): String = "catalog-info.yaml", example "**/catalog-info.yaml";
        /// Which repositories are looked at.
        filters("filters"): RepositoryFilters;
        /// When.
        schedule("schedule"): Schedule;
    }
}

section! {
    /// A group of GitLab with its subgroups.
    pub struct GitLabProvider {
        /// The host.
        host("host"): Host = "gitlab.com";
        /// The group; every project the token's owner belongs to when left out.
        group("group"): Option<String>, example "acme/platform";
        /// The branch that is read; each project's default when left out.
        branch("branch"): Option<String>, example "main";
        /// The branch that is read where a project has no default.
        fallback_branch("fallbackBranch"): Option<String>, example "main";
        /// Where descriptors are in a project; `*` stands for any part of a name, `**` for any
        /// folders.
        entity_filename("entityFilename"): String = "catalog-info.yaml", example "**/catalog-info.yaml";
        /// A regular expression that a part of the project's path with its groups fits.
        project_pattern("projectPattern"): Option<Pattern>, example "^acme/platform/";
        /// Full paths of projects that are passed over.
        exclude_repos("excludeRepos"): Vec<String>, example "[acme/sandbox]";
        /// Topics, separated by commas; only projects with all of them are looked at.
        topics("topics"): Option<String>, example "portal";
        /// Whether copies of other projects are passed over.
        skip_forked_repos("skipForkedRepos"): bool = "false";
        /// Whether archived projects are looked at.
        include_archived_repos("includeArchivedRepos"): bool = "false";
        /// When.
        schedule("schedule"): Schedule;
    }
    unused {
        "groupPattern": "Use `projectPattern`.",
        "userPattern": "",
        "orgEnabled": "Users and groups of GitLab come later.",
        "rules": "",
        "relations": "",
        "membership": "",
        "useSearch": "",
        "simple": "",
        "allowInherited": "",
        "includeUsersWithoutSeat": "",
        "restrictUsersToGroup": "",
    }
}

section! {
    /// Which repositories are looked at. All conditions hold together.
    pub struct RepositoryFilters {
        /// The branch that is read; each repository's default when left out.
        branch("branch"): Option<String>, example "main";
        /// A regular expression for the whole name, without the owner.
        repository("repository"): Option<Pattern>, example "service-.*";
        /// Topics.
        topic("topic"): TopicFilter;
        /// Who sees them; all of them when left out.
        visibility("visibility"): Vec<Visibility>, example "[public, internal]";
        /// Whether copies of other repositories are looked at.
        allow_forks("allowForks"): bool = "true";
        /// Whether archived ones are looked at.
        allow_archived("allowArchived"): bool = "false";
    }
}

section! {
    /// Topics that repositories have or have not.
    pub struct TopicFilter {
        /// They have at least one of these.
        include("include"): Vec<String>, example "[portal]";
        /// They have none of these.
        exclude("exclude"): Vec<String>, example "[experiment]";
    }
}

choice! {
    /// Who sees a repository.
    pub enum Visibility {
        /// Everybody.
        Public("public"),
        /// Everybody who is signed in.
        Internal("internal"),
        /// Only some people.
        Private("private"),
    }
}

section! {
    /// When an organisation is looked through. Messages of the host (`POST /webhooks/…`) are heard
    /// at any time.
    pub struct Schedule {
        /// From the start of one run to the start of the next.
        frequency("frequency"): Duration = "30 minutes", example "{minutes: 30}";
        /// A run that takes longer is ended; what it has read is kept.
        timeout("timeout"): Duration = "10 minutes", example "{minutes: 3}";
        /// The first run waits this long after the start.
        initial_delay("initialDelay"): Option<Duration>, example "15 seconds";
    }
    unused { "scope": "" }
    check Schedule::check;
}

/// Several under names, or one alone, which is called `default`.
#[derive(Debug, Clone)]
pub struct OneOrNamed<T>(pub BTreeMap<String, T>);

impl<T: Setting> Setting for OneOrNamed<T> {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        BTreeMap::<String, T>::shape()
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        if tree.get("organization").is_none() {
            return BTreeMap::read(tree, reader).map(OneOrNamed);
        }
        let one = T::read(tree, reader)?;
        Some(OneOrNamed(BTreeMap::from([("default".to_owned(), one)])))
    }

    fn absent(_: &Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(OneOrNamed(BTreeMap::new()))
    }
}

/// A regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Setting for Pattern {
    fn shape() -> Shape {
        Shape::Scalar("a regular expression")
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, "a regular expression", |text| match NamePattern::full_name(text) {
            Ok(_) => Ok(Pattern(text.to_owned())),
            Err(error) => Err(error.lines().last().unwrap_or_default().to_owned()),
        })
    }
}

impl Schedule {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        for (key, duration) in [("frequency", self.frequency), ("timeout", self.timeout)] {
            if duration < Duration::from_secs(1) {
                reader.expected_in(tree, key, "at least `1s`", "");
            }
        }
    }
}
