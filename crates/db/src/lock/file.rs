//! The lock of a folder: an open file that the operating system lets one program lock.

use super::Refusal;
use crate::error::OpenError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Closing the file frees it.
pub(super) struct FileLock {
    pub(super) folder: PathBuf,
    _file: File,
}

impl FileLock {
    pub(super) fn try_take(folder: &Path) -> Result<FileLock, Refusal> {
        let path = folder.join("callboard.lock");
        let unusable = |error| Refusal::Unusable(unusable(&path, &error));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut who = String::new();
                // On some systems what is locked cannot be read either.
                let _ = file.read_to_string(&mut who);
                return Err(Refusal::Held(held(folder, who.trim())));
            }
            Err(TryLockError::Error(error)) if is_unsupported(&error) => {
                tracing::warn!(
                    "{} cannot be locked ({error}): make sure that only one Callboard uses this \
                     folder",
                    path.display()
                );
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let id = format!("process {}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.rewind());
        written.and_then(|()| file.write_all(id.as_bytes())).map_err(unusable)?;
        Ok(FileLock { folder: folder.to_owned(), _file: file })
    }
}

/// Some network file systems know no locks.
fn is_unsupported(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::Unsupported || error.raw_os_error() == Some(37)
}

pub(super) fn unusable(path: &Path, error: &std::io::Error) -> OpenError {
    OpenError(format!(
        "The data folder cannot be used: {} ({error}). Name a folder this user may write to with \
         --data.",
        path.display()
    ))
}

fn held(folder: &Path, who: &str) -> OpenError {
    let who = if who.is_empty() { String::new() } else { format!(" ({who})") };
    OpenError(format!(
        "Another Callboard{who} uses the data folder {}. Stop it first, or choose another folder \
         with --data.",
        folder.display()
    ))
}
