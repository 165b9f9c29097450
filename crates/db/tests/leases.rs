//! Leases, fenced writes, the lock of an instance, and reads of a replica that lags behind.

use db::{Claim, Databases, Db, DbError, Engine, InstanceLock, query};
use model::tenant::TenantName;
use std::sync::Arc;
use std::time::Duration;
use testkit::Place;

const LONG: Duration = Duration::from_secs(60);

/// Schemas of their own in the database of the environment.
fn postgres() -> Option<Engine> {
    let (url, prefix) = testkit::postgres("lease")?;
    Some(Engine::Postgres { url, reader_url: None, prefix })
}

async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(Db) -> F) {
    let check = &check;
    let on = |place: Place| async move {
        let databases = place.databases().await;
        check(databases.tenant(&TenantName::default_tenant()).await.expect("opens")).await;
        databases.close().await;
    };
    testkit::on_each_engine("lease", on).await;
}

#[tokio::test]
async fn a_lease_has_one_holder_and_each_claim_a_greater_number() {
    on_each_engine(async |db| {
        let claimed = async |holder: &str, ttl| db.lease_claim("job", holder, ttl).await.unwrap();
        let first = claimed("one", LONG).await.expect("it is free");
        assert_eq!(first, Claim { name: "job".to_owned(), number: 1 });
        assert_eq!(claimed("two", LONG).await, None);
        assert_eq!(claimed("one", LONG).await, None, "not even its holder claims it again");
        let other = db.lease_claim("other", "two", LONG).await.unwrap();
        assert!(other.is_some(), "another lease");

        assert!(db.lease_renew(&first, LONG).await.unwrap());
        db.lease_release(&first).await.unwrap();
        let second = claimed("two", Duration::from_millis(50)).await.expect("it was released");
        assert_eq!(second.number, 2);
        tokio::time::sleep(Duration::from_millis(120)).await;
        let third = claimed("one", LONG).await.expect("its time is over");
        assert_eq!(third.number, 3);

        // Whoever lost it can do nothing more with it.
        assert!(!db.lease_renew(&second, LONG).await.unwrap());
        db.lease_release(&second).await.unwrap();
        assert_eq!(claimed("two", LONG).await, None);
        db.lease_free_all().await.unwrap();
        assert_eq!(claimed("two", LONG).await.expect("all are free").number, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_claim_at_once_one_gets_it() {
    on_each_engine(async |db| {
        let claim = |number: usize| {
            let db = db.clone();
            tokio::spawn(async move {
                db.lease_claim("job", &format!("holder {number}"), LONG).await.unwrap()
            })
        };
        let claims: Vec<_> = (0..12).map(claim).collect();
        let mut got = 0;
        for claim in claims {
            got += usize::from(claim.await.unwrap().is_some());
        }
        assert_eq!(got, 1);
    })
    .await;
}

#[tokio::test]
async fn a_write_under_a_lost_lease_is_refused() {
    on_each_engine(async |db| {
        let old = db.lease_claim("job", "one", Duration::from_millis(1)).await.unwrap().unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let write = async |claim: &Claim, user: &str| {
            let mut tx = db.begin().await?;
            let statement = query(
                "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
                 values ($1, 'home', '{}', 1)",
            );
            tx.execute(statement.bind(user)).await?;
            tx.fence(claim).await?;
            tx.commit().await
        };
        write(&old, "user:default/a").await.expect("nobody else has claimed it");
        let new = db.lease_claim("job", "two", LONG).await.unwrap().unwrap();
        let error = write(&old, "user:default/b").await.expect_err("refused");
        assert!(matches!(error, DbError::LeaseLost(ref name) if name == "job"), "{error}");
        write(&new, "user:default/c").await.expect("its own");
        let rows = db.fetch_all(query("select user_ref from dashboard_layout")).await.unwrap();
        assert_eq!(rows.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn work_under_a_lease_is_renewed_and_ends_when_it_is_lost() {
    on_each_engine(async |db| {
        let short = Duration::from_millis(300);
        let work = |claim: Claim| async move {
            tokio::time::sleep(Duration::from_millis(900)).await;
            claim.number
        };
        let (done, other) = tokio::join!(db.under_lease("job", short, work), async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            db.lease_claim("job", "other", LONG).await.unwrap()
        });
        assert_eq!(done.unwrap(), Some(1));
        assert_eq!(other, None, "it was renewed meanwhile");
        // It was given back at the end.
        let lost = db.under_lease("job", short, |_| async {
            db.lease_free_all().await.unwrap();
            db.lease_claim("job", "other", LONG).await.unwrap().expect("it is free");
            std::future::pending::<()>().await
        });
        let lost = tokio::time::timeout(Duration::from_secs(5), lost).await.expect("it ends");
        assert_eq!(lost.unwrap(), None);
        let held = db.under_lease("job", short, |_| async {}).await.unwrap();
        assert_eq!(held, None, "another holds it");
    })
    .await;
}

#[tokio::test]
async fn a_lease_is_kept_while_its_own_work_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let databases = Databases::open(engine).await.expect("opens");
    let db = databases.tenant(&TenantName::default_tenant()).await.expect("opens");
    let done = db.under_lease("job", Duration::from_millis(100), |_| async {
        // The one connection that writes.
        let tx = db.begin().await.expect("begins");
        tokio::time::sleep(Duration::from_millis(500)).await;
        tx.commit().await.expect("commits");
    });
    assert_eq!(done.await.unwrap(), Some(()));
    assert!(db.is_writable().await);
}

#[tokio::test]
async fn what_was_committed_is_read_at_once_even_with_a_replica_that_is_late() {
    let (Some(engine), Ok(url)) = (postgres(), std::env::var("CALLBOARD_TEST_POSTGRES")) else {
        return;
    };
    let Engine::Postgres { prefix, .. } = engine else { return };
    // Another database with the same tables and none of the rows.
    let (server, _) = url.rsplit_once('/').expect("an address");
    let late = format!("{server}/{prefix}_late");
    let name = TenantName::default_tenant();
    let open = async |url: &str, reader_url: Option<&str>| {
        let engine = Engine::Postgres {
            url: url.to_owned(),
            reader_url: reader_url.map(str::to_owned),
            prefix: prefix.clone(),
        };
        let databases = Databases::open(engine).await.expect("opens");
        let db = databases.tenant(&name).await.expect("opens");
        (databases, db)
    };
    let (first, db) = open(&url, None).await;
    db.execute(query(format!("create database {prefix}_late"))).await.expect("made");
    first.close().await;
    open(&late, None).await.0.close().await;

    let rows = "select user_ref from dashboard_layout";
    let (databases, db) = open(&url, Some(&late)).await;
    let insert = "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
                  values ('user:default/a', 'home', '{}', 1)";
    db.execute(query(insert)).await.expect("writes");
    assert_eq!(db.fetch_all(query(rows)).await.expect("reads").len(), 1);
    assert!(db.fetch_optional(query(rows)).await.expect("reads").is_some());
    assert_eq!(db.replica().fetch_all(query(rows)).await.expect("reads").len(), 0, "it is late");
    assert!(db.replica().fetch_optional(query(rows)).await.expect("reads").is_none());
    databases.close().await;

    // One that does not answer holds nothing up.
    let (databases, db) = open(&url, Some("postgres://127.0.0.1:1/gone")).await;
    assert_eq!(db.replica().fetch_all(query(rows)).await.expect("reads").len(), 1);
    assert!(db.replica().fetch_optional(query(rows)).await.expect("reads").is_some());
    db.execute(query(format!("drop database {prefix}_late with (force)"))).await.expect("dropped");
    databases.close().await;
}

async fn lock(engine: &Engine, data: &std::path::Path) -> Result<InstanceLock, String> {
    engine.lock(data, Duration::from_millis(300)).await.map_err(|error| error.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_instance_is_refused_until_the_first_is_gone() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let sqlite = Engine::Sqlite { folder: one.path().to_owned() };
    let held = lock(&sqlite, one.path()).await.expect("it is free");
    // The same databases from another data folder, and the other way round.
    for data in [one.path(), two.path()] {
        let refused = lock(&sqlite, data).await.err().expect("refused");
        let id = format!("process {}", std::process::id());
        assert!(refused.contains("Another Callboard") && refused.contains(&id), "{refused}");
        assert!(refused.contains("--data"), "{refused}");
    }
    // Whoever waits gets it when the first ends.
    let waits = sqlite.lock(two.path(), LONG);
    let freed = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        drop(held);
    };
    let (taken, ()) = tokio::join!(waits, freed);
    drop(taken.expect("taken"));

    let Some(engine) = postgres() else {
        return;
    };
    let held = lock(&engine, one.path()).await.expect("it is free");
    let refused = lock(&engine, two.path()).await.err().expect("refused");
    assert!(refused.contains("Another Callboard (callboard process"), "{refused}");
    assert!(refused.contains("schemaPrefix"), "{refused}");
    let others = lock(&postgres().expect("a server"), two.path()).await.expect("other schemas");
    drop((held, others));
    let again = engine.lock(two.path(), Duration::from_secs(5)).await;
    assert!(again.is_ok(), "{:?}", again.err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_whose_connection_broke_takes_its_lock_again_or_says_that_it_is_lost() {
    let Some(engine) = postgres() else {
        return;
    };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let held = Arc::new(lock(&engine, one.path()).await.expect("it is free"));
    let databases = Databases::open(engine.clone()).await.expect("opens");
    let Engine::Postgres { prefix, .. } = &engine else { return };
    let broken = "select pg_terminate_backend(pid) from pg_locks
                  where locktype = 'advisory' and granted
                    and objid::bigint = (hashtext($1)::bigint & 4294967295)";
    let end = || query(broken).bind(prefix.as_str());
    databases.control().fetch_all(end()).await.expect("ended");
    let lost = tokio::time::timeout(Duration::from_secs(8), held.lost()).await;
    assert!(lost.is_err(), "it has it again");
    let refused = lock(&engine, two.path()).await.err().expect("refused");
    assert!(refused.contains("Another Callboard"), "{refused}");

    databases.control().fetch_all(end()).await.expect("ended");
    let other = engine.lock(two.path(), Duration::from_secs(3)).await.expect("it is faster");
    let lost = tokio::time::timeout(Duration::from_secs(20), held.lost()).await;
    assert!(lost.is_ok(), "another has it");
    drop(other);
    databases.close().await;
}
