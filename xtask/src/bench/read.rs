//! One entity by its name, over and over.

use super::{
    lab::{Figures, Lab, Load, ROUNDS},
    page::Section,
};
use anyhow::Result;

const PATH: &str = "/api/catalog/entities/by-name/component/default/svc-00042";
const SECONDS: u64 = 4;

pub fn run(lab: &Lab) -> Result<Section> {
    let entities = lab.entities(10_000)?;
    let portal = lab.portal(&entities, &lab.data("read")?, &[])?;
    portal.wait_for_last("component/default/svc-06999")?;
    let (status, body) = portal.get(PATH)?;
    anyhow::ensure!(status == 200, "{PATH} answered {status}");
    let bare = lab.bare(&body, None)?;
    let plain = |connections| Load { connections, seconds: SECONDS, compressed: false };
    let compressed = Load { compressed: true, ..plain(64) };
    let handler = lab.rounds(&bare, "/handler", plain(64))?;
    let ours = lab.rounds(&portal, PATH, plain(64))?;
    let ours_16 = lab.rounds(&portal, PATH, plain(16))?;
    let ours_compressed = lab.rounds(&portal, PATH, compressed)?;
    let sql = lab.rounds(&bare, "/sql", plain(64))?;
    let share = ours.per_second / handler.per_second * 100.0;
    let mut section = Section::new("Reading one entity of 10,000");
    section.target(
        "`by-name`, processor time per request, 64 connections",
        format!("{:.4} ms", ours.cpu_ms),
        "≤ 0.03 ms",
        "0.52 ms (0.41 + 0.11 database)",
        ours.cpu_ms <= 0.03,
    );
    section.target(
        "`by-name`, requests per second, against the bare handler",
        format!("{:.0}/s = {share:.0} %", ours.per_second),
        "≥ 30 %",
        "2,465/s",
        share >= 30.0,
    );
    let shown = |f: &Figures| {
        format!(
            "{:.0}/s, {:.4} ms processor, p50 {:.2} ms, p99 {:.2} ms, {} bytes",
            f.per_second, f.cpu_ms, f.p50_ms, f.p99_ms, f.bytes
        )
    };
    section.figure("`by-name`, 64 connections", shown(&ours), "p50 25 ms, p99 40 ms");
    section.figure("`by-name`, 16 connections", shown(&ours_16), "1,756/s, p50 8.3 ms, p99 21 ms");
    section.figure(
        "`by-name`, 64 connections, client takes gzip and brotli",
        shown(&ours_compressed),
        "1,619/s, p50 36 ms, p99 124 ms",
    );
    section.figure("bare axum handler with the same bytes, 64 connections", shown(&handler), "");
    section.figure(
        "bare SQL query (sqlx, SQLite in memory, by primary key), 64 connections",
        shown(&sql),
        "",
    );
    section.note(format!(
        "Medians of {ROUNDS} rounds of {SECONDS} s, keep-alive, a static token. Processor time is \
         the server's alone, user and system, with a resolution of 10 ms per round."
    ));
    if ours.cpu_ms > 0.03 {
        section.note(
            "Where the processor time is missed: the bare handler with the same bytes shows \
             how fast the machine is (the target was set where it needs 0.009 ms). What is \
             ours beyond it is mostly allocation: the path's three parts, the request's \
             context, the boxed layers of the router. Next: match the path without copies, \
             and one layer instead of four.",
        );
    }
    Ok(section)
}
