//! What can go wrong with a database, and how it becomes an error for people.

use model::Error;

/// A failed statement.
#[derive(Debug)]
pub enum DbError {
    /// A constraint was violated.
    Constraint(Violation),
    /// Somebody else has claimed the lease that this write was made under.
    LeaseLost(String),
    /// Anything else; never shown to people.
    Other(sqlx::Error),
}

/// Which constraint was violated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What it demands.
    pub kind: ConstraintKind,
    /// Its name, on both engines that of the migration. Where SQLite does not tell several foreign
    /// keys of one statement apart, all their names with commas.
    pub name: String,
}

/// What a constraint demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Values that no other row has; a primary key too.
    Unique,
    /// A row that is there.
    ForeignKey,
    /// A condition.
    Check,
}

/// A database that cannot be opened, in words for the person who started the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenError(pub String);

impl DbError {
    /// Whether the database itself cannot take writes at the moment: the disk is full or fails,
    /// somebody else holds it, it is read-only or cannot be reached.
    pub fn is_unwritable(&self) -> bool {
        let DbError::Other(error) = self else { return false };
        match error {
            sqlx::Error::Database(cause) => {
                let code = cause.code().unwrap_or_default();
                if cause.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                    // The last byte of an extended code is the code of its kind.
                    let kind = code.parse::<i32>().unwrap_or_default() & 0xff;
                    return SQLITE_UNWRITABLE.contains(&kind);
                }
                // Lacking resources, operator's intervention, system error; read-only.
                ["53", "57P", "58"].iter().any(|class| code.starts_with(class)) || code == "25006"
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
            _ => false,
        }
    }
}

/// SQLite's busy, locked, read-only, input or output, corrupt, full, cannot open, not a database.
const SQLITE_UNWRITABLE: [i32; 8] = [5, 6, 8, 10, 11, 13, 14, 26];

/// Turns a violated constraint into an error that means something to the caller.
pub trait ResultExt<T> {
    /// `error` when the constraint `name` was violated.
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T, Error>;
}

impl<T> ResultExt<T> for Result<T, DbError> {
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T, Error> {
        self.map_err(|cause| match cause {
            DbError::Constraint(violated) if violated.is(name) => error(),
            other => other.into(),
        })
    }
}

impl Violation {
    /// Whether it is the constraint of this name.
    pub fn is(&self, name: &str) -> bool {
        self.name.split(", ").any(|violated| violated == name)
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> DbError {
        DbError::Other(error)
    }
}

impl From<DbError> for Error {
    /// The cause goes to the log here, where it is last known; people get a request id.
    fn from(error: DbError) -> Error {
        if let DbError::LeaseLost(_) = error {
            return Error::conflict("Another process has taken over this work.");
        }
        tracing::error!(error = %error, "database statement failed");
        if error.is_unwritable() {
            return Error::unavailable(
                "The portal cannot use its database at the moment, so nothing was saved. Try again \
                 in a while; whoever runs the portal finds the reason in its log.",
            );
        }
        Error::internal("")
    }
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DbError::Constraint(violated) => write!(f, "constraint violated: {}", violated.name),
            DbError::LeaseLost(name) => {
                write!(f, "the lease {name} was claimed by somebody else: nothing was written")
            }
            DbError::Other(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for DbError {}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenError {}
