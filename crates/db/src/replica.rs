//! Reads that may be late.

use crate::connection::Db;
use crate::error::DbError;
use crate::query::{Query, Row};

/// Reads from PostgreSQL's replica, when one is configured. A replica that cannot be reached is a
/// reason to ask the primary, not to fail.
#[derive(Clone, Copy)]
pub struct Replica<'d>(pub(crate) &'d Db);

impl Replica<'_> {
    /// All rows of a read.
    pub async fn fetch_all(self, query: Query) -> Result<Vec<Row>, DbError> {
        let Some(reader) = self.0.pools.postgres_reader() else {
            return self.0.fetch_all(query).await;
        };
        match query.clone().postgres().fetch_all(reader).await {
            Ok(rows) => Ok(rows.into_iter().map(Row::Postgres).collect()),
            Err(error) => {
                unreachable(error)?;
                self.0.fetch_all(query).await
            }
        }
    }

    /// The first row of a read, if any.
    pub async fn fetch_optional(self, query: Query) -> Result<Option<Row>, DbError> {
        let Some(reader) = self.0.pools.postgres_reader() else {
            return self.0.fetch_optional(query).await;
        };
        match query.clone().postgres().fetch_optional(reader).await {
            Ok(row) => Ok(row.map(Row::Postgres)),
            Err(error) => {
                unreachable(error)?;
                self.0.fetch_optional(query).await
            }
        }
    }
}

/// Passes on what is wrong with a statement.
fn unreachable(error: sqlx::Error) -> Result<(), DbError> {
    let error = DbError::from(error);
    if !error.is_unwritable() {
        return Err(error);
    }
    tracing::warn!(error = %error, "the database's replica cannot be read; the primary is asked");
    Ok(())
}
