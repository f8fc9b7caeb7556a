//! Organisers, their sessions, and the fingerprint of the master secret.

use urna_core::{Email, OrganiserId, Role, Timestamp};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{OrCorrupt as _, StoreError};
use crate::key::{Key, Stored};

/// A person who runs conferences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organiser {
    /// Their id.
    pub id: OrganiserId,
    /// The address for signing in; unique among active organisers.
    pub email: Email,
    /// Their role.
    pub role: Role,
    /// The time of the appointment.
    pub created_at: Timestamp,
    /// The time when they were disabled, if they were; their id stays, for the audit log.
    pub disabled_at: Option<Timestamp>,
}

/// A session of an organiser, with the organiser.
#[derive(Debug, Clone)]
pub struct OrganiserSession {
    /// The organiser.
    pub organiser: Stored<Organiser>,
    /// The time of the last use.
    pub last_used_at: Timestamp,
    /// The time when it ends in any case.
    pub expires_at: Timestamp,
}

type Row = (i64, Uuid, String, String, i64, Option<i64>);

fn organiser((number, uuid, email, role, created_at, disabled_at): Row) -> Result<Stored<Organiser>, StoreError> {
    let value = Organiser {
        id: OrganiserId::new(uuid),
        email: Email::canonical(&email).or_corrupt("organisers.email")?,
        role: Role::parse(&role).or_corrupt("organisers.role")?,
        created_at: Timestamp::from_micros(created_at).or_corrupt("organisers.created_at")?,
        disabled_at: disabled_at.map(Timestamp::from_micros).transpose().or_corrupt("organisers.disabled_at")?,
    };
    Ok(Stored { key: Key::new(number), value })
}

/// Adds an organiser; `false` if an active one already has that address.
pub async fn insert_organiser(tx: &mut Tx, organiser: &Organiser, password_hash: &str) -> Result<bool, StoreError> {
    const SQL: &str = "insert into organisers (uuid, email, password_hash, role, created_at) \
                       values ($1, $2, $3, $4, $5) on conflict do nothing";
    let added = execute!(
        tx,
        SQL,
        organiser.id.uuid(),
        organiser.email.as_str(),
        password_hash,
        organiser.role.as_str(),
        organiser.created_at.as_micros()
    )?;
    Ok(added == 1)
}

/// The active organiser with this address, and the hash of their password.
pub async fn find_organiser_by_email(
    tx: &mut Tx,
    email: &Email,
) -> Result<Option<(Stored<Organiser>, String)>, StoreError> {
    const SQL: &str = "select id, uuid, email, role, created_at, disabled_at, password_hash from organisers \
                       where email = $1 and disabled_at is null";
    let row = fetch_optional!(tx, (i64, Uuid, String, String, i64, Option<i64>, String), SQL, email.as_str())?;
    row.map(|(a, b, c, d, e, f, hash)| Ok((organiser((a, b, c, d, e, f))?, hash))).transpose()
}

/// The organiser with this id, disabled or not.
pub async fn find_organiser(tx: &mut Tx, id: OrganiserId) -> Result<Option<Stored<Organiser>>, StoreError> {
    const SQL: &str = "select id, uuid, email, role, created_at, disabled_at from organisers where uuid = $1";
    fetch_optional!(tx, Row, SQL, id.uuid())?.map(organiser).transpose()
}

/// Every organiser, oldest first, starting after the id `after`; at most `limit`.
pub async fn list_organisers(
    tx: &mut Tx,
    after: Option<OrganiserId>,
    limit: u32,
) -> Result<Vec<Stored<Organiser>>, StoreError> {
    const SQL: &str = "select id, uuid, email, role, created_at, disabled_at from organisers \
                       where id > coalesce((select id from organisers where uuid = $1), 0) order by id limit $2";
    let rows = fetch_all!(tx, Row, SQL, after.map(OrganiserId::uuid), i64::from(limit))?;
    rows.into_iter().map(organiser).collect()
}

/// Disables an organiser and ends their sessions; `false` if no active organiser has the key.
pub async fn set_disabled(tx: &mut Tx, key: Key<Organiser>, at: Timestamp) -> Result<bool, StoreError> {
    const SQL: &str = "update organisers set disabled_at = $2 where id = $1 and disabled_at is null";
    let changed = execute!(tx, SQL, key.number(), at.as_micros())?;
    execute!(tx, "delete from organiser_sessions where organiser_id = $1", key.number())?;
    Ok(changed == 1)
}

/// Locks the rows of all active owners for this transaction and counts them, so that two concurrent requests cannot
/// remove the last one.
pub async fn lock_owners(tx: &mut Tx) -> Result<usize, StoreError> {
    // The no-op update locks the rows on PostgreSQL; SQLite's write transaction excludes others already.
    const SQL: &str = "update organisers set role = role where role = 'owner' and disabled_at is null";
    let owners = execute!(tx, SQL)?;
    usize::try_from(owners).or_corrupt("organisers")
}

/// Locks an organiser's row for the rest of the transaction, so that concurrent sign-ins follow each other.
pub async fn lock_organiser(tx: &mut Tx, key: Key<Organiser>) -> Result<(), StoreError> {
    execute!(tx, "update organisers set role = role where id = $1", key.number())?;
    Ok(())
}

/// Begins a session under the SHA-256 of its token.
pub async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    organiser: Key<Organiser>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into organiser_sessions (token_hash, organiser_id, last_used_at, expires_at) \
                       values ($1, $2, $3, $4)";
    execute!(tx, SQL, token_hash.as_slice(), organiser.number(), now.as_micros(), expires_at.as_micros())?;
    Ok(())
}

/// The session with this token hash, of an active organiser. The caller checks whether it has expired.
pub async fn find_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<OrganiserSession>, StoreError> {
    const SQL: &str = "select o.id, o.uuid, o.email, o.role, o.created_at, o.disabled_at, s.last_used_at, s.expires_at \
                       from organiser_sessions s join organisers o on o.id = s.organiser_id \
                       where s.token_hash = $1 and o.disabled_at is null";
    let row = fetch_optional!(tx, (i64, Uuid, String, String, i64, Option<i64>, i64, i64), SQL, token_hash.as_slice())?;
    row.map(|(a, b, c, d, e, f, last_used_at, expires_at)| {
        Ok(OrganiserSession {
            organiser: organiser((a, b, c, d, e, f))?,
            last_used_at: Timestamp::from_micros(last_used_at).or_corrupt("organiser_sessions.last_used_at")?,
            expires_at: Timestamp::from_micros(expires_at).or_corrupt("organiser_sessions.expires_at")?,
        })
    })
    .transpose()
}

/// One of the sessions of an organiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedSession {
    /// The SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// The time of the last use.
    pub last_used_at: Timestamp,
    /// The time when it ends in any case.
    pub expires_at: Timestamp,
}

/// The sessions of an organiser, oldest first.
pub async fn list_sessions(tx: &mut Tx, organiser: Key<Organiser>) -> Result<Vec<ListedSession>, StoreError> {
    const SQL: &str = "select token_hash, last_used_at, expires_at from organiser_sessions where organiser_id = $1 \
                       order by expires_at, token_hash";
    let rows = fetch_all!(tx, (Vec<u8>, i64, i64), SQL, organiser.number())?;
    rows.into_iter()
        .map(|(token_hash, last_used_at, expires_at)| {
            Ok(ListedSession {
                token_hash: token_hash.try_into().or_corrupt("organiser_sessions.token_hash")?,
                last_used_at: Timestamp::from_micros(last_used_at).or_corrupt("organiser_sessions.last_used_at")?,
                expires_at: Timestamp::from_micros(expires_at).or_corrupt("organiser_sessions.expires_at")?,
            })
        })
        .collect()
}

/// Ends the sessions of an organiser last used at `idle_since` or before, and all but the newest `keep` of the
/// others; returns how many it ended.
pub async fn delete_oldest_sessions(
    tx: &mut Tx,
    organiser: Key<Organiser>,
    keep: u32,
    idle_since: Timestamp,
) -> Result<u64, StoreError> {
    const SQL: &str = "delete from organiser_sessions where organiser_id = $1 and token_hash not in \
                       (select token_hash from organiser_sessions where organiser_id = $1 and last_used_at > $3 \
                       order by expires_at desc, token_hash limit $2)";
    execute!(tx, SQL, organiser.number(), i64::from(keep), idle_since.as_micros())
}

/// Records that a session was used.
pub async fn set_session_used(tx: &mut Tx, token_hash: &[u8; 32], at: Timestamp) -> Result<(), StoreError> {
    const SQL: &str = "update organiser_sessions set last_used_at = $2 where token_hash = $1";
    execute!(tx, SQL, token_hash.as_slice(), at.as_micros())?;
    Ok(())
}

/// Ends a session.
pub async fn delete_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    execute!(tx, "delete from organiser_sessions where token_hash = $1", token_hash.as_slice())?;
    Ok(())
}

/// Deletes the sessions that ended before `now`.
pub async fn delete_expired_sessions(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    execute!(tx, "delete from organiser_sessions where expires_at <= $1", now.as_micros())
}

/// The fingerprint of the master secret that this database is tied to, if any.
pub async fn find_secret_fingerprint(tx: &mut Tx) -> Result<Option<[u8; 32]>, StoreError> {
    let row = fetch_optional!(tx, (Vec<u8>,), "select secret_fingerprint from service where id = 1")?;
    row.map(|(bytes,)| bytes.try_into().or_corrupt("service.secret_fingerprint")).transpose()
}

/// Ties the database to a master secret; does nothing if it is tied already.
pub async fn insert_secret_fingerprint(tx: &mut Tx, fingerprint: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into service (id, secret_fingerprint, created_at) values (1, $1, $2) on conflict do nothing";
    execute!(tx, SQL, fingerprint.as_slice(), now.as_micros())?;
    Ok(())
}

/// The time when the database was tied to its master secret.
pub async fn find_service_start(tx: &mut Tx) -> Result<Option<Timestamp>, StoreError> {
    let row = fetch_optional!(tx, (i64,), "select created_at from service where id = 1")?;
    row.map(|(at,)| Timestamp::from_micros(at).or_corrupt("service.created_at")).transpose()
}
