//! Sessions over their rows: found at once, only by their own cookie and tenant, until they end.

use access::{Principal, SESSION_LIFETIME_MS, Sessions, Tenant};
use db::{Databases, query};
use model::session::Person;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Place, open_tenant};

struct World {
    _place: Place,
    databases: Databases,
    one: Arc<Tenant>,
    two: Arc<Tenant>,
}

async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(World) -> F) {
    let check = &check;
    let on = |place: Place| async move {
        let databases = place.databases().await;
        let one = open_tenant(&databases, place.data(), "one").await;
        let two = open_tenant(&databases, place.data(), "two").await;
        check(World { _place: place, databases, one, two }).await;
    };
    testkit::on_each_engine("accesstest", on).await;
}

fn jane() -> Person {
    let user_ref = "user:default/jane".to_owned();
    Person { ownership_refs: vec![user_ref.clone()], user_ref, display_name: "Jane".to_owned() }
}

async fn open(sessions: &Sessions, tenant: &Tenant) -> String {
    let mut tx = tenant.db.begin().await.expect("begins");
    let cookie = sessions.open(&mut tx, &jane(), "guest").await.expect("opens");
    tx.commit().await.expect("commits");
    cookie
}

#[tokio::test]
async fn a_session_is_found_at_once_by_its_own_cookie_and_tenant_only() {
    on_each_engine(async |world| {
        let sessions = Sessions::default();
        let cookie = open(&sessions, &world.one).await;
        // Also by another instance, which has nothing in memory.
        for sessions in [&sessions, &Sessions::default()] {
            let found = sessions.find(&world.one, &cookie).await.expect("answers");
            assert_eq!(found, Principal::Person(jane()));
            for (tenant, cookie) in
                [(&world.two, cookie.as_str()), (&world.one, ""), (&world.one, &cookie[1..])]
            {
                let found = sessions.find(tenant, cookie).await.expect("answers");
                assert_eq!(found, Principal::Nobody);
            }
        }
        // The database knows no cookie.
        let rows = world.one.db.fetch_all(query("select session_hash from access_session")).await;
        let hash: String = rows.expect("reads")[0].get("session_hash").expect("a text");
        assert_ne!(hash, cookie);
        let found = sessions.find(&world.one, &hash).await.expect("answers");
        assert_eq!(found, Principal::Nobody);

        // A sign-in that was not committed is none.
        let mut tx = world.one.db.begin().await.expect("begins");
        let dropped = sessions.open(&mut tx, &jane(), "guest").await.expect("opens");
        drop(tx);
        let found = sessions.find(&world.one, &dropped).await.expect("answers");
        assert_eq!(found, Principal::Nobody);
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_by_signing_out_and_by_time_and_its_row_goes() {
    on_each_engine(async |world| {
        let sessions = Sessions::default();
        let (kept, closed) = (open(&sessions, &world.one).await, open(&sessions, &world.one).await);
        let expired = open(&sessions, &world.one).await;
        let ended = sessions.until_ended(world.one.clone(), closed.clone());
        let close = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            sessions.close(&world.one, &closed).await.expect("closes");
        };
        let both = async { tokio::join!(ended, close) };
        tokio::time::timeout(Duration::from_secs(10), both).await.expect("it hears of it");

        // All that are left expire but one that is signed in afterwards.
        let sql = "update access_session set expires_at = 1";
        assert_eq!(world.one.db.execute(query(sql)).await.expect("writes"), 2);
        let later = open(&sessions, &world.one).await;
        let fresh = Sessions::default();
        for (cookie, expected) in [
            (&kept, Principal::Nobody),
            (&closed, Principal::Nobody),
            (&expired, Principal::Nobody),
            (&later, Principal::Person(jane())),
        ] {
            let found = fresh.find(&world.one, cookie).await.expect("answers");
            assert_eq!(found, expected);
        }
        assert_eq!(fresh.sweep(&world.one).await.expect("sweeps"), 2);
        assert_eq!(fresh.sweep(&world.one).await.expect("sweeps"), 0);
        let found = fresh.find(&world.one, &later).await.expect("answers");
        assert_eq!(found, Principal::Person(jane()));
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_lasts_to_its_last_minute_and_no_longer() {
    on_each_engine(async |world| {
        let cookie = open(&Sessions::default(), &world.one).await;
        let earlier = async |milliseconds: i64| {
            let sql = "update access_session set expires_at = expires_at - $1";
            world.one.db.execute(query(sql).bind(milliseconds)).await.expect("writes");
            // Another instance, which has nothing in memory.
            Sessions::default().find(&world.one, &cookie).await.expect("answers")
        };
        assert_eq!(earlier(SESSION_LIFETIME_MS - 60_000).await, Principal::Person(jane()));
        assert_eq!(Sessions::default().sweep(&world.one).await.expect("sweeps"), 0);
        assert_eq!(earlier(60_000).await, Principal::Nobody);
        assert_eq!(Sessions::default().sweep(&world.one).await.expect("sweeps"), 1);
        world.databases.close().await;
    })
    .await;
}
