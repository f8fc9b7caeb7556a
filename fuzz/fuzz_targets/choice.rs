//! A choice, as submitted and as recorded, under each method.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use urna_core::choice::{Choice, GivenChoice};
use urna_core::method::Seats;
use urna_core::method::ranked::RankedCount;
use urna_core::{Definition, Manifest, Method};

/// The manifest of the test vectors, with each method.
static DEFINITIONS: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let manifest = Manifest::from_stored(include_bytes!("../seeds/manifest.json").to_vec());
    let definition = manifest.read().expect("the manifest is one").1;
    let seats = Seats::ONE;
    let ranked = RankedCount::ALL.map(|count| Method::Ranked { count, max_ranks: Some(3), seats });
    let others =
        [Method::PLURALITY, Method::Approval { max_choices: 2, seats }, Method::Score { min: 1, max: 5, seats }];
    others.into_iter().chain(ranked).map(|method| Definition { method, ..definition.clone() }).collect()
});

fuzz_target!(|bytes: &[u8]| {
    for definition in &*DEFINITIONS {
        if let Ok(choice) = Choice::decode(bytes, definition) {
            assert_eq!(choice.encode(), bytes);
        }
        let ids = bytes.iter().filter_map(|place| Some(definition.candidate(u16::from(*place))?.id));
        let ids: Vec<_> = ids.collect();
        let one = ids.first().map(|id| GivenChoice::Candidate(*id));
        // Each rank has as many candidates as the next byte says; points are the bytes.
        let mut rest = ids.clone();
        let ranks = bytes.iter().map(|byte| rest.drain(..usize::from(byte % 3).min(rest.len())).collect());
        let ranking = GivenChoice::Ranking(ranks.take(8).collect());
        let scores = GivenChoice::Scores(ids.iter().copied().zip(bytes.iter().map(|byte| u16::from(*byte))).collect());
        let several = [GivenChoice::Blank, GivenChoice::Candidates(ids), ranking, scores];
        for given in several.into_iter().chain(one) {
            if let Ok(choice) = Choice::parse(&given, definition) {
                assert_eq!(Choice::decode(&choice.encode(), definition), Ok(choice));
            }
        }
    }
});
