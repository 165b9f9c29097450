//! `cargo xtask dev`: builds, starts the server with the demo content, and follows every change.
//!
//! A build that fails is shown and changes nothing: the program that ran goes on running. The page
//! reloads by itself, because the server watches the site's manifest and the page its server.

use crate::{
    build, css,
    process::{self, Running},
    report::{Colour, Steps, paint, seconds},
    site::Site,
    toolchain, wasm,
    watch::{Snapshot, Work, work_for},
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    ffi::{OsStr, OsString},
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant, SystemTime},
};

const DEFAULT_ADDRESS: &str = "127.0.0.1:3000";

/// How often the sources are looked at.
const ROUND: Duration = Duration::from_millis(300);

/// How long a start may take on a busy machine before the terminal says so.
const START_PATIENCE: Duration = Duration::from_secs(60);

pub fn run(workspace: &Workspace, server_args: &[OsString]) -> Result<()> {
    let address = address(server_args)?;
    ensure_free(address)?;
    let mut steps = Steps::new(5);
    steps.step("compiler for the browser", || toolchain::ensure_wasm_target(&workspace.root))?;
    let mut session = Session {
        workspace,
        site: build::development_site(workspace)?,
        address,
        server_args,
        server: None,
        built: None,
    };
    let mut seen = Snapshot::take(&workspace.root);
    let mut open = session.make(Work::ALL, &mut steps)?;
    loop {
        process::sleep(ROUND)?;
        session.report_end()?;
        let now = settled(&workspace.root, &seen)?;
        let changes = now.changes(&seen);
        seen = now;
        let work = changes
            .iter()
            .map(|path| work_for(&workspace.relative(path)))
            .fold(Work::default(), Work::and);
        if !work.any() {
            continue;
        }
        let first = changes.first().map(|path| workspace.relative(path)).unwrap_or_default();
        let more = match changes.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        println!("\n{} {first}{more}", paint(Colour::Blue, "changed:"));
        // What failed before is tried again together with what changed now.
        let mut work = work.and(open);
        work.restart |= session.server.is_none();
        let mut steps = Steps::new(count(work));
        open = session.make(work, &mut steps)?;
    }
}

/// The state after the writing has come to rest: editors and git write several files in a row.
fn settled(root: &std::path::Path, before: &Snapshot) -> Result<Snapshot> {
    let mut now = Snapshot::take(root);
    if now.changes(before).is_empty() {
        return Ok(now);
    }
    loop {
        process::sleep(Duration::from_millis(80))?;
        let next = Snapshot::take(root);
        if next == now {
            return Ok(next);
        }
        now = next;
    }
}

fn count(work: Work) -> usize {
    [work.server, work.program, work.style || work.public, work.server || work.restart]
        .into_iter()
        .filter(|needed| *needed)
        .count()
}

struct Session<'a> {
    workspace: &'a Workspace,
    site: Site,
    address: SocketAddr,
    server_args: &'a [OsString],
    server: Option<Running>,
    /// When the executable that runs was built.
    built: Option<SystemTime>,
}

impl Session<'_> {
    /// Makes what is asked for and gives back what could not be made.
    fn make(&mut self, work: Work, steps: &mut Steps) -> Result<Work> {
        let began = Instant::now();
        let workspace = self.workspace;
        let mut failed = Work::default();
        let mut executable = None;
        if work.server || work.restart {
            match steps.step("server", || build::build_development_server(workspace)) {
                Ok(path) => executable = Some(path),
                Err(error) => {
                    failed =
                        failed.and(self.failure(&error, Work { server: true, ..Work::default() })?)
                }
            }
        }
        // What does not build for the server rarely builds for the browser; one list of errors is enough.
        if work.program && failed.server {
            failed.program = true;
        } else if work.program {
            match steps.step("front end", || wasm::build(workspace, false)) {
                Ok(program) => self.site.put_program(&program)?,
                Err(error) => {
                    failed =
                        failed.and(self.failure(&error, Work { program: true, ..Work::default() })?)
                }
            }
        }
        if work.style || work.public {
            let site = &mut self.site;
            let outcome = steps.step("style sheet", || {
                let public = workspace.root.join("public");
                site.put_style(&css::build(workspace)?, &public)?;
                site.put_public(&public)
            });
            if let Err(error) = outcome {
                failed = failed.and(self.failure(&error, Work { style: true, ..Work::default() })?);
            }
        }
        if failed.any() {
            let kept =
                if self.server.is_some() { "; the program of before goes on running" } else { "" };
            println!("{} waiting for a change{kept}", paint(Colour::Yellow, "●"));
            return Ok(work.and(failed));
        }
        self.site.commit()?;
        if let Some(executable) = executable {
            let built = std::fs::metadata(&executable)?.modified().ok();
            if self.server.is_none() || work.restart || built != self.built {
                self.restart(&executable, steps)?;
                self.built = built;
            }
        }
        println!(
            "{} http://{} {}",
            paint(Colour::Green, "● running on"),
            self.address,
            paint(Colour::Dim, &format!("after {}; Ctrl-C stops it", seconds(began.elapsed())))
        );
        Ok(Work::default())
    }

    /// Shows why something could not be made; only the person's own end is passed on.
    fn failure(&self, error: &anyhow::Error, work: Work) -> Result<Work> {
        process::check_interrupt()?;
        eprintln!("{} {error:#}", paint(Colour::Red, "error:"));
        Ok(work)
    }

    fn restart(&mut self, executable: &PathBuf, steps: &mut Steps) -> Result<()> {
        if let Some(mut old) = self.server.take() {
            old.stop();
        }
        let mut command = Command::new(executable);
        command.current_dir(&self.workspace.root).arg("serve");
        for (flag, value) in [
            ("--demo", None),
            ("--listen", Some(self.address.to_string().into())),
            ("--site", Some(self.site.dir().as_os_str().to_owned())),
        ] {
            if !has_flag(self.server_args, flag) {
                command.arg(flag).args(value);
            }
        }
        command.args(self.server_args);
        let address = self.address;
        let server = steps.step("start", || {
            let mut server = Running::start(&mut command)?;
            wait_until_ready(&mut server, address)?;
            Ok(server)
        });
        match server {
            Ok(server) => self.server = Some(server),
            Err(error) => {
                self.failure(&error, Work::default())?;
            }
        }
        Ok(())
    }

    /// Says so when the server ended by itself.
    fn report_end(&mut self) -> Result<()> {
        if let Some(server) = &mut self.server
            && let Some(status) = server.try_wait()?
        {
            println!(
                "{} the server ended ({status}); waiting for a change",
                paint(Colour::Yellow, "●")
            );
            self.server = None;
        }
        Ok(())
    }
}

fn has_flag(args: &[OsString], flag: &str) -> bool {
    args.iter().any(|arg| {
        arg == OsStr::new(flag) || arg.to_string_lossy().starts_with(&format!("{flag}="))
    })
}

/// Where the server will listen: its own `--listen`, or the usual place.
fn address(args: &[OsString]) -> Result<SocketAddr> {
    let mut found = DEFAULT_ADDRESS.to_owned();
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        if arg == "--listen" {
            found = args.next().context("expected an address after --listen")?.into_owned();
        } else if let Some(value) = arg.strip_prefix("--listen=") {
            found = value.to_owned();
        }
    }
    found.parse().with_context(|| {
        format!("expected an address such as {DEFAULT_ADDRESS} after --listen, found `{found}`")
    })
}

/// Asked before the long build, so that nobody waits for a message that could come at once.
fn ensure_free(address: SocketAddr) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "another program already listens on {address}; stop it, or choose another place with \
             `cargo xtask dev -- --listen 127.0.0.1:{}`",
            address.port().checked_add(1).unwrap_or(3001)
        ),
        Err(error) => Err(error).with_context(|| format!("listening on {address}")),
    }
}

fn wait_until_ready(server: &mut Running, address: SocketAddr) -> Result<()> {
    let end = Instant::now() + START_PATIENCE;
    loop {
        if let Some(status) = server.try_wait()? {
            bail!("the server ended at once ({status}); its message stands above");
        }
        if answers(address) {
            return Ok(());
        }
        if Instant::now() > end {
            bail!("the server does not answer on http://{address} after {START_PATIENCE:?}");
        }
        process::sleep(Duration::from_millis(30))?;
    }
}

/// One request for the health page; any answer of an HTTP server will do.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let limit = Duration::from_millis(500);
        let mut stream = TcpStream::connect_timeout(&address, limit)?;
        stream.set_read_timeout(Some(limit))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut head = [0; 5];
        stream.read_exact(&mut head)?;
        Ok(&head == b"HTTP/")
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_servers_own_address_counts() {
        assert_eq!(address(&args(&[])).unwrap().to_string(), DEFAULT_ADDRESS);
        let given = address(&args(&["--repo", ".", "--listen", "127.0.0.1:4000"])).unwrap();
        assert_eq!(given.port(), 4000);
        assert_eq!(address(&args(&["--listen=127.0.0.1:4001"])).unwrap().port(), 4001);
        assert!(address(&args(&["--listen", "everywhere"])).is_err());
    }

    #[test]
    fn a_port_in_use_is_said_at_once() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let error = ensure_free(taken.local_addr().unwrap()).unwrap_err().to_string();
        assert!(error.contains("already listens"), "{error}");
    }
}
