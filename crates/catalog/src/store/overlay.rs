//! The rows of overlays.

use catalog_index::rows::OverlayRow;
use db::{Db, DbError, Row, Tx, Value, query};
use model::overlay::OverlayField;
use model::time::Timestamp;

pub(crate) async fn overlay_all(db: &Db) -> Result<Vec<OverlayRow>, DbError> {
    let statement = query(
        "select entity_ref, field, content, author, edited_at from catalog_overlay
         order by entity_ref, field",
    );
    let mut rows = Vec::new();
    for row in db.fetch_all(statement).await? {
        rows.extend(overlay_from(&row)?);
    }
    Ok(rows)
}

/// A field of another version of the program is passed over.
fn overlay_from(row: &Row) -> Result<Option<OverlayRow>, DbError> {
    let content = serde_json::from_str(&row.get::<String>("content")?);
    let field = OverlayField::parse(&row.get::<String>("field")?);
    let (Some(field), Ok(content)) = (field, content) else { return Ok(None) };
    Ok(Some(OverlayRow {
        entity_ref: row.get("entity_ref")?,
        field,
        content,
        author: row.get("author")?,
        edited_at: Timestamp(row.get("edited_at")?),
    }))
}

/// Replaces the overlays of an entity.
pub(crate) async fn overlay_replace(
    tx: &mut Tx,
    entity_ref: &str,
    rows: &[OverlayRow],
) -> Result<(), DbError> {
    let delete = query("delete from catalog_overlay where entity_ref = $1").bind(entity_ref);
    tx.execute(delete).await?;
    let columns = ["entity_ref", "field", "content", "author", "edited_at"];
    let values = rows.iter().map(|row| -> Vec<Value> {
        vec![
            row.entity_ref.as_str().into(),
            row.field.name().into(),
            row.content.to_string().into(),
            row.author.as_str().into(),
            row.edited_at.into(),
        ]
    });
    tx.insert_many("catalog_overlay", &columns, values, "").await
}

/// Forgets the overlays of what is gone for good.
pub(crate) async fn overlay_sweep(tx: &mut Tx) -> Result<(), DbError> {
    let statement = query(
        "delete from catalog_overlay
         where entity_ref not in (select entity_ref from catalog_entity)
           and entity_ref not in (select entity_ref from catalog_removed)",
    );
    tx.execute(statement).await.map(|_| ())
}
