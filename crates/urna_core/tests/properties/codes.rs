//! Everything written in one form and read in another: choices, codes, tokens.

use std::collections::BTreeSet;

use proptest::prelude::*;
use urna_core::badge_code::InvalidBadgeCode;
use urna_core::choice::{GivenChoice, InvalidChoice, Mark, longest_choice};
use urna_core::keys::LinkToken;
use urna_core::{
    AttendeeId, BadgeCode, BallotId, Choice, Commitment, Definition, Method, Nonce, ReceiptCode, Sha256Hash, TieRule,
    Tracker,
};
use uuid::Uuid;

use crate::cases;
use crate::election::{definition, method};

fn choice() -> impl Strategy<Value = Choice> {
    let plurality = prop::option::weighted(0.9, any::<u16>())
        .prop_map(|candidate| Choice::of(Method::Plurality {}, candidate.map(Mark::named)));
    // Few places, so that some are equal.
    let approval = prop::collection::btree_set(prop_oneof![0..4u16, any::<u16>()], 0..4).prop_map(|candidates| {
        Choice::of(Method::Approval { max_choices: 3 }, candidates.into_iter().map(Mark::named))
    });
    prop_oneof![plurality, approval]
}

/// Bytes that are a choice among few candidates, or differ from one in a byte or in length.
fn nearly_a_choice() -> impl Strategy<Value = Vec<u8>> {
    let written = (method(), prop::collection::btree_set(0..4u16, 0..4))
        .prop_map(|(method, candidates)| Choice::of(method, candidates.into_iter().map(Mark::named)).encode())
        .boxed();
    let byte = prop_oneof![0..4u8, any::<u8>()];
    let changed = (written.clone(), any::<prop::sample::Index>(), byte.clone()).prop_map(|(mut bytes, at, byte)| {
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes
    });
    let other_length = (written.clone(), 0..12usize, byte).prop_map(|(mut bytes, length, byte)| {
        bytes.resize(length, byte);
        bytes
    });
    prop_oneof![1 => written, 4 => changed, 2 => other_length, 1 => any::<Vec<u8>>()]
}

/// A code as people type it: another case, look-alikes, other gaps between the groups.
fn as_typed(code: &str, slips: &[u8]) -> String {
    let slips = slips.iter().cycle();
    code.chars()
        .zip(slips)
        .map(|(character, slip)| match (character, slip % 4) {
            ('-', 0) => String::new(),
            ('-', 1) => " ".to_owned(),
            ('-', 2) => " \u{2013} ".to_owned(),
            ('0', 1) => "o".to_owned(),
            ('0', 2) => "O".to_owned(),
            ('1', 1) => "l".to_owned(),
            ('1', 2) => "I".to_owned(),
            (character, 3) => character.to_lowercase().to_string(),
            (character, _) => character.to_string(),
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_choice_is_read_as_it_was_written(
        candidates in 2..=100u16,
        method in method(),
        places in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        blank in any::<bool>(),
    ) {
        let definition = Definition { method, ..definition(candidates, true, TieRule::Lot {}) };
        let places: BTreeSet<_> = places.iter().map(|place| place.index(usize::from(candidates))).collect();
        let ids: Vec<_> = places.iter().map(|place| definition.candidates[*place].id).collect();
        let given = match method {
            _ if blank => GivenChoice::Blank,
            Method::Plurality {} => GivenChoice::Candidate(ids[0]),
            Method::Approval { .. } => GivenChoice::Candidates(ids.iter().rev().copied().collect()),
        };
        let choice = match Choice::parse(&given, &definition) {
            Ok(choice) => choice,
            Err(refused) => {
                let most = method.most_marks(candidates);
                prop_assert_eq!(refused, InvalidChoice::TooMany { most });
                prop_assert!(ids.len() > usize::from(most));
                return Ok(());
            }
        };
        let marked: Vec<_> = choice.marks().iter().map(|mark| definition.candidates[usize::from(mark.candidate)].id).collect();
        match given {
            GivenChoice::Blank => prop_assert!(choice.is_blank() && marked.is_empty()),
            GivenChoice::Candidate(id) => prop_assert_eq!(marked, [id]),
            GivenChoice::Candidates(_) => prop_assert_eq!(marked, ids),
        }
        let bytes = choice.encode();
        prop_assert!(bytes.len() <= longest_choice(&definition));
        prop_assert_eq!(Choice::decode(&bytes, &definition), Ok(choice));
    }

    #[test]
    fn two_choices_never_have_the_same_bytes_or_commitment(a in choice(), b in choice()) {
        prop_assert_eq!(a.encode() == b.encode(), a == b);
        let (manifest, nonce) = (Sha256Hash::new([1; 32]), Nonce::new([3; 32]));
        let tracker = Tracker::new([2; 32]).hash();
        let commit = |choice: &Choice| Commitment::commit(&manifest, &tracker, &nonce, &choice.encode());
        prop_assert_eq!(commit(&a) == commit(&b), a == b);
    }

    #[test]
    fn bytes_are_no_choice_or_the_only_bytes_of_one(
        bytes in nearly_a_choice(),
        method in method(),
        candidates in 1..=6u16,
        allow_blank in any::<bool>(),
    ) {
        let definition = Definition { method, ..definition(candidates, allow_blank, TieRule::Lot {}) };
        if let Ok(choice) = Choice::decode(&bytes, &definition) {
            prop_assert_eq!(choice.encode(), bytes);
            prop_assert!(allow_blank || !choice.is_blank());
            prop_assert!(choice.marks().len() <= usize::from(method.most_marks(candidates)));
            prop_assert!(choice.marks().iter().all(|mark| mark.candidate < candidates && mark.value == 1));
            prop_assert!(choice.marks().is_sorted_by(|one, next| one.candidate < next.candidate));
        }
    }

    #[test]
    fn badge_codes_are_read_as_people_type_them(
        locator in any::<u32>(),
        secret in any::<u64>(),
        slips in any::<[u8; 7]>(),
    ) {
        let code = BadgeCode::new(locator, secret);
        prop_assert_eq!(code.locator(), locator % (1 << 20));
        prop_assert_eq!(code, BadgeCode::new(locator % (1 << 20), secret % (1 << 40)));
        prop_assert_ne!(code, BadgeCode::new(locator, secret ^ 1));
        let typed = as_typed(&code.to_string(), &slips);
        prop_assert_eq!(typed.parse(), Ok(code), "{}", typed);
    }

    #[test]
    fn one_wrong_character_of_a_badge_code_is_caught(
        locator in any::<u32>(),
        secret in any::<u64>(),
        at in 0..13usize,
        other in "[0-9A-HJKMNP-TV-Z]",
    ) {
        let mut text = BadgeCode::new(locator, secret).to_string().replace('-', "");
        prop_assume!(text[at..=at] != other);
        text.replace_range(at..=at, &other);
        prop_assert_eq!(text.parse::<BadgeCode>(), Err(InvalidBadgeCode::Check));
    }

    /// Luhn's one blind spot is a `0` beside a `Z`.
    #[test]
    fn two_swapped_neighbours_of_a_badge_code_are_caught(
        locator in any::<u32>(),
        secret in any::<u64>(),
        at in 0..12usize,
    ) {
        let mut typed = BadgeCode::new(locator, secret).to_string().replace('-', "").into_bytes();
        let pair = (typed[at], typed[at + 1]);
        typed.swap(at, at + 1);
        let typed = String::from_utf8(typed).expect("ASCII").parse::<BadgeCode>();
        if pair.0 == pair.1 || matches!(pair, (b'0', b'Z') | (b'Z', b'0')) {
            prop_assert!(typed.is_ok());
        } else {
            prop_assert_eq!(typed, Err(InvalidBadgeCode::Check));
        }
    }

    #[test]
    fn receipt_codes_are_read_as_people_type_them(number in any::<u64>(), slips in any::<[u8; 7]>()) {
        let code = ReceiptCode::from_stored(number >> 4).expect("60 bits");
        prop_assert_eq!(code.number(), number >> 4);
        let typed = as_typed(&code.to_string(), &slips);
        prop_assert_eq!(typed.parse(), Ok(code), "{}", typed);
        prop_assert_eq!(ReceiptCode::from_stored(number).is_ok(), number < 1 << 60);
    }

    #[test]
    fn no_text_breaks_the_reading_of_codes(
        text in prop_oneof![
            any::<String>(),
            "[0-9A-Ta-t -]{12,13}",
            "[0-9A-Za-z]{52}",
            "[0-9A-Za-z_-]{43}",
            "[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        ],
    ) {
        // Every code that can be read has one canonical spelling, which reads as the same code.
        if let Ok(code) = text.parse::<BadgeCode>() {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }
        if let Ok(code) = text.parse::<ReceiptCode>() {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }
        if let Ok(tracker) = text.parse::<Tracker>() {
            prop_assert_eq!(tracker.to_string(), text.clone());
        }
        if let Some(token) = LinkToken::parse(&text) {
            prop_assert_eq!(LinkToken::parse(&token.reveal()), Some(token));
        }
        if let Ok(id) = text.parse::<BallotId>() {
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn trackers_tell_voters_and_ballots_apart(bytes in any::<[u8; 32]>(), a in any::<u128>(), b in any::<u128>()) {
        prop_assume!(a != b);
        let tracker = Tracker::new(bytes);
        prop_assert_eq!(tracker.to_string().parse(), Ok(tracker));
        let [ballot_a, ballot_b] = [a, b].map(|id| BallotId::new(Uuid::from_u128(id)));
        prop_assert_ne!(tracker.code(ballot_a), tracker.code(ballot_b));
        let [voter_a, voter_b] = [a, b].map(|id| AttendeeId::new(Uuid::from_u128(id)));
        prop_assert_ne!(tracker.voter_hash(voter_a), tracker.voter_hash(voter_b));
    }
}
