//! Counts: every outcome, and signed tallies that do not follow from the votes.

use serde_json::{Value, json};
use urna_core::life_cycle::HistoryEvent;
use urna_core::record::{Decision, file};
use urna_core::{Disclosure, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, by, candidate, counts_alone, plurality, vote};

const TALLY: &str = file::TALLY;

/// A record with this many votes for each candidate in turn, and this many blank.
fn counted(votes: &[u16], blank: u16) -> Forge {
    let mut forge = Forge::new();
    let named = (0..).zip(votes).flat_map(|(index, votes)| (0..*votes).map(move |_| Some(index)));
    let choices = named.chain((0..blank).map(|_| None));
    forge.votes = choices.zip(1..).map(|(index, number)| vote(number, &plurality(index))).collect();
    forge.participations = forge.votes.len().try_into().unwrap();
    forge.eligible = forge.participations + 3;
    forge
}

fn without_blank(mut forge: Forge) -> Forge {
    forge.definition.allow_blank = false;
    forge
}

fn without(early: &[u128], late: &[u128], mut forge: Forge) -> Forge {
    let reason = || "ill".to_owned();
    let event = |number: &u128| HistoryEvent::Withdrawn { candidate: candidate(*number), reason: reason() };
    forge.history.extend(early.iter().map(event));
    forge.publication.withdrawals = late.iter().copied().map(candidate).collect();
    forge
}

pub(crate) fn decided(order: &[u128], mut forge: Forge) -> Forge {
    let order = order.iter().copied().map(candidate).collect();
    forge.publication.tie_break =
        Some(Decision { order, reason: "better".to_owned(), decided_by: "the jury".to_owned(), nonce: None });
    forge
}

/// Correct counts: each outcome, with each rule.
pub(crate) fn right() -> Vec<Case> {
    let (jury, lot, shared) = (TieRule::Jury {}, TieRule::Lot {}, TieRule::Shared {});
    let forges = vec![
        ("all-blank", counted(&[], 5)),
        ("one-vote", counted(&[0, 1], 0)),
        ("shares-rounded-down", counted(&[1, 1, 1], 0)),
        ("shares-rounded-up", counted(&[2, 1], 0)),
        ("share-of-a-half-rounded-up", counted(&[31, 1], 0)),
        ("two-hundred-votes", counted(&[70, 66, 64], 3)),
        ("equal-losers", counted(&[1, 1, 2], 0)),
        ("lot-of-three", by(lot, counted(&[3, 3, 3], 1))),
        ("lot-of-the-last-two", by(lot, counted(&[1, 2, 2], 1))),
        ("shared-by-three", by(shared, counted(&[2, 2, 2], 0))),
        ("jury-not-needed", by(jury, counted(&[2, 1], 0))),
        ("jury-of-three", decided(&[3, 1, 2], by(jury, counted(&[2, 2, 2], 0)))),
        ("first-withdrew-before", without(&[1], &[], counted(&[4, 2, 1], 0))),
        ("first-withdrew-after", without(&[], &[1], counted(&[4, 2, 1], 0))),
        ("everybody-withdrew", without(&[1, 3], &[2], counted(&[4, 2, 1], 0))),
        ("withdrawal-before-makes-a-lot", without(&[1], &[], by(lot, counted(&[4, 2, 2], 0)))),
        ("withdrawal-after-makes-a-lot", without(&[], &[1], by(lot, counted(&[4, 2, 2], 0)))),
        (
            "withdrawal-after-makes-a-jury-decide",
            decided(&[3, 2], without(&[], &[1], by(jury, counted(&[4, 2, 2], 0)))),
        ),
        ("withdrawal-after-makes-a-jury-needless", without(&[], &[1], by(jury, counted(&[2, 2, 1], 0)))),
        ("withdrawals-in-their-own-order", without(&[3, 1], &[2], counted(&[4, 2, 1], 0))),
        ("nobody-is-left-with-votes", without(&[1], &[], counted(&[4], 1))),
        ("blank-not-allowed-and-none-there", without_blank(counted(&[2, 1], 0))),
    ];
    forges
        .into_iter()
        .flat_map(|(name, forge)| {
            let counts = counts_alone(forge.clone());
            [
                Case::right(format!("right-{name}"), &forge.parts()).with_receipt(&forge.receipt(0)),
                Case::right(format!("right-{name}-counts-alone"), &counts.parts()).with_receipt(&counts.receipt(0)),
            ]
        })
        .collect()
}

/// The service signs a tally that is not the count of the votes.
pub(crate) fn wrong() -> Vec<Case> {
    let forge = counted(&[4, 2, 0], 1);
    let first = candidate(1).to_string();
    let values = [
        ("blank", json!(0)),
        ("counted", json!(7)),
        ("voted", json!(6)),
        ("rows", json!(null)),
        ("rows/0/rank", json!(2)),
        ("rows/0/votes", json!(5)),
        ("rows/0/votes", json!("4")),
        ("rows/0/share", json!("0.6666")),
        ("rows/0/share", json!("66.67 %")),
        ("rows/0/share", json!(0.6667)),
        ("rows/0/elected", json!(false)),
        ("rows/0/elected", json!(null)),
        ("rows/0/withdrawn", json!(true)),
        ("rows/1/elected", json!(true)),
        ("rows/2/share", json!("0")),
        ("rows/2/candidate", json!(first)),
        ("rows/2/candidate", json!(candidate(9))),
        ("outcome", json!({"type": "no_votes"})),
        ("outcome", json!({"type": "elected", "candidates": [candidate(2)]})),
        ("outcome", json!({"type": "elected", "candidates": [candidate(1), candidate(2)]})),
        ("outcome", json!({"type": "tied", "candidates": [candidate(1), candidate(2)], "rule": {"type": "lot"}})),
        ("outcome/rule", json!({"type": "lot"})),
        ("derivation/0/counted", json!(7)),
        ("derivation/1/votes/0/1", json!(5)),
        ("derivation/1/votes/0", json!({first: 4})),
        ("derivation/2/votes", json!(3)),
        ("derivation/2/candidates", json!([])),
        ("derivation/2/step", json!("least_votes")),
        ("note", json!("checked")),
    ];
    let mut cases = Vec::new();
    for (number, (field, value)) in values.into_iter().enumerate() {
        let name = format!("tally-other-{}-{number}", field.replace('/', "-"));
        cases.push(tally_fault(name, &forge.set(TALLY, &format!("/{field}"), value)));
    }
    for field in [
        "blank",
        "derivation",
        "outcome",
        "rows",
        "voted",
        "rows/1",
        "rows/0/share",
        "derivation/0",
        "derivation/1",
        "derivation/2",
    ] {
        let name = format!("tally-without-{}", field.replace('/', "-"));
        cases.push(tally_fault(name, &forge.remove(TALLY, &format!("/{field}"))));
    }
    let lists = |name: &str, pointer: &'static str, forge: &Forge, change: fn(&mut Vec<Value>)| {
        let changed =
            forge.json(TALLY, move |tally| change(tally.pointer_mut(pointer).unwrap().as_array_mut().unwrap()));
        tally_fault(format!("tally-{name}"), &changed)
    };
    let swap: fn(&mut Vec<Value>) = |list| list.swap(0, 1);
    let double: fn(&mut Vec<Value>) = |list| list.push(list[0].clone());
    let settled = [by(TieRule::Lot {}, counted(&[2, 2, 2], 0)), by(TieRule::Shared {}, counted(&[2, 2], 0))];
    let withdrawn = without(&[1, 2], &[], counted(&[2, 1, 1], 0));
    cases.extend([
        lists("rows-in-another-order", "/rows", &forge, swap),
        lists("row-twice", "/rows", &forge, double),
        lists("steps-in-another-order", "/derivation", &forge, swap),
        lists("step-twice", "/derivation", &forge, double),
        lists("equals-in-another-order", "/rows", &settled[0], swap),
        lists("count-in-another-order", "/derivation/1/votes", &forge, swap),
        lists("lot-in-another-order", "/derivation/3/order", &settled[0], swap),
        lists("lot-of-two-of-three", "/derivation/3/order", &settled[0], |order| drop(order.pop())),
        lists("lot-without-an-order", "/derivation/3/order", &settled[0], Vec::clear),
        lists("order-of-a-shared-place", "/derivation/3/order", &settled[1], |order| order.push(json!(candidate(1)))),
        lists("shared-by-one", "/outcome/candidates", &settled[1], |elected| drop(elected.pop())),
        lists("shared-in-another-order", "/outcome/candidates", &settled[1], swap),
        lists("withdrawn-in-another-order", "/derivation/2/candidates", &withdrawn, swap),
        tally_fault("tally-without-the-withdrawn", &withdrawn.remove(TALLY, "/derivation/2")),
        tally_fault("tally-settled-by-another-rule", &settled[0].set(TALLY, "/derivation/3/rule/type", json!("jury"))),
        tally_fault("tally-that-a-jury-settled-before-the-close", &decided_early()),
    ]);
    cases
}

fn tally_fault(name: impl Into<String>, forge: &Forge) -> Case {
    Case::fault(name, &forge.parts(), Fault::Tally)
}

/// The tally at the close contains a decision that the jury makes only later.
fn decided_early() -> Forge {
    let tied = decided(&[2, 1], by(TieRule::Jury {}, counted(&[2, 2], 0)));
    tied.json(TALLY, |tally| {
        let (order, elected) = (json!([candidate(2), candidate(1)]), json!([candidate(2)]));
        tally["outcome"] = json!({"type": "elected", "candidates": elected});
        tally["derivation"]
            .as_array_mut()
            .unwrap()
            .push(json!({"step": "settle_tie", "rule": {"type": "jury"}, "order": order, "elected": elected}));
        tally["rows"][1]["elected"] = true.into();
    })
}

/// Only counts are disclosed: they are taken as given, and everything that follows from them is checked.
pub(crate) fn wrong_counts() -> Vec<Case> {
    let mut forge = counted(&[4, 2, 0], 1);
    forge.definition.disclosure = Disclosure::Counts;
    let is_it: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Tally | Fault::Count { .. });
    let wrong = |name: &str, forge: Forge| Case::wrong(format!("counts-{name}"), &forge.parts(), is_it);
    let set = |field: &str, value: Value| forge.set(TALLY, &format!("/{field}"), value);
    let rows =
        |change: fn(&mut Vec<Value>)| forge.json(TALLY, move |tally| change(tally["rows"].as_array_mut().unwrap()));
    // One vote more for the first and one less for the second, everywhere except in one place.
    let moved = |keep: &'static str| {
        forge.counting(move |tally| {
            let kept = tally.pointer(keep).cloned();
            for (pointer, value) in [
                ("/rows/0/votes", json!(5)),
                ("/rows/1/votes", json!(1)),
                ("/rows/0/share", json!("0.8333")),
                ("/rows/1/share", json!("0.1667")),
                ("/derivation/1/votes/0/1", json!(5)),
                ("/derivation/1/votes/1/1", json!(1)),
                ("/derivation/2/votes", json!(5)),
            ] {
                *tally.pointer_mut(pointer).unwrap() = value;
            }
            if let Some(kept) = kept {
                *tally.pointer_mut(keep).unwrap() = kept;
            }
        })
    };
    vec![
        // A reader of the counts alone cannot know that they are wrong: the record verifies.
        Case::right("right-other-counts", &moved("/nothing").parts()),
        wrong("moved-but-a-share", moved("/rows/1/share")),
        wrong("moved-but-a-step", moved("/derivation/2/votes")),
        wrong("moved-but-a-count", moved("/derivation/1/votes/1/1")),
        wrong("moved-but-a-row", moved("/rows/1/votes")),
        wrong("of-nobody", set("rows/2/candidate", json!(candidate(9)))),
        wrong("of-one-twice", set("rows/2/candidate", json!(candidate(1)))),
        wrong("without-one", rows(|rows| drop(rows.pop()))),
        wrong("with-one-twice", rows(|rows| rows.push(rows[2].clone()))),
        wrong("of-a-text", set("rows/0/votes", json!("4"))),
        wrong(
            "of-true",
            forge.change(TALLY, |bytes| {
                let text = String::from_utf8(bytes.clone()).unwrap();
                *bytes = text.replace("\"blank\":1", "\"blank\":true").into_bytes();
            }),
        ),
        wrong("below-nought", set("rows/0/votes", json!(-4))),
        wrong("without-blank", set("blank", json!(0))),
        wrong("with-another-rank", set("rows/2/rank", json!(2))),
        wrong("with-a-rank-that-is-too-large", forge.replace(TALLY, "\"rank\":3", "\"rank\":9007199254740992")),
        wrong(
            "too-large",
            forge.replace(TALLY, "\"votes\":4,\"withdrawn\"", "\"votes\":9007199254740993,\"withdrawn\""),
        ),
        wrong(
            "that-overflow",
            forge.change(TALLY, |bytes| {
                let text = String::from_utf8(bytes.clone()).unwrap();
                let text = text
                    .replace("\"votes\":4,", "\"votes\":18446744073709551615,")
                    .replace("\"votes\":2,", "\"votes\":18446744073709551615,");
                *bytes = text.into_bytes();
            }),
        ),
        wrong(
            "elected-by-hand",
            forge.json(TALLY, |tally| {
                (tally["rows"][0]["elected"], tally["rows"][1]["elected"]) = (false.into(), true.into());
                tally["outcome"]["candidates"] = json!([candidate(2)]);
            }),
        ),
    ]
}
