//! Services with a planted fault, on the same tables.

use anyhow::Result;
use urna_app::random;
use urna_core::sealed_vote::{BoxKey, BoxKeys, InboxVote, SealNonce};
use urna_core::{AttendeeId, BallotId, Nonce, VoterHash};
use urna_store::{Db, Pools};
use urna_trials::stage::Voter;
use urna_trials::votes;
use uuid::Uuid;

use super::Plant;

const TAKE_PART: &str = "insert into participations (ballot_id, attendee_id) values ($1, $2)";
const PUT_IN: &str = "insert into ballot_inbox (ballot_id, slot, sealed) values ($1, $2, $3)";
const FILL: &str = "insert into ballot_box (ballot_id, commitment, code, tracker_hash, nonce, choice) \
                    values ($1, $2, $3, $4, $5, $6)";
const EMPTY: &str = "delete from ballot_inbox where ballot_id = $1";

/// Runs the same statements in one transaction on either engine.
macro_rules! in_transaction {
    ($db:expr, $tx:ident => $statements:expr) => {
        match $db.pools() {
            Pools::Sqlite { writer, .. } => {
                let mut $tx = writer.begin().await?;
                $statements
                $tx.commit().await?;
            }
            Pools::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                $statements
                $tx.commit().await?;
            }
        }
    };
}

/// A ballot of a service with a planted fault.
pub(super) struct PlantedBallot {
    db: Db,
    plant: Plant,
    number: i64,
    id: BallotId,
    keys: BoxKeys,
    votes: Vec<(Vec<u8>, InboxVote)>,
}

impl PlantedBallot {
    /// Prepares the tables for the fault.
    pub(super) async fn prepare(db: &Db, plant: Plant) -> Result<()> {
        // SQLite's original table keeps the ballot box in key order, whatever the order of insertion.
        const IN_ORDER_OF_INSERTION: &str = "drop table ballot_box; create table ballot_box (ballot_id integer, \
                                             commitment blob, code integer, tracker_hash blob, nonce blob, choice blob)";
        if let (Plant::InsertionOrder, Pools::Sqlite { writer, .. }) = (plant, db.pools()) {
            sqlx::raw_sql(IN_ORDER_OF_INSERTION).execute(writer).await?;
        }
        Ok(())
    }

    pub(super) fn open(db: &Db, plant: Plant, number: i64) -> Self {
        let id = BallotId::new(Uuid::from_bytes(random::bytes()));
        let keys = BoxKey::new(random::bytes()).open_box(id);
        Self { db: db.clone(), plant, number, id, keys, votes: Vec::new() }
    }

    /// Writes participation and vote in one transaction, as Urna does.
    pub(super) async fn cast(&mut self, voter: &Voter, choice: u16) -> Result<()> {
        let tracker = votes::tracker();
        let [high, low] = choice.to_be_bytes();
        let vote = InboxVote {
            tracker: tracker.hash(),
            code: tracker.code(self.id),
            voter: tracker.voter_hash(AttendeeId::new(voter.id)),
            nonce: Nonce::new(random::bytes()),
            choice: vec![1, 0, 1, high, low, 0, 1],
        };
        let slot = self.keys.slot(vote.code).0.to_vec();
        let sealed = match self.plant {
            Plant::Plaintext => plain(&vote),
            Plant::InsertionOrder => self.keys.seal(&vote, vote.choice.len(), SealNonce(random::bytes())),
        };
        in_transaction!(self.db, tx => {
            sqlx::query(TAKE_PART).bind(self.number).bind(voter.key).execute(&mut *tx).await?;
            sqlx::query(PUT_IN).bind(self.number).bind(&slot).bind(&sealed).execute(&mut *tx).await?;
        });
        // In this service any 32 bytes serve as the commitment.
        self.votes.push((random::bytes::<32>().to_vec(), vote));
        Ok(())
    }

    /// Fills the ballot box, and empties the inbox.
    pub(super) async fn close(mut self) -> Result<()> {
        if self.plant == Plant::Plaintext {
            self.votes.sort_by(|one, other| one.0.cmp(&other.0));
        }
        in_transaction!(self.db, tx => {
            for (commitment, vote) in &self.votes {
                let query = sqlx::query(FILL).bind(self.number).bind(commitment).bind(i64::try_from(vote.code.number())?);
                let query = query.bind(vote.tracker.as_bytes().as_slice()).bind(vote.nonce.as_bytes().as_slice());
                query.bind(&vote.choice).execute(&mut *tx).await?;
            }
            sqlx::query(EMPTY).bind(self.number).execute(&mut *tx).await?;
        });
        Ok(())
    }
}

/// The plaintext, as [`BoxKeys::seal`] would encrypt it.
fn plain(vote: &InboxVote) -> Vec<u8> {
    let InboxVote { tracker, code, voter, nonce, choice } = vote;
    let (code, voter): ([u8; 8], &VoterHash) = (code.number().to_be_bytes(), voter);
    [tracker.as_bytes().as_slice(), &code, voter.as_bytes(), nonce.as_bytes(), choice].concat()
}
