//! The rows of sessions.

use db::{Db, DbError, Tx, query};
use model::session::Person;
use model::time::Timestamp;

/// One session.
pub(crate) struct SessionRow {
    pub(crate) hash: String,
    pub(crate) person: Person,
    pub(crate) expires_at: Timestamp,
}

pub(crate) async fn session_insert(
    tx: &mut Tx,
    row: &SessionRow,
    provider: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into access_session
             (session_hash, user_ref, display_name, provider, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.hash.as_str())
    .bind(row.person.user_ref.as_str())
    .bind(row.person.display_name.as_str())
    .bind(provider)
    .bind(at)
    .bind(row.expires_at);
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn session_find(
    db: &Db,
    hash: &str,
    at: Timestamp,
) -> Result<Option<SessionRow>, DbError> {
    let statement = query(
        "select user_ref, display_name, expires_at from access_session
         where session_hash = $1 and expires_at > $2",
    )
    .bind(hash)
    .bind(at);
    let Some(row) = db.fetch_optional(statement).await? else { return Ok(None) };
    let user_ref: String = row.get("user_ref")?;
    Ok(Some(SessionRow {
        hash: hash.to_owned(),
        person: Person {
            ownership_refs: vec![user_ref.clone()],
            user_ref,
            display_name: row.get("display_name")?,
        },
        expires_at: Timestamp(row.get("expires_at")?),
    }))
}

pub(crate) async fn session_delete(db: &Db, hash: &str) -> Result<u64, DbError> {
    db.execute(query("delete from access_session where session_hash = $1").bind(hash)).await
}

pub(crate) async fn session_sweep(db: &Db, at: Timestamp) -> Result<u64, DbError> {
    db.execute(query("delete from access_session where expires_at <= $1").bind(at)).await
}
