//! The archive of a record: any bytes are accepted or rejected, and an accepted archive consists of exactly the bytes
//! of its files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urna_core::record::archive;
use urna_verify::{Files, Known, verify};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(files) = archive::decode(bytes) {
        assert_eq!(archive::encode(files), bytes);
        let files = Files::read(bytes).expect("it was read before");
        let _report = verify(&files, &Known::default(), &[], &mut |_, _| {});
    }
});
