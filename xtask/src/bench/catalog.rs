//! The catalog at a thousand, ten thousand and a hundred thousand entities.

use super::{
    lab::{Lab, Load, Portal, ROUNDS},
    page::Section,
};
use crate::{process, report};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;

const SECONDS: u64 = 3;
const CONNECTIONS: usize = 16;

/// What is resident so long after everything is visible.
const SETTLED: Duration = Duration::from_secs(10);

/// What is asked, how much processor time of 10,000 entities it may cost in milliseconds, and what
/// Backstage needs with 1,000 and with 10,000.
const ASKED: [(&str, &str, f64, &str); 4] = [
    ("`by-name`", "entities/by-name/component/default/svc-00042", 0.03, "0.74 / 1.09 ms"),
    (
        "`entities?filter=kind=component&limit=20`",
        "entities?filter=kind=component&limit=20",
        0.1,
        "1.4 / 12.8 ms",
    ),
    (
        "`by-query` with full text",
        "entities/by-query?limit=20&filter=kind=component&fullTextFilterTerm=foo\
         &fullTextFilterFields=metadata.name,metadata.title",
        0.2,
        "2.7 / 16.5 ms",
    ),
    ("`entity-facets?facet=spec.type`", "entity-facets?facet=spec.type", 0.05, "0.81 / 2.1 ms"),
];

pub fn run(lab: &Lab) -> Result<Section> {
    let mut section = Section::new("The catalog as it grows");
    for count in [1_000, 10_000, 100_000] {
        measure(lab, count, &mut section)?;
    }
    section.note(format!(
        "SQLite; medians of {ROUNDS} rounds of {SECONDS} s at {CONNECTIONS} connections, \
         keep-alive, a static token, no compression unless said. Processor time is the whole \
         program's. Backstage's is server and database together, with 1,000 entities (without \
         compression) and 10,000 (with it)."
    ));
    Ok(section)
}

fn measure(lab: &Lab, count: usize, section: &mut Section) -> Result<()> {
    let entities = lab.entities(count)?;
    let data = lab.data("catalog")?;
    let last = format!("component/default/svc-{:05}", count * 7 / 10 - 1);
    let portal = lab.portal(&entities, &data, &[])?;
    let visible = portal.wait_for_last(&last)?.as_secs_f64();
    let rate = count as f64 / visible;
    let rate_text = format!("{rate:.0}/s ({visible:.2} s)");
    section.target(
        &format!("{count}: ingest, start of the process to visible"),
        rate_text,
        "≥ 5,000/s",
        "107/s at 10,000",
        rate >= 5_000.0,
    );
    portal.stop();
    let portal = lab.portal(&entities, &data, &[])?;
    section.figure(
        &format!("{count}: start to ready with these in the database"),
        format!("{:.3} s", portal.ready.as_secs_f64()),
        "",
    );
    let load = Load { connections: CONNECTIONS, seconds: SECONDS, compressed: false };
    let limit = if count > 10_000 { 20.0 } else { 10.0 };
    for (name, path, allowed, peer) in ASKED {
        let path = format!("/api/catalog/{path}");
        let found = lab.rounds(&portal, &path, load)?;
        let what = format!("{count}: {name}");
        let measured = format!(
            "{:.4} ms processor, p95 {:.2} ms, {:.0}/s",
            found.cpu_ms, found.p95_ms, found.per_second
        );
        let (target, good) = match count {
            10_000 => (
                format!("≤ {allowed} ms, p95 < {limit} ms"),
                found.cpu_ms <= allowed && found.p95_ms < limit,
            ),
            _ => (format!("p95 < {limit} ms"), found.p95_ms < limit),
        };
        section.target(&what, measured, &target, peer, good);
        if count == 10_000 && path.contains("limit=20&filter") {
            let compressed = lab.rounds(&portal, &path, Load { compressed: true, ..load })?;
            let more = compressed.cpu_ms - found.cpu_ms;
            section.target(
                &format!("{count}: the same compressed, beyond that"),
                format!("{more:.3} ms for {} bytes", compressed.bytes),
                "≤ 0.3 ms",
                "5–6 ms",
                more <= 0.3,
            );
        }
    }
    hits(&portal)?;
    process::sleep(SETTLED)?;
    let memory = portal.memory("VmRSS")?;
    let what = format!("{count}: resident memory after this load");
    match count {
        100_000 => {
            section.target(&what, report::size(memory), "< 150 MB", "", memory < 150_000_000)
        }
        _ => section.figure(&what, report::size(memory), ""),
    }
    Ok(())
}

/// The full text must find something, or it measures nothing.
fn hits(portal: &Portal) -> Result<()> {
    let (_, body) = portal.get(&format!("/api/catalog/{}", ASKED[2].1))?;
    let found: Value = serde_json::from_slice(&body)?;
    ensure!(found["totalItems"].as_u64().unwrap_or(0) > 0, "the full text finds nothing");
    Ok(())
}
