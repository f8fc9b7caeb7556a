//! Portraits of candidates.

use urna_core::{Ballot, CandidateId, Sha256Hash};

use crate::db::Tx;
use crate::error::StoreError;
use crate::key::Key;
use crate::lock::{BallotLock, Exclusive};

/// A portrait in three square sizes, each a JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portrait {
    /// 96 pixels.
    pub small: Vec<u8>,
    /// 192 pixels.
    pub medium: Vec<u8>,
    /// 384 pixels; its SHA-256 names the portrait.
    pub large: Vec<u8>,
}

impl Portrait {
    /// The hash by which definitions refer to the portrait.
    #[must_use]
    pub fn hash(&self) -> Sha256Hash {
        Sha256Hash::of(&self.large)
    }
}

/// A size of a portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortraitSize {
    /// 96 pixels.
    Small,
    /// 192 pixels.
    Medium,
    /// 384 pixels.
    Large,
}

/// Stores a candidate's portrait, replacing any earlier one.
pub async fn set_portrait(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    candidate: CandidateId,
    portrait: &Portrait,
) -> Result<(), StoreError> {
    const SQL: &str = "insert into portraits (ballot_id, candidate, sha256, small, medium, large) \
                       values ($1, $2, $3, $4, $5, $6) on conflict (ballot_id, candidate) do update set \
                       sha256 = excluded.sha256, small = excluded.small, medium = excluded.medium, \
                       large = excluded.large";
    let Portrait { small, medium, large } = portrait;
    execute!(
        tx,
        SQL,
        lock.ballot.number(),
        candidate.uuid(),
        portrait.hash().as_bytes().as_slice(),
        small.as_slice(),
        medium.as_slice(),
        large.as_slice()
    )?;
    Ok(())
}

/// Deletes a candidate's portrait.
pub async fn delete_portrait(
    tx: &mut Tx,
    lock: &BallotLock<Exclusive>,
    candidate: CandidateId,
) -> Result<(), StoreError> {
    const SQL: &str = "delete from portraits where ballot_id = $1 and candidate = $2";
    execute!(tx, SQL, lock.ballot.number(), candidate.uuid())?;
    Ok(())
}

/// Copies the portrait of a candidate to a candidate of another ballot.
pub async fn insert_copied_portrait(
    tx: &mut Tx,
    (from, candidate): (Key<Ballot>, CandidateId),
    (to, copy): (Key<Ballot>, CandidateId),
) -> Result<(), StoreError> {
    const SQL: &str = "insert into portraits (ballot_id, candidate, sha256, small, medium, large) \
                       select $3, $4, sha256, small, medium, large from portraits \
                       where ballot_id = $1 and candidate = $2";
    execute!(tx, SQL, from.number(), candidate.uuid(), to.number(), copy.uuid())?;
    Ok(())
}

/// The portrait with this hash, in one size.
pub async fn find_portrait(tx: &mut Tx, hash: &Sha256Hash, size: PortraitSize) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = match size {
        PortraitSize::Small => "select small from portraits where sha256 = $1 limit 1",
        PortraitSize::Medium => "select medium from portraits where sha256 = $1 limit 1",
        PortraitSize::Large => "select large from portraits where sha256 = $1 limit 1",
    };
    let row = fetch_optional!(tx, (Vec<u8>,), sql, hash.as_bytes().as_slice())?;
    Ok(row.map(|(image,)| image))
}
