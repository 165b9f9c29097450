//! As little as axum and sqlx can do for the same answer.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Row, SqlitePool};
use std::net::SocketAddr;

/// Serves the same bytes from memory and from one row of a table of 10,000.
pub(crate) async fn serve(listen: SocketAddr, body: Vec<u8>) -> Result<(), String> {
    let pool = table(&body).await.map_err(|error| error.to_string())?;
    let body = axum::body::Bytes::from(body);
    let router = Router::new()
        .route("/handler", get(move || std::future::ready(json(body.clone()))))
        .route("/sql", get(sql))
        .with_state(pool);
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|error| error.to_string())?;
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

fn json(body: impl Into<axum::body::Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

const ROWS: usize = 10_000;

async fn table(body: &[u8]) -> Result<SqlitePool, sqlx::Error> {
    // In memory: what is measured is the query, not the disk. One connection keeps it alive.
    let options = SqliteConnectOptions::new().in_memory(true).shared_cache(false);
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    sqlx::query("CREATE TABLE entity (entity_ref TEXT PRIMARY KEY, content BLOB NOT NULL)")
        .execute(&pool)
        .await?;
    let mut rows = pool.begin().await?;
    for row in 0..ROWS {
        sqlx::query("INSERT INTO entity VALUES (?, ?)")
            .bind(format!("component:default/svc-{row:05}"))
            .bind(body)
            .execute(&mut *rows)
            .await?;
    }
    rows.commit().await?;
    Ok(pool)
}

async fn sql(State(pool): State<SqlitePool>) -> Response {
    let row = sqlx::query("SELECT content FROM entity WHERE entity_ref = ?")
        .bind("component:default/svc-00042")
        .fetch_one(&pool)
        .await;
    match row.and_then(|row| row.try_get::<Vec<u8>, _>(0)) {
        Ok(content) => json(content),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
