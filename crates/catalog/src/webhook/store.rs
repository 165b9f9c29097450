//! The rows of messages: their ids, and what waits to be followed.

use db::{Claim, Db, DbError, Row, Tx, query};
use model::time::Timestamp;

/// A message that was proven.
pub(super) struct NewMessage<'a> {
    pub(super) forge: &'a str,
    pub(super) host: &'a str,
    pub(super) delivery_id: &'a str,
    /// Empty where the body is not signed.
    pub(super) content_hash: &'a str,
    pub(super) event_name: &'a str,
    pub(super) body: &'a str,
}

/// A message that is being followed.
pub(super) struct Message {
    pub(super) id: i64,
    pub(super) forge: String,
    pub(super) host: String,
    pub(super) delivery_id: String,
    pub(super) event_name: String,
    pub(super) body: String,
    /// With this one.
    pub(super) attempts: i64,
}

/// Notes the id of a message; false when it is known.
pub(super) async fn delivery_insert(
    tx: &mut Tx,
    delivery_id: &str,
    received_at: Timestamp,
) -> Result<bool, DbError> {
    let sql = "insert into catalog_delivery (delivery_id, received_at) values ($1, $2)
               on conflict (delivery_id) do nothing";
    Ok(tx.execute(query(sql).bind(delivery_id).bind(received_at)).await? > 0)
}

/// Forgets ids, and messages that are dealt with, from before a moment.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    tx.execute(query("delete from catalog_delivery where received_at < $1").bind(before)).await?;
    let sql = "delete from webhook_inbox where received_at < $1 and state in ('done', 'failed')";
    tx.execute(query(sql).bind(before)).await.map(drop)
}

/// How many messages wait, and how many bytes they have.
pub(super) async fn waiting(db: &Db) -> Result<(i64, i64), DbError> {
    let sql = "select count(*) as messages, cast(coalesce(sum(body_bytes), 0) as bigint) as bytes
               from webhook_inbox where state in ('waiting', 'working')";
    let row = db.fetch_optional(query(sql)).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("messages")?, row.get("bytes")?)))
}

pub(super) async fn message_insert(
    tx: &mut Tx,
    message: &NewMessage<'_>,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into webhook_inbox
             (forge, host, delivery_id, content_hash, event_name, body, body_bytes, received_at,
              state, attempts, due_at, claim)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $8, 0)
         on conflict (forge, host, delivery_id) do nothing",
    )
    .bind(message.forge)
    .bind(message.host)
    .bind(message.delivery_id)
    .bind(message.content_hash)
    .bind(message.event_name)
    .bind(message.body)
    .bind(message.body.len() as i64)
    .bind(at);
    tx.execute(statement).await.map(drop)
}

/// A message that was given up waits again, as it is sent again; whether there was one.
pub(super) async fn message_again(
    tx: &mut Tx,
    message: &NewMessage<'_>,
    at: Timestamp,
) -> Result<bool, DbError> {
    let statement = query(
        "update webhook_inbox
         set state = 'waiting', attempts = 0, due_at = $1, event_name = $2, body = $3,
             body_bytes = $4, error = null
         where state = 'failed' and forge = $5 and host = $6
           and (delivery_id = $7 or (content_hash <> '' and content_hash = $8))",
    )
    .bind(at)
    .bind(message.event_name)
    .bind(message.body)
    .bind(message.body.len() as i64)
    .bind(message.forge)
    .bind(message.host)
    .bind(message.delivery_id)
    .bind(message.content_hash);
    Ok(tx.execute(statement).await? > 0)
}

/// Takes the next message that is due, and those that somebody with an older claim left behind.
pub(super) async fn message_take(
    tx: &mut Tx,
    claim: &Claim,
    at: Timestamp,
) -> Result<Option<Message>, DbError> {
    let next = query(
        "select webhook_inbox_id, forge, host, delivery_id, event_name, body, attempts
         from webhook_inbox
         where (state = 'waiting' and due_at <= $1) or (state = 'working' and claim < $2)
         order by due_at, webhook_inbox_id limit 1",
    );
    let Some(row) = tx.fetch_optional(next.bind(at).bind(claim.number)).await? else {
        return Ok(None);
    };
    let message = message_from(&row)?;
    let taken = query(
        "update webhook_inbox set state = 'working', claim = $1, attempts = $2
         where webhook_inbox_id = $3",
    );
    let taken = taken.bind(claim.number).bind(message.attempts).bind(message.id);
    tx.execute(taken).await?;
    Ok(Some(message))
}

fn message_from(row: &Row) -> Result<Message, DbError> {
    Ok(Message {
        id: row.get("webhook_inbox_id")?,
        forge: row.get("forge")?,
        host: row.get("host")?,
        delivery_id: row.get("delivery_id")?,
        event_name: row.get("event_name")?,
        body: row.get("body")?,
        attempts: row.get::<i64>("attempts")? + 1,
    })
}

/// When the next message is due; those that somebody with an older claim left behind are due at
/// once.
pub(super) async fn next_due(db: &Db, claim: &Claim) -> Result<Option<Timestamp>, DbError> {
    let statement = query(
        "select min(case when state = 'working' then 0 else due_at end) as due_at
         from webhook_inbox where state = 'waiting' or (state = 'working' and claim < $1)",
    );
    let row = db.fetch_optional(statement.bind(claim.number)).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(row.get::<Option<i64>>("due_at")?.map(Timestamp))
}

/// What becomes of a message that was followed: false when somebody with a newer claim has it now.
pub(super) async fn message_end(
    tx: &mut Tx,
    message: &Message,
    claim: &Claim,
    end: &End<'_>,
) -> Result<bool, DbError> {
    let (state, due_at, error) = match end {
        End::Done => ("done", None, None),
        End::GivenUp(error) => ("failed", None, Some(*error)),
        End::Later(at, error) => ("waiting", Some(*at), Some(*error)),
    };
    let statement = query(
        "update webhook_inbox
         set state = $1, due_at = coalesce($2, due_at), error = $3,
             body = case when $1 = 'waiting' then body else '' end,
             body_bytes = case when $1 = 'waiting' then body_bytes else 0 end
         where webhook_inbox_id = $4 and state = 'working' and claim = $5",
    )
    .bind(state)
    .bind(due_at)
    .bind(error)
    .bind(message.id)
    .bind(claim.number);
    Ok(tx.execute(statement).await? == 1)
}

/// What becomes of a message.
pub(super) enum End<'a> {
    Done,
    /// It is tried again at this moment.
    Later(Timestamp, &'a str),
    /// It was tried often enough.
    GivenUp(&'a str),
}
