//! The engines a test of stored things runs on: SQLite, and PostgreSQL when a server is named.

use db::{Databases, Engine};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use tempfile::TempDir;

/// An engine of a test's own, and a folder for its files; both go with the value.
pub struct Place {
    /// The engine. Nothing is in it yet.
    pub engine: Engine,
    folder: TempDir,
}

impl Place {
    /// SQLite in a folder of its own.
    pub fn sqlite() -> Place {
        let folder = folder();
        Place { engine: Engine::Sqlite { folder: folder.path().to_owned() }, folder }
    }

    /// The databases of this engine.
    pub async fn databases(&self) -> Databases {
        Databases::open(self.engine.clone()).await.expect("the databases open")
    }

    /// The folder of all data.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }
}

/// Runs a check on each engine. `name` begins the names of the schemas it leaves in PostgreSQL.
pub async fn on_each_engine<F: Future<Output = ()>>(name: &str, check: impl Fn(Place) -> F) {
    check(Place::sqlite()).await;
    if let Some((url, prefix)) = postgres(name) {
        let engine = Engine::Postgres { url, reader_url: None, prefix };
        check(Place { engine, folder: folder() }).await;
    }
}

/// The server of PostgreSQL that the environment names, and a prefix that nobody else has.
pub fn postgres(name: &str) -> Option<(String, String)> {
    let Ok(url) = std::env::var("CALLBOARD_TEST_POSTGRES") else {
        println!("skipped: PostgreSQL (CALLBOARD_TEST_POSTGRES names no server)");
        return None;
    };
    let own = RandomState::new().hash_one(std::process::id()) as u32;
    Some((url, format!("{name}_{own:x}")))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
