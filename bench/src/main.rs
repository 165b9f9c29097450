//! What figures are held against: the load itself, a bare axum handler and a bare SQL query.
//!
//! `cargo xtask bench` starts this program beside the portal, so that both are measured in the same
//! run, by the same load, on the same machine.

mod bare;
mod entities;
mod load;

use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

const HELP: &str = "\
Usage: bench bare --listen ADDR --body FILE [--postgres URL]
                                                serve FILE at /handler, and from a row at /sql
       bench load --url URL [--token TOKEN] [--compressed]
                  [--connections N] [--seconds N]
                                                ask over and over, print what came as JSON
       bench entities --count N --out DIR       write a catalog of N entities
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct Arguments {
    command: String,
    listen: Option<std::net::SocketAddr>,
    body: Option<PathBuf>,
    postgres: Option<String>,
    out: Option<PathBuf>,
    url: Option<String>,
    token: Option<String>,
    compressed: bool,
    connections: Option<usize>,
    seconds: Option<u64>,
    count: Option<usize>,
}

fn arguments() -> Result<Arguments, lexopt::Error> {
    let mut parser = lexopt::Parser::from_env();
    let mut found = Arguments::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Value(command) => found.command = command.string()?,
            Long("listen") => found.listen = Some(parser.value()?.parse()?),
            Long("body") => found.body = Some(parser.value()?.into()),
            Long("postgres") => found.postgres = Some(parser.value()?.string()?),
            Long("out") => found.out = Some(parser.value()?.into()),
            Long("url") => found.url = Some(parser.value()?.string()?),
            Long("token") => found.token = Some(parser.value()?.string()?),
            Long("compressed") => found.compressed = true,
            Long("connections") => found.connections = Some(parser.value()?.parse()?),
            Long("seconds") => found.seconds = Some(parser.value()?.parse()?),
            Long("count") => found.count = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(found)
}

fn run() -> Result<(), String> {
    let arguments = arguments().map_err(|error| format!("{error}\n{HELP}"))?;
    let needed = |name: &str| format!("expected {name}\n{HELP}");
    match arguments.command.as_str() {
        "bare" => {
            let listen = arguments.listen.ok_or_else(|| needed("--listen"))?;
            let file = arguments.body.ok_or_else(|| needed("--body"))?;
            let body =
                std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            runtime()?.block_on(bare::serve(listen, body, arguments.postgres.as_deref()))
        }
        "load" => {
            let load = load::Load {
                url: arguments.url.ok_or_else(|| needed("--url"))?,
                token: arguments.token,
                compressed: arguments.compressed,
                connections: arguments.connections.unwrap_or(64),
                time: Duration::from_secs(arguments.seconds.unwrap_or(5)),
            };
            println!("{}", runtime()?.block_on(load::run(load))?);
            Ok(())
        }
        "entities" => {
            let count = arguments.count.ok_or_else(|| needed("--count"))?;
            let out = arguments.out.ok_or_else(|| needed("--out"))?;
            entities::write(count, &out).map_err(|e| format!("{}: {e}", out.display()))
        }
        _ => Err(format!("expected a command\n{HELP}")),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
}
