//! The rows of the audit log and of events.

use crate::event::{Event, NewEvent};
use crate::redact::{changed, redact};
use access::OpContext;
use db::{Db, DbError, Row, Tx, Value as Column, query};
use model::tenant::TenantName;
use model::time::Timestamp;
use serde_json::Value;

pub(crate) async fn audit_insert(
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

/// Writes events with the next numbers.
pub(crate) async fn event_insert(
    tx: &mut Tx,
    op: &OpContext,
    events: impl ExactSizeIterator<Item = NewEvent> + Send,
) -> Result<(), DbError> {
    let count = events.len() as i64;
    // Whoever is the second waits here until the first has committed.
    let statement = query(
        "insert into event_counter (event_counter_id, series, last_number) values (1, $1, $2)
         on conflict (event_counter_id) do update set
             last_number = event_counter.last_number + excluded.last_number
         returning last_number",
    )
    .bind(access::random_id(8))
    .bind(count);
    let last: i64 = match tx.fetch_optional(statement).await? {
        Some(row) => row.get("last_number")?,
        None => return Ok(()),
    };
    let columns =
        ["event_number", "event_type", "subject", "principal", "request_id", "occurred_at", "data"];
    let (principal, at) = (op.principal.name(), access::now());
    let mut number = last - count;
    let rows = events.map(|event| -> Vec<Column> {
        number += 1;
        vec![
            number.into(),
            event.event_type.into(),
            changed(&event.subject).unwrap_or(event.subject).into(),
            principal.as_str().into(),
            (&*op.request_id).into(),
            at.into(),
            redact(event.data).to_string().into(),
        ]
    });
    tx.insert_many("event", &columns, rows, "").await
}

/// Events from a number on.
pub(crate) async fn event_page(
    db: &Db,
    tenant: &TenantName,
    from: i64,
    limit: i64,
) -> Result<Vec<Event>, DbError> {
    let statement = query(
        "select event_number, event_type, subject, principal, request_id, occurred_at, data, series
         from event cross join event_counter
         where event_number >= $1 order by event_number limit $2",
    );
    let rows = db.fetch_all(statement.bind(from).bind(limit)).await?;
    rows.iter().map(|row| event_from(row, tenant)).collect()
}

fn event_from(row: &Row, tenant: &TenantName) -> Result<Event, DbError> {
    let number: i64 = row.get("event_number")?;
    let data: String = row.get("data")?;
    Ok(Event {
        number,
        id: format!("{}-{number}", row.get::<String>("series")?),
        source: format!("/t/{tenant}"),
        event_type: Event::full_type(&row.get::<String>("event_type")?),
        subject: row.get("subject")?,
        time: Timestamp(row.get("occurred_at")?),
        principal: row.get("principal")?,
        request_id: row.get("request_id")?,
        // What was written is JSON.
        data: serde_json::from_str(&data).unwrap_or_default(),
    })
}

/// Number and moment of the oldest events.
pub(crate) async fn event_oldest(db: &Db, limit: i64) -> Result<Vec<(i64, Timestamp)>, DbError> {
    let statement =
        query("select event_number, occurred_at from event order by event_number limit $1");
    let rows = db.fetch_all(statement.bind(limit)).await?;
    let from = |row: &Row| Ok((row.get("event_number")?, Timestamp(row.get("occurred_at")?)));
    rows.iter().map(from).collect()
}

/// The number of the last event that was ever written.
pub(crate) async fn event_last(db: &Db) -> Result<i64, DbError> {
    let row = db.fetch_optional(query("select last_number from event_counter")).await?;
    row.map_or(Ok(0), |row| row.get("last_number"))
}

/// Removes events up to a number; how many there were.
pub(crate) async fn event_delete_up_to(db: &Db, number: i64) -> Result<u64, DbError> {
    db.execute(query("delete from event where event_number <= $1").bind(number)).await
}
