//! Starts the built program and speaks HTTP with it.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
pub(crate) use testkit::http::Answer;

/// The built executable.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_callboard");

/// What REST is asked with.
pub(crate) const TOKEN: &str = "a-token-for-the-tests-alone";

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a site that has no files, which is all a server without a browser needs.
pub(crate) struct World {
    folder: tempfile::TempDir,
    /// YAML below `backend`; nothing for SQLite.
    database: String,
    /// The address of PostgreSQL and the first part of its schemas' names.
    postgres: Option<(String, String)>,
}

/// Runs the check on SQLite, and on PostgreSQL when the environment names a server.
pub(crate) fn on_each_engine(check: impl Fn(&World)) {
    check(&World::new());
    if let Some((url, prefix)) = testkit::postgres("it") {
        let mut world = World::new();
        world.database = format!(
            "  database:\n    client: pg\n    connection: \"{url}\"\n    schemaPrefix: {prefix}\n"
        );
        world.postgres = Some((url, prefix));
        check(&world);
    }
}

impl World {
    pub(crate) fn new() -> World {
        let world = World {
            folder: tempfile::tempdir().expect("a temporary folder"),
            database: String::new(),
            postgres: None,
        };
        world.write("site/manifest.json", r#"{"js": "", "wasm": "", "css": "", "files": {}}"#);
        world
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// The databases of the program with `--data data`.
    pub(crate) fn engine(&self) -> db::Engine {
        match self.postgres.clone() {
            Some((url, prefix)) => db::Engine::Postgres { url, reader_url: None, prefix },
            None => db::Engine::Sqlite { folder: self.path("data") },
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        testkit::write(&path, content);
        path
    }

    /// A configuration with a token for REST and `more` of YAML.
    pub(crate) fn config(&self, more: &str) -> PathBuf {
        self.config_with("", more)
    }

    /// The same with more YAML below `backend` too.
    pub(crate) fn config_with(&self, backend: &str, more: &str) -> PathBuf {
        let text = format!(
            "backend:\n{backend}  auth:\n    externalAccess:\n      - type: static\n        options:\n          \
             token: {TOKEN}\n          subject: tests\n{}auth:\n  providers:\n    guest: {{}}\n{more}",
            self.database
        );
        self.write("callboard.yaml", text)
    }

    /// A configuration whose catalog reads the folder `catalog` of this world.
    pub(crate) fn catalog_config(&self, more: &str) -> PathBuf {
        self.config(&format!(
            "catalog:\n  rules:\n    - allow: [Component, API, Resource, System, Domain, Group, \
             User, Location, Template]\n  locations:\n    - type: file\n      target: \
             ./catalog/**/*.yaml\n{more}"
        ))
    }

    /// `callboard serve` on a free port, once it is ready.
    pub(crate) fn serve(&self, more: &[&str]) -> Server {
        let address = free_address();
        self.ready(address, self.spawn(address, more))
    }

    /// The same in a shell that ignores the signal of a file that may not grow any further, so that
    /// the program meets an error instead, as on a full disk.
    pub(crate) fn serve_ignoring_full_files(&self) -> Server {
        let address = free_address();
        let script = format!(
            "trap '' XFSZ; exec '{PROGRAM}' serve --config callboard.yaml --site site --data data \
             --listen {address}"
        );
        let mut command = Command::new("sh");
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").args(["-c", &script]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.ready(address, command.spawn().expect("starts"))
    }

    fn ready(&self, address: SocketAddr, child: Child) -> Server {
        let mut server = Server { child, address, log: self.path("log") };
        let begun = Instant::now();
        loop {
            if server.get("/readyz").is_ok_and(|answer| answer.status == 200) {
                return server;
            }
            if let Some(status) = server.child.try_wait().expect("waits") {
                panic!("the program ended at once ({status}):\n{}", server.log());
            }
            assert!(begun.elapsed() < PATIENCE, "not ready:\n{}", server.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn spawn(&self, address: SocketAddr, more: &[&str]) -> Child {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.path("log"));
        self.command()
            .args(["serve", "--config", "callboard.yaml", "--site", "site", "--data", "data"])
            .args(["--listen", &address.to_string()])
            .args(more)
            .stdout(Stdio::null())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("starts")
    }

    /// The program in this world's folder, without an environment that could change it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().expect("runs")
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

/// A running program; killed when the value goes.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// A request with headers and a body.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Answer> {
        let asked = testkit::http::ask(self.address, (method, path), headers, body, PATIENCE);
        // What the log has says more than the kind of the error.
        asked.map_err(|error| {
            let said = format!("{error}; the log:\n{}", self.log());
            std::io::Error::new(error.kind(), said)
        })
    }

    pub(crate) fn get(&self, path: &str) -> std::io::Result<Answer> {
        self.ask("GET", path, &[], "")
    }

    /// REST with the token.
    pub(crate) fn rest(&self, path: &str) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        self.ask("GET", path, &[("authorization", &bearer)], "").expect("answers")
    }

    /// The entity, once it is there.
    pub(crate) fn entity(&self, path: &str) -> serde_json::Value {
        let path = format!("/api/catalog/entities/by-name/{path}");
        self.eventually(&path, || {
            let answer = self.rest(&path);
            (answer.status == 200).then(|| answer.json())
        })
    }

    /// A form of the portal's own pages, sent as a browser sends it.
    pub(crate) fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("cookie", cookie),
        ];
        self.ask("POST", path, &headers, &body.join("&")).expect("answers")
    }

    /// Signs in as the guest; the value for the `cookie` header.
    pub(crate) fn sign_in(&self, base: &str) -> String {
        let fields =
            [("provider", "guest"), ("user_ref", "user:development/guest"), ("return_to", "/")];
        let answer = self.form(&format!("{base}/session/sign-in"), "", &fields);
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookies = answer.headers("set-cookie");
        let pairs = cookies.iter().filter_map(|cookie| cookie.split(';').next());
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// A page as the person with this cookie sees it.
    pub(crate) fn page(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, &[("cookie", cookie)], "").expect("answers")
    }

    /// Asks until there is something.
    pub(crate) fn eventually<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = ask() {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{what} does not come:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The end nobody can prepare for.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// The end a service manager asks for; the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let begun = Instant::now();
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &id]).status().expect("asks");
        assert!(status.success());
        loop {
            if let Some(status) = self.child.try_wait().expect("waits") {
                return status.code();
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// A component that is valid.
pub(crate) fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  \
         type: service\n  lifecycle: production\n  owner: team\n"
    )
}

/// What a program printed, both ways.
pub(crate) fn printed(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// What a person reads of a page: its text without tags and scripts.
pub(crate) fn words(html: &str) -> String {
    let mut rest = html;
    let mut html = String::new();
    while let Some((before, after)) = rest.split_once("<script") {
        html.push_str(before);
        rest = after.split_once("</script>").map_or("", |(_, rest)| rest);
    }
    html.push_str(rest);
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text.replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&").replace("&lt;", "<")
}

/// Whether the file is there, for messages that name one.
pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}
