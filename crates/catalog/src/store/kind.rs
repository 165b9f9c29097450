//! The rows of kinds.

use db::{Db, DbError, Row, Tx, query};
use model::kind::definition::KindDefinition;
use model::time::Timestamp;

/// A kind as it was last changed.
#[derive(Debug, Clone)]
pub(crate) struct KindRecord {
    pub(crate) definition: KindDefinition,
    pub(crate) changed_by: String,
    pub(crate) changed_at: Timestamp,
}

/// All kinds, by name; one of another version of the program is passed over.
pub(crate) async fn kind_all(db: &Db) -> Result<Vec<KindRecord>, DbError> {
    let statement =
        query("select definition, changed_by, changed_at from catalog_kind order by kind_key");
    let mut rows = Vec::new();
    for row in db.fetch_all(statement).await? {
        rows.extend(kind_from(&row)?);
    }
    Ok(rows)
}

fn kind_from(row: &Row) -> Result<Option<KindRecord>, DbError> {
    let text: String = row.get("definition")?;
    let definition = match serde_json::from_str(&text) {
        Ok(definition) => definition,
        Err(error) => {
            tracing::error!("a kind cannot be read: {error}");
            return Ok(None);
        }
    };
    Ok(Some(KindRecord {
        definition,
        changed_by: row.get("changed_by")?,
        changed_at: Timestamp(row.get("changed_at")?),
    }))
}

/// Writes a kind; one of the same name keeps who added it and when.
pub(crate) async fn kind_write(
    tx: &mut Tx,
    definition: &KindDefinition,
    by: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    // Texts, lists and JSON values cannot fail to become JSON.
    let text = serde_json::to_string(definition).unwrap_or_default();
    let statement = query(
        "insert into catalog_kind
             (kind_key, definition, created_by, created_at, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (kind_key) do update set
             definition = excluded.definition, changed_by = excluded.changed_by,
             changed_at = excluded.changed_at",
    )
    .bind(definition.name.to_lowercase())
    .bind(text)
    .bind(by)
    .bind(at)
    .bind(by)
    .bind(at);
    tx.execute(statement).await.map(|_| ())
}

pub(crate) async fn kind_delete(tx: &mut Tx, name: &str) -> Result<u64, DbError> {
    let statement = query("delete from catalog_kind where kind_key = $1").bind(name.to_lowercase());
    tx.execute(statement).await
}
