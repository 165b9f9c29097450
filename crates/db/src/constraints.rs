//! The names of constraints: PostgreSQL says which one was violated, SQLite says the columns or
//! nothing, so that the name is looked up in what the tables were made with.

use crate::error::{ConstraintKind, DbError, Violation};
use sqlx::sqlite::SqlitePool;
use std::collections::HashMap;

/// What is known of one database's constraints; empty for PostgreSQL.
#[derive(Default)]
pub(crate) struct Constraints {
    /// `table.first, table.second` to the name of what makes them unique.
    unique: HashMap<String, String>,
    foreign: Vec<ForeignKey>,
}

struct ForeignKey {
    name: String,
    child: String,
    parent: String,
    /// Whether the rows go with what they refer to, so that a removal violates nothing.
    cascades: bool,
}

impl Constraints {
    /// Reads what the tables of a SQLite database were made with.
    pub(crate) async fn of_sqlite(pool: &SqlitePool) -> Result<Constraints, sqlx::Error> {
        let sql = "select tbl_name, sql from sqlite_master where sql is not null";
        let rows: Vec<(String, String)> = sqlx::query_as(sql).fetch_all(pool).await?;
        let mut known = Constraints::default();
        for (table, sql) in rows {
            known.read(&table, &plain(&sql));
        }
        Ok(known)
    }

    /// Reads one statement in lower case, without comments and with single spaces.
    fn read(&mut self, table: &str, sql: &str) {
        if let Some(rest) = sql.strip_prefix("create unique index ") {
            let name = rest.split(' ').next().unwrap_or_default();
            self.add_unique(table, name, columns(rest));
            return;
        }
        // A growing key has no name of its own; PostgreSQL calls it this.
        if let Some((before, _)) = sql.split_once(" integer primary key") {
            let column = before.rsplit([' ', '(']).next().unwrap_or_default();
            self.add_unique(table, &format!("{table}_pkey"), column);
        }
        for part in sql.split("constraint ").skip(1) {
            let (name, rest) = part.split_once(' ').unwrap_or((part, ""));
            if rest.starts_with("primary key") || rest.starts_with("unique") {
                self.add_unique(table, name, columns(rest));
            } else if let Some((_, target)) = rest.split_once("references ") {
                let parent = target.split([' ', '(']).next().unwrap_or_default();
                self.foreign.push(ForeignKey {
                    name: name.to_owned(),
                    child: table.to_owned(),
                    parent: parent.to_owned(),
                    cascades: target.contains("on delete cascade")
                        || target.contains("on delete set null"),
                });
            }
        }
    }

    fn add_unique(&mut self, table: &str, name: &str, columns: &str) {
        let columns = columns.split(',').map(|column| format!("{table}.{}", column.trim()));
        self.unique.insert(columns.collect::<Vec<_>>().join(", "), name.to_owned());
    }

    /// The error with the name of the constraint that `sql` violated.
    pub(crate) fn named(&self, error: sqlx::Error, sql: &str) -> DbError {
        let sqlx::Error::Database(cause) = &error else { return DbError::Other(error) };
        let kind = if cause.is_unique_violation() {
            ConstraintKind::Unique
        } else if cause.is_foreign_key_violation() {
            ConstraintKind::ForeignKey
        } else if cause.is_check_violation() {
            ConstraintKind::Check
        } else {
            return DbError::Other(error);
        };
        if let Some(name) = cause.constraint() {
            return DbError::Constraint(Violation { kind, name: name.to_owned() });
        }
        // `UNIQUE constraint failed: table.column`, `CHECK constraint failed: name`
        let said = cause.message().split_once(": ").map_or("", |(_, said)| said);
        let name = match kind {
            ConstraintKind::Unique => self.unique.get(said).cloned(),
            ConstraintKind::ForeignKey => Some(self.foreign_of(sql)),
            ConstraintKind::Check => None,
        };
        DbError::Constraint(Violation { kind, name: name.unwrap_or_else(|| said.to_owned()) })
    }

    /// The foreign key a statement can have violated; all of them, with commas, when it may be one
    /// of several.
    fn foreign_of(&self, sql: &str) -> String {
        let sql = plain(sql);
        let table = |start: &str| sql.strip_prefix(start)?.split([' ', '(']).next();
        let (written, updated, deleted) =
            (table("insert into "), table("update "), table("delete from "));
        let may_be = |key: &&ForeignKey| {
            let (child, parent) = (Some(key.child.as_str()), Some(key.parent.as_str()));
            written == child
                || updated == child
                || updated == parent
                || (deleted == parent && !key.cascades)
        };
        let names: Vec<&str> =
            self.foreign.iter().filter(may_be).map(|key| key.name.as_str()).collect();
        names.join(", ")
    }
}

/// In lower case, without comments, with single spaces.
fn plain(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ").to_lowercase()
}

/// What stands in the first brackets.
fn columns(text: &str) -> &str {
    let inner = text.split_once('(').map_or("", |(_, rest)| rest);
    inner.split(')').next().unwrap_or_default()
}
