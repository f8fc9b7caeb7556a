//! The evidence of the administrator.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::sync::watch;
use tokio::time::sleep;
use urna_store::{Db, Pools};

use urna_trials::database::fetch_all;

/// The pause between two looks at PostgreSQL.
const LOOK: Duration = Duration::from_millis(2);

/// Everything known of one ballot, without the master secret.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The row key of the ballot.
    pub(super) ballot: i64,
    /// The wrapped key of the ballot while it was open; a service with a planted fault has none.
    pub(super) wrapped: Option<Vec<u8>>,
    /// The voters, each with the inbox entry that appeared at the same time, in the order in which they were seen.
    pub(super) arrivals: Vec<Arrival>,
    /// The ballot box, in its physical order.
    pub(super) rows: Vec<Row>,
    /// Every file from before the close.
    pub(super) before: Vec<Vec<u8>>,
    /// Every file from after it.
    pub(super) after: Vec<Vec<u8>>,
}

/// An attendee who has just voted, and the inbox entry written at the same time. If several were seen at once, it may
/// be any of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) attendee: i64,
    pub(super) slot: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

/// A vote in the ballot box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) commitment: Vec<u8>,
    pub(super) code: i64,
    pub(super) tracker_hash: Vec<u8>,
    pub(super) nonce: Vec<u8>,
    pub(super) choice: Vec<u8>,
}

/// An attendee or an entry, and on PostgreSQL the number of the transaction that wrote it.
type Seen = (Option<i64>, Option<Vec<u8>>, Option<Vec<u8>>, i64);

/// Watches in a loop, until `over` is set, and then once more.
pub(super) async fn watch(db: Db, ballot: i64, over: watch::Receiver<bool>) -> Result<Vec<Arrival>> {
    let mut known = Known::default();
    match db.pools() {
        Pools::Sqlite { readers, .. } => {
            // One statement, so that a transaction is seen as a whole or not at all.
            const SEEN: &str = "select attendee_id, null, null, 0 from participations where ballot_id = $1 \
                                union all select null, slot, sealed, 0 from ballot_inbox where ballot_id = $1";
            // Changes whenever another connection commits, and is cheap to query.
            const VERSION: &str = "pragma data_version";
            let mut connection = readers.acquire().await?;
            let mut version = None;
            loop {
                let last = *over.borrow();
                let now = sqlx::query_as::<_, (i64,)>(VERSION).fetch_one(&mut *connection).await?;
                if version.replace(now) != Some(now) || last {
                    known.learn(sqlx::query_as(SEEN).bind(ballot).fetch_all(&mut *connection).await?);
                }
                if last {
                    return Ok(known.arrivals);
                }
            }
        }
        Pools::Postgres(pool) => {
            const SEEN: &str = "select attendee_id, null, null, xmin::text::bigint from participations where ballot_id = $1 union all \
                 select null, slot, sealed, xmin::text::bigint from ballot_inbox where ballot_id = $1 order by 4";
            loop {
                let last = *over.borrow();
                known.learn(sqlx::query_as(SEEN).bind(ballot).fetch_all(pool).await?);
                if last {
                    return Ok(known.arrivals);
                }
                sleep(LOOK).await;
            }
        }
    }
}

/// Everything seen so far.
#[derive(Default)]
struct Known {
    attendees: HashSet<i64>,
    slots: HashSet<Vec<u8>>,
    arrivals: Vec<Arrival>,
}

impl Known {
    /// Adds new entries, in the order of the transactions.
    fn learn(&mut self, seen: Vec<Seen>) {
        let (mut who, mut what) = (Vec::new(), Vec::new());
        for row in seen {
            match row {
                (Some(attendee), ..) if self.attendees.insert(attendee) => who.push(attendee),
                (None, Some(slot), Some(sealed), _) if self.slots.insert(slot.clone()) => what.push((slot, sealed)),
                _ => {}
            }
        }
        let together = who.into_iter().zip(what);
        self.arrivals.extend(together.map(|(attendee, (slot, sealed))| Arrival { attendee, slot, sealed }));
    }
}

/// The ballot box in its physical order.
pub(super) async fn read_box(db: &Db, ballot: i64) -> Result<Vec<Row>> {
    // The plus keeps SQLite from using an index; PostgreSQL tells the position of each row.
    let sql = match db.engine() {
        "sqlite" => "select commitment, code, tracker_hash, nonce, choice from ballot_box where +ballot_id = $1",
        _ => "select commitment, code, tracker_hash, nonce, choice from ballot_box where ballot_id = $1 order by ctid",
    };
    let rows = fetch_all!(db, (Vec<u8>, i64, Vec<u8>, Vec<u8>, Vec<u8>), sql, ballot)?;
    let row = |(commitment, code, tracker_hash, nonce, choice)| Row { commitment, code, tracker_hash, nonce, choice };
    Ok(rows.into_iter().map(row).collect())
}

/// Reads these files, and all files in these folders.
pub(super) fn read_files(paths: &[&Path]) -> Result<Vec<Vec<u8>>> {
    let mut files = Vec::new();
    for path in paths {
        read(path, &mut files)?;
    }
    Ok(files)
}

fn read(path: &Path, files: &mut Vec<Vec<u8>>) -> Result<()> {
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        // A server creates and removes files all the time.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be looked at", path.display())),
    };
    if kind.is_dir() {
        let mut paths = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        paths.sort();
        return paths.iter().try_for_each(|path| read(path, files));
    }
    match fs::read(path) {
        Ok(bytes) => files.push(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
    Ok(())
}
