//! Records signed by the operator, who has the key: correct ones and wrong ones.

use urna_core::life_cycle::HistoryEvent;
use urna_core::receipt::Receipt;
use urna_core::record::{Decision, file};
use urna_core::signed_note::fingerprint;
use urna_core::{Disclosure, Sha256Hash, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, Parts, candidate};

/// Unchanged records.
pub(crate) fn right() -> Vec<Case> {
    let forge = Forge::new();
    let tied = Forge::tied();
    let mut jury = tied.clone();
    jury.definition.tie_rule = TieRule::Jury {};
    jury.publication.tie_break = Some(Decision {
        order: vec![candidate(2), candidate(1)],
        reason: "She was\n\"better\".".to_owned(),
        decided_by: "the jury".to_owned(),
        nonce: None,
    });
    let mut shared = tied.clone();
    shared.definition.tie_rule = TieRule::Shared {};
    let mut withdrawn = forge.clone();
    withdrawn.history.push(HistoryEvent::Withdrawn { candidate: candidate(1), reason: "ill".to_owned() });
    withdrawn.publication.withdrawals = vec![candidate(3)];
    let mut counts = forge.clone();
    counts.definition.disclosure = Disclosure::Counts;
    let counts = counts.parts();
    let mut second = forge.clone();
    (second.publication.version, second.publication.note) = (2, Some("A name was wrong.".to_owned()));
    second.publication.previous = Some(Sha256Hash::new([1; 32]));
    let mut nobody = forge.clone();
    (nobody.votes, nobody.participations) = (Vec::new(), 0);
    let mut damaged = forge.clone();
    (damaged.participations, damaged.unreadable) = (9, 2);
    vec![
        Case::right("right", &forge.parts()).with_receipt(&forge.receipt(0)).with_key(&forge.key),
        Case::right("right-without-unreadable-votes", &damaged.parts()),
        Case::right("right-receipt-v1", &forge.parts()).with_receipt(&forge.receipt_v1(0)),
        Case::right("right-note", &forge.parts()).with_saved(forge.receipt(1).signed_note),
        Case::right("right-blank", &forge.parts()).with_receipt(&forge.receipt(6)).with_statement_of(&forge.parts()),
        Case { key: Some(fingerprint(&forge.key.verifying_key())), ..Case::right("right-fingerprint", &forge.parts()) },
        Case::right("right-lot", &tied.parts()),
        Case::right("right-jury", &jury.parts()),
        Case::right("right-shared", &shared.parts()),
        Case::right("right-withdrawn", &withdrawn.parts()),
        Case::right("right-counts", &counts).with_receipt(&forge_counts_receipt()),
        Case::right("right-second-version", &second.parts()),
        Case::right("right-nobody-voted", &nobody.parts()),
    ]
}

fn forge_counts_receipt() -> Receipt {
    let mut counts = Forge::new();
    counts.definition.disclosure = Disclosure::Counts;
    counts.receipt(1)
}

/// The operator, who has the key, signs other votes, or says other things about them.
pub(crate) fn signed_votes() -> Vec<Case> {
    let forge = Forge::new();
    let mut dropped = forge.clone();
    (dropped.votes, dropped.participations) = (dropped.votes[1..].to_vec(), 6);
    let mut unsaid = forge.clone();
    (unsaid.participations, unsaid.unreadable) = (9, 1);
    let mut covered_up = forge.clone();
    (covered_up.participations, covered_up.unreadable) = (7, 1);
    let mut changed = forge.clone();
    changed.votes[0] = changed.votes[0].choosing(&changed.votes[4].counted);
    let mut added = forge.clone();
    let mut invented = forge.votes[4].clone();
    invented.tracker = urna_core::Tracker::new([77; 32]);
    added.votes.push(invented);
    let mut too_many = added.clone();
    (too_many.participations, too_many.eligible) = (8, 7);
    let mut doubled = forge.clone();
    doubled.votes[1].tracker = doubled.votes[0].tracker;
    let mut illegal = forge.clone();
    illegal.votes[2].choice = vec![1, 0, 1, 0, 9, 0, 1];
    let mut no_blank = forge.clone();
    no_blank.definition.allow_blank = false;
    let mut counts = forge.clone();
    counts.definition.disclosure = Disclosure::Counts;
    let counts_with_openings = counts.with_openings();
    let counts_wrong = counts.signed(
        |parts| {
            parts.retain(|(name, _)| name != file::OPENINGS);
            let tally = &mut parts.iter_mut().find(|(name, _)| name == file::TALLY).unwrap().1;
            *tally = String::from_utf8(tally.clone()).unwrap().replace("\"votes\":4", "\"votes\":3").into_bytes();
        },
        |_| {},
        |_| {},
    );
    let lost = forge.receipt(0);
    vec![
        Case::wrong("dropped-vote", &dropped.parts(), |fault| matches!(fault, Fault::ReceiptMissing(_)))
            .with_receipt(&lost),
        Case::wrong("changed-vote-signed", &changed.parts(), |fault| matches!(fault, Fault::ReceiptMissing(_)))
            .with_receipt(&lost),
        Case::wrong("added-vote", &added.parts(), |fault| matches!(fault, Fault::Count { .. })),
        Case::wrong("too-many", &too_many.parts(), |fault| matches!(fault, Fault::TooMany { .. })),
        Case::wrong("doubled-tracker", &doubled.parts(), |fault| matches!(fault, Fault::TrackerRepeated { .. })),
        Case::wrong("illegal-choice", &illegal.parts(), |fault| matches!(fault, Fault::IllegalChoice { .. })),
        Case::wrong("unreadable-votes-unsaid", &unsaid.parts(), |fault| matches!(fault, Fault::Count { .. })),
        Case::wrong("unreadable-votes-that-were-none", &covered_up.parts(), |fault| {
            matches!(fault, Fault::Count { .. })
        }),
        Case::wrong("blank-not-allowed", &no_blank.parts(), |fault| matches!(fault, Fault::IllegalChoice { .. })),
        Case::wrong("openings-not-to-be-disclosed", &counts_with_openings, |fault| *fault == Fault::OpeningsDisclosed),
        Case::wrong("counts-alone-wrong", &counts_wrong, |fault| *fault == Fault::Tally),
    ]
}

/// The operator, who has the key, signs files that do not belong together.
pub(crate) fn signed_files() -> Vec<Case> {
    let forge = Forge::new();
    let files = |change: &dyn Fn(&mut Parts)| forge.signed(|parts| change(parts), |_| {}, |_| {});
    let file = |name: &'static str, change: &dyn Fn(&mut Vec<u8>)| {
        files(&|parts: &mut Parts| change(&mut parts.iter_mut().find(|(found, _)| found == name).unwrap().1))
    };
    let statement = |change: fn(&mut urna_core::record::Statement)| forge.signed(|_| {}, change, |_| {});
    let publication = |change: fn(&mut urna_core::record::Publication)| forge.signed(|_| {}, |_| {}, change);
    let tied = Forge::tied();
    let mut jury = tied.clone();
    jury.definition.tie_rule = TieRule::Jury {};
    let mut other_decision = jury.clone();
    other_decision.publication.tie_break =
        Some(Decision { order: vec![candidate(1)], reason: "r".to_owned(), decided_by: "d".to_owned(), nonce: None });
    let mut needless = forge.clone();
    needless.publication.tie_break.clone_from(&other_decision.publication.tie_break);
    let swap = |bytes: &mut Vec<u8>| {
        let (first, rest) = bytes.split_at_mut(32);
        first.swap_with_slice(&mut rest[..32]);
    };
    vec![
        Case::wrong("changed-opening-signed", &file(file::OPENINGS, &|bytes| bytes[40] ^= 1), |fault| {
            matches!(fault, Fault::Commitment { votes: 1, place: 1 })
        }),
        Case::wrong("order", &file(file::COMMITMENTS, &swap), |fault| matches!(fault, Fault::Order { place: 2 })),
        Case::wrong(
            "order-of-a-lot",
            &tied.signed(
                |parts| swap(&mut parts.iter_mut().find(|(found, _)| found == file::COMMITMENTS).unwrap().1),
                |_| {},
                |_| {},
            ),
            |fault| matches!(fault, Fault::Order { place: 2 }),
        ),
        Case::wrong("doubled-commitment", &file(file::COMMITMENTS, &|bytes| bytes.copy_within(..32, 32)), |fault| {
            matches!(fault, Fault::Repeated { place: 2 })
        }),
        Case::wrong("one-commitment-less", &file(file::COMMITMENTS, &|bytes| bytes.truncate(6 * 32)), |fault| {
            matches!(fault, Fault::OpeningsMissing { openings: 7, commitments: 6 })
        }),
        Case::wrong(
            "changed-tally-signed",
            &file(file::TALLY, &|bytes| {
                *bytes = String::from_utf8(bytes.clone()).unwrap().replace("\"votes\":4", "\"votes\":3").into_bytes();
            }),
            |fault| *fault == Fault::Tally,
        ),
        Case::wrong(
            "turnout-in-history",
            &file(file::HISTORY, &|bytes| {
                *bytes = String::from_utf8(bytes.clone()).unwrap().replace("\"voted\":7", "\"voted\":6").into_bytes();
            }),
            |fault| *fault == Fault::History,
        ),
        Case::wrong(
            "history-goes-on",
            &{
                let mut closed = forge.clone();
                closed.history.push(HistoryEvent::Closed { eligible: 10, voted: 7, unreadable: 0 });
                closed.parts()
            },
            |fault| *fault == Fault::History,
        ),
        Case::wrong("counts-do-not-add-up", &statement(|statement| statement.counted += 1), |fault| {
            matches!(fault, Fault::Count { .. })
        }),
        Case::wrong(
            "blank-miscounted",
            &statement(|statement| {
                statement.blank += 1;
                statement.counted -= 1;
            }),
            |fault| matches!(fault, Fault::Count { what: "blank votes", .. }),
        ),
        Case::wrong(
            "publication-of-another-statement",
            &publication(|publication| {
                publication.statement = Sha256Hash::new([3; 32]);
            }),
            |fault| *fault == Fault::OtherStatement,
        ),
        Case::wrong("second-version-of-nothing", &publication(|publication| publication.version = 2), |fault| {
            *fault == Fault::NoPrevious
        }),
        Case::wrong("unsettled-tie", &jury.parts(), |fault| *fault == Fault::TieUnresolved),
        Case::wrong("decision-about-another-tie", &other_decision.parts(), |fault| *fault == Fault::Decision),
        Case::wrong("decision-without-a-tie", &needless.parts(), |fault| *fault == Fault::Decision),
        Case::wrong("no-openings", &files(&|parts| parts.retain(|(name, _)| name != file::OPENINGS)), |fault| {
            *fault == Fault::MissingFile(file::OPENINGS)
        }),
    ]
}
