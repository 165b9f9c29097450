//! The rows of personal arrangements.

use db::{Db, DbError, query};
use model::time::Timestamp;

pub(crate) async fn layout_get(
    db: &Db,
    user_ref: &str,
    dashboard: &str,
) -> Result<Option<String>, DbError> {
    let statement =
        query("select layout from dashboard_layout where user_ref = $1 and dashboard = $2")
            .bind(user_ref)
            .bind(dashboard);
    db.fetch_optional(statement).await?.map(|row| row.get("layout")).transpose()
}

pub(crate) async fn layout_put(
    db: &Db,
    user_ref: &str,
    dashboard: &str,
    layout: &str,
    at: Timestamp,
) -> Result<(), DbError> {
    let statement = query(
        "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
         values ($1, $2, $3, $4)
         on conflict (user_ref, dashboard)
         do update set layout = excluded.layout, updated_at = excluded.updated_at",
    )
    .bind(user_ref)
    .bind(dashboard)
    .bind(layout)
    .bind(at);
    db.execute(statement).await.map(|_| ())
}

pub(crate) async fn layout_delete(db: &Db, user_ref: &str, dashboard: &str) -> Result<(), DbError> {
    let statement = query("delete from dashboard_layout where user_ref = $1 and dashboard = $2")
        .bind(user_ref)
        .bind(dashboard);
    db.execute(statement).await.map(|_| ())
}
