//! The application: shared state of all use cases.

use urna_core::keys::Keys;
use urna_core::{BallotId, Timestamp, signed_note};
use urna_store::ballots::list_states;
use urna_store::changes::Changes;
use urna_store::organisers::find_service_start;
use urna_store::{Db, StoreError, Tx};

use crate::clock::Clock;
use crate::closed_list::ClosedList;
use crate::failed_sign_ins::FailedSignIns;
use crate::failure::Failure;
use crate::limits::Limits;
use crate::passwords::Passwords;
use crate::random;
use crate::sessions::Sessions;
use crate::voting::Queues;

/// An operator's settings for an instance.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// The public address of the service, without a slash at the end, such as `https://vote.example.org`.
    pub public_url: String,
}

/// The key for checking receipts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationKey {
    /// In the form of C2SP signed notes.
    pub vkey: String,
    /// SHA-256 of the public key, in hex.
    pub fingerprint: String,
    /// The time since which it signs.
    pub from: Timestamp,
}

/// Why an instance is not ready for requests.
#[derive(Debug)]
pub enum Unready {
    /// The database is away, or has another schema.
    Database(StoreError),
    /// An operator has to look into something.
    Attention {
        /// Ballots that were closed, although the database says otherwise.
        put_back: Vec<BallotId>,
        /// The list of closed ballots cannot be written.
        unwritten: bool,
    },
}

impl From<StoreError> for Unready {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

/// An instance. Its only state are connections, keys, votes on their way, and a cache that is told of changes:
/// several instances may share one PostgreSQL.
#[derive(Debug)]
pub struct App {
    pub(crate) db: Db,
    pub(crate) keys: Keys,
    pub(crate) clock: Clock,
    pub(crate) config: AppConfig,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) failed_sign_ins: FailedSignIns,
    pub(crate) queues: Queues,
    pub(crate) sessions: Sessions,
    pub(crate) closed: ClosedList,
}

impl App {
    /// Creates an instance. [`crate::start::prepare`] must have confirmed that the database belongs to this
    /// service. Before serving, the instance should learn which ballots are over ([`App::learn_closed`]).
    #[must_use]
    pub fn new(db: Db, keys: Keys, clock: Clock, config: AppConfig, closed: ClosedList) -> Self {
        Self {
            db,
            keys,
            clock,
            config,
            passwords: Passwords::start(),
            limits: Limits::default(),
            failed_sign_ins: FailedSignIns::default(),
            queues: Queues::default(),
            sessions: Sessions::default(),
            closed,
        }
    }

    /// The operator's settings.
    #[must_use]
    pub const fn config(&self) -> &AppConfig {
        &self.config
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The public half of the signing key, in the form of C2SP signed notes.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        signed_note::verifier_key(&self.keys.signing.verifying_key())
    }

    /// The public half of the signing key, and the time since which it signs.
    pub async fn find_verification_key(&self) -> Result<VerificationKey, Failure> {
        let key = self.keys.signing.verifying_key();
        let mut tx = self.read().await?;
        let from = find_service_start(&mut tx).await?.ok_or(StoreError::Corrupt("service"))?;
        Ok(VerificationKey { vkey: self.verifier_key(), fingerprint: signed_note::fingerprint(&key), from })
    }

    /// Listens for changes made by others, until the database is closed. Unless this runs, the instance caches nothing.
    pub async fn follow_changes(&self) {
        self.db.follow_changes().await;
    }

    /// Maintains the database beside the votes; meant to be called a few times a second.
    pub async fn checkpoint(&self) -> Result<(), Failure> {
        Ok(self.db.checkpoint().await?)
    }

    /// The latest changes, for anyone who caches public data.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        self.db.changes()
    }

    /// Succeeds if the database answers, takes writes and has this program's schema, and nothing else needs an
    /// operator.
    pub async fn check_ready(&self) -> Result<(), Unready> {
        self.db.check_writes().await?;
        urna_store::migrations::check(&self.db).await?;
        let known = self.closed.known();
        let mut tx = self.db.read().await?;
        self.closed.compare(&known, &list_states(&mut tx).await?);
        let (put_back, unwritten) = (self.closed.put_back(), self.closed.trouble().is_some());
        if unwritten || !put_back.is_empty() { Err(Unready::Attention { put_back, unwritten }) } else { Ok(()) }
    }

    /// The engine of the database, for logs and the terminal.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        self.db.engine()
    }

    /// How many casts of this instance wait for their answer.
    #[must_use]
    pub fn waiting_casts(&self) -> usize {
        self.queues.waiting()
    }

    /// Records the waiting votes and closes the connections, after the work under way.
    pub async fn close(&self) {
        self.queues.finish().await;
        if let Err(failure) = self.write_failed_sign_ins(true).await {
            tracing::warn!(?failure, "failed tries to sign in are not in the audit log");
        }
        self.db.close().await;
    }

    pub(crate) async fn read(&self) -> Result<Tx, Failure> {
        Ok(self.db.read().await?)
    }

    pub(crate) async fn write(&self) -> Result<Tx, Failure> {
        Ok(self.db.write().await?)
    }

    /// A fresh UUID for anything that is not part of a vote.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        random::id(self.now())
    }
}
