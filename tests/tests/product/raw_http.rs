//! Requests that no client would send, as raw bytes.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use urna_tests::{Answer, Api};

/// Sends these lines and this body. Returns everything received until the instance closes the connection.
pub(crate) async fn send(api: &Api, head: &[u8], body: &[u8]) -> Answer {
    let mut head = head.to_vec();
    head.extend_from_slice(format!("\r\nHost: {}", address(api)).as_bytes());
    send_without_host(api, &head, body).await
}

fn address(api: &Api) -> String {
    api.base().trim_start_matches("http://").to_owned()
}

/// The same without adding a Host header.
pub(crate) async fn send_without_host(api: &Api, head: &[u8], body: &[u8]) -> Answer {
    let address = address(api);
    let mut request = head.to_vec();
    request.extend_from_slice(b"\r\nConnection: close\r\n");
    if let Some(token) = api.token() {
        request.extend_from_slice(format!("Authorization: Bearer {token}\r\n").as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    let received = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&request).unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        received
    });
    answer(&received.await.unwrap())
}

fn answer(received: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(received).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
    });
    let headers: HeaderMap = headers.collect();
    let json = serde_json::from_str(body).unwrap_or(Value::Null);
    Answer { status, headers, body: body.to_owned(), json }
}
