//! Opening, migrating and refusing databases, on both engines.

use db::{Databases, Engine, query};
use model::tenant::TenantName;

async fn on_each_engine<F: Future<Output = ()>>(check: impl Fn(Engine) -> F) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    check(Engine::Sqlite { folder: folder.path().to_owned() }).await;
    match std::env::var("CALLBOARD_TEST_POSTGRES") {
        Ok(url) => {
            let prefix = format!("dbtest_{}", std::process::id());
            check(Engine::Postgres { url, reader_url: None, prefix }).await;
        }
        Err(_) => println!("skipped: PostgreSQL (CALLBOARD_TEST_POSTGRES names no server)"),
    }
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
async fn a_violated_constraint_becomes_the_callers_error() {
    use db::ResultExt;
    on_each_engine(async |engine| {
        let databases = Databases::open(engine).await.expect("opens");
        let db = databases.tenant(&TenantName::parse("three").unwrap()).await.expect("opens");
        let mut tx = db.begin().await.expect("begins");
        let row = || vec!["user:default/a".into(), "home".into(), "{}".into(), 7_i64.into()];
        let columns = ["user_ref", "dashboard", "layout", "updated_at"];
        tx.insert_many("dashboard_layout", &columns, vec![row()].into_iter(), "")
            .await
            .expect("writes");
        let error = tx
            .insert_many("dashboard_layout", &columns, vec![row()].into_iter(), "")
            .await
            .on_constraint("dashboard_layout", || model::Error::conflict("already there"))
            .expect_err("refused");
        assert_eq!(error, model::Error::conflict("already there"));
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
