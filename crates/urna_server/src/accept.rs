//! The accept loop: connections with limits, and an end that answers what was accepted.

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

/// What a connection may take its time for.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// From the connection to the first byte.
    pub(crate) first_byte: Duration,
    /// From the first byte of a request to the end of its headers.
    pub(crate) headers: Duration,
    /// From an answer to the first byte of the next request.
    pub(crate) idle: Duration,
    /// Without taking a byte of an answer.
    pub(crate) stalled: Duration,
    /// The most bytes of headers.
    pub(crate) header_bytes: usize,
    /// The most connections; more wait to be accepted.
    pub(crate) connections: u32,
    /// At the end: how long what is under way may go on.
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

/// At the end: how long a connection may still begin its first request. It was accepted before, so its bytes may be
/// there without having been seen.
const LAST_CALL: Duration = Duration::from_millis(200);

/// The pause when no connection can be accepted, mostly for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What answers the requests of a connection.
pub(crate) trait Serve:
    Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

impl<S> Serve for S where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

/// Accepts connections until `stop` turns true, then answers what is under way. When this returns, every connection has
/// ended or has had [`Limits::drain`] to do so.
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
            // Nobody closes the semaphore.
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

    /// Takes the connections that the operating system has made already, and closes the port. It is asked directly: the
    /// runtime may not have noticed them yet.
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

/// What every connection is made with.
struct Connections<S> {
    room: Arc<Semaphore>,
    service: S,
    limits: Arc<Limits>,
    stop: watch::Receiver<bool>,
}

impl<S: Serve> Connections<S> {
    fn begin(&self, stream: TcpStream, peer: SocketAddr, room: OwnedSemaphorePermit) {
        // An answer is one write: it need not wait for more. Where the peer is gone already, its reads will say so.
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

/// Whether it is about one connection that was given up, and the next may be fine.
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
        // Whatever ends a connection early is the peer's doing, or a limit: nobody needs to hear of it.
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

/// Comes when the connection is to end.
async fn end_of(stop: &mut watch::Receiver<bool>, traffic: &Traffic) {
    let _ = stop.wait_for(|stop| *stop).await;
    if !traffic.has_begun() {
        tokio::time::sleep(LAST_CALL).await;
    }
}

#[cfg(test)]
mod tests;
