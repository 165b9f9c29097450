//! The rows of history: versions, and what was removed.

use super::{EntityRow, marks};
use db::{Db, DbError, Row, Tx, Value, query};
use model::history::Change;
use model::time::Timestamp;

/// One change of one entity.
#[derive(Debug, Clone)]
pub(crate) struct VersionRow {
    pub(crate) version_id: i64,
    pub(crate) entity_ref: String,
    pub(crate) change: Change,
    pub(crate) location: String,
    pub(crate) principal: String,
    pub(crate) changed_at: Timestamp,
    pub(crate) undo: String,
    /// The owner after the change, or before it when the entity was removed; empty for none.
    pub(crate) owner_ref: String,
    /// One line for each field that differs; nothing for versions from before there were summaries.
    pub(crate) summary: Option<String>,
}

impl VersionRow {
    /// From the columns of the same names; `change_type` is the change.
    pub(crate) fn from_row(row: &Row) -> Result<VersionRow, DbError> {
        Ok(VersionRow {
            version_id: row.get("version_id")?,
            entity_ref: row.get("entity_ref")?,
            change: Change::of(&row.get::<String>("change_type")?),
            location: row.get("location")?,
            principal: row.get("principal")?,
            changed_at: Timestamp(row.get("changed_at")?),
            undo: row.get("undo")?,
            owner_ref: row.get("owner_ref")?,
            summary: row.get("summary")?,
        })
    }

    /// `component` of `component:default/shop`.
    pub(crate) fn kind(&self) -> &str {
        self.entity_ref.split_once(':').map_or("", |(kind, _)| kind)
    }
}

/// An entity that was removed.
#[derive(Debug, Clone)]
pub(crate) struct RemovedRow {
    pub(crate) entity_ref: String,
    pub(crate) uid: String,
    pub(crate) location: String,
    pub(crate) content: String,
    pub(crate) relations: String,
    pub(crate) removed_at: Timestamp,
    pub(crate) removed_by: String,
}

/// The number of the last version.
pub(crate) async fn version_last(db: &Db) -> Result<i64, DbError> {
    let statement = query("select coalesce(max(version_id), 0) as last from catalog_version");
    db.fetch_optional(statement).await?.map_or(Ok(0), |row| row.get("last"))
}

pub(crate) async fn version_insert(tx: &mut Tx, rows: &[VersionRow]) -> Result<(), DbError> {
    let columns = [
        "version_id",
        "entity_ref",
        "change_type",
        "location",
        "principal",
        "changed_at",
        "undo",
        "kind",
        "owner_ref",
        "summary",
    ];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.version_id.into(),
            row.entity_ref.as_str().into(),
            row.change.name().into(),
            row.location.as_str().into(),
            row.principal.as_str().into(),
            row.changed_at.into(),
            row.undo.as_str().into(),
            row.kind().into(),
            row.owner_ref.as_str().into(),
            row.summary.clone().into(),
        ]
    });
    tx.insert_many("catalog_version", &columns, values, "").await
}

/// The versions of an entity up to a number, the newest first.
pub(crate) async fn version_of(
    db: &Db,
    entity_ref: &str,
    last: i64,
    limit: i64,
) -> Result<Vec<VersionRow>, DbError> {
    let statement = query(
        "select version_id, entity_ref, change_type, location, principal, changed_at, undo,
                owner_ref, summary
         from catalog_version where entity_ref = $1 and version_id <= $2
         order by version_id desc limit $3",
    )
    .bind(entity_ref)
    .bind(last)
    .bind(limit);
    db.fetch_all(statement).await?.iter().map(VersionRow::from_row).collect()
}

/// The first entities behind a reference with versions from before those had an owner and a summary.
pub(crate) async fn version_incomplete(
    db: &Db,
    after: &str,
    limit: i64,
) -> Result<Vec<String>, DbError> {
    let statement = query(
        "select distinct entity_ref from catalog_version
         where summary is null and entity_ref > $1 order by entity_ref limit $2",
    );
    let rows = db.fetch_all(statement.bind(after).bind(limit)).await?;
    rows.iter().map(|row| row.get("entity_ref")).collect()
}

/// Notes the owner and the summary of a version that has none.
pub(crate) async fn version_complete(
    tx: &mut Tx,
    version_id: i64,
    owner_ref: &str,
    summary: &str,
) -> Result<u64, DbError> {
    let statement = query(
        "update catalog_version set owner_ref = $1, summary = $2
         where version_id = $3 and summary is null",
    );
    tx.execute(statement.bind(owner_ref).bind(summary).bind(version_id)).await
}

/// Deletes versions made before a moment, but for the newest one of what is still there; how many
/// there were.
pub(crate) async fn version_delete_before(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    let statement = query(
        "delete from catalog_version where changed_at < $1 and (
             change_type = 'removed'
             or version_id not in (select max(version_id) from catalog_version group by entity_ref)
         )",
    );
    tx.execute(statement.bind(at)).await
}

/// Deletes all but the newest versions of each entity; how many there were.
pub(crate) async fn version_delete_beyond(tx: &mut Tx, most: i64) -> Result<u64, DbError> {
    let statement = query(
        "delete from catalog_version where version_id in (
             select version_id from (
                 select version_id,
                        row_number() over (partition by entity_ref order by version_id desc) as age
                 from catalog_version
             ) as numbered where age > $1
         )",
    );
    tx.execute(statement.bind(most)).await
}

/// Keeps what is about to be deleted.
pub(crate) async fn removed_insert(
    tx: &mut Tx,
    rows: &[EntityRow],
    at: Timestamp,
    by: &str,
) -> Result<(), DbError> {
    let columns =
        ["entity_ref", "uid", "location", "content", "relations", "removed_at", "removed_by"];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.entity_ref.as_str().into(),
            row.uid.as_str().into(),
            row.location.as_str().into(),
            row.content.as_str().into(),
            row.relations.as_str().into(),
            at.into(),
            by.into(),
        ]
    });
    let suffix = "on conflict (entity_ref) do update set
        uid = excluded.uid, location = excluded.location, content = excluded.content,
        relations = excluded.relations, removed_at = excluded.removed_at,
        removed_by = excluded.removed_by";
    tx.insert_many("catalog_removed", &columns, values, suffix).await
}

/// Forgets that these were removed: they are there again.
pub(crate) async fn removed_delete(tx: &mut Tx, refs: &[&str]) -> Result<(), DbError> {
    for chunk in refs.chunks(500) {
        let sql =
            format!("delete from catalog_removed where entity_ref in ({})", marks(1, chunk.len()));
        let statement = chunk.iter().fold(query(sql), |statement, found| statement.bind(*found));
        tx.execute(statement).await?;
    }
    Ok(())
}

/// Forgets what was removed before a moment; how many there were.
pub(crate) async fn removed_delete_before(tx: &mut Tx, at: Timestamp) -> Result<u64, DbError> {
    tx.execute(query("delete from catalog_removed where removed_at < $1").bind(at)).await
}

/// What was removed, the latest first.
pub(crate) async fn removed_all(db: &Db, limit: i64) -> Result<Vec<RemovedRow>, DbError> {
    let statement = query(
        "select entity_ref, uid, location, content, relations, removed_at, removed_by
         from catalog_removed order by removed_at desc, entity_ref limit $1",
    );
    db.fetch_all(statement.bind(limit)).await?.iter().map(removed_from).collect()
}

/// How many were removed.
pub(crate) async fn removed_count(db: &Db) -> Result<i64, DbError> {
    let row = db.fetch_optional(query("select count(*) as n from catalog_removed")).await?;
    row.map_or(Ok(0), |row| row.get("n"))
}

/// One that was removed.
pub(crate) async fn removed_get(db: &Db, entity_ref: &str) -> Result<Option<RemovedRow>, DbError> {
    let statement = query(
        "select entity_ref, uid, location, content, relations, removed_at, removed_by
         from catalog_removed where entity_ref = $1",
    );
    db.fetch_optional(statement.bind(entity_ref)).await?.as_ref().map(removed_from).transpose()
}

fn removed_from(row: &Row) -> Result<RemovedRow, DbError> {
    Ok(RemovedRow {
        entity_ref: row.get("entity_ref")?,
        uid: row.get("uid")?,
        location: row.get("location")?,
        content: row.get("content")?,
        relations: row.get("relations")?,
        removed_at: Timestamp(row.get("removed_at")?),
        removed_by: row.get("removed_by")?,
    })
}
