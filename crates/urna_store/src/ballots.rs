//! Ballots: definitions, states, schedules and histories. Votes are in [`crate::ballot_box`].

use std::sync::Arc;

use urna_core::ballot::{BallotSummary, Closing};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::HistoryLine;
use urna_core::{
    Ballot, BallotId, CandidateId, Conference, ConferenceId, Frozen, Manifest, Schedule, Sha256Hash, Slug, State,
    StateName, Timestamp,
};
use uuid::Uuid;

use crate::changes::Change;
use crate::db::Tx;
use crate::definitions::frozen_definition;
use crate::error::{OrCorrupt as _, StoreError, unless_taken};
use crate::key::{Key, Stored};
use crate::lock::{BallotLock, Exclusive};

/// A ballot and the row of its conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfConference {
    /// The ballot.
    pub ballot: Stored<Ballot>,
    /// The conference whose roll votes on it.
    pub conference: Key<Conference>,
}

type Time = Option<i64>;

named_row! { Row
    id: i64,
    uuid: Uuid,
    conference_id: i64,
    conference_uuid: Uuid,
    slug: String,
    definition: String,
    state: String,
    planned_for: Time,
    opens_at: Time,
    closes_at: Time,
    manifest: Option<Vec<u8>>,
    closed_at: Time,
    eligible: Option<i64>,
    voted: Option<i64>,
    statement_sha256: Option<Vec<u8>>,
    cancel_reason: Option<String>,
    version: Option<i64>,
}

macro_rules! columns {
    ($sql:literal) => {
        concat!(
            "select b.id, b.uuid, b.conference_id, c.uuid as conference_uuid, b.slug, b.definition, b.state, \
             b.planned_for, b.opens_at, b.closes_at, b.manifest, b.closed_at, b.eligible, b.voted, \
             b.statement_sha256, b.cancel_reason, \
             (select max(version) from publications p where p.ballot_id = b.id) as version \
             from ballots b join conferences c on c.id = b.conference_id ",
            $sql
        )
    };
}

fn time(micros: Time, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
    micros.map(Timestamp::from_micros).transpose().or_corrupt(column)
}

fn count(number: Option<i64>, column: &'static str) -> Result<u64, StoreError> {
    number.and_then(|number| u64::try_from(number).ok()).or_corrupt(column)
}

fn of_conference(row: Row) -> Result<OfConference, StoreError> {
    let frozen = row.manifest.map(Manifest::from_stored).map(Frozen::from);
    let name = StateName::parse(&row.state).or_corrupt("ballots.state")?;
    let statement = row.statement_sha256.and_then(|hash| hash.try_into().ok());
    let closing = || {
        Ok::<_, StoreError>(Closing {
            at: time(row.closed_at, "ballots.closed_at")?.or_corrupt("ballots.closed_at")?,
            eligible: count(row.eligible, "ballots.eligible")?,
            voted: count(row.voted, "ballots.voted")?,
            statement: statement.map(Sha256Hash::new).or_corrupt("ballots.statement_sha256")?,
        })
    };
    let fixed = |frozen: Option<Frozen>| frozen.or_corrupt("ballots.manifest");
    let state = match name {
        StateName::Draft => State::Draft,
        StateName::Ready => State::Ready(fixed(frozen)?),
        StateName::Open => State::Open(fixed(frozen)?),
        StateName::Paused => State::Paused(fixed(frozen)?),
        StateName::Closed => State::Closed(fixed(frozen)?, closing()?),
        StateName::Published => {
            let version =
                row.version.and_then(|version| u32::try_from(version).ok()).or_corrupt("publications.version")?;
            State::Published(fixed(frozen)?, closing()?, version)
        }
        StateName::Cancelled => {
            State::Cancelled { frozen, reason: row.cancel_reason.or_corrupt("ballots.cancel_reason")? }
        }
    };
    let id = BallotId::new(row.uuid);
    let definition = match state.frozen() {
        Some(frozen) => frozen_definition(id, frozen)?,
        None => Arc::new(serde_json::from_str(&row.definition).or_corrupt("ballots.definition")?),
    };
    let ballot = Ballot {
        id,
        conference: ConferenceId::new(row.conference_uuid),
        slug: Slug::parse(&row.slug).or_corrupt("ballots.slug")?,
        definition,
        schedule: Schedule {
            planned_for: time(row.planned_for, "ballots.planned_for")?,
            opens_at: time(row.opens_at, "ballots.opens_at")?,
            closes_at: time(row.closes_at, "ballots.closes_at")?,
        },
        state,
    };
    Ok(OfConference {
        ballot: Stored { key: Key::new(row.id), value: ballot },
        conference: Key::new(row.conference_id),
    })
}

fn definition_text(ballot: &Ballot) -> Result<String, StoreError> {
    serde_json::to_string(&*ballot.definition).or_corrupt("ballots.definition")
}

fn micros(time: Option<Timestamp>) -> Time {
    time.map(Timestamp::as_micros)
}

/// Adds a draft; `false` if the slug is taken in that conference.
pub async fn insert_ballot(tx: &mut Tx, conference: Key<Conference>, ballot: &Ballot) -> Result<bool, StoreError> {
    const SQL: &str = "insert into ballots (uuid, conference_id, slug, definition, state, planned_for, opens_at, \
                       closes_at) values ($1, $2, $3, $4, 'draft', $5, $6, $7) on conflict do nothing";
    tx.change(Change::Public);
    let added = execute!(
        tx,
        SQL,
        ballot.id.uuid(),
        conference.number(),
        ballot.slug.as_str(),
        definition_text(ballot)?,
        micros(ballot.schedule.planned_for),
        micros(ballot.schedule.opens_at),
        micros(ballot.schedule.closes_at)
    )?;
    Ok(added == 1)
}

/// Replaces slug, definition and schedule of a draft; `false` if another ballot of the conference has the slug.
pub async fn set_draft(tx: &mut Tx, lock: &BallotLock<Exclusive>, ballot: &Ballot) -> Result<bool, StoreError> {
    const SQL: &str = "update ballots set slug = $2, definition = $3, planned_for = $4, opens_at = $5, closes_at = $6 \
                       where id = $1 and not exists (select 1 from ballots o where o.slug = $2 and o.id <> $1 \
                       and o.conference_id = ballots.conference_id)";
    tx.change(Change::Public);
    unless_taken(execute!(
        tx,
        SQL,
        lock.ballot.number(),
        ballot.slug.as_str(),
        definition_text(ballot)?,
        micros(ballot.schedule.planned_for),
        micros(ballot.schedule.opens_at),
        micros(ballot.schedule.closes_at)
    ))
}

/// Puts a ballot into a state, with that state's data.
pub async fn set_state(tx: &mut Tx, lock: &BallotLock<Exclusive>, state: &State) -> Result<(), StoreError> {
    const SQL: &str = "update ballots set state = $2, manifest = $3, closed_at = $4, eligible = $5, voted = $6, \
                       statement_sha256 = $7, cancel_reason = $8 where id = $1";
    tx.change(Change::Public);
    let as_count = |number: u64| i64::try_from(number).or_corrupt("ballots.voted");
    let closing = state.closing();
    let reason = if let State::Cancelled { reason, .. } = state { Some(reason.as_str()) } else { None };
    execute!(
        tx,
        SQL,
        lock.ballot.number(),
        state.name().as_str(),
        state.frozen().map(|frozen| frozen.manifest.as_bytes()),
        closing.map(|closing| closing.at.as_micros()),
        closing.map(|closing| as_count(closing.eligible)).transpose()?,
        closing.map(|closing| as_count(closing.voted)).transpose()?,
        closing.map(|closing| closing.statement.as_bytes().as_slice()),
        reason
    )?;
    Ok(())
}

/// Sets, moves or removes the closing time.
pub async fn set_closing_time(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    closes_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.change(Change::Public);
    execute!(tx, "update ballots set closes_at = $2 where id = $1", lock.ballot.number(), micros(closes_at))?;
    Ok(())
}

/// Deletes a draft.
pub async fn delete_ballot(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<(), StoreError> {
    tx.change(Change::Public);
    execute!(tx, "delete from ballots where id = $1", lock.ballot.number())?;
    Ok(())
}

/// The ballot with this id.
pub async fn find_ballot(tx: &mut Tx, id: BallotId) -> Result<Option<OfConference>, StoreError> {
    fetch_optional!(tx, Row, columns!("where b.uuid = $1"), id.uuid())?.map(of_conference).transpose()
}

/// The ballot of a conference with this slug.
pub async fn find_ballot_by_slug(
    tx: &mut Tx,
    conference: Key<Conference>,
    slug: &Slug,
) -> Result<Option<OfConference>, StoreError> {
    let sql = columns!("where b.conference_id = $1 and b.slug = $2");
    fetch_optional!(tx, Row, sql, conference.number(), slug.as_str())?.map(of_conference).transpose()
}

/// The row of the ballot with this id, to lock it before reading it.
pub async fn find_ballot_key(tx: &mut Tx, id: BallotId) -> Result<Option<Key<Ballot>>, StoreError> {
    let row = fetch_optional!(tx, (i64,), "select id from ballots where uuid = $1", id.uuid())?;
    Ok(row.map(|(number,)| Key::new(number)))
}

/// A conference's ballots, oldest first, starting after the ballot `after`; at most `limit`.
pub async fn list_ballots(
    tx: &mut Tx,
    conference: Key<Conference>,
    with_drafts: bool,
    after: Option<BallotId>,
    limit: u32,
) -> Result<Vec<OfConference>, StoreError> {
    let sql = columns!(
        "where b.conference_id = $1 and ($2 or b.state <> 'draft') \
         and b.id > coalesce((select id from ballots where uuid = $3), 0) order by b.id limit $4"
    );
    let rows = fetch_all!(tx, Row, sql, conference.number(), with_drafts, after.map(BallotId::uuid), i64::from(limit))?;
    rows.into_iter().map(of_conference).collect()
}

/// A conference's ballots except drafts, oldest first; at most `limit`.
pub async fn list_summaries(
    tx: &mut Tx,
    conference: Key<Conference>,
    limit: u32,
) -> Result<Vec<BallotSummary>, StoreError> {
    const SQL: &str = "select uuid, state, closes_at from ballots where conference_id = $1 and state <> 'draft' \
                       order by id limit $2";
    let rows = fetch_all!(tx, (Uuid, String, Time), SQL, conference.number(), i64::from(limit))?;
    rows.into_iter()
        .map(|(uuid, state, closes_at)| {
            Ok(BallotSummary {
                id: BallotId::new(uuid),
                state: StateName::parse(&state).or_corrupt("ballots.state")?,
                closes_at: time(closes_at, "ballots.closes_at")?,
            })
        })
        .collect()
}

/// Every ballot, by conference and age, for the command line.
pub async fn list_all_ballots(tx: &mut Tx) -> Result<Vec<OfConference>, StoreError> {
    let rows = fetch_all!(tx, Row, columns!("order by b.conference_id, b.id"))?;
    rows.into_iter().map(of_conference).collect()
}

/// Every ballot's id and state.
pub async fn list_states(tx: &mut Tx) -> Result<Vec<(BallotId, StateName)>, StoreError> {
    let rows = fetch_all!(tx, (Uuid, String), "select uuid, state from ballots order by id")?;
    let parse = |state: String| StateName::parse(&state).or_corrupt("ballots.state");
    rows.into_iter().map(|(uuid, state)| Ok((BallotId::new(uuid), parse(state)?))).collect()
}

/// The ids of the ballots whose opening or closing time has come.
pub async fn list_due(tx: &mut Tx, now: Timestamp) -> Result<Vec<BallotId>, StoreError> {
    const SQL: &str = "select uuid from ballots where (state = 'ready' and opens_at <= $1 \
                       and (closes_at is null or closes_at > $1)) \
                       or (state in ('open', 'paused') and closes_at <= $1) order by id";
    let rows = fetch_all!(tx, (Uuid,), SQL, now.as_micros())?;
    Ok(rows.into_iter().map(|(uuid,)| BallotId::new(uuid)).collect())
}

/// The next time after `now` at which a ballot is due to open or close, if any.
pub async fn find_next_due(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    const SQL: &str = "select min(due) from (select opens_at as due from ballots where state = 'ready' \
                       union all select closes_at from ballots where state in ('open', 'paused')) as times \
                       where due > $1";
    let (micros,) = fetch_one!(tx, (Time,), SQL, now.as_micros())?;
    time(micros, "ballots.closes_at")
}

/// The open and paused ballots of a conference, in locking order.
pub async fn list_running(tx: &mut Tx, conference: Key<Conference>) -> Result<Vec<Key<Ballot>>, StoreError> {
    const SQL: &str = "select id from ballots where conference_id = $1 and state in ('open', 'paused') order by id";
    let rows = fetch_all!(tx, (i64,), SQL, conference.number())?;
    Ok(rows.into_iter().map(|(number,)| Key::new(number)).collect())
}

/// Appends a line to the ballot's public history.
pub async fn insert_history(tx: &mut Tx, lock: &BallotLock<Exclusive>, event: &HistoryEvent) -> Result<(), StoreError> {
    const SQL: &str = "insert into ballot_history (ballot_id, number, at, event) values ($1, \
                       coalesce((select max(number) from ballot_history where ballot_id = $1), 0) + 1, $2, $3)";
    let text = serde_json::to_string(event).or_corrupt("ballot_history.event")?;
    execute!(tx, SQL, lock.ballot.number(), lock.now.as_micros(), text.as_str())?;
    Ok(())
}

/// The ballot's public history, oldest first.
pub async fn list_history(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<HistoryLine>, StoreError> {
    const SQL: &str = "select at, event from ballot_history where ballot_id = $1 order by number";
    let rows = fetch_all!(tx, (i64, String), SQL, ballot.number())?;
    rows.into_iter()
        .map(|(at, event)| {
            let at = Timestamp::from_micros(at).or_corrupt("ballot_history.at")?;
            Ok(HistoryLine { at, event: serde_json::from_str(&event).or_corrupt("ballot_history.event")? })
        })
        .collect()
}

/// Records that a candidate withdrew; `false` if they had already.
pub async fn insert_withdrawal(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    candidate: CandidateId,
    reason: &str,
) -> Result<bool, StoreError> {
    const SQL: &str = "insert into withdrawals (ballot_id, candidate, reason, at) values ($1, $2, $3, $4) \
                       on conflict do nothing";
    tx.change(Change::Public);
    let added = execute!(tx, SQL, lock.ballot.number(), candidate.uuid(), reason, lock.now.as_micros())?;
    Ok(added == 1)
}

/// Deletes the withdrawals and the history of a definition that is edited again: it has not been open yet.
pub async fn delete_withdrawals(tx: &mut Tx, lock: &BallotLock<Exclusive>) -> Result<(), StoreError> {
    execute!(tx, "delete from withdrawals where ballot_id = $1", lock.ballot.number())?;
    execute!(tx, "delete from ballot_history where ballot_id = $1", lock.ballot.number())?;
    Ok(())
}

/// The candidates who withdrew, in the order of their ids.
pub async fn list_withdrawals(tx: &mut Tx, ballot: Key<Ballot>) -> Result<Vec<CandidateId>, StoreError> {
    const SQL: &str = "select candidate from withdrawals where ballot_id = $1 order by candidate";
    let rows = fetch_all!(tx, (Uuid,), SQL, ballot.number())?;
    Ok(rows.into_iter().map(|(uuid,)| CandidateId::new(uuid)).collect())
}
