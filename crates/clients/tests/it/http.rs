//! Requests against a small server of the test's own.

use clients::http::{Auth, Fetched, GetOptions, HostRule, Http, HttpError, HttpSettings, Rules};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Answers every request with what `answer` makes of its head, and keeps the heads.
pub fn serve(
    answer: impl Fn(&str) -> String + Send + Sync + 'static,
) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), answer, kept) = (stream, answer.clone(), kept.clone()) else {
                continue;
            };
            std::thread::spawn(move || {
                let mut head = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
                kept.lock().unwrap().push(head.clone());
                // The client may have gone, which is its right.
                let _ = stream.write_all(answer(&head).as_bytes());
            });
        }
    });
    (port, seen)
}

fn ok(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    )
}

fn to(location: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

fn open() -> Http {
    let rules = Rules { allow_private: true, ..Rules::default() };
    let timeout = Duration::from_millis(1500);
    Http::new(HttpSettings { rules, timeout, max_body: 1000, ..HttpSettings::default() }).unwrap()
}

fn open_for(private: &[String]) -> Http {
    let private_hosts = private.iter().map(|host| HostRule::parse(host).unwrap()).collect();
    let rules = Rules { private_hosts, ..Rules::default() };
    Http::new(HttpSettings { rules, ..HttpSettings::default() }).unwrap()
}

#[tokio::test]
async fn reads_text_and_its_mark() {
    let (port, seen) = serve(|head| {
        if head.contains("if-none-match: \"v1\"") {
            "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n".to_owned()
        } else {
            ok("ETag: \"v1\"\r\nContent-Type: text/yaml\r\n", "\u{feff}kind: X")
        }
    });
    let url = format!("http://jane:hunter2@127.0.0.1:{port}/a.yaml?x=1#part");
    let fetched = open().get_text(&url, None).await.unwrap();
    assert_eq!(
        fetched,
        Fetched::Body {
            body: "kind: X".to_owned(),
            etag: Some("\"v1\"".to_owned()),
            content_type: Some("text/yaml".to_owned()),
            final_url: format!("http://127.0.0.1:{port}/a.yaml?x=1"),
        }
    );
    assert_eq!(open().get_text(&url, Some("\"v1\"")).await.unwrap(), Fetched::NotModified);
    let head = seen.lock().unwrap()[0].to_ascii_lowercase();
    assert!(head.contains(concat!("user-agent: callboard/", env!("CARGO_PKG_VERSION"))), "{head}");
}

#[tokio::test]
async fn refuses_private_addresses_by_name_too() {
    let (port, seen) = serve(|_| ok("", "secret"));
    let closed = Http::new(HttpSettings::default()).unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"] {
        let error = closed.get_text(&format!("http://{host}:{port}/"), None).await.unwrap_err();
        assert!(matches!(error, HttpError::Refused { .. }), "{host}: {error}");
    }
    assert!(seen.lock().unwrap().is_empty(), "nothing was sent");
    let named = open_for(&[format!("localhost:{port}")]);
    assert!(named.get_text(&format!("http://localhost:{port}/"), None).await.is_ok());
    let error = named.get_text(&format!("http://127.0.0.1:{port}/"), None).await.unwrap_err();
    assert!(matches!(error, HttpError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn checks_every_redirect() {
    let (inner, seen) = serve(|_| ok("", "secret"));
    for target in [format!("http://127.0.0.1:{inner}/"), format!("http://localhost:{inner}/")] {
        let location = target.clone();
        let (port, _) = serve(move |_| to(&location));
        // The first host is open on its own port only.
        let http = open_for(&[format!("127.0.0.1:{port}")]);
        let error = http.get_text(&format!("http://127.0.0.1:{port}/"), None).await.unwrap_err();
        assert!(matches!(error, HttpError::Refused { .. }), "{target}: {error}");
    }
    let (port, _) = serve(|_| to("file:///etc/passwd"));
    let error = open().get_text(&format!("http://127.0.0.1:{port}/"), None).await.unwrap_err();
    assert!(!matches!(error, HttpError::NotText { .. }), "{error}");
    assert!(seen.lock().unwrap().is_empty(), "nothing reached the inner server");
}

#[tokio::test]
async fn follows_redirects_so_far() {
    let (port, seen) = serve(|head| match head.split_whitespace().nth(1) {
        Some("/a") => to("/b"),
        Some("/b") => ok("", "there"),
        _ => to("/loop"),
    });
    let fetched = open().get_text(&format!("http://127.0.0.1:{port}/a"), None).await.unwrap();
    let Fetched::Body { final_url, .. } = fetched else { panic!("{fetched:?}") };
    assert_eq!(final_url, format!("http://127.0.0.1:{port}/b"));
    let before = seen.lock().unwrap().len();
    let error = open().get_text(&format!("http://127.0.0.1:{port}/loop"), None).await.unwrap_err();
    assert!(matches!(error, HttpError::TooManyRedirects { limit: 5, .. }), "{error}");
    assert_eq!(seen.lock().unwrap().len() - before, 6, "the first request and five redirects");
}

#[tokio::test]
async fn keeps_the_token_for_the_first_host() {
    let (other, seen) = serve(|_| ok("", "x"));
    let (port, first) = serve(move |_| to(&format!("http://localhost:{other}/")));
    let auth = Auth::Bearer("hunter2".to_owned());
    let options = GetOptions { auth: Some(&auth), ..GetOptions::default() };
    open().get_text_with(&format!("http://127.0.0.1:{port}/"), options).await.unwrap();
    assert!(first.lock().unwrap()[0].contains("Bearer hunter2"));
    assert!(!seen.lock().unwrap()[0].contains("hunter2"));
}

#[tokio::test]
async fn stops_at_the_size_limit() {
    let (port, _) = serve(|head| match head.split_whitespace().nth(1) {
        Some("/told") => ok("", &"x".repeat(1001)),
        Some("/fits") => ok("", &"x".repeat(1000)),
        // No length: the answer ends with the connection.
        _ => format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(100_000)),
    });
    let http = open();
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    assert!(http.get_text(&at("/fits"), None).await.is_ok());
    for path in ["/told", "/untold"] {
        let error = http.get_text(&at(path), None).await.unwrap_err();
        assert!(matches!(error, HttpError::TooLarge { limit: 1000, .. }), "{path}: {error}");
    }
}

#[tokio::test]
async fn says_what_is_wrong_without_secrets() {
    let (port, _) = serve(|head| match head.split_whitespace().nth(1).unwrap_or_default() {
        path if path.starts_with("/bytes") => {
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\u{1}".to_owned()
        }
        path => {
            let status = path.trim_start_matches('/').split('?').next().unwrap_or_default();
            format!(
                "HTTP/1.1 {status} X\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        }
    });
    let http = open();
    for (path, expected) in [
        ("404", "There is nothing at"),
        ("403", "did not let us in (status 403)"),
        ("429", "Try again in 7 s."),
        ("500", "answered with status 500"),
        ("bytes", "could not be reached"),
    ] {
        let url = format!("http://jane:hunter2@127.0.0.1:{port}/{path}?token=hunter2");
        let error = http.get_text(&url, None).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    for url in ["nonsense", "ftp://host/", "http://", "https://jane:hunter2@/"] {
        let error = http.get_text(url, None).await.unwrap_err();
        assert!(matches!(error, HttpError::Invalid { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let error = http.get_text(&format!("https://127.0.0.1:{port}/"), None).await.unwrap_err();
    assert!(matches!(error, HttpError::Connect { .. }), "{error}");
}

#[tokio::test]
async fn gives_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let error = open().get_text(&url, None).await.unwrap_err();
    assert!(matches!(error, HttpError::Timeout { .. }), "{error}");
    assert!(error.retryable());
}

#[test]
fn refuses_settings_that_cannot_be_used() {
    let settings =
        HttpSettings { proxy: Some("http://u:hunter2@".to_owned()), ..HttpSettings::default() };
    let error = Http::new(settings).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
    let settings = HttpSettings {
        extra_roots_pem: Some(b"-----BEGIN CERTIFICATE-----\nx".to_vec()),
        ..HttpSettings::default()
    };
    assert!(matches!(Http::new(settings), Err(HttpError::Setup { .. })));
}
