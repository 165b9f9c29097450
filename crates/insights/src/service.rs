//! The dashboard's questions: how it is arranged, and what its widgets show.

use crate::dora::{self, Incidents};
use crate::history::{History, ReadLimits};
use crate::repository::{Beside, activity};
use crate::{clock, store};
use access::{OpContext, Permission};
use clients::git::copy::{CopyOptions, clone_or_fetch};
use clients::git::{GitError, Remote, Repository};
use clients::http::Http;
use model::clock::{WorldClock, ZoneSettings};
use model::dashboard::{DashboardLayout, LayoutChange, WidgetKind};
use model::dora::{DoraReport, DoraSettings, IncidentRule};
use model::repository::RepositoryActivity;
use model::{Error, Result};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// What the dashboard shows.
pub struct Settings {
    /// The repository, when one is connected.
    pub repository: Option<RepositorySource>,
    /// How the DORA metrics are computed.
    pub dora: DoraSettings,
    /// The zones of the world clock.
    pub zones: Vec<ZoneSettings>,
    /// The shipped arrangement.
    pub layout: DashboardLayout,
    /// For repositories of the outside.
    pub http: Http,
}

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepositorySource {
    /// On this machine's disk.
    Path(PathBuf),
    /// At a clone address.
    Url(String),
}

/// Numbers for the dashboard.
pub struct Insights {
    settings: Arc<Settings>,
    /// The history by tenant.
    history: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    history: Arc<History>,
    at: Instant,
    reading: bool,
}

/// A history older than this is read again, behind the answer.
const FRESH: Duration = Duration::from_secs(20);

/// Nobody waits longer than this for the first reading.
const PATIENCE: Duration = Duration::from_secs(8);

/// The one dashboard there is.
const HOME: &str = "home";

impl Insights {
    /// A service that has read nothing yet.
    pub fn new(settings: Settings) -> Arc<Insights> {
        Arc::new(Insights { settings: Arc::new(settings), history: Mutex::default() })
    }

    /// The dashboard as this person arranged it.
    pub async fn layout_get(&self, op: &OpContext) -> Result<DashboardLayout> {
        op.authorize(Permission::InsightsRead)?;
        let stored = match op.principal.person() {
            Some(person) => store::layout_get(op.db(), &person.user_ref, HOME).await?,
            None => None,
        };
        // An arrangement another version wrote and this one cannot read gives way to the shipped.
        let stored = stored.and_then(|text| serde_json::from_str(&text).ok());
        Ok(stored.unwrap_or_else(|| self.settings.layout.clone()))
    }

    /// Moves, hides or shows a widget for this person; `reset` brings the shipped layout back.
    pub async fn layout_change(
        &self,
        op: &OpContext,
        kind: &str,
        change: &str,
    ) -> Result<DashboardLayout> {
        op.authorize(Permission::DashboardLayoutUpdate)?;
        let Some(person) = op.principal.person() else {
            return Err(Error::unauthenticated("Sign in to arrange a dashboard of your own."));
        };
        if change == "reset" {
            store::layout_delete(op.db(), &person.user_ref, HOME).await?;
            return Ok(self.settings.layout.clone());
        }
        let (Some(kind), Some(change)) = (WidgetKind::parse(kind), LayoutChange::parse(change))
        else {
            return Err(Error::invalid(format!(
                "There is no widget \"{kind}\" or no change \"{change}\". Reload the page and try \
                 again."
            )));
        };
        let mut layout = self.layout_get(op).await?;
        layout.apply(kind, change);
        let text = serde_json::to_string(&layout).map_err(|_| Error::internal(""))?;
        store::layout_put(op.db(), &person.user_ref, HOME, &text, access::now()).await?;
        Ok(layout)
    }

    /// Time around the world.
    pub fn clock(&self, op: &OpContext) -> Result<WorldClock> {
        op.authorize(Permission::InsightsRead)?;
        Ok(clock::world_clock(&self.settings.zones, access::now()))
    }

    /// The DORA metrics with the rows behind them.
    pub async fn dora(self: &Arc<Self>, op: &OpContext) -> Result<DoraReport> {
        op.authorize(Permission::InsightsRead)?;
        let history = self.history(op).await?;
        let settings = self.settings.clone();
        compute(move || {
            let incidents = match settings.dora.incidents {
                IncidentRule::None => Incidents::NotConfigured,
                IncidentRule::Reverts => Incidents::Reverts,
            };
            dora::report(&history, &settings.dora, &incidents, access::now())
        })
        .await
    }

    /// The DORA metrics alone, as the widget shows them.
    pub async fn dora_figures(self: &Arc<Self>, op: &OpContext) -> Result<DoraReport> {
        let mut report = self.dora(op).await?;
        report.deployments.clear();
        report.incidents.clear();
        report.per_day.clear();
        Ok(report)
    }

    /// What happens in the repository.
    pub async fn repository(self: &Arc<Self>, op: &OpContext) -> Result<RepositoryActivity> {
        op.authorize(Permission::InsightsRead)?;
        let history = self.history(op).await?;
        compute(move || activity(&history, Beside::default(), access::now())).await
    }

    /// The history from memory; read anew when there is none, and behind the answer when it is old.
    async fn history(self: &Arc<Self>, op: &OpContext) -> Result<Arc<History>> {
        let Some(source) = self.settings.repository.clone() else {
            return Err(not_connected());
        };
        let key = op.tenant.name.as_str().to_owned();
        {
            let mut kept = self.history.lock().await;
            if let Some(known) = kept.get_mut(&key) {
                if known.at.elapsed() > FRESH && !known.reading {
                    known.reading = true;
                    tokio::spawn(self.clone().read(op.clone(), source));
                }
                return Ok(known.history.clone());
            }
        }
        // The reading goes on when nobody waits any more, so that a later look finds it done.
        let reading = tokio::spawn(self.clone().read(op.clone(), source));
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Error::internal("")),
            Err(_) => Err(Error::unavailable(
                "The repository is being read for the first time. Reload in a moment.",
            )),
        }
    }

    async fn read(
        self: Arc<Self>,
        op: OpContext,
        source: RepositorySource,
    ) -> Result<Arc<History>> {
        let outcome = read(&self.settings, &op, &source).await;
        let folder = folder(&op, &source);
        let mut kept = self.history.lock().await;
        let key = op.tenant.name.as_str().to_owned();
        match outcome {
            Ok(history) => {
                let history = Arc::new(history);
                let entry = Kept { history: history.clone(), at: Instant::now(), reading: false };
                kept.insert(key, entry);
                Ok(history)
            }
            Err(error) => {
                tracing::warn!(error = %error, "the repository cannot be read");
                if let Some(known) = kept.get_mut(&key) {
                    known.reading = false;
                }
                Err(for_people(error, &source, &folder))
            }
        }
    }
}

/// Where the repository lies on this machine.
fn folder(op: &OpContext, source: &RepositorySource) -> PathBuf {
    match source {
        RepositorySource::Path(path) => path.clone(),
        RepositorySource::Url(_) => op.tenant.folder.join("insights").join("repository.git"),
    }
}

/// What the dashboard says of a repository that cannot be read. Where things lie on the server's
/// disk stands in the log, not on a page: a repository has its address or its folder's name.
fn for_people(error: GitError, source: &RepositorySource, folder: &Path) -> Error {
    let name = match source {
        RepositorySource::Url(url) => clients::redact::redact(url),
        RepositorySource::Path(path) => folder_name(path),
    };
    let message = match &error {
        // The hint names another folder by its whole path.
        GitError::NotARepository { path, .. } => {
            GitError::NotARepository { path: path.clone(), hint: String::new() }.to_string()
        }
        other => other.to_string(),
    };
    let whole = folder.canonicalize().ok().filter(|whole| *whole != *folder);
    let message = [whole.as_deref(), Some(folder)]
        .into_iter()
        .flatten()
        .filter(|path| path.parent().is_some())
        .fold(message, |text, path| text.replace(&path.display().to_string(), &name));
    match error {
        GitError::NotThere { .. } | GitError::NotARepository { .. } => Error::not_found(format!(
            "{message} Name another one with --repo PATH or under insights.repository in the \
             configuration."
        )),
        _ => Error::unavailable(message),
    }
}

/// The last part of a folder's path, whatever way the path goes there.
fn folder_name(path: &Path) -> String {
    let whole = path.canonicalize();
    let last = whole.as_deref().unwrap_or(path).file_name();
    last.map_or_else(|| "the repository".to_owned(), |name| name.to_string_lossy().into_owned())
}

async fn read(
    settings: &Settings,
    op: &OpContext,
    source: &RepositorySource,
) -> std::result::Result<History, GitError> {
    let (repository, name) = match source {
        RepositorySource::Path(path) => {
            let repository = Repository::open(path).await?;
            let remote = repository.remote_url().await?;
            let name = remote.as_deref().and_then(last_part).map(str::to_owned);
            (repository, name.unwrap_or_else(|| folder_name(path)))
        }
        RepositorySource::Url(url) => {
            let remote = Remote::parse(url, false)?.checked(settings.http.guard()).await?;
            let folder = folder(op, source);
            let options = CopyOptions { without_files: true, ..CopyOptions::default() };
            let name = last_part(remote.url()).unwrap_or(remote.url()).to_owned();
            (clone_or_fetch(&remote, &folder, &options).await?, name)
        }
    };
    History::read(&repository, &name, ReadLimits::default(), access::now()).await
}

fn last_part(url: &str) -> Option<&str> {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next()?;
    Some(last.trim_end_matches(".git")).filter(|name| !name.is_empty())
}

fn not_connected() -> Error {
    Error::not_found(
        "No repository is connected. Name one with --repo PATH, or under insights.repository in \
         the configuration.",
    )
}

/// Figures over a long history take a moment; pages are not held up by it.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_names_a_place_on_the_servers_disk() {
        let shop = PathBuf::from("/srv/data/demo/../shop");
        let source = RepositorySource::Path(shop.clone());
        let hint = " The repository around it is /srv/data.".to_owned();
        for error in [
            GitError::NotARepository { path: shop.clone(), hint },
            GitError::NotThere { place: shop.display().to_string(), hint: String::new() },
            GitError::NoCommits { place: shop.display().to_string() },
        ] {
            let said = for_people(error, &source, &shop).to_string();
            assert!(said.contains("shop") && !said.contains("/srv"), "{said}");
        }
        let url = "https://git.example.com/acme/shop.git";
        let copy = PathBuf::from("/srv/data/insights/repository.git");
        let error = GitError::NoCommits { place: copy.display().to_string() };
        let said = for_people(error, &RepositorySource::Url(url.to_owned()), &copy).to_string();
        assert!(said.contains(url) && !said.contains("/srv"), "{said}");
    }

    #[test]
    fn names_a_repository_by_its_address() {
        assert_eq!(last_part("https://git.example.com/acme/shop.git"), Some("shop"));
        assert_eq!(last_part("git@git.example.com:acme/shop.git/"), Some("shop"));
    }
}
