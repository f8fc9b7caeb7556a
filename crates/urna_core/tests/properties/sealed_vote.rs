//! Sealed votes: they can be read back, whatever they hold, but only in their own slot.

use proptest::prelude::*;
use urna_core::sealed_vote::{BoxKey, InboxVote, SealNonce, Slot, Unreadable};
use urna_core::{BallotId, Nonce, ReceiptCode, TrackerHash, VoterHash};
use uuid::Uuid;

use crate::cases;

fn vote() -> impl Strategy<Value = InboxVote> {
    let bytes = any::<[u8; 32]>;
    (bytes(), any::<u64>(), bytes(), bytes(), any::<Vec<u8>>()).prop_map(|(tracker, code, voter, nonce, choice)| {
        InboxVote {
            tracker: TrackerHash::new(tracker),
            code: ReceiptCode::from_stored(code >> 4).expect("60 bits"),
            voter: VoterHash::new(voter),
            nonce: Nonce::new(nonce),
            choice,
        }
    })
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_sealed_vote_is_read_back(
        vote in vote(),
        padding in 0..40usize,
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; 24]>(),
        ballot in any::<u128>(),
    ) {
        let keys = BoxKey::new(key).open_box(BallotId::new(Uuid::from_u128(ballot)));
        let longest = vote.choice.len() + padding;
        let sealed = keys.seal(&vote, longest, SealNonce(nonce));
        prop_assert_eq!(keys.unseal(keys.slot(vote.code), &sealed), Ok(vote.clone()));
        let shorter = InboxVote { choice: Vec::new(), ..vote };
        let of_shorter = keys.seal(&shorter, longest, SealNonce(nonce));
        prop_assert_eq!(of_shorter.len(), sealed.len(), "the length shows the choice");
    }

    #[test]
    fn a_sealed_vote_is_read_nowhere_else(
        vote in vote(),
        other_code in any::<u64>(),
        other_slot in any::<[u8; 32]>(),
        damage in any::<prop::sample::Index>(),
        bit in 0..8u8,
    ) {
        let ballot = BallotId::new(Uuid::from_u128(1));
        let keys = BoxKey::new([1; 32]).open_box(ballot);
        let slot = keys.slot(vote.code);
        let sealed = keys.seal(&vote, vote.choice.len(), SealNonce([2; 24]));
        let other_code = ReceiptCode::from_stored(other_code >> 4).expect("60 bits");
        prop_assume!(other_code != vote.code);
        prop_assert_eq!(keys.unseal(keys.slot(other_code), &sealed), Err(Unreadable));
        prop_assert_eq!(keys.unseal(Slot(other_slot), &sealed), Err(Unreadable));
        let other_ballot = BoxKey::new([1; 32]).open_box(BallotId::new(Uuid::from_u128(2)));
        prop_assert_eq!(other_ballot.unseal(slot, &sealed), Err(Unreadable));
        let mut damaged = sealed.clone();
        damaged[damage.index(sealed.len())] ^= 1 << bit;
        prop_assert_eq!(keys.unseal(slot, &damaged), Err(Unreadable));
        prop_assert_eq!(keys.unseal(slot, &sealed[..damage.index(sealed.len())]), Err(Unreadable));
    }
}
