//! Following events: from any number on, in order, each at least once.

use crate::event::Event;
use crate::store;
use access::Tenant;
use model::Result;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How many events one batch holds at most.
pub const MAX_BATCH: usize = 100;

/// How often it is looked without being woken, for what other processes wrote.
const LOOK: Duration = Duration::from_secs(2);

/// Carries events from who writes them to who follows them. The rows are the events; a bus only
/// says that there are new ones, so one that loses a message loses no event.
pub trait EventBus: Send + Sync {
    /// Says that events of a tenant were committed.
    fn publish(&self, tenant: &Tenant);

    /// Follows the events of a tenant from a number on; 1 is the first there ever was. Whoever
    /// follows remembers the number after the last event it has dealt with.
    fn subscribe(&self, tenant: &Arc<Tenant>, from: i64) -> Box<dyn Subscription>;
}

/// Somebody who follows.
pub trait Subscription: Send {
    /// The next events, as soon as there are any.
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<Batch>> + Send + '_>>;
}

/// Some events in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// How many events before these were removed before they could be read.
    pub missed: i64,
    /// At least one, at most [`MAX_BATCH`].
    pub events: Vec<Event>,
}

/// The bus of one process: everybody reads the table, and a commit wakes them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tail;

impl EventBus for Tail {
    fn publish(&self, tenant: &Tenant) {
        tenant.db.wake();
    }

    fn subscribe(&self, tenant: &Arc<Tenant>, from: i64) -> Box<dyn Subscription> {
        let wakes = tenant.db.wakes();
        Box::new(TableTail { tenant: tenant.clone(), from: from.max(1), wakes })
    }
}

struct TableTail {
    tenant: Arc<Tenant>,
    from: i64,
    wakes: watch::Receiver<u64>,
}

impl TableTail {
    async fn next_batch(&mut self) -> Result<Batch> {
        loop {
            // Before the look: what is committed after it wakes.
            self.wakes.borrow_and_update();
            let (db, name) = (&self.tenant.db, &self.tenant.name);
            let events = store::event_page(db, name, self.from, MAX_BATCH as i64).await?;
            if let (Some(first), Some(last)) = (events.first(), events.last()) {
                let missed = first.number - self.from;
                self.from = last.number + 1;
                return Ok(Batch { missed, events });
            }
            let _ = tokio::time::timeout(LOOK, self.wakes.changed()).await;
        }
    }
}

impl Subscription for TableTail {
    fn next(&mut self) -> Pin<Box<dyn Future<Output = Result<Batch>> + Send + '_>> {
        Box::pin(self.next_batch())
    }
}
