//! Connections per tenant, migrations, and the only place that knows a database dialect.
//!
//! SQL is written once, in lower case, in the part of the language that SQLite and PostgreSQL
//! share (`$1` parameters, `on conflict`, `returning`), over five column types: `text`, `bigint`,
//! `boolean`, `double precision` and, in migrations, `{identity}` for a growing key. What differs
//! between the two engines is settled here and nowhere else.

mod connection;
mod constraints;
mod databases;
mod error;
mod health;
mod lease;
mod lists;
mod lock;
mod marker;
mod migrate;
mod query;
mod replica;
mod transaction;
mod value;

pub use connection::Db;
pub use databases::{Databases, Engine};
pub use error::{ConstraintKind, DbError, OpenError, ResultExt, Violation};
pub use lease::{Claim, holder};
pub use lock::InstanceLock;
pub use query::{Query, Row, query};
pub use replica::Replica;
pub use transaction::Tx;
pub use value::Value;
