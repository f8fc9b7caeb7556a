//! Nonsense that only the holder of the key could sign, and the service never does.

use urna_core::life_cycle::HistoryEvent;
use urna_core::record::file;
use urna_core::{Candidate, Definition, Disclosure, Language, LocalText};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, candidate, get};

/// The operator, who has the key, signs a definition or a history that the service would refuse.
pub(crate) fn signed_nonsense() -> Vec<Case> {
    let forge = Forge::new();
    let defined = |change: &dyn Fn(&mut Definition)| {
        let mut forge = forge.clone();
        change(&mut forge.definition);
        forge.parts()
    };
    let happened = |events: &[HistoryEvent]| {
        let mut forge = forge.clone();
        forge.history.extend_from_slice(events);
        forge.parts()
    };
    let withdrawn = |number| HistoryEvent::Withdrawn { candidate: candidate(number), reason: "ill".to_owned() };
    let late = |early: Option<u128>, late: &[u128]| {
        let mut forge = forge.clone();
        forge.history.extend(early.map(withdrawn));
        forge.publication.withdrawals = late.iter().copied().map(candidate).collect();
        forge.parts()
    };
    let without_original = |definition: &mut Definition| {
        let texts = [(Language::parse("de").unwrap(), "Anna".to_owned())];
        definition.candidates[2].name = LocalText::Many(texts.into());
        definition.original_language = Some(Language::parse("en").unwrap());
    };
    let crowd = |definition: &mut Definition| {
        let ana = definition.candidates[2].clone();
        definition.candidates.extend((4..102).map(|number| Candidate { id: candidate(number), ..ana.clone() }));
    };
    // Blank votes are not allowed, but the counts contain one: visible although the votes are not.
    let mut counts = forge.clone();
    counts.definition.disclosure = Disclosure::Counts;
    let tally_with_blank = get(&counts.parts(), file::TALLY).to_vec();
    counts.definition.allow_blank = false;
    let blank_counted = counts.signed(
        |parts| {
            parts.retain(|(name, _)| name != file::OPENINGS);
            parts.iter_mut().find(|(name, _)| name == file::TALLY).unwrap().1 = tally_with_blank;
        },
        |statement| (statement.votes, statement.blank) = (7, 1),
        |_| {},
    );
    let is_manifest: fn(&Fault) -> bool = |fault| *fault == Fault::Form(file::MANIFEST);
    let is_late: fn(&Fault) -> bool = |fault| *fault == Fault::Withdrawals;
    vec![
        Case::wrong(
            "two-candidates-with-one-id",
            &defined(&|definition| definition.candidates[1].id = candidate(1)),
            is_manifest,
        ),
        Case::wrong("name-without-original", &defined(&without_original), is_manifest),
        Case::wrong("more-candidates-than-can-be", &defined(&crowd), is_manifest),
        Case::wrong("nobody-withdrew", &happened(&[withdrawn(9)]), |fault| *fault == Fault::Event { place: 2 }),
        Case::wrong("withdrawn-twice", &happened(&[withdrawn(3), withdrawn(3)]), |fault| {
            *fault == Fault::Event { place: 3 }
        }),
        Case::wrong("cancelled", &happened(&[HistoryEvent::Cancelled { reason: "r".to_owned() }]), |fault| {
            *fault == Fault::Event { place: 2 }
        }),
        Case::wrong("nobody-withdrew-late", &late(None, &[9]), is_late),
        Case::wrong("withdrawn-late-twice", &late(None, &[3, 3]), is_late),
        Case::wrong("withdrawn-late-in-another-order", &late(None, &[3, 2]), is_late),
        Case::wrong("withdrawn-before-and-after", &late(Some(3), &[3]), is_late),
        Case::wrong("blank-counted-although-not-allowed", &blank_counted, |fault| *fault == Fault::Tally),
        Case::wrong("version-nought", &forge.signed(|_| {}, |_| {}, |publication| publication.version = 0), |fault| {
            *fault == Fault::Form(file::PUBLICATION)
        }),
        Case::wrong("other-statement-than-shown", &forge.parts(), |fault| *fault == Fault::OtherThanShown)
            .with_statement_of(&happened(&[HistoryEvent::Paused])),
    ]
}
