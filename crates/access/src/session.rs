//! Sessions of signed-in people: a random cookie, of which the database keeps a hash.

use crate::principal::Principal;
use crate::random::random_id;
use crate::tenants::Tenant;
use crate::tokens::hex;
use crate::{now, store};
use db::Tx;
use model::Result;
use model::session::Person;
use model::time::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

/// How long one stays signed in: a working week and the weekend.
pub const SESSION_LIFETIME_MS: i64 = 7 * 24 * 3_600_000;

/// Opens, finds and ends sessions.
#[derive(Default)]
pub struct Sessions {
    /// Sessions seen lately, so that a page does not ask the database who is looking. Keyed by
    /// tenant and hash: a cookie of one tenant is nothing to another.
    seen: Mutex<HashMap<(String, String), Seen>>,
    /// Counts sessions that were ended here, for whoever waits for the end of one.
    closed: watch::Sender<u64>,
}

struct Seen {
    person: Person,
    expires_at: Timestamp,
    checked_at: Timestamp,
}

/// How long a session may be taken from memory before the database is asked again.
const TRUSTED_FOR_MS: i64 = 30_000;

/// A bound on the memory for sessions; when it is reached, all are asked for anew.
const MAX_SEEN: usize = 10_000;

impl Sessions {
    /// Signs a person in, once the transaction is committed; the answer is the value of the cookie.
    pub async fn open(&self, tx: &mut Tx, person: &Person, provider: &str) -> Result<String> {
        let cookie = random_id(32);
        let at = now();
        let row = store::SessionRow {
            hash: hash(&cookie),
            person: person.clone(),
            expires_at: Timestamp(at.0 + SESSION_LIFETIME_MS),
        };
        store::session_insert(tx, &row, provider, at).await?;
        Ok(cookie)
    }

    /// Whose cookie this is. What only a sign-in knows stays in the session: the ownership refs
    /// are the person's own ref until groups are read.
    pub async fn find(&self, tenant: &Arc<Tenant>, cookie: &str) -> Result<Principal> {
        let key = (tenant.name.as_str().to_owned(), hash(cookie));
        let at = now();
        if let Some(seen) = self.seen.lock().expect("not poisoned").get(&key)
            && seen.expires_at > at
            && seen.checked_at.until(at) < TRUSTED_FOR_MS
        {
            return Ok(Principal::Person(seen.person.clone()));
        }
        let Some(row) = store::session_find(&tenant.db, &key.1, at).await? else {
            return Ok(Principal::Nobody);
        };
        let mut seen = self.seen.lock().expect("not poisoned");
        if seen.len() >= MAX_SEEN {
            seen.clear();
        }
        seen.insert(
            key,
            Seen { person: row.person.clone(), expires_at: row.expires_at, checked_at: at },
        );
        Ok(Principal::Person(row.person))
    }

    /// Signs out.
    pub async fn close(&self, tenant: &Tenant, cookie: &str) -> Result<()> {
        let hash = hash(cookie);
        self.seen
            .lock()
            .expect("not poisoned")
            .remove(&(tenant.name.as_str().to_owned(), hash.clone()));
        store::session_delete(&tenant.db, &hash).await?;
        self.closed.send_modify(|count| *count += 1);
        Ok(())
    }

    /// Waits until a session has ended: at once when it is ended here, within half a minute when
    /// it expires or another instance ends it.
    pub async fn until_ended(&self, tenant: Arc<Tenant>, cookie: String) {
        let mut closed = self.closed.subscribe();
        loop {
            // While the database cannot be asked nobody is signed out.
            if let Ok(Principal::Nobody) = self.find(&tenant, &cookie).await {
                return;
            }
            let pause = Duration::from_millis(TRUSTED_FOR_MS.unsigned_abs());
            let _ = tokio::time::timeout(pause, closed.changed()).await;
        }
    }

    /// Removes what has expired.
    pub async fn sweep(&self, tenant: &Tenant) -> Result<u64> {
        Ok(store::session_sweep(&tenant.db, now()).await?)
    }
}

fn hash(cookie: &str) -> String {
    hex(&Sha256::digest(cookie))
}
