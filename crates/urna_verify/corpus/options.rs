//! The key and the statement given beside a record.

use ed25519_dalek::SigningKey;
use urna_core::Sha256Hash;
use urna_core::record::file;
use urna_core::signed_note::{fingerprint, verifier_key};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, get};
use super::signatures::{mixed_key, odd_keys, written};

/// The case with a key given in this form.
fn key(case: Case, key: &str) -> Case {
    Case { key: Some(key.to_owned()), ..case }
}

fn statement(case: Case, digits: &str) -> Case {
    Case { statement: Some(digits.to_owned()), ..case }
}

/// The given key or statement is that of the record, in every accepted form.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let public = forge.key.verifying_key();
    let (own, print) = (verifier_key(&public), fingerprint(&public));
    let shown = Sha256Hash::of(get(&parts, file::STATEMENT)).to_string();
    let right = |what: &str| Case::right(format!("right-given-{what}"), &parts);
    vec![
        key(right("key"), &own),
        key(right("key-as-a-file-has-it"), &format!("{own}\n")),
        key(right("key-with-space-around"), &format!(" \t{own}\r\n")),
        key(right("fingerprint"), &print),
        key(right("fingerprint-in-capitals"), &print.to_uppercase()),
        key(right("fingerprint-in-both"), &(print[..32].to_uppercase() + &print[32..])),
        key(right("fingerprint-with-space-around"), &format!("\u{a0}{print}\n")),
        statement(right("statement"), &shown),
        statement(right("statement-in-capitals"), &shown.to_uppercase()),
        statement(right("statement-of-32-digits"), &shown[..32]),
        statement(right("statement-of-33-digits"), &shown[..33]),
        statement(right("statement-of-63-digits"), &shown[..63]),
        statement(right("statement-with-space-around"), &format!("\u{a0}{}\n", &shown[..32])),
        statement(key(right("both"), &print), &shown),
    ]
}

/// The given key or statement is another one.
pub(crate) fn others() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let other = SigningKey::from_bytes(&[10; 32]).verifying_key();
    let shown = Sha256Hash::of(get(&parts, file::STATEMENT)).to_string();
    let of_key = |what: &str| Case::fault(format!("given-{what}"), &parts, Fault::OtherKey);
    let of_statement = |what: &str| Case::fault(format!("given-{what}"), &parts, Fault::OtherThanShown);
    let last = if shown.ends_with('0') { "1" } else { "0" };
    vec![
        key(of_key("another-key"), &verifier_key(&other)),
        key(of_key("another-fingerprint"), &fingerprint(&other)),
        key(of_key("the-public-key-for-its-fingerprint"), &hexadecimal(forge.key.verifying_key().as_bytes())),
        key(of_key("the-fingerprint-of-the-statement"), &shown),
        key(of_key("a-key-of-mixed-order"), &written(&mixed_key(&forge))),
        statement(of_statement("a-statement-but-its-beginning"), &shown[1..40]),
        statement(of_statement("a-statement-but-its-last-digit"), &(shown[..63].to_owned() + last)),
        statement(
            of_statement("the-fingerprint-of-the-publication"),
            &Sha256Hash::of(get(&parts, file::PUBLICATION)).to_string(),
        ),
        statement(of_statement("the-fingerprint-of-the-manifest"), &Sha256Hash::of(&forge.manifest()).to_string()),
    ]
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The given text is not a key or a statement.
pub(crate) fn none() -> Vec<Case> {
    let forge = Forge::new();
    let parts = forge.parts();
    let public = forge.key.verifying_key();
    let (own, print) = (verifier_key(&public), fingerprint(&public));
    let unreadable = |what: &str| Case::unreadable(format!("given-{what}"), &parts);
    let keys = [
        ("no-key", String::new()),
        ("a-key-of-a-word", "urna".to_owned()),
        ("a-key-with-a-large-id", own[..13].to_uppercase().replace("URNA", "urna") + &own[13..]),
        ("a-key-with-another-id", format!("urna+00000000{}", &own[13..])),
        ("a-key-with-another-name", own.replace("urna", "Urna")),
        ("a-key-in-base64url", own[..14].to_owned() + &own[14..].replace('+', "-").replace('/', "_")),
        ("a-key-that-is-cut-off", own[..own.len() - 1].to_owned()),
        ("a-key-with-a-space-within", own.replacen('+', "+ ", 1)),
        ("two-keys", format!("{own} {own}")),
        ("a-fingerprint-that-is-cut-off", print[..63].to_owned()),
        ("a-fingerprint-that-is-too-long", format!("{print}0")),
        ("a-fingerprint-of-other-letters", print.replace(|digit: char| digit.is_ascii_digit(), "g")),
        (
            "a-fingerprint-with-colons",
            print.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap()).collect::<Vec<_>>().join(":"),
        ),
        ("a-fingerprint-with-a-space-within", format!("{} {}", &print[..32], &print[32..])),
        ("a-fingerprint-with-a-prefix", format!("0x{print}")),
        ("a-fingerprint-of-other-digits", "\u{ff11}".repeat(64)),
        ("a-fingerprint-with-a-mark-before", format!("\u{feff}{print}")),
        ("a-key-that-is-no-point", written(&std::array::from_fn(|place| if place == 0 { 2 } else { 0 }))),
    ];
    let mut cases: Vec<_> = keys.into_iter().map(|(what, given)| key(unreadable(what), &given)).collect();
    for (what, public) in odd_keys() {
        cases.push(key(unreadable(&format!("a-key-of-{what}")), &written(&public)));
    }
    let digits = [
        ("no-statement", String::new()),
        ("a-statement-of-31-digits", print[..31].to_owned()),
        ("a-statement-of-65-digits", format!("{print}0")),
        ("a-statement-of-other-letters", "g".repeat(32)),
        ("a-statement-of-other-digits", "\u{ff11}".repeat(32)),
        ("a-statement-with-a-space-within", format!("{} {}", &print[..16], &print[16..32])),
    ];
    cases.extend(digits.map(|(what, given)| statement(unreadable(what), &given)));
    cases
}
