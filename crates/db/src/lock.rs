//! One program at a time on a data folder and on a database.
//!
//! The operating system frees a file's lock, and PostgreSQL that of a session, when the program
//! ends, however it ends: nothing is left behind that somebody would have to remove.

mod file;
mod session;

use crate::databases::Engine;
use crate::error::OpenError;
use file::FileLock;
use session::SessionLock;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often it is tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// Held for as long as the program works.
pub struct InstanceLock {
    _files: Vec<FileLock>,
    session: Option<SessionLock>,
}

impl InstanceLock {
    /// Ends when another program holds the database's lock: after its server was restarted, or the
    /// connection broke. Whoever holds only files never loses them.
    pub async fn lost(&self) {
        match &self.session {
            Some(session) => session.lost().await,
            None => std::future::pending().await,
        }
    }
}

impl Engine {
    /// Takes the data folder and the database for this program alone. One that is just ending, as
    /// in a restart, is waited for.
    pub async fn lock(&self, data: &Path, patience: Duration) -> Result<InstanceLock, OpenError> {
        let until = Instant::now() + patience;
        let mut folders = vec![data.to_owned()];
        if let Engine::Sqlite { folder } = self {
            folders.push(folder.clone());
        }
        let mut files: Vec<FileLock> = Vec::new();
        for folder in folders {
            std::fs::create_dir_all(&folder).map_err(|error| file::unusable(&folder, &error))?;
            let folder = folder.canonicalize().unwrap_or(folder);
            if files.iter().any(|file| file.folder == folder) {
                continue;
            }
            files.push(retried(until, async || FileLock::try_take(&folder)).await?);
        }
        let session = match self {
            Engine::Sqlite { .. } => None,
            Engine::Postgres { url, prefix, .. } => {
                Some(retried(until, async || SessionLock::try_take(url, prefix).await).await?)
            }
        };
        Ok(InstanceLock { _files: files, session })
    }
}

/// Why something cannot be locked.
enum Refusal {
    /// Another program holds it, which may end soon.
    Held(OpenError),
    /// It will not become better.
    Unusable(OpenError),
}

async fn retried<T>(
    until: Instant,
    attempt: impl AsyncFn() -> Result<T, Refusal>,
) -> Result<T, OpenError> {
    let mut said = false;
    loop {
        match attempt().await {
            Ok(lock) => return Ok(lock),
            Err(Refusal::Unusable(error)) => return Err(error),
            Err(Refusal::Held(error)) if Instant::now() >= until => return Err(error),
            Err(Refusal::Held(error)) => {
                if !said {
                    tracing::info!("waiting for another Callboard to end: {error}");
                    said = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
