//! The administrator also writes. After the publication they put the ballot back to open with one vote at a time, have
//! it closed through the API, and see which vote comes out.
//!
//! An instance that never heard of the close falls for it. Each run shows that: it deletes the list of closed ballots
//! and restarts the server before every question.

use std::fs;

use anyhow::{Context as _, Result};
use urna_store::{Db, Pools};
use urna_trials::database::fetch_all;

use super::evidence::{Arrival, Evidence, read_box};
use super::score::{self, Score};
use super::service::Service;
use crate::chance::Chance;

/// The name of the attack.
pub(super) const ATTACK: &str = "a closed ballot is put back, one vote at a time";

/// The number of voters: each costs a close, and without the list a start.
pub(super) const VOTERS: usize = 60;

/// Votes per second: few enough for nearly each to have its own transaction.
const RATE: u32 = 5;

macro_rules! execute {
    ($db:expr, $sql:expr $(, $bind:expr)*) => {
        match $db.pools() {
            Pools::Sqlite { writer, .. } => {
                sqlx::query($sql)$(.bind($bind))*.execute(writer).await?;
            }
            Pools::Postgres(pool) => {
                sqlx::query($sql)$(.bind($bind))*.execute(pool).await?;
            }
        }
    };
}

/// Asks about every vote of a ballot. With `forget` the instance has never heard of the close.
pub(super) async fn attack(service: &mut Service, chance: &mut Chance, forget: bool) -> Result<Score> {
    let (evidence, truth) = Box::pin(service.vote(chance, RATE, Some(VOTERS))).await?;
    let wrapped = evidence.wrapped.clone().context("the key of the ballot was not seen while it was open")?;
    let ballot = Ballot { number: evidence.ballot, wrapped };
    service.publish().await?;
    let mut told = Vec::with_capacity(evidence.arrivals.len());
    for arrival in &evidence.arrivals {
        if forget {
            // An instance that still knows the ballot would write it down again.
            service.kill()?;
            fs::remove_file(service.closed_file()).context("there was no list of closed ballots")?;
        }
        ballot.put_back(service.db(), arrival).await?;
        if forget {
            service.restart().await?;
        }
        service.try_to_close().await?;
        let came_out = read_box(service.db(), ballot.number).await?;
        let found = came_out.first().filter(|_| came_out.len() == 1);
        told.push(found.and_then(|row| evidence.rows.iter().position(|known| known.commitment == row.commitment)));
    }
    score::judge(&complete(&told, &evidence), &evidence, &truth)
}

/// Gives the others the remaining votes, in any order.
fn complete(told: &[Option<usize>], evidence: &Evidence) -> Vec<usize> {
    let mut left = (0..evidence.rows.len()).filter(|row| !told.contains(&Some(*row)));
    told.iter().map(|row| row.or_else(|| left.next()).unwrap_or_default()).collect()
}

struct Ballot {
    number: i64,
    wrapped: Vec<u8>,
}

impl Ballot {
    /// Restores the ballot as it was, but with this vote alone.
    async fn put_back(&self, db: &Db, arrival: &Arrival) -> Result<()> {
        const STATE: &str = "update ballots set state = 'open', closes_at = null, closed_at = null, eligible = null, \
                             voted = null, statement_sha256 = null where id = $1";
        const TABLES: [&str; 6] = [
            "delete from publications where ballot_id = $1",
            "delete from statements where ballot_id = $1",
            "delete from ballot_box where ballot_id = $1",
            "delete from participations where ballot_id = $1",
            "delete from ballot_inbox where ballot_id = $1",
            "delete from box_keys where ballot_id = $1",
        ];
        for sql in TABLES.into_iter().chain([STATE]) {
            execute!(db, sql, self.number);
        }
        execute!(db, "insert into box_keys (ballot_id, wrapped) values ($1, $2)", self.number, &self.wrapped);
        let took_part = "insert into participations (ballot_id, attendee_id) values ($1, $2)";
        execute!(db, took_part, self.number, arrival.attendee);
        let vote = "insert into ballot_inbox (ballot_id, slot, sealed) values ($1, $2, $3)";
        execute!(db, vote, self.number, &arrival.slot, &arrival.sealed);
        Ok(())
    }
}

/// The wrapped key of an open ballot, as stored in the database.
pub(super) async fn wrapped_key(db: &Db, ballot: i64) -> Result<Option<Vec<u8>>> {
    let rows = fetch_all!(db, (Vec<u8>,), "select wrapped from box_keys where ballot_id = $1", ballot)?;
    Ok(rows.into_iter().next().map(|(wrapped,)| wrapped))
}
