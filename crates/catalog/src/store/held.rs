//! The rows of held runs.

use catalog_index::rows::HeldRow;
use db::{Db, DbError, Row, Tx, query};
use model::time::Timestamp;

pub(crate) async fn held_all(db: &Db) -> Result<Vec<HeldRow>, DbError> {
    let statement = query(
        "select source_key, held_at, given, entity_refs from catalog_held_run
         order by held_at, source_key",
    );
    let from = |row: &Row| {
        Ok(HeldRow {
            source_key: row.get("source_key")?,
            held_at: Timestamp(row.get("held_at")?),
            given: u32::try_from(row.get::<i64>("given")?).unwrap_or(u32::MAX),
            entity_refs: row.get::<String>("entity_refs")?.lines().map(str::to_owned).collect(),
        })
    };
    db.fetch_all(statement).await?.iter().map(from).collect()
}

/// Writes a held run in place of the source's earlier one.
pub(crate) async fn held_write(tx: &mut Tx, row: &HeldRow) -> Result<(), DbError> {
    let statement = query(
        "insert into catalog_held_run (source_key, held_at, given, entity_refs)
         values ($1, $2, $3, $4)
         on conflict (source_key) do update set
             held_at = excluded.held_at, given = excluded.given,
             entity_refs = excluded.entity_refs",
    )
    .bind(row.source_key.as_str())
    .bind(row.held_at)
    .bind(row.given)
    .bind(row.entity_refs.join("\n"));
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn held_delete(tx: &mut Tx, source_key: &str) -> Result<(), DbError> {
    let statement = query("delete from catalog_held_run where source_key = $1").bind(source_key);
    tx.execute(statement).await.map(|_| ())
}
