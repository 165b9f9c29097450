//! `callboard check`: reads the configuration, tries each connection, says what is wrong and where.

use crate::compose;
use crate::config::Config;
use crate::config::connections::Target;
use clients::git::copy::default_branch_of;
use clients::git::{Limits, Remote, Repository};
use clients::http::GetOptions;
use db::Databases;
use std::path::Path;
use std::time::Duration;

/// Nobody waits longer than this for one connection.
const PATIENCE: Duration = Duration::from_secs(15);

/// Tries every connection; whether all of them are usable. Results are printed as they come.
pub async fn check(config: &Config, data: &Path) -> Result<bool, String> {
    for warning in &config.warnings {
        println!("warning  {warning}");
    }
    let mut good = true;
    for connection in config.connections() {
        let work = attempt(config, data, &connection.target);
        let outcome = match tokio::time::timeout(PATIENCE, work).await {
            Ok(outcome) => outcome,
            Err(_) => Err(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        let what = connection.target.describe();
        match outcome {
            Ok(()) => println!("ok       {what}"),
            Err(message) => {
                good = false;
                println!("error    {}: {}: {what}: {message}", connection.place, connection.key);
            }
        }
    }
    Ok(good)
}

async fn attempt(config: &Config, data: &Path, target: &Target<'_>) -> Result<(), String> {
    match target {
        Target::Database(_) => {
            let databases = Databases::open(compose::engine(config, data))
                .await
                .map_err(|error| error.to_string())?;
            let answers = databases.control().ping().await;
            databases.close().await;
            answers.map_err(|_| "it does not answer; check the connection".to_owned())
        }
        Target::CatalogPath(path) => paths_exist(path),
        Target::CatalogUrl(url) => {
            let host = host(url);
            let http = compose::http(config, &host)?;
            http.get_text(url, GetOptions::default().etag)
                .await
                .map(|_| ())
                .map_err(|error| error.to_string())
        }
        Target::CatalogRepository(target) => {
            repository(config, target.split("//").next().unwrap_or(target), target).await
        }
        Target::Integration(integration) => {
            let host = integration.host.as_str();
            let address = format!("{host}:443");
            tokio::net::lookup_host(address)
                .await
                .map(|_| ())
                .map_err(|error| format!("the host is not known ({error}); check its name"))
        }
        Target::InsightsFolder(path) => {
            Repository::open(path).await.map(|_| ()).map_err(|error| error.to_string())
        }
        Target::InsightsRemote(url) => repository(config, url, url).await,
        Target::PublishFolder(folder) => std::fs::create_dir_all(folder)
            .map_err(|error| format!("it cannot be made ({error}); name another folder")),
        Target::Layout(_) => compose::layout(config).map(|_| ()),
        Target::TimeZone(name) => {
            let zone = model::clock::ZoneSettings {
                zone: (*name).to_owned(),
                label: None,
                work: None,
                days: None,
                latitude: None,
                longitude: None,
            };
            let clock = insights::clock::world_clock(&[zone], access::now());
            match clock.rows.into_iter().next().map(|row| row.reading) {
                Some(model::clock::ClockState::Wrong { message, .. }) => Err(message),
                _ => Ok(()),
            }
        }
    }
}

/// A folder, a file, or a pattern that matches something.
fn paths_exist(path: &str) -> Result<(), String> {
    let fixed: std::path::PathBuf =
        Path::new(path).iter().take_while(|part| !part.to_string_lossy().contains('*')).collect();
    match fixed.exists() {
        true => Ok(()),
        false => Err(format!("there is nothing at {}; check the path", fixed.display())),
    }
}

async fn repository(config: &Config, remote: &str, whole: &str) -> Result<(), String> {
    let is_remote = whole.contains("://") || whole.contains('@');
    if !is_remote {
        let path = remote.split("?ref=").next().unwrap_or(remote);
        let opened = Repository::open(Path::new(path)).await;
        return opened.map(|_| ()).map_err(|error| error.to_string());
    }
    // The part before the path inside the repository.
    let remote = match whole.split_once("://") {
        Some((scheme, rest)) => {
            format!("{scheme}://{}", rest.split("//").next().unwrap_or(rest))
        }
        None => remote.to_owned(),
    };
    let remote = remote.split('?').next().unwrap_or(&remote).to_owned();
    let parsed = Remote::parse(&remote, true).map_err(|error| error.to_string())?;
    let http = compose::http(config, &host(&remote))?;
    let parsed = parsed.checked(http.guard()).await.map_err(|error| error.to_string())?;
    default_branch_of(&parsed, Limits::default())
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

fn host(url: &str) -> Vec<String> {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
    authority.and_then(|it| it.rsplit('@').next()).map(str::to_owned).into_iter().collect()
}
