//! All databases of an instance: one for control, one per tenant.

use crate::connection::{Db, Pools};
use crate::constraints::Constraints;
use crate::error::OpenError;
use crate::marker::Marker;
use crate::migrate::{self, Step};
use crate::query::query;
use model::tenant::TenantName;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::Mutex;

/// Where the databases are kept.
#[derive(Clone)]
pub enum Engine {
    /// Files in a folder: `control.sqlite` and `tenants/<name>/tenant.sqlite`.
    Sqlite {
        /// The data folder; made when missing.
        folder: PathBuf,
    },
    /// Schemas of one PostgreSQL database: `<prefix>_control` and `<prefix>_t_<name>`.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: String,
        /// A replica for reads that may be late; the same server when none is named.
        reader_url: Option<String>,
        /// First part of the schemas' names.
        prefix: String,
    },
}

/// Every open database.
pub struct Databases {
    engine: Engine,
    control: Db,
    tenants: Mutex<HashMap<TenantName, Db>>,
}

impl Databases {
    /// Opens the control database and brings it up to date.
    pub async fn open(engine: Engine) -> Result<Databases, OpenError> {
        let control = open(&engine, None, migrate::CONTROL).await?;
        Ok(Databases { engine, control, tenants: Mutex::default() })
    }

    /// The control database: what concerns the instance and no tenant.
    pub fn control(&self) -> &Db {
        &self.control
    }

    /// A tenant's database, made and brought up to date when it is first asked for.
    pub async fn tenant(&self, name: &TenantName) -> Result<Db, OpenError> {
        let mut tenants = self.tenants.lock().await;
        if let Some(db) = tenants.get(name) {
            return Ok(db.clone());
        }
        let db = open(&self.engine, Some(name), migrate::TENANT).await?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.map_or(0, |since| since.as_millis() as i64);
        self.control
            .execute(
                query(
                    "insert into tenant (tenant_name, created_at) values ($1, $2)
                     on conflict (tenant_name) do nothing",
                )
                .bind(name.as_str())
                .bind(now),
            )
            .await
            .map_err(|error| OpenError(format!("The tenant cannot be recorded: {error}")))?;
        tenants.insert(name.clone(), db.clone());
        Ok(db)
    }

    /// Closes everything; statements under way finish first.
    pub async fn close(&self) {
        for db in self.tenants.lock().await.values() {
            db.close().await;
        }
        self.control.close().await;
    }
}

async fn open(engine: &Engine, name: Option<&TenantName>, steps: &[Step]) -> Result<Db, OpenError> {
    let what = match name {
        Some(name) => format!("database of tenant {name}"),
        None => "control database".to_owned(),
    };
    let mut marker = None;
    let (pools, schema) = match engine {
        Engine::Sqlite { folder } => {
            let path = match name {
                Some(name) => folder.join("tenants").join(name.as_str()).join("tenant.sqlite"),
                None => folder.join("control.sqlite"),
            };
            let created = Marker::beside(&path);
            created.check_file()?;
            let pools = open_sqlite(&path).await?;
            created.check_content(&pools).await?;
            marker = Some(created);
            (pools, None)
        }
        Engine::Postgres { url, reader_url, prefix } => {
            let schema = match name {
                Some(name) => format!("{prefix}_t_{}", name.as_str().replace('-', "_")),
                None => format!("{prefix}_control"),
            };
            (open_postgres(url, reader_url.as_deref(), &schema).await?, Some(schema))
        }
    };
    migrate::apply(&pools, schema.as_deref(), steps, &what).await?;
    if let Some(marker) = marker {
        marker.place()?;
    }
    let constraints = match &pools {
        Pools::Sqlite { writer, .. } => Constraints::of_sqlite(writer).await.map_err(|error| {
            OpenError(format!("The {what} cannot be read: {error}. Restore it from a backup."))
        })?,
        Pools::Postgres { .. } => Constraints::default(),
    };
    Ok(Db::new(pools, constraints))
}

async fn open_sqlite(path: &Path) -> Result<Pools, OpenError> {
    let unusable = |error: &dyn std::fmt::Display| {
        OpenError(format!(
            "The data folder cannot be used: {} ({error}). Name a folder this user may write to \
             with --data.",
            path.parent().unwrap_or(path).display()
        ))
    };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(|error| unusable(&error))?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("temp_store", "memory")
        .pragma("cache_size", "-2000");
    let writer: SqlitePool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // After "disk full" SQLite has rolled back by itself, the library thinks it is still
        // within a transaction, and every other one would fail: such a connection is thrown away.
        .before_acquire(|connection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
        .connect_with(options.clone())
        .await
        .map_err(|error| unusable(&error))?;
    let reader = SqlitePoolOptions::new()
        .max_connections(4)
        // Reads are few: what is asked often stands in memory already.
        .connect_lazy_with(
            options.read_only(true).create_if_missing(false).pragma("cache_size", "-500"),
        );
    Ok(Pools::Sqlite { reader, writer })
}

async fn open_postgres(
    url: &str,
    reader_url: Option<&str>,
    schema: &str,
) -> Result<Pools, OpenError> {
    let unusable = |error: sqlx::Error| {
        // The address may hold a password, so the message names the setting instead.
        OpenError(format!(
            "PostgreSQL cannot be used: {error}. Check backend.database.connection in the \
             configuration."
        ))
    };
    let options = |url: &str| -> Result<PgConnectOptions, OpenError> {
        let options = PgConnectOptions::from_str(url).map_err(unusable)?;
        // That something exists already is no news.
        let settings = [("search_path", schema), ("client_min_messages", "warning")];
        Ok(options.options(settings).application_name("callboard"))
    };
    let writer: PgPool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options(url)?)
        .await
        .map_err(unusable)?;
    let reader = match reader_url {
        // Where the replica does not answer, the primary is asked, and soon.
        Some(url) => PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(3))
            .connect_lazy_with(options(url)?),
        None => writer.clone(),
    };
    Ok(Pools::Postgres { reader, writer })
}
