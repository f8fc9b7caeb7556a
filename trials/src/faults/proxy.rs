//! A TCP proxy that can switch targets, slow down, stall, reset connections and swallow answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// The treatment of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Passes them on at once.
    Pass,
    /// Delays each piece.
    Slow(Duration),
    /// Holds them until the manner changes.
    Stall,
    /// Passes on this many bytes of an answer, or all but the last if it is shorter, then ends the connection.
    Cut(usize),
}

#[derive(Debug)]
struct Shared {
    target: Mutex<SocketAddr>,
    manner: watch::Sender<Manner>,
    /// Every change ends all connections.
    resets: watch::Sender<u64>,
    swallowed: Mutex<Vec<Vec<u8>>>,
}

/// A proxy on its own port, until dropped.
#[derive(Debug)]
pub(super) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Starts to pass everything on to `target`.
    pub(super) async fn to(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port for a proxy")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            target: Mutex::new(target),
            manner: watch::Sender::new(Manner::Pass),
            resets: watch::Sender::new(0),
            swallowed: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// The address it listens on.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the treatment of the bytes.
    pub(super) fn set(&self, manner: Manner) {
        self.shared.manner.send_replace(manner);
    }

    /// Resets all connections, as a rebooted machine does.
    pub(super) fn reset(&self) {
        self.shared.resets.send_modify(|resets| *resets += 1);
    }

    /// Switches to another target, and ends the connections to the old one.
    pub(super) fn switch(&self, target: SocketAddr) {
        self.lead_to(target);
        self.reset();
    }

    /// Leads new connections to another target and keeps the old ones, as a virtual IP address does when it moves.
    pub(super) fn lead_to(&self, target: SocketAddr) {
        *self.shared.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// The answers that were not delivered in full.
    pub(super) fn swallowed(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *self.shared.swallowed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.reset();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        tokio::spawn(connect(client, Arc::clone(&shared)));
    }
}

/// Runs one connection. An end on one side ends the other.
async fn connect(client: TcpStream, shared: Arc<Shared>) {
    let mut resets = shared.resets.subscribe();
    let target = *shared.target.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(server) = TcpStream::connect(target).await else { return };
    for stream in [&client, &server] {
        // If one of them is already gone, its reads report it.
        let _ = stream.set_nodelay(true);
    }
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut up, mut down) = (shared.manner.subscribe(), shared.manner.subscribe());
    let reset = tokio::select! {
        _ = resets.changed() => true,
        // By the time one side ends, everything read has been written.
        _ = pump(&mut from_client, &mut to_server, &mut up, None) => false,
        _ = pump(&mut from_server, &mut to_client, &mut down, Some(&shared)) => false,
    };
    if reset {
        for half in [to_client, to_server] {
            let _ = half.as_ref().set_zero_linger();
            // Dropping it would close the connection gracefully.
            half.forget();
        }
    }
}

/// Moves bytes in one direction until it ends. Only bytes from the server are an answer.
async fn pump(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    manner: &mut watch::Receiver<Manner>,
    answers: Option<&Shared>,
) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(16 * 1024);
    loop {
        buffer.clear();
        if from.read_buf(&mut buffer).await? == 0 {
            return Ok(());
        }
        let now = *manner.borrow_and_update();
        match (now, answers) {
            (Manner::Pass, _) | (Manner::Cut(_), None) => {}
            (Manner::Slow(pause), _) => sleep(pause).await,
            (Manner::Stall, _) => {
                // Ends with the proxy at the latest, and then the connection ends, too.
                let _ = manner.wait_for(|manner| *manner != Manner::Stall).await;
            }
            (Manner::Cut(bytes), Some(shared)) => {
                while !is_whole(&buffer) && from.read_buf(&mut buffer).await? > 0 {}
                let bytes = bytes.min(buffer.len().saturating_sub(1));
                to.write_all(&buffer[..bytes]).await?;
                shared.swallowed.lock().unwrap_or_else(PoisonError::into_inner).push(buffer);
                return Ok(());
            }
        }
        to.write_all(&buffer).await?;
    }
}

/// Whether an answer is complete, including its body.
fn is_whole(bytes: &[u8]) -> bool {
    split(bytes).is_some_and(|(head, body)| {
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        length.is_none_or(|length| body.len() >= length)
    })
}

/// Head and body of an answer.
pub(super) fn split(answer: &[u8]) -> Option<(&str, &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((std::str::from_utf8(&answer[..end]).ok()?, &answer[end + 4..]))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nyes!";

    /// Answers once something arrives on a connection.
    async fn server(answer: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut asked = [0; 16];
                    while stream.read(&mut asked).await.is_ok_and(|read| read > 0) {
                        stream.write_all(answer).await.unwrap();
                    }
                });
            }
        });
        address
    }

    async fn ask(stream: &mut TcpStream, answer: &mut [u8]) -> std::io::Result<usize> {
        stream.write_all(b"?").await?;
        stream.read(answer).await
    }

    #[tokio::test]
    async fn it_passes_on_and_can_be_switched() {
        let proxy = Proxy::to(server(b"one").await).await.unwrap();
        let (mut first, mut answer) = (TcpStream::connect(proxy.address()).await.unwrap(), [0; 16]);
        assert_eq!(ask(&mut first, &mut answer).await.unwrap(), 3);
        proxy.switch(server(b"three").await);
        assert!(first.read(&mut answer).await.is_err(), "the old connection is reset");
        let mut second = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut second, &mut answer).await.unwrap(), 5);
    }

    #[tokio::test]
    async fn it_stalls_and_goes_on() {
        let proxy = Proxy::to(server(b"one").await).await.unwrap();
        let (mut stream, mut answer) = (TcpStream::connect(proxy.address()).await.unwrap(), [0; 16]);
        proxy.set(Manner::Stall);
        let stalled = tokio::time::timeout(Duration::from_millis(50), ask(&mut stream, &mut answer)).await;
        assert!(stalled.is_err());
        proxy.set(Manner::Slow(Duration::from_millis(20)));
        let begin = Instant::now();
        assert_eq!(ask(&mut stream, &mut answer).await.unwrap(), 3);
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }

    #[tokio::test]
    async fn it_cuts_answers_and_keeps_them() {
        let proxy = Proxy::to(server(ANSWER).await).await.unwrap();
        for (bytes, delivered) in [(0, 0), (20, 20), (1000, ANSWER.len() - 1)] {
            proxy.set(Manner::Cut(bytes));
            let (mut stream, mut all) = (TcpStream::connect(proxy.address()).await.unwrap(), Vec::new());
            stream.write_all(b"?").await.unwrap();
            stream.read_to_end(&mut all).await.unwrap();
            assert_eq!(all.len(), delivered);
            assert_eq!(proxy.swallowed(), [ANSWER]);
        }
    }

    #[test]
    fn an_answer_is_whole_with_its_last_byte() {
        assert!(is_whole(ANSWER));
        assert!(!is_whole(&ANSWER[..ANSWER.len() - 1]) && !is_whole(b"HTTP/1.1 201 Created\r\n"));
        assert_eq!(split(ANSWER).unwrap().1, b"yes!");
    }
}
