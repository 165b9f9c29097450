//! Who may speak with the program, by which names, how fast and with how many connections.

use crate::program::{PATIENCE, Server, TOKEN, World, component, printed};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address).expect("connects");
    stream.set_read_timeout(Some(PATIENCE)).expect("set");
    stream
}

/// Sends a text and reads what comes until the end of the connection.
fn raw(server: &Server, text: &str) -> String {
    let mut stream = connect(server);
    stream.write_all(text.as_bytes()).expect("sent");
    rest(stream)
}

fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// That a stream comes to its end, and is not given up after [`PATIENCE`].
fn ended(mut stream: TcpStream) {
    use std::io::ErrorKind;
    let end = stream.read_to_end(&mut Vec::new());
    // A connection that is reset has ended too.
    let goes_on = |error: &std::io::Error| {
        matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
    };
    assert!(!end.is_err_and(|error| goes_on(&error)), "the stream goes on");
}

#[test]
fn only_hosts_of_the_portal_are_served() {
    let world = World::new();
    world.config_with(
        "  allowedHosts: [inside.example]\n",
        "app:\n  baseUrl: https://portal.example\ntenants:\n  north:\n    hosts: [north.example]\n  \
         other:\n    title: Other\n",
    );
    let server = world.serve(&[]);
    let ask =
        |path: &str, host: &str| server.ask("GET", path, &[("host", host)], "").expect("answers");
    for host in
        ["portal.example", "inside.example:80", "north.example", "localhost", "127.0.0.1:3000"]
    {
        assert_eq!(ask("/sign-in", host).status, 200, "{host}");
    }
    for path in
        ["/sign-in", "/", "/api/catalog/entities", "/graphql", "/robots.txt", "/t/north/sign-in"]
    {
        let refused = ask(path, "rebound.example");
        assert_eq!(refused.status, 421, "{path}");
        assert!(refused.body.contains("backend.allowedHosts"), "{}", refused.body);
        assert!(refused.header("content-type").starts_with("text/plain"), "{}", refused.head);
        assert_eq!(refused.headers("set-cookie").len(), 0, "{path}");
    }
    let sign_in = server.ask("POST", "/session/sign-in", &[("host", "rebound.example")], "");
    assert_eq!(sign_in.expect("answers").status, 421);
    assert_eq!(ask("/healthz", "10.1.2.3").status, 200, "health checks come by number");

    let two = "GET /sign-in HTTP/1.1\r\nhost: localhost\r\nhost: rebound.example\r\nconnection: close\r\n\r\n";
    assert!(raw(&server, two).starts_with("HTTP/1.1 400 "), "{}", raw(&server, two));
    let other = "GET http://rebound.example/sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert!(raw(&server, other).starts_with("HTTP/1.1 400 "), "{}", raw(&server, other));
    for several in ["a.localhost, b.localhost", "a.localhost b.localhost", "localhost:80:80", ""] {
        assert_eq!(ask("/sign-in", several).status, 400, "{several:?}");
    }
    let none = "GET /sign-in HTTP/1.0\r\n\r\n";
    assert!(raw(&server, none).starts_with("HTTP/1.0 400 "), "{}", raw(&server, none));
}

#[test]
fn slow_and_idle_connections_are_ended() {
    let world = World::new();
    world.config_with("  limits:\n    headerTimeout: 1s\n    bodyTimeout: 1s\n", "");
    let server = world.serve(&[]);
    // Nothing, part of a head, a served request and then nothing, part of a body.
    for text in [
        "",
        "GET /healthz HTTP/1.1\r\nhost: lo",
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "POST /session/sign-in HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
         content-length: 100\r\n\r\nprovider=",
    ] {
        // It ends, which it did not without a limit.
        raw(&server, text);
    }
    // A body that keeps coming, but too slowly.
    let mut stream = connect(&server);
    let head = "POST /session/sign-in HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: same-origin\r\n\
                content-length: 100000\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let begun = Instant::now();
    while stream.write_all(b"a").is_ok() {
        assert!(begun.elapsed() < PATIENCE, "it goes on for ever");
        std::thread::sleep(Duration::from_millis(100));
    }
    // A stream of events is no idle connection.
    let cookie = server.sign_in("");
    let mut events = connect(&server);
    let text =
        format!("GET /events/catalog HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    events.write_all(text.as_bytes()).expect("sent");
    std::thread::sleep(Duration::from_secs(3));
    events.set_read_timeout(Some(Duration::from_millis(300))).expect("set");
    let mut bytes = [0; 65536];
    let length = events.read(&mut bytes).expect("it has begun");
    assert!(String::from_utf8_lossy(&bytes[..length]).starts_with("HTTP/1.1 200"));
    let error = events.read(&mut bytes).expect_err("nothing more, and no end");
    assert!(matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut));
}

#[test]
fn health_is_answered_when_all_connections_are_taken() {
    let world = World::new();
    world.config_with("  limits:\n    connections: 20\n", "");
    let server = world.serve(&[]);
    let mut idle: Vec<TcpStream> = Vec::new();
    for _ in 0..300 {
        idle.push(connect(&server));
    }
    server.eventually("an answer to a health check", || {
        server.get("/readyz").ok().filter(|answer| answer.status == 200)
    });
    let busy = server.eventually("a word about it", || {
        server.get("/sign-in").ok().filter(|answer| answer.status == 503)
    });
    assert!(!busy.header("retry-after").is_empty(), "{busy:?}");
    drop(idle);
    server.eventually("a page again", || {
        server.get("/sign-in").ok().filter(|answer| answer.status == 200)
    });
}

#[test]
fn silent_connections_never_keep_a_health_check_out() {
    let world = World::new();
    world.config_with("  limits:\n    connections: 64\n", "");
    let server = world.serve(&[]);
    let mut silent: Vec<TcpStream> = (0..300).map(|_| connect(&server)).collect();
    for number in 0..40 {
        let answer = server.get("/healthz").expect("answers each time");
        assert_eq!(answer.status, 200, "{number}: {answer:?}");
        // Others keep coming, and some say a little.
        let mut one = connect(&server);
        let _ = one.write_all(b"GET /healthz HTTP/1.1\r\nhost: lo");
        silent.push(one);
        silent.push(connect(&server));
    }
    let busy = server.get("/sign-in").expect("answers");
    assert_eq!(busy.status, 503, "{busy:?}");
}

#[test]
fn wrong_tokens_and_sign_ins_have_to_wait() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let bearer = |token: &str| {
        let value = format!("Bearer {token}");
        let headers = [("authorization", value.as_str())];
        server.ask("GET", "/api/catalog/entity-facets?facet=kind", &headers, "").expect("answers")
    };
    assert_eq!(bearer(TOKEN).status, 200);
    let mut statuses = Vec::new();
    let mut last = bearer("wrong-token-0");
    for number in 1..40 {
        statuses.push(last.status);
        last = bearer(&format!("wrong-token-{number}"));
    }
    assert_eq!((statuses[0], last.status), (401, 429), "{statuses:?}");
    let seconds: u64 = last.header("retry-after").parse().expect("seconds");
    assert!((1..=61).contains(&seconds), "{seconds}");
    assert_eq!(last.json()["response"]["statusCode"], 429);
    // Who was right there goes on.
    assert_eq!(bearer(TOKEN).status, 200);

    let wrong = || {
        let fields = [("provider", "guest"), ("user_ref", "user:default/admin")];
        server.form("/session/sign-in", "", &fields)
    };
    let statuses: Vec<u16> = (0..20).map(|_| wrong().status).collect();
    assert_eq!((statuses[0], statuses[19]), (403, 429), "{statuses:?}");
    let last = wrong();
    assert!(!last.header("retry-after").is_empty() && last.body.contains("too many attempts"));
    // Another account may sign in.
    server.sign_in("");
}

#[test]
fn wrong_tokens_are_held_against_the_client_that_a_trusted_proxy_names() {
    let world = World::new();
    let tries = |server: &Server, client: &dyn Fn(usize) -> String| -> Vec<u16> {
        let ask = |number: usize| {
            let (bearer, client) = (format!("Bearer wrong-token-{number}"), client(number));
            let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", &*client)];
            let path = "/api/catalog/entity-facets?facet=kind";
            server.ask("GET", path, &headers, "").expect("answers").status
        };
        (0..70).map(ask).collect()
    };
    world.config("");
    let server = world.serve(&[]);
    // Nobody is trusted: what a client says of itself does not help it.
    let statuses = tries(&server, &|number| format!("192.0.2.{number}"));
    assert_eq!((statuses[0], statuses[69]), (401, 429), "{statuses:?}");
    drop(server);

    world.config_with("  trustedProxies: [127.0.0.0/8]\n", "telemetry:\n  level: debug\n");
    let server = world.serve(&[]);
    let statuses = tries(&server, &|_| "192.0.2.1, 198.51.100.7".to_owned());
    assert_eq!((statuses[0], statuses[69]), (401, 429), "{statuses:?}");
    // Another client behind the same proxy goes on, whatever the first one claims.
    let statuses = tries(&server, &|number| format!("198.51.100.7, 203.0.113.{number}"));
    assert!(statuses.iter().all(|status| *status == 401), "{statuses:?}");
    let log = server.log();
    assert!(log.contains("client.address=198.51.100.7"), "{log}");
}

#[test]
fn a_session_ends_its_event_streams_and_a_new_one_ends_the_old() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/one.yaml", component("one"));
    let server = world.serve(&[]);
    server.entity("component/default/one");
    let follow = |cookie: &str| {
        let mut stream = connect(&server);
        let text =
            format!("GET /events/catalog HTTP/1.0\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
        stream.write_all(text.as_bytes()).expect("sent");
        let mut first = [0; 12];
        stream.read_exact(&mut first).expect("begins");
        assert!(first.ends_with(b"200"), "{}", String::from_utf8_lossy(&first));
        stream
    };
    let cookie = server.sign_in("");
    let stream = follow(&cookie);
    assert_eq!(server.form("/session/sign-out", &cookie, &[]).status, 303);
    ended(stream);
    assert_eq!(server.page("/catalog", &cookie).status, 303, "the session goes on");

    // Signing in once more in the same browser.
    let old = server.sign_in("");
    let stream = follow(&old);
    let fields =
        [("provider", "guest"), ("user_ref", "user:development/guest"), ("return_to", "/")];
    assert_eq!(server.form("/session/sign-in", &old, &fields).status, 303);
    ended(stream);
    assert_eq!(server.page("/catalog", &old).status, 303, "the old session goes on");
    // Another browser's stays.
    let (one, two) = (server.sign_in(""), server.sign_in(""));
    assert_ne!(one, two);
    assert_eq!(server.page("/catalog", &one).status, 200);
}

#[test]
fn small_addresses_answer_as_they_should() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let head = |path: &str, cookie: &str| {
        server.ask("HEAD", path, &[("cookie", cookie)], "").expect("answers")
    };
    for path in ["/", "/catalog?q=a", "/create"] {
        let (get, head) = (server.get(path).expect("answers"), head(path, ""));
        assert_eq!((head.status, head.header("location")), (get.status, get.header("location")));
        assert_eq!((get.status, head.body.as_str()), (303, ""), "{path}");
    }
    let cookie = server.sign_in("");
    assert_eq!(head("/catalog", &cookie).status, 200);
    let robots = server.get("/robots.txt").expect("answers");
    assert_eq!((robots.status, robots.body.contains("Disallow: /")), (200, true));
    for path in ["liveness", "readiness"] {
        let answer = server.get(&format!("/.backstage/health/v1/{path}")).expect("answers");
        assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("ok")), "{path}");
    }
    // Who is signed in has no need of the sign-in page, and is led nowhere else.
    for (asked, expected) in [
        ("/sign-in", "/"),
        ("/sign-in?return_to=%2Fcatalog%3Fq%3Da", "/catalog?q=a"),
        ("/sign-in?next=%2Fcreate", "/create"),
        ("/sign-in?return_to=https%3A%2F%2Fevil.example%2F", "/"),
        ("/sign-in?return_to=%2F%2Fevil.example", "/"),
        ("/sign-in?return_to=%2F%5Cevil.example", "/"),
    ] {
        let answer = server.page(asked, &cookie);
        assert_eq!((answer.status, answer.header("location")), (303, expected), "{asked}");
    }
    assert_eq!(server.get("/sign-in").expect("answers").status, 200);
    // A slash at the end of a page's address is one too many, and leads nowhere else.
    let answer = server.page("/catalog/?q=a", &cookie);
    assert_eq!((answer.status, answer.header("location")), (308, "/catalog?q=a"), "{answer:?}");
    assert_eq!(server.page("//evil.example/", &cookie).header("location"), "");
}

#[test]
fn pages_load_pictures_of_named_hosts_only() {
    let world = World::new();
    world.catalog_config("app:\n  images:\n    allowedHosts: [pictures.example]\n");
    let user = |name: &str, picture: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec:\n  \
             profile: {{displayName: {name} Doe, picture: '{picture}'}}\n  memberOf: []\n"
        )
    };
    world.write("catalog/jane.yaml", user("jane", "https://pictures.example/jane.png"));
    world.write("catalog/john.yaml", user("john", "https://tracker.example/john.png"));
    let server = world.serve(&[]);
    server.entity("user/default/jane");
    server.entity("user/default/john");
    let cookie = server.sign_in("");
    let jane = server.page("/catalog/default/user/jane", &cookie);
    let policy = jane.header("content-security-policy");
    let images = policy.split(';').find(|part| part.trim().starts_with("img-src"));
    assert_eq!(images.map(str::trim), Some("img-src 'self' data: https://pictures.example"));
    assert!(jane.body.contains("src=\"https://pictures.example/jane.png\""));
    let john = server.page("/catalog/default/user/john", &cookie);
    assert!(!john.body.contains("src=\"https://tracker.example"), "loaded from anywhere");
    assert!(john.body.contains(">JD<"), "no initials instead");
}

#[test]
fn a_port_that_is_freed_in_a_moment_is_waited_for() {
    let world = World::new();
    world.config("");
    let held = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = held.local_addr().expect("an address").to_string();
    let mut child = world
        .command()
        .args(["serve", "--config", "callboard.yaml", "--site", "site", "--data", "data"])
        .args(["--listen", &address])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    std::thread::sleep(Duration::from_millis(700));
    drop(held);
    let begun = Instant::now();
    let answers = loop {
        if TcpStream::connect(&address).is_ok() {
            break true;
        }
        if child.try_wait().expect("waits").is_some() || begun.elapsed() > PATIENCE {
            break false;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let _ = child.kill();
    let _ = child.wait();
    assert!(answers, "it gave up");
}

#[cfg(target_os = "linux")]
#[test]
fn no_socket_is_left_to_the_processes_the_program_starts() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let _open = connect(&server);
    server.get("/sign-in").expect("answers");
    let process = format!("/proc/{}", server.id());
    let mut sockets = 0;
    for file in std::fs::read_dir(format!("{process}/fd")).expect("lists") {
        let file = file.expect("a file");
        let Ok(target) = std::fs::read_link(file.path()) else { continue };
        if !target.to_string_lossy().starts_with("socket:") {
            continue;
        }
        let name = file.file_name();
        let info = format!("{process}/fdinfo/{}", name.to_string_lossy());
        let Ok(info) = std::fs::read_to_string(info) else { continue };
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default();
        let flags = u32::from_str_radix(flags.trim(), 8).expect("flags");
        assert!(flags & 0o2_000_000 != 0, "{name:?} is left open");
        sockets += 1;
    }
    assert!(sockets >= 2, "{sockets} sockets");
}

#[test]
fn an_emptied_database_is_refused_at_start() {
    let world = World::new();
    world.config("");
    let code = world.serve(&[]).terminate();
    assert_eq!(code, Some(0));
    world.write("data/tenants/default/tenant.sqlite", "");
    let output = world.run(&[
        "serve",
        "--config",
        "callboard.yaml",
        "--site",
        "site",
        "--data",
        "data",
        "--listen",
        "127.0.0.1:0",
    ]);
    let (_, error) = printed(&output);
    assert!(!output.status.success());
    assert!(error.contains("tenant.sqlite is missing or empty"), "{error}");
    assert!(error.contains("backup") && error.contains("tenant.sqlite.created"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_says_when_the_database_cannot_be_written() {
    let world = World::new();
    world.config("");
    let server = world.serve(&[]);
    let engine = db::Engine::Sqlite { folder: world.path("data") };
    let databases = db::Databases::open(engine).await.expect("opens");
    let name = model::tenant::TenantName::default_tenant();
    let held = databases.tenant(&name).await.expect("opens").begin().await.expect("begins");
    server.eventually("the bad news", || {
        server.get("/readyz").ok().filter(|answer| answer.status == 503)
    });
    let backstage = server.get("/.backstage/health/v1/readiness").expect("answers");
    assert_eq!((backstage.status, &backstage.json()["status"]), (503, &"error".into()));
    assert_eq!(server.get("/healthz").expect("answers").status, 200);
    drop(held);
    server.eventually("the good news", || {
        server.get("/readyz").ok().filter(|answer| answer.status == 200)
    });
    databases.close().await;
}

#[cfg(target_os = "linux")]
#[test]
fn readiness_says_when_the_disk_takes_nothing_and_all_is_well_once_it_does() {
    let world = World::new();
    world.config("");
    let server = world.serve_ignoring_full_files();
    let cookie = server.sign_in("");
    let fsize = |limit: &str| {
        let process = server.id().to_string();
        let outcome = std::process::Command::new("prlimit")
            .args(["--pid", &process, &format!("--fsize={limit}:unlimited")])
            .status();
        assert!(outcome.is_ok_and(|status| status.success()), "prlimit of util-linux is needed");
    };
    fsize("0");
    let sign_in = |cookie: &str| {
        let fields = [("provider", "guest"), ("user_ref", "user:development/guest")];
        server.form("/session/sign-in", cookie, &fields).status
    };
    assert_eq!(sign_in(""), 503, "a write that cannot be kept");
    server.eventually("the bad news", || {
        server.get("/readyz").ok().filter(|answer| answer.status == 503)
    });
    assert_eq!(server.page("/catalog", &cookie).status, 200, "reading goes on");
    fsize("unlimited");
    server.eventually("the good news", || {
        server.get("/readyz").ok().filter(|answer| answer.status == 200)
    });
    assert_eq!(sign_in(""), 303);
    assert_eq!(server.form("/session/sign-out", &cookie, &[]).status, 303);
}

#[test]
fn the_log_has_colours_on_a_terminal_only() {
    let world = World::new();
    world.config("");
    let output = world
        .command()
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color")
        .args(["serve", "--config", "callboard.yaml", "--site", "none", "--data", "data"])
        .args(["--listen", "127.0.0.1:0"])
        .output()
        .expect("runs");
    let (_, log) = printed(&output);
    assert!(!log.contains('\u{1b}'), "{log:?}");
    // The same where lines were written before something failed.
    world.write("file", "");
    let mut child = world
        .command()
        .env_remove("NO_COLOR")
        .args(["serve", "--config", "callboard.yaml", "--site", "site", "--data", "data"])
        .args(["--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut log = child.stderr.take().expect("piped");
    let mut text = String::new();
    while !text.contains("ready on") {
        let mut bytes = [0; 1024];
        let length = log.read(&mut bytes).expect("reads");
        assert!(length > 0, "it ended: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    let _ = child.kill();
    let _ = child.wait();
    assert!(!text.contains('\u{1b}'), "{text:?}");
}
