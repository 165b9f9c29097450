//! Rows turned into one list for each column, as PostgreSQL takes many at once.

use crate::error::DbError;
use crate::value::Value;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres};

/// The values of one column.
enum List {
    Int(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(Vec<Option<String>>),
    Bool(Vec<Option<bool>>),
}

/// The values of all columns.
pub(crate) struct Lists(Vec<List>);

impl Lists {
    /// Every row has the types of the first.
    pub(crate) fn of(rows: impl Iterator<Item = Vec<Value>>) -> Result<Lists, DbError> {
        let mut lists: Vec<List> = Vec::new();
        for row in rows {
            if lists.is_empty() {
                lists = row.iter().map(List::like).collect();
            }
            if row.len() != lists.len() {
                return Err(unlike());
            }
            for (list, value) in lists.iter_mut().zip(row) {
                list.push(value)?;
            }
        }
        Ok(Lists(lists))
    }

    /// `$1::bigint[], $2::text[]`
    pub(crate) fn types(&self) -> String {
        let typed = |(at, list): (usize, &List)| format!("${}::{}[]", at + 1, list.sql_type());
        self.0.iter().enumerate().map(typed).collect::<Vec<_>>().join(", ")
    }

    /// A statement with a parameter for each list.
    pub(crate) fn bind(self, sql: String) -> Query<'static, Postgres, PgArguments> {
        let statement = sqlx::query(AssertSqlSafe(sql));
        self.0.into_iter().fold(statement, |statement, list| match list {
            List::Int(values) => statement.bind(values),
            List::Real(values) => statement.bind(values),
            List::Text(values) => statement.bind(values),
            List::Bool(values) => statement.bind(values),
        })
    }
}

impl List {
    /// An empty one for values of this type.
    fn like(value: &Value) -> List {
        match value {
            Value::Int(_) => List::Int(Vec::new()),
            Value::Real(_) => List::Real(Vec::new()),
            Value::Text(_) => List::Text(Vec::new()),
            Value::Bool(_) => List::Bool(Vec::new()),
        }
    }

    fn push(&mut self, value: Value) -> Result<(), DbError> {
        match (self, value) {
            (List::Int(values), Value::Int(value)) => values.push(value),
            (List::Real(values), Value::Real(value)) => values.push(value),
            (List::Text(values), Value::Text(value)) => values.push(value),
            (List::Bool(values), Value::Bool(value)) => values.push(value),
            _ => return Err(unlike()),
        }
        Ok(())
    }

    fn sql_type(&self) -> &'static str {
        match self {
            List::Int(_) => "bigint",
            List::Real(_) => "double precision",
            List::Text(_) => "text",
            List::Bool(_) => "boolean",
        }
    }
}

fn unlike() -> DbError {
    DbError::Other(sqlx::Error::Encode("rows of one table with different types".into()))
}
