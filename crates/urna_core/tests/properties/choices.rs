//! Choices of every method: read, written and read again.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use urna_core::choice::{Answer, GivenChoice, InvalidChoice, Mark, longest_choice};
use urna_core::method::ranked::RankedCount;
use urna_core::method::{ChoiceShape, MOST_POINTS, Seats};
use urna_core::{CandidateId, Choice, Commitment, Definition, Method, Nonce, Sha256Hash, TieRule, Tracker};
use uuid::Uuid;

use crate::cases;
use crate::election::{candidate, definition};
use crate::motions::motion;

/// Any method with parameters within their bounds.
fn method() -> impl Strategy<Value = Method> {
    let seats = || (1..=100u16).prop_map(Seats);
    let max_ranks = prop::option::of(prop_oneof![1..=6u16, 1..=100u16]);
    prop_oneof![
        seats().prop_map(|seats| Method::Plurality { seats }),
        (2..=100u16, seats()).prop_map(|(max_choices, seats)| Method::Approval { max_choices, seats }),
        (0..MOST_POINTS, seats()).prop_flat_map(|(min, seats)| {
            (min + 1..=MOST_POINTS).prop_map(move |max| Method::Score { min, max, seats })
        }),
        (select(RankedCount::ALL.to_vec()), max_ranks, seats()).prop_map(|(count, max_ranks, seats)| {
            let seats = if count.takes_seats() { seats } else { Seats::ONE };
            Method::Ranked { count, max_ranks, seats }
        }),
        motion(),
    ]
}

fn ballot() -> impl Strategy<Value = Definition> {
    let candidates = prop_oneof![3 => 1..=6u16, 1 => 1..=100u16];
    (method(), candidates, any::<bool>()).prop_map(|(method, candidates, blank)| match method {
        Method::Motion { .. } => Definition { method, ..definition(0, false, TieRule::Rejected {}) },
        _ => Definition { method, ..definition(candidates, blank, TieRule::Lot {}) },
    })
}

/// A choice that the ballot takes, as a client sends it.
fn given(definition: &Definition) -> BoxedStrategy<GivenChoice> {
    let ids: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
    let candidates = definition.candidate_count();
    let method = definition.method;
    let some = |most: u16| subsequence(ids.clone(), 1..=usize::from(most)).prop_shuffle();
    let given = match method {
        Method::Motion { .. } => select(Answer::ALL.to_vec()).prop_map(GivenChoice::Motion).boxed(),
        Method::Plurality { .. } => select(ids.clone()).prop_map(GivenChoice::Candidate).boxed(),
        Method::Approval { .. } => some(method.most_marks(candidates)).prop_map(GivenChoice::Candidates).boxed(),
        Method::Score { min, max, .. } => {
            let points = prop::collection::vec(min..=max, ids.len());
            (some(candidates), points)
                .prop_map(|(ids, points)| GivenChoice::Scores(ids.into_iter().zip(points).collect()))
                .boxed()
        }
        Method::Ranked { count, .. } => {
            let most = usize::from(method.most_ranks(candidates));
            let joins = prop::collection::vec(any::<bool>(), ids.len());
            (some(method.most_marks(candidates)), joins)
                .prop_map(move |(ids, joins)| {
                    let mut ranks: Vec<Vec<CandidateId>> = Vec::new();
                    for (id, joins) in ids.into_iter().zip(joins) {
                        let is_full = ranks.len() == most;
                        match ranks.last_mut().filter(|_| count.takes_equal_ranks() && (joins || is_full)) {
                            Some(rank) => rank.push(id),
                            None => ranks.push(vec![id]),
                        }
                    }
                    GivenChoice::Ranking(ranks)
                })
                .boxed()
        }
    };
    if definition.allow_blank { prop_oneof![9 => given, 1 => Just(GivenChoice::Blank)].boxed() } else { given }
}

fn ballot_and_choices() -> impl Strategy<Value = (Definition, GivenChoice, GivenChoice)> {
    ballot().prop_flat_map(|definition| (Just(definition.clone()), given(&definition), given(&definition)))
}

/// The meaning of a choice for each candidate: nothing, or a value by which two choices are told apart.
fn meaning(given: &GivenChoice, definition: &Definition) -> Option<BTreeMap<CandidateId, usize>> {
    let all = |value: usize| definition.candidates.iter().map(move |candidate| (candidate.id, value));
    Some(match given {
        GivenChoice::Blank => return None,
        GivenChoice::Motion(answer) => BTreeMap::from([(candidate(0).id, usize::from(answer.number()))]),
        GivenChoice::Candidate(id) => BTreeMap::from([(*id, 1)]),
        GivenChoice::Candidates(ids) => ids.iter().map(|id| (*id, 1)).collect(),
        GivenChoice::Scores(scores) => {
            let Method::Score { min, .. } = definition.method else { panic!("scores are of a score") };
            let given = scores.iter().map(|(id, points)| (*id, usize::from(*points)));
            all(usize::from(min)).chain(given).collect()
        }
        GivenChoice::Ranking(ranks) => {
            (1..).zip(ranks).flat_map(|(rank, ids)| ids.iter().map(move |id| (*id, rank))).collect()
        }
    })
}

/// Bytes that are a choice of the ballot, or differ from one in a byte or in length.
fn nearly_a_choice(definition: &Definition) -> impl Strategy<Value = Vec<u8>> + use<> {
    let definition = definition.clone();
    let written = given(&definition)
        .prop_map(move |given| Choice::parse(&given, &definition).map(|choice| choice.encode()).unwrap_or_default());
    let byte = prop_oneof![0..4u8, any::<u8>()];
    let changed = (written.clone(), any::<Index>(), byte.clone()).prop_map(|(mut bytes, at, byte)| {
        let at = at.index(bytes.len().max(1));
        if let Some(old) = bytes.get_mut(at) {
            *old = byte;
        }
        bytes
    });
    let other_length = (written.clone(), 0..20usize, byte).prop_map(|(mut bytes, length, byte)| {
        bytes.resize(length, byte);
        bytes
    });
    prop_oneof![1 => written, 4 => changed, 2 => other_length, 1 => any::<Vec<u8>>()]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_choice_is_read_as_it_was_written((definition, given, other) in ballot_and_choices()) {
        let parse = |given: &GivenChoice| Choice::parse(given, &definition).map_err(|wrong| TestCaseError::fail(wrong.to_string()));
        let (choice, other_choice) = (parse(&given)?, parse(&other)?);
        prop_assert_eq!(choice.is_blank(), given == GivenChoice::Blank);
        let bytes = choice.encode();
        prop_assert!(bytes.len() <= longest_choice(&definition));
        prop_assert_eq!(&Choice::decode(&bytes, &definition), &Ok(choice.clone()));
        // The motion itself stands for a candidate.
        let id = |place: u16| definition.candidate(place).map_or(candidate(0).id, |candidate| candidate.id);
        let of = |mark: &Mark| (id(mark.candidate), usize::from(mark.value));
        let read = (!choice.is_blank()).then(|| choice.marks().iter().map(of).collect::<BTreeMap<_, _>>());
        prop_assert_eq!(&read, &meaning(&given, &definition));

        // Two choices have the same bytes, and the same commitment, if and only if they mean the same.
        let same = meaning(&given, &definition) == meaning(&other, &definition);
        prop_assert_eq!(bytes == other_choice.encode(), same);
        let (manifest, nonce) = (Sha256Hash::new([1; 32]), Nonce::new([3; 32]));
        let commit = |choice: &Choice| Commitment::commit(&manifest, &Tracker::new([2; 32]).hash(), &nonce, &choice.encode());
        prop_assert_eq!(commit(&choice) == commit(&other_choice), same);
    }

    #[test]
    fn bytes_are_no_choice_or_the_only_bytes_of_one((definition, bytes) in ballot().prop_flat_map(|definition| {
        let bytes = nearly_a_choice(&definition);
        (Just(definition), bytes)
    })) {
        if let Ok(choice) = Choice::decode(&bytes, &definition) {
            prop_assert_eq!(choice.encode(), bytes);
            prop_assert!(definition.allow_blank || !choice.is_blank());
            // Its meaning can be sent, and is then recorded as these bytes.
            let id = |mark: &Mark| definition.candidates[usize::from(mark.candidate)].id;
            let again = match definition.method.shape() {
                _ if choice.is_blank() => GivenChoice::Blank,
                ChoiceShape::Answer => GivenChoice::Motion(Answer::of_number(choice.marks()[0].value).unwrap()),
                ChoiceShape::One => GivenChoice::Candidate(id(&choice.marks()[0])),
                ChoiceShape::Several => GivenChoice::Candidates(choice.marks().iter().map(id).collect()),
                ChoiceShape::Scores => {
                    GivenChoice::Scores(choice.marks().iter().map(|mark| (id(mark), mark.value)).collect())
                }
                ChoiceShape::Ranking => {
                    let ranks = choice.marks().iter().map(|mark| mark.value).max().unwrap_or(0);
                    let at = |rank| choice.marks().iter().filter(|mark| mark.value == rank).map(id).collect();
                    GivenChoice::Ranking((1..=ranks).map(at).collect())
                }
            };
            prop_assert_eq!(Choice::parse(&again, &definition), Ok(choice));
        }
    }

    /// A choice for one kind of method is never taken for one of another.
    #[test]
    fn each_method_takes_its_own_choices(
        (ballot, choice, _) in ballot_and_choices(),
        other in method(),
    ) {
        let other = Definition { method: other, ..ballot.clone() };
        if other.method.number() != ballot.method.number() && choice != GivenChoice::Blank {
            let is_refused = matches!(Choice::parse(&choice, &other), Err(InvalidChoice::OtherMethod { .. }));
            prop_assert!(is_refused);
            let bytes = Choice::parse(&choice, &ballot).map(|choice| choice.encode()).unwrap_or_default();
            prop_assert_eq!(Choice::decode(&bytes, &other), Err(InvalidChoice::Bytes));
        }
    }
}

/// A mistake is told with its place.
#[test]
fn a_wrong_choice_is_refused_with_its_place() {
    let id = |number: u128| CandidateId::new(Uuid::from_u128(number));
    let ballot = |method| Definition { method, ..definition(4, true, TieRule::Lot {}) };
    let ranked = |count, max_ranks| ballot(Method::Ranked { count, max_ranks, seats: Seats::ONE });
    let (irv, schulze) = (ranked(RankedCount::Irv, Some(3)), ranked(RankedCount::Schulze, None));
    let score = ballot(Method::Score { min: 1, max: 5, seats: Seats::ONE });
    let approval = ballot(Method::Approval { max_choices: 2, seats: Seats::ONE });
    let ranking = |ranks: &[&[u128]]| {
        GivenChoice::Ranking(ranks.iter().map(|rank| rank.iter().copied().map(id).collect()).collect())
    };
    let scores = |scores: &[(u128, u16)]| {
        GivenChoice::Scores(scores.iter().map(|(number, points)| (id(*number), *points)).collect())
    };
    let candidates = |ids: &[u128]| GivenChoice::Candidates(ids.iter().copied().map(id).collect());
    for (ballot, given, place, sentence) in [
        (&irv, ranking(&[&[0], &[1, 2]]), Some("/ranking/1"), "one candidate at each rank"),
        (&irv, ranking(&[&[0], &[], &[1]]), Some("/ranking/1"), "without a gap"),
        (&irv, ranking(&[&[0], &[1], &[0]]), Some("/ranking/2"), "each candidate once"),
        (&irv, ranking(&[&[0], &[7]]), Some("/ranking/1"), "no such candidate"),
        (&irv, ranking(&[&[0], &[1], &[2], &[3]]), None, "at most 3 ranks"),
        (&irv, ranking(&[]), None, "to choose nobody"),
        (&schulze, ranking(&[&[0, 1], &[2, 1]]), Some("/ranking/1/1"), "each candidate once"),
        (&schulze, ranking(&[&[0, 9]]), Some("/ranking/0/1"), "no such candidate"),
        (&schulze, ranking(&[&[0], &[]]), Some("/ranking/1"), "without a gap"),
        (&score, scores(&[(0, 6)]), Some("/scores/00000000-0000-0000-0000-000000000000"), "from 1 to 5 points"),
        (&score, scores(&[(0, 0)]), Some("/scores/00000000-0000-0000-0000-000000000000"), "from 1 to 5 points"),
        (&score, scores(&[(9, 2)]), Some("/scores/00000000-0000-0000-0000-000000000009"), "no such candidate"),
        (
            &score,
            scores(&[(2, 2), (2, 2)]),
            Some("/scores/00000000-0000-0000-0000-000000000002"),
            "each candidate once",
        ),
        (&score, scores(&[]), None, "to choose nobody"),
        (&approval, candidates(&[0, 0]), Some("/candidates/1"), "each candidate once"),
        (&approval, candidates(&[0, 8]), Some("/candidates/1"), "no such candidate"),
        (&approval, candidates(&[0, 1, 2]), None, "at most 2 candidates"),
        (&approval, GivenChoice::Candidate(id(0)), None, "the field `candidates`"),
    ] {
        let wrong = Choice::parse(&given, ballot).expect_err("it is wrong");
        assert_eq!(wrong.place().map(|place| place.to_string()).as_deref(), place, "{given:?}");
        assert!(wrong.to_string().contains(sentence), "{wrong}");
    }
}
