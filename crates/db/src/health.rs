//! Whether a database can be written: what real writes met, and a cheap question of our own.

use crate::connection::{Db, Pools};
use crate::error::DbError;
use sqlx::{Connection, Executor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long an outcome is repeated instead of asking again.
const FRESH: Duration = Duration::from_secs(2);

/// How long whoever asks waits for a new outcome.
const WAIT: Duration = Duration::from_secs(1);

/// How long writes may be held up before that counts as not working: a large ingest may hold the
/// one writer of SQLite for a while.
const HELD_UP: Duration = Duration::from_secs(30);

/// What is known about one database.
pub(crate) struct Health {
    /// Whether the last write failed because of the database, not because of what was written.
    failing: AtomicBool,
    check: watch::Sender<Check>,
}

#[derive(Clone, Copy)]
struct Check {
    begun: Option<Instant>,
    ended: Option<Instant>,
    is_good: bool,
}

impl Health {
    pub(crate) fn new() -> Arc<Health> {
        let check = Check { begun: None, ended: None, is_good: true };
        Arc::new(Health { failing: AtomicBool::new(false), check: watch::Sender::new(check) })
    }

    /// Notes what became of a write.
    pub(crate) fn note<T>(&self, outcome: Result<T, DbError>) -> Result<T, DbError> {
        match &outcome {
            Ok(_) => self.failing.store(false, Ordering::Relaxed),
            Err(error) if error.is_unwritable() => self.failing.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
        outcome
    }
}

impl Db {
    /// Whether writes are accepted: an answer within about a second that costs a small write at
    /// most every two seconds, however often it is asked for.
    pub async fn is_writable(&self) -> bool {
        let health = &self.health;
        let mut checks = health.check.subscribe();
        let mut starts = false;
        health.check.send_if_modified(|check| {
            let is_fresh = check.ended.is_some_and(|ended| ended.elapsed() < FRESH);
            // What a real write met is newer than the last check.
            let is_known = is_fresh && check.is_good != health.failing.load(Ordering::Relaxed);
            if check.begun.is_none() && !is_known {
                check.begun = Some(Instant::now());
                starts = true;
            }
            false
        });
        if starts {
            let db = self.clone();
            tokio::spawn(async move {
                let is_good = db.try_write().await;
                db.health.failing.store(!is_good, Ordering::Relaxed);
                db.health.check.send_replace(Check {
                    begun: None,
                    ended: Some(Instant::now()),
                    is_good,
                });
            });
        }
        let known = checks.wait_for(|check| check.begun.is_none());
        match tokio::time::timeout(WAIT, known).await {
            Ok(Ok(check)) => check.is_good,
            // Still waiting: what was known before holds, for a while.
            _ => {
                let check = *health.check.borrow();
                let held_up = check.begun.is_some_and(|begun| begun.elapsed() > HELD_UP);
                check.is_good && !held_up && !health.failing.load(Ordering::Relaxed)
            }
        }
    }

    async fn try_write(&self) -> bool {
        let outcome = match &self.pools {
            Pools::Sqlite { writer, .. } => {
                let is_failing = self.health.failing.load(Ordering::Relaxed);
                try_sqlite(writer, is_failing).await
            }
            Pools::Postgres { writer, .. } => {
                let asked = "select 1 where not pg_is_in_recovery()
                                 and current_setting('transaction_read_only') = 'off'";
                writer.fetch_one(asked).await.map(|_| ())
            }
        };
        if let Err(error) = &outcome {
            tracing::warn!(error = %error, "the database cannot be written");
        }
        outcome.is_ok()
    }
}

/// Writes a page that has to be in the file anyway; after a failure as much as a real write needs,
/// since one page may fit where nothing else does.
async fn try_sqlite(writer: &sqlx::SqlitePool, is_failing: bool) -> Result<(), sqlx::Error> {
    let mut connection = writer.acquire().await?;
    let mut tx = connection.begin_with("begin immediate").await?;
    if is_failing {
        tx.execute("create table if not exists callboard_write_check (filler blob)").await?;
        tx.execute("insert into callboard_write_check values (zeroblob(262144))").await?;
        tx.execute("drop table callboard_write_check").await?;
    } else {
        tx.execute("pragma user_version = 1").await?;
    }
    tx.commit().await
}
