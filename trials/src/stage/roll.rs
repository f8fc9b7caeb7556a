//! Rolls of any size, written in bulk.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use serde_json::json;
use sqlx::{PgPool, SqlitePool};
use urna_app::{Clock, random};
use urna_core::AttendeeId;
use urna_core::keys::{Keys, Token};
use urna_store::{Db, Pools};
use uuid::Uuid;

use super::{Plan, Voter};
use crate::database::fetch_all;

/// Rows per statement and transaction.
const BATCH: usize = 5_000;

/// The usual length of a session.
const SESSION_SECONDS: i64 = 12 * 3600;

/// The generation of a first personal link.
const GENERATION: u32 = 1;

/// An id for an ordinary row.
pub(super) fn id() -> Uuid {
    random::id(Clock::System.now())
}

/// Adds a conference that is on now and for long. Returns its row key.
pub(super) async fn add_conference(db: &Db, slug: &str) -> Result<i64> {
    const SQL: &str = "insert into conferences (uuid, slug, name, starts_on, ends_on, time_zone, languages, \
                       registration, listed_domains) values ($1, $2, 'Trial', '2026-01-01', '2099-12-31', \
                       'Europe/Brussels', '[\"en\"]', 'closed', '[]') returning id";
    let (number,) = match db.pools() {
        Pools::Sqlite { writer, .. } => {
            sqlx::query_as::<_, (i64,)>(SQL).bind(id()).bind(slug).fetch_one(writer).await?
        }
        Pools::Postgres(pool) => sqlx::query_as::<_, (i64,)>(SQL).bind(id()).bind(slug).fetch_one(pool).await?,
    };
    Ok(number)
}

/// Adds verified attendees to a roll. Returns them in the order of their rows. Without planned links none are stored,
/// which the service itself never does: then nobody can sign in by link.
pub async fn add_voters(db: &Db, keys: &Keys, conference: i64, plan: Plan) -> Result<Vec<Voter>> {
    let ids: Vec<Uuid> = std::iter::repeat_with(id).take(plan.attendees).collect();
    for ids in ids.chunks(BATCH) {
        insert_attendees(db, conference, ids).await?;
    }
    let numbers = numbers(db, conference).await?;
    let mut voters = Vec::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        let (mut sessions, mut links) = (Hashes::default(), Hashes::default());
        for id in ids {
            let key = *numbers.get(id).context("an attendee who was added has a row")?;
            let mut voter = Voter { id: *id, key, session: String::new(), link: None };
            if plan.sessions {
                let token = Token::new(random::bytes());
                sessions.push(key, token.hash());
                voter.session = token.reveal();
            }
            if plan.links {
                let token = keys.link.token(AttendeeId::new(*id), GENERATION);
                links.push(key, token.hash());
                voter.link = Some(token.reveal());
            }
            voters.push(voter);
        }
        let expires_at = Clock::System.now().plus_seconds(SESSION_SECONDS).as_micros();
        sessions.insert(db, Table::Sessions, expires_at).await?;
        links.insert(db, Table::Links, i64::from(GENERATION)).await?;
    }
    voters.sort_by_key(|voter| voter.key);
    Ok(voters)
}

async fn insert_attendees(db: &Db, conference: i64, ids: &[Uuid]) -> Result<()> {
    const COLUMNS: &str = "insert into attendees (uuid, conference_id, email, name, status, link_generation) ";
    match db.pools() {
        Pools::Sqlite { writer, .. } => {
            let sql = format!(
                "{COLUMNS}{}",
                "select unhex(value), $1, value || '@example.org', 'Voter ' || value, \
                                          'verified', $2 from json_each($3)"
            );
            let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(conference).bind(i64::from(GENERATION));
            query.bind(json!(ids).to_string()).execute(writer).await?;
        }
        Pools::Postgres(pool) => {
            let sql = format!(
                "{COLUMNS}{}",
                "select id, $1, id || '@example.org', 'Voter ' || id, 'verified', $2 \
                                          from unnest($3::uuid[]) as id"
            );
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(conference).bind(i64::from(GENERATION));
            query.bind(ids).execute(pool).await?;
        }
    }
    Ok(())
}

async fn numbers(db: &Db, conference: i64) -> Result<HashMap<Uuid, i64>> {
    const SQL: &str = "select uuid, id from attendees where conference_id = $1";
    Ok(fetch_all!(db, (Uuid, i64), SQL, conference)?.into_iter().collect())
}

/// Tables that assign a token's hash to somebody, together with one more number.
#[derive(Clone, Copy)]
enum Table {
    Sessions,
    Links,
}

impl Table {
    const fn columns(self) -> &'static str {
        match self {
            Self::Sessions => "insert into attendee_sessions (token_hash, attendee_id, expires_at) ",
            Self::Links => "insert into personal_links (token_hash, attendee_id, generation) ",
        }
    }
}

#[derive(Default)]
struct Hashes {
    attendees: Vec<i64>,
    hashes: Vec<[u8; 32]>,
}

impl Hashes {
    fn push(&mut self, attendee: i64, hash: [u8; 32]) {
        self.attendees.push(attendee);
        self.hashes.push(hash);
    }

    async fn insert(&self, db: &Db, table: Table, number: i64) -> Result<()> {
        if self.hashes.is_empty() {
            return Ok(());
        }
        match db.pools() {
            Pools::Sqlite { writer, .. } => self.insert_sqlite(writer, table, number).await,
            Pools::Postgres(pool) => self.insert_postgres(pool, table, number).await,
        }
    }

    async fn insert_sqlite(&self, pool: &SqlitePool, table: Table, number: i64) -> Result<()> {
        let sql = format!("{}{}", table.columns(), "select unhex(value ->> 0), value ->> 1, $1 from json_each($2)");
        // 32 bytes can be written like two UUIDs.
        let hex = |hash: &[u8; 32]| {
            let [first, second] =
                [0, 16].map(|from| Uuid::from_bytes(std::array::from_fn(|i| hash[from + i])).simple());
            format!("{first}{second}")
        };
        let rows: Vec<(String, i64)> = self.hashes.iter().map(hex).zip(self.attendees.iter().copied()).collect();
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(number).bind(json!(rows).to_string()).execute(pool).await?;
        Ok(())
    }

    async fn insert_postgres(&self, pool: &PgPool, table: Table, number: i64) -> Result<()> {
        let sql = format!(
            "{}{}",
            table.columns(),
            "select hash, attendee, $1 from unnest($2::bytea[], $3::bigint[]) \
                                              as t (hash, attendee)"
        );
        let hashes: Vec<&[u8]> = self.hashes.iter().map(<[u8; 32]>::as_slice).collect();
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(number).bind(hashes).bind(&self.attendees);
        query.execute(pool).await?;
        Ok(())
    }
}
