//! Invalid choices, and commitments and openings that do not belong together.

use sha2::{Digest as _, Sha256};
use urna_core::record::file;
use urna_core::{Choice, Nonce};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, Vote, plurality};

const OPENINGS: &str = file::OPENINGS;
const COMMITMENTS: &str = file::COMMITMENTS;

/// Illegal choices. All else fits, as if a careless reader had accepted the choice.
pub(crate) fn illegal() -> Vec<Case> {
    let (first, blank) = (plurality(Some(0)), plurality(None));
    let last = plurality(Some(2));
    let choices: [(&str, &[u8], &Choice); 19] = [
        ("empty", &[], &blank),
        ("of-the-method-alone", &[1], &blank),
        ("of-two-bytes", &[1, 0], &blank),
        ("blank-and-more", &[1, 0, 0, 0], &blank),
        ("blank-and-a-vote", &[1, 0, 0, 0, 0, 0, 1], &blank),
        ("blank-with-a-nought", &[1, 0, 1, 0, 0, 0, 0], &blank),
        ("of-method-0", &[0, 0, 1, 0, 0, 0, 1], &first),
        ("of-method-2", &[2, 0, 1, 0, 0, 0, 1], &first),
        ("blank-of-method-2", &[2, 0, 0], &blank),
        ("of-value-2", &[1, 0, 1, 0, 0, 0, 2], &first),
        ("of-value-257", &[1, 0, 1, 0, 0, 1, 1], &first),
        ("of-the-first-beyond", &[1, 0, 1, 0, 3, 0, 1], &last),
        ("of-index-256", &[1, 0, 1, 1, 0, 0, 1], &first),
        ("of-the-largest-index", &[1, 0, 1, 0xff, 0xff, 0, 1], &last),
        ("of-two", &[1, 0, 2, 0, 0, 0, 1, 0, 1, 0, 1], &first),
        ("of-one-twice", &[1, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1], &first),
        ("cut-off", &[1, 0, 1, 0, 0, 0], &first),
        ("and-more", &[1, 0, 1, 0, 0, 0, 1, 0], &first),
        ("of-the-other-end-first", &[1, 1, 0, 0, 0, 1, 0], &first),
    ];
    choices
        .into_iter()
        .map(|(what, bytes, counted)| {
            let mut forge = Forge::new();
            forge.votes[3] = Vote { choice: bytes.to_vec(), ..forge.votes[3].choosing(counted) };
            let place = forge.sealed().iter().position(|(_, vote)| vote.choice == bytes).unwrap() + 1;
            Case::fault(format!("choice-{what}"), &forge.parts(), Fault::IllegalChoice { place })
        })
        .collect()
}

/// One blank vote. Its opening claims a length beyond the end of the file, and its commitment was made over that claim.
fn lying() -> Forge {
    let mut forge = Forge::new();
    (forge.votes, forge.participations) = (vec![forge.votes[6].clone()], 1);
    let lie = |bytes: &mut Vec<u8>| bytes[67] = 7;
    let manifest = Sha256::digest(forge.manifest());
    let parts = forge.parts();
    let mut opening = super::forge::get(&parts, OPENINGS).to_vec();
    lie(&mut opening);
    let commitment = Sha256::digest([b"urna/commit/v1\n", manifest.as_slice(), &opening].concat()).to_vec();
    forge.change(OPENINGS, lie).change(COMMITMENTS, move |bytes| bytes.clone_from(&commitment))
}

/// Commitments and openings that are cut off, swapped, doubled, or foreign.
pub(crate) fn wrong_files() -> Vec<Case> {
    let forge = Forge::new();
    let case = |name: &str, file: &'static str, fault: Fault, change: fn(&mut Vec<u8>)| {
        Case::fault(name, &forge.change(file, change).parts(), fault)
    };
    let form = |name: &str, file: &'static str, change| case(name, file, Fault::Form(file), change);
    let broken = |votes, place| Fault::Commitment { votes, place };
    // An opening is 75 bytes if it names somebody; a blank one is shorter by four.
    let cases = vec![
        form("openings-with-a-byte-more", OPENINGS, |bytes| bytes.push(0)),
        form("openings-with-67-bytes-more", OPENINGS, |bytes| bytes.extend([0; 67])),
        form("openings-of-a-length-that-is-not-there", OPENINGS, |bytes| {
            let last = bytes.len() - 75;
            bytes.truncate(bytes.len().min(last + 75));
            bytes[64..68].copy_from_slice(&[0xff; 4]);
        }),
        form("openings-of-a-length-below-nought", OPENINGS, |bytes| bytes[64] = 0x80),
        form("commitments-with-a-byte-more", COMMITMENTS, |bytes| bytes.push(0)),
        form("commitments-with-a-newline", COMMITMENTS, |bytes| bytes.push(b'\n')),
        Case::wrong("openings-of-nobody", &forge.change(OPENINGS, Vec::clear).parts(), |fault| {
            matches!(fault, Fault::OpeningsMissing { openings: 0, .. })
        }),
        Case::wrong(
            "openings-of-one-vote-more",
            &forge
                .change(OPENINGS, |bytes| {
                    let mut more = [vec![9; 64], vec![0, 0, 0, 3, 1, 0, 0]].concat();
                    bytes.append(&mut more);
                })
                .parts(),
            |fault| matches!(fault, Fault::OpeningsMissing { openings: 8, .. }),
        ),
        Case::wrong("commitments-of-nobody", &forge.change(COMMITMENTS, Vec::clear).parts(), |fault| {
            matches!(fault, Fault::OpeningsMissing { commitments: 0, .. })
        }),
        Case::wrong(
            "commitments-of-one-vote-more",
            &forge.change(COMMITMENTS, |bytes| bytes.extend([0xff; 32])).parts(),
            |fault| matches!(fault, Fault::OpeningsMissing { commitments: 8, .. }),
        ),
        case("another-tracker", OPENINGS, broken(1, 1), |bytes| bytes[0] ^= 1),
        case("another-nonce", OPENINGS, broken(1, 1), |bytes| bytes[63] ^= 1),
    ];
    let mut other = forge.clone();
    other.votes[2].nonce = Nonce::new([200; 32]);
    let (sealed, others) = (forge.parts(), other.parts());
    let openings_of_others =
        forge.change(OPENINGS, move |bytes| bytes.copy_from_slice(super::forge::get(&others, OPENINGS)));
    let commitments = super::forge::get(&sealed, COMMITMENTS).to_vec();
    let mut before = forge.clone();
    before.definition.title = urna_core::LocalText::One("Another".to_owned());
    let under_another = before.change(COMMITMENTS, move |bytes| bytes.clone_from(&commitments));
    cases
        .into_iter()
        .chain([
            Case::fault("openings-of-a-length-that-lies", &lying().parts(), Fault::Form(OPENINGS)),
            Case::wrong("openings-of-other-commitments", &openings_of_others.parts(), |fault| {
                matches!(fault, Fault::Commitment { .. })
            }),
            Case::wrong("commitments-under-another-manifest", &under_another.parts(), |fault| {
                matches!(fault, Fault::Commitment { votes: 7, .. })
            }),
        ])
        .collect()
}
