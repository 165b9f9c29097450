//! Connections per tenant, migrations, and the only place that knows a database dialect.
//!
//! SQL is written once, in lower case, in the part of the language that SQLite and PostgreSQL
//! share (`$1` parameters, `on conflict`, `returning`), over five column types: `text`, `bigint`,
//! `boolean`, `double precision` and, in migrations, `{identity}` for a growing key. What differs
//! between the two engines is settled here and nowhere else.

mod connection;
mod databases;
mod error;
mod health;
mod lists;
mod marker;
mod migrate;
mod query;
mod value;

pub use connection::{Db, Tx};
pub use databases::{Databases, Engine};
pub use error::{DbError, OpenError, ResultExt};
pub use query::{Query, Row, query};
pub use value::Value;
