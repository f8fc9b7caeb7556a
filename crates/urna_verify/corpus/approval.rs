//! Approval: votes for several candidates, and cases that a verifier of plurality alone would pass or refuse wrongly.

use serde_json::{Value, json};
use urna_core::choice::Mark;
use urna_core::life_cycle::HistoryEvent;
use urna_core::method::Seats;
use urna_core::record::file;
use urna_core::{Choice, Method, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, by, candidate, counts_alone, vote};
use super::tallies::decided;

const TALLY: &str = file::TALLY;
const MANIFEST: &str = file::MANIFEST;

fn approval(candidates: &[u16]) -> Choice {
    Choice::of(Method::Approval { max_choices: 2, seats: Seats::ONE }, candidates.iter().copied().map(Mark::named))
}

/// A record with votes for these places each.
fn voted(votes: &[&[u16]]) -> Forge {
    let mut forge = Forge::new();
    forge.definition.method = Method::Approval { max_choices: 2, seats: Seats::ONE };
    forge.votes = (1..).zip(votes).map(|(number, places)| vote(number, &approval(places))).collect();
    forge.participations = forge.votes.len().try_into().unwrap();
    forge.eligible = forge.participations + 3;
    forge
}

/// Three for the first, two for the second, two for the third, one blank.
fn usual() -> Forge {
    voted(&[&[0, 1], &[0], &[0, 2], &[1, 2], &[]])
}

/// Correct records.
pub(crate) fn right() -> Vec<Case> {
    let (jury, lot, shared) = (TieRule::Jury {}, TieRule::Lot {}, TieRule::Shared {});
    let tied: &[&[u16]] = &[&[0, 1], &[0, 1], &[2]];
    let mut withdrawn = usual();
    withdrawn.history.push(HistoryEvent::Withdrawn { candidate: candidate(1), reason: "ill".to_owned() });
    let mut wide = usual();
    wide.definition.method = Method::Approval { max_choices: 100, seats: Seats::ONE };
    wide.votes[0] = vote(1, &approval(&[0, 1, 2]));
    let forges = [
        ("usual", usual()),
        ("one-each", voted(&[&[0], &[1], &[0]])),
        ("two-each", voted(&[&[0, 1], &[0, 2], &[0, 1]])),
        ("everybody-names-the-first", voted(&[&[0, 1], &[0], &[0]])),
        ("all-blank", voted(&[&[], &[]])),
        ("no-votes", voted(&[])),
        ("lot", by(lot, voted(tied))),
        ("shared", by(shared, voted(tied))),
        ("jury", decided(&[2, 1], by(jury, voted(tied)))),
        ("first-withdrew", withdrawn),
        ("more-choices-than-candidates", wide),
    ];
    let both = forges.into_iter().flat_map(|(name, forge)| {
        let with_receipt = |name: String, forge: &Forge| {
            let case = Case::right(name, &forge.parts());
            if forge.votes.is_empty() { case } else { case.with_receipt(&forge.receipt(0)) }
        };
        let counts = counts_alone(forge.clone());
        [
            with_receipt(format!("right-approval-{name}"), &forge),
            with_receipt(format!("right-approval-{name}-counts-alone"), &counts),
        ]
    });
    let blank = usual();
    both.chain([Case::right("right-approval-receipt-of-a-blank-vote", &blank.parts()).with_receipt(&blank.receipt(4))])
        .collect()
}

/// Invalid methods.
pub(crate) fn wrong_manifests() -> Vec<Case> {
    let methods = [
        ("without-a-bound", json!({"type": "approval"})),
        ("of-none", json!({"type": "approval", "max_choices": 0})),
        ("of-one", json!({"type": "approval", "max_choices": 1})),
        ("of-101", json!({"type": "approval", "max_choices": 101})),
        ("of-65538", json!({"type": "approval", "max_choices": 65538})),
        ("of-a-text", json!({"type": "approval", "max_choices": "2"})),
        ("of-true", json!({"type": "approval", "max_choices": true})),
        ("of-a-half", json!({"type": "approval", "max_choices": 2.5})),
        ("below-nought", json!({"type": "approval", "max_choices": -2})),
        ("with-more", json!({"type": "approval", "max_choices": 2, "seats": 1})),
        ("with-a-null", json!({"type": "approval", "max_choices": 2, "seats": null})),
        ("of-plurality", json!({"type": "plurality", "max_choices": 2})),
        ("of-another-name", json!({"type": "score", "max_choices": 2})),
    ];
    let case = |(name, method): (&str, Value)| {
        let changed = usual().set(MANIFEST, "/method", method);
        Case::wrong(format!("approval-{name}"), &changed.parts(), |fault| *fault == Fault::Form(MANIFEST))
    };
    methods.into_iter().map(case).collect()
}

/// Illegal choices. All else fits, as if a careless reader had accepted the choice.
pub(crate) fn illegal() -> Vec<Case> {
    let choices: [(&str, &[u8], Choice); 11] = [
        ("of-plurality", &[1, 0, 1, 0, 0, 0, 1], approval(&[0])),
        ("blank-of-plurality", &[1, 0, 0], approval(&[])),
        ("of-three", &[2, 0, 3, 0, 0, 0, 1, 0, 1, 0, 1, 0, 2, 0, 1], approval(&[0, 1])),
        ("of-one-twice", &[2, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1], approval(&[0])),
        ("descending", &[2, 0, 2, 0, 1, 0, 1, 0, 0, 0, 1], approval(&[0, 1])),
        ("of-value-2", &[2, 0, 2, 0, 0, 0, 1, 0, 1, 0, 2], approval(&[0, 1])),
        ("of-value-0", &[2, 0, 2, 0, 0, 0, 1, 0, 1, 0, 0], approval(&[0])),
        ("of-the-first-beyond", &[2, 0, 2, 0, 0, 0, 1, 0, 3, 0, 1], approval(&[0])),
        ("cut-off", &[2, 0, 2, 0, 0, 0, 1], approval(&[0])),
        ("and-more", &[2, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1], approval(&[0])),
        ("blank-and-more", &[2, 0, 0, 0, 0, 0, 1], approval(&[])),
    ];
    choices
        .into_iter()
        .map(|(what, bytes, counted)| {
            let mut forge = usual();
            forge.votes[1].choice = bytes.to_vec();
            forge.votes[1].counted = counted;
            let place = forge.sealed().iter().position(|(_, vote)| vote.choice == bytes).unwrap() + 1;
            Case::fault(format!("approval-choice-{what}"), &forge.parts(), Fault::IllegalChoice { place })
        })
        .collect()
}

/// Signed tallies that do not follow from the votes.
pub(crate) fn wrong() -> Vec<Case> {
    let cases = [
        ("shares-of-all-names", "/rows/0/share", json!("0.4286")),
        ("one-vote-more", "/rows/1/votes", json!(3)),
        ("a-rank", "/rows/2/rank", json!(3)),
        ("names-as-votes", "/counted", json!(7)),
    ];
    cases
        .into_iter()
        .map(|(name, pointer, value)| {
            let changed = usual().set(TALLY, pointer, value);
            Case::fault(format!("approval-tally-{name}"), &changed.parts(), Fault::Tally)
        })
        .collect()
}

/// Only counts are disclosed: that many votes must be able to add up to them.
pub(crate) fn wrong_counts() -> Vec<Case> {
    let is_it: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Tally | Fault::Count { .. });
    // The tally for these numbers of votes each, with three votes counted and one blank.
    let counts = |votes: [u64; 3]| {
        let forge = counts_alone(voted(&[&[0, 1], &[0], &[0], &[]]));
        forge.counting(move |tally| {
            let mut rows: Vec<(usize, u64)> = votes.into_iter().enumerate().collect();
            rows.sort_by_key(|(_, votes)| std::cmp::Reverse(*votes));
            let most = rows[0].1;
            let first: Vec<_> = (0..3).filter(|index| votes[*index] == most).map(|index| candidate(index as u128 + 1)).collect();
            tally["rows"] = rows
                .iter()
                .map(|(index, count)| {
                    json!({"candidate": candidate(*index as u128 + 1), "votes": count, "withdrawn": false,
                        "rank": 1 + votes.iter().filter(|other| *other > count).count(),
                        "share": urna_core::tally::share(*count, 3), "elected": first == [candidate(*index as u128 + 1)]})
                })
                .collect();
            tally["derivation"][1]["votes"] = (0..3).map(|index| json!([candidate(index as u128 + 1), votes[index]])).collect();
            tally["derivation"][2]["votes"] = json!(most);
            tally["derivation"][2]["candidates"] = json!(first);
            tally["outcome"] = json!({"type": "elected", "candidates": first});
        })
    };
    vec![
        Case::right("right-approval-other-counts", &counts([3, 2, 1]).parts()),
        Case::wrong("approval-counts-of-too-few-names", &counts([2, 0, 0]).parts(), is_it),
        Case::wrong("approval-counts-of-too-many-names", &counts([3, 2, 2]).parts(), is_it),
        Case::wrong("approval-counts-of-more-than-voted", &counts([4, 1, 0]).parts(), is_it),
    ]
}
