//! Rankings, points and several seats: whole elections, and what is wrong with each in one way.

use serde_json::{Value, json};
use urna_core::choice::Mark;
use urna_core::count::{Orders, Votes, Withdrawals, count};
use urna_core::life_cycle::HistoryEvent;
use urna_core::method::Seats;
use urna_core::method::ranked::RankedCount;
use urna_core::record::file;
use urna_core::tally::Outcome;
use urna_core::{CandidateId, Choice, Method, TieRule};
use urna_verify::Fault;

use super::case::Case;
use super::forge::{Forge, by, candidate, counts_alone, vote};
use super::tallies::decided;

const TALLY: &str = file::TALLY;
const MANIFEST: &str = file::MANIFEST;

/// The marks of one vote: places with values.
pub(super) type Marks = Vec<(u16, u16)>;

pub(super) fn ranked(count: RankedCount) -> Method {
    Method::Ranked { count, max_ranks: None, seats: Seats::ONE }
}

fn choice(method: Method, marks: &Marks) -> Choice {
    Choice::of(method, marks.iter().map(|(candidate, value)| Mark { candidate: *candidate, value: *value }))
}

/// A record with these votes for so many candidates.
pub(super) fn voted(method: Method, candidates: u16, votes: &[Marks]) -> Forge {
    let mut forge = Forge::new();
    forge.definition.method = method;
    let first = forge.definition.candidates[0].clone();
    forge.definition.candidates.resize(usize::from(candidates), first);
    for (number, one) in (1..).zip(&mut forge.definition.candidates).skip(3) {
        one.id = candidate(number);
        one.name = urna_core::LocalText::One(format!("Candidate {number}"));
    }
    forge.votes = (1..).zip(votes).map(|(number, marks)| vote(number, &choice(method, marks))).collect();
    forge.participations = forge.votes.len().try_into().unwrap();
    forge.eligible = forge.participations + 3;
    forge
}

/// Places in order, the best first.
fn order(places: &[u16]) -> Marks {
    places.iter().copied().zip(1..).collect()
}

/// So many times the same vote.
pub(super) fn times(votes: &[(usize, &[u16])]) -> Vec<Marks> {
    votes.iter().flat_map(|(times, places)| std::iter::repeat_n(order(places), *times)).collect()
}

/// The capital of Tennessee, on a scale of a tenth.
pub(super) fn tennessee(count: RankedCount) -> Forge {
    let votes = times(&[(4, &[0, 1, 2, 3]), (3, &[1, 2, 3, 0]), (1, &[2, 3, 1, 0]), (2, &[3, 2, 1, 0])]);
    voted(ranked(count), 4, &votes)
}

/// Numbers that look random, and are the same on every machine (Numerical Recipes, section 7.1).
struct Dice(u32);

impl Dice {
    fn below(&mut self, number: u16) -> u16 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from((self.0 >> 16) % u32::from(number)).unwrap()
    }

    fn shuffled(&mut self, number: u16) -> Vec<u16> {
        let mut places: Vec<_> = (0..number).collect();
        for last in (1..number).rev() {
            places.swap(usize::from(last), usize::from(self.below(last + 1)));
        }
        places
    }

    /// A vote that the method takes, now and then a blank one.
    fn vote(&mut self, method: Method, candidates: u16) -> Marks {
        if self.below(12) == 0 {
            return Vec::new();
        }
        let mut places = self.shuffled(candidates);
        match method {
            Method::Score { min, max, .. } => {
                (0..candidates).map(|place| (place, min + self.below(max - min + 1))).collect()
            }
            Method::Ranked { count, .. } => {
                places.truncate(usize::from(1 + self.below(candidates)));
                let mut rank = 0;
                let mut marks = Vec::new();
                for place in places {
                    rank += u16::from(rank == 0 || !count.takes_equal_ranks() || self.below(3) > 0);
                    marks.push((place, rank));
                }
                marks
            }
            Method::Plurality { .. } | Method::Approval { .. } => {
                places.truncate(usize::from(1 + self.below(method.most_marks(candidates))));
                places.into_iter().map(|place| (place, 1)).collect()
            }
            Method::Motion { .. } => vec![(0, 1 + self.below(3))],
        }
    }

    /// An election with few votes, so that ties are common; candidates withdraw before and after the close.
    fn election(&mut self, method: Method) -> Forge {
        let candidates = 3 + self.below(4);
        let number = self.below(14);
        let votes: Vec<_> = (0..number).map(|_| self.vote(method, candidates)).collect();
        let mut forge = voted(method, candidates, &votes);
        let rules = [TieRule::Lot {}, TieRule::Jury {}, TieRule::Shared {}];
        let rules = if method.takes(TieRule::Shared {}) { &rules[..] } else { &rules[..2] };
        forge.definition.tie_rule = rules[usize::from(self.below(u16::try_from(rules.len()).unwrap()))];
        let gone = self.shuffled(candidates);
        let (before, after) =
            (usize::from(self.below(5)).saturating_sub(3), usize::from(self.below(4)).saturating_sub(1));
        let id = |place: &u16| candidate(u128::from(*place) + 1);
        let early: Vec<CandidateId> = gone[..before].iter().map(id).collect();
        let mut late: Vec<CandidateId> = gone[before..].iter().take(after).map(id).collect();
        late.sort();
        let withdrawn = |id: &CandidateId| HistoryEvent::Withdrawn { candidate: *id, reason: "ill".to_owned() };
        forge.history.extend(early.iter().map(withdrawn));
        forge.publication.withdrawals.clone_from(&late);

        let choices: Vec<_> = forge.votes.iter().map(|vote| vote.counted.clone()).collect();
        let votes = Votes::of(&choices, &forge.definition, forge.turnout());
        let withdrawals = Withdrawals { before_close: &early, after_close: &late };
        let undecided = count(&forge.definition, &votes, withdrawals, Orders::default());
        let Outcome::Tied { candidates: tied, rule: TieRule::Jury {} } = undecided.outcome else { return forge };
        let jury = self.shuffled(candidates).into_iter().map(|place| u128::from(place) + 1);
        let is_named = |number: &u128| method.orders_everybody() || tied.contains(&candidate(*number));
        decided(&jury.filter(is_named).collect::<Vec<_>>(), forge)
    }
}

/// Every kind of method, with a name.
fn methods() -> Vec<(&'static str, Method)> {
    let stv = |seats| Method::Ranked { count: RankedCount::ScottishStv, max_ranks: None, seats: Seats(seats) };
    vec![
        ("plurality-of-two-seats", Method::Plurality { seats: Seats(2) }),
        ("approval-of-three-seats", Method::Approval { max_choices: 3, seats: Seats(3) }),
        ("score", Method::Score { min: 0, max: 3, seats: Seats::ONE }),
        ("score-of-two-seats", Method::Score { min: 1, max: 3, seats: Seats(2) }),
        ("irv", ranked(RankedCount::Irv)),
        ("schulze", ranked(RankedCount::Schulze)),
        ("borda", ranked(RankedCount::Borda)),
        ("stv-of-one-seat", stv(1)),
        ("stv-of-two-seats", stv(2)),
        ("stv-of-three-seats", stv(3)),
    ]
}

/// Correct records.
pub(crate) fn right() -> Vec<Case> {
    let mut dice = Dice(2026);
    let mut cases = Vec::new();
    for (name, method) in methods() {
        for number in 1..=20 {
            let forge = dice.election(method);
            let case = Case::right(format!("right-{name}-{number:02}"), &forge.parts());
            cases.push(if forge.votes.is_empty() { case } else { case.with_receipt(&forge.receipt(0)) });
            if number % 4 == 0 {
                let alone = counts_alone(forge);
                cases.push(Case::right(format!("right-{name}-{number:02}-counts-alone"), &alone.parts()));
            }
        }
    }
    cases.extend(special());
    for count in RankedCount::ALL {
        let forge = tennessee(count);
        let case = Case::right(format!("right-tennessee-by-{}", count.as_str()), &forge.parts());
        cases.push(case.with_receipt(&forge.receipt(5)));
    }
    let bounded = Method::Ranked { count: RankedCount::Schulze, max_ranks: Some(2), seats: Seats::ONE };
    let equal = [vec![(0, 1), (1, 1), (2, 2)], vec![(2, 1), (0, 2), (1, 2)], vec![(0, 1), (1, 1), (2, 1)], order(&[1])];
    let forge = voted(bounded, 3, &equal);
    cases.push(Case::right("right-ranks-shared-up-to-the-bound", &forge.parts()).with_receipt(&forge.receipt(1)));
    let points = Method::Score { min: 2, max: 10, seats: Seats::ONE };
    let forge = voted(points, 3, &[vec![(0, 2), (1, 10), (2, 3)], vec![(0, 2), (1, 2), (2, 2)]]);
    cases.push(Case::right("right-score-from-two", &forge.parts()).with_receipt(&forge.receipt(0)));
    cases
}

/// Situations that dice seldom throw.
fn special() -> Vec<Case> {
    let stv = |seats| Method::Ranked { count: RankedCount::ScottishStv, max_ranks: None, seats: Seats(seats) };
    let score = Method::Score { min: 0, max: 3, seats: Seats(2) };
    let (lot, jury) = (TieRule::Lot {}, TieRule::Jury {});
    // Two candidates with the same surplus: the order decides whose papers move first.
    let surplus = times(&[(5, &[0, 2]), (5, &[1, 3]), (1, &[2]), (1, &[3]), (1, &[4])]);
    // Equal at the last two rounds, and told apart at the first.
    let back = times(&[(6, &[0]), (3, &[1]), (2, &[2]), (1, &[3, 2]), (1, &[4, 5]), (1, &[5])]);
    // Values that are cut: a surplus of one for three papers.
    let cut = times(&[(3, &[0, 1]), (2, &[1]), (1, &[2, 3]), (1, &[3])]);
    let nothing = vec![vec![(0, 3), (1, 0), (2, 0)], vec![(0, 2), (1, 0), (2, 0)]];
    let circle = times(&[(1, &[0, 1, 2]), (1, &[1, 2, 0]), (1, &[2, 0, 1])]);
    let borda = || voted(ranked(RankedCount::Borda), 3, &circle);
    let schulze = || voted(ranked(RankedCount::Schulze), 3, &circle);
    let all_gone = |count| {
        let mut forge = voted(ranked(count), 3, &circle);
        let gone = |number| HistoryEvent::Withdrawn { candidate: candidate(number), reason: "ill".to_owned() };
        forge.history.extend((1..=3).map(gone));
        forge
    };
    let forges = [
        ("equal-surpluses-by-lot", by(lot, voted(stv(3), 5, &surplus))),
        ("equal-surpluses-by-jury", decided(&[5, 4, 2, 3, 1], by(jury, voted(stv(3), 5, &surplus)))),
        ("a-look-back", by(lot, voted(ranked(RankedCount::Irv), 6, &back))),
        ("a-look-back-with-seats", by(lot, voted(stv(2), 6, &back))),
        ("values-that-are-cut", by(lot, voted(stv(2), 4, &cut))),
        ("a-seat-without-a-point", by(lot, voted(score, 3, &nothing))),
        ("a-circle-by-lot", by(lot, schulze())),
        ("a-circle-by-jury", decided(&[2, 3, 1], by(jury, schulze()))),
        ("borda-by-lot", by(lot, borda())),
        ("borda-by-jury", decided(&[3, 1, 2], by(jury, borda()))),
        ("schulze-of-nobody-alone", counts_alone(all_gone(RankedCount::Schulze))),
        ("borda-of-nobody-alone", counts_alone(all_gone(RankedCount::Borda))),
        ("irv-of-nobody", all_gone(RankedCount::Irv)),
    ];
    forges.into_iter().map(|(name, forge)| Case::right(format!("right-{name}"), &forge.parts())).collect()
}

/// Invalid methods, and what does not fit to one.
pub(crate) fn wrong_manifests() -> Vec<Case> {
    let method = |name: &'static str, method: Value| (name, "/method", method);
    let changes = [
        method("ranked-without-a-count", json!({"type": "ranked"})),
        method("ranked-by-another-count", json!({"type": "ranked", "count": "star"})),
        method("irv-of-two-seats", json!({"type": "ranked", "count": "irv", "seats": 2})),
        method("irv-of-no-ranks", json!({"type": "ranked", "count": "irv", "max_ranks": 0})),
        method("irv-of-101-ranks", json!({"type": "ranked", "count": "irv", "max_ranks": 101})),
        method("irv-of-ranks-null", json!({"type": "ranked", "count": "irv", "max_ranks": null})),
        method("stv-of-one-seat-said", json!({"type": "ranked", "count": "scottish_stv", "seats": 1})),
        method("stv-of-no-seat", json!({"type": "ranked", "count": "scottish_stv", "seats": 0})),
        method("stv-of-101-seats", json!({"type": "ranked", "count": "scottish_stv", "seats": 101})),
        method("ranked-with-more", json!({"type": "ranked", "count": "irv", "max_choices": 2})),
        method("plurality-of-no-seat", json!({"type": "plurality", "seats": 0})),
        method("plurality-of-a-text-of-seats", json!({"type": "plurality", "seats": "2"})),
        method("score-without-a-scale", json!({"type": "score"})),
        method("score-without-an-end", json!({"type": "score", "min": 0})),
        method("score-of-one-number", json!({"type": "score", "min": 3, "max": 3})),
        method("score-downwards", json!({"type": "score", "min": 5, "max": 0})),
        method("score-to-eleven", json!({"type": "score", "min": 0, "max": 11})),
        method("score-below-nought", json!({"type": "score", "min": -1, "max": 5})),
        method("score-of-halves", json!({"type": "score", "min": 0.5, "max": 5})),
        ("irv-shared", "/tie_rule", json!({"type": "shared"})),
    ];
    let case = |(name, pointer, value): (&str, &str, Value)| {
        let changed = tennessee(RankedCount::Irv).set(MANIFEST, pointer, value);
        Case::wrong(format!("methods-{name}"), &changed.parts(), |fault| *fault == Fault::Form(MANIFEST))
    };
    changes.into_iter().map(case).collect()
}

/// Illegal choices. All else fits, as if a careless reader had accepted the choice.
pub(crate) fn illegal() -> Vec<Case> {
    let irv = || tennessee(RankedCount::Irv);
    let schulze = || tennessee(RankedCount::Schulze);
    let bounded = || {
        let method = Method::Ranked { count: RankedCount::ScottishStv, max_ranks: Some(2), seats: Seats(2) };
        voted(method, 4, &times(&[(2, &[0, 1]), (2, &[2, 1]), (1, &[3])]))
    };
    let score = || {
        let method = Method::Score { min: 1, max: 5, seats: Seats::ONE };
        voted(method, 3, &[vec![(0, 1), (1, 5), (2, 3)], vec![(0, 2), (1, 2), (2, 2)], Vec::new()])
    };
    let choices: [(&str, Forge, Marks); 16] = [
        ("irv-of-the-largest-rank-twice", irv(), vec![(0, u16::MAX), (1, u16::MAX)]),
        ("schulze-of-the-largest-rank-twice", schulze(), vec![(0, u16::MAX), (1, u16::MAX)]),
        ("irv-of-a-gap", irv(), vec![(0, 1), (1, 3)]),
        ("irv-from-rank-2", irv(), vec![(0, 2)]),
        ("irv-of-rank-0", irv(), vec![(0, 0), (1, 1)]),
        ("irv-of-equals", irv(), vec![(0, 1), (1, 1)]),
        ("irv-of-the-first-beyond", irv(), vec![(0, 1), (4, 2)]),
        ("irv-of-one-twice", irv(), vec![(0, 1), (0, 2)]),
        ("schulze-of-a-gap", schulze(), vec![(0, 1), (1, 1), (2, 3)]),
        ("schulze-from-rank-2", schulze(), vec![(0, 2), (1, 2)]),
        ("stv-of-too-many-ranks", bounded(), vec![(0, 1), (1, 2), (2, 3)]),
        ("stv-of-equals", bounded(), vec![(0, 1), (1, 2), (2, 2)]),
        ("score-of-too-few", score(), vec![(0, 1), (1, 5)]),
        ("score-of-too-many", score(), vec![(0, 1), (1, 5), (2, 3), (3, 3)]),
        ("score-below", score(), vec![(0, 0), (1, 5), (2, 3)]),
        ("score-above", score(), vec![(0, 1), (1, 6), (2, 3)]),
    ];
    choices
        .into_iter()
        .map(|(what, mut forge, marks)| {
            let bytes = choice(forge.definition.method, &marks).encode();
            forge.votes[1].choice.clone_from(&bytes);
            let place = forge.sealed().iter().position(|(_, vote)| vote.choice == bytes).unwrap() + 1;
            Case::fault(format!("methods-choice-{what}"), &forge.parts(), Fault::IllegalChoice { place })
        })
        .collect()
}

/// Signed tallies that do not follow from the votes.
pub(crate) fn wrong() -> Vec<Case> {
    let irv = || tennessee(RankedCount::Irv);
    let stv = || {
        let method = Method::Ranked { count: RankedCount::ScottishStv, max_ranks: None, seats: Seats(2) };
        voted(method, 4, &times(&[(5, &[0, 1]), (2, &[1, 2]), (2, &[2]), (1, &[3, 2])]))
    };
    let (schulze, borda) = (|| tennessee(RankedCount::Schulze), || tennessee(RankedCount::Borda));
    let score = || {
        let method = Method::Score { min: 0, max: 3, seats: Seats::ONE };
        voted(method, 3, &[vec![(0, 0), (1, 3), (2, 1)], vec![(0, 2), (1, 2), (2, 0)]])
    };
    let cases = [
        ("irv-a-round-of-other-votes", irv().set(TALLY, "/derivation/2/votes/0", json!(5))),
        ("irv-another-excluded", irv().set(TALLY, "/derivation/2/excluded", json!(candidate(4)))),
        ("irv-another-elected", irv().set(TALLY, "/outcome/candidates/0", json!(candidate(1)))),
        ("irv-exhausted", irv().set(TALLY, "/derivation/3/exhausted", json!(1))),
        ("schulze-a-duel", schulze().set(TALLY, "/derivation/2/votes/0/1", json!(5))),
        ("schulze-a-chain", schulze().set(TALLY, "/derivation/3/strengths/1/0", json!(7))),
        ("schulze-a-rank", schulze().set(TALLY, "/rows/3/rank", json!(3))),
        ("borda-points", borda().set(TALLY, "/rows/0/points", json!(1))),
        ("stv-the-quota", stv().set(TALLY, "/derivation/2/quota", json!(5))),
        ("stv-a-loss", stv().set(TALLY, "/derivation/4/loss", json!("0.00001"))),
        ("stv-votes-as-a-number", stv().set(TALLY, "/derivation/3/votes/0", json!(5))),
        ("score-points", score().set(TALLY, "/rows/0/points", json!(6))),
        ("score-a-bar", score().set(TALLY, "/derivation/1/votes/0/0", json!(2))),
    ];
    let mut cases: Vec<_> = cases
        .into_iter()
        .map(|(name, forge)| Case::fault(format!("methods-tally-{name}"), &forge.parts(), Fault::Tally))
        .collect();
    // The tie order of a jury names everybody; a tie that is settled needs none.
    let tied = || by(TieRule::Jury {}, voted(ranked(RankedCount::Irv), 3, &times(&[(2, &[0]), (2, &[1]), (3, &[2])])));
    for (name, forge) in [
        ("of-the-tied-alone", decided(&[1, 2], tied())),
        ("of-one-twice", decided(&[1, 2, 2], tied())),
        ("of-a-stranger", decided(&[1, 2, 9], tied())),
        ("of-no-tie", decided(&[1, 2, 3, 4], by(TieRule::Jury {}, irv()))),
    ] {
        cases.push(Case::wrong(format!("methods-order-{name}"), &forge.parts(), |fault| *fault == Fault::Decision));
    }
    let case = |name: &str, forge: &Forge| {
        Case::wrong(format!("methods-{name}"), &forge.parts(), |fault| *fault == Fault::TieUnresolved)
    };
    cases.push(case("tie-that-nobody-decided", &tied()));
    cases
}

/// Only counts are disclosed: that many votes must be able to add up to them.
pub(crate) fn wrong_counts() -> Vec<Case> {
    let schulze = || counts_alone(tennessee(RankedCount::Schulze));
    let score = || {
        let method = Method::Score { min: 0, max: 3, seats: Seats::ONE };
        counts_alone(voted(method, 3, &[vec![(0, 0), (1, 3), (2, 1)], vec![(0, 2), (1, 2), (2, 0)]]))
    };
    let changes = [
        ("a-duel-of-more-than-voted", schulze(), "/derivation/2/votes/0/1", json!(5)),
        ("a-duel-with-oneself", schulze(), "/derivation/2/votes/0/0", json!(1)),
        ("a-duel-missing", schulze(), "/derivation/2/votes/0", json!([0, 4, 4])),
        ("a-candidate-missing", schulze(), "/derivation/2/votes", json!([[0]])),
        ("a-duel-lost-by-somebody-always-first", schulze(), "/derivation/2/votes/1/0", json!(7)),
        ("first-places-of-fewer-than-voted", schulze(), "/derivation/1/votes/0/1", json!(3)),
        ("first-places-of-more-than-voted", schulze(), "/derivation/1/votes/0/1", json!(11)),
        ("bars-of-more-than-voted", score(), "/derivation/1/votes/0/0", json!(2)),
        ("a-bar-missing", score(), "/derivation/1/votes/0", json!([1, 0, 1])),
        ("a-bar-below-nought", score(), "/derivation/1/votes/0/0", json!(-1)),
    ];
    changes
        .into_iter()
        .map(|(name, forge, pointer, value)| {
            let changed = forge.set(TALLY, pointer, value);
            Case::wrong(format!("methods-counts-of-{name}"), &changed.parts(), |fault| {
                matches!(fault, Fault::Tally | Fault::Count { .. })
            })
        })
        .collect()
}
