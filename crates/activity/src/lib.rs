//! The audit log: who did what to what, written in the transaction that does it; and who looked at
//! what, for those who want it in the log.
//!
//! Event types are Backstage's where it has them (`entity-mutate`, `location-mutate`, `task`).

mod store;

use access::OpContext;
use db::Tx;
use model::Result;
use serde_json::Value;
use std::fmt::Display;

/// Records what an operation did, so that both stand or neither does. `detail` never holds a
/// secret.
pub async fn record(
    op: &OpContext,
    tx: &mut Tx,
    event_type: &str,
    subject: &str,
    detail: &Value,
) -> Result<()> {
    store::event_insert(tx, op, event_type, subject, detail).await?;
    tracing::info!(
        tenant.id = op.tenant.name.as_str(),
        request.id = &*op.request_id,
        event.r#type = event_type,
        event.subject = subject,
        event.principal = op.principal.name(),
        "recorded"
    );
    Ok(())
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
