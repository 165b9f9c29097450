//! The configuration: read from YAML, checked against one typed description, documented from it.
//!
//! A file of the person's is laid over `defaults.yaml`. Everything that is wrong is reported at once,
//! each with file, line and column. The environment is read here and nowhere else.

mod environment;
mod macros;
mod nearest;
mod place;
mod reader;
mod schema;
mod setting;
mod tree;
mod unused;

pub mod activity;
pub mod app;
pub mod auth;
pub mod backend;
pub mod catalog;
pub mod catalog_history;
pub mod connections;
pub mod dashboard;
pub mod database;
mod documentation;
pub mod insights;
pub mod integrations;
pub mod providers;
pub mod scaffolder;
pub mod techdocs;
pub mod telemetry;
pub mod tenants;
pub mod values;

#[cfg(test)]
mod tests;

pub use environment::env;
pub use place::{ConfigErrors, File, Finding, Place};

use macros::section;
use model::tenant::TenantName;
use reader::Reader;
use setting::Setting;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use tree::Tree;

/// What holds where nobody says otherwise; also the documentation of the defaults.
const DEFAULTS: &str = include_str!("defaults.yaml");

/// The configuration of the demonstration.
const DEMO: &str = include_str!("../../../demo/callboard.yaml");

section! {
    /// All settings.
    pub struct Settings {
        /// What the portal is called, where it is reached and how it looks.
        app("app"): app::App;
        /// The server side.
        backend("backend"): backend::Backend;
        /// Where entities come from and which kinds are taken from where.
        catalog("catalog"): catalog::Catalog;
        /// Hosts of source code and how the program signs in there.
        integrations("integrations"): integrations::Integrations;
        /// How people sign in.
        auth("auth"): auth::Auth;
        /// How documentation is shown.
        techdocs("techdocs"): techdocs::TechDocs;
        /// How templates run and where they may publish.
        scaffolder("scaffolder"): scaffolder::Scaffolder;
        /// The repository whose activity is shown, and how delivery is measured.
        insights("insights"): insights::Insights;
        /// The first page.
        dashboard("dashboard"): dashboard::Dashboard;
        /// Organisations that share this instance; without any there is one, `default`.
        tenants("tenants"): BTreeMap<TenantName, tenants::TenantSettings>;
        /// What is kept of what happened.
        activity("activity"): activity::Activity;
        /// What the program writes about its own work.
        telemetry("telemetry"): telemetry::Telemetry;
    }
    unused = unused::TOP_LEVEL;
    check Settings::check;
}

/// A checked configuration; its settings are its own.
#[derive(Debug, Clone)]
pub struct Config {
    /// The settings, for who wants to change one (`--listen`).
    pub settings: Settings,
    /// What a person should know but need not mend.
    pub warnings: Vec<Finding>,
    /// Where each value stands, by its path.
    places: BTreeMap<String, Place>,
}

impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Config {
    /// Reads a file over the defaults, or the defaults alone.
    pub fn load(
        path: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigErrors> {
        Config::load_files(path.as_slice(), env)
    }

    /// Reads several files, each over the one before, all over the defaults.
    pub fn load_files(
        paths: &[impl AsRef<Path>],
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigErrors> {
        let layers = (1..).zip(paths).map(|(layer, path)| Tree::load(path.as_ref(), layer));
        Config::from_layers(layers.collect(), &env)
    }

    /// Reads the configuration of the demonstration, and a file over it when there is one.
    /// Relative paths in it start from `folder`, where the demo content lies.
    pub fn load_demo(
        folder: &Path,
        path: Option<&Path>,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigErrors> {
        let mut layers = vec![parse("demo/callboard.yaml", folder, DEMO, 1)];
        layers.extend(path.map(|path| Tree::load(path, 2)));
        Config::from_layers(layers, &env)
    }

    /// Reads a text over the defaults; relative paths in it start from `folder`.
    pub fn parse(
        name: &str,
        folder: &Path,
        text: &str,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigErrors> {
        Config::from_layers(vec![parse(name, folder, text, 1)], &env)
    }

    /// Where the value at a path such as `catalog.locations[0].target` stands; for one that is
    /// left out, where the nearest object above it stands.
    pub fn place_of(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return place.clone();
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return defaults_place(),
            }
        }
    }

    /// Every setting as Markdown: `docs/configuration.md`.
    pub fn documentation() -> String {
        documentation::markdown(Settings::section(), &defaults())
    }

    /// The address at which people open the portal.
    pub fn base_url(&self) -> String {
        let listen = &self.backend.listen;
        match self.app.base_url.as_ref().or(self.backend.base_url.as_ref()) {
            Some(url) => url.as_str().to_owned(),
            None if listen.host.is_none() => format!("http://localhost:{}", listen.port),
            None => format!("http://{listen}"),
        }
    }

    /// The guest who may come in without a password. Outside development, and where other machines
    /// can reach the program, only when that is asked for.
    /// `loopback`: whether the address the program really listens on is this machine's alone.
    pub fn guest(&self, loopback: bool) -> Option<auth::Guest> {
        let environment = &self.auth.environment;
        let guest = self.auth.providers.guest.as_ref()?.in_environment(environment);
        let harmless = environment == "development" && loopback;
        (harmless || guest.dangerously_allow_outside_development).then_some(guest)
    }

    fn from_layers(
        layers: Vec<Result<Tree, Finding>>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Config, ConfigErrors> {
        let mut reader = Reader::new(env, Settings::section());
        let mut tree = defaults();
        for layer in layers {
            match layer {
                Ok(layer) => tree.overlay(layer),
                Err(finding) => reader.errors.push(finding),
            }
        }
        // Over a file that cannot be read, findings would be about something else.
        let settings =
            if reader.errors.is_empty() { Settings::read(&tree, &mut reader) } else { None };
        let Reader { mut errors, mut warnings, places, .. } = reader;
        let order = |finding: &Finding| {
            let place = &finding.place;
            (place.file.layer, place.file.name.clone(), place.mark)
        };
        errors.sort_by_key(order);
        warnings.sort_by_key(order);
        match settings {
            Some(settings) if errors.is_empty() => Ok(Config { settings, warnings, places }),
            _ => Err(ConfigErrors { errors, warnings }),
        }
    }
}

impl Settings {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if let Some(guest) = &self.auth.providers.guest
            && !guest.in_environment(&self.auth.environment).dangerously_allow_outside_development
            && !self.backend.listen.is_loopback()
        {
            let providers = tree.get("auth").and_then(|auth| auth.get("providers"));
            let place = &providers.and_then(|it| it.get("guest")).unwrap_or(tree).place;
            reader.at("auth.providers.guest", |reader| {
                reader.warn(
                    place,
                    "guests are not let in, since other machines can reach the program. Listen on \
                     127.0.0.1, or set `dangerouslyAllowOutsideDevelopment: true` if everybody who \
                     reaches it may come in.",
                );
            });
        }
        let mut hosts = HashMap::new();
        for (name, tenant) in &self.tenants {
            for host in &tenant.hosts {
                let Some(other) = hosts.insert(host.as_str(), name) else { continue };
                reader.error_in(
                    tree,
                    "tenants",
                    &format!(
                        "expected each host once, found `{host}` at `{other}` and at `{name}`. \
                         Remove one."
                    ),
                );
            }
        }
    }
}

fn parse(name: &str, folder: &Path, text: &str, layer: usize) -> Result<Tree, Finding> {
    let file = Arc::new(File { name: name.to_owned(), folder: folder.to_owned(), layer });
    Tree::parse(&file, text)
}

fn defaults() -> Tree {
    // A test reads the defaults, so this never ends in the empty tree.
    parse("(defaults)", Path::new("."), DEFAULTS, 0)
        .unwrap_or_else(|_| Tree { value: tree::Value::Null, place: defaults_place() })
}

fn defaults_place() -> Place {
    let file = File { name: "(defaults)".to_owned(), folder: Path::new(".").to_owned(), layer: 0 };
    Place { file: Arc::new(file), mark: None }
}
