//! `cargo xtask bench`: the measurements that `docs/benchmarks.md` quotes.

use crate::workspace::Workspace;
use anyhow::{Result, bail};
use std::{ffi::OsString, process::ExitCode};

/// A measurement with its name and what it says.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[OsString]) -> Result<()>,
}

/// Every measurement there is, in the order they run.
const BENCHES: [Bench; 0] = [];

/// Runs the named measurement, or says which there are.
pub fn run(workspace: &Workspace, args: &[OsString]) -> Result<ExitCode> {
    let Some(name) = args.first() else {
        print!("{}", list(&BENCHES));
        return Ok(ExitCode::SUCCESS);
    };
    let Some(bench) = BENCHES.iter().find(|bench| name == bench.name) else {
        bail!("expected the name of a measurement, found `{}`\n{}", name.display(), list(&BENCHES));
    };
    (bench.run)(workspace, &args[1..])?;
    Ok(ExitCode::SUCCESS)
}

fn list(benches: &[Bench]) -> String {
    if benches.is_empty() {
        return "There are no measurements yet.\n".to_owned();
    }
    benches.iter().map(|bench| format!("  {:<12} {}\n", bench.name, bench.about)).collect()
}
