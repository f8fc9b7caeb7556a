//! Texts that people type, and texts in links and cookies: codes, tokens, addresses, names. An accepted one parses
//! again to the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urna_core::browser::Turn;
use urna_core::keys::{LinkToken, Token};
use urna_core::{BadgeCode, Email, PersonName, ReceiptCode, Slug, Timestamp, Tracker};

fn reads_again<T: std::str::FromStr + std::fmt::Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert!(value.to_string().parse::<T>().is_ok_and(|again| again == value));
    }
}

fuzz_target!(|text: &str| {
    reads_again::<ReceiptCode>(text);
    reads_again::<BadgeCode>(text);
    reads_again::<Tracker>(text);
    reads_again::<Timestamp>(text);
    if let Ok(email) = Email::parse(text) {
        assert!(Email::parse(email.as_str()).is_ok_and(|again| again == email));
    }
    if let Ok(name) = PersonName::parse(text) {
        assert!(PersonName::parse(name.as_str()).is_ok_and(|again| again == name));
    }
    if let Ok(slug) = Slug::parse(text) {
        assert!(Slug::parse(slug.as_str()).is_ok_and(|again| again == slug));
    }
    if let Ok(turn) = text.parse::<Turn>() {
        assert_eq!(turn.to_string(), text);
    }
    if let Some(token) = LinkToken::parse(text) {
        assert!(LinkToken::parse(&token.reveal()).is_some());
    }
    if let Some(token) = Token::parse(text) {
        assert!(Token::parse(&token.reveal()).is_some());
    }
});
