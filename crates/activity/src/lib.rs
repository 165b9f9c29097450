//! The audit log: who did what to what, written in the transaction that does it.
//!
//! Event types are the reference's where it has them (`entity-mutate`, `location-mutate`, `task`).

mod store;

use access::OpContext;
use db::Tx;
use model::Result;
use serde_json::Value;

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
