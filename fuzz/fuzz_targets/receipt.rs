//! A saved receipt, with its notes and keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urna_core::receipt::Promise;
use urna_core::signed_note::{open, parse_verifier_key, verifier_key};
use urna_verify::SavedReceipt;

/// The key of the test vectors.
const KEY: &str = "urna+8b294609+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";

fuzz_target!(|text: &str| {
    let _receipt = SavedReceipt::read(text.as_bytes(), "receipt");
    if let Ok(key) = parse_verifier_key(text) {
        assert_eq!(verifier_key(&key), text);
    }
    if let Ok(promise) = text.parse::<Promise>() {
        assert_eq!(promise.text(), text);
    }
    let key = parse_verifier_key(KEY).expect("the key is one");
    if let Ok(signed) = open(text, &key) {
        assert!(text.starts_with(signed));
    }
});
