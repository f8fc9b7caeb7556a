//! Every accepted address can be sent mail.

use lettre::Address;
use lettre::message::Mailbox;
use proptest::prelude::*;
use urna_core::Email;

/// Addresses drawn from all of Unicode, and known traps.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\"(),:;<>@\\[\\]-]{1,12}@[a-zA-Z0-9_-]{1,8}\\.[a-zA-Z0-9-]{1,6}",
        "[\\p{L}\\p{M}\\p{N}.]{1,6}@[\\p{L}\\p{M}\\p{N}-]{1,4}\\.[a-z]{2,3}",
        "[hHlLjJiIİıßẞσςΐǅKÅ\u{308}\u{30c}\u{331}\u{307}\u{345}\u{301}\u{200d}]{1,6}@[hjßẞς\u{308}\u{331}]{0,3}x\\.Org",
        "[a-z]{60,66}@[a-z]{60,66}\\.[a-z]{60,66}\\.[a-z]{55,66}",
        any::<(String, String)>().prop_map(|(local, domain)| format!("{local}@{domain}.org")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_address_that_is_taken_is_one_that_mail_can_be_sent_to(text in address()) {
        let Ok(email) = Email::parse(&text) else { return Ok(()) };
        let mailed: Address = email.as_str().parse().unwrap();
        prop_assert_eq!(mailed.to_string(), email.as_str());
        prop_assert_eq!(Mailbox::new(None, mailed).to_string(), email.as_str());
    }
}

#[test]
fn what_nobody_can_mail_is_not_taken() {
    for text in ["l\u{307}ina@example.org", "İ@example.org", "ǎ\u{328}@example.org"] {
        assert!(Email::canonical(text).unwrap().as_str().parse::<Address>().is_err(), "{text}");
        assert!(Email::parse(text).is_err(), "{text}");
    }
}
