//! Real sockets against short limits.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: urna\r\n\r\n";
/// Longer than any step here takes.
const PATIENCE: Duration = Duration::from_secs(10);

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    /// Releases the response of `/slow`.
    go: Arc<Notify>,
    /// Signals that `/slow` has begun.
    begun: Arc<Notify>,
}

fn limits() -> Limits {
    let millis = Duration::from_millis;
    Limits {
        first_byte: millis(150),
        headers: millis(150),
        idle: millis(600),
        stalled: millis(150),
        drain: PATIENCE,
        ..Limits::default()
    }
}

async fn start(limits: Limits) -> Served {
    let (go, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (wait, tell) = (Arc::clone(&go), Arc::clone(&begun));
    let slow = move || async move {
        tell.notify_one();
        wait.notified().await;
        "slow"
    };
    let router = Router::new()
        .route("/", get(|| async { "fast" }))
        .route("/slow", get(slow))
        .route("/large", get(|| async { vec![b'x'; 64 << 20] }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let task = tokio::spawn(serve(listener, router, limits, stopping));
    Served { address, stop, task, go, begun }
}

impl Served {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn end(self) {
        self.stop.send_replace(true);
        timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }
}

/// Reads one short response.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut buffer = [0; 1024];
    while !text.ends_with(b"fast") && !text.ends_with(b"slow") {
        let count = timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
        if count == 0 {
            break;
        }
        text.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(text).unwrap()
}

/// Reads until the peer closes; a reset also counts as the end.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.unwrap();
    bytes
}

#[tokio::test]
async fn a_silent_socket_is_closed() {
    let served = start(limits()).await;
    let began = Instant::now();
    let mut stream = served.connect().await;
    assert_eq!(rest(&mut stream).await, b"");
    assert!(began.elapsed() >= Duration::from_millis(140), "not before its time");
    served.end().await;
}

#[tokio::test]
async fn slow_headers_are_cut_off_however_they_drip() {
    let served = start(limits()).await;
    let mut stream = served.connect().await;
    let began = Instant::now();
    for byte in REQUEST.iter().cycle().filter(|byte| **byte != b'\r') {
        if stream.write_all(&[*byte]).await.is_err() || began.elapsed() > PATIENCE {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(!String::from_utf8_lossy(&rest(&mut stream).await).contains("200"));
    served.end().await;
}

#[tokio::test]
async fn a_connection_may_be_idle_for_longer_than_headers_may_take_but_not_for_ever() {
    let served = start(limits()).await;
    let mut stream = served.connect().await;
    for _ in 0..2 {
        stream.write_all(REQUEST).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
        sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(rest(&mut stream).await, b"", "the end of the idle time");
    served.end().await;
}

#[tokio::test]
async fn after_an_idle_time_slow_headers_are_cut_off_as_well() {
    let served = start(Limits { idle: PATIENCE, ..limits() }).await;
    let mut stream = served.connect().await;
    stream.write_all(REQUEST).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    stream.write_all(b"GET / HT").await.unwrap();
    let began = Instant::now();
    rest(&mut stream).await;
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    served.end().await;
}

#[tokio::test]
async fn headers_of_more_than_32_kib_are_refused() {
    let served = start(limits()).await;
    for (size, status) in [(30 * 1024, "HTTP/1.1 200"), (40 * 1024, "HTTP/1.1 431")] {
        let mut stream = served.connect().await;
        let request = format!("GET / HTTP/1.1\r\nHost: urna\r\nX-Long: {}\r\n\r\n", "x".repeat(size));
        // The refusal may come and the connection may close before all is sent.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut begin = [0; 12];
        timeout(PATIENCE, stream.read_exact(&mut begin)).await.unwrap().unwrap();
        assert_eq!(String::from_utf8_lossy(&begin), status);
    }
    served.end().await;
}

#[tokio::test]
async fn a_peer_that_takes_nothing_is_given_up() {
    let served = start(limits()).await;
    let mut stream = served.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: urna\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(400)).await;
    assert!(rest(&mut stream).await.len() < 64 << 20);
    served.end().await;
}

#[tokio::test]
async fn beyond_the_most_connections_the_next_one_waits() {
    let served = start(Limits { connections: 1, ..limits() }).await;
    let mut first = served.connect().await;
    first.write_all(REQUEST).await.unwrap();
    answer(&mut first).await;
    let mut second = served.connect().await;
    second.write_all(REQUEST).await.unwrap();
    assert!(timeout(Duration::from_millis(100), second.readable()).await.is_err(), "it is not its turn");
    drop(first);
    assert!(answer(&mut second).await.starts_with("HTTP/1.1 200"));
    served.end().await;
}

#[tokio::test]
async fn at_the_end_what_is_under_way_is_answered_and_what_is_idle_is_closed() {
    let served = start(limits()).await;
    let (mut busy, mut idle, mut late) = (served.connect().await, served.connect().await, served.connect().await);
    idle.write_all(REQUEST).await.unwrap();
    answer(&mut idle).await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: urna\r\n\r\n").await.unwrap();
    served.begun.notified().await;
    // The bytes have arrived, but perhaps unread.
    late.write_all(REQUEST).await.unwrap();

    served.stop.send_replace(true);
    assert_eq!(rest(&mut idle).await, b"");
    assert!(answer(&mut late).await.starts_with("HTTP/1.1 200"));
    assert!(!served.task.is_finished(), "a request is under way");
    served.go.notify_one();
    let text = answer(&mut busy).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("connection: close"), "{text}");
    let address = served.address;
    served.end().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

/// The operating system has made the connection and received the request; the accept loop has not seen either.
#[tokio::test]
async fn what_waits_at_the_end_is_taken_and_answered() {
    let served = start(limits()).await;
    tokio::task::yield_now().await;
    // Blocking, so that the accept loop cannot run between these lines.
    let mut stream = std::net::TcpStream::connect(served.address).unwrap();
    std::io::Write::write_all(&mut stream, REQUEST).unwrap();
    served.stop.send_replace(true);
    stream.set_nonblocking(true).unwrap();
    let mut stream = TcpStream::from_std(stream).unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    served.end().await;
}

#[tokio::test]
async fn what_takes_too_long_at_the_end_is_not_waited_for() {
    let served = start(Limits { drain: Duration::from_millis(100), ..limits() }).await;
    let mut busy = served.connect().await;
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: urna\r\n\r\n").await.unwrap();
    served.begun.notified().await;
    served.end().await;
}
