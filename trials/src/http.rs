//! A lean HTTP/1.1 client: it sends prepared bytes, and returns status and body. It copies nothing and does next to
//! nothing, so that a load generator leaves the processors to the server.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// The maximum number of headers in a response.
const MOST_HEADERS: usize = 48;

/// A GET as bytes.
#[must_use]
pub fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    request("GET", path, token, None)
}

/// A POST of JSON as bytes.
#[must_use]
pub fn post(path: &str, token: Option<&str>, json: &str) -> Vec<u8> {
    request("POST", path, token, Some(json))
}

/// Any request as bytes, except HEAD, whose responses are read differently.
#[must_use]
pub fn request(method: &str, path: &str, token: Option<&str>, json: Option<&str>) -> Vec<u8> {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let content = json.map(|json| format!("Content-Type: application/json\r\nContent-Length: {}\r\n", json.len()));
    let (content, body) = (content.unwrap_or_default(), json.unwrap_or_default());
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}{content}\r\n{body}").into_bytes()
}

/// Why there is no response, and what the server may have seen.
#[derive(Debug)]
pub enum Lost {
    /// Not one byte was sent: certainly nothing happened.
    NotSent(io::Error),
    /// Part of the request was sent. The server should not act on a part, but that is not certain.
    PartlySent(io::Error),
    /// The whole request was sent; the response is missing or incomplete.
    NoAnswer(io::Error),
}

impl Lost {
    /// Whether the server cannot have seen any of the request.
    #[must_use]
    pub const fn is_certainly_not_sent(&self) -> bool {
        matches!(self, Self::NotSent(_))
    }

    /// The underlying error.
    #[must_use]
    pub const fn error(&self) -> &io::Error {
        let (Self::NotSent(error) | Self::PartlySent(error) | Self::NoAnswer(error)) = self;
        error
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "the request was not sent: {error}"),
            Self::PartlySent(error) => write!(f, "the request was sent in part: {error}"),
            Self::NoAnswer(error) => write!(f, "the answer was lost: {error}"),
        }
    }
}

impl std::error::Error for Lost {}

/// A response, in the buffer of its connection.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The status line and the headers.
    pub head: &'a [u8],
    /// The body; if chunked, the raw chunks.
    pub body: &'a [u8],
    /// Whether the server closes the connection afterwards; the next request then opens a new one.
    pub closes: bool,
}

impl Answer<'_> {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = std::str::from_utf8(self.head).ok()?.split("\r\n");
        lines
            .filter_map(|line| line.split_once(':'))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }
}

/// A connection that is opened on demand, and kept.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    timeout: Duration,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// `timeout` covers a whole exchange, including the opening of a connection.
    #[must_use]
    pub fn new(address: SocketAddr, timeout: Duration) -> Self {
        Self { address, timeout, stream: None, buffer: Vec::with_capacity(4096) }
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens the connection, if it is not open, before the first request needs it.
    pub async fn open(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + self.timeout;
        let stream = self.take_or_connect(deadline).await?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Closes it; the next request opens another.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Sends a request and waits for the response. Never retries after a lost response: only the caller knows whether
    /// that is safe.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>, Lost> {
        let deadline = Instant::now() + self.timeout;
        let mut stream = self.take_or_connect(deadline).await.map_err(Lost::NotSent)?;
        write(&stream, request, deadline).await?;
        self.buffer.clear();
        let read = timeout_at(deadline, read(&mut stream, &mut self.buffer)).await;
        let shape = read.map_err(|_| timed_out()).flatten().map_err(Lost::NoAnswer)?;
        // A caller that gives up drops the stream with the future, so half a response is never taken for the next one.
        if !shape.closes {
            self.stream = Some(stream);
        }
        let (head, rest) = self.buffer.split_at(shape.head);
        Ok(Answer { status: shape.status, head, body: &rest[..shape.body], closes: shape.closes })
    }

    /// The open connection, or a new one if the server has closed it.
    async fn take_or_connect(&mut self, deadline: Instant) -> io::Result<TcpStream> {
        if let Some(stream) = self.stream.take() {
            let mut byte = [0];
            // Nothing may arrive unasked: neither bytes nor an end.
            if matches!(stream.try_read(&mut byte), Err(error) if error.kind() == io::ErrorKind::WouldBlock) {
                return Ok(stream);
            }
        }
        let stream = timeout_at(deadline, TcpStream::connect(self.address)).await.map_err(|_| timed_out())??;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

fn timed_out() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "no answer within the time limit")
}

async fn write(stream: &TcpStream, request: &[u8], deadline: Instant) -> Result<(), Lost> {
    let mut sent = 0;
    let lost = |sent: usize, error| if sent == 0 { Lost::NotSent(error) } else { Lost::PartlySent(error) };
    while sent < request.len() {
        match stream.try_write(&request[sent..]) {
            Ok(more) => sent += more,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let ready = timeout_at(deadline, stream.writable()).await.map_err(|_| timed_out()).flatten();
                ready.map_err(|error| lost(sent, error))?;
            }
            Err(error) => return Err(lost(sent, error)),
        }
    }
    Ok(())
}

/// Offsets into the bytes of a response.
#[derive(Debug, PartialEq, Eq)]
struct Shape {
    status: u16,
    head: usize,
    body: usize,
    closes: bool,
}

async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<Shape> {
    loop {
        let more = stream.read_buf(buffer).await?;
        let at_end = more == 0;
        if let Some(shape) = shape(buffer, at_end)? {
            return Ok(shape);
        }
        if at_end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

/// The shape of the response, once it is complete.
fn shape(bytes: &[u8], at_end: bool) -> io::Result<Option<Shape>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer.parse(bytes).map_err(|error| invalid(&error.to_string()))?;
    let httparse::Status::Complete(head) = parsed else { return Ok(None) };
    let status = answer.code.ok_or_else(|| invalid("no status"))?;
    let mut length = None;
    let mut is_chunked = false;
    let mut closes = answer.version == Some(0);
    for header in &*answer.headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let number = std::str::from_utf8(header.value).ok().and_then(|text| text.trim().parse::<usize>().ok());
            length = Some(number.ok_or_else(|| invalid("Content-Length is not a number"))?);
        } else if header.name.eq_ignore_ascii_case("connection") {
            closes |= header.value.eq_ignore_ascii_case(b"close");
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            is_chunked = header.value.eq_ignore_ascii_case(b"chunked");
        }
    }
    let there = bytes.len() - head;
    let body = match (status, length) {
        (100..200, _) => return Err(invalid("an interim answer was not asked for")),
        (204 | 304, _) => 0,
        _ if is_chunked => match chunked(&bytes[head..])? {
            Some(length) => length,
            None => return Ok(None),
        },
        (_, Some(length)) => length,
        // Without a length the body ends with the connection.
        (_, None) if at_end => there,
        (_, None) => return Ok(None),
    };
    if there > body {
        return Err(invalid("more came than was asked for"));
    }
    closes |= at_end;
    Ok((there == body).then_some(Shape { status, head, body, closes }))
}

/// The length of a chunked body (RFC 9112, 7.1) including the chunks' heads, once it is complete. The chunks are not
/// joined.
fn chunked(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut at = 0;
    loop {
        let size = httparse::parse_chunk_size(&bytes[at..]).map_err(|_| invalid("a chunk has no size"))?;
        let httparse::Status::Complete((head, size)) = size else { return Ok(None) };
        let size = usize::try_from(size).map_err(|_| invalid("a chunk is too large"))?;
        at += head + size + 2;
        if at > bytes.len() {
            return Ok(None);
        }
        if size == 0 {
            return Ok(Some(at));
        }
    }
}

#[cfg(test)]
mod tests;
