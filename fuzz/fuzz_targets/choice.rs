//! A choice, as submitted and as recorded, under each method.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use urna_core::choice::{Choice, GivenChoice};
use urna_core::{Definition, Manifest, Method};

/// The manifest of the test vectors, with each method.
static DEFINITIONS: LazyLock<[Definition; 2]> = LazyLock::new(|| {
    let manifest = Manifest::from_stored(include_bytes!("../seeds/manifest.json").to_vec());
    let definition = manifest.read().expect("the manifest is one").1;
    let approval = Definition { method: Method::Approval { max_choices: 2 }, ..definition.clone() };
    [definition, approval]
});

fuzz_target!(|bytes: &[u8]| {
    for definition in &*DEFINITIONS {
        if let Ok(choice) = Choice::decode(bytes, definition) {
            assert_eq!(choice.encode(), bytes);
        }
        let ids = bytes.iter().filter_map(|place| Some(definition.candidate(u16::from(*place))?.id));
        let ids: Vec<_> = ids.collect();
        let one = ids.first().map(|id| GivenChoice::Candidate(*id));
        for given in [GivenChoice::Blank, GivenChoice::Candidates(ids)].into_iter().chain(one) {
            if let Ok(choice) = Choice::parse(&given, definition) {
                assert_eq!(Choice::decode(&choice.encode(), definition), Ok(choice));
            }
        }
    }
});
