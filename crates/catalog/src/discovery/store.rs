//! Rows of repositories that were looked at.

use catalog_ingest::record::{Record, Records};
use db::{Db, DbError, Tx, Value, query};

/// What is known of a provider's repositories; a row that cannot be read is looked at anew.
pub(crate) async fn repository_all(db: &Db, source_key: &str) -> Result<Records, DbError> {
    let sql = "select repository, record from catalog_repository where source_key = $1";
    let rows = db.fetch_all(query(sql).bind(source_key)).await?;
    let mut records = Records::new();
    for row in &rows {
        let name: String = row.get("repository")?;
        if let Ok(record) = serde_json::from_str(&row.get::<String>("record")?) {
            records.insert(name, record);
        }
    }
    Ok(records)
}

pub(crate) async fn repository_write(
    tx: &mut Tx,
    source_key: &str,
    rows: &[(&String, &Record)],
) -> Result<(), DbError> {
    let columns = ["source_key", "repository", "record"];
    let values = rows.iter().map(|(name, record)| -> Vec<Value> {
        // Texts, numbers and lists cannot fail to become JSON.
        let text = serde_json::to_string(record).unwrap_or_default();
        vec![source_key.into(), name.as_str().into(), text.into()]
    });
    let suffix = "on conflict (source_key, repository) do update set record = excluded.record";
    tx.insert_many("catalog_repository", &columns, values, suffix).await
}

pub(crate) async fn repository_delete(
    tx: &mut Tx,
    source_key: &str,
    names: &[String],
) -> Result<(), DbError> {
    for name in names {
        let sql = "delete from catalog_repository where source_key = $1 and repository = $2";
        tx.execute(query(sql).bind(source_key).bind(name.as_str())).await?;
    }
    Ok(())
}

pub(crate) async fn repository_forget(tx: &mut Tx, source_key: &str) -> Result<(), DbError> {
    tx.execute(query("delete from catalog_repository where source_key = $1").bind(source_key))
        .await?;
    Ok(())
}
