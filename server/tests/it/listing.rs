//! The list as people arrange it, without script, and the streams that tell of changes.

use crate::program::{PATIENCE, Server, World, component, on_each_engine, words};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

const TENANTS: &str = "tenants:\n  north:\n    hosts: [north.example]\n  south:\n    hosts: \
                       [south.example]\n";

/// An open event stream.
struct Stream(BufReader<TcpStream>);

impl Stream {
    /// Opens a stream; the status, and the stream itself.
    fn open(server: &Server, path: &str, cookie: &str, more: &str) -> (u16, Stream) {
        let mut stream = TcpStream::connect(server.address).expect("connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let head = format!(
            "GET {path} HTTP/1.0\r\nhost: {}\r\ncookie: {cookie}\r\n{more}\r\n",
            server.address
        );
        stream.write_all(head.as_bytes()).expect("asks");
        let mut opened = Stream(BufReader::new(stream));
        let status =
            opened.line().and_then(|line| line.get(9..12)?.parse().ok()).expect("a status");
        while opened.line().is_some_and(|line| !line.is_empty()) {}
        (status, opened)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).expect("in time");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// What the next change is to; nothing when the stream ends before.
    fn next(&mut self) -> Option<String> {
        loop {
            let line = self.line()?;
            if let Some(etag) = line.strip_prefix("data: ") {
                return Some(etag.to_owned());
            }
        }
    }
}

/// What whoever knows nothing is told first: the etag of what there is.
fn etag_of(server: &Server, path: &str, cookie: &str) -> String {
    let (status, mut stream) = Stream::open(server, path, cookie, "");
    assert_eq!(status, 200, "{path}");
    stream.next().expect("an etag")
}

#[test]
fn a_stream_tells_what_changed_and_goes_on_where_it_was() {
    on_each_engine(|world| {
        world.catalog_config("");
        world.write("catalog/shop.yaml", component("shop"));
        let server = world.serve(&[]);
        server.entity("component/default/shop");
        let cookie = server.sign_in("");
        let (list, shop) =
            ("/events/catalog?kind=component", "/events/catalog/default/component/shop?");
        let (first, was) = (etag_of(&server, list, &cookie), etag_of(&server, shop, &cookie));
        let open = |path: &str, etag: &str| {
            let (status, stream) =
                Stream::open(&server, &format!("{path}&etag={etag}"), &cookie, "");
            assert_eq!(status, 200);
            stream
        };
        let (mut lists, mut shops) = (open(list, &first), open(shop, &was));

        world.write("catalog/shop.yaml", component("shop").replace("service", "website"));
        let now = shops.next().expect("the entity changed");
        assert_ne!(now, was);
        // The list may have changed more than once, as other sources are read at the start.
        while lists.next().expect("the list changed") != etag_of(&server, list, &cookie) {}
        // Whoever was away is told at once, and whoever missed nothing is not.
        assert_eq!(open(list, &first).next(), Some(etag_of(&server, list, &cookie)));
        let seen = format!("last-event-id: {now}\r\n");
        let (_, mut again) = Stream::open(&server, &format!("{shop}&etag={was}"), &cookie, &seen);
        std::fs::remove_file(world.path("catalog/shop.yaml")).expect("removed");
        world.write("catalog/other.yaml", component("other"));
        let reported = again.next().expect("the entity is gone or waits for a decision");
        assert_ne!(reported, now);

        for path in [list, shop] {
            assert_eq!(Stream::open(&server, path, "", "").0, 401, "{path}");
        }
    });
}

#[test]
fn a_stream_tells_nothing_of_another_tenant() {
    let world = World::new();
    world.catalog_config(TENANTS);
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    let stream = |base: &str| format!("{base}/events/catalog/default/component/shop");
    let (north, south) = (server.sign_in("/t/north"), server.sign_in("/t/south"));
    for (base, cookie) in [("/t/north", &north), ("/t/south", &south)] {
        let page = format!("{base}/catalog/default/component/shop");
        server.eventually(&page, || (server.page(&page, cookie).status == 200).then_some(()));
    }
    let of = |base: &str, cookie: &str| etag_of(&server, &stream(base), cookie);
    let follow = |base: &str, cookie: &str| {
        let path = format!("{}?etag={}", stream(base), of(base, cookie));
        Stream::open(&server, &path, cookie, "").1
    };
    let (mut norths, mut souths) = (follow("/t/north", &north), follow("/t/south", &south));
    let edit = |base: &str, cookie: &str| {
        let fields = [
            ("entity_ref", "component:default/shop"),
            ("fields", "description"),
            ("description", base),
        ];
        let saved = server.form(&format!("{base}/fn/catalog/overlay_save"), cookie, &fields);
        assert!(saved.status < 400, "{saved:?}");
    };
    edit("/t/north", &north);
    assert_eq!(norths.next(), Some(of("/t/north", &north)));
    edit("/t/south", &south);
    // The first that is told here is what changed here.
    assert_eq!(souths.next(), Some(of("/t/south", &south)));
    // A session of one tenant opens nothing of the other.
    assert_eq!(Stream::open(&server, &stream("/t/south"), &north, "").0, 401);
}

#[test]
fn the_end_of_the_program_ends_every_stream() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    let cookie = server.sign_in("");
    let mut streams: Vec<Stream> = ["/events/catalog?", "/events/catalog/default/component/shop?"]
        .map(|path| {
            let etag = etag_of(&server, path, &cookie);
            Stream::open(&server, &format!("{path}&etag={etag}"), &cookie, "").1
        })
        .into();
    let code = server.terminate();
    assert_eq!(code, Some(0));
    // What was still to be told may come before the end.
    for stream in &mut streams {
        while stream.next().is_some() {}
    }
    // It ended by itself and not because patience with its readers was over.
    let log = std::fs::read_to_string(world.path("log")).expect("a log");
    assert!(!log.contains("streams are still open"), "{log}");
}

#[test]
fn stars_and_views_need_no_script() {
    let world = World::new();
    world.catalog_config("");
    world.write("catalog/shop.yaml", component("shop"));
    world.write("catalog/blog.yaml", component("blog"));
    let server = world.serve(&[]);
    server.entity("component/default/shop");
    server.entity("component/default/blog");
    let cookie = server.sign_in("");
    let page = |path: &str| {
        let answer = server.page(path, &cookie);
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };
    let send = |path: &str, fields: &[(&str, &str)]| {
        let answer = server.form(path, &cookie, fields);
        assert!(answer.status < 400, "{answer:?}");
        answer
    };
    assert!(words(&page("/catalog?starred=1")).contains("Nothing is starred"));
    let list = page("/catalog");
    assert!(
        list.contains("action=\"/fn/catalog/star_set\"") && list.contains("aria-pressed"),
        "{list}"
    );
    send("/fn/catalog/star_set", &[("entity_ref", "component:default/shop"), ("starred", "true")]);
    let starred = words(&page("/catalog?starred=1"));
    assert!(starred.contains("shop") && !starred.contains("blog"), "{starred}");
    let own = page("/catalog/default/component/shop");
    assert!(own.contains("aria-pressed=\"true\""), "{own}");

    let columns = page("/catalog?columns=name,namespace,updated&sort=-updated");
    assert!(columns.contains("aria-sort=\"descending\""), "{columns}");
    assert!(columns.contains("data-label=\"Namespace\""), "{columns}");
    assert!(!columns.contains("data-label=\"Owner\""), "{columns}");

    let fields = [("view", ""), ("change", "save"), ("name", "Blogs"), ("query", "q=blog")];
    let saved = send("/fn/catalog/view_change", &fields).body;
    let saved: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    let id = saved["id"].as_str().expect("an id");
    let view = words(&page(&format!("/catalog?view={id}")));
    assert!(view.contains("Blogs") && view.contains("1 entity"), "{view}");
    send("/fn/catalog/view_change", &[("view", id), ("change", "default")]);
    assert!(words(&page("/catalog")).contains("1 entity"));
    let listed = |path: &str| page(path).contains("href=\"/catalog/default/component/shop\"");
    assert!(!listed("/catalog") && listed("/catalog?view=all"));
    send("/fn/catalog/view_change", &[("view", id), ("change", "remove")]);
    assert!(words(&page(&format!("/catalog?view={id}"))).contains("You removed"));
    assert!(listed("/catalog"));
    let error = server.form("/fn/catalog/view_change", &cookie, &[("view", id), ("change", "x")]);
    assert!(error.status >= 400, "{error:?}");
    assert_eq!(
        server
            .form(
                "/fn/catalog/star_set",
                "",
                &[("entity_ref", "component:default/shop"), ("starred", "true")]
            )
            .status,
        401
    );
}
