//! The result that a publication signs, and the orders that a jury seals before the close.

use serde_json::json;
use urna_core::life_cycle::HistoryEvent;
use urna_core::method::Seats;
use urna_core::method::ranked::RankedCount;
use urna_core::record::{Decision, file};
use urna_core::{Method, OrderNonce, Sha256Hash, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, by, candidate, counts_alone, get, vote, with};
use super::methods::{ranked, tennessee, times, voted};
use super::tallies::decided;

const RESULT: &str = file::RESULT;

/// The field with the nonce of [`sealed`].
const NONCE: &str = "\"nonce\":\"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc\",";

/// A jury's order of candidates by number, sealed before the close.
fn sealed(order: &[u128]) -> Decision {
    Decision {
        order: order.iter().copied().map(candidate).collect(),
        reason: "As we met on Monday.\n\"Zoë\" first.".to_owned(),
        decided_by: "the jury".to_owned(),
        nonce: Some(OrderNonce::new([7; 32])),
    }
}

/// A tie of three, by instant runoff, that a jury settles.
fn circle() -> Forge {
    let votes = times(&[(1, &[0, 1, 2]), (1, &[1, 2, 0]), (1, &[2, 0, 1])]);
    by(TieRule::Jury {}, voted(ranked(RankedCount::Irv), 3, &votes))
}

fn by_duels() -> Forge {
    let mut forge = circle();
    forge.definition.method = ranked(RankedCount::Schulze);
    forge.votes = voted(forge.definition.method, 3, &times(&[(1, &[0, 1, 2]), (1, &[1, 2, 0]), (1, &[2, 0, 1])])).votes;
    forge
}

/// The first candidate wins; if they withdraw, the others are tied.
fn tied_without_the_first() -> Forge {
    let votes = times(&[(3, &[0]), (1, &[1]), (1, &[2])]);
    by(TieRule::Jury {}, voted(ranked(RankedCount::Irv), 3, &votes))
}

/// The same with these candidates withdrawn after the close.
fn without(late: &[u128], mut forge: Forge) -> Forge {
    forge.publication.withdrawals = late.iter().copied().map(candidate).collect();
    forge
}

/// The same with the hash of some order in its history.
fn with_hash(mut forge: Forge) -> Forge {
    forge.history.push(HistoryEvent::SealedOrder { sha256: Sha256Hash::new([5; 32]) });
    forge
}

/// Correct records.
pub(crate) fn right() -> Vec<Case> {
    let stv = Method::Ranked { count: RankedCount::ScottishStv, max_ranks: None, seats: Seats(3) };
    let surplus = times(&[(5, &[0, 2]), (5, &[1, 3]), (1, &[2]), (1, &[3]), (1, &[4])]);
    let stv = || by(TieRule::Jury {}, voted(stv, 5, &surplus));
    let late = || without(&[1], tied_without_the_first());
    let forges = [
        ("that-settles-a-runoff", circle().sealing(sealed(&[2, 3, 1]))),
        ("that-settles-duels", by_duels().sealing(sealed(&[3, 1, 2]))),
        ("that-settles-transfers", stv().sealing(sealed(&[5, 4, 2, 3, 1]))),
        ("that-took-the-place-of-another", with_hash(circle()).sealing(sealed(&[2, 3, 1]))),
        ("that-nothing-needed", with_hash(by(TieRule::Jury {}, tennessee(RankedCount::Borda)))),
        ("that-only-a-withdrawal-needed", late().sealing(sealed(&[1, 3, 2]))),
        ("that-a-withdrawal-made-needless", without(&[2], circle()).sealing(sealed(&[2, 3, 1]))),
        ("of-counts-alone", counts_alone(by_duels()).sealing(sealed(&[3, 1, 2]))),
        ("of-an-irv-of-counts-alone", counts_alone(circle()).sealing(sealed(&[2, 3, 1]))),
    ];
    let mut cases: Vec<_> = forges
        .into_iter()
        .map(|(name, forge)| Case::right(format!("right-sealed-order-{name}"), &forge.parts()))
        .collect();
    let alone = || counts_alone(tennessee(RankedCount::Irv));
    let results = [
        ("of-the-first-release", Forge::new().first_release()),
        ("of-the-first-release-decided", decided(&[2, 3, 1], circle()).first_release()),
        ("of-counts-alone-by-irv", alone()),
        ("of-counts-alone-by-irv-after-a-withdrawal", without(&[2], alone())),
        ("of-counts-alone-by-stv-decided", decided(&[5, 4, 2, 3, 1], counts_alone(stv()))),
    ];
    cases.extend(results.into_iter().map(|(name, forge)| {
        Case::right(format!("right-result-{name}"), &forge.parts()).with_receipt(&forge.receipt(0))
    }));
    cases
}

/// Results that are not what was signed, or what was counted.
pub(crate) fn wrong_results() -> Vec<Case> {
    let forge = Forge::new();
    let late = || without(&[1], Forge::new());
    let parts = forge.parts();
    let mut missing = parts.clone();
    missing.retain(|(name, _)| name != RESULT);
    let mut added = forge.first_release().parts();
    let result = parts.iter().find(|(name, _)| name == RESULT).unwrap().clone();
    added.insert(added.len() - 1, result);
    let changed = with(parts, RESULT, |bytes| bytes.push(b' '));
    let is_result = |fault: &Fault| *fault == Fault::Result;
    vec![
        Case::fault("result-missing", &missing, Fault::MissingFile(RESULT)),
        Case::fault("result-that-nobody-signed", &added, Fault::Unsigned(RESULT)),
        Case::wrong("result-changed", &changed, |fault| *fault == Fault::Changed(RESULT)),
        Case::fault("result-of-another-winner", &forge.replace(RESULT, "true", "false").parts(), Fault::Result),
        Case::wrong(
            "result-as-at-the-close-after-a-withdrawal",
            &late()
                .change(RESULT, |bytes| {
                    *bytes = get(&Forge::new().parts(), RESULT).to_vec();
                })
                .parts(),
            is_result,
        ),
        Case::wrong("result-with-a-newline", &forge.change(RESULT, |bytes| bytes.push(b'\n')).parts(), is_result),
        Case::wrong("result-of-null", &forge.change(RESULT, |bytes| *bytes = b"null".to_vec()).parts(), is_result),
        Case::wrong("result-that-is-empty", &forge.change(RESULT, Vec::clear).parts(), is_result),
        Case::wrong(
            "result-that-is-nested",
            &forge.change(RESULT, |bytes| *bytes = vec![b'['; 100_000]).parts(),
            is_result,
        ),
        Case::wrong(
            "publication-v2-without-a-result",
            &forge.replace(file::PUBLICATION, "result ", "results ").parts(),
            |fault| *fault == Fault::Form(file::PUBLICATION),
        ),
        Case::wrong(
            "publication-v1-with-a-result",
            &forge.replace(file::PUBLICATION, "publication v2", "publication v1").parts(),
            |fault| *fault == Fault::Form(file::PUBLICATION),
        ),
        Case::wrong(
            "publication-v3",
            &forge.replace(file::PUBLICATION, "publication v2", "publication v3").parts(),
            |fault| *fault == Fault::Form(file::PUBLICATION),
        ),
        Case::wrong(
            "publication-v2-as-v1",
            &forge.first_release().replace(file::PUBLICATION, "publication v1", "publication v2").parts(),
            |fault| *fault == Fault::Form(file::PUBLICATION),
        ),
    ]
}

/// Orders other than the one that was sealed, or where none can be.
pub(crate) fn wrong_orders() -> Vec<Case> {
    let settled = || circle().sealing(sealed(&[2, 3, 1]));
    let decision = |change: fn(&mut Decision)| {
        let mut forge = settled();
        change(forge.publication.tie_break.as_mut().unwrap());
        forge
    };
    let unsaid = || {
        let mut forge = settled();
        forge.publication.tie_break = None;
        forge
    };
    let other = |name: &str, forge: &Forge| {
        Case::wrong(format!("sealed-order-{name}"), &forge.parts(), |fault| *fault == Fault::OtherOrder)
    };
    let is_decision = |name: &str, forge: &Forge| {
        Case::wrong(format!("sealed-order-{name}"), &forge.parts(), |fault| *fault == Fault::Decision)
    };
    let is_event = |name: &str, forge: &Forge| {
        Case::wrong(format!("sealed-order-{name}"), &forge.parts(), |fault| matches!(fault, Fault::Event { .. }))
    };
    let mut events = settled();
    events.history.reverse();
    events.history.push(HistoryEvent::SealedOrder { sha256: Sha256Hash::new([5; 32]) });
    let text = |of: &str, by: &str| {
        let changed = settled().replace(file::HISTORY, of, by);
        Case::wrong(format!("sealed-order-in-a-history-with-{by}"), &changed.parts(), |fault| {
            *fault == Fault::Form(file::HISTORY)
        })
    };
    let nonce = |name: &str, of: &'static str, by: &str| {
        let changed = settled().replace(file::PUBLICATION, of, by);
        Case::wrong(format!("sealed-order-with-a-nonce-{name}"), &changed.parts(), |fault| {
            *fault == Fault::Form(file::PUBLICATION)
        })
    };
    vec![
        other("that-was-not-the-last", &events),
        other("of-another-order", &decision(|decision| decision.order.reverse())),
        other("of-another-reason", &decision(|decision| decision.reason.push('!'))),
        other("of-other-people", &decision(|decision| decision.decided_by.push('!'))),
        other("with-another-nonce", &decision(|decision| decision.nonce = Some(OrderNonce::new([8; 32])))),
        other("without-its-nonce", &decision(|decision| decision.nonce = None)),
        other("that-was-never-sealed", &{
            let mut forge = settled();
            forge.history.pop();
            forge
        }),
        other("beside-a-later-decision", &with_hash(decided(&[2, 3, 1], circle()))),
        is_decision("of-too-few", &circle().sealing(sealed(&[2, 3]))),
        is_decision("of-one-twice", &circle().sealing(sealed(&[2, 3, 3]))),
        is_decision(
            "that-nothing-needed",
            &by(TieRule::Jury {}, tennessee(RankedCount::Irv)).sealing(sealed(&[1, 2, 3, 4])),
        ),
        is_event("by-lot", &with_hash(by(TieRule::Lot {}, tennessee(RankedCount::Irv)))),
        is_event("of-plurality", &with_hash(by(TieRule::Jury {}, Forge::new()))),
        Case::wrong("sealed-order-that-stays-sealed", &unsaid().parts(), |fault| *fault == Fault::TieUnresolved),
        text("\"sha256\":\"", "\"sha256\":\"A"),
        text("\"sha256\"", "\"sha512\""),
        nonce("null", NONCE, "\"nonce\":null,"),
        nonce("too-short", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"),
        nonce("with-padding", "HBwcHBwc\"", "HBwcHBwc=\""),
        nonce("with-unused-bits", "HBwcHBwc\"", "HBwcHBwd\""),
    ]
}

/// Counts that cannot be made again: the files must agree with what was signed.
pub(crate) fn wrong_counts() -> Vec<Case> {
    let alone = || counts_alone(tennessee(RankedCount::Irv));
    let is_tally = |fault: &Fault| *fault == Fault::Tally;
    let is_result = |fault: &Fault| *fault == Fault::Result;
    let both = |pointer: &'static str, value: serde_json::Value| {
        alone().set(file::TALLY, pointer, value.clone()).set(RESULT, pointer, value)
    };
    let changed = alone().set(RESULT, "/rows/0/elected", json!(false));
    let null = alone().change(RESULT, |bytes| *bytes = b"null".to_vec());
    let nobody = |name| alone().set(name, "/rows", json!([]));
    let other = both("/outcome/candidates", json!([candidate(1)]));
    let at_the_close = get(&alone().parts(), RESULT).to_vec();
    let gone = without(&[2], alone()).change(RESULT, move |bytes| bytes.clone_from(&at_the_close));
    let tied = by(TieRule::Jury {}, counts_alone(circle()));
    let is_decision = |fault: &Fault| *fault == Fault::Decision;
    let mut blank = alone();
    blank.definition.allow_blank = false;
    blank.votes.push(vote(99, &urna_core::Choice::of(blank.definition.method, [])));
    blank.participations += 1;
    let idle = decided(&[1, 2, 3, 4], by(TieRule::Jury {}, alone()));
    let few = decided(&[2, 3], counts_alone(circle()));
    let mut unsaid = counts_alone(circle()).sealing(sealed(&[2, 3, 1]));
    let settled = get(&unsaid.parts(), file::TALLY).to_vec();
    unsaid.publication.tie_break = None;
    let (first, second) = (settled.clone(), settled);
    let unsaid = unsaid
        .change(file::TALLY, move |bytes| bytes.clone_from(&first))
        .change(RESULT, move |bytes| bytes.clone_from(&second));
    let is_unresolved = |fault: &Fault| *fault == Fault::TieUnresolved;
    // The tally as if nobody had sealed an order, and the result with it.
    let open = counts_alone(circle()).sealing(sealed(&[2, 3, 1])).change(file::TALLY, |bytes| {
        *bytes = get(&counts_alone(circle()).parts(), file::TALLY).to_vec();
    });
    vec![
        Case::wrong("counts-of-irv-with-another-result", &changed.parts(), is_result),
        Case::wrong("counts-of-irv-with-a-result-of-null", &null.parts(), is_result),
        Case::wrong("counts-of-irv-without-rows-in-the-tally", &nobody(file::TALLY).parts(), is_tally),
        Case::wrong("counts-of-irv-without-rows-in-the-result", &nobody(RESULT).parts(), is_result),
        Case::wrong("counts-of-irv-with-another-outcome-than-rows", &other.parts(), is_tally),
        Case::wrong("counts-of-irv-that-elect-who-withdrew", &gone.parts(), is_result),
        Case::wrong("counts-of-irv-that-are-tied-beside-a-sealed-order", &open.parts(), is_unresolved),
        Case::wrong("counts-of-irv-with-blank-votes-that-are-not-allowed", &blank.parts(), is_tally),
        Case::wrong("counts-of-irv-with-a-decision-about-no-tie", &idle.parts(), is_decision),
        Case::wrong("counts-of-irv-with-a-decision-of-too-few", &few.parts(), is_decision),
        Case::wrong("counts-of-irv-with-an-order-that-nobody-gave", &unsaid.parts(), is_decision),
        Case::wrong("counts-of-irv-of-more-votes", &both("/voted", json!(11)).parts(), is_tally),
        Case::wrong("counts-of-irv-of-more-blank-votes", &both("/blank", json!(1)).parts(), is_tally),
        Case::wrong("counts-of-irv-of-fewer-counted", &both("/counted", json!(9)).parts(), is_tally),
        Case::wrong("counts-of-irv-with-more-fields", &both("/more", json!(1)).parts(), is_tally),
        Case::wrong("counts-of-irv-of-the-first-release", &alone().first_release().parts(), is_result),
        Case::wrong("counts-of-irv-that-are-tied", &tied.parts(), |fault| *fault == Fault::TieUnresolved),
        Case::wrong(
            "counts-of-irv-with-a-part-of-a-vote",
            &both("/derivation/2/continuing", json!(1.5)).parts(),
            is_tally,
        ),
    ]
}
