//! The product behind its HTTP interface: instances on sockets, a clock that only tests move, and the actions of
//! people.

mod answer;
mod crowd;
mod people;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, header};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use tower::make::Shared;
use tower::util::MapRequest;
use urna_app::{App, AppConfig, Authority, Clock, ClosedList, start};
use urna_core::keys::{Keys, MasterSecret};
use urna_core::{Email, Role, Timestamp};
use urna_store::Db;
use urna_web::{PublicAnswers, WebConfig};

pub use answer::Answer;
pub use people::{Api, Ballot, Voter, tracker};

use crate::engine::Engine;
use crate::fixture::Fixture;
use crate::test_db::TestDb;

/// The password of every organiser in tests.
pub const PASSWORD: &str = "the heron stands in cold water";

/// The time at the beginning of a case: the evening of the vote.
pub const EVENING: &str = "2026-11-25T18:30:00Z";

/// The master secret of every instance in tests.
const SECRET: [u8; 32] = [7; 32];

/// One database, one instance in front of it, and a clock that only the test moves.
pub struct World {
    db: TestDb,
    first: Instance,
    clock: Clock,
}

/// A running instance.
pub struct Instance {
    app: Arc<App>,
    service: PublicAnswers,
    address: SocketAddr,
    server: JoinHandle<()>,
    db: Db,
    /// Contains the list of closed ballots.
    folder: TempDir,
}

/// A folder for an instance.
fn new_folder() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("urna-test-").tempdir()
}

impl Instance {
    /// Starts an instance on a free port of the loopback interface, which is its public address.
    pub async fn start(db: Db, clock: Clock) -> anyhow::Result<Self> {
        Self::start_in(new_folder()?, db, clock, None).await
    }

    /// The same in the folder of an earlier instance, or with another public address, as through a proxy.
    pub async fn start_in(folder: TempDir, db: Db, clock: Clock, public_url: Option<&str>) -> anyhow::Result<Self> {
        let keys = Keys::derive(&MasterSecret::new(SECRET));
        start::prepare(&db, &keys, &clock).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let public_url = public_url.map_or_else(|| format!("http://{address}"), str::to_owned);
        let secure = public_url.starts_with("https:");
        let config = AppConfig { public_url };
        let closed = ClosedList::open(folder.path().join("closed-ballots"), &keys.closed)?;
        let app = Arc::new(App::new(db.clone(), keys, clock, config, closed));
        app.prepare_closed().await.map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
        let service =
            urna_web::service(Arc::clone(&app), WebConfig { secure, trusted_proxies: vec!["127.0.0.0/8".parse()?] });
        // Requests seem to come from this machine, as through a local proxy.
        let served = Shared::new(MapRequest::new(service.clone(), |mut request: Request| {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            request
        }));
        let server = tokio::spawn(async move {
            // Runs until the case ends.
            let _ended = axum::serve(listener, served).await;
        });
        Ok(Self { app, service, address, server, db, folder })
    }

    /// The application, for actions outside the API, such as the schedule and the mail worker.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// A client of this instance that is not signed in.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(format!("http://{}", self.address))
    }

    /// Answers a request without a socket, so that a thousand can be in progress despite the limit of open files.
    ///
    /// # Panics
    /// If the request cannot be built.
    pub fn answer(&self, request: reqwest::RequestBuilder) -> impl Future<Output = Answer> + Send + 'static {
        let request = request.build().expect("a test's request can be built");
        let request = axum::http::Request::try_from(request).expect("a request of one library is one of the other");
        let mut request: Request = request.map(Body::new);
        // A client's connection adds this header.
        let host = HeaderValue::from_str(&self.address.to_string()).expect("an address is a host");
        request.headers_mut().entry(header::HOST).or_insert(host);
        let answered = self.service.clone().oneshot(request);
        async move {
            let (head, body) = answered.await.unwrap_or_else(|never| match never {}).into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.expect("an answer has a body that can be read");
            Answer::read(axum::http::Response::from_parts(head, body).into()).await
        }
    }

    /// The folder of the instance's data outside the database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends it as a crash would: nothing is finished.
    pub async fn stop(self) {
        drop(self.end().await);
    }

    /// Ends it the same way, and leaves its folder.
    pub async fn end(self) -> TempDir {
        self.server.abort();
        let _aborted = self.server.await;
        drop(self.app);
        let _late = tokio::time::timeout(std::time::Duration::from_secs(5), self.db.close()).await;
        self.folder
    }
}

impl World {
    /// The instance that every case has.
    #[must_use]
    pub const fn instance(&self) -> &Instance {
        &self.first
    }

    /// The application of that instance.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        self.first.app()
    }

    /// The database, for checks that need a look into it.
    #[must_use]
    pub const fn db(&self) -> &TestDb {
        &self.db
    }

    /// The engine of the database.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// A client that is not signed in.
    #[must_use]
    pub fn api(&self) -> Api {
        self.first.api()
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sets the clock of every instance.
    pub fn set_time(&self, at: Timestamp) {
        self.clock.set(at);
    }

    /// Advances the clock of every instance.
    pub fn pass_seconds(&self, seconds: i64) {
        self.clock.set(self.now().plus_seconds(seconds));
    }

    /// Another instance on the same database. On SQLite that is a second process's connections to the same file.
    pub async fn another_instance(&self) -> Instance {
        let db = self.db.another_instance(8).await.expect("a second instance connects");
        Instance::start(db, self.clock.clone()).await.expect("a second instance starts")
    }

    /// Another instance on the same database, in the folder of one that ended.
    pub async fn instance_in(&self, folder: TempDir) -> Instance {
        let db = self.db.another_instance(8).await.expect("an instance connects again");
        Instance::start_in(folder, db, self.clock.clone(), None).await.expect("an instance starts again")
    }

    /// Another instance on the same database, with this public address, as through a proxy.
    pub async fn instance_at(&self, public_url: &str) -> Instance {
        let db = self.db.another_instance(8).await.expect("a second instance connects");
        let folder = new_folder().expect("an instance has a folder");
        let started = Instance::start_in(folder, db, self.clock.clone(), Some(public_url)).await;
        started.expect("a second instance starts")
    }

    /// Creates an organiser with this role, and signs them in.
    pub async fn organiser(&self, role: Role) -> Api {
        let email = format!("{role}-{}@organisers.example", self.app().new_id());
        let parsed = Email::parse(&email).expect("the address is one");
        let password = urna_app::passwords::Password::new(PASSWORD.to_owned());
        let made = self.app().create_organiser(&Authority::host(), parsed, role, password).await;
        made.expect("an organiser is made");
        self.api().sign_in_organiser(&email, PASSWORD).await
    }
}

impl Fixture for World {
    async fn start(engine: Engine) -> anyhow::Result<Self> {
        let db = TestDb::start(engine).await?;
        let clock = Clock::fixed(EVENING.parse()?);
        let begun = async {
            let own = db.another_instance(16).await?;
            Instance::start(own, clock.clone()).await
        };
        match begun.await {
            Ok(first) => Ok(Self { db, first, clock }),
            Err(error) => {
                db.stop().await?;
                Err(error)
            }
        }
    }

    async fn stop(self) -> anyhow::Result<()> {
        self.first.stop().await;
        self.db.stop().await
    }
}
