//! What the configuration connects to, for `callboard check` to try.

use super::catalog::{LocationKind, is_remote};
use super::database::Database;
use super::integrations::Integration;
use super::{Config, Place};
use std::path::{Path, PathBuf};

/// Something outside the program that the configuration names.
#[derive(Debug, Clone)]
pub struct Connection<'a> {
    /// What it is.
    pub target: Target<'a>,
    /// The path of the setting: `catalog.locations[0].target`.
    pub key: String,
    /// Where the setting stands.
    pub place: Place,
}

/// What can be connected to.
#[derive(Debug, Clone)]
pub enum Target<'a> {
    /// The database.
    Database(&'a Database),
    /// A file, a folder or a pattern with descriptors.
    CatalogPath(&'a str),
    /// The address of a descriptor.
    CatalogUrl(&'a str),
    /// A repository with descriptors: a clone URL or a path.
    CatalogRepository(&'a str),
    /// A host of source code.
    Integration(Integration<'a>),
    /// The repository whose activity is shown: its folder.
    InsightsFolder(&'a Path),
    /// The repository whose activity is shown: its clone URL.
    InsightsRemote(&'a str),
    /// The folder templates publish to; made when missing.
    PublishFolder(&'a PathBuf),
    /// The file with the dashboard's layout.
    Layout(&'a Path),
    /// The name of a time zone, to be found in the time zone database.
    TimeZone(&'a str),
}

impl Config {
    /// Everything outside the program that the configuration names, in the order of the keys.
    pub fn connections(&self) -> Vec<Connection<'_>> {
        let mut all = Vec::new();
        let mut add = |key: String, target| {
            let place = self.place_of(&key);
            all.push(Connection { target, key, place });
        };
        add("backend.database".to_owned(), Target::Database(&self.backend.database));
        for (index, location) in self.catalog.locations.iter().enumerate() {
            let target = location.target.as_str();
            add(
                format!("catalog.locations[{index}].target"),
                match location.kind {
                    LocationKind::File => Target::CatalogPath(target),
                    LocationKind::Url => Target::CatalogUrl(target),
                    LocationKind::Git => Target::CatalogRepository(target),
                },
            );
        }
        for integration in self.integrations.all() {
            let key = format!("integrations.{}[{}]", integration.kind, integration.index);
            add(key, Target::Integration(integration));
        }
        if let Some(folder) = &self.scaffolder.publish.git.folder {
            add("scaffolder.publish.git.folder".to_owned(), Target::PublishFolder(folder));
        }
        let repository = &self.insights.repository;
        if let Some(path) = &repository.path {
            add("insights.repository.path".to_owned(), Target::InsightsFolder(path));
        }
        if let Some(url) = &repository.url {
            add("insights.repository.url".to_owned(), Target::InsightsRemote(url));
        }
        if let Some(layout) = &self.dashboard.layout {
            add("dashboard.layout".to_owned(), Target::Layout(layout));
        }
        for (index, zone) in self.dashboard.clock.zones.iter().enumerate() {
            let key = format!("dashboard.clock.zones[{index}].zone");
            add(key, Target::TimeZone(&zone.zone.0));
        }
        all
    }
}

impl Target<'_> {
    /// What it is, for people; without any secret.
    pub fn describe(&self) -> String {
        match self {
            Target::Database(Database::Sqlite { folder: None }) => {
                "SQLite in the data folder".to_owned()
            }
            Target::Database(Database::Sqlite { folder: Some(folder) }) => {
                format!("SQLite in {}", folder.display())
            }
            Target::Database(Database::Postgres { address, .. }) => {
                format!("PostgreSQL at {address}")
            }
            Target::CatalogPath(path) => format!("descriptors at {path}"),
            Target::CatalogUrl(url) => format!("descriptor at {url}"),
            Target::CatalogRepository(target) if is_remote(target) => {
                format!("descriptors in the repository {target}")
            }
            Target::CatalogRepository(path) => format!("descriptors in the repository at {path}"),
            Target::Integration(integration) => {
                format!("{} at {}", integration.kind, integration.host)
            }
            Target::InsightsFolder(path) => format!("repository at {}", path.display()),
            Target::InsightsRemote(url) => format!("repository {url}"),
            Target::PublishFolder(path) => format!("folder of repositories {}", path.display()),
            Target::Layout(path) => format!("dashboard layout {}", path.display()),
            Target::TimeZone(name) => format!("time zone {name}"),
        }
    }
}
