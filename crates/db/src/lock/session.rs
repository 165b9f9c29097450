//! The lock of a PostgreSQL database: held by the session of one connection, which is watched.

use super::Refusal;
use crate::error::OpenError;
use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::watch;

/// Keeps these locks apart from those of other programs: `Call` as a number.
const CLASS: i32 = 0x4361_6c6c;

/// How often it is looked whether the session is still there.
const LOOK: Duration = Duration::from_secs(5);

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) struct SessionLock {
    lost: watch::Receiver<bool>,
    watching: tokio::task::JoinHandle<()>,
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        // The connection goes with it, and the lock with the connection.
        self.watching.abort();
    }
}

impl SessionLock {
    pub(super) async fn try_take(url: &str, prefix: &str) -> Result<SessionLock, Refusal> {
        let session = Session::open(url, prefix).await?;
        let (told, lost) = watch::channel(false);
        let (url, prefix) = (url.to_owned(), prefix.to_owned());
        let watching = tokio::spawn(async move {
            keep(session, &url, &prefix).await;
            let _ = told.send(true);
        });
        Ok(SessionLock { lost, watching })
    }

    pub(super) async fn lost(&self) {
        let mut lost = self.lost.clone();
        if lost.wait_for(|lost| *lost).await.is_err() {
            std::future::pending().await
        }
    }
}

/// A connection whose session holds the lock.
struct Session {
    connection: PgConnection,
    backend: i32,
}

impl Session {
    async fn open(url: &str, prefix: &str) -> Result<Session, Refusal> {
        let mut connection = connect(url).await.map_err(unusable)?;
        let sql = "select pg_try_advisory_lock($1, hashtext($2)), pg_backend_pid()";
        let outcome = sqlx::query_as(sql).bind(CLASS).bind(prefix).fetch_one(&mut connection).await;
        let (taken, backend): (bool, i32) = outcome.map_err(unusable)?;
        if taken {
            return Ok(Session { connection, backend });
        }
        let holder = holder(&mut connection, prefix).await;
        Err(Refusal::Held(held(prefix, holder.ok().flatten().as_ref())))
    }

    async fn is_alive(&mut self) -> bool {
        let asked = sqlx::query("select 1").execute(&mut self.connection);
        matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(_)))
    }
}

/// Ends when another program holds the lock.
async fn keep(mut session: Session, url: &str, prefix: &str) {
    loop {
        tokio::time::sleep(LOOK).await;
        if session.is_alive().await {
            continue;
        }
        tracing::warn!("the connection that holds the database's lock broke; it is made anew");
        let old = session.backend;
        drop(session);
        session = loop {
            match again(url, prefix, old).await {
                Again::Held(session) => break session,
                Again::Taken(error) => {
                    tracing::error!("the database's lock is lost: {error}");
                    return;
                }
                Again::Unreachable => tokio::time::sleep(LOOK).await,
            }
        };
    }
}

enum Again {
    Held(Session),
    Taken(OpenError),
    Unreachable,
}

/// Takes the lock again. A session of this program that the server still believes in is ended.
async fn again(url: &str, prefix: &str, old: i32) -> Again {
    let Ok(Ok(mut connection)) = tokio::time::timeout(PATIENCE, connect(url)).await else {
        return Again::Unreachable;
    };
    if let Ok(Some(found)) = holder(&mut connection, prefix).await
        && found.backend == old
    {
        let end = sqlx::query("select pg_terminate_backend($1)").bind(old);
        let _ = end.execute(&mut connection).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    match tokio::time::timeout(PATIENCE, Session::open(url, prefix)).await {
        Ok(Ok(session)) => Again::Held(session),
        Ok(Err(Refusal::Held(error))) => Again::Taken(error),
        _ => Again::Unreachable,
    }
}

async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    // A machine that went away is noticed within half a minute.
    let keepalive = [
        ("tcp_keepalives_idle", "10"),
        ("tcp_keepalives_interval", "5"),
        ("tcp_keepalives_count", "3"),
    ];
    let name = format!("callboard process {}", std::process::id());
    let options = PgConnectOptions::from_str(url)?.options(keepalive).application_name(&name);
    options.connect().await
}

struct Holder {
    backend: i32,
    name: String,
    address: String,
    since: String,
}

async fn holder(
    connection: &mut PgConnection,
    prefix: &str,
) -> Result<Option<Holder>, sqlx::Error> {
    let sql = "
        select activity.pid, coalesce(activity.application_name, ''),
               coalesce(host(activity.client_addr), 'the server''s own machine'),
               coalesce(to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI:SS'), '')
        from pg_locks
        join pg_stat_activity activity using (pid)
        where locktype = 'advisory' and granted and classid::bigint = $1
          and objid::bigint = (hashtext($2)::bigint & 4294967295)
          and database = (select oid from pg_database where datname = current_database())";
    let found: Option<(i32, String, String, String)> =
        sqlx::query_as(sql).bind(i64::from(CLASS)).bind(prefix).fetch_optional(connection).await?;
    let holder = |(backend, name, address, since)| Holder { backend, name, address, since };
    Ok(found.map(holder))
}

fn held(prefix: &str, holder: Option<&Holder>) -> OpenError {
    let who = holder
        .map(|holder| format!(" ({} at {}, since {})", holder.name, holder.address, holder.since));
    OpenError(format!(
        "Another Callboard{} uses the schemas of this PostgreSQL database that begin with {prefix}. \
         Stop it first, or choose others with backend.database.schemaPrefix.",
        who.unwrap_or_default()
    ))
}

fn unusable(error: sqlx::Error) -> Refusal {
    // The address may hold a password, so the message names the setting instead.
    Refusal::Unusable(OpenError(format!(
        "PostgreSQL cannot be used: {error}. Check backend.database.connection in the \
         configuration."
    )))
}
