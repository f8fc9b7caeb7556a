//! Motions: carried, rejected and not decided, and what is wrong with each in one way.

use serde_json::{Value, json};
use urna_core::choice::{Answer, Mark};
use urna_core::method::motion::{Fraction, Majority, MajorityBase, Quorum, Threshold};
use urna_core::record::file;
use urna_core::{Choice, Method, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, counts_alone, vote};

const MANIFEST: &str = file::MANIFEST;
const TALLY: &str = file::TALLY;

/// A choice of this value.
fn valued(method: Method, value: u16) -> Choice {
    Choice::of(method, [Mark { candidate: 0, value }])
}

/// A record with so many yes, no and abstentions, of so many members.
fn motion(quorum: Quorum, majority: Majority, [yes, no, abstained]: [usize; 3], members: u64) -> Forge {
    let mut forge = Forge::new();
    let method = Method::Motion { quorum, majority };
    forge.definition.method = method;
    forge.definition.candidates = Vec::new();
    forge.definition.allow_blank = false;
    forge.definition.tie_rule = TieRule::Rejected {};
    let answers = [(Answer::Yes, yes), (Answer::No, no), (Answer::Abstain, abstained)];
    let answers = answers.into_iter().flat_map(|(answer, times)| std::iter::repeat_n(answer, times));
    forge.votes = (1..).zip(answers).map(|(number, answer)| vote(number, &valued(method, answer.number()))).collect();
    forge.participations = forge.votes.len().try_into().unwrap();
    forge.eligible = members;
    forge
}

fn members(fraction: &str) -> Quorum {
    Quorum::Members { fraction: fraction.parse().unwrap() }
}

fn more_than(fraction: &str) -> Threshold {
    Threshold::MoreThan(fraction.parse().unwrap())
}

fn at_least(fraction: &str) -> Threshold {
    Threshold::AtLeast(fraction.parse().unwrap())
}

/// More than half of those who say yes or no, if half of the members take part.
fn usual(answers: [usize; 3], members: u64) -> Forge {
    motion(Quorum::Members { fraction: Fraction::HALF }, Majority::default(), answers, members)
}

/// Correct records.
pub(crate) fn right() -> Vec<Case> {
    let by = |base, threshold, answers| motion(Quorum::None {}, Majority { base, threshold }, answers, 20);
    let mut unreadable = usual([3, 1, 0], 10);
    (unreadable.participations, unreadable.unreadable) = (5, 1);
    let (cast, all) = (MajorityBase::Cast, MajorityBase::Members);
    let forges = vec![
        ("carried", usual([6, 5, 4], 30)),
        ("rejected", usual([5, 6, 4], 30)),
        ("with-as-many-yes-as-no", usual([5, 5, 5], 30)),
        ("with-half-that-is-enough", by(MajorityBase::YesAndNo, at_least("1/2"), [5, 5, 1])),
        ("of-two-thirds", by(MajorityBase::YesAndNo, at_least("2/3"), [8, 4, 1])),
        ("of-more-than-two-thirds", by(MajorityBase::YesAndNo, more_than("2/3"), [8, 4, 1])),
        ("of-all-who-voted", by(cast, more_than("1/2"), [5, 1, 4])),
        ("of-half-of-all-who-voted", by(cast, at_least("1/2"), [5, 1, 4])),
        ("of-all-members", by(all, more_than("1/2"), [11, 0, 1])),
        ("of-too-few-members", by(all, more_than("1/2"), [10, 0, 1])),
        ("of-everybody", by(all, at_least("1/1"), [20, 0, 0])),
        ("of-strange-parts", motion(members("333/1000"), Majority::default(), [2, 1, 1], 12)),
        ("with-its-quorum-just-reached", usual([2, 1, 2], 10)),
        ("without-its-quorum", usual([2, 1, 1], 10)),
        ("without-anybody", usual([0, 0, 0], 10)),
        ("of-abstentions", usual([0, 0, 6], 10)),
        ("without-anybody-and-without-a-quorum", by(cast, more_than("1/2"), [0, 0, 0])),
        ("whose-quorum-an-unreadable-vote-reaches", unreadable),
        ("of-counts-alone", counts_alone(usual([6, 5, 4], 30))),
        ("of-counts-alone-without-its-quorum", counts_alone(usual([2, 1, 1], 10))),
    ];
    let case = |(name, forge): (&str, Forge)| {
        let case = Case::right(format!("right-motion-{name}"), &forge.parts());
        if forge.votes.is_empty() { case } else { case.with_receipt(&forge.receipt(0)) }
    };
    let mut cases: Vec<_> = forges.into_iter().map(case).collect();
    let first = usual([6, 5, 4], 30).first_release();
    cases.push(Case::right("right-motion-in-the-first-form-of-a-publication", &first.parts()));
    cases
}

/// Invalid rules, and what does not fit to a motion.
pub(crate) fn wrong_manifests() -> Vec<Case> {
    let rule = |threshold: Value| json!({"base": "cast", "threshold": threshold});
    let quorum = |fraction: &str| json!({"type": "members", "fraction": fraction});
    let changes = [
        ("no-quorum-said", "/method", json!({"type": "motion", "majority": rule(json!({"more_than": "1/2"}))})),
        ("no-majority-said", "/method", json!({"type": "motion", "quorum": {"type": "none"}})),
        ("a-seat", "/method/seats", json!(1)),
        ("a-quorum-null", "/method/quorum", Value::Null),
        ("a-quorum-of-none-with-more", "/method/quorum", json!({"type": "none", "fraction": "1/2"})),
        ("a-quorum-of-nothing", "/method/quorum", json!({"type": "members"})),
        ("a-quorum-of-who-is-present", "/method/quorum", json!({"type": "present", "fraction": "1/2"})),
        ("a-quorum-over-one", "/method/quorum", quorum("3/2")),
        ("a-quorum-of-nought", "/method/quorum", quorum("0/2")),
        ("a-quorum-of-thousandths-and-one", "/method/quorum", quorum("1/1001")),
        ("a-quorum-of-a-decimal", "/method/quorum", quorum("0.5")),
        ("a-quorum-of-a-number", "/method/quorum", json!({"type": "members", "fraction": 1})),
        ("a-fraction-with-a-nought-before", "/method/quorum", quorum("01/2")),
        ("a-fraction-with-a-plus", "/method/quorum", quorum("+1/2")),
        ("a-fraction-with-a-space", "/method/quorum", quorum("1 /2")),
        ("a-fraction-of-three", "/method/quorum", quorum("1/2/3")),
        ("a-fraction-of-no-parts", "/method/quorum", quorum("1/0")),
        ("a-fraction-beyond-16-bits", "/method/quorum", quorum("65537/65538")),
        ("another-base", "/method/majority/base", json!("present")),
        ("no-base", "/method/majority", json!({"threshold": {"more_than": "1/2"}})),
        ("a-threshold-of-a-third", "/method/majority", rule(json!({"at_least": "1/3"}))),
        ("a-threshold-just-below-half", "/method/majority", rule(json!({"at_least": "499/999"}))),
        ("a-threshold-of-more-than-all", "/method/majority", rule(json!({"more_than": "1/1"}))),
        ("a-threshold-over-one", "/method/majority", rule(json!({"at_least": "2/1"}))),
        ("two-thresholds", "/method/majority", rule(json!({"at_least": "1/2", "more_than": "1/2"}))),
        ("no-threshold", "/method/majority", rule(json!({}))),
        ("another-threshold", "/method/majority", rule(json!({"less_than": "1/2"}))),
        ("a-candidate", "/candidates", json!([{"id": "00000000-0000-0000-0000-000000000001", "name": "Yes"}])),
        ("blank-votes", "/allow_blank", json!(true)),
        ("a-lot", "/tie_rule", json!({"type": "lot"})),
    ];
    let case = |(name, pointer, value): (&str, &str, Value)| {
        let changed = usual([6, 5, 4], 30).set(MANIFEST, pointer, value);
        Case::wrong(format!("motions-{name}"), &changed.parts(), |fault| *fault == Fault::Form(MANIFEST))
    };
    let mut cases: Vec<_> = changes.into_iter().map(case).collect();
    let rejected = Forge::new().set(MANIFEST, "/tie_rule", json!({"type": "rejected"}));
    cases.push(Case::wrong("motions-plurality-that-is-rejected", &rejected.parts(), |fault| {
        *fault == Fault::Form(MANIFEST)
    }));
    cases
}

/// Illegal choices. All else fits, as if a careless reader had accepted the choice.
pub(crate) fn illegal() -> Vec<Case> {
    let choices = [
        ("value-0", vec![(0, 0)]),
        ("value-4", vec![(0, 4)]),
        ("another-index", vec![(1, 1)]),
        ("two-answers", vec![(0, 1), (1, 2)]),
        ("no-answer", Vec::new()),
    ];
    let case = |(name, marks): (&str, Vec<(u16, u16)>)| {
        let mut forge = usual([6, 5, 4], 30);
        let marks = marks.into_iter().map(|(candidate, value)| Mark { candidate, value });
        forge.votes[0].choice = Choice::of(forge.definition.method, marks).encode();
        Case::wrong(format!("choice-motion-{name}"), &forge.parts(), |fault| {
            matches!(fault, Fault::IllegalChoice { .. })
        })
    };
    choices.into_iter().map(case).collect()
}

/// Wrong tallies, and votes that nobody should see.
pub(crate) fn wrong() -> Vec<Case> {
    let forge = || usual([6, 5, 4], 30);
    let changes = [
        ("another-number-of-yes", "/derivation/1/yes", json!(7)),
        ("another-base", "/derivation/2/base", json!(15)),
        ("another-number-needed", "/derivation/2/needed", json!(5)),
        ("another-threshold", "/derivation/2/threshold", json!({"at_least": "1/2"})),
        ("another-quorum", "/derivation/0/needed", json!(14)),
        ("other-members", "/derivation/0/members", json!(29)),
        ("other-people-who-took-part", "/derivation/0/took_part", json!(16)),
        ("another-outcome", "/outcome", json!({"type": "rejected"})),
        ("an-outcome-of-elections", "/outcome", json!({"type": "no_votes"})),
        (
            "rows",
            "/rows",
            json!([{"candidate": "00000000-0000-0000-0000-000000000001", "elected": true, "rank": 1,
            "share": "0.4000", "votes": 6, "withdrawn": false}]),
        ),
    ];
    let case = |(name, pointer, value): (&str, &str, Value)| {
        let changed = forge().set(TALLY, pointer, value);
        Case::wrong(format!("motions-tally-of-{name}"), &changed.parts(), |fault| *fault == Fault::Tally)
    };
    let mut cases: Vec<_> = changes.into_iter().map(case).collect();
    let undecided = usual([2, 1, 1], 10);
    cases.push(Case::wrong("motions-openings-of-one-not-decided", &undecided.with_openings(), |fault| {
        *fault == Fault::OpeningsDisclosed
    }));
    let counted = undecided.json(TALLY, |tally| {
        tally["derivation"].as_array_mut().unwrap().push(json!({"step": "answers", "yes": 2, "no": 1, "abstained": 1}));
    });
    cases.push(Case::wrong("motions-answers-of-one-not-decided", &counted.parts(), |fault| *fault == Fault::Tally));
    let decided = undecided.set(TALLY, "/outcome", json!({"type": "carried"}));
    cases
        .push(Case::wrong("motions-one-not-decided-that-is-carried", &decided.parts(), |fault| *fault == Fault::Tally));
    let mut kept = forge().parts();
    kept.retain(|(name, _)| name != file::OPENINGS);
    cases.push(Case::wrong("motions-openings-kept-back", &kept, |fault| *fault == Fault::MissingFile(file::OPENINGS)));
    cases
}

/// Only counts are disclosed: that many votes must be able to add up to them.
pub(crate) fn wrong_counts() -> Vec<Case> {
    let changes = [
        ("more-yes-than-voted", "/derivation/1/yes", json!(7)),
        ("fewer-than-voted", "/derivation/1/abstained", json!(3)),
        ("no-answers", "/derivation/1", json!({"step": "quorum", "members": 30, "needed": 15, "took_part": 15})),
        ("blank-votes", "/blank", json!(1)),
        ("another-outcome", "/outcome", json!({"type": "rejected"})),
    ];
    let case = |(name, pointer, value): (&str, &str, Value)| {
        let changed = counts_alone(usual([6, 5, 4], 30)).set(TALLY, pointer, value);
        Case::wrong(format!("motions-counts-of-{name}"), &changed.parts(), |fault| {
            matches!(fault, Fault::Tally | Fault::Count { .. })
        })
    };
    changes.into_iter().map(case).collect()
}
