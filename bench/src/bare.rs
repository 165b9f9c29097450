//! As little as axum and sqlx can do for the same answer.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, Row};
use std::net::SocketAddr;

/// In memory: what is measured is the query, not the disk.
const IN_MEMORY: &str = "sqlite::memory:";

/// What the portal opens to a PostgreSQL too.
const CONNECTIONS: u32 = 10;

const ROWS: usize = 10_000;

/// Serves the same bytes from memory and from one row of a table of 10,000: of the PostgreSQL at an
/// address, or of SQLite.
pub(crate) async fn serve(
    listen: SocketAddr,
    body: String,
    postgres: Option<&str>,
) -> Result<(), String> {
    let pool = table(&body, postgres).await.map_err(|error| error.to_string())?;
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

async fn table(body: &str, postgres: Option<&str>) -> Result<AnyPool, sqlx::Error> {
    install_default_drivers();
    // The connection keeps the one in memory alive.
    let connections = postgres.map_or(1, |_| CONNECTIONS);
    let pool = AnyPoolOptions::new()
        .min_connections(1)
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect(postgres.unwrap_or(IN_MEMORY))
        .await?;
    sqlx::query("CREATE TABLE bare_entity (entity_ref TEXT PRIMARY KEY, content TEXT NOT NULL)")
        .execute(&pool)
        .await?;
    let mut rows = pool.begin().await?;
    for row in 0..ROWS {
        sqlx::query("INSERT INTO bare_entity VALUES ($1, $2)")
            .bind(format!("component:default/svc-{row:05}"))
            .bind(body)
            .execute(&mut *rows)
            .await?;
    }
    rows.commit().await?;
    Ok(pool)
}

async fn sql(State(pool): State<AnyPool>) -> Response {
    let row = sqlx::query("SELECT content FROM bare_entity WHERE entity_ref = $1")
        .bind("component:default/svc-00042")
        .fetch_one(&pool)
        .await;
    match row.and_then(|row| row.try_get::<String, _>(0)) {
        Ok(content) => json(content),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
