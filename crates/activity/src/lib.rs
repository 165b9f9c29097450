//! What happened: the audit log, who did what to what, written in the transaction that does it; the
//! events of the same transaction, for whoever follows them; and who looked at what, for those who
//! want it in the log.
//!
//! Types in the audit log are Backstage's where it has them (`entity-mutate`, `location-mutate`,
//! `task`). Events are CloudEvents.

mod bus;
mod event;
mod redact;
mod retention;
mod store;

pub use bus::{Batch, EventBus, MAX_BATCH, Subscription, Tail};
pub use event::{Event, NewEvent};
pub use redact::{redact, redact_text};
pub use retention::{Retention, prune};

use access::{OpContext, Tenant};
use db::Tx;
use model::Result;
use serde_json::{Value, json};
use std::fmt::Display;
use std::sync::Arc;

/// Records what an operation did, in the audit log and as an event, so that all of it stands or
/// none. It is the last thing of a transaction: from here to the commit other writers of events
/// wait. Secrets in `detail` are left out, but it should hold none.
pub async fn record(
    op: &OpContext,
    tx: &mut Tx,
    event_type: &str,
    subject: &str,
    detail: &Value,
) -> Result<()> {
    let event = NewEvent::of_audit(event_type, subject, detail);
    record_with(op, tx, (event_type, subject, detail), [event].into_iter()).await
}

/// The same with events that say more than the one line of the audit log.
pub async fn record_with(
    op: &OpContext,
    tx: &mut Tx,
    (event_type, subject, detail): (&str, &str, &Value),
    events: impl ExactSizeIterator<Item = NewEvent> + Send,
) -> Result<()> {
    let (clean_subject, detail) = (redact_text(subject), redact(detail.clone()));
    store::audit_insert(tx, op, event_type, &clean_subject, &detail).await?;
    publish(op, tx, events).await?;
    tracing::info!(
        tenant.id = op.tenant.name.as_str(),
        request.id = &*op.request_id,
        event.r#type = event_type,
        event.subject = &*clean_subject,
        event.principal = op.principal.name(),
        "recorded"
    );
    Ok(())
}

/// Writes events that are no matter of the audit log.
pub async fn publish(
    op: &OpContext,
    tx: &mut Tx,
    events: impl ExactSizeIterator<Item = NewEvent> + Send,
) -> Result<()> {
    if events.len() > 0 {
        store::event_insert(tx, op, events).await?;
        tx.wake_on_commit();
    }
    Ok(())
}

/// Writes events of what was refused since this was called last: whoever knocks a thousand times
/// gets one with the number. The audit log, which is kept for good, is not for everybody to fill.
pub async fn record_refusals(tenant: &Arc<Tenant>) -> Result<()> {
    let refusals = tenant.refusals.take();
    if refusals.is_empty() {
        return Ok(());
    }
    let op = OpContext::for_background(tenant.clone(), "refusals");
    let written = async {
        let mut tx = tenant.db.begin().await?;
        let events = refusals.iter().map(|refusal| {
            let data = json!({"principal": refusal.who, "count": refusal.count});
            NewEvent::new(format!("access.{}", refusal.reason.name()), refusal.what, data)
        });
        let events: Vec<NewEvent> = events.collect();
        publish(&op, &mut tx, events.into_iter()).await?;
        Ok(tx.commit().await?)
    };
    let outcome = written.await;
    if outcome.is_err() {
        tenant.refusals.put_back(refusals);
    }
    outcome
}

/// Says in the log who looked at what: `query_type` is how it was asked for. Of target `audit` and at
/// level `debug`, so that reading costs nothing where nobody wants it.
pub fn note_read(op: &OpContext, event_type: &str, query_type: &str, subject: impl Display) {
    tracing::debug!(
        target: "audit",
        {
            tenant.id = op.tenant.name.as_str(),
            request.id = &*op.request_id,
            event.r#type = event_type,
            event.query_type = query_type,
            event.subject = %subject,
            event.principal = op.principal.name(),
        },
        "read"
    );
}
