//! From a folder of YAML to a catalog that answers.

use super::{lab::Lab, page::Section};
use crate::report;
use anyhow::{Result, ensure};

pub fn run(lab: &Lab) -> Result<Section> {
    let mut section = Section::new("Ingest");
    for (count, last, target, peer) in [
        (1_000, "component/default/svc-00699", None, "15.0 s"),
        (10_000, "component/default/svc-06999", Some(5.0), "98.8 s"),
    ] {
        let entities = lab.entities(count)?;
        let bytes = folder_size(&entities)?;
        let began = std::time::Instant::now();
        let read = read_all(&entities)?;
        let baseline = began.elapsed();
        ensure!(read == bytes, "the files changed while they were read");
        let portal = lab.portal(&entities, &lab.data("ingest")?, &[])?;
        let visible = portal.wait_for_last(last)?.as_secs_f64();
        let cpu = portal.cpu()?.as_secs_f64();
        let peak = portal.memory("VmHWM")?;
        let (status, all) = portal.get("/api/catalog/entities")?;
        let seen = count_entities(&all);
        ensure!(status == 200 && seen >= count, "expected {count} entities, found {seen}");
        portal.stop();
        let what = format!("{count} entities, start of the process to visible with relations");
        let measured =
            format!("{visible:.2} s (processor {cpu:.2} s, memory at most {})", report::size(peak));
        match target {
            Some(limit) => {
                section.target(&what, measured, &format!("≤ {limit} s"), peer, visible <= limit);
            }
            None => section.figure(&what, measured, peer),
        }
        section.figure(
            &format!(
                "reading the same {} files' {} alone",
                count.div_ceil(1000),
                report::size(bytes)
            ),
            format!("{:.4} s", baseline.as_secs_f64()),
            "",
        );
    }
    section.note(
        "A first start on an empty SQLite; done when every entity is listed and the last one has \
         its relations.",
    );
    Ok(section)
}

fn folder_size(folder: &std::path::Path) -> Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        size += entry?.metadata()?.len();
    }
    Ok(size)
}

fn read_all(folder: &std::path::Path) -> Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        size += std::fs::read(entry?.path())?.len() as u64;
    }
    Ok(size)
}

/// Entities in the answer, Locations of the program's own included.
fn count_entities(json: &[u8]) -> usize {
    serde_json::from_slice::<serde_json::Value>(json)
        .ok()
        .and_then(|all| all.as_array().map(Vec::len))
        .unwrap_or(0)
}
