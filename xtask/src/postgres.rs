//! A PostgreSQL for the length of one test run: a cluster in a temporary folder, on a free port of
//! this machine only, behind a password nobody knows.

use crate::{
    packages,
    process::{self, Running},
    workspace::{TempDir, random_word, temp_dir},
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long a new cluster may take to accept connections on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Users without rights of their own that the server can run as; it refuses to run as root.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// A running server. It is stopped, and its folder removed, when the value goes.
pub struct Postgres {
    // Fields are dropped in this order: first the server, then the folder under it.
    server: Running,
    _dir: TempDir,
    url: String,
}

impl Postgres {
    /// Starts a new empty cluster from the installed programs, installing them when there are none.
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        let user = unprivileged_user()?;
        let dir = temp_dir("postgres")?;
        let password = random_word();
        let word_file = dir.path().join("word");
        fs::write(&word_file, &password)?;
        if let Some(user) = &user {
            user.own(dir.path())?;
            user.own(&word_file)?;
        }
        let data = dir.path().join("data");
        let mut initdb = command(&programs.join("initdb"), user.as_ref());
        initdb
            .args(["--username=callboard", "--auth=scram-sha-256", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--no-instructions"])
            .arg(format!("--pwfile={}", word_file.display()))
            .arg("--pgdata")
            .arg(&data)
            .current_dir(dir.path());
        process::output(&mut initdb).context("making a temporary PostgreSQL cluster")?;

        let port = free_port()?;
        let log = dir.path().join("log");
        let mut postgres = command(&programs.join("postgres"), user.as_ref());
        postgres.arg("-D").arg(&data).arg("-k").arg(dir.path()).current_dir(dir.path());
        for setting in [
            format!("port={port}"),
            "listen_addresses=127.0.0.1".to_owned(),
            // Every test uses databases or schemas of its own, many at a time.
            "max_connections=300".to_owned(),
            // Nothing has to survive a crash of this machine.
            "fsync=off".to_owned(),
            "synchronous_commit=off".to_owned(),
            "full_page_writes=off".to_owned(),
        ] {
            postgres.args(["-c", &setting]);
        }
        postgres.stdout(Stdio::null()).stderr(File::create(&log)?);
        // SIGINT is PostgreSQL's quick orderly end; on SIGTERM it would wait for its clients.
        let server = Running::start(&mut postgres)?.ends_with("INT");
        let url = format!("postgres://callboard:{password}@127.0.0.1:{port}/postgres");
        let mut started = Self { server, _dir: dir, url };
        started.wait_until_ready(&log)?;
        Ok(started)
    }

    /// The address of the cluster's administrator, for `CALLBOARD_TEST_POSTGRES`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The first of its processes.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let text = fs::read_to_string(log).unwrap_or_default();
            if text.contains("ready to accept connections") {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended at once ({status}): {}", text.trim());
            }
            ensure!(Instant::now() < end, "PostgreSQL does not become ready: {}", text.trim());
            process::sleep(Duration::from_millis(50))?;
        }
    }
}

/// The folder of `initdb` and `postgres`.
fn programs() -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    packages::install(&["postgresql"])?;
    find_programs().context("expected initdb and postgres after the installation, found neither")
}

fn find_programs() -> Option<PathBuf> {
    let complete = |dir: &PathBuf| {
        ["initdb", "postgres"].iter().all(|name| process::is_executable(&dir.join(name)))
    };
    let on_path = process::which("initdb")
        .and_then(|path| fs::canonicalize(path).ok())
        .and_then(|path| Some(path.parent()?.to_path_buf()));
    let configured = process::which("pg_config")
        .and_then(|program| process::output(Command::new(program).arg("--bindir")).ok())
        .map(|dir| PathBuf::from(dir.trim()));
    on_path
        .into_iter()
        .chain(configured)
        .chain(versioned("/usr/lib/postgresql", "bin"))
        .chain(versioned("/opt/homebrew/opt", "bin"))
        .chain(["/usr/local/pgsql/bin".into(), "/usr/pgsql/bin".into()])
        .find(complete)
}

/// `BASE/<version>/bin`, the newest version first.
fn versioned(base: &str, below: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(base)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let version = name.trim_start_matches("postgresql@").parse().ok()?;
            Some((version, entry.path().join(below)))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

/// The user to run as when this program runs as root.
struct User {
    name: &'static str,
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix changes owners"))]
    uid: u32,
}

impl User {
    /// Gives a file or folder to the user.
    fn own(&self, path: &Path) -> Result<()> {
        #[cfg(unix)]
        std::os::unix::fs::chown(path, Some(self.uid), None)
            .with_context(|| format!("giving {} to {}", path.display(), self.name))?;
        #[cfg(not(unix))]
        let _ = path;
        Ok(())
    }
}

fn unprivileged_user() -> Result<Option<User>> {
    if !packages::is_root() {
        return Ok(None);
    }
    for name in UNPRIVILEGED {
        let Ok(uid) = process::output(Command::new("id").args(["-u", name])) else { continue };
        return Ok(Some(User { name, uid: uid.trim().parse()? }));
    }
    bail!("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`")
}

/// A program of PostgreSQL, started as the unprivileged user and without settings from outside.
fn command(program: &Path, user: Option<&User>) -> Command {
    let mut command = match user {
        None => Command::new(program),
        Some(user) if process::which("setpriv").is_some() => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user.name, "--regid"]).arg(group_of(user.name));
            command.args(["--clear-groups", "--"]).arg(program);
            command
        }
        Some(user) => {
            // `su` hands its further arguments to the shell, which becomes the program.
            let mut command = Command::new("su");
            command
                .args(["-s", "/bin/sh", user.name, "-c", "exec \"$0\" \"$@\"", "--"])
                .arg(program);
            command
        }
    };
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(&name);
        }
    }
    command.env("LC_ALL", "C");
    command
}

fn group_of(user: &str) -> String {
    process::output(Command::new("id").args(["-g", user]))
        .map_or_else(|_| "nogroup".to_owned(), |group| group.trim().to_owned())
}

/// A port that was free a moment ago; the system does not hand it out again at once.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?.local_addr()?.port())
}
