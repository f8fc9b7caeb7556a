//! A choice, as it is chosen and as a record has it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use urna_core::choice::{Choice, GivenChoice};
use urna_core::{Definition, Manifest};

/// The manifest of the test vectors.
static DEFINITION: LazyLock<Definition> = LazyLock::new(|| {
    let manifest = Manifest::from_stored(include_bytes!("../seeds/manifest.json").to_vec());
    manifest.read().expect("the manifest is one").1
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(choice) = Choice::decode(bytes, &DEFINITION) {
        assert_eq!(choice.encode(), bytes);
    }
    let given = match bytes.first().and_then(|first| DEFINITION.candidate(u16::from(*first))) {
        Some(candidate) => GivenChoice::Candidate(candidate.id),
        None => GivenChoice::Blank,
    };
    if let Ok(choice) = Choice::parse(&given, &DEFINITION) {
        assert_eq!(Choice::decode(&choice.encode(), &DEFINITION), Ok(choice));
    }
});
