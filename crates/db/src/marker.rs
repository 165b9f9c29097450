//! Remembers beside each SQLite file that it held a database, so that a file that was emptied or
//! lost is not silently replaced by an empty database.

use crate::connection::Pools;
use crate::error::OpenError;
use std::path::{Path, PathBuf};

/// What the file beside a database says.
const TEXT: &str = "\
Callboard made the database beside this file. As long as this file is here, the program does not
start when that database is missing or empty. To begin with an empty one, remove this file.
";

/// The file that says that a database was made.
pub(crate) struct Marker {
    database: PathBuf,
    marker: PathBuf,
}

impl Marker {
    /// Of the database at this path: `tenant.sqlite` has `tenant.sqlite.created`.
    pub(crate) fn beside(database: &Path) -> Marker {
        let mut marker = database.as_os_str().to_owned();
        marker.push(".created");
        Marker { database: database.to_owned(), marker: marker.into() }
    }

    /// Before the database is opened, which would make it when it is missing.
    pub(crate) fn check_file(&self) -> Result<(), OpenError> {
        let length = std::fs::metadata(&self.database).map_or(0, |found| found.len());
        if length == 0 && self.marker.exists() { Err(self.lost()) } else { Ok(()) }
    }

    /// Once it is open: a database without any step of ours is as good as an empty file.
    pub(crate) async fn check_content(&self, pools: &Pools) -> Result<(), OpenError> {
        let Pools::Sqlite { writer, .. } = pools else { return Ok(()) };
        if !self.marker.exists() {
            return Ok(());
        }
        let steps = "select 1 from sqlite_master where name = '_sqlx_migrations'";
        let found = sqlx::query(steps).fetch_optional(writer).await;
        match found {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(self.lost()),
            Err(error) => Err(OpenError(format!(
                "The database {} cannot be read: {error}. Restore it from a backup.",
                self.database.display()
            ))),
        }
    }

    /// After the database has its tables.
    pub(crate) fn place(&self) -> Result<(), OpenError> {
        if self.marker.exists() {
            return Ok(());
        }
        std::fs::write(&self.marker, TEXT).map_err(|error| {
            OpenError(format!(
                "The data folder cannot be used: {} ({error}). Name a folder this user may write \
                 to with --data.",
                self.marker.display()
            ))
        })
    }

    fn lost(&self) -> OpenError {
        OpenError(format!(
            "The database {} is missing or empty, but it was there before. Restore it from a \
             backup. To begin with an empty one instead, remove {}.",
            self.database.display(),
            self.marker.display()
        ))
    }
}
