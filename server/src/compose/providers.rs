//! Hosts of source code, and the organisations on them.

use crate::config::Config;
use crate::config::providers::{self as settings, Visibility};
use crate::config::values::{Host, Secret, WebUrl};
use catalog::{Forge, Integration, NamePattern, ProviderSetting, RepositoryFilters, Schedule};
use clients::http::Auth;
use std::sync::Arc;
use std::time::Duration;

/// The hosts whose API the catalog speaks. One that only a provider names is asked without a token.
pub(super) fn integrations(config: &Config) -> Vec<Integration> {
    let text = |url: &Option<WebUrl>| url.as_ref().map(|url| url.as_str().to_owned());
    let secret = |secret: &Option<Secret>| secret.as_ref().map(|it| it.expose().to_owned());
    let bearer = |token: &Option<Secret>| secret(token).map(Auth::Bearer);
    let set = &config.integrations;
    let github = set.github.iter().map(|it| Integration {
        auth: bearer(&it.token),
        webhook_secret: secret(&it.webhook_secret),
        requests_per_hour: Some(it.requests_per_hour),
        ..Integration::new(Forge::GitHub, it.host.as_str(), text(&it.api_base_url).as_deref(), None)
    });
    let gitlab = set.gitlab.iter().map(|it| {
        let (api, web) = (text(&it.api_base_url), text(&it.base_url));
        Integration {
            auth: bearer(&it.token),
            webhook_secret: secret(&it.webhook_secret),
            requests_per_hour: Some(it.requests_per_hour),
            ..Integration::new(Forge::GitLab, it.host.as_str(), api.as_deref(), web.as_deref())
        }
    });
    let gitea = set.gitea.iter().map(|it| {
        let basic = || {
            let (user, password) = (it.username.clone()?, secret(&it.password)?);
            Some(Auth::Basic { user, password })
        };
        let web = text(&it.base_url);
        Integration {
            auth: secret(&it.token).map(Auth::Token).or_else(basic),
            webhook_secret: secret(&it.webhook_secret),
            requests_per_hour: Some(it.requests_per_hour),
            ..Integration::new(Forge::Gitea, it.host.as_str(), None, web.as_deref())
        }
    });
    let mut all: Vec<Integration> = github.chain(gitlab).chain(gitea).collect();
    for provider in providers(config) {
        let known = |it: &Integration| it.forge == provider.forge && it.host == provider.host;
        if !all.iter().any(known) {
            all.push(Integration::new(provider.forge, &provider.host, None, None));
        }
    }
    all
}

/// The organisations whose repositories are looked through.
pub(super) fn providers(config: &Config) -> Vec<Arc<ProviderSetting>> {
    let set = &config.catalog.providers;
    let place = |forge: Forge, id: &str| {
        config.place_of(&format!("catalog.providers.{}.{id}", forge.name())).to_string()
    };
    let plain = |forge: Forge, id: &str, host: &Host, owner: &str| ProviderSetting {
        configured_at: place(forge, id),
        ..ProviderSetting::new(forge, id, host.as_str(), owner)
    };
    let github = set.github.0.iter().map(|(id, it)| ProviderSetting {
        path: it.catalog_path.clone(),
        branch: it.filters.branch.clone(),
        filters: filters(&it.filters),
        schedule: schedule(&it.schedule),
        ..plain(Forge::GitHub, id, &it.host, &it.organization)
    });
    let gitea = set.gitea.iter().map(|(id, it)| ProviderSetting {
        path: it.catalog_path.clone(),
        branch: it.branch.clone().or_else(|| it.filters.branch.clone()),
        filters: filters(&it.filters),
        schedule: schedule(&it.schedule),
        ..plain(Forge::Gitea, id, &it.host, &it.organization)
    });
    let gitlab = set.gitlab.iter().map(|(id, it)| ProviderSetting {
        owner: it.group.clone(),
        path: it.entity_filename.clone(),
        branch: it.branch.clone(),
        fallback_branch: it.fallback_branch.clone(),
        filters: RepositoryFilters {
            name: pattern(it.project_pattern.as_ref(), NamePattern::full_name),
            excluded: it.exclude_repos.clone(),
            all_topics: it.topics.iter().flat_map(|topics| words(topics)).collect(),
            forks: !it.skip_forked_repos,
            archived: it.include_archived_repos,
            ..RepositoryFilters::default()
        },
        schedule: schedule(&it.schedule),
        ..plain(Forge::GitLab, id, &it.host, "")
    });
    github.chain(gitlab).chain(gitea).map(Arc::new).collect()
}

fn filters(set: &settings::RepositoryFilters) -> RepositoryFilters {
    RepositoryFilters {
        name: pattern(set.repository.as_ref(), NamePattern::name),
        include_topics: set.topic.include.clone(),
        exclude_topics: set.topic.exclude.clone(),
        visibility: set.visibility.iter().map(|it: &Visibility| it.as_str().to_owned()).collect(),
        forks: set.allow_forks,
        archived: set.allow_archived,
        ..RepositoryFilters::default()
    }
}

/// The configuration was checked, so every pattern is one.
fn pattern(
    set: Option<&settings::Pattern>,
    read: fn(&str) -> Result<NamePattern, String>,
) -> Option<NamePattern> {
    set.and_then(|pattern| read(&pattern.0).ok())
}

fn schedule(set: &settings::Schedule) -> Schedule {
    Schedule {
        frequency: set.frequency,
        timeout: set.timeout,
        initial_delay: set.initial_delay.unwrap_or(Duration::ZERO),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}
