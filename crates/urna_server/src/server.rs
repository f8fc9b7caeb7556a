//! A running service: its listeners and the tasks beside them.

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

/// How long the tasks may take to come to an end, and the database after them.
const END: Duration = Duration::from_secs(3);

/// A monitoring system or two.
const METRICS_CONNECTIONS: u32 = 64;

/// How many connections the operating system makes before they are accepted, as far as its own limit goes
/// (`net.core.somaxconn`, usually the same): when voting opens a whole hall comes within a second, and who finds no place tries
/// again only seconds later.
const BACKLOG: u32 = 4096;

/// Bytes of an answer that the operating system takes for a connection before its client does. Left to itself it takes
/// megabytes of each that thousands of clients ask for and do not read; this suffices for two megabytes a second at a tenth of a
/// second's distance.
const SEND_BUFFER: u32 = 128 * 1024;

/// Opens a port.
pub(crate) fn listen(address: SocketAddr) -> Result<TcpListener, Stop> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // The port of an instance that has just ended is free.
        socket.set_reuseaddr(true)?;
        // Every connection has this from the listener.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|error| Stop::configuration(format!("cannot listen on {address}: {error}")))
}

/// Where a listener is.
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
    /// Everything that runs until the last request has been answered.
    tasks: Vec<JoinHandle<()>>,
    stop_tasks: watch::Sender<bool>,
}

impl Server {
    /// Serves the application, and does what it does by itself: sending mail, opening and closing on schedule,
    /// hearing of what other instances change.
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

    /// Serves something beside it, until the last request to the service has been answered.
    pub(crate) fn serve_beside(&mut self, listener: TcpListener, router: Router) {
        let limits = Limits { connections: METRICS_CONNECTIONS, drain: Duration::from_secs(1), ..Limits::default() };
        self.tasks.push(tokio::spawn(accept::serve(listener, router, limits, self.stop_tasks.subscribe())));
    }

    /// Ends: takes no more connections, answers what is under way, then stops the tasks and closes the database.
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

/// How many connections there may be: as many as there are file descriptors for, beside those of the database and files.
fn connections() -> u32 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    const WANTED: u64 = 65_536;
    const OTHERS: u64 = 128;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    let raise = current.is_some_and(|current| current < wanted);
    // Shells and supervisors start programs with a low limit that each may raise by itself.
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
        // Twice and more what a listener has that says nothing; of the files that a program may open, not too many.
        let connect = |_| TcpStream::connect_timeout(&address, Duration::from_millis(900)).unwrap();
        let crowd: Vec<TcpStream> = (0..400).map(connect).collect();
        assert_eq!(crowd.len(), 400);
    }
}
