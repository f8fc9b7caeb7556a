//! Copies of a SQLite database, made while it is in use, and the inventory of a copy.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use urna_core::keys::WrappingKey;
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::{Opening, Statement, encode_commitments, encode_openings};
use urna_core::sealed_vote::{BoxKey, BoxKeys, Slot};
use urna_core::{BallotId, Commitment, Nonce, TrackerHash};
use uuid::Uuid;

use crate::db::{Db, Pools};
use crate::error::StoreError;

/// The contents of a backup, of either engine, as far as they show whether the backup is complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The last step of the schema; `None` if it is not a database of Urna.
    pub step: Option<i64>,
    /// The fingerprint of the master secret that it belongs to.
    pub fingerprint: Option<Vec<u8>>,
    /// Number of conferences.
    pub conferences: u64,
    /// Number of attendees.
    pub attendees: u64,
    /// The number, the id and the state of each ballot.
    pub ballots: Vec<(i64, Uuid, String)>,
    /// Participations, by the number of the ballot.
    pub participations: BTreeMap<i64, u64>,
    /// Votes in the inbox or the box, by the number of the ballot.
    pub votes: BTreeMap<i64, u64>,
    /// The encrypted votes: the number of the ballot, slot and bytes.
    pub inbox: Vec<(i64, Vec<u8>, Vec<u8>)>,
    /// The wrapped keys of the running ballots, by the number of the ballot.
    pub keys: BTreeMap<i64, Vec<u8>>,
    /// Votes that could not be read at the close and were left out by decision, by the number of the ballot.
    pub left_out: BTreeMap<i64, u64>,
    /// The votes of the closed boxes, by the number of the ballot, in any order.
    pub boxes: BTreeMap<i64, Vec<BoxRow>>,
    /// The signed statements of the closed ballots, by the number of the ballot.
    pub statements: BTreeMap<i64, String>,
}

/// A vote of a closed box, as stored: commitment, hash of the tracker, nonce, choice.
pub type BoxRow = [Vec<u8>; 4];

impl Inventory {
    /// Encrypted votes that the keys of this service cannot read, by the number of the ballot; ballots without such
    /// votes are left out.
    #[must_use]
    pub fn unreadable(&self, wrapping: &WrappingKey) -> BTreeMap<i64, u64> {
        let ids: BTreeMap<i64, Uuid> = self.ballots.iter().map(|(number, id, _)| (*number, *id)).collect();
        let open = |number: &i64| {
            let id = BallotId::new(*ids.get(number)?);
            BoxKey::unwrap(self.keys.get(number)?, wrapping, id).ok().map(|key| key.open_box(id))
        };
        let keys: BTreeMap<i64, BoxKeys> = ids.keys().filter_map(|number| Some((*number, open(number)?))).collect();
        let mut unreadable = BTreeMap::new();
        for (number, slot, sealed) in &self.inbox {
            let slot = slot.as_slice().try_into().map(Slot);
            let vote = keys.get(number).zip(slot.ok()).and_then(|(keys, slot)| keys.unseal(slot, sealed).ok());
            if vote.is_none() {
                *unreadable.entry(*number).or_default() += 1;
            }
        }
        unreadable
    }

    /// Ballots whose box differs from the one that their statement was signed over, by their numbers.
    #[must_use]
    pub fn altered(&self) -> BTreeSet<i64> {
        let is_altered = |ballot: &i64, note: &str| {
            // The signature is not checked: damage shows without it, and the key may not be at hand.
            let text = note.split_once("\n\n").map(|(text, _)| format!("{text}\n"));
            let statement = text.and_then(|text| text.parse::<Statement>().ok());
            let rows = self.boxes.get(ballot).map_or(&[][..], Vec::as_slice);
            statement
                .zip(box_files(rows))
                .is_none_or(|(statement, [commitments, openings])| !statement.fixes(&commitments, &openings))
        };
        self.statements.iter().filter(|(ballot, note)| is_altered(ballot, note)).map(|(ballot, _)| *ballot).collect()
    }

    /// Adds an event of a ballot's history, as stored.
    pub fn add_history(&mut self, ballot: i64, event: &str) {
        if let Ok(HistoryEvent::Closed { unreadable: left_out @ 1.., .. }) = serde_json::from_str(event) {
            self.left_out.insert(ballot, left_out);
        }
    }
}

/// The record's files of all commitments and all openings; `None` if a field has a wrong length.
fn box_files(rows: &[BoxRow]) -> Option<[Vec<u8>; 2]> {
    let mut votes: Vec<(Commitment, Opening<'_>)> = rows
        .iter()
        .map(|[commitment, tracker, nonce, choice]| {
            let field = |bytes: &Vec<u8>| <[u8; 32]>::try_from(bytes.as_slice()).ok();
            let (tracker, nonce) = (TrackerHash::new(field(tracker)?), Nonce::new(field(nonce)?));
            Some((Commitment::new(field(commitment)?), Opening { tracker, nonce, choice }))
        })
        .collect::<Option<_>>()?;
    votes.sort_unstable_by_key(|(commitment, _)| *commitment);
    let commitments = encode_commitments(votes.iter().map(|(commitment, _)| commitment));
    Some([commitments, encode_openings(votes.into_iter().map(|(_, opening)| opening))])
}

/// Why a file cannot be used as a backup.
#[derive(Debug, thiserror::Error)]
pub enum UnusableCopy {
    /// It cannot be read as a SQLite database.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] sqlx::Error),
    /// Copied from a database in use, without the log beside it that holds the latest votes.
    #[error("it is a copy of a database's file alone, without what its log had: votes may be missing")]
    WithoutItsLog,
    /// SQLite's own check found damage.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

impl Db {
    /// Size of a SQLite database in bytes, free pages included; `None` on PostgreSQL.
    pub async fn bytes(&self) -> Result<Option<u64>, StoreError> {
        const SQL: &str = "select page_count * page_size from pragma_page_count(), pragma_page_size()";
        let Pools::Sqlite { readers, .. } = self.pools() else { return Ok(None) };
        let (bytes,) = sqlx::query_as::<_, (i64,)>(SQL).fetch_one(readers).await?;
        Ok(u64::try_from(bytes).ok())
    }

    /// Writes a copy of a SQLite database as of one moment, while others go on reading and writing. Deleted data is
    /// not in the copy. The file must not exist, or be empty; it is not synced.
    ///
    /// # Panics
    /// On PostgreSQL, which has its own backup programs.
    pub async fn copy_into(&self, file: &str) -> Result<(), StoreError> {
        let Pools::Sqlite { readers, .. } = self.pools() else { panic!("PostgreSQL is backed up by pg_dump") };
        sqlx::query("vacuum into $1").bind(file).execute(readers).await?;
        Ok(())
    }
}

/// Bytes 18 and 19 of a database with its latest changes in a log beside it. A copy by [`Db::copy_into`] has no log
/// (<https://www.sqlite.org/fileformat2.html#file_format_version_numbers>).
const HAS_LOG: [u8; 2] = [2, 2];

/// Reads a copy from end to end without changing it.
pub async fn read_copy(file: &Path) -> Result<Inventory, UnusableCopy> {
    let mut header = [0; 20];
    std::fs::File::open(file).and_then(|mut file| file.read_exact(&mut header)).map_err(sqlx::Error::Io)?;
    if header[18..] == HAS_LOG {
        return Err(UnusableCopy::WithoutItsLog);
    }
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut copy = options.connect().await?;
    let read = async {
        let found: Vec<(String,)> = sqlx::query_as("pragma integrity_check(10)").fetch_all(&mut copy).await?;
        if found != [("ok".to_owned(),)] {
            let found: Vec<String> = found.into_iter().map(|(line,)| line).collect();
            return Err(UnusableCopy::Damaged(found.join("; ")));
        }
        let broken = sqlx::query("pragma foreign_key_check").fetch_all(&mut copy).await?;
        if !broken.is_empty() {
            return Err(UnusableCopy::Damaged(format!("{} rows refer to rows that are not there", broken.len())));
        }
        Ok(inventory(&mut copy).await?)
    };
    let read = read.await;
    copy.close().await?;
    read
}

async fn inventory(copy: &mut SqliteConnection) -> Result<Inventory, sqlx::Error> {
    const TABLE: &str = "select name from sqlite_master where name = '_sqlx_migrations'";
    if sqlx::query(TABLE).fetch_optional(&mut *copy).await?.is_none() {
        return Ok(Inventory::default());
    }
    let (step,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(&mut *copy).await?;
    let fingerprint: Option<(Vec<u8>,)> =
        sqlx::query_as("select secret_fingerprint from service").fetch_optional(&mut *copy).await?;
    let (conferences, attendees): (i64, i64) =
        sqlx::query_as("select (select count(*) from conferences), (select count(*) from attendees)")
            .fetch_one(&mut *copy)
            .await?;
    let ballots = sqlx::query_as("select id, uuid, state from ballots order by id").fetch_all(&mut *copy).await?;
    let took_part: Vec<(i64, i64)> =
        sqlx::query_as("select ballot_id, count(*) from participations group by ballot_id")
            .fetch_all(&mut *copy)
            .await?;
    let votes: Vec<(i64, i64)> = sqlx::query_as(
        "select ballot_id, count(*) from (select ballot_id from ballot_inbox union all select ballot_id from ballot_box) \
         group by ballot_id",
    )
    .fetch_all(&mut *copy)
    .await?;
    let inbox = sqlx::query_as("select ballot_id, slot, sealed from ballot_inbox order by ballot_id, slot")
        .fetch_all(&mut *copy)
        .await?;
    let keys: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("select ballot_id, wrapped from box_keys").fetch_all(&mut *copy).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let by_ballot = |rows: Vec<(i64, i64)>| rows.into_iter().map(|(ballot, count)| (ballot, number(count))).collect();
    let mut inventory = Inventory {
        step,
        fingerprint: fingerprint.map(|(bytes,)| bytes),
        conferences: number(conferences),
        attendees: number(attendees),
        ballots,
        participations: by_ballot(took_part),
        votes: by_ballot(votes),
        inbox,
        keys: keys.into_iter().collect(),
        ..Inventory::default()
    };
    add_closed(copy, &mut inventory).await?;
    Ok(inventory)
}

/// Adds the data of closed ballots to the inventory.
async fn add_closed(copy: &mut SqliteConnection, inventory: &mut Inventory) -> Result<(), sqlx::Error> {
    const BOXES: &str = "select ballot_id, commitment, tracker_hash, nonce, choice from ballot_box";
    const HISTORY: &str = "select ballot_id, event from ballot_history order by ballot_id, number";
    const HAS_STATEMENTS: &str = "select name from sqlite_master where name = 'statements'";
    const STATEMENTS: &str = "select ballot_id, statement from statements";
    for row in sqlx::query(BOXES).fetch_all(&mut *copy).await? {
        let vote = [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        inventory.boxes.entry(row.try_get(0)?).or_default().push(vote);
    }
    let history: Vec<(i64, String)> = sqlx::query_as(HISTORY).fetch_all(&mut *copy).await?;
    for (ballot, event) in &history {
        inventory.add_history(*ballot, event);
    }
    // A copy with an older schema has no statements.
    if sqlx::query(HAS_STATEMENTS).fetch_optional(&mut *copy).await?.is_some() {
        let statements: Vec<(i64, String)> = sqlx::query_as(STATEMENTS).fetch_all(&mut *copy).await?;
        inventory.statements.extend(statements);
    }
    Ok(())
}
