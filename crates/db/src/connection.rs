//! One database: the control database or a tenant's.

use crate::error::DbError;
use crate::health::Health;
use crate::lists::Lists;
use crate::query::{Query, Row, query};
use crate::value::Value;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{Postgres, Sqlite, Transaction};
use std::sync::Arc;

/// A handle on one database. Cheap to clone; a store function takes it first, so a statement
/// that forgets its tenant does not compile.
#[derive(Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    pub(crate) health: Arc<Health>,
}

#[derive(Clone)]
pub(crate) enum Pools {
    /// SQLite has one writer at a time, so writes queue here instead of failing there.
    Sqlite { reader: SqlitePool, writer: SqlitePool },
    /// Reads may go to a replica.
    Postgres { reader: PgPool, writer: PgPool },
}

/// How many rows one statement writes on SQLite: few different numbers, because a connection keeps
/// each statement prepared.
const ROWS: [usize; 3] = [100, 10, 1];

/// How many rows one statement writes on PostgreSQL, at most.
const MOST_ROWS: usize = 500;

impl Db {
    /// All rows of a read.
    pub async fn fetch_all(&self, query: Query) -> Result<Vec<Row>, DbError> {
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => {
                query.sqlite().fetch_all(reader).await?.into_iter().map(Row::Sqlite).collect()
            }
            Pools::Postgres { reader, .. } => {
                query.postgres().fetch_all(reader).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row of a read, if any.
    pub async fn fetch_optional(&self, query: Query) -> Result<Option<Row>, DbError> {
        Ok(match &self.pools {
            Pools::Sqlite { reader, .. } => {
                query.sqlite().fetch_optional(reader).await?.map(Row::Sqlite)
            }
            Pools::Postgres { reader, .. } => {
                query.postgres().fetch_optional(reader).await?.map(Row::Postgres)
            }
        })
    }

    /// Carries out one write by itself; how many rows it touched.
    pub async fn execute(&self, query: Query) -> Result<u64, DbError> {
        let outcome = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                query.sqlite().execute(writer).await.map(|done| done.rows_affected())
            }
            Pools::Postgres { writer, .. } => {
                query.postgres().execute(writer).await.map(|done| done.rows_affected())
            }
        };
        self.health.note(outcome.map_err(DbError::from))
    }

    /// Begins a transaction; dropping it undoes what it did.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let outcome = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                writer.begin_with("begin immediate").await.map(Open::Sqlite)
            }
            Pools::Postgres { writer, .. } => writer.begin().await.map(Open::Postgres),
        };
        // That it could begin does not say that it can write.
        let open = checked(&self.health, outcome)?;
        Ok(Tx { open, health: self.health.clone() })
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

/// A transaction.
pub struct Tx {
    open: Open,
    health: Arc<Health>,
}

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// All rows of a read or of a write with `returning`.
    pub async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        let outcome = match &mut self.open {
            Open::Sqlite(tx) => {
                let rows = query.sqlite().fetch_all(&mut **tx).await;
                rows.map(|rows| rows.into_iter().map(Row::Sqlite).collect())
            }
            Open::Postgres(tx) => {
                let rows = query.postgres().fetch_all(&mut **tx).await;
                rows.map(|rows| rows.into_iter().map(Row::Postgres).collect())
            }
        };
        self.checked(outcome)
    }

    /// The first row of a read or of a write with `returning`, if any.
    pub async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        let outcome = match &mut self.open {
            Open::Sqlite(tx) => {
                let row = query.sqlite().fetch_optional(&mut **tx).await;
                row.map(|row| row.map(Row::Sqlite))
            }
            Open::Postgres(tx) => {
                let row = query.postgres().fetch_optional(&mut **tx).await;
                row.map(|row| row.map(Row::Postgres))
            }
        };
        self.checked(outcome)
    }

    /// Carries out a write; how many rows it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, DbError> {
        let outcome = match &mut self.open {
            Open::Sqlite(tx) => {
                query.sqlite().execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Open::Postgres(tx) => {
                query.postgres().execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        self.checked(outcome)
    }

    /// Writes many rows with few statements: `insert into … values (…), (…) <suffix>`.
    /// `suffix` is empty or an `on conflict` clause. Names come from the program, never from data.
    pub async fn insert_many(
        &mut self,
        table: &str,
        columns: &[&str],
        mut rows: impl ExactSizeIterator<Item = Vec<Value>>,
        suffix: &str,
    ) -> Result<(), DbError> {
        let names = columns.join(", ");
        match &mut self.open {
            Open::Sqlite(tx) => {
                // SQLite looks for each named parameter among all of them.
                let row = format!("({})", vec!["?"; columns.len()].join(", "));
                while rows.len() > 0 {
                    let count = ROWS.into_iter().find(|count| *count <= rows.len()).unwrap_or(1);
                    let values_list = vec![row.as_str(); count].join(", ");
                    let sql =
                        format!("insert into {table} ({names}) values {values_list} {suffix}");
                    let values = rows.by_ref().take(count).flatten();
                    let statement = values.fold(query(sql), Query::bind);
                    let outcome = statement.sqlite().execute(&mut **tx).await;
                    checked(&self.health, outcome)?;
                }
            }
            Open::Postgres(tx) => {
                while rows.len() > 0 {
                    let lists = Lists::of(rows.by_ref().take(MOST_ROWS))?;
                    let types = lists.types();
                    // One parameter for each column, so that it is one statement for any number.
                    let sql = format!(
                        "insert into {table} ({names}) select * from unnest({types}) {suffix}"
                    );
                    let outcome = lists.bind(sql).execute(&mut **tx).await;
                    checked(&self.health, outcome)?;
                }
            }
        }
        Ok(())
    }

    /// Makes it last.
    pub async fn commit(self) -> Result<(), DbError> {
        let outcome = match self.open {
            Open::Sqlite(tx) => tx.commit().await,
            Open::Postgres(tx) => tx.commit().await,
        };
        self.health.note(outcome.map_err(DbError::from))
    }

    fn checked<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, DbError> {
        checked(&self.health, outcome)
    }
}

/// Notes a failure; that a statement within a transaction succeeds does not say that its changes
/// can be kept.
fn checked<T>(health: &Health, outcome: Result<T, sqlx::Error>) -> Result<T, DbError> {
    match outcome {
        Ok(value) => Ok(value),
        Err(error) => health.note(Err(error.into())),
    }
}
