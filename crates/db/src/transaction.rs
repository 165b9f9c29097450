//! A transaction, and how many rows are written with few statements.

use crate::connection::{Db, Shared};
use crate::error::DbError;
use crate::health::Health;
use crate::lists::Lists;
use crate::query::{Query, Row, query};
use crate::value::Value;
use sqlx::{Postgres, Sqlite, Transaction};
use std::sync::Arc;

/// How many rows one statement writes on SQLite: few different numbers, because a connection keeps
/// each statement prepared.
const ROWS: [usize; 3] = [100, 10, 1];

/// How many rows one statement writes on PostgreSQL, at most.
const MOST_ROWS: usize = 500;

/// A transaction.
pub struct Tx {
    open: Open,
    health: Arc<Health>,
    shared: Arc<Shared>,
    wakes: bool,
}

pub(crate) enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) fn new(open: Open, db: &Db) -> Tx {
        Tx { open, health: db.health.clone(), shared: db.shared.clone(), wakes: false }
    }

    /// All rows of a read or of a write with `returning`.
    pub async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, DbError> {
        let sql = query.sql();
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
        self.checked(outcome, &sql)
    }

    /// The first row of a read or of a write with `returning`, if any.
    pub async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, DbError> {
        let sql = query.sql();
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
        self.checked(outcome, &sql)
    }

    /// Carries out a write; how many rows it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, DbError> {
        let sql = query.sql();
        let outcome = match &mut self.open {
            Open::Sqlite(tx) => {
                query.sqlite().execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Open::Postgres(tx) => {
                query.postgres().execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        self.checked(outcome, &sql)
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
        let inserts = format!("insert into {table} ");
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
                    checked(&self.health, &self.shared, outcome, &inserts)?;
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
                    checked(&self.health, &self.shared, outcome, &inserts)?;
                }
            }
        }
        Ok(())
    }

    /// Once it is committed, wakes whoever waits for [`Db::wakes`].
    pub fn wake_on_commit(&mut self) {
        self.wakes = true;
    }

    /// Makes it last.
    pub async fn commit(self) -> Result<(), DbError> {
        let outcome = match self.open {
            Open::Sqlite(tx) => tx.commit().await,
            Open::Postgres(tx) => tx.commit().await,
        };
        checked(&self.health, &self.shared, outcome, "")?;
        self.health.note(Ok(()))?;
        if self.wakes {
            self.shared.wakes.send_modify(|count| *count += 1);
        }
        Ok(())
    }

    fn checked<T>(&self, outcome: Result<T, sqlx::Error>, sql: &str) -> Result<T, DbError> {
        checked(&self.health, &self.shared, outcome, sql)
    }
}

/// Notes a failure; that a statement within a transaction succeeds does not say that its changes
/// can be kept.
fn checked<T>(
    health: &Health,
    shared: &Shared,
    outcome: Result<T, sqlx::Error>,
    sql: &str,
) -> Result<T, DbError> {
    match outcome {
        Ok(value) => Ok(value),
        Err(error) => health.note(Err(shared.constraints.named(error, sql))),
    }
}
