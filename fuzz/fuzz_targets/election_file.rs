//! A file of rankings in each format; what can be read is counted in every way that takes it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use urna_core::election_file::{ElectionFile, Format};
use urna_core::method::ranked::{Contest, RankedCount, count};
use urna_core::{CandidateId, TieRule};
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let formats = [Format::Blt, Format::PrefLib, Format::Table, Format::Json];
    let format = formats[usize::from(*first) % formats.len()];
    let Ok(file) = ElectionFile::read(format, bytes) else { return };
    // Schulze's time grows with the cube of the candidates.
    if file.candidates.len() > 40 {
        return;
    }
    let ids: Vec<_> =
        (1..).take(file.candidates.len()).map(|number| CandidateId::new(Uuid::from_u128(number))).collect();
    let withdrawn: Vec<_> = file.withdrawn.iter().map(|place| ids[usize::from(*place)]).collect();
    for by in RankedCount::ALL {
        if file.equal_ranks_at.is_none() || by.takes_equal_ranks() {
            let seats = if by.takes_seats() { file.seats.unwrap_or(1) } else { 1 };
            let (rule, order) = (TieRule::Jury {}, Some(ids.as_slice()));
            let contest = Contest { candidates: &ids, withdrawn: &withdrawn, seats, rule, order };
            let _ = count(by, contest, &file.rankings);
        }
    }
});
