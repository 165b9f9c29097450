//! The rows of what people keep for themselves: stars and views of the list.

use db::{Db, DbError, Row, Tx, query};
use model::time::Timestamp;

/// An arrangement of the list with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewRow {
    pub(crate) view_id: String,
    pub(crate) user_ref: String,
    /// What its author was called.
    pub(crate) author: String,
    pub(crate) name: String,
    /// The address's query.
    pub(crate) query: String,
    pub(crate) shared: bool,
    pub(crate) removed_at: Option<Timestamp>,
}

const VIEW: &str = "select view_id, user_ref, author, name, query, shared, removed_at
     from catalog_view";

/// What a person starred, the latest first.
pub(crate) async fn star_all(db: &Db, user_ref: &str) -> Result<Vec<String>, DbError> {
    let statement = query(
        "select entity_ref from catalog_star where user_ref = $1
         order by starred_at desc, entity_ref",
    );
    let rows = db.fetch_all(statement.bind(user_ref)).await?;
    rows.iter().map(|row| row.get("entity_ref")).collect()
}

pub(crate) async fn star_get(db: &Db, user_ref: &str, entity_ref: &str) -> Result<bool, DbError> {
    let statement =
        query("select entity_ref from catalog_star where user_ref = $1 and entity_ref = $2")
            .bind(user_ref)
            .bind(entity_ref);
    Ok(db.fetch_optional(statement).await?.is_some())
}

pub(crate) async fn star_count(db: &Db, user_ref: &str) -> Result<i64, DbError> {
    let statement = query("select count(*) as n from catalog_star where user_ref = $1");
    let row = db.fetch_optional(statement.bind(user_ref)).await?;
    row.map_or(Ok(0), |row| row.get("n"))
}

pub(crate) async fn star_put(
    db: &Db,
    user_ref: &str,
    entity_ref: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into catalog_star (user_ref, entity_ref, starred_at) values ($1, $2, $3)
         on conflict (user_ref, entity_ref) do nothing",
    )
    .bind(user_ref)
    .bind(entity_ref)
    .bind(at);
    db.execute(statement).await.map(|_| ())
}

pub(crate) async fn star_delete(db: &Db, user_ref: &str, entity_ref: &str) -> Result<(), DbError> {
    let statement = query("delete from catalog_star where user_ref = $1 and entity_ref = $2")
        .bind(user_ref)
        .bind(entity_ref);
    db.execute(statement).await.map(|_| ())
}

/// A person's own views and those that are shared, by name.
pub(crate) async fn view_all(db: &Db, user_ref: &str) -> Result<Vec<ViewRow>, DbError> {
    let statement = query(format!(
        "{VIEW} where (user_ref = $1 or shared) and removed_at is null
         order by name, author, view_id"
    ));
    db.fetch_all(statement.bind(user_ref)).await?.iter().map(view_from).collect()
}

/// A view, also one that was removed.
pub(crate) async fn view_get(db: &Db, view_id: &str) -> Result<Option<ViewRow>, DbError> {
    let statement = query(format!("{VIEW} where view_id = $1")).bind(view_id);
    db.fetch_optional(statement).await?.as_ref().map(view_from).transpose()
}

fn view_from(row: &Row) -> Result<ViewRow, DbError> {
    Ok(ViewRow {
        view_id: row.get("view_id")?,
        user_ref: row.get("user_ref")?,
        author: row.get("author")?,
        name: row.get("name")?,
        query: row.get("query")?,
        shared: row.get("shared")?,
        removed_at: row.get::<Option<i64>>("removed_at")?.map(Timestamp),
    })
}

/// Writes a view in place of its earlier form.
pub(crate) async fn view_put(tx: &mut Tx, row: &ViewRow, at: Timestamp) -> Result<(), DbError> {
    let statement = query(
        "insert into catalog_view
             (view_id, user_ref, author, name, query, shared, changed_at, removed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (view_id) do update set
             author = excluded.author, name = excluded.name, query = excluded.query,
             shared = excluded.shared, changed_at = excluded.changed_at,
             removed_at = excluded.removed_at",
    )
    .bind(row.view_id.as_str())
    .bind(row.user_ref.as_str())
    .bind(row.author.as_str())
    .bind(row.name.as_str())
    .bind(row.query.as_str())
    .bind(row.shared)
    .bind(at)
    .bind(row.removed_at);
    tx.execute(statement).await.map(|_| ())
}

/// Forgets views that were removed before a moment, and who opened the list with them.
pub(crate) async fn view_sweep(tx: &mut Tx, before: Timestamp) -> Result<(), DbError> {
    let old = query("delete from catalog_view where removed_at is not null and removed_at < $1");
    tx.execute(old.bind(before)).await?;
    let unused = query(
        "delete from catalog_default_view
         where view_id not in ('owned', 'starred')
           and view_id not in (select view_id from catalog_view)",
    );
    tx.execute(unused).await.map(|_| ())
}

/// What the list opens with for a person.
pub(crate) async fn default_get(db: &Db, user_ref: &str) -> Result<Option<String>, DbError> {
    let statement = query("select view_id from catalog_default_view where user_ref = $1");
    let row = db.fetch_optional(statement.bind(user_ref)).await?;
    row.map(|row| row.get("view_id")).transpose()
}

/// Changes what the list opens with; nothing for everything.
pub(crate) async fn default_put(
    tx: &mut Tx,
    user_ref: &str,
    view_id: Option<&str>,
) -> Result<(), DbError> {
    let statement = match view_id {
        None => query("delete from catalog_default_view where user_ref = $1").bind(user_ref),
        Some(view_id) => query(
            "insert into catalog_default_view (user_ref, view_id) values ($1, $2)
             on conflict (user_ref) do update set view_id = excluded.view_id",
        )
        .bind(user_ref)
        .bind(view_id),
    };
    tx.execute(statement).await.map(|_| ())
}
