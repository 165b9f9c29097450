//! ${{ values.description }}

use std::io::{Read, Write};
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", ${{ values.port }}))?;
    println!("${{ values.name }} listens on http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let mut stream = stream?;
        let mut request = [0_u8; 1024];
        let length = stream.read(&mut request)?;
        let answer = answer(&String::from_utf8_lossy(&request[..length]));
        stream.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// The whole answer to a request.
fn answer(request: &str) -> String {
    let (status, body) = match request.split_whitespace().nth(1) {
        Some("/healthz") => ("200 OK", "ok"),
        Some("/") => ("200 OK", "Hello from ${{ values.name }}"),
        _ => ("404 Not Found", "not found"),
    };
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn says_that_it_is_well() {
        assert!(answer("GET /healthz HTTP/1.1").starts_with("HTTP/1.1 200"));
    }

    #[test]
    fn knows_what_it_does_not_have() {
        assert!(answer("GET /nope HTTP/1.1").starts_with("HTTP/1.1 404"));
    }
}
