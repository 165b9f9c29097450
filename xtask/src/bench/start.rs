//! How fast the program is there, and what it takes to keep it.

use super::{
    lab::{Lab, median},
    page::Section,
};
use crate::{process, report};
use anyhow::Result;
use std::time::Duration;

const ROUNDS: usize = 7;

/// As the quoted figure: what is resident twenty seconds after the start.
const SETTLED: Duration = Duration::from_secs(20);

pub fn run(lab: &Lab) -> Result<Section> {
    let entities = lab.entities(1000)?;
    let data = lab.data("start")?;
    let first = lab.portal(&entities, &data, &[])?;
    let first_ready = first.ready;
    first.wait_for_last("component/default/svc-00699")?;
    first.stop();
    let mut times = Vec::new();
    let mut memory = 0;
    for round in 0..ROUNDS {
        let portal = lab.portal(&entities, &data, &[])?;
        times.push(portal.ready.as_secs_f64());
        if round + 1 == ROUNDS {
            process::sleep(SETTLED.saturating_sub(portal.age()))?;
            memory = portal.memory("VmRSS")?;
        }
        portal.stop();
    }
    let executable = std::fs::metadata(&lab.callboard)?.len();
    let (best, worst) = times.iter().fold((f64::MAX, 0f64), |(a, b), t| (a.min(*t), b.max(*t)));
    let start = median(times);
    let mut section = Section::new("Start and memory");
    section.target(
        "start to ready, a database with 1,000 entities",
        format!("{start:.3} s ({best:.3}–{worst:.3})"),
        "< 0.3 s",
        "4.8 s",
        start < 0.3,
    );
    section.figure(
        "first start of all, empty data folder",
        format!("{:.3} s", first_ready.as_secs_f64()),
        "5.7–6.7 s",
    );
    section.target(
        "resident memory with 1,000 entities, 20 s after the start",
        report::size(memory),
        "< 60 MB",
        "580 MB",
        memory < 60_000_000,
    );
    section.target(
        "size of the executable, with the site inside",
        report::size(executable),
        "< 60 MB",
        "622 MB installed",
        executable < 60_000_000,
    );
    section.note(format!(
        "Median of {ROUNDS} starts on SQLite, from the start of the process to the first 200 of \
         `/readyz`; the catalog answers from its read model at that moment."
    ));
    Ok(section)
}
