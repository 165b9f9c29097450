//! Opening, migrating and refusing databases, on both engines.

use db::{Databases, Engine, query};
use model::tenant::TenantName;
use testkit::Place;

async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(Engine) -> F) {
    let check = &check;
    let on = |place: Place| async move { check(place.engine.clone()).await };
    testkit::on_each_engine("dbtest", on).await;
}

#[tokio::test]
async fn tenants_have_databases_of_their_own() {
    on_each_engine(async |engine| {
        let databases = Databases::open(engine).await.expect("opens");
        let one = databases.tenant(&TenantName::parse("one").unwrap()).await.expect("opens");
        let two = databases.tenant(&TenantName::parse("two").unwrap()).await.expect("opens");
        let insert = "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
                      values ($1, $2, $3, $4)";
        let row = query(insert).bind("user:default/a").bind("home").bind("{}").bind(7_i64);
        one.execute(row).await.expect("writes");
        let count = |db: db::Db| async move {
            let row = db
                .fetch_optional(query("select count(*) as n from dashboard_layout"))
                .await
                .expect("reads");
            row.expect("a row").get::<i64>("n").expect("a number")
        };
        assert_eq!(count(one.clone()).await, 1);
        assert_eq!(count(two).await, 0);
        databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_violated_constraint_is_told_by_its_name_on_both_engines() {
    use db::{ConstraintKind, DbError, ResultExt};
    on_each_engine(async |engine| {
        let databases = Databases::open(engine).await.expect("opens");
        let db = databases.tenant(&TenantName::parse("three").unwrap()).await.expect("opens");
        let layout = "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
                      values ('user:default/a', 'home', '{}', 7)";
        let place = |id: &str, target: &str| {
            let sql = "insert into catalog_location
                           (location_id, location_type, target, created_by, created_at)
                       values ($1, 'url', $2, 'a', 7)";
            query(sql).bind(id).bind(target)
        };
        let view = |id: &str| {
            let sql = "insert into catalog_view
                           (view_id, user_ref, author, name, query, shared, changed_at)
                       values ($1, 'user:default/a', 'A', 'Mine', '', false, 7)";
            query(sql).bind(id)
        };
        let line = "insert into scaffolder_task_event
                        (task_id, created_at, event_type, message)
                    values ('gone', 7, 'log', 'x')";
        let event = "insert into event
                         (event_number, event_type, subject, principal, request_id, occurred_at,
                          data)
                     values (1, 'x', 'x', 'x', 'x', 7, '{}')";
        let counter = "insert into event_counter (event_counter_id, series, last_number)
                       values (2, 'x', 0)";
        for statement in [query(layout), place("one", "x"), view("one"), query(event)] {
            db.execute(statement).await.expect("writes");
        }
        use ConstraintKind::{Check, ForeignKey, Unique};
        for (statement, kind, name) in [
            (query(layout), Unique, "dashboard_layout_pkey"),
            (place("one", "y"), Unique, "catalog_location_pkey"),
            (place("two", "x"), Unique, "catalog_location_target_key"),
            (view("two"), Unique, "catalog_view_name"),
            (query(event), Unique, "event_pkey"),
            (query(line), ForeignKey, "scaffolder_task_event_task_fkey"),
            (query(counter), Check, "event_counter_one_check"),
        ] {
            let alone = db.execute(statement.clone()).await.expect_err(name);
            let mut tx = db.begin().await.expect("begins");
            let within = tx.execute(statement.clone()).await.expect_err(name);
            drop(tx);
            for error in [alone, within] {
                let DbError::Constraint(violated) = error else { panic!("{name}: {error}") };
                assert_eq!((violated.kind, violated.name.as_str()), (kind, name));
            }
            // It becomes the caller's error by its whole name only.
            let told = |name: &'static str| {
                let (db, statement) = (&db, statement.clone());
                async move {
                    let outcome = db.execute(statement).await;
                    outcome.on_constraint(name, || model::Error::conflict("there")).expect_err(name)
                }
            };
            assert_eq!(told(name).await, model::Error::conflict("there"));
            assert_ne!(told("catalog").await, model::Error::conflict("there"));
        }
        let mut tx = db.begin().await.expect("begins");
        let columns = ["user_ref", "dashboard", "layout", "updated_at"];
        let row = vec!["user:default/a".into(), "home".into(), "{}".into(), 7_i64.into()];
        let many = tx.insert_many("dashboard_layout", &columns, vec![row].into_iter(), "").await;
        let error = many.on_constraint("dashboard_layout_pkey", || model::Error::conflict("there"));
        assert_eq!(error, Err(model::Error::conflict("there")));
        drop(tx);
        databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn many_rows_are_written_each_once_and_in_their_columns() {
    on_each_engine(async |engine| {
        let databases = Databases::open(engine).await.expect("opens");
        let db = databases.tenant(&TenantName::parse("many").unwrap()).await.expect("opens");
        let columns = ["user_ref", "dashboard", "layout", "updated_at"];
        let row = |number: i64| {
            vec![
                format!("user:default/u{number}").into(),
                "home".into(),
                "{}".into(),
                number.into(),
            ]
        };
        let suffix = "on conflict (user_ref, dashboard) do update set updated_at = -1";
        let mut tx = db.begin().await.expect("begins");
        for rows in [0..0, 0..1, 1..24, 24..257, 256..258] {
            let rows = rows.map(row).collect::<Vec<_>>().into_iter();
            tx.insert_many("dashboard_layout", &columns, rows, suffix).await.expect("writes");
        }
        tx.commit().await.expect("commits");
        let sql = "select user_ref, updated_at from dashboard_layout order by user_ref";
        let rows = db.fetch_all(query(sql)).await.expect("reads");
        assert_eq!(rows.len(), 258);
        for row in rows {
            let (user, at): (String, i64) =
                (row.get("user_ref").expect("a text"), row.get("updated_at").expect("a number"));
            let number = user.trim_start_matches("user:default/u").parse().expect("a number");
            assert_eq!(at, if number == 256 { -1 } else { number }, "{user}");
        }
        databases.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let name = TenantName::default_tenant();
    let databases = Databases::open(engine.clone()).await.expect("opens");
    let db = databases.tenant(&name).await.expect("opens");
    let future = "insert into _sqlx_migrations
                      (version, description, success, checksum, execution_time)
                  values (9999, 'from the future', true, 'x', 0)";
    db.execute(query(future)).await.expect("writes");
    databases.close().await;

    let databases = Databases::open(engine).await.expect("the control database is unchanged");
    let error = databases.tenant(&name).await.err().expect("refused");
    assert!(error.0.contains("newer version of Callboard"), "{error}");
    assert!(error.0.contains("9999"), "{error}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "not a folder").expect("writes");
    let engine = Engine::Sqlite { folder: file.join("data") };
    let error = Databases::open(engine).await.err().expect("refused");
    assert!(error.0.contains("data folder cannot be used"), "{error}");
    assert!(error.0.contains("--data"), "{error}");
}

fn text_row(user: &str, length: usize) -> db::Query {
    let insert = "insert into dashboard_layout (user_ref, dashboard, layout, updated_at)
                  values ($1, 'home', $2, 7)";
    query(insert).bind(user).bind("x".repeat(length))
}

#[tokio::test]
async fn after_a_full_disk_the_next_transactions_work() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let databases = Databases::open(engine).await.expect("opens");
    let db = databases.tenant(&TenantName::default_tenant()).await.expect("opens");
    assert!(db.is_writable().await);
    // The connection that writes takes no further page, as on a full disk.
    db.execute(query("pragma max_page_count = 1")).await.expect("limited");
    let mut tx = db.begin().await.expect("begins");
    let error = tx.execute(text_row("user:default/a", 4_000_000)).await.expect_err("is full");
    assert!(error.is_unwritable(), "{error}");
    assert!(matches!(model::Error::from(error), model::Error::Unavailable { .. }));
    drop(tx);

    for user in ["user:default/b", "user:default/c"] {
        let mut tx = db.begin().await.expect("begins again");
        tx.execute(text_row(user, 10)).await.expect("writes");
        tx.commit().await.expect("is kept");
    }
    let rows = db.fetch_all(query("select user_ref from dashboard_layout")).await.expect("reads");
    assert_eq!(rows.len(), 2);
    assert!(db.is_writable().await);
    databases.close().await;
}

#[tokio::test]
async fn a_database_that_somebody_else_holds_cannot_be_written_until_it_is_let_go() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let name = TenantName::default_tenant();
    let databases = Databases::open(engine.clone()).await.expect("opens");
    let db = databases.tenant(&name).await.expect("opens");
    let others = Databases::open(engine).await.expect("opens");
    let held = others.tenant(&name).await.expect("opens").begin().await.expect("begins");

    let error = db.execute(text_row("user:default/a", 10)).await.expect_err("is locked");
    assert!(error.is_unwritable(), "{error}");
    assert!(!db.is_writable().await);
    let error = db.begin().await.err().expect("is locked");
    assert!(error.is_unwritable(), "{error}");

    drop(held);
    let mut tx = db.begin().await.expect("begins again");
    tx.execute(text_row("user:default/a", 10)).await.expect("writes");
    tx.commit().await.expect("is kept");
    while !db.is_writable().await {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    databases.close().await;
    others.close().await;
}

#[tokio::test]
async fn a_database_that_was_emptied_or_lost_is_not_replaced_by_an_empty_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let name = TenantName::default_tenant();
    let databases = Databases::open(engine.clone()).await.expect("opens");
    databases.tenant(&name).await.expect("opens");
    databases.close().await;
    let own = folder.path().join("tenants/default");
    let path = own.join("tenant.sqlite");
    let good = std::fs::read(&path).expect("reads");

    let refused = async || {
        let databases = Databases::open(engine.clone()).await.expect("opens");
        let error = databases.tenant(&name).await.err().expect("refused");
        databases.close().await;
        assert!(error.0.contains("tenant.sqlite is missing or empty"), "{error}");
        assert!(error.0.contains("tenant.sqlite.created"), "{error}");
    };
    std::fs::write(&path, "").expect("emptied");
    refused().await;
    assert_eq!(std::fs::metadata(&path).expect("is there").len(), 0, "it was written");
    std::fs::remove_file(&path).expect("removed");
    refused().await;
    assert!(!path.exists(), "it was made");

    // A backup is taken as it is, and who wants an empty one says so.
    std::fs::write(&path, good).expect("restored");
    let databases = Databases::open(engine.clone()).await.expect("opens");
    databases.tenant(&name).await.expect("opens what was restored");
    databases.close().await;
    std::fs::remove_file(&path).expect("removed");
    std::fs::remove_file(own.join("tenant.sqlite.created")).expect("removed");
    let databases = Databases::open(engine).await.expect("opens");
    databases.tenant(&name).await.expect("opens an empty one");
    databases.close().await;

    // The control database the same.
    std::fs::write(folder.path().join("control.sqlite"), "").expect("emptied");
    let engine = Engine::Sqlite { folder: folder.path().to_owned() };
    let error = Databases::open(engine).await.err().expect("refused");
    assert!(error.0.contains("control.sqlite is missing or empty"), "{error}");
}
