//! `cargo xtask bench`: the measurements that `docs/benchmarks.md` quotes.

mod browser;
mod catalog;
mod ingest;
mod lab;
mod page;
mod read;
mod soak;
mod start;

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use lab::Lab;
use page::Section;
use std::{ffi::OsString, process::ExitCode};

/// A measurement with its name and what it says.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Lab) -> Result<Section>,
}

/// Every measurement there is, in the order they run and stand on the page.
const BENCHES: [Bench; 7] = [
    Bench {
        name: "start",
        about: "start to ready, memory with 1,000 entities, size of the executable",
        run: start::run,
    },
    Bench {
        name: "read",
        about: "GET by-name with 10,000 entities, beside a bare handler and a bare SQL query",
        run: read::run,
    },
    Bench {
        name: "ingest",
        about: "10,000 entities from one folder of YAML to visible",
        run: ingest::run,
    },
    Bench {
        name: "catalog",
        about: "1,000, 10,000 and 100,000 entities on SQLite",
        run: catalog::sqlite,
    },
    Bench { name: "catalog-pg", about: "the same on PostgreSQL", run: catalog::postgres },
    Bench {
        name: "soak",
        about: "half an hour of mixed load on 100,000 entities; only when it is named",
        run: soak::run,
    },
    Bench {
        name: "browser",
        about: "pages in Chromium on a slow phone's profile, and Lighthouse",
        run: browser::run,
    },
];

/// Runs the named measurements, or all but the longest, and writes what came into `docs/benchmarks.md`.
pub fn run(workspace: &Workspace, args: &[OsString]) -> Result<ExitCode> {
    let mut chosen = Vec::new();
    for arg in args {
        if arg == "list" {
            print!("{}", list());
            return Ok(ExitCode::SUCCESS);
        }
        let Some(bench) = BENCHES.iter().find(|bench| arg == bench.name) else {
            bail!("expected the name of a measurement, found `{}`\n{}", arg.display(), list());
        };
        chosen.push(bench);
    }
    if chosen.is_empty() {
        chosen.extend(BENCHES.iter().filter(|bench| bench.name != "soak"));
    }
    let lab = Lab::prepare(workspace)?;
    for bench in chosen {
        println!("\n── {}: {}", bench.name, bench.about);
        let section = (bench.run)(&lab)?;
        println!("{}", section.table());
        // After each, so that what was measured stays when a later one fails.
        let names = BENCHES.map(|bench| bench.name);
        page::write(workspace, &names, bench.name, &section)?;
    }
    println!("docs/benchmarks.md is written");
    Ok(ExitCode::SUCCESS)
}

fn list() -> String {
    BENCHES.iter().map(|bench| format!("  {:<12} {}\n", bench.name, bench.about)).collect()
}
