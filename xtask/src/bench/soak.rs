//! Half an hour of reading and changing: whether memory stays where it is.

use super::{
    catalog::TITLE,
    lab::{Lab, Load, Portal},
    page::Section,
};
use crate::report;
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const COUNT: usize = 100_000;
const TIME: Duration = Duration::from_secs(30 * 60);

/// What a program needs to reach its working size: every kind of question was asked, every file
/// read again, and one changed.
const WARM: Duration = Duration::from_secs(3 * 60);

/// Single readings go up and down with each changed file, so means over so long are compared.
const SPAN: Duration = Duration::from_secs(5 * 60);

/// How much more than in the first span may be resident in a later one.
const ALLOWED: f64 = 1.05;

const READS: [&str; 6] = [
    "entities/by-name/component/default/svc-00042",
    "entities?filter=kind=component,spec.lifecycle=production&limit=20",
    "entities/by-query?limit=20&filter=kind=component&fullTextFilterTerm=foo\
     &fullTextFilterFields=metadata.name,metadata.title",
    "entity-facets?facet=spec.type&facet=kind",
    "entities/by-query?limit=50&orderField=metadata.name,desc",
    "entities?filter=kind=api,metadata.tags=rest&offset=100&limit=20",
];

pub fn run(lab: &Lab) -> Result<Section> {
    let entities = lab.entities(COUNT)?;
    let portal = lab.portal(&entities, &lab.data("soak")?, &[])?;
    portal.wait_for_last(&format!("component/default/svc-{:05}", COUNT * 7 / 10 - 1))?;
    let begun = Instant::now();
    let mut seen = Vec::new();
    let mut answers = 0.0;
    let mut changes = 0;
    while begun.elapsed() < TIME {
        for read in READS {
            let load = Load { connections: 4, seconds: 2, compressed: changes % 2 == 1 };
            answers += lab.load(&portal, &format!("/api/catalog/{read}"), load)?.per_second * 2.0;
        }
        change(&portal, &entities, changes)?;
        changes += 1;
        seen.push((begun.elapsed(), portal.memory("VmRSS")?));
        println!("   {:>5} s  {}", begun.elapsed().as_secs(), report::size(seen[seen.len() - 1].1));
    }
    let means = means(&seen);
    let first = *means.first().context("no figure after the start")?;
    let most = seen.iter().map(|(_, memory)| *memory).max().unwrap_or_default();
    let texts: Vec<String> = means.iter().map(|mean| report::size(*mean as u64)).collect();
    let mut section = Section::new("Half an hour of mixed load");
    section.target(
        "resident memory, means of five minutes from the third on, 100,000 entities",
        texts.join(" / "),
        "flat (at most 5 % more)",
        "794 → 935 MB at 10,000",
        means.iter().all(|mean| *mean <= first * ALLOWED),
    );
    section.figure("resident memory at most", report::size(most), "");
    section.figure("answers", format!("{answers:.0}"), "");
    section.figure("files changed and read again", changes.to_string(), "");
    section.note(
        "SQLite; four connections go through six questions in turn, every other round compressed, \
         and after each round an entity's file is changed and its source read again.",
    );
    Ok(section)
}

/// Mean after mean of the spans that are complete, once the program is warm.
fn means(seen: &[(Duration, u64)]) -> Vec<f64> {
    let mut means = Vec::new();
    let mut start = WARM;
    while start + SPAN <= TIME {
        let within = seen.iter().filter(|(at, _)| (start..start + SPAN).contains(at));
        let memory: Vec<f64> = within.map(|(_, memory)| *memory as f64).collect();
        means.push(memory.iter().sum::<f64>() / memory.len() as f64);
        start += SPAN;
    }
    means
}

/// Changes an entity's title and has its source read again.
fn change(portal: &Portal, entities: &Path, number: usize) -> Result<()> {
    let file = entities.join(format!("entities-{:03}.yaml", 50 + number % 20));
    let before = fs::read_to_string(&file)?;
    let at = before.find(TITLE).context("an entity with a title")? + TITLE.len();
    let after = format!("{}round {number} {}", &before[..at], &before[at..]);
    fs::write(&file, after)?;
    let body = "{\"entityRef\":\"component:default/svc-00042\"}";
    let (status, _) = portal.post("/api/catalog/refresh", body)?;
    ensure!(status == 200, "refresh answered {status}");
    Ok(())
}
