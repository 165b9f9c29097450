//! From the configuration to the services: the one place that knows both.

mod providers;

use crate::config::catalog::{self, LocationKind, OrphanStrategy};
use crate::config::database::Database;
use crate::config::insights::{Bands, DeploymentsFrom, IncidentsFrom};
use crate::config::{Config, backend::AccessKind, tenants::TenantSettings};
use crate::connections::Limits;
use crate::sign_in::{SignIn, SignInPerson};
use crate::telemetry::LogFormat;
use access::{StaticToken, TenantRule, Tokens};
use clients::http::{HostRule, Http, HttpSettings, Rules};
use db::Engine;
use insights::service::RepositorySource;
use model::clock::ZoneSettings;
use model::dashboard::DashboardLayout;
use model::dora::{BandEdition, DeploymentRule, DoraSettings, IncidentRule};
use model::session::Person;
use model::tenant::{Branding, TenantName};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the databases are.
pub fn engine(config: &Config, data: &Path) -> Engine {
    match &config.backend.database {
        Database::Sqlite { folder } => {
            Engine::Sqlite { folder: folder.clone().unwrap_or_else(|| data.to_owned()) }
        }
        Database::Postgres { url, reader_url, prefix, .. } => Engine::Postgres {
            url: url.expose().to_owned(),
            reader_url: reader_url.as_ref().map(|url| url.expose().to_owned()),
            prefix: prefix.clone(),
        },
    }
}

/// The configured tenants; one named `default` when there are none.
pub fn tenants(config: &Config) -> Vec<TenantRule> {
    let own = branding(&config.app.title, &config.app.branding);
    let rule = |(name, tenant): (&TenantName, &TenantSettings)| TenantRule {
        name: name.clone(),
        hosts: tenant.hosts.iter().map(|host| host.as_str().to_owned()).collect(),
        branding: {
            let title = tenant.title.as_ref().unwrap_or(&config.app.title);
            let mut branding = branding(title, &tenant.branding);
            branding.logo_url = branding.logo_url.or_else(|| own.logo_url.clone());
            branding.accent = branding.accent.or_else(|| own.accent.clone());
            branding.accent_dark = branding.accent_dark.or_else(|| own.accent_dark.clone());
            branding
        },
    };
    let rules: Vec<TenantRule> = config.tenants.iter().map(rule).collect();
    match rules.is_empty() {
        false => rules,
        true => vec![TenantRule {
            name: TenantName::default_tenant(),
            hosts: Vec::new(),
            branding: own,
        }],
    }
}

fn branding(title: &str, branding: &crate::config::app::Branding) -> Branding {
    Branding {
        product_name: title.to_owned(),
        logo_url: branding.logo.as_ref().map(|logo| logo.0.clone()),
        accent: branding.accent.as_ref().map(|colour| colour.as_str().to_owned()),
        accent_dark: branding.accent_dark.as_ref().map(|colour| colour.as_str().to_owned()),
    }
}

/// Tokens of programs.
pub fn tokens(config: &Config) -> Tokens {
    let access = &config.backend.auth.external_access;
    let statics = access.iter().filter(|entry| entry.kind == AccessKind::Static);
    let tokens = statics.filter_map(|entry| {
        let token = entry.options.token.as_ref()?;
        let subject = entry.options.subject.clone().unwrap_or_else(|| "external".to_owned());
        Some(StaticToken::new(token.expose(), subject))
    });
    Tokens::new(tokens.collect())
}

/// What clients may hold.
pub fn limits(config: &Config) -> Limits {
    let limits = &config.backend.limits;
    Limits {
        connections: limits.connections as usize,
        header_timeout: limits.header_timeout,
        body_timeout: limits.body_timeout,
    }
}

/// Hosts whose pictures pages may show: in profiles, as logos, and in documentation.
pub fn image_hosts(config: &Config) -> Vec<String> {
    let allowed = config.app.images.allowed_hosts.iter().map(|host| host.as_str().to_owned());
    let tenants = config.tenants.values().map(|tenant| &tenant.branding);
    let logos = tenants.chain([&config.app.branding]).filter_map(|branding| {
        let logo = &branding.logo.as_ref()?.0;
        let authority = logo.strip_prefix("https://")?.split(['/', '?', '#']).next()?;
        Some(authority.to_ascii_lowercase())
    });
    let docs = config.techdocs.images.allowed_hosts.iter().map(|host| host.as_str().to_owned());
    let mut hosts: Vec<String> = allowed.chain(logos).chain(docs).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Ways to sign in. A guest is let in on this machine only, unless the configuration insists.
pub fn sign_in(config: &Config, demo: bool, loopback: bool) -> SignIn {
    let mut people = Vec::new();
    if demo {
        people.extend(demo_people());
    } else if let Some(guest) = config.guest(loopback) {
        let user_ref = guest.user_entity_ref.to_string();
        let mut ownership_refs: Vec<String> =
            guest.ownership_entity_refs.iter().map(ToString::to_string).collect();
        if ownership_refs.is_empty() {
            ownership_refs.push(user_ref.clone());
        }
        people.push(SignInPerson {
            provider: "guest".to_owned(),
            person: Person { user_ref, display_name: "Guest".to_owned(), ownership_refs },
            hint: "For looking around, without a password".to_owned(),
        });
    }
    SignIn { people, automatic: demo, secure: config.base_url().starts_with("https://") }
}

/// The people of the demo's own catalog.
pub fn demo_people() -> [SignInPerson; 3] {
    let person = |name: &str, display_name: &str, groups: &[&str], hint: &str| SignInPerson {
        provider: "demo".to_owned(),
        person: Person {
            user_ref: format!("user:default/{name}"),
            display_name: display_name.to_owned(),
            ownership_refs: std::iter::once(format!("user:default/{name}"))
                .chain(groups.iter().map(|group| format!("group:default/{group}")))
                .collect(),
        },
        hint: hint.to_owned(),
    };
    [
        person("robin.dale", "Robin Dale", &["platform"], "Develops the platform"),
        person("noor.haddad", "Noor Haddad", &["experience"], "Writes pages and documentation"),
        person("mika.lind", "Mika Lind", &["insights", "platform"], "Leads a team, reads figures"),
    ]
}

/// Hosts the configuration trusts with requests.
fn hosts(config: &Config) -> Vec<String> {
    let integrations = config.integrations.all();
    let integrations = integrations.iter().map(|integration| integration.host.as_str().to_owned());
    let reading = config.backend.reading.allow.iter().flat_map(|rule| {
        let host = rule.host.as_str();
        let parts = rule.paths.iter().map(move |path| format!("{host}{}", path.as_str()));
        let whole = rule.paths.is_empty().then(|| host.to_owned());
        parts.chain(whole)
    });
    integrations.chain(reading).collect()
}

/// The client for addresses of the outside: only hosts the configuration names. Those may lie in
/// a private network, since somebody wrote them down.
pub fn http(config: &Config, more: &[String]) -> Result<Http, String> {
    let parse = |host: &String| HostRule::parse(host);
    let mut hosts: Vec<HostRule> =
        hosts(config).iter().chain(more).map(parse).collect::<Result<_, _>>()?;
    if hosts.is_empty() {
        // An empty list would mean every host; a name that cannot exist means none.
        hosts.push(HostRule::parse("nothing.invalid")?);
    }
    let rules = Rules { private_hosts: hosts.clone(), hosts, ..Rules::default() };
    Http::new(HttpSettings { rules, ..HttpSettings::default() }).map_err(|error| error.to_string())
}

/// What the catalog reads. `shipped` is the folder of the templates that come with the program.
pub fn catalog(config: &Config, shipped: Option<&Path>) -> ::catalog::Settings {
    use ::catalog::{
        AllowedKind, HistorySettings, HoldSettings, LocationSetting, LocationType, RuleLocation,
        RuleSetting, TargetPattern,
    };
    let allowed = |kinds: &[catalog::AllowedKind]| -> Vec<AllowedKind> {
        let kind = |kind: &catalog::AllowedKind| AllowedKind {
            kind: kind.kind.clone(),
            spec_type: kind.spec_type.clone(),
        };
        kinds.iter().map(kind).collect()
    };
    let settings = &config.catalog;
    let mut locations: Vec<LocationSetting> = settings
        .locations
        .iter()
        .enumerate()
        .map(|(index, location)| LocationSetting {
            r#type: match location.kind {
                LocationKind::File => LocationType::File,
                LocationKind::Url => LocationType::Url,
                LocationKind::Git => LocationType::Git,
            },
            target: match location.kind {
                LocationKind::File => absolute(Path::new(&location.target)),
                _ => location.target.clone(),
            },
            rules: location
                .rules
                .iter()
                .map(|rule| RuleSetting { allow: allowed(&rule.allow), locations: None })
                .collect(),
            configured_at: config
                .place_of(&format!("catalog.locations[{index}].target"))
                .to_string(),
        })
        .collect();
    if let Some(folder) = shipped.filter(|_| settings.shipped_templates) {
        let template = AllowedKind { kind: "Template".to_owned(), spec_type: None };
        let location = AllowedKind { kind: "Location".to_owned(), spec_type: None };
        locations.push(LocationSetting {
            r#type: LocationType::File,
            target: absolute(&folder.join("catalog-info.yaml")),
            rules: vec![RuleSetting { allow: vec![template, location], locations: None }],
            configured_at: "(shipped templates)".to_owned(),
        });
    }
    let rules = settings.rules.iter().map(|rule| RuleSetting {
        allow: allowed(&rule.allow),
        locations: (!rule.locations.is_empty()).then(|| {
            let place = |place: &catalog::RuleLocation| RuleLocation {
                r#type: place.kind.clone(),
                exact: place.exact.clone(),
                pattern: place.pattern.as_deref().map(|text| {
                    TargetPattern::new(text).unwrap_or_else(|_| TargetPattern::nothing(text))
                }),
            };
            rule.locations.iter().map(place).collect()
        }),
    });
    // Each tenant may register its own repositories; those in a folder of the configuration are
    // everybody's.
    let allowed_folders = config.scaffolder.publish.git.folder.iter().cloned().collect();
    ::catalog::Settings {
        locations,
        rules: rules.collect(),
        max_file_size: settings.limits.max_file_size.0,
        processing_interval: match settings.processing_interval {
            catalog::Interval::Every(interval) => Some(interval),
            _ => None,
        },
        orphan_keep: settings.orphan_strategy == OrphanStrategy::Keep,
        readonly: settings.readonly,
        on_conflict: match settings.default_location_conflict_strategy {
            catalog::ConflictStrategy::Refresh => ::catalog::OnConflict::Refresh,
            catalog::ConflictStrategy::Reject => ::catalog::OnConflict::Reject,
        },
        allowed_hosts: hosts(config),
        integrations: providers::integrations(config),
        providers: providers::providers(config),
        allowed_folders,
        history: HistorySettings {
            keep_for: settings.history.keep_for,
            max_versions: settings.history.max_versions,
            undo_for: settings.removals.undo_for,
        },
        hold: HoldSettings {
            above_percent: settings.removals.hold_above,
            free: settings.removals.free as usize,
        },
    }
}

/// A path that says where something is from wherever it is read.
fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// How long events are kept.
pub fn events(config: &Config) -> activity::Retention {
    let events = &config.activity.events;
    activity::Retention { keep_for: events.keep_for, max_events: u64::from(events.max_events) }
}

/// How templates are run.
pub fn scaffolder(config: &Config) -> Result<scaffolder::Settings, String> {
    let settings = &config.scaffolder;
    let environment = &settings.default_environment;
    let integrations = config.integrations.all();
    let kinds = integrations.iter().map(|it| (it.host.as_str().to_owned(), it.kind.to_owned()));
    let mut hosts: BTreeMap<String, String> = kinds.collect();
    for (host, kind) in [
        ("github.com", "github"),
        ("gitlab.com", "gitlab"),
        ("bitbucket.org", "bitbucketCloud"),
        ("dev.azure.com", "azure"),
    ] {
        hosts.entry(host.to_owned()).or_insert_with(|| kind.to_owned());
    }
    let git = &settings.publish.git;
    let remotes: Vec<String> =
        git.allowed_remotes.iter().map(|remote| remote.as_str().to_owned()).collect();
    let remote_hosts: Vec<String> = remotes.iter().filter_map(|remote| host_of(remote)).collect();
    let secret = |(name, secret): (&String, &crate::config::values::Secret)| {
        (name.clone(), serde_json::Value::from(secret.expose()))
    };
    Ok(scaffolder::Settings {
        repositories: git.folder.clone(),
        allowed_remotes: remotes,
        default_author: scaffolder::Author {
            name: settings.default_author.name.clone(),
            email: settings.default_author.email.clone(),
        },
        default_commit_message: settings.default_commit_message.clone(),
        concurrent_tasks: settings.concurrent_tasks_limit as usize,
        task_timeout: settings.task_timeout,
        environment_parameters: environment.parameters.clone().into_iter().collect(),
        environment_secrets: environment.secrets.iter().map(secret).collect(),
        hosts,
        http: http(config, &remote_hosts)?,
        markdown: techdocs::markdown_to_html,
    })
}

fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    Some(authority.rsplit('@').next()?.to_owned())
}

/// What the dashboard shows; `repo` from the command line counts before the configuration.
pub fn insights(
    config: &Config,
    repo: Option<&str>,
) -> Result<insights::service::Settings, String> {
    let settings = &config.insights;
    let repository = match (repo, &settings.repository.path, &settings.repository.url) {
        (Some(repo), ..) if repo.contains("://") => Some(RepositorySource::Url(repo.to_owned())),
        (Some(repo), ..) => Some(RepositorySource::Path(PathBuf::from(repo))),
        (None, Some(path), _) => Some(RepositorySource::Path(path.clone())),
        (None, None, Some(url)) => Some(RepositorySource::Url(url.clone())),
        (None, None, None) => None,
    };
    let hosts: Vec<String> = match &repository {
        Some(RepositorySource::Url(url)) => host_of(url).into_iter().collect(),
        _ => Vec::new(),
    };
    let rule = &settings.dora.deployments;
    let branch = rule.branch.clone().or_else(|| settings.repository.branch.clone());
    let zones = config.dashboard.clock.zones.iter().map(|zone| ZoneSettings {
        zone: zone.zone.0.clone(),
        label: Some(zone.label.clone()),
        work: zone.work_hours.map(|hours| {
            let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            format!("{}-{}", time(hours.from), time(hours.to))
        }),
        days: None,
        latitude: zone.latitude,
        longitude: zone.longitude,
    });
    Ok(insights::service::Settings {
        repository,
        dora: DoraSettings {
            deployments: match rule.from {
                DeploymentsFrom::Auto => DeploymentRule::Auto,
                DeploymentsFrom::Tags => DeploymentRule::Tags { pattern: rule.tag_pattern.clone() },
                DeploymentsFrom::Merges => DeploymentRule::Merges { branch },
                DeploymentsFrom::Commits => DeploymentRule::Commits { branch },
            },
            incidents: match settings.dora.incidents.from {
                IncidentsFrom::None => IncidentRule::None,
                IncidentsFrom::Reverts => IncidentRule::Reverts,
            },
            bands: match settings.dora.bands {
                Bands::Of2023 => BandEdition::Report2023,
                Bands::Of2021 => BandEdition::Report2021,
            },
        },
        zones: zones.collect(),
        layout: layout(config)?,
        http: http(config, &hosts)?,
    })
}

/// How documentation is shown.
pub fn techdocs(config: &Config) -> ::techdocs::Settings {
    let hosts = config.techdocs.images.allowed_hosts.iter().map(|host| host.as_str().to_owned());
    ::techdocs::Settings { images: Arc::new(::techdocs::ImageHosts::new(hosts)) }
}

/// The arrangement of the layout file, or the built-in one.
pub fn layout(config: &Config) -> Result<DashboardLayout, String> {
    let Some(path) = &config.dashboard.layout else { return Ok(DashboardLayout::default()) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("The layout file {} cannot be read ({error}).", path.display()))?;
    insights::layout::read_layout(&text).map_err(|problems| {
        let lines = problems.iter().map(|problem| format!("{}: {problem}", path.display()));
        lines.collect::<Vec<_>>().join("\n")
    })
}

/// How log lines look.
pub fn log_format(config: &Config) -> LogFormat {
    match config.telemetry.log_format {
        crate::config::telemetry::LogFormat::Text => LogFormat::Text,
        crate::config::telemetry::LogFormat::Json => LogFormat::Json,
    }
}
