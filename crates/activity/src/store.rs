//! The rows of the audit log.

use access::OpContext;
use db::{DbError, Tx, query};
use serde_json::Value;

pub(crate) async fn event_insert(
    tx: &mut Tx,
    op: &OpContext,
    event_type: &str,
    subject: &str,
    detail: &Value,
) -> Result<(), DbError> {
    let statement = query(
        "insert into activity_event
             (occurred_at, event_type, principal, subject, request_id, detail)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(access::now())
    .bind(event_type)
    .bind(op.principal.name())
    .bind(subject)
    .bind(&*op.request_id)
    .bind(detail.to_string());
    tx.execute(statement).await.map(|_| ())
}
