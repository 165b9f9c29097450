//! `cargo xtask`: everything a developer of Callboard asks the machine to do.

mod bench;
mod build;
mod css;
mod deny;
mod dev;
mod lints;
mod packages;
mod parts;
mod pictures;
mod postgres;
mod process;
mod report;
mod rust;
mod rustdoc;
mod site;
mod test;
mod tidy;
mod toolchain;
mod wasm;
mod watch;
mod workspace;

use anyhow::Result;
use lexopt::prelude::*;
use std::{ffi::OsString, path::PathBuf, process::ExitCode};
use workspace::Workspace;

const HELP: &str = "\
Callboard's developer commands

Usage: cargo xtask <COMMAND>

Commands:
  dev [-- ARGS]      build, start on http://127.0.0.1:3000 with the demo content, and
                     rebuild and reload on every change; ARGS go to `callboard serve`
  build [--release]  make one self-contained executable `callboard`
  test [--fast]      formatting, tidy, licences, lints, documentation, unit, integration and
                     browser tests; --fast leaves out the browser and PostgreSQL
  tidy [--circles]   check the invariants of the architecture; --circles shows the modules that
                     use each other in circles
  deny               hold licences, versions and sources of crates against deny.toml
  css                build the style sheet alone and print its sizes
  pictures [--out DIR] [--only NAME] [--release]
                     take pictures of every page into docs/pictures
  bench [NAME…|list] measure a release build and write docs/benchmarks.md; `list` says
                     what can be measured
  help               print this text

CARGO_TARGET_DIR is respected. Downloads are kept in ~/.cache/callboard-dev.
";

fn main() -> ExitCode {
    let outcome = process::listen_for_interrupt().and_then(|()| {
        if let Some(real) = rustdoc::in_its_place() {
            return rustdoc::run(&real);
        }
        let command = parse(lexopt::Parser::from_env())?;
        run(command)
    });
    match outcome {
        Ok(code) => code,
        Err(_) if process::interrupted() => {
            eprintln!("\nstopped");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("{} {error:#}", report::paint(report::Colour::Red, "error:"));
            ExitCode::FAILURE
        }
    }
}

enum Command {
    Help,
    Dev { server_args: Vec<OsString> },
    Build { release: bool },
    Test { fast: bool },
    Tidy { circles: bool },
    Deny,
    Css,
    Pictures(pictures::Options),
    Bench { args: Vec<OsString> },
}

fn parse(mut args: lexopt::Parser) -> Result<Command> {
    let name = match args.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    let command = match name.as_str() {
        "help" => Command::Help,
        "dev" => Command::Dev { server_args: server_args(&mut args)? },
        "build" => Command::Build { release: flag(&mut args, "release")? },
        "test" => Command::Test { fast: flag(&mut args, "fast")? },
        "tidy" => Command::Tidy { circles: flag(&mut args, "circles")? },
        "deny" => Command::Deny,
        "css" => Command::Css,
        "pictures" => Command::Pictures(picture_options(&mut args)?),
        "bench" => Command::Bench { args: args.raw_args()?.collect() },
        other => anyhow::bail!(
            "expected a command such as `dev`, `build` or `test`, found `{other}`; \
             `cargo xtask help` lists them"
        ),
    };
    if let Some(extra) = args.next()? {
        return Err(extra.unexpected().into());
    }
    Ok(command)
}

fn run(command: Command) -> Result<ExitCode> {
    let workspace = || Workspace::find();
    match command {
        Command::Help => print!("{HELP}"),
        Command::Dev { server_args } => dev::run(&workspace()?, &server_args)?,
        Command::Build { release } => build::run(&workspace()?, release)?,
        Command::Test { fast } => return test::run(&workspace()?, fast),
        Command::Tidy { circles } => return tidy::run(&workspace()?, circles),
        Command::Deny => deny::run(&workspace()?)?,
        Command::Css => css::run(&workspace()?)?,
        Command::Pictures(options) => pictures::run(&workspace()?, &options)?,
        Command::Bench { args } => return bench::run(&workspace()?, &args),
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands after `--` belongs to the server.
fn server_args(args: &mut lexopt::Parser) -> Result<Vec<OsString>> {
    let mut raw = args.raw_args()?;
    match raw.next() {
        None => Ok(Vec::new()),
        Some(first) if first == "--" => Ok(raw.collect()),
        Some(first) => anyhow::bail!(
            "expected `--` before the server's own arguments, found `{}`; \
             write `cargo xtask dev -- {}`",
            first.display(),
            first.display()
        ),
    }
}

fn flag(args: &mut lexopt::Parser, name: &str) -> Result<bool> {
    let mut found = false;
    while let Some(arg) = args.next()? {
        match arg {
            Long(long) if long == name => found = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(found)
}

fn picture_options(args: &mut lexopt::Parser) -> Result<pictures::Options> {
    let mut options = pictures::Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("out") => options.out = Some(PathBuf::from(args.value()?)),
            Long("only") => options.only = Some(args.value()?.string()?),
            Long("release") => options.release = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}
