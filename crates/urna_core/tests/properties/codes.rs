//! Everything written in one form and read in another: choices, codes, tokens.

use proptest::prelude::*;
use urna_core::badge_code::InvalidBadgeCode;
use urna_core::keys::LinkToken;
use urna_core::{AttendeeId, BadgeCode, BallotId, ReceiptCode, Tracker};
use uuid::Uuid;

use crate::cases;

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
