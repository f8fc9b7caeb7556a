//! One mailbox, one spelling.

use proptest::prelude::*;
use urna_core::Email;

use crate::cases;

/// Addresses drawn from all of Unicode.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,12}@[a-zA-Z0-9-]{1,8}\\.[a-zA-Z]{2,6}",
        "[\\p{L}\\p{M}.]{1,6}@[\\p{L}\\p{M}]{1,4}\\.[a-z]{2,3}",
        // Letters and marks of which only one case has a precomposed form, and other traps of case.
        "[hHjJtTwWyYiIİıßẞſΣσςΐŉǅKÅüÜ\u{308}\u{30c}\u{331}\u{30a}\u{307}\u{345}\u{301}]{1,6}@[hHjJßẞσς\u{308}\u{331}]{0,3}x\\.Org",
        " {0,2}[a-z]{1,3}@[a-z]{1,3}(\\.|\u{3002}|\u{ff0e})[a-zA-Z]{2} {0,2}",
    ]
}

/// Swaps the case of a letter that has exactly one other, except sigma: `Σ` becomes `σ` or `ς` depending on its place.
fn other_case(c: char) -> char {
    let only = |mut all: Box<dyn Iterator<Item = char>>| all.next().filter(|_| all.next().is_none());
    let upper = |c: char| only(Box::new(c.to_uppercase()));
    let lower = |c: char| only(Box::new(c.to_lowercase()));
    if matches!(c, 'Σ' | 'σ' | 'ς') {
        return c;
    }
    match (upper(c), lower(c)) {
        (Some(up), _) if up != c && lower(up) == Some(c) => up,
        (_, Some(low)) if low != c && upper(low) == Some(c) => low,
        _ => c,
    }
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_canonical_address_is_its_own_canonical_address(text in address()) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert!(email.as_str().len() <= 254);
            let (local, domain) = email.as_str().split_once('@').expect("an @");
            prop_assert_eq!(domain, email.domain());
            prop_assert!(domain.is_ascii() && domain.contains('.') && local.len() <= 64);
        }
        if let Ok(taken) = Email::canonical(&text) {
            prop_assert_eq!(Email::canonical(taken.as_str()), Ok(taken.clone()), "a stored address can be read");
            prop_assert!(Email::parse(&text).is_ok_and(|email| email == taken) || Email::parse(&text).is_err());
        }
    }

    #[test]
    fn case_is_irrelevant(text in address(), which in any::<[bool; 32]>()) {
        let swapped: String =
            text.chars().zip(which.iter().cycle()).map(|(c, swap)| if *swap { other_case(c) } else { c }).collect();
        prop_assert_eq!(Email::parse(&swapped), Email::parse(&text), "{}", swapped);
    }

    #[test]
    fn white_space_around_an_address_is_irrelevant(
        text in address(),
        before in "[ \t\u{a0}]{0,3}",
        after in "[ \r\n]{0,3}",
    ) {
        prop_assert_eq!(Email::parse(&format!("{before}{text}{after}")), Email::parse(&text));
    }

    #[test]
    fn no_text_breaks_the_reading_of_addresses(text in any::<String>(), domain in any::<String>()) {
        let _ = Email::parse(&text);
        if let Ok(email) = Email::parse(&format!("{text}@{domain}")) {
            prop_assert!(!email.as_str().chars().any(|c| c.is_whitespace() || c.is_control()));
        }
    }
}
