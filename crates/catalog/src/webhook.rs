//! Messages of hosts of source code: taken when they are signed, and answered by looking at exactly
//! what they say has changed.
//!
//! A message is believed as far as where to look; what is there is asked of the host itself.

mod store;

use crate::Catalog;
use crate::discovery::Changed;
use crate::refresh::RefreshReport;
use crate::state::State;
use access::{OpContext, Permission, RefusalReason};
use activity::NewEvent;
use catalog_index::item::hex;
use catalog_ingest::address::host_of;
use catalog_ingest::integration::{Forge, Integration};
use catalog_ingest::rules::LocationType;
use catalog_ingest::source::Source;
use catalog_ingest::source::git::GitTarget;
use catalog_ingest::source::read::RefreshMode;
use catalog_ingest::webhook::event::{self, Change, Event};
use catalog_ingest::webhook::{Delivery, signature};
use db::Claim;
use model::time::Timestamp;
use model::{Error, Result};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::{End, Message, NewMessage};
use tokio::sync::Notify;

/// How long a message is remembered, so that it is not taken twice: three days.
const REMEMBERED_MS: i64 = 3 * 24 * 3600 * 1000;

/// So many messages wait at most; hosts send a refused one again.
const MAX_WAITING: i64 = 10_000;

/// What they may weigh together.
const MAX_WAITING_BYTES: i64 = 100 * 1024 * 1024;

/// How often it is tried to follow a message.
const MAX_ATTEMPTS: i64 = 8;

/// How long is waited after the first failed attempt; after each further one twice as long.
const BACK_OFF_MS: i64 = 5_000;

/// The longest such wait.
const LONGEST_BACK_OFF_MS: i64 = 10 * 60_000;

/// How often it is looked without being woken, for what other processes took.
const LOOK: Duration = Duration::from_secs(5);

/// What this process knows of messages; they themselves are rows.
#[derive(Default)]
pub(crate) struct Inbox {
    last: Mutex<HashMap<(Forge, String), Timestamp>>,
    refused: Mutex<HashMap<Forge, u64>>,
    wake: Notify,
}

/// What one message says of one repository.
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
    /// Takes a message that is signed with the secret of a configured host, for
    /// [`Catalog::webhook_turn`]. One that was taken before is done once; one that could not be
    /// followed is tried again when it is sent again.
    pub async fn webhook_receive(&self, op: &OpContext, delivery: Delivery<'_>) -> Result<()> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let mut hosts = self.web.connected().iter().map(|connected| &connected.integration);
        let Some(integration) = hosts.find(|host| signature::is_from(host, &delivery)) else {
            *lock(&state.inbox.refused).entry(delivery.forge).or_default() += 1;
            op.tenant.refusals.note(RefusalReason::Denied, "webhook", delivery.forge.name());
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
        event::read(&delivery)?;
        let body = std::str::from_utf8(delivery.body)
            .map_err(|_| Error::invalid("The message is not what was expected: no UTF-8."))?;
        let (messages, bytes) = store::waiting(op.db()).await?;
        if messages >= MAX_WAITING || bytes + body.len() as i64 > MAX_WAITING_BYTES {
            return Err(Error::unavailable("Too many messages are waiting. Send it again later."));
        }
        self.keep(op, integration, &delivery, body).await?;
        let key = (integration.forge, integration.host.clone());
        lock(&state.inbox.last).insert(key, access::now());
        state.inbox.wake.notify_one();
        Ok(())
    }

    /// Writes a message down, unless it is known and was dealt with.
    async fn keep(
        &self,
        op: &OpContext,
        integration: &Integration,
        delivery: &Delivery<'_>,
        body: &str,
    ) -> Result<()> {
        let content_hash = match integration.forge {
            Forge::GitLab => String::new(),
            _ => hex(&Sha256::digest(delivery.body)),
        };
        let message = NewMessage {
            forge: integration.forge.name(),
            host: &integration.host,
            delivery_id: delivery.id,
            content_hash: &content_hash,
            event_name: delivery.event,
            body,
        };
        let now = access::now();
        let mut tx = op.db().begin().await?;
        store::sweep(&mut tx, Timestamp(now.0 - REMEMBERED_MS)).await?;
        let mut is_new = true;
        for id in signature::ids(integration, delivery) {
            is_new &= store::delivery_insert(&mut tx, &id, now).await?;
        }
        if is_new {
            store::message_insert(&mut tx, &message, now).await?;
        } else if !store::message_again(&mut tx, &message, now).await? {
            return Ok(tx.commit().await?);
        }
        let (forge, host) = (message.forge, message.host);
        let event = webhook_event("received", (forge, host, delivery.id), delivery.event, None);
        activity::publish(op, &mut tx, [event].into_iter()).await?;
        Ok(tx.commit().await?)
    }

    /// Waits for a message and looks at what it says has changed. One that cannot be followed is
    /// tried again later, so often. `claim` is of the lease that whoever calls this holds: messages
    /// that an earlier holder did not get done are taken first.
    pub async fn webhook_turn(&self, op: &OpContext, claim: &Claim) -> Result<()> {
        op.authorize(Permission::CatalogEntityRefresh)?;
        let state = self.state(op)?;
        let message = loop {
            // From here on whoever takes a message wakes.
            let woken = state.inbox.wake.notified();
            let now = access::now();
            let wait = match store::next_due(op.db(), claim).await? {
                Some(due) if due > now => {
                    LOOK.min(Duration::from_millis(now.until(due).unsigned_abs()))
                }
                None => LOOK,
                Some(_) => {
                    let mut tx = op.db().begin().await?;
                    let taken = store::message_take(&mut tx, claim, now).await?;
                    tx.commit().await?;
                    match taken {
                        Some(message) => break message,
                        None => continue,
                    }
                }
            };
            let _ = tokio::time::timeout(wait, woken).await;
        };
        // One that ends the program each time is not tried forever.
        let outcome = match message.attempts > MAX_ATTEMPTS {
            true => Err(Error::unavailable("The program ended each time it was tried.")),
            false => self.follow_message(op, &state, &message).await,
        };
        self.end(op, claim, &message, outcome).await
    }

    /// Follows everything a message says; the first thing that went wrong, when all was tried.
    async fn follow_message(
        &self,
        op: &OpContext,
        state: &Arc<State>,
        message: &Message,
    ) -> Result<()> {
        let mut hosts = self.web.connected().iter().map(|connected| &connected.integration);
        let Some(integration) =
            hosts.find(|host| host.forge.name() == message.forge && host.host == message.host)
        else {
            // Nothing is read from there any more.
            return Ok(());
        };
        let delivery = Delivery {
            forge: integration.forge,
            id: &message.delivery_id,
            event: &message.event_name,
            proof: "",
            body: message.body.as_bytes(),
        };
        let mut outcome = Ok(());
        for event in event::read(&delivery)? {
            let arrived = Arrived { integration: integration.clone(), event };
            for source in self.sources(state) {
                let followed = self.follow(op, state, &source, &arrived).await;
                if let Err(error) = followed {
                    tracing::warn!(
                        tenant.id = op.tenant.name.as_str(),
                        catalog.source = source.key,
                        "a message could not be followed: {error}"
                    );
                    outcome = outcome.and(Err(error));
                }
            }
        }
        outcome
    }

    /// Writes down what became of a message.
    async fn end(
        &self,
        op: &OpContext,
        claim: &Claim,
        message: &Message,
        outcome: Result<()>,
    ) -> Result<()> {
        let error = outcome.err().map(|error| clients::redact::redact(&error.to_string()));
        let (end, what) = match &error {
            None => (End::Done, Some("done")),
            // Polling finds it later.
            Some(error) if message.attempts >= MAX_ATTEMPTS => {
                (End::GivenUp(error), Some("failed"))
            }
            Some(error) => {
                let doubled = BACK_OFF_MS << (message.attempts - 1).clamp(0, 20);
                let wait = doubled.min(LONGEST_BACK_OFF_MS);
                (End::Later(Timestamp(access::now().0 + wait), error), None)
            }
        };
        let mut tx = op.db().begin().await?;
        let is_ours = store::message_end(&mut tx, message, claim, &end).await?;
        if let Some(what) = what.filter(|_| is_ours) {
            let id = (&*message.forge, &*message.host, &*message.delivery_id);
            let event = webhook_event(what, id, &message.event_name, error.as_deref());
            activity::publish(op, &mut tx, [event].into_iter()).await?;
        }
        Ok(tx.commit().await?)
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

/// What happened to a message.
fn webhook_event(
    what: &str,
    (forge, host, delivery_id): (&str, &str, &str),
    event_name: &str,
    error: Option<&str>,
) -> NewEvent {
    let data = json!({"delivery": delivery_id, "event": event_name, "error": error});
    NewEvent::new(format!("webhook.{what}"), format!("{forge}:{host}"), data)
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
