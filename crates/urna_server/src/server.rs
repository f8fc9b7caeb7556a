//! A running service: its listeners and background tasks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use urna_app::App;
use urna_app::mail::{MailWorker, Mailer};
use urna_web::WebConfig;

use crate::accept::{self, Limits};
use crate::exit::Stop;

mod tasks;

/// Time limit for the tasks to end, and then for the database to close.
const END: Duration = Duration::from_secs(3);

/// Enough for a few monitoring systems.
const METRICS_CONNECTIONS: u32 = 64;

/// The backlog of the listener; the kernel caps it at `net.core.somaxconn`, usually 4096 as well. When voting opens, a
/// whole hall connects within a second, and a client that finds no room retries only seconds later.
const BACKLOG: u32 = 4096;

/// Send buffer per connection, in bytes. By default the kernel takes megabytes for each of the thousands of clients
/// that may request and not read. This size allows two megabytes per second at a round trip of a tenth of a second.
const SEND_BUFFER: u32 = 128 * 1024;

/// Opens a port.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener, Stop> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // The port of an instance that has just ended can be bound again.
        socket.set_reuseaddr(true)?;
        // Accepted connections inherit this from the listener.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error| Stop::configuration(format!("cannot listen on {address}: {error}")))
}

/// The local address of a listener.
pub(crate) fn address_of(listener: &TcpListener) -> Result<SocketAddr, Stop> {
    listener.local_addr().map_err(|error| Stop::failed(format!("the listener has no address: {error}")))
}

/// A service that runs until it is stopped.
#[derive(Debug)]
pub(crate) struct Server {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    /// The accept loop of the service.
    service: JoinHandle<()>,
    /// The tasks that run until the last request has been answered.
    tasks: Vec<JoinHandle<()>>,
    stop_tasks: watch::Sender<bool>,
}

impl Server {
    /// Serves the application and starts its background tasks: sending mail, opening and closing on schedule, following
    /// the changes of other instances.
    pub(crate) fn start(app: Arc<App>, listener: TcpListener, web: WebConfig, mailer: Mailer) -> Self {
        let (stop, stopping) = watch::channel(false);
        let (stop_tasks, ending) = watch::channel(false);
        let answers = urna_web::service(Arc::clone(&app), web);
        let limits = Limits { connections: connections(), ..Limits::default() };
        let service = tokio::spawn(accept::serve(listener, answers, limits, stopping));
        let tasks = vec![
            tokio::spawn(tasks::send_mail(MailWorker::new(Arc::clone(&app), mailer), ending.clone())),
            tokio::spawn(tasks::keep_schedule(Arc::clone(&app), ending.clone())),
            tokio::spawn(tasks::tidy_up(Arc::clone(&app), ending.clone())),
            tokio::spawn(tasks::keep_closed_list(Arc::clone(&app), ending.clone())),
            tokio::spawn(tasks::record_failed_sign_ins(Arc::clone(&app), ending.clone())),
            tokio::spawn(tasks::keep_database(Arc::clone(&app), ending.clone())),
            tokio::spawn(tasks::follow_changes(Arc::clone(&app), ending)),
        ];
        Self { app, stop, service, tasks, stop_tasks }
    }

    /// Serves another router until the last request to the service has been answered.
    pub(crate) fn serve_beside(&mut self, listener: TcpListener, router: Router) {
        let limits = Limits { connections: METRICS_CONNECTIONS, drain: Duration::from_secs(1), ..Limits::default() };
        self.tasks.push(tokio::spawn(accept::serve(listener, router, limits, self.stop_tasks.subscribe())));
    }

    /// Shuts down: accepts no more connections, answers requests in progress, then stops the tasks and closes the
    /// database.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        if let Err(error) = self.service.await {
            tracing::error!(%error, "the accept loop did not end well");
        }
        self.stop_tasks.send_replace(true);
        for mut task in self.tasks {
            if timeout(END, &mut task).await.is_err() {
                task.abort();
            }
        }
        if timeout(END, self.app.close()).await.is_err() {
            tracing::warn!("the database took too long to be closed");
        }
    }
}

/// The maximum number of connections: the limit of file descriptors, less those for the database and files.
fn connections() -> u32 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 65_536;
    const OTHERS: u64 = 128;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    let raise = current.is_some_and(|current| current < wanted);
    // Shells and supervisors start programs with a low soft limit, which each may raise itself.
    let raised = raise && setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).is_ok();
    let files = if raised { wanted } else { current.unwrap_or(WANTED) };
    let most = Limits::default().connections;
    u32::try_from(files.saturating_sub(OTHERS)).unwrap_or(most).clamp(16, most)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    #[tokio::test]
    async fn a_crowd_finds_a_place_before_anybody_is_accepted() {
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = address_of(&listener).unwrap();
        // More than twice the default backlog, yet well below the limit of open files.
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(900)).unwrap();
        let crowd: Vec<TcpStream> = (0..400).map(connect).collect();
        assert_eq!(crowd.len(), 400);
    }
}
