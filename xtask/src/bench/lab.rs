//! What every measurement needs: the programs, a folder, a running portal, a look into `/proc`.

use crate::{
    build,
    postgres::Postgres,
    process::{self, Running},
    workspace::{self, TempDir, Workspace},
};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// The programs that are measured and the one that measures, and a folder for their files.
pub struct Lab<'a> {
    pub workspace: &'a Workspace,
    pub callboard: PathBuf,
    bench: PathBuf,
    dir: TempDir,
}

/// The token of the load; it opens nothing but portals that live as long as a measurement.
pub const TOKEN: &str = "benchmark-token-of-a-portal-that-is-gone-soon";

/// How long a portal may take to answer before the measurement gives up.
const PATIENCE: Duration = Duration::from_secs(120);

impl<'a> Lab<'a> {
    /// Builds both programs for release.
    pub fn prepare(workspace: &'a Workspace) -> Result<Self> {
        ensure!(
            Path::new("/proc/self/stat").exists(),
            "expected Linux: the figures come from /proc"
        );
        build::run(workspace, true)?;
        process::run(workspace.cargo().args(["build", "--release", "--package", "bench"]))?;
        let callboard = workspace.server_executable("release");
        let bench = callboard.with_file_name("bench");
        Ok(Self { workspace, callboard, bench, dir: workspace::temp_dir("bench")? })
    }

    /// A folder with a generated catalog; made once.
    pub fn entities(&self, count: usize) -> Result<PathBuf> {
        let folder = self.dir.path().join(format!("entities-{count}"));
        if !folder.exists() {
            let mut command = Command::new(&self.bench);
            command.arg("entities").args(["--count", &count.to_string()]);
            process::run(command.arg("--out").arg(&folder))?;
        }
        Ok(folder)
    }

    /// An empty data folder.
    pub fn data(&self, name: &str) -> Result<PathBuf> {
        let folder = self.dir.path().join(format!("data-{name}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A file in the lab's folder.
    pub fn file(&self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let path = self.dir.path().join(name);
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }

    /// Starts a portal on this catalog and waits until it says that it is ready.
    pub fn portal(&self, entities: &Path, data: &Path, more: &[&str]) -> Result<Portal> {
        self.portal_on(entities, data, None, more)
    }

    /// The same on a PostgreSQL, where one is given.
    pub fn portal_on(
        &self,
        entities: &Path,
        data: &Path,
        postgres: Option<&Postgres>,
        more: &[&str],
    ) -> Result<Portal> {
        let database = postgres.map_or_else(String::new, |postgres| {
            format!("  database:\n    client: pg\n    connection: {}\n", postgres.url())
        });
        let config = format!(
            "catalog:\n  rules:\n    - allow: [Component, API, Resource, System, Domain, Group, \
             User, Location, Template]\n  locations:\n    - type: file\n      target: {}\n\
             backend:\n  auth:\n    externalAccess:\n      - type: static\n        options:\n          \
             token: {TOKEN}\n          subject: bench\n{database}",
            entities.join("all.yaml").display()
        );
        let config = self.file("callboard.yaml", config.as_bytes())?;
        let address = free_address()?;
        let mut command = Command::new(&self.callboard);
        command
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .args(["--listen", &address.to_string()])
            .arg("--data")
            .arg(data)
            .args(more)
            .current_dir(self.dir.path());
        let mut portal = Portal::start(command, address, "/readyz")?;
        portal.database = postgres.map(Postgres::id);
        Ok(portal)
    }

    /// The bare handler and the bare query that answer the same bytes, from the PostgreSQL where
    /// one is given.
    pub fn bare(&self, body: &[u8], postgres: Option<&Postgres>) -> Result<Portal> {
        let body = self.file("body.json", body)?;
        let address = free_address()?;
        let mut command = Command::new(&self.bench);
        command.arg("bare").args(["--listen", &address.to_string()]).arg("--body").arg(body);
        if let Some(postgres) = postgres {
            command.args(["--postgres", postgres.url()]);
        }
        let mut bare = Portal::start(command, address, "/handler")?;
        bare.database = postgres.map(Postgres::id);
        Ok(bare)
    }

    /// Puts load on an address and says what came, with the server's processor time per request.
    pub fn load(&self, portal: &Portal, path: &str, load: Load) -> Result<Figures> {
        let mut command = Command::new(&self.bench);
        command
            .arg("load")
            .args(["--url", &portal.url(path), "--token", TOKEN])
            .args(["--connections", &load.connections.to_string()])
            .args(["--seconds", &load.seconds.to_string()]);
        if load.compressed {
            command.arg("--compressed");
        }
        let before = portal.cpu()?;
        let text = process::output(&mut command)?;
        let cpu = portal.cpu()? - before;
        let found: Value = serde_json::from_str(&text).context("reading what the load found")?;
        let number = |name: &str| found[name].as_f64().unwrap_or_default();
        ensure!(number("good") == number("requests"), "not every answer was good: {text}");
        ensure!(number("requests") > 0.0, "there was no answer");
        Ok(Figures {
            per_second: number("perSecond"),
            p50_ms: number("p50Ms"),
            p95_ms: number("p95Ms"),
            p99_ms: number("p99Ms"),
            cpu_ms: cpu.as_secs_f64() * 1000.0 / number("requests"),
            bytes: number("bytes") as u64,
        })
    }

    /// Puts the load on an address for some rounds, after a second to warm up: the medians.
    pub fn rounds(&self, portal: &Portal, path: &str, load: Load) -> Result<Figures> {
        self.load(portal, path, Load { seconds: 1, ..load })?;
        let found =
            (0..ROUNDS).map(|_| self.load(portal, path, load)).collect::<Result<Vec<_>>>()?;
        let of = |value: fn(&Figures) -> f64| median(found.iter().map(value).collect());
        Ok(Figures {
            per_second: of(|f| f.per_second),
            p50_ms: of(|f| f.p50_ms),
            p95_ms: of(|f| f.p95_ms),
            p99_ms: of(|f| f.p99_ms),
            cpu_ms: of(|f| f.cpu_ms),
            bytes: found.first().map_or(0, |f| f.bytes),
        })
    }
}

/// How often a load is put on an address.
pub const ROUNDS: usize = 3;

/// A load on one address.
#[derive(Clone, Copy)]
pub struct Load {
    pub connections: usize,
    pub seconds: u64,
    pub compressed: bool,
}

/// What a load found.
#[derive(Clone, Copy)]
pub struct Figures {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub cpu_ms: f64,
    pub bytes: u64,
}

/// A server that runs until the value goes.
pub struct Portal {
    running: Running,
    /// The process of the PostgreSQL it works on.
    database: Option<u32>,
    address: SocketAddr,
    started: Instant,
    /// From the start of the process to its first good answer.
    pub ready: Duration,
}

impl Portal {
    fn start(mut command: Command, address: SocketAddr, ready_path: &str) -> Result<Self> {
        let log = std::env::temp_dir().join(format!("callboard-bench-{}.log", address.port()));
        let errors = fs::File::create(&log)?;
        let started = Instant::now();
        let running = Running::start(command.stdout(Stdio::null()).stderr(errors))?;
        let mut portal = Self { running, database: None, address, started, ready: Duration::ZERO };
        loop {
            if portal.get(ready_path).is_ok_and(|(status, _)| status == 200) {
                portal.ready = started.elapsed();
                let _ = fs::remove_file(&log);
                return Ok(portal);
            }
            if let Some(status) = portal.running.try_wait()? {
                let text = fs::read_to_string(&log).unwrap_or_default();
                let _ = fs::remove_file(&log);
                bail!("the program ended at once ({status}):\n{text}");
            }
            ensure!(started.elapsed() < PATIENCE, "the program does not become ready");
            process::check_interrupt()?;
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Since the start of the process.
    pub fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Status and body of one answer.
    pub fn get(&self, path: &str) -> Result<(u16, Vec<u8>)> {
        self.ask("GET", path, "")
    }

    /// Status and body of the answer to some JSON.
    pub fn post(&self, path: &str, json: &str) -> Result<(u16, Vec<u8>)> {
        self.ask("POST", path, json)
    }

    fn ask(&self, method: &str, path: &str, json: &str) -> Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
            self.address,
            json.len()
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let head = answer.windows(4).position(|w| w == b"\r\n\r\n").context("no answer")?;
        let status = answer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        let status = status.and_then(|digits| digits.parse().ok()).context("no status")?;
        Ok((status, answer.split_off(head + 4)))
    }

    /// Waits until the last entity of the files is there with its relations.
    pub fn wait_for_last(&self, last: &str) -> Result<Duration> {
        let path = format!("/api/catalog/entities/by-name/{last}");
        loop {
            if let Ok((200, body)) = self.get(&path) {
                let text = String::from_utf8_lossy(&body);
                if text.contains("\"ownedBy\"") && text.contains("\"partOf\"") {
                    return Ok(self.age());
                }
            }
            ensure!(self.age() < Duration::from_secs(300), "{last} does not become visible");
            process::sleep(Duration::from_millis(10))?;
        }
    }

    /// Processor time so far, of the process and of its database together.
    pub fn cpu(&self) -> Result<Duration> {
        let own = ticks(self.running.id())?.own;
        let database = self.database.map_or(Ok(0), ticks_of_family)?;
        // Linux counts a hundred ticks a second for every program that asks.
        Ok(Duration::from_millis((own + database) * 10))
    }

    /// A line of `/proc/PID/status` in bytes: `VmRSS`, `VmHWM`.
    pub fn memory(&self, name: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.running.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        Ok(kilobytes.context("reading /proc")? * 1024)
    }

    pub fn stop(mut self) {
        self.running.stop();
    }
}

/// Processor time of a process in ticks.
struct Ticks {
    parent: u32,
    own: u64,
    /// Of children that have ended.
    ended: u64,
}

fn ticks(process: u32) -> Result<Ticks> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(')').context("reading /proc")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let of = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    let sum = |at: usize| Some(of(at)? + of(at + 1)?);
    let found = || Some(Ticks { parent: of(1)? as u32, own: sum(11)?, ended: sum(13)? });
    found().context("reading /proc")
}

/// A process with its children: PostgreSQL has one for each connection.
fn ticks_of_family(process: u32) -> Result<u64> {
    let parent = ticks(process)?;
    let mut sum = parent.own + parent.ended;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        // One that has just ended is counted with its parent next time.
        sum += ticks(id).ok().filter(|child| child.parent == process).map_or(0, |child| child.own);
    }
    Ok(sum)
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
