//! Subscriptions to what a page shows: they wait until it changes.
//!
//! A subscription knows what its page shows by an etag, as the page does. So a page that comes back
//! after any pause, to any instance, learns at once whether it missed something.

use crate::Catalog;
use crate::listing::listed;
use crate::stars::{stars, view_etag};
use access::{OpContext, Permission};
use model::catalog::EntityQuery;
use model::entity_ref::EntityRef;
use model::tenant::TenantName;
use model::{Error, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How many subscriptions one person can have at a time.
pub const MAX_SUBSCRIPTIONS: usize = 24;

/// Changes that come closer together than this are reported together.
const PAUSE: Duration = Duration::from_millis(500);

/// After so long a subscription ends and has to be renewed, so that it does not outlive a session.
const LIFE: Duration = Duration::from_secs(600);

/// The etag of what is not there.
const GONE: &str = "gone";

/// How many subscriptions each person has.
type PermitCounts = Arc<Mutex<HashMap<(TenantName, String), usize>>>;

/// All subscriptions.
pub(crate) struct Subscriptions {
    counts: PermitCounts,
    stopping: watch::Sender<bool>,
}

impl Default for Subscriptions {
    fn default() -> Subscriptions {
        Subscriptions { counts: PermitCounts::default(), stopping: watch::channel(false).0 }
    }
}

/// What a page shows.
enum Shown {
    List(Box<EntityQuery>),
    Entity(EntityRef),
}

/// A subscription to what one page shows.
pub struct Subscription {
    catalog: Arc<Catalog>,
    op: OpContext,
    shown: Shown,
    /// What the page shows, as far as it is known.
    etag: String,
    published: watch::Receiver<u64>,
    stopping: watch::Receiver<bool>,
    looked: Option<Instant>,
    until: Instant,
    _permit: SubscriptionPermit,
}

impl Catalog {
    /// Subscribes to a list. `etag` is that of the list the page shows.
    pub fn list_subscribe(
        self: &Arc<Self>,
        op: &OpContext,
        query: EntityQuery,
        etag: String,
    ) -> Result<Subscription> {
        op.authorize(Permission::CatalogEntityRead)?;
        self.subscribe(op, Shown::List(Box::new(query)), etag)
    }

    /// Subscribes to the page of an entity, which may come and go meanwhile.
    pub fn entity_subscribe(
        self: &Arc<Self>,
        op: &OpContext,
        entity_ref: EntityRef,
        etag: String,
    ) -> Result<Subscription> {
        op.authorize(Permission::CatalogEntityRead)?;
        self.subscribe(op, Shown::Entity(entity_ref), etag)
    }

    /// Ends every subscription, now and from now on: the program stops.
    pub fn stop_subscriptions(&self) {
        self.subscriptions.stopping.send_replace(true);
    }

    fn subscribe(
        self: &Arc<Self>,
        op: &OpContext,
        shown: Shown,
        etag: String,
    ) -> Result<Subscription> {
        Ok(Subscription {
            _permit: SubscriptionPermit::take(&self.subscriptions.counts, op)?,
            published: self.state(op)?.published(),
            stopping: self.subscriptions.stopping.subscribe(),
            catalog: self.clone(),
            op: op.clone(),
            shown,
            etag,
            looked: None,
            until: Instant::now() + LIFE,
        })
    }
}

impl Subscription {
    /// Waits until the page does not show what there is; the etag of what there is. Nothing when
    /// it has to be renewed.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let pause = self.looked.map_or_else(Instant::now, |looked| looked + PAUSE);
            tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(pause) => {}
            }
            self.published.mark_unchanged();
            self.looked = Some(Instant::now());
            let etag = self.current_etag().await?;
            if etag != self.etag {
                self.etag.clone_from(&etag);
                return Some(etag);
            }
            tokio::select! {
                _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                () = tokio::time::sleep_until(self.until) => return None,
                changed = self.published.changed() => changed.ok()?,
            }
        }
    }

    /// The etag of what there is now; nothing when it cannot be looked at.
    async fn current_etag(&self) -> Option<String> {
        match &self.shown {
            Shown::Entity(entity_ref) => match self.catalog.entity_view(&self.op, entity_ref) {
                Ok(view) => Some(view_etag(&view)),
                Err(Error::NotFound { .. }) => Some(GONE.to_owned()),
                Err(_) => None,
            },
            Shown::List(query) => {
                let stars = match query.starred.is_empty() {
                    true => Default::default(),
                    false => stars(&self.op).await.ok()?,
                };
                let state = self.catalog.state(&self.op).ok()?;
                Some(listed(&self.op, &state, query, &stars).etag)
            }
        }
    }
}

/// One of the subscriptions a person may have.
struct SubscriptionPermit {
    counts: PermitCounts,
    key: (TenantName, String),
}

impl SubscriptionPermit {
    fn take(counts: &PermitCounts, op: &OpContext) -> Result<SubscriptionPermit> {
        let key = (op.tenant.name.clone(), op.principal.name());
        let mut taken = counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(key.clone()).or_default();
        if *count >= MAX_SUBSCRIPTIONS {
            return Err(Error::unavailable(format!(
                "{MAX_SUBSCRIPTIONS} pages are followed already. Close some of them."
            )));
        }
        *count += 1;
        Ok(SubscriptionPermit { counts: counts.clone(), key })
    }
}

impl Drop for SubscriptionPermit {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}
