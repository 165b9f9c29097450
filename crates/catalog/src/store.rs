//! The rows of the catalog. Nothing here decides anything.

pub(crate) mod changes;
pub(crate) mod held;
pub(crate) mod history;
pub(crate) mod kind;
pub(crate) mod overlay;
pub(crate) mod personal;

use catalog_index::rows::{EntityRow, ProblemRow, ProblemType};
use db::{Db, DbError, Row, Tx, Value, query};
use model::time::Timestamp;

/// The hash of what was read of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileRow {
    pub(crate) source_key: String,
    pub(crate) location: String,
    pub(crate) content_hash: String,
}

/// A place registered at run time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocationRow {
    pub(crate) location_id: String,
    pub(crate) location_type: String,
    pub(crate) target: String,
    /// Who registered it.
    pub(crate) created_by: String,
    /// The run of a template that registered it.
    pub(crate) task_id: Option<String>,
}

/// Entities behind a reference, by reference.
pub(crate) async fn entity_page(
    db: &Db,
    after: &str,
    limit: i64,
) -> Result<Vec<EntityRow>, DbError> {
    let statement = query(
        "select entity_ref, uid, source_key, location, parent_ref, content, relations, errors,
                orphan, changed_at
         from catalog_entity where entity_ref > $1 order by entity_ref limit $2",
    );
    let statement = statement.bind(after).bind(limit);
    db.fetch_all(statement).await?.iter().map(entity_from).collect()
}

/// What entities behind a reference say of others, by reference.
pub(crate) async fn edges_page(
    db: &Db,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, DbError> {
    let statement = query(
        "select entity_ref, relations from catalog_entity where entity_ref > $1
         order by entity_ref limit $2",
    );
    let rows = db.fetch_all(statement.bind(after).bind(limit)).await?;
    rows.iter().map(|row| Ok((row.get("entity_ref")?, row.get("relations")?))).collect()
}

fn entity_from(row: &Row) -> Result<EntityRow, DbError> {
    Ok(EntityRow {
        entity_ref: row.get("entity_ref")?,
        uid: row.get("uid")?,
        source_key: row.get("source_key")?,
        location: row.get("location")?,
        parent_ref: row.get("parent_ref")?,
        content: row.get("content")?,
        relations: row.get("relations")?,
        errors: row.get("errors")?,
        orphan: row.get("orphan")?,
        changed_at: Timestamp(row.get("changed_at")?),
    })
}

pub(crate) async fn problem_all(db: &Db) -> Result<Vec<ProblemRow>, DbError> {
    let statement = query(
        "select source_key, location, problem_type, entity_ref, line, column_number, message, since
         from catalog_problem order by catalog_problem_id",
    );
    let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
    let from = |row: &Row| {
        Ok(ProblemRow {
            source_key: row.get("source_key")?,
            location: row.get("location")?,
            problem_type: ProblemType::of(&row.get::<String>("problem_type")?),
            entity_ref: row.get("entity_ref")?,
            line: number(row.get("line")?),
            column: number(row.get("column_number")?),
            message: row.get("message")?,
            since: Timestamp(row.get("since")?),
        })
    };
    db.fetch_all(statement).await?.iter().map(from).collect()
}

pub(crate) async fn file_all(db: &Db) -> Result<Vec<FileRow>, DbError> {
    let statement = query("select source_key, location, content_hash from catalog_file");
    let from = |row: &Row| {
        Ok(FileRow {
            source_key: row.get("source_key")?,
            location: row.get("location")?,
            content_hash: row.get("content_hash")?,
        })
    };
    db.fetch_all(statement).await?.iter().map(from).collect()
}

pub(crate) async fn location_all(db: &Db) -> Result<Vec<LocationRow>, DbError> {
    let statement = query(
        "select location_id, location_type, target, created_by, task_id from catalog_location
         order by created_at, location_id",
    );
    let from = |row: &Row| {
        Ok(LocationRow {
            location_id: row.get("location_id")?,
            location_type: row.get("location_type")?,
            target: row.get("target")?,
            created_by: row.get("created_by")?,
            task_id: row.get("task_id")?,
        })
    };
    db.fetch_all(statement).await?.iter().map(from).collect()
}

/// Notes the run of a template that registered a location.
pub(crate) async fn location_note_task(db: &Db, id: &str, task_id: &str) -> Result<(), DbError> {
    let sql = "update catalog_location set task_id = $2 where location_id = $1";
    db.execute(query(sql).bind(id).bind(task_id)).await.map(drop)
}

pub(crate) async fn location_insert(
    tx: &mut Tx,
    row: &LocationRow,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into catalog_location (location_id, location_type, target, created_by, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(row.location_id.as_str())
    .bind(row.location_type.as_str())
    .bind(row.target.as_str())
    .bind(row.created_by.as_str())
    .bind(at);
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn location_update(tx: &mut Tx, row: &LocationRow) -> Result<(), DbError> {
    let sql = "update catalog_location set location_type = $2, target = $3 where location_id = $1";
    let statement = query(sql)
        .bind(row.location_id.as_str())
        .bind(row.location_type.as_str())
        .bind(row.target.as_str());
    tx.execute(statement).await.map(drop)
}

pub(crate) async fn location_delete(tx: &mut Tx, id: &str) -> Result<u64, DbError> {
    tx.execute(query("delete from catalog_location where location_id = $1").bind(id)).await
}

/// Writes entities; one that is there keeps its uid.
pub(crate) async fn entity_write(tx: &mut Tx, rows: &[EntityRow]) -> Result<(), DbError> {
    let columns = [
        "entity_ref",
        "uid",
        "source_key",
        "location",
        "parent_ref",
        "content",
        "relations",
        "errors",
        "orphan",
        "changed_at",
    ];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.entity_ref.as_str().into(),
            row.uid.as_str().into(),
            row.source_key.as_str().into(),
            row.location.as_str().into(),
            row.parent_ref.as_str().into(),
            row.content.as_str().into(),
            row.relations.as_str().into(),
            row.errors.as_str().into(),
            row.orphan.into(),
            row.changed_at.into(),
        ]
    });
    let suffix = "on conflict (entity_ref) do update set
        source_key = excluded.source_key, location = excluded.location,
        parent_ref = excluded.parent_ref, content = excluded.content,
        relations = excluded.relations, errors = excluded.errors, orphan = excluded.orphan,
        changed_at = excluded.changed_at";
    tx.insert_many("catalog_entity", &columns, values, suffix).await
}

pub(crate) async fn entity_delete(tx: &mut Tx, refs: &[String]) -> Result<(), DbError> {
    for chunk in refs.chunks(500) {
        let sql =
            format!("delete from catalog_entity where entity_ref in ({})", marks(1, chunk.len()));
        let statement =
            chunk.iter().fold(query(sql), |statement, found| statement.bind(found.as_str()));
        tx.execute(statement).await?;
    }
    Ok(())
}

/// Replaces the problems of a source.
pub(crate) async fn problem_replace(
    tx: &mut Tx,
    source_key: &str,
    rows: &[ProblemRow],
) -> Result<(), DbError> {
    tx.execute(query("delete from catalog_problem where source_key = $1").bind(source_key)).await?;
    let columns = [
        "source_key",
        "location",
        "problem_type",
        "entity_ref",
        "line",
        "column_number",
        "message",
        "since",
    ];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.source_key.as_str().into(),
            row.location.as_str().into(),
            row.problem_type.name().into(),
            row.entity_ref.clone().into(),
            row.line.into(),
            row.column.into(),
            row.message.as_str().into(),
            row.since.into(),
        ]
    });
    tx.insert_many("catalog_problem", &columns, values, "").await
}

pub(crate) async fn file_write(tx: &mut Tx, rows: &[FileRow]) -> Result<(), DbError> {
    let columns = ["source_key", "location", "content_hash"];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.source_key.as_str().into(),
            row.location.as_str().into(),
            row.content_hash.as_str().into(),
        ]
    });
    let suffix =
        "on conflict (source_key, location) do update set content_hash = excluded.content_hash";
    tx.insert_many("catalog_file", &columns, values, suffix).await
}

pub(crate) async fn file_delete(
    tx: &mut Tx,
    source_key: &str,
    locations: &[String],
) -> Result<(), DbError> {
    for chunk in locations.chunks(500) {
        let sql = format!(
            "delete from catalog_file where source_key = $1 and location in ({})",
            marks(2, chunk.len())
        );
        let start = query(sql).bind(source_key);
        let statement =
            chunk.iter().fold(start, |statement, location| statement.bind(location.as_str()));
        tx.execute(statement).await?;
    }
    Ok(())
}

/// So many parameters in a row: `$2, $3, $4`.
fn marks(first: usize, count: usize) -> String {
    let marks: Vec<String> = (first..first + count).map(|index| format!("${index}")).collect();
    marks.join(", ")
}
