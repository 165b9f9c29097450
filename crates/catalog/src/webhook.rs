//! Messages of hosts of source code: taken when they are signed, and answered by looking at exactly
//! what they say has changed.
//!
//! A message is believed as far as where to look; what is there is asked of the host itself.

mod event;
mod signature;

use crate::Catalog;
use crate::discovery::{Changed, store};
use crate::integration::{Forge, Integration};
use crate::refresh::RefreshReport;
use crate::settings::LocationType;
use crate::source::git::GitTarget;
use crate::source::read::RefreshMode;
use crate::source::{Source, host_of};
use crate::state::State;
use access::{OpContext, Permission};
use event::{Change, Event};
use model::time::Timestamp;
use model::{Error, Result};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// How long a message is remembered, so that it is not taken twice: three days.
const REMEMBERED_MS: i64 = 3 * 24 * 3600 * 1000;

/// So many messages wait at most; hosts send a refused one again.
const MAX_WAITING: usize = 10_000;

/// A message as it came.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The provider type of the host it says it is from.
    pub forge: Forge,
    /// Its id.
    pub id: &'a str,
    /// What it is about, in the host's words.
    pub event: &'a str,
    /// What proves where it is from: a signature, in GitLab the secret itself.
    pub proof: &'a str,
    /// The rest.
    pub body: &'a [u8],
}

/// Messages that wait, and when the last one came from where.
#[derive(Default)]
pub(crate) struct Inbox {
    waiting: Mutex<VecDeque<Arrived>>,
    last: Mutex<HashMap<(Forge, String), Timestamp>>,
    refused: Mutex<HashMap<Forge, u64>>,
    wake: Notify,
}

struct Arrived {
    integration: Integration,
    event: Event,
}

impl Inbox {
    /// When the last message of a host was taken, since the program started.
    pub(crate) fn last(&self, integration: &Integration) -> Option<Timestamp> {
        let key = (integration.forge, integration.host.clone());
        lock(&self.last).get(&key).copied()
    }

    /// How many messages were refused that said they were from a host of this provider type.
    pub(crate) fn refused(&self, forge: Forge) -> u64 {
        lock(&self.refused).get(&forge).copied().unwrap_or_default()
    }
}

impl Catalog {
    /// Takes a message that is signed with the secret of a configured host and was not taken
    /// before. What it says is looked at by [`Catalog::webhook_turn`].
    pub async fn webhook_receive(&self, op: &OpContext, delivery: Delivery<'_>) -> Result<()> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let mut hosts = self.web.connected().iter().map(|connected| &connected.integration);
        let Some(integration) = hosts.find(|host| signature::is_from(host, &delivery)) else {
            *lock(&state.inbox.refused).entry(delivery.forge).or_default() += 1;
            tracing::warn!(
                tenant.id = op.tenant.name.as_str(),
                webhook.forge = delivery.forge.name(),
                "a message was refused: it is not signed with a configured secret"
            );
            return Err(Error::unauthenticated("The message was refused."));
        };
        if delivery.id.is_empty() || delivery.id.len() > 200 {
            return Err(Error::invalid("The message has no id."));
        }
        if lock(&state.inbox.waiting).len() >= MAX_WAITING {
            return Err(Error::unavailable("Too many messages are waiting. Send it again later."));
        }
        let events = event::read(&delivery)?;
        let now = access::now();
        let mut tx = op.db().begin().await?;
        store::delivery_sweep(&mut tx, Timestamp(now.0 - REMEMBERED_MS)).await?;
        for id in signature::ids(integration, &delivery) {
            if !store::delivery_insert(&mut tx, &id, now).await? {
                *lock(&state.inbox.refused).entry(delivery.forge).or_default() += 1;
                return Err(Error::conflict("The message was taken before."));
            }
        }
        tx.commit().await?;
        let key = (integration.forge, integration.host.clone());
        lock(&state.inbox.last).insert(key, now);
        let arrived = |event| Arrived { integration: integration.clone(), event };
        lock(&state.inbox.waiting).extend(events.into_iter().map(arrived));
        state.inbox.wake.notify_one();
        Ok(())
    }

    /// Waits for a message and looks at what it says has changed.
    pub async fn webhook_turn(&self, op: &OpContext) -> Result<()> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let arrived = loop {
            let first = lock(&state.inbox.waiting).pop_front();
            match first {
                Some(arrived) => break arrived,
                None => state.inbox.wake.notified().await,
            }
        };
        for source in self.sources(&state) {
            let outcome = self.follow(op, &state, &source, &arrived).await;
            if let Err(error) = outcome {
                // Polling finds it later.
                tracing::warn!(
                    tenant.id = op.tenant.name.as_str(),
                    catalog.source = source.key,
                    "a message could not be followed: {error}"
                );
            }
        }
        Ok(())
    }

    async fn follow(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        source: &Source,
        Arrived { integration, event }: &Arrived,
    ) -> Result<()> {
        let Some(setting) = &source.provider else {
            if !concerns(source, integration, event) {
                return Ok(());
            }
            let mut report = RefreshReport::default();
            return self
                .refresh_source(op, state, source, RefreshMode::AllChanges, &mut report)
                .await;
        };
        let same_host = setting.forge == integration.forge
            && setting.host.eq_ignore_ascii_case(&integration.host);
        if !same_host || !setting.may_hold(&event.repository) {
            return Ok(());
        }
        let only = match &event.change {
            Change::Repository => None,
            Change::Push { branch, .. }
                if !event.reads_branch(setting.branch.as_deref(), branch) =>
            {
                return Ok(());
            }
            Change::Push { paths, .. } => paths.as_ref(),
        };
        if let Some(paths) = only
            && let Ok(pattern) = setting.path_pattern()
            && !paths.iter().any(|path| pattern.matches(path).unwrap_or(true))
            && self.is_plain_repository(op, state, source, &event.repository).await?
        {
            return Ok(());
        }
        let changed = only.map_or(Changed::Unknown, Changed::Paths);
        self.repository_look(op, state, source, &event.repository, changed).await.map(drop)
    }
}

/// Whether a place lies in the repository a message is about, on the branch it is about.
fn concerns(source: &Source, integration: &Integration, event: &Event) -> bool {
    let of_repository = |path: &str| {
        let path = path.trim_matches('/');
        path.strip_suffix(".git").unwrap_or(path).eq_ignore_ascii_case(&event.repository)
    };
    match source.r#type {
        LocationType::Url => {
            let page = format!("{}/{}/", integration.web_base_url, event.repository);
            let start = source.target.get(..page.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(&page))
        }
        LocationType::Git => {
            let target = GitTarget::parse(&source.target);
            let host = host_of(&target.remote);
            let name = |host: &str| host.split(':').next().unwrap_or_default().to_lowercase();
            let same_host = host.is_some_and(|host| name(&host) == name(&integration.host));
            let path = match target.remote.split_once("://") {
                Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
                None => target.remote.split_once(':').map_or("", |(_, path)| path),
            };
            let branch = match &event.change {
                Change::Push { branch, .. } => event.reads_branch(target.branch.as_deref(), branch),
                Change::Repository => true,
            };
            same_host && branch && of_repository(path)
        }
        _ => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_repository_and_branch() {
        let host = Integration::new(Forge::Gitea, "git.example", None, None);
        let push = |repository: &str, branch: &str| Event {
            repository: repository.to_owned(),
            default_branch: Some("main".to_owned()),
            change: Change::Push { branch: branch.to_owned(), paths: None },
        };
        let check = |r#type, target: &str, event: &Event| {
            concerns(&Source::new(r#type, target), &host, event)
        };
        let main = push("Acme/Shop", "main");
        for target in [
            "https://git.example/acme/shop.git",
            "https://git.example/acme/shop//docs/*.yaml",
            "git@git.example:acme/shop.git",
            "ssh://git@git.example:2222/acme/shop?ref=main",
        ] {
            assert!(check(LocationType::Git, target, &main), "{target}");
        }
        for target in [
            "https://other.example/acme/shop.git",
            "https://git.example/acme/shop2.git",
            "https://git.example/acme/shop.git?ref=dev",
            "/srv/acme/shop.git",
        ] {
            assert!(!check(LocationType::Git, target, &main), "{target}");
        }
        let dev = push("acme/shop", "dev");
        assert!(check(LocationType::Git, "https://git.example/acme/shop?ref=dev", &dev));
        assert!(!check(LocationType::Git, "https://git.example/acme/shop", &dev));
        let shown = "https://git.example/acme/shop/src/branch/main/x.yaml";
        assert!(check(LocationType::Url, shown, &main));
        assert!(!check(LocationType::Url, "https://git.example/acme/shop2/src/x.yaml", &main));
        assert!(!check(LocationType::File, "/acme/shop", &main));
    }
}
