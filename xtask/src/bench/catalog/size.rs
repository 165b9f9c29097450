//! One size of the catalog: fill it, ask it, change it.

use super::QUESTIONS;
use crate::bench::lab::{Figures, Lab, Load, Portal};
use crate::{postgres::Postgres, process};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

pub const SECONDS: u64 = 3;
pub const CONNECTIONS: usize = 16;

/// Memory is looked at so long after the last question.
const SETTLED: Duration = Duration::from_secs(10);

/// How long a change may take before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// Refreshing one entity reads every file of its source.
const EVERYTHING: &str = "component:default/svc-00042";

/// Where an entity's title begins; links have one too, further in.
pub const TITLE: &str = "\n  title: ";

/// What was found with one size.
pub struct Found {
    pub count: usize,
    /// Seconds.
    pub visible: f64,
    /// Seconds of that until the program was ready.
    pub first_ready: f64,
    pub ready: f64,
    pub read_again: f64,
    pub changed: f64,
    /// As in [`QUESTIONS`].
    pub questions: Vec<Figures>,
    pub compressed: Figures,
    pub handler: Figures,
    pub query: Figures,
    /// Bytes.
    pub memory: u64,
}

impl Found {
    pub fn ingest_rate(&self) -> f64 {
        self.count as f64 / (self.visible - self.first_ready)
    }

    pub fn compression_ms(&self) -> f64 {
        self.compressed.cpu_ms - self.questions[2].cpu_ms
    }
}

pub fn measure(lab: &Lab, count: usize, postgres: Option<&Postgres>) -> Result<Found> {
    let entities = lab.entities(count)?;
    let data = lab.data("catalog")?;
    let last = format!("component/default/svc-{:05}", count * 7 / 10 - 1);
    let portal = lab.portal_on(&entities, &data, postgres, &[])?;
    let first_ready = portal.ready.as_secs_f64();
    let visible = portal.wait_for_last(&last)?.as_secs_f64();
    portal.stop();

    let portal = lab.portal_on(&entities, &data, postgres, &[])?;
    let ready = portal.ready.as_secs_f64();
    let path = |at: usize| format!("/api/catalog/{}", QUESTIONS[at].path);
    let load = Load { connections: CONNECTIONS, seconds: SECONDS, compressed: false };
    let ask = |at: usize| lab.rounds(&portal, &path(at), load);
    let questions = (0..QUESTIONS.len()).map(ask).collect::<Result<Vec<_>>>()?;
    ensure!(hits(&portal, &path(2))? > 0, "the full text finds nothing");
    let compressed = lab.rounds(&portal, &path(2), Load { compressed: true, ..load })?;
    let (_, body) = portal.get(&path(0))?;
    let bare = lab.bare(&body, postgres)?;
    let handler = lab.rounds(&bare, "/handler", load)?;
    let query = lab.rounds(&bare, "/sql", load)?;
    bare.stop();

    let read_again = read_again(&portal)?;
    let changed = change(&portal, &entities)?;
    process::sleep(SETTLED)?;
    let memory = portal.memory("VmRSS")?;
    Ok(Found {
        count,
        visible,
        first_ready,
        ready,
        read_again,
        changed,
        questions,
        compressed,
        handler,
        query,
        memory,
    })
}

/// Seconds until every file was read although none has changed.
fn read_again(portal: &Portal) -> Result<f64> {
    let begun = Instant::now();
    let body = format!("{{\"entityRef\":\"{EVERYTHING}\"}}");
    let (status, answer) = portal.post("/api/catalog/refresh", &body)?;
    ensure!(status == 200, "refresh answered {status}: {}", String::from_utf8_lossy(&answer));
    Ok(begun.elapsed().as_secs_f64())
}

/// Seconds from a changed file to the changed answer, found by its new word too.
fn change(portal: &Portal, entities: &Path) -> Result<f64> {
    const WORD: &str = "quokka";
    let file = last_file(entities)?;
    let before = fs::read_to_string(&file)?;
    let at = before.find(TITLE).context("an entity with a title")? + TITLE.len();
    fs::write(&file, format!("{}{WORD} {}", &before[..at], &before[at..]))?;
    let begun = Instant::now();
    let path = format!(
        "/api/catalog/entities/by-query?limit=1&fullTextFilterTerm={WORD}\
         &fullTextFilterFields=metadata.title"
    );
    while hits(portal, &path)? == 0 {
        ensure!(begun.elapsed() < PATIENCE, "the changed file does not become visible");
        process::sleep(Duration::from_millis(5))?;
    }
    let took = begun.elapsed().as_secs_f64();
    fs::write(&file, before)?;
    Ok(took)
}

fn last_file(entities: &Path) -> Result<std::path::PathBuf> {
    let files = fs::read_dir(entities)?.flatten().map(|entry| entry.path());
    let files = files.filter(|path| !path.ends_with("all.yaml"));
    files.max().context("no file of entities")
}

fn hits(portal: &Portal, path: &str) -> Result<u64> {
    let (_, body) = portal.get(path)?;
    let found: Value = serde_json::from_slice(&body)?;
    Ok(found["totalItems"].as_u64().unwrap_or(0))
}
