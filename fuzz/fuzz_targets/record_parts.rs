//! The files of a record, one at a time: an archive's checksums would reject most mutations. The first byte selects the
//! file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urna_core::Manifest;
use urna_core::record::{
    Publication, Statement, decode_commitments, decode_history, decode_openings, encode_commitments, encode_history,
    encode_openings,
};

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which % 6 {
        0 => {
            if let Ok(commitments) = decode_commitments(bytes) {
                assert_eq!(encode_commitments(&commitments), bytes);
            }
        }
        1 => {
            if let Ok(openings) = decode_openings(bytes) {
                assert_eq!(encode_openings(openings), bytes);
            }
        }
        2 => {
            if let Ok(history) = decode_history(bytes) {
                assert_eq!(encode_history(&history), bytes);
            }
        }
        3 => {
            let _manifest = Manifest::from_stored(bytes.to_vec()).read();
        }
        _ => {
            let Ok(text) = std::str::from_utf8(bytes) else { return };
            if which % 6 == 4 {
                if let Ok(statement) = text.parse::<Statement>() {
                    assert_eq!(statement.text(), text);
                }
            } else if let Ok(publication) = text.parse::<Publication>() {
                assert_eq!(publication.text(), text);
            }
        }
    }
});
