//! One database: the control database or a tenant's.

use crate::constraints::Constraints;
use crate::error::DbError;
use crate::health::Health;
use crate::query::{Query, Row, query};
use crate::replica::Replica;
use crate::transaction::{Open, Tx};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use std::sync::Arc;
use tokio::sync::watch;

/// A handle on one database. Cheap to clone; a store function takes it first, so a statement
/// that forgets its tenant does not compile.
///
/// What was committed is seen by every read that begins afterwards; where late is good enough,
/// [`Db::replica`] says so.
#[derive(Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    pub(crate) health: Arc<Health>,
    pub(crate) shared: Arc<Shared>,
}

/// What all handles of one database share.
pub(crate) struct Shared {
    pub(crate) constraints: Constraints,
    /// Counts commits that somebody may wait for.
    pub(crate) wakes: watch::Sender<u64>,
}

#[derive(Clone)]
pub(crate) enum Pools {
    /// SQLite has one writer at a time, so writes queue here instead of failing there. Readers see
    /// what is committed and wait for nobody.
    Sqlite { reader: SqlitePool, writer: SqlitePool },
    /// The reader may be a replica, which lags behind.
    Postgres { reader: PgPool, writer: PgPool },
}

impl Pools {
    pub(crate) fn postgres_reader(&self) -> Option<&PgPool> {
        match self {
            Pools::Sqlite { .. } => None,
            Pools::Postgres { reader, .. } => Some(reader),
        }
    }
}

impl Db {
    pub(crate) fn new(pools: Pools, constraints: Constraints) -> Db {
        let shared = Shared { constraints, wakes: watch::Sender::new(0) };
        Db { pools, health: Health::new(), shared: Arc::new(shared) }
    }

    /// All rows of a read.
    pub async fn fetch_all(&self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => {
                query.sqlite().fetch_all(reader).await?.into_iter().map(Row::Sqlite).collect()
            }
            Pools::Postgres { writer, .. } => {
                query.postgres().fetch_all(writer).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row of a read, if any.
    pub async fn fetch_optional(&self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => {
                query.sqlite().fetch_optional(reader).await?.map(Row::Sqlite)
            }
            Pools::Postgres { writer, .. } => {
                query.postgres().fetch_optional(writer).await?.map(Row::Postgres)
            }
        })
    }

    /// For reads that may be a little late: lists, searches and history, never what was written
    /// just now.
    pub fn replica(&self) -> Replica<'_> {
        Replica(self)
    }

    /// Carries out one write by itself; how many rows it touched.
    pub async fn execute(&self, query: Query) -> Result<u64, DbError> {
        let sql = query.sql();
        let outcome = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                query.sqlite().execute(writer).await.map(|done| done.rows_affected())
            }
            Pools::Postgres { writer, .. } => {
                query.postgres().execute(writer).await.map(|done| done.rows_affected())
            }
        };
        self.health.note(outcome.map_err(|error| self.shared.constraints.named(error, &sql)))
    }

    /// Begins a transaction; dropping it undoes what it did.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let outcome = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                writer.begin_with("begin immediate").await.map(Open::Sqlite)
            }
            Pools::Postgres { writer, .. } => writer.begin().await.map(Open::Postgres),
        };
        match outcome {
            Ok(open) => Ok(Tx::new(open, self)),
            // That it could begin does not say that it can write.
            Err(error) => self.health.note(Err(error.into())),
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.fetch_optional(query("select 1")).await.map(|_| ())
    }

    /// The engine's name, for people.
    pub fn engine_name(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The present moment in milliseconds by the database's own clock, as SQL.
    pub(crate) fn clock(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "cast(unixepoch('subsec') * 1000 as integer)",
            Pools::Postgres { .. } => {
                "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
            }
        }
    }

    /// Wakes whoever waits for [`Db::wakes`].
    pub fn wake(&self) {
        self.shared.wakes.send_modify(|count| *count += 1);
    }

    /// Changes whenever a transaction that asked for it ([`Tx::wake_on_commit`]) was committed by
    /// this process.
    pub fn wakes(&self) -> watch::Receiver<u64> {
        self.shared.wakes.subscribe()
    }

    /// Waits for running statements and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Pools::Postgres { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
        }
    }
}
