//! Rows of repositories that were looked at, and of messages that were taken from hosts.

use crate::discovery::record::{Record, Records};
use db::{Db, DbError, Tx, Value, query};
use model::time::Timestamp;

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

/// Notes a message; false when it was taken before.
pub(crate) async fn delivery_insert(
    tx: &mut Tx,
    delivery_id: &str,
    received_at: Timestamp,
) -> Result<bool, DbError> {
    let sql = "insert into catalog_delivery (delivery_id, received_at) values ($1, $2) \
               on conflict (delivery_id) do nothing";
    Ok(tx.execute(query(sql).bind(delivery_id).bind(received_at.0)).await? > 0)
}

pub(crate) async fn delivery_sweep(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    tx.execute(query("delete from catalog_delivery where received_at < $1").bind(before.0)).await?;
    Ok(())
}
