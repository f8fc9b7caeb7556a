//! Votes that nobody can read before the close: the entries of a ballot's inbox.
//!
//! A participation and its vote are written in one transaction, and databases leave traces of rows written
//! together. The vote is therefore encrypted under the ballot's **box key**, which is destroyed at the close. The
//! votes that remain are sorted, and cannot be paired with anybody.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ids::BallotId;
use crate::keys::{WrappingKey, derive, hmac};
use crate::sha256::Sha256Hash;
use crate::vote::{Commitment, Nonce, ReceiptCode, TrackerHash, VoterHash};

/// The random key of one ballot's box; the database holds it only wrapped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BoxKey([u8; 32]);

/// The key of one entry in the inbox: `HMAC(slot key, u64be code)`. It says nothing about the vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub [u8; 32]);

/// 24 random bytes that one encryption uses.
#[derive(Debug, Clone, Copy)]
pub struct SealNonce(pub [u8; 24]);

/// The encrypted bytes are not what this key wrote: damaged, foreign or moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the encrypted bytes were not written with this key for this place")]
pub struct Unreadable;

/// A vote as stored in the inbox.
#[derive(Clone, PartialEq, Eq)]
pub struct InboxVote {
    /// SHA-256 of the voter's tracker.
    pub tracker: TrackerHash,
    /// The receipt code.
    pub code: ReceiptCode,
    /// Tells the voter's own retry from a stranger who holds the tracker.
    pub voter: VoterHash,
    /// Hides the choice in the commitment.
    pub nonce: Nonce,
    /// The encoded choice.
    pub choice: Vec<u8>,
}

impl InboxVote {
    /// The commitment that the receipt promises, under the ballot's manifest.
    #[must_use]
    pub fn commitment(&self, manifest: &Sha256Hash) -> Commitment {
        Commitment::commit(manifest, &self.tracker, &self.nonce, &self.choice)
    }
}

// Choice and voter's hash together: keep them out of `{:?}`.
impl fmt::Debug for InboxVote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InboxVote(…)")
    }
}

/// More readable votes than people who took part: unreadable votes cannot explain that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{readable} votes can be read, but only {participations} people took part")]
pub struct TooManyVotes {
    /// Votes that can be read.
    pub readable: u64,
    /// People who took part.
    pub participations: u64,
}

/// The number of people who took part and whose vote cannot be read any more, given that `readable` votes can.
pub const fn unreadable(participations: u64, readable: u64) -> Result<u64, TooManyVotes> {
    match participations.checked_sub(readable) {
        Some(unreadable) => Ok(unreadable),
        None => Err(TooManyVotes { readable, participations }),
    }
}

/// tracker hash ‖ u64be code ‖ voter hash ‖ nonce ‖ u16be length of the choice; the choice and zeros follow.
const FIXED: usize = 32 + 8 + 32 + 32 + 2;

impl BoxKey {
    /// Takes 32 bytes from a good source of randomness.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key as stored: nonce ‖ XChaCha20-Poly1305 under the wrapping key, 72 bytes; associated data
    /// `"urna/box-key/v1\n" ‖ ballot id`.
    #[must_use]
    pub fn wrap(&self, wrapping: &WrappingKey, ballot: BallotId, nonce: SealNonce) -> Vec<u8> {
        encrypt(&wrapping.0, nonce, &self.0, &[b"urna/box-key/v1\n", ballot.as_bytes().as_slice()].concat())
    }

    /// Reads [`BoxKey::wrap`]'s bytes.
    pub fn unwrap(wrapped: &[u8], wrapping: &WrappingKey, ballot: BallotId) -> Result<Self, Unreadable> {
        let mut plain = decrypt(&wrapping.0, wrapped, &[b"urna/box-key/v1\n", ballot.as_bytes().as_slice()].concat())?;
        let key = plain.as_slice().try_into().map(Self).map_err(|_| Unreadable);
        plain.zeroize();
        key
    }

    /// The two keys for the votes of a ballot.
    #[must_use]
    pub fn open_box(&self, ballot: BallotId) -> BoxKeys {
        BoxKeys { ballot, slot: derive(&self.0, "urna/slot/v1"), seal: derive(&self.0, "urna/seal/v1") }
    }
}

/// The keys derived from a box key: one for the slots, one for the entries.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BoxKeys {
    #[zeroize(skip)]
    ballot: BallotId,
    slot: [u8; 32],
    seal: [u8; 32],
}

impl BoxKeys {
    /// The slot of the vote with this code.
    #[must_use]
    pub fn slot(&self, code: ReceiptCode) -> Slot {
        Slot(hmac(&self.slot, &[&code.number().to_be_bytes()]))
    }

    /// Encrypts a vote for its slot: nonce ‖ XChaCha20-Poly1305 under the seal key; associated data `ballot id ‖ slot`.
    /// `longest` is the length to which every choice of the ballot is padded ([`crate::choice::longest_choice`]); no
    /// choice may be longer.
    #[must_use]
    pub fn seal(&self, vote: &InboxVote, longest: usize, nonce: SealNonce) -> Vec<u8> {
        let length = u16::try_from(vote.choice.len()).expect("a choice marks at most a hundred candidates");
        debug_assert!(vote.choice.len() <= longest, "a longer choice would show by its length");
        let mut plain = Vec::with_capacity(FIXED + longest);
        plain.extend_from_slice(vote.tracker.as_bytes());
        plain.extend_from_slice(&vote.code.number().to_be_bytes());
        plain.extend_from_slice(vote.voter.as_bytes());
        plain.extend_from_slice(vote.nonce.as_bytes());
        plain.extend_from_slice(&length.to_be_bytes());
        plain.extend_from_slice(&vote.choice);
        plain.resize((FIXED + longest).max(plain.len()), 0);
        let sealed = encrypt(&self.seal, nonce, &plain, &self.bound_to(self.slot(vote.code)));
        plain.zeroize();
        sealed
    }

    /// Decrypts the vote that was sealed for this slot.
    pub fn unseal(&self, slot: Slot, sealed: &[u8]) -> Result<InboxVote, Unreadable> {
        let mut plain = decrypt(&self.seal, sealed, &self.bound_to(slot))?;
        let vote = read(&plain).filter(|vote| self.slot(vote.code) == slot).ok_or(Unreadable);
        plain.zeroize();
        vote
    }

    fn bound_to(&self, slot: Slot) -> Vec<u8> {
        [self.ballot.as_bytes().as_slice(), &slot.0].concat()
    }
}

fn read(plain: &[u8]) -> Option<InboxVote> {
    let (tracker, rest) = plain.split_first_chunk::<32>()?;
    let (code, rest) = rest.split_first_chunk::<8>()?;
    let (voter, rest) = rest.split_first_chunk::<32>()?;
    let (nonce, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let choice = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    Some(InboxVote {
        tracker: TrackerHash::new(*tracker),
        code: ReceiptCode::from_stored(u64::from_be_bytes(*code)).ok()?,
        voter: VoterHash::new(*voter),
        nonce: Nonce::new(*nonce),
        choice: choice.to_vec(),
    })
}

pub(crate) fn encrypt(key: &[u8; 32], nonce: SealNonce, plain: &[u8], bound_to: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new(key.into());
    let payload = Payload { msg: plain, aad: bound_to };
    let encrypted =
        cipher.encrypt(&XNonce::from(nonce.0), payload).expect("votes and receipts are far below the cipher's limit");
    [nonce.0.as_slice(), &encrypted].concat()
}

pub(crate) fn decrypt(key: &[u8; 32], sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let (nonce, encrypted) = sealed.split_first_chunk::<24>().ok_or(Unreadable)?;
    let payload = Payload { msg: encrypted, aad: bound_to };
    XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Keys, MasterSecret};
    use crate::vote::Tracker;

    fn ballot() -> BallotId {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    fn vote(choice: &[u8]) -> InboxVote {
        let tracker = Tracker::new([7; 32]);
        InboxVote {
            tracker: tracker.hash(),
            code: tracker.code(ballot()),
            voter: tracker.voter_hash("01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()),
            nonce: Nonce::new([8; 32]),
            choice: choice.to_vec(),
        }
    }

    #[test]
    fn a_vote_is_read_back_only_with_its_key_and_in_its_place() {
        let keys = BoxKey::new([1; 32]).open_box(ballot());
        let vote = vote(&[1, 0, 1, 0, 2, 0, 1]);
        let slot = keys.slot(vote.code);
        let sealed = keys.seal(&vote, 7, SealNonce([9; 24]));
        assert_eq!(keys.unseal(slot, &sealed), Ok(vote));
        assert_eq!(BoxKey::new([2; 32]).open_box(ballot()).unseal(slot, &sealed), Err(Unreadable));
        assert_eq!(keys.unseal(Slot([0; 32]), &sealed), Err(Unreadable));
        let other = "01890a5d-ac96-774b-bcce-b302099a8059".parse().unwrap();
        assert_eq!(BoxKey::new([1; 32]).open_box(other).unseal(slot, &sealed), Err(Unreadable));
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(keys.unseal(slot, &damaged), Err(Unreadable), "byte {at}");
        }
    }

    #[test]
    fn every_participation_has_a_vote_that_can_be_read_or_one_that_cannot() {
        assert_eq!(unreadable(7, 7), Ok(0));
        assert_eq!(unreadable(7, 5), Ok(2));
        assert_eq!(unreadable(7, 8), Err(TooManyVotes { readable: 8, participations: 7 }));
    }

    #[test]
    fn every_vote_of_a_ballot_has_the_same_length() {
        let keys = BoxKey::new([1; 32]).open_box(ballot());
        let blank = keys.seal(&vote(&[1, 0, 0]), 7, SealNonce([9; 24]));
        let named = keys.seal(&vote(&[1, 0, 1, 0, 2, 0, 1]), 7, SealNonce([9; 24]));
        assert_eq!(blank.len(), named.len());
    }

    #[test]
    fn a_wrapped_key_opens_for_its_service_and_ballot_only() {
        let keys = Keys::derive(&MasterSecret::new([1; 32]));
        let wrapped = BoxKey::new([5; 32]).wrap(&keys.wrapping, ballot(), SealNonce([9; 24]));
        assert_eq!(BoxKey::unwrap(&wrapped, &keys.wrapping, ballot()).map(|key| key.0), Ok([5; 32]));
        let stranger = Keys::derive(&MasterSecret::new([2; 32]));
        assert!(BoxKey::unwrap(&wrapped, &stranger.wrapping, ballot()).is_err());
        let other = "01890a5d-ac96-774b-bcce-b302099a8059".parse().unwrap();
        assert!(BoxKey::unwrap(&wrapped, &keys.wrapping, other).is_err());
    }
}
