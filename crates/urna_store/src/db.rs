//! Connections and transactions.

use std::io::ErrorKind;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Postgres, Sqlite, Transaction};
use tokio::time::timeout;
use urna_core::Ballot;

use crate::changes::{Change, Changes, notify};
use crate::error::{CommitError, StoreError, ends_connection, is_busy, leads_nowhere};
use crate::hosts::{Era, Hosts, must_take_writes};
use crate::key::Key;

/// How long a caller waits for a connection before the database counts as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a transaction may take to begin before we check whether another server takes the writes now.
const HOST_PATIENCE: Duration = Duration::from_millis(500);

/// Wait between attempts to connect to a SQLite file that another process has locked.
const RETRY_PAUSE: Duration = Duration::from_millis(10);

/// How long emptying SQLite's log may block writers; if readers need longer, it is tried again.
const SQLITE_EMPTYING: Duration = Duration::from_millis(20);

/// Attempts at emptying the log before the last connection is closed.
const SQLITE_EMPTYING_TRIES: usize = 10;

/// Readers of one SQLite file: more than the cores of a small machine gain nothing.
const SQLITE_READERS: u32 = 4;

/// Cache of the SQLite writer, in KiB: the pages that one batch of votes touches.
const SQLITE_WRITER_CACHE: u32 = 2000;

/// Cache of each SQLite reader, in KiB; the operating system caches the rest of the file.
const SQLITE_READER_CACHE: u32 = 500;

/// Explicit, because an administrator may change the default: a read after taking a lock must see everything
/// committed by then, not a snapshot from the beginning of the transaction.
pub(crate) const BEGIN_POSTGRES: &str = "begin isolation level read committed";

/// Every statement finds its few rows through an index, so one generic plan serves all values; otherwise a batch of
/// votes would be planned anew each time. A plan also outlives the size of a table: made while a box is empty, a
/// plan that scans the whole table would go on scanning it for each vote once it has filled. A statement without an
/// index (the few ballots that are due) gets a cost high enough to trigger JIT, which does not pay for a few rows.
/// The time-out releases the locks of a process that stalls or vanishes in the middle of a transaction.
const ON_POSTGRES: &str = "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set jit = off; \
                           set idle_in_transaction_session_timeout = '60s'";

/// The address of the database, and the number of connections to it.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// `sqlite://FILE` or `postgres://…`.
    pub url: String,
    /// The most connections to PostgreSQL.
    pub postgres_connections: u32,
}

impl DbConfig {
    /// The address with the default number of connections.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), postgres_connections: 16 }
    }

    /// The address of a SQLite file.
    #[must_use]
    pub fn sqlite_file(path: &Path) -> Self {
        // In an address `?` starts the parameters, and `%` an escaped character.
        let path = path.display().to_string().replace('%', "%25").replace('?', "%3F");
        Self::new(format!("sqlite://{path}"))
    }
}

/// A database of one of the two engines.
#[derive(Debug, Clone)]
pub struct Db {
    pools: Pools,
    changes: Arc<Changes>,
    /// SQLite's log may still hold data deleted for secrecy. Initially unknown.
    log_has_secrets: Arc<AtomicBool>,
    /// Only on PostgreSQL.
    hosts: Option<Arc<Hosts>>,
    era: Era,
}

/// The connections to a database.
#[derive(Debug, Clone)]
pub enum Pools {
    /// One file with one writer, granted first come, first served (SQLite's own waiting is unfair).
    Sqlite {
        /// Sees the last committed state.
        readers: SqlitePool,
        /// One connection.
        writer: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// A transaction on one of the two engines. Dropping it rolls it back.
#[derive(Debug)]
pub struct Tx {
    pub(crate) connection: Connection,
    /// Changes to announce after the commit.
    changed: Vec<Change>,
    changes: Arc<Changes>,
    /// Deletes data that nobody may be able to read any more.
    pub(crate) forgets: bool,
    log_has_secrets: Arc<AtomicBool>,
    /// A statement failed. PostgreSQL then answers COMMIT with a rollback that looks like success.
    failed: bool,
    era: Era,
    /// The ballots whose shared locks it began with.
    pub(crate) casts_on: Vec<Key<Ballot>>,
}

#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens the database; creates a SQLite file if it does not exist. Does not check the schema.
    pub async fn connect(config: &DbConfig) -> Result<Self, StoreError> {
        if config.url.starts_with("sqlite:") {
            Self::connect_sqlite(&config.url).await
        } else if config.url.starts_with("postgres:") || config.url.starts_with("postgresql:") {
            Self::connect_postgres(config).await
        } else {
            Err(StoreError::Address("the database address must begin with sqlite:// or postgres://".to_owned()))
        }
    }

    async fn connect_postgres(config: &DbConfig) -> Result<Self, StoreError> {
        let era = Era::default();
        let hosts = Hosts::parse(&config.url, era.clone())?;
        let current = era.clone();
        let pool = PgPoolOptions::new()
            .max_connections(config.postgres_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // Tested when a transaction begins; see `begin_postgres`.
            .test_before_acquire(false)
            .before_acquire(move |_, connection| {
                let is_good = current.has(connection.age);
                Box::pin(async move { Ok(is_good) })
            })
            .after_connect(|connection, _| {
                Box::pin(async {
                    connection.execute(ON_POSTGRES).await?;
                    must_take_writes(connection).await
                })
            })
            .connect_lazy_with(hosts.first());
        let begun = Instant::now();
        while let Err(error) = hosts.choose(&pool).await {
            // Wait for a server that is starting, or a standby that is being promoted.
            let may_come = matches!(&error, sqlx::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused)
                || matches!(error, sqlx::Error::Configuration(_) | sqlx::Error::PoolTimedOut)
                || leads_nowhere(&error);
            if !may_come || begun.elapsed() > ACQUIRE_TIMEOUT {
                return Err(if matches!(error, sqlx::Error::Configuration(_)) {
                    StoreError::ReadOnly
                } else {
                    error.into()
                });
            }
            tokio::time::sleep(HOST_PATIENCE).await;
        }
        Ok(Self { hosts: Some(Arc::new(hosts)), era, ..Self::new(Pools::Postgres(pool)) })
    }

    async fn connect_sqlite(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|error| StoreError::Address(format!("the SQLite address cannot be read: {error}")))?
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(ACQUIRE_TIMEOUT)
            // Overwrite deleted data: the library's default is off.
            .pragma("secure_delete", "on")
            // One GiB. The commit that reaches it moves the whole log into the file before it answers, which takes
            // longer than closing a large ballot. So this only matters if nothing else does it alongside: see
            // `checkpoint`.
            .pragma("wal_autocheckpoint", "262144")
            // Keep the undo data of statements in memory, not in a temporary file for each batch.
            .pragma("temp_store", "memory");
        let pool = |connections| {
            let options = SqlitePoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT);
            // A connection in the process needs no test. But when a commit fails for lack of space, SQLite rolls
            // back by itself and the connection does not know it: it would refuse every later transaction. Asking
            // it lets a dropped transaction end; a connection that is still in one afterwards is such a case.
            options.test_before_acquire(false).before_acquire(|connection, _| {
                Box::pin(async {
                    if connection.is_in_transaction() {
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
        };
        let cached = |kibibytes: u32| options.clone().pragma("cache_size", format!("-{kibibytes}"));
        let writer = until_free(|| pool(1).connect_with(cached(SQLITE_WRITER_CACHE))).await?;
        let readers = pool(SQLITE_READERS).connect_with(cached(SQLITE_READER_CACHE)).await?;
        Ok(Self::new(Pools::Sqlite { readers, writer }))
    }

    fn new(pools: Pools) -> Self {
        let (hosts, era) = (None, Era::default());
        Self { pools, changes: Arc::default(), log_has_secrets: Arc::new(true.into()), hosts, era }
    }

    /// The connections, for work outside this crate.
    #[must_use]
    pub const fn pools(&self) -> &Pools {
        &self.pools
    }

    /// The latest changes, for anyone who caches what was read.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Listens for changes made by others, until the database is closed. Unless this runs, nothing may be cached.
    pub async fn follow_changes(&self) {
        match &self.pools {
            Pools::Sqlite { writer, .. } => self.changes.follow_sqlite(writer).await,
            Pools::Postgres(pool) => self.changes.follow_postgres(pool).await,
        }
    }

    /// The name of the engine, for logs.
    #[must_use]
    pub const fn engine(&self) -> &'static str {
        match &self.pools {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Moves committed changes from SQLite's log into the file, as far as readers allow, without stopping the
    /// writer; called regularly, it keeps the log short and commits evenly fast. It also empties a log that still
    /// holds the votes and the key of a ballot closed since; in the file they are already overwritten. Does nothing
    /// on PostgreSQL.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let Pools::Sqlite { readers, writer } = &self.pools else { return Ok(()) };
        sqlx::query("pragma wal_checkpoint(passive)").execute(readers).await?;
        if self.log_has_secrets.swap(false, Ordering::Relaxed) {
            let emptied = empty_log(writer).await;
            if !matches!(emptied, Ok(true)) {
                self.log_has_secrets.store(true, Ordering::Relaxed);
            }
            emptied?;
        }
        Ok(())
    }

    /// Whether the database is one file with one writer.
    #[must_use]
    pub const fn is_one_file(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Begins a read-only transaction. On SQLite it sees one moment; on PostgreSQL each statement sees its own.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let connection = match &self.pools {
            Pools::Sqlite { readers, .. } => Connection::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Connection::Postgres(self.begin_postgres(pool, BEGIN_POSTGRES).await?),
        };
        Ok(self.tx(connection))
    }

    /// Begins a transaction that may write. On SQLite it excludes every other writer from here on
    /// (`begin immediate`; without it, a transaction that starts writing later may fail at once, whatever the
    /// time-out).
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let connection = match &self.pools {
            Pools::Sqlite { writer, .. } => Connection::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => Connection::Postgres(self.begin_postgres(pool, BEGIN_POSTGRES).await?),
        };
        Ok(self.tx(connection))
    }

    /// Begins a transaction. An idle connection of the pool may have died; `begin` is the first message on it, so
    /// another can still be tried.
    pub(crate) async fn begin_postgres(
        &self,
        pool: &PgPool,
        statement: &str,
    ) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let mut others = pool.size();
        loop {
            match self.begin_anywhere(pool, statement).await {
                Err(error) if others > 0 && ends_connection(&error) => others -= 1,
                begun => return begun,
            }
        }
    }

    /// Begins a transaction on the server that takes writes. If that is slow or fails, another server may have
    /// taken over.
    async fn begin_anywhere(
        &self,
        pool: &PgPool,
        statement: &str,
    ) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        let begin = || pool.begin_with(AssertSqlSafe(statement.to_owned()));
        let Some(hosts) = self.hosts.as_ref().filter(|hosts| hosts.are_several()) else { return begin().await };
        let mut begun = std::pin::pin!(begin());
        loop {
            let tried = timeout(HOST_PATIENCE, &mut begun).await;
            if let Ok(Ok(begun)) = tried {
                return Ok(begun);
            }
            match (hosts.choose(pool).await, tried) {
                (Ok(true), _) => begun.set(begin()),
                (_, Ok(done)) => return done,
                (_, Err(_)) => {}
            }
        }
    }

    pub(crate) fn tx(&self, connection: Connection) -> Tx {
        let (changes, log_has_secrets) = (Arc::clone(&self.changes), Arc::clone(&self.log_has_secrets));
        let (changed, casts_on) = (Vec::new(), Vec::new());
        Tx {
            connection,
            changed,
            changes,
            forgets: false,
            log_has_secrets,
            failed: false,
            era: self.era.clone(),
            casts_on,
        }
    }

    /// Succeeds if the database takes writes.
    pub async fn check_writes(&self) -> Result<(), StoreError> {
        if self.is_one_file() {
            return self.write().await.map(drop);
        }
        let mut tx = self.read().await?;
        let (read_only,) = fetch_one!(tx, (String,), "select current_setting('transaction_read_only')")?;
        if read_only == "off" {
            return Ok(());
        }
        self.era.end();
        Err(StoreError::ReadOnly)
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut tx = self.read().await?;
        let (_one,) = fetch_one!(tx, (i64,), "select cast(1 as bigint)")?;
        Ok(())
    }

    /// Closes every connection, after the work under way.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { readers, writer } => {
                // If other processes have the file open, closing does not empty the log.
                for _ in 0..SQLITE_EMPTYING_TRIES {
                    if self.checkpoint().await.is_err() || !self.log_has_secrets.load(Ordering::Relaxed) {
                        break;
                    }
                }
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Moves the whole log into the file and truncates it, unless a reader blocks that for too long; returns whether it
/// did.
async fn empty_log(writer: &SqlitePool) -> Result<bool, StoreError> {
    let mut connection = writer.acquire().await?;
    let patience = |limit: Duration| AssertSqlSafe(format!("pragma busy_timeout = {}", limit.as_millis()));
    connection.execute(patience(SQLITE_EMPTYING)).await?;
    let emptied: Result<(i64, i64, i64), _> =
        sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut *connection).await;
    connection.execute(patience(ACQUIRE_TIMEOUT)).await?;
    let (busy, ..) = emptied?;
    Ok(busy == 0)
}

/// Connects to a SQLite file that others may be creating. Turning on the log takes the file exclusively for a
/// moment, and fails at once if it is locked, whatever the time-out.
async fn until_free<F>(connect: impl Fn() -> F) -> Result<SqlitePool, sqlx::Error>
where
    F: Future<Output = Result<SqlitePool, sqlx::Error>>,
{
    let begun = Instant::now();
    loop {
        match connect().await {
            Err(error) if is_busy(&error) && begun.elapsed() < ACQUIRE_TIMEOUT => {
                tokio::time::sleep(RETRY_PAUSE).await;
            }
            connected => return connected,
        }
    }
}

impl Tx {
    /// Notes a change to cached data.
    pub(crate) fn change(&mut self, change: Change) {
        if !self.changed.contains(&change) {
            self.changed.push(change);
        }
    }

    /// Notes a failed statement: the transaction can then not be committed. If the connection leads to a server
    /// that takes no writes, all connections of its age are replaced.
    pub(crate) fn note<T>(&mut self, done: &Result<T, sqlx::Error>) {
        let Err(error) = done else { return };
        self.failed = true;
        if leads_nowhere(error) {
            self.era.end();
        }
    }

    /// Commits durably: SQLite has synced its log, PostgreSQL has flushed its own, when this returns `Ok`.
    ///
    /// # Errors
    /// A transaction in which a statement failed is rolled back, even if the caller ignored the failure.
    pub async fn commit(self) -> Result<(), CommitError> {
        if self.failed {
            let failed = "a statement of the transaction failed";
            return Err(CommitError::RolledBack(sqlx::Error::Protocol(failed.to_owned())));
        }
        let committed = match self.connection {
            Connection::Sqlite(transaction) => transaction.commit().await,
            Connection::Postgres(mut transaction) => {
                let told = notify(&mut transaction, &self.changed).await;
                let committed = match told {
                    Ok(()) => transaction.commit().await,
                    Err(error) => {
                        if leads_nowhere(&error) {
                            self.era.end();
                        }
                        return Err(CommitError::RolledBack(error));
                    }
                };
                if committed.as_ref().is_err_and(leads_nowhere) {
                    self.era.end();
                }
                committed
            }
        };
        let committed = committed.map_err(CommitError::new);
        if !matches!(committed, Err(CommitError::RolledBack(_))) {
            self.log_has_secrets.fetch_or(self.forgets, Ordering::Relaxed);
            for change in self.changed {
                self.changes.hear(change);
            }
        }
        committed
    }
}
