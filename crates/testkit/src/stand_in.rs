//! A small web server that stands in for the outside.

use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query, to the letter.
    pub path: String,
    /// The head, in lower case.
    pub head: String,
}

impl Asked {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.map(|(key, value)| (key, value.trim())).find(|(key, _)| *key == name).map(|it| it.1)
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers but for those that say how it is sent.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// 200 with a body.
    pub fn ok(body: impl Into<String>) -> Answer {
        Answer { status: 200, body: body.into(), ..Answer::default() }
    }

    /// A status alone.
    pub fn status(status: u16) -> Answer {
        Answer { status, ..Answer::default() }
    }

    /// 302 to elsewhere.
    pub fn redirect(to: &str) -> Answer {
        Answer::status(302).with("location", to)
    }

    /// With one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
}

/// A running stand-in; it ends with the test.
#[derive(Clone)]
pub struct StandIn {
    /// `127.0.0.1:<port>`
    pub host: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl StandIn {
    /// Answers every request with what `answer` says.
    pub async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> StandIn {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (asked.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut buffer = vec![0; 16384];
                    let length = stream.read(&mut buffer).await.unwrap_or_default();
                    let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
                    let asked = Asked { path, head: text.to_lowercase() };
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
                    let Answer { status, headers, body } = answer(&asked);
                    let mut head = format!("HTTP/1.1 {status} Answer\r\nconnection: close\r\n");
                    for (name, value) in headers {
                        head.push_str(&format!("{name}: {value}\r\n"));
                    }
                    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
                    let _ = stream.write_all(head.as_bytes()).await;
                    let _ = stream.write_all(body.as_bytes()).await;
                });
            }
        });
        StandIn { host, asked }
    }

    /// The paths that were asked for since the last call.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
