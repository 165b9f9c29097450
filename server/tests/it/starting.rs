//! What can go wrong at the start, and what the terminal says then.

use crate::program::{World, component, exists, on_each_engine, printed};
use std::net::TcpListener;
use std::process::Output;

fn serve(world: &World, more: &[&str]) -> (Output, String) {
    let mut args = vec!["serve", "--site", "site"];
    args.extend(more);
    let output = world.run(&args);
    let (out, errors) = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{out}{errors}");
    (output, errors)
}

#[test]
fn a_port_in_use_is_named_with_the_next_one() {
    let world = World::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let (_, errors) = serve(&world, &["--listen", &address.to_string()]);
    assert!(errors.contains("Another program already listens on"), "{errors}");
    assert!(errors.contains(&address.to_string()) && errors.contains("--listen"), "{errors}");
    assert!(!exists(&world.path("data/control.sqlite")), "the data was touched");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let world = World::new();
    // A file where the folder should be: not even an administrator can write into it.
    world.write("taken", "");
    let (_, errors) = serve(&world, &["--listen", "127.0.0.1:0", "--data", "taken/data"]);
    assert!(errors.contains("The data folder cannot be used"), "{errors}");
    assert!(errors.contains("taken/data") && errors.contains("--data"), "{errors}");
}

#[tokio::test]
async fn an_older_program_refuses_a_newer_database() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    assert_eq!(server.terminate(), Some(0));
    let engine = db::Engine::Sqlite { folder: world.path("data") };
    let databases = db::Databases::open(engine).await.expect("opens");
    let future = "insert into _sqlx_migrations
                      (version, description, success, checksum, execution_time)
                  values (9999, 'from the future', true, 'x', 0)";
    databases.control().execute(db::query(future)).await.expect("writes");
    databases.close().await;
    let (_, errors) = serve(&world, &["--listen", "127.0.0.1:0"]);
    assert!(errors.contains("written by a newer version of Callboard"), "{errors}");
    assert!(errors.contains("Nothing was changed"), "{errors}");
}

#[test]
fn the_demo_stays_on_this_machine() {
    let world = World::new();
    let (_, errors) = serve(&world, &["--demo", "--listen", "0.0.0.0:0"]);
    assert!(errors.contains("only runs on this machine"), "{errors}");
}

#[test]
fn a_wrong_configuration_is_named_with_its_line() {
    let world = World::new();
    world.write("callboard.yaml", "app:\n  title: Portal\nbackand:\n  listen: 1\n");
    let (_, errors) = serve(&world, &["--config", "callboard.yaml"]);
    assert!(errors.contains("callboard.yaml:3"), "{errors}");
    assert!(errors.contains("backand") && errors.contains("backend"), "{errors}");
    let (_, errors) = serve(&world, &["--config", "gone.yaml"]);
    assert!(errors.contains("gone.yaml"), "{errors}");
}

#[test]
fn an_orderly_end_is_quick_and_the_next_start_finds_everything() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/one.yaml", component("one"));
        let server = world.serve(&[]);
        let before = server.entity("component/default/one");
        assert_eq!(server.terminate(), Some(0));
        // Even when the source is gone for a while.
        std::fs::rename(world.path("catalog"), world.path("away")).expect("moved");
        let server = world.serve(&[]);
        let after = server.entity("component/default/one");
        assert_eq!(before["metadata"]["uid"], after["metadata"]["uid"]);
        assert_eq!(before["metadata"]["etag"], after["metadata"]["etag"]);
    });
}

#[test]
fn a_second_program_on_the_same_data_is_refused_until_the_first_is_gone() {
    on_each_engine(|world| {
        let config = world.config("");
        let config = config.to_str().expect("a path");
        let server = world.serve(&[]);
        let second = |data: &str| {
            serve(world, &["--config", config, "--listen", "127.0.0.1:0", "--data", data]).1
        };
        let errors = second("data");
        assert!(errors.contains("Another Callboard"), "{errors}");
        assert!(errors.contains("Stop it first"), "{errors}");
        assert!(errors.contains(&format!("process {}", server.id())), "{errors}");
        if world.is_postgres() {
            // The same database from another folder.
            let errors = second("other");
            assert!(errors.contains("this PostgreSQL database"), "{errors}");
        }
        // It has not been disturbed, and other commands may look at the same data.
        assert_eq!(server.get("/readyz").expect("answers").status, 200);
        let checked = world.run(&["check", "--config", "callboard.yaml", "--data", "data"]);
        assert_eq!(checked.status.code(), Some(0), "{:?}", printed(&checked));

        // However it ends, the next one starts; it waits for one that is just ending.
        server.kill();
        let server = world.serve(&[]);
        let ending = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_secs(1));
            server.terminate()
        });
        let server = world.serve(&[]);
        assert_eq!(ending.join().expect("ended"), Some(0));
        assert_eq!(server.get("/readyz").expect("answers").status, 200);
    });
}
