//! Keep-alive connections that ask one question over and over.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is asked, how often at once, and for how long.
pub(crate) struct Load {
    pub(crate) url: String,
    pub(crate) token: Option<String>,
    pub(crate) compressed: bool,
    pub(crate) connections: usize,
    pub(crate) time: Duration,
}

/// Answers counted, with the time of each in microseconds.
#[derive(Default)]
struct Seen {
    micros: Vec<u32>,
    good: usize,
    bytes: usize,
}

/// Asks until the time is over.
pub(crate) async fn run(load: Load) -> Result<Value, String> {
    let rest = load.url.strip_prefix("http://").ok_or("expected an address with http://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\naccept: */*\r\n");
    if let Some(token) = &load.token {
        request.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if load.compressed {
        request.push_str("accept-encoding: gzip, br\r\n");
    }
    request.push_str("\r\n");
    let begun = Instant::now();
    let end = begun + load.time;
    let connections: Vec<_> = (0..load.connections)
        .map(|_| tokio::spawn(connection(host.to_owned(), request.clone().into_bytes(), end)))
        .collect();
    let mut all = Seen::default();
    for connection in connections {
        let seen = connection.await.map_err(|error| error.to_string())?;
        let seen = seen.map_err(|error| format!("{host}: {error}"))?;
        all.micros.extend(seen.micros);
        all.good += seen.good;
        all.bytes = seen.bytes.max(all.bytes);
    }
    let seconds = begun.elapsed().as_secs_f64();
    all.micros.sort_unstable();
    let at = |share: f64| {
        let index = (all.micros.len() as f64 * share) as usize;
        f64::from(all.micros.get(index).or(all.micros.last()).copied().unwrap_or(0)) / 1000.0
    };
    Ok(json!({
        "requests": all.micros.len(),
        "good": all.good,
        "perSecond": all.micros.len() as f64 / seconds,
        "p50Ms": at(0.5), "p95Ms": at(0.95), "p99Ms": at(0.99),
        "bytes": all.bytes,
    }))
}

async fn connection(host: String, request: Vec<u8>, end: Instant) -> std::io::Result<Seen> {
    let mut stream = TcpStream::connect(&host).await?;
    stream.set_nodelay(true)?;
    let mut seen = Seen::default();
    let mut buffer = Vec::with_capacity(64 * 1024);
    loop {
        let begun = Instant::now();
        if begun >= end {
            return Ok(seen);
        }
        stream.write_all(&request).await?;
        let (good, bytes) = answer(&mut stream, &mut buffer).await?;
        seen.micros.push(begun.elapsed().as_micros() as u32);
        seen.good += usize::from(good);
        seen.bytes = bytes;
    }
}

/// Reads one answer whole; whether it was a 200, and the size of its body.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<(bool, usize)> {
    buffer.clear();
    let head = loop {
        read_more(stream, buffer).await?;
        if let Some(at) = find(buffer, b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
    let good = text.starts_with("http/1.1 200");
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|length| length.trim().parse::<usize>().ok());
    match length {
        Some(length) => {
            while buffer.len() < head + length {
                read_more(stream, buffer).await?;
            }
            Ok((good, length))
        }
        // Compressed answers come in chunks; the last one is empty.
        None => {
            while !buffer.ends_with(b"0\r\n\r\n") {
                read_more(stream, buffer).await?;
            }
            Ok((good, buffer.len() - head))
        }
    }
}

async fn read_more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    match stream.read_buf(buffer).await? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
