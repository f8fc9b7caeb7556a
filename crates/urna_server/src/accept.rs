//! The accept loop: limits on every connection, and a shutdown that answers every accepted request.

mod head_timer;
mod socket;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::Service;
use tower::util::MapRequest;

use self::head_timer::HeadTimer;
use self::socket::{Socket, Traffic};

/// Time and size limits for connections.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// From the start of the connection to its first byte.
    pub(crate) first_byte: Duration,
    /// From the first byte of a request to the end of its headers.
    pub(crate) headers: Duration,
    /// From a response to the first byte of the next request.
    pub(crate) idle: Duration,
    /// Time for which the peer may take no byte of a response.
    pub(crate) stalled: Duration,
    /// Maximum size of a request's headers, in bytes.
    pub(crate) header_bytes: usize,
    /// Maximum number of connections; more wait to be accepted.
    pub(crate) connections: u32,
    /// At shutdown: time for requests in progress to finish.
    pub(crate) drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(10),
            headers: Duration::from_secs(5),
            idle: Duration::from_secs(75),
            stalled: Duration::from_secs(30),
            header_bytes: 32 * 1024,
            connections: 20_000,
            drain: Duration::from_secs(20),
        }
    }
}

/// At shutdown: time for an accepted connection to begin its first request. Its bytes may have arrived unread.
const LAST_CALL: Duration = Duration::from_millis(200);

/// Pause when accepting fails, usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A service that answers the requests of one connection.
pub(crate) trait Serve:
    Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

impl<S> Serve for S where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

/// Accepts connections until `stop` turns true, then finishes the requests in progress. When this returns, every
/// connection has ended or has had [`Limits::drain`] to do so.
pub(crate) async fn serve<S: Serve>(
    listener: TcpListener,
    service: S,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limits.connections as usize));
    let (drain, most) = (limits.drain, limits.connections);
    let connections = Connections { room: Arc::clone(&room), service, limits: Arc::new(limits), stop: stop.clone() };
    let accepting = Accepting { listener, connections };
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => {}
        () = accepting.run() => {}
    }
    if let Err(error) = accepting.take_what_waits() {
        tracing::warn!(%error, "the last connections could not be taken");
    }
    if tokio::time::timeout(drain, room.acquire_many(most)).await.is_err() {
        tracing::warn!("some requests took too long to be waited for");
    }
}

struct Accepting<S> {
    listener: TcpListener,
    connections: Connections<S>,
}

impl<S: Serve> Accepting<S> {
    async fn run(&self) {
        loop {
            // The semaphore is never closed.
            let Ok(room) = Arc::clone(&self.connections.room).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, peer)) => self.connections.begin(stream, peer, room),
                Err(error) if is_the_peers(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Accepts the connections that the operating system has already made, and closes the port. Asks the operating
    /// system directly: the runtime may not have noticed them yet.
    fn take_what_waits(self) -> io::Result<()> {
        let Self { listener, connections } = self;
        let listener = listener.into_std()?;
        while let Ok(room) = Arc::clone(&connections.room).try_acquire_owned() {
            let (stream, peer) = match listener.accept() {
                Ok(accepted) => accepted,
                Err(error) if is_the_peers(&error) => continue,
                Err(_) => break,
            };
            stream.set_nonblocking(true)?;
            connections.begin(TcpStream::from_std(stream)?, peer, room);
        }
        Ok(())
    }
}

/// State that every connection shares.
struct Connections<S> {
    room: Arc<Semaphore>,
    service: S,
    limits: Arc<Limits>,
    stop: watch::Receiver<bool>,
}

impl<S: Serve> Connections<S> {
    fn begin(&self, stream: TcpStream, peer: SocketAddr, room: OwnedSemaphorePermit) {
        // A response is one write and need not wait for more. If the peer is already gone, the next read reports it.
        let _ = stream.set_nodelay(true);
        let connection = Connection {
            stream,
            peer,
            service: self.service.clone(),
            limits: Arc::clone(&self.limits),
            stop: self.stop.clone(),
        };
        tokio::spawn(async move {
            connection.serve().await;
            drop(room);
        });
    }
}

/// Whether the error concerns one abandoned connection only, so that the next accept may succeed.
fn is_the_peers(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

struct Connection<S> {
    stream: TcpStream,
    peer: SocketAddr,
    service: S,
    limits: Arc<Limits>,
    stop: watch::Receiver<bool>,
}

impl<S: Serve> Connection<S> {
    async fn serve(self) {
        let Self { stream, peer, service, limits, mut stop } = self;
        let open = metrics::gauge!("urna_connections");
        open.increment(1);
        let traffic = Arc::new(Traffic::default());
        let socket = Socket::new(stream, Arc::clone(&traffic), limits.stalled);
        let mut http = http1::Builder::new();
        http.timer(HeadTimer::new(Arc::clone(&traffic), &limits))
            .header_read_timeout(limits.headers)
            .max_header_size(limits.header_bytes);
        let service = MapRequest::new(service, move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let mut connection = pin!(http.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)));
        // An early end is caused by the peer or by a limit: not worth logging.
        tokio::select! {
            biased;
            _ = connection.as_mut() => {}
            () = end_of(&mut stop, &traffic) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
        open.decrement(1);
    }
}

/// Completes when the connection has to end.
async fn end_of(stop: &mut watch::Receiver<bool>, traffic: &Traffic) {
    let _ = stop.wait_for(|stop| *stop).await;
    if !traffic.has_begun() {
        tokio::time::sleep(LAST_CALL).await;
    }
}

#[cfg(test)]
mod tests;
