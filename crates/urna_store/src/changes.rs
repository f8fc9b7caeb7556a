//! Tells an instance when its cached data is out of date.
//!
//! A transaction that changes cached data announces it. This instance hears of it at the commit; the others hear
//! through PostgreSQL's `NOTIFY`, which is part of the commit. A SQLite file has only one serving process, but a
//! command on the server may write to it too. SQLite's `data_version` shows that another connection has written, so
//! it is polled.
//!
//! The cache has a **lease**: it may be used only for a second after the last proof that news gets through. If
//! nobody follows the changes ([`crate::Db::follow_changes`]), nothing is cached. Data that decides about a cast is
//! never cached.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgListener, PgPool};
use sqlx::sqlite::SqlitePool;
use sqlx::{Executor as _, PgConnection};
use tokio::time::{sleep, timeout, timeout_at};
use urna_core::Attendee;

use crate::key::Key;

/// How long the cache may be used after the last proof that news gets through.
const LEASE: Duration = Duration::from_secs(1);
/// How often to renew that proof: a few times within a lease, so that one late answer does not matter.
const HEARTBEAT: Duration = Duration::from_millis(250);
/// Wait after a failure.
const PAUSE: Duration = Duration::from_millis(200);
/// The most attendees whose changes are tracked one by one; beyond that, all count as changed.
const MOST_ATTENDEES: usize = 10_000;
/// The channel on PostgreSQL.
const CHANNEL: &str = "urna";

/// Something cacheable that a transaction changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// Public data of ballots and conferences.
    Public,
    /// A person: standing, personal link, sessions.
    Attendee(Key<Attendee>),
    /// All of that.
    Everything,
}

impl Change {
    fn payload(self) -> String {
        match self {
            Self::Public => "public".to_owned(),
            Self::Attendee(key) => format!("attendee {key}"),
            Self::Everything => "everything".to_owned(),
        }
    }

    /// An unknown message, such as one from a newer version, may mean any change.
    fn parse(payload: &str) -> Self {
        match payload.split_once(' ') {
            None if payload == "public" => Self::Public,
            Some(("attendee", key)) => key.parse().map_or(Self::Everything, |key| Self::Attendee(Key::new(key))),
            _ => Self::Everything,
        }
    }
}

/// A moment in the order of changes. Take it before reading data to cache. The default is the moment before the
/// first change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeMark(u64);

/// The latest changes, and whether this instance can know of all of them.
#[derive(Debug)]
pub struct Changes {
    latest: RwLock<Latest>,
    born: Instant,
    /// Microseconds after `born` until which the lease runs.
    lease: AtomicU64,
}

/// The numbers of the latest changes.
#[derive(Debug, Default)]
struct Latest {
    number: u64,
    public: u64,
    people: u64,
    attendees: HashMap<Key<Attendee>, u64>,
}

impl Default for Changes {
    fn default() -> Self {
        Self { latest: RwLock::default(), born: Instant::now(), lease: AtomicU64::new(0) }
    }
}

impl Changes {
    fn latest(&self) -> RwLockReadGuard<'_, Latest> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_leased(&self) -> bool {
        u128::from(self.lease.load(Ordering::Acquire)) > self.born.elapsed().as_micros()
    }

    /// The mark to cache with data that is about to be read; `None` if nothing may be cached.
    #[must_use]
    pub fn mark(&self) -> Option<ChangeMark> {
        self.is_leased().then(|| ChangeMark(self.latest().number))
    }

    /// Whether data about a person, read after this mark, is still current.
    #[must_use]
    pub fn is_attendee_as_of(&self, attendee: Key<Attendee>, mark: ChangeMark) -> bool {
        let latest = self.latest();
        let changed = latest.attendees.get(&attendee).copied().unwrap_or(0).max(latest.people);
        self.is_leased() && changed <= mark.0
    }

    /// Whether public data, read after this mark, is still current.
    #[must_use]
    pub fn is_public_as_of(&self, mark: ChangeMark) -> bool {
        self.is_leased() && self.latest().public <= mark.0
    }

    pub(crate) fn hear(&self, change: Change) {
        let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        latest.number += 1;
        let number = latest.number;
        match change {
            Change::Public => latest.public = number,
            Change::Attendee(key) if latest.attendees.len() < MOST_ATTENDEES => {
                latest.attendees.insert(key, number);
            }
            Change::Attendee(_) => {
                latest.attendees.clear();
                latest.people = number;
            }
            Change::Everything => {
                latest.attendees.clear();
                (latest.public, latest.people) = (number, number);
            }
        }
    }

    /// Extends the lease: at `at`, all news had arrived.
    fn confirm(&self, at: Instant) {
        let until = (at + LEASE).duration_since(self.born).as_micros();
        self.lease.store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Release);
    }

    /// Follows the changes of all instances until the pool is closed.
    pub(crate) async fn follow_postgres(&self, pool: &PgPool) {
        while !pool.is_closed() {
            if let Err(error) = self.hear_postgres(pool).await {
                tracing::debug!(%error, "the changes of other instances cannot be heard");
            }
            // No news until the next connection. The cache expires with the lease, at the latest; on reconnecting,
            // everything counts as changed.
            sleep(PAUSE).await;
        }
    }

    async fn hear_postgres(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        self.hear(Change::Everything);
        loop {
            let asked = Instant::now();
            let answered = timeout(LEASE, listener.execute("select 1")).await;
            answered.map_err(|_| sqlx::Error::PoolTimedOut)??;
            while let Some(news) = listener.next_buffered() {
                self.hear(Change::parse(news.payload()));
            }
            self.confirm(asked);
            let next = asked + HEARTBEAT;
            while let Ok(news) = timeout_at(next.into(), listener.try_recv()).await {
                match news? {
                    Some(news) => self.hear(Change::parse(news.payload())),
                    None => return Ok(()),
                }
            }
        }
    }

    /// Polls for writes by others to the file, until the pool is closed.
    pub(crate) async fn follow_sqlite(&self, writer: &SqlitePool) {
        let mut seen = None;
        while !writer.is_closed() {
            let asked = Instant::now();
            // On the writing connection: `data_version` does not change by a connection's own writes.
            match sqlx::query_scalar::<_, i64>("pragma data_version").fetch_one(writer).await {
                Ok(version) => {
                    if seen.replace(version) != Some(version) {
                        self.hear(Change::Everything);
                    }
                    self.confirm(asked);
                }
                Err(error) => tracing::debug!(%error, "cannot check whether others write to the file"),
            }
            sleep(HEARTBEAT).await;
        }
    }
}

/// Makes the commit of this transaction notify the other instances.
pub(crate) async fn notify(connection: &mut PgConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    for change in changes {
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(change.payload()).execute(&mut *connection).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Changes {
        let changes = Changes::default();
        changes.confirm(Instant::now());
        changes
    }

    #[test]
    fn without_a_lease_there_is_no_memory() {
        let changes = changes();
        let mark = changes.mark().unwrap();
        assert!(changes.is_public_as_of(mark) && changes.is_attendee_as_of(Key::new(1), mark));
        changes.lease.store(0, Ordering::Release);
        assert!(!changes.is_public_as_of(mark) && !changes.is_attendee_as_of(Key::new(1), mark));
        assert_eq!(changes.mark(), None);
    }

    #[test]
    fn a_change_ends_what_was_read_before_it() {
        let changes = changes();
        let before = changes.mark().unwrap();
        changes.hear(Change::Attendee(Key::new(1)));
        assert!(!changes.is_attendee_as_of(Key::new(1), before));
        assert!(changes.is_attendee_as_of(Key::new(2), before) && changes.is_public_as_of(before));
        let after = changes.mark().unwrap();
        assert!(changes.is_attendee_as_of(Key::new(1), after));
        changes.hear(Change::Public);
        assert!(!changes.is_public_as_of(after) && changes.is_attendee_as_of(Key::new(1), after));
        changes.hear(Change::Everything);
        assert!(!changes.is_attendee_as_of(Key::new(2), after));
    }

    #[test]
    fn many_changes_are_all_of_them() {
        let changes = changes();
        let before = changes.mark().unwrap();
        for key in 0..=10_001 {
            changes.hear(Change::Attendee(Key::new(key)));
        }
        assert!(!changes.is_attendee_as_of(Key::new(99_999), before));
        assert!(changes.latest().attendees.len() <= MOST_ATTENDEES);
    }

    #[test]
    fn a_change_is_read_as_it_was_sent() {
        for change in [Change::Public, Change::Attendee(Key::new(42)), Change::Everything] {
            assert_eq!(Change::parse(&change.payload()), change);
        }
        for unknown in ["", "attendee", "attendee x", "ballot 1", "public 2"] {
            assert_eq!(Change::parse(unknown), Change::Everything, "{unknown}");
        }
    }
}
