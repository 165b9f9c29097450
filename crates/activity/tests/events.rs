//! The audit log and events over their rows: together with the change, without gaps, in order.

use access::{OpContext, Principal, RefusalReason, Tenant};
use activity::{Event, EventBus, MAX_BATCH, NewEvent, Retention, Tail};
use db::{Databases, Engine, query};
use model::session::Person;
use model::tenant::{Branding, TenantName};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use testkit::{Place, open_tenant};

const SOON: Duration = Duration::from_secs(20);

struct World {
    _place: Place,
    databases: Databases,
    tenant: Arc<Tenant>,
    other: Arc<Tenant>,
    op: OpContext,
}

async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(World) -> F) {
    let check = &check;
    let on = |place: Place| async move {
        let databases = place.databases().await;
        let tenant = open_tenant(&databases, place.data(), "one").await;
        let other = open_tenant(&databases, place.data(), "two").await;
        let (jane, request) = ("user:default/jane", "request-1");
        let principal = Principal::Person(Person {
            ownership_refs: vec![jane.to_owned()],
            user_ref: jane.to_owned(),
            display_name: "Jane".to_owned(),
        });
        let op = OpContext::for_request(tenant.clone(), principal, request.into());
        check(World { _place: place, databases, tenant, other, op }).await;
    };
    testkit::on_each_engine("eventtest", on).await;
}

async fn record(op: &OpContext, subject: &str) {
    let mut tx = op.db().begin().await.expect("begins");
    let detail = json!({"action": "create"});
    activity::record(op, &mut tx, "location-mutate", subject, &detail).await.expect("records");
    tx.commit().await.expect("commits");
}

async fn publish(op: &OpContext, subjects: std::ops::Range<usize>) {
    let mut tx = op.db().begin().await.expect("begins");
    let events = subjects.map(|number| NewEvent::new("test", number.to_string(), json!({})));
    activity::publish(op, &mut tx, events).await.expect("publishes");
    tx.commit().await.expect("commits");
}

/// The events from a number to the last there is.
async fn events(tenant: &Arc<Tenant>, from: i64, count: usize) -> Vec<Event> {
    let mut following = Tail.subscribe(tenant, from);
    let mut events = Vec::new();
    while events.len() < count {
        let batch = tokio::time::timeout(SOON, following.next()).await.expect("in time");
        let batch = batch.expect("reads");
        assert!((1..=MAX_BATCH).contains(&batch.events.len()));
        events.extend(batch.events);
    }
    events
}

fn numbers(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.number).collect()
}

async fn count(tenant: &Tenant, table: &str) -> i64 {
    let statement = query(format!("select count(*) as n from {table}"));
    let row = tenant.db.fetch_optional(statement).await.expect("reads");
    row.expect("a row").get("n").expect("a number")
}

#[tokio::test]
async fn a_record_is_a_row_of_the_audit_log_and_an_event_of_the_same_transaction() {
    on_each_engine(async |world| {
        record(&world.op, "url:https://host/a").await;
        // What is undone never was, and leaves no gap.
        let mut tx = world.op.db().begin().await.expect("begins");
        activity::record(&world.op, &mut tx, "task", "t-1", &json!({})).await.expect("records");
        drop(tx);
        record(&world.op, "url:https://host/b").await;
        assert_eq!(count(&world.tenant, "activity_event").await, 2);
        let found = events(&world.tenant, 1, 2).await;
        assert_eq!(numbers(&found), [1, 2]);
        assert_eq!(count(&world.other, "event").await, 0);

        let json = found[0].to_json();
        for (name, expected) in [
            ("specversion", "1.0"),
            ("source", "/t/one"),
            ("type", "dev.callboard.catalog.location.create"),
            ("subject", "url:https://host/a"),
            ("datacontenttype", "application/json"),
            ("sequence", "1"),
            ("principal", "user:default/jane"),
            ("requestid", "request-1"),
        ] {
            assert_eq!(json[name], expected, "{name}");
        }
        assert_eq!(json["data"], json!({"action": "create"}));
        assert!(json["time"].as_str().expect("a time").ends_with('Z'), "{json}");
        let id = |event: &Event| event.id.clone();
        assert_ne!(id(&found[0]), id(&found[1]));
        assert!(id(&found[0]).len() > 10, "{}", id(&found[0]));
        record(&OpContext::for_background(world.other.clone(), "test"), "x").await;
        let others = events(&world.other, 1, 1).await;
        assert_eq!((others[0].number, others[0].source.as_str()), (1, "/t/two"));
        assert_ne!(id(&others[0]), id(&found[0]), "another database has other ids");
        world.databases.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_have_no_gaps_whoever_writes_and_several_follow_in_order() {
    on_each_engine(async |world| {
        let follow = |from: i64| {
            let tenant = world.tenant.clone();
            tokio::spawn(async move { events(&tenant, from, 400 - (from as usize - 1)).await })
        };
        // Some are there before the first event, one begins in the middle.
        let following = [follow(1), follow(1), follow(51)];
        let write = |writer: usize| {
            let op = world.op.clone();
            tokio::spawn(async move {
                for round in 0..10 {
                    let start = (writer * 10 + round) * 5;
                    publish(&op, start..start + 5).await;
                    if round % 3 == 0 {
                        let mut tx = op.db().begin().await.expect("begins");
                        let event = [NewEvent::new("test", "undone", Value::Null)];
                        let _ = activity::publish(&op, &mut tx, event.into_iter()).await;
                    }
                }
            })
        };
        let writers: Vec<_> = (0..8).map(write).collect();
        for writer in writers {
            writer.await.expect("writes");
        }
        for (following, from) in following.into_iter().zip([1, 1, 51]) {
            let found = following.await.expect("follows");
            assert_eq!(numbers(&found), (from..=400).collect::<Vec<_>>());
            assert!(found.iter().all(|event| event.subject != "undone"));
        }
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_follows_goes_on_after_a_restart_and_is_woken_by_a_commit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let open = async || {
        let engine = Engine::Sqlite { folder: folder.path().to_owned() };
        let databases = Databases::open(engine).await.expect("opens");
        let name = TenantName::default_tenant();
        let db = databases.tenant(&name).await.expect("opens");
        let tenant = Tenant::new(name, Branding::default(), db, folder.path().to_owned());
        (databases, Arc::new(tenant))
    };
    let (databases, tenant) = open().await;
    publish(&OpContext::for_background(tenant.clone(), "test"), 0..250).await;
    let seen = events(&tenant, 1, 100).await;
    assert_eq!(seen.len(), MAX_BATCH, "a batch is bounded");
    databases.close().await;

    let (databases, tenant) = open().await;
    let mut following = Tail.subscribe(&tenant, seen[99].number + 1);
    let mut rest = Vec::new();
    while rest.len() < 150 {
        rest.extend(following.next().await.expect("reads").events);
    }
    assert_eq!(numbers(&rest), (101..=250).collect::<Vec<_>>());
    let begun = std::time::Instant::now();
    let write = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        publish(&OpContext::for_background(tenant.clone(), "test"), 0..1).await;
    };
    let (batch, ()) = tokio::join!(following.next(), write);
    assert_eq!(numbers(&batch.expect("reads").events), [251]);
    assert!(begun.elapsed() < Duration::from_millis(1_500), "{:?}", begun.elapsed());
    // Who was told by something else than a commit looks too.
    let waiting = tokio::time::timeout(Duration::from_millis(300), following.next());
    let ((), waited) = tokio::join!(async { Tail.publish(&tenant) }, waiting);
    assert!(waited.is_err(), "there is nothing new");
    databases.close().await;
}

#[tokio::test]
async fn old_events_go_within_bounds_and_who_is_late_hears_of_it() {
    on_each_engine(async |world| {
        publish(&world.op, 0..5_000).await;
        let age = query("update event set occurred_at = 1 where event_number <= 2500");
        world.tenant.db.execute(age).await.expect("writes");
        let day = Duration::from_secs(86_400);
        let keep = |max_events| Retention { keep_for: day, max_events };
        let prune =
            async |max| activity::prune(&world.tenant.db, &keep(max)).await.expect("prunes");
        assert_eq!(prune(1_000_000).await, 2_500, "those that are too old");
        assert_eq!(prune(1_000_000).await, 0);
        assert_eq!(prune(1_000).await, 1_500, "those that are too many");
        assert_eq!(count(&world.tenant, "event").await, 1_000);

        let mut following = Tail.subscribe(&world.tenant, 11);
        let batch = following.next().await.expect("reads");
        assert_eq!((batch.missed, batch.events[0].number), (3_990, 4_001));
        assert_eq!(following.next().await.expect("reads").missed, 0);
        // Numbers go on where they were, even when nothing is left.
        assert_eq!(prune(0).await, 1_000);
        publish(&world.op, 0..1).await;
        assert_eq!(numbers(&events(&world.tenant, 1, 1).await), [5_001]);
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn no_secret_is_recorded() {
    on_each_engine(async |world| {
        let mut tx = world.op.db().begin().await.expect("begins");
        let detail = json!({
            "action": "create",
            "token": "hunter2",
            "nested": [{"client_secret": "hunter2"}, "https://jane:hunter2@host/x?sig=hunter2"],
        });
        let subject = "git:https://jane:hunter2@host/x";
        activity::record(&world.op, &mut tx, "location-mutate", subject, &detail)
            .await
            .expect("records");
        tx.commit().await.expect("commits");
        let event = events(&world.tenant, 1, 1).await.remove(0).to_json().to_string();
        let row =
            world.tenant.db.fetch_optional(query("select subject, detail from activity_event"));
        let row = row.await.expect("reads").expect("a row");
        let (subject, detail): (String, String) =
            (row.get("subject").expect("a text"), row.get("detail").expect("a text"));
        assert_eq!(subject, "git:https://***@host/x");
        for text in [event, detail] {
            assert!(!text.contains("hunter2") && text.contains("***@host"), "{text}");
        }
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn refusals_become_events_with_their_number() {
    on_each_engine(async |world| {
        for _ in 0..1_000 {
            world.tenant.refusals.note(RefusalReason::Denied, "token", "192.0.2.1");
        }
        let nobody =
            OpContext::for_request(world.tenant.clone(), Principal::Nobody, "request-2".into());
        let refused = nobody.authorize(access::Permission::CatalogEntityRead);
        refused.expect_err("nobody is signed in");
        world.tenant.refusals.note(RefusalReason::Throttled, "sign-in", "192.0.2.2");
        activity::record_refusals(&world.tenant).await.expect("records");
        activity::record_refusals(&world.tenant).await.expect("nothing more");
        let found = events(&world.tenant, 1, 3).await;
        let said = |event: &Event| {
            let (what, who) = (event.event_type.clone(), event.data["principal"].clone());
            (what, event.subject.clone(), who, event.data["count"].clone())
        };
        let expected = |reason: &str, subject: &str, who: &str, count: u64| {
            let event_type = format!("dev.callboard.access.{reason}");
            (event_type, subject.to_owned(), Value::from(who), Value::from(count))
        };
        assert_eq!(
            found.iter().map(said).collect::<Vec<_>>(),
            [
                expected("denied", "catalog.entity.read", "nobody", 1),
                expected("throttled", "sign-in", "192.0.2.2", 1),
                expected("denied", "token", "192.0.2.1", 1_000),
            ]
        );
        assert_eq!(count(&world.tenant, "activity_event").await, 0, "nobody fills the audit log");
        world.databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_hundred_thousand_events_are_written_quickly() {
    on_each_engine(async |world| {
        let begun = std::time::Instant::now();
        publish(&world.op, 0..100_000).await;
        let time = begun.elapsed();
        println!("{}: 100,000 events in {time:?}", world.tenant.db.engine_name());
        // A bound that only a statement for each event would exceed.
        assert!(time < Duration::from_secs(30), "{time:?}");
        assert_eq!(count(&world.tenant, "event").await, 100_000);
        world.databases.close().await;
    })
    .await;
}
