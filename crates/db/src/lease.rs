//! Leases: work that only one process does at a time, and writes that only its holder can make.
//!
//! A lease is claimed for a time by the database's clock. Each claim has a greater number than the
//! one before it, so that whoever has lost a lease without noticing is refused when it writes.

use crate::connection::{Db, Pools};
use crate::error::DbError;
use crate::query::query;
use crate::transaction::Tx;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// A lease that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub name: String,
    /// Greater than that of every claim before it.
    pub number: i64,
}

/// How this process is called as the holder of a lease.
pub fn holder() -> &'static str {
    use std::hash::{BuildHasher, RandomState};
    static HOLDER: LazyLock<String> = LazyLock::new(|| {
        let id = std::process::id();
        format!("{id}-{:016x}", RandomState::new().hash_one(id))
    });
    &HOLDER
}

impl Db {
    /// Claims a lease that nobody holds, or whose time is over.
    pub async fn lease_claim(
        &self,
        name: &str,
        holder: &str,
        ttl: Duration,
    ) -> Result<Option<Claim>, DbError> {
        let clock = self.clock();
        let statement = query(format!(
            "insert into lease (lease_name, holder, claim, expires_at)
             values ($1, $2, 1, {clock} + $3)
             on conflict (lease_name) do update set
                 holder = excluded.holder, claim = lease.claim + 1,
                 expires_at = excluded.expires_at
             where lease.expires_at <= {clock}
             returning claim"
        ))
        .bind(name)
        .bind(holder)
        .bind(milliseconds(ttl));
        let mut tx = self.begin().await?;
        let Some(row) = tx.fetch_optional(statement).await? else { return Ok(None) };
        let number = row.get("claim")?;
        tx.commit().await?;
        Ok(Some(Claim { name: name.to_owned(), number }))
    }

    /// Holds a lease for longer; false when somebody else has claimed it meanwhile.
    pub async fn lease_renew(&self, claim: &Claim, ttl: Duration) -> Result<bool, DbError> {
        let clock = self.clock();
        let statement = query(format!(
            "update lease set expires_at = {clock} + $3 where lease_name = $1 and claim = $2"
        ));
        let statement =
            statement.bind(claim.name.as_str()).bind(claim.number).bind(milliseconds(ttl));
        Ok(self.execute(statement).await? == 1)
    }

    /// Gives a lease back. The row stays, so that the next claim has a greater number.
    pub async fn lease_release(&self, claim: &Claim) -> Result<(), DbError> {
        let statement =
            query("update lease set expires_at = 0 where lease_name = $1 and claim = $2")
                .bind(claim.name.as_str())
                .bind(claim.number);
        self.execute(statement).await.map(drop)
    }

    /// Frees every lease: for a process that knows it is the only one, so that what it left behind
    /// when it was killed holds nothing up.
    pub async fn lease_free_all(&self) -> Result<(), DbError> {
        self.execute(query("update lease set expires_at = 0")).await.map(drop)
    }

    /// Does work as the holder of a lease, which is renewed as long as that takes. Nothing when
    /// another holds the lease, or claimed it before the work was done.
    pub async fn under_lease<T, F: Future<Output = T>>(
        &self,
        name: &str,
        ttl: Duration,
        work: impl FnOnce(Claim) -> F,
    ) -> Result<Option<T>, DbError> {
        let Some(claim) = self.lease_claim(name, holder(), ttl).await? else { return Ok(None) };
        // Beside each other, since the work may hold the only connection that writes; both are gone
        // before the lease is given back, since one that waits for it would hold its place.
        let done = tokio::select! {
            done = work(claim.clone()) => done,
            outcome = self.renew_while_held(&claim, ttl) => return outcome.map(|()| None),
        };
        if let Err(error) = self.lease_release(&claim).await {
            // It ends by itself.
            tracing::warn!(lease = claim.name, "the lease cannot be given back: {error}");
        }
        Ok(Some(done))
    }

    /// Ends when the lease is lost.
    async fn renew_while_held(&self, claim: &Claim, ttl: Duration) -> Result<(), DbError> {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(ttl / 3).await;
            if self.is_writing() {
                continue;
            }
            match self.lease_renew(claim, ttl).await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => {
                    tracing::warn!(lease = claim.name, "the lease was claimed by somebody else");
                    return Ok(());
                }
                // Others may hold it by now, unless the database is this process's alone.
                Err(error) if renewed.elapsed() >= ttl && !self.is_own() => return Err(error),
                Err(error) => {
                    tracing::warn!(lease = claim.name, "the lease cannot be renewed: {error}");
                }
            }
        }
    }

    /// Whether the one connection that writes is in use: then nobody else can claim the lease, and
    /// waiting for a long write would look like a database that does not answer.
    fn is_writing(&self) -> bool {
        matches!(&self.pools, Pools::Sqlite { writer, .. } if writer.num_idle() == 0)
    }

    /// Whether no other process can use this database.
    fn is_own(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }
}

impl Tx {
    /// Makes the rest of this transaction impossible for whoever has lost the lease: until it is
    /// committed nobody else can claim it.
    pub async fn fence(&mut self, claim: &Claim) -> Result<(), DbError> {
        let statement =
            query("update lease set holder = holder where lease_name = $1 and claim = $2");
        let statement = statement.bind(claim.name.as_str()).bind(claim.number);
        match self.execute(statement).await? {
            1 => Ok(()),
            _ => Err(DbError::LeaseLost(claim.name.clone())),
        }
    }
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
