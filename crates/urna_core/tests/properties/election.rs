//! Whole elections for the properties to try: at most six candidates, so that ties and empty rows are common.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::subsequence;
use urna_core::choice::Mark;
use urna_core::count::{Orders, Turnout, Votes, Withdrawals, count, count_decided};
use urna_core::method::Seats;
use urna_core::tally::{Outcome, Tally, TallyRow};
use urna_core::{
    Candidate, CandidateId, Choice, Definition, Disclosure, Eligibility, Kind, LocalText, Method, TieRule,
};
use uuid::Uuid;

/// A turnout for methods that do not look at it.
pub(crate) const TURNOUT: Turnout = Turnout { eligible: 0, took_part: 0 };

/// A ballot with its votes, the candidates who withdrew, and the jury's order of all candidates, if it made one.
#[derive(Debug, Clone)]
pub(crate) struct Election {
    pub(crate) definition: Definition,
    pub(crate) choices: Vec<Choice>,
    pub(crate) withdrawn: Vec<CandidateId>,
    pub(crate) order: Option<Vec<CandidateId>>,
}

impl Election {
    /// The count. A tie is settled if the jury decides it and has done so; a lot is not drawn.
    pub(crate) fn tally(&self) -> Tally {
        let (votes, withdrawals) = (self.votes(), self.withdrawals());
        let undecided = count(&self.definition, &votes, withdrawals, Orders::default());
        match (&undecided.outcome, &self.order) {
            (Outcome::Tied { candidates, rule: TieRule::Jury {} }, Some(order)) => {
                let of_tied: Vec<_> = order.iter().copied().filter(|id| candidates.contains(id)).collect();
                count_decided(&self.definition, &votes, withdrawals, &of_tied).expect("the order is of the tied")
            }
            _ => undecided,
        }
    }

    pub(crate) fn votes(&self) -> Votes {
        Votes::of(&self.choices, &self.definition, TURNOUT)
    }

    pub(crate) fn withdrawals(&self) -> Withdrawals<'_> {
        Withdrawals { before_close: &self.withdrawn, after_close: &[] }
    }

    /// A vote for the candidate at this place alone; in a score with all points for them, and the fewest for others.
    pub(crate) fn vote_for(&self, place: u16) -> Choice {
        let method = self.definition.method;
        match method {
            Method::Score { min, max, .. } => {
                let points = |candidate| Mark { candidate, value: if candidate == place { max } else { min } };
                Choice::of(method, (0..self.definition.candidate_count()).map(points))
            }
            _ => choice(method, [place]),
        }
    }

    /// The votes or points that decide.
    pub(crate) fn totals(&self) -> BTreeMap<CandidateId, u64> {
        let mut totals: BTreeMap<_, _> = self.ids().into_iter().map(|id| (id, 0)).collect();
        for mark in self.choices.iter().flat_map(Choice::marks) {
            let id = self.definition.candidates[usize::from(mark.candidate)].id;
            totals.entry(id).and_modify(|total| *total += u64::from(mark.value));
        }
        totals
    }

    pub(crate) fn ids(&self) -> Vec<CandidateId> {
        self.definition.candidates.iter().map(|candidate| candidate.id).collect()
    }
}

pub(crate) fn candidate(number: u128) -> Candidate {
    Candidate {
        id: CandidateId::new(Uuid::from_u128(number)),
        name: LocalText::One(format!("Candidate {number}")),
        organisation: None,
        country: None,
        biography: None,
        website: None,
        portrait: None,
    }
}

pub(crate) fn definition(candidates: u16, allow_blank: bool, tie_rule: TieRule) -> Definition {
    Definition {
        title: LocalText::One("Title".to_owned()),
        question: LocalText::One("Question?".to_owned()),
        original_language: None,
        kind: Kind::Award,
        method: Method::PLURALITY,
        candidates: (0..candidates).map(|number| candidate(u128::from(number))).collect(),
        allow_blank,
        eligibility: Eligibility::default(),
        tie_rule,
        disclosure: Disclosure::Full,
    }
}

pub(crate) fn tie_rule() -> impl Strategy<Value = TieRule> {
    prop_oneof![Just(TieRule::Jury {}), Just(TieRule::Lot {}), Just(TieRule::Shared {})]
}

/// The methods in which the most votes or points win.
pub(crate) fn method() -> impl Strategy<Value = Method> {
    let seats = || prop_oneof![2 => Just(Seats::ONE), 1 => (2..=4u16).prop_map(Seats)];
    prop_oneof![
        seats().prop_map(|seats| Method::Plurality { seats }),
        (2..=3u16, seats()).prop_map(|(max_choices, seats)| Method::Approval { max_choices, seats }),
        (0..=2u16, 1..=3u16, seats()).prop_map(|(min, steps, seats)| Method::Score { min, max: min + steps, seats }),
    ]
}

/// A vote of this method for these places, or a blank vote.
pub(crate) fn choice(method: Method, places: impl IntoIterator<Item = u16>) -> Choice {
    Choice::of(method, places.into_iter().map(Mark::named))
}

/// A vote of this method that is not blank.
fn filled(method: Method, candidates: u16) -> BoxedStrategy<Choice> {
    let places: Vec<_> = (0..candidates).collect();
    if let Method::Score { min, max, .. } = method {
        let points = prop::collection::vec(min..=max, places.len());
        let marks = |points: Vec<u16>| (0..).zip(points).map(|(candidate, value)| Mark { candidate, value });
        return points.prop_map(move |points| Choice::of(method, marks(points))).boxed();
    }
    let most = usize::from(method.most_marks(candidates));
    subsequence(places, 1..=most).prop_map(move |places| choice(method, places)).boxed()
}

pub(crate) fn election() -> impl Strategy<Value = Election> {
    (1u16..=6, tie_rule(), method()).prop_flat_map(|(candidates, tie_rule, method)| {
        let definition = Definition { method, ..definition(candidates, true, tie_rule) };
        let ids: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
        let choice = prop_oneof![5 => filled(method, candidates), 1 => Just(choice(method, []))];
        // Few votes make ties, and in one election in three somebody has withdrawn.
        let withdrawn = prop_oneof![2 => Just(Vec::new()), 1 => subsequence(ids.clone(), 0..=ids.len())];
        let order = prop::option::of(Just(ids).prop_shuffle());
        (Just(definition), prop::collection::vec(choice, 0..25), withdrawn, order)
            .prop_map(|(definition, choices, withdrawn, order)| Election { definition, choices, withdrawn, order })
    })
}

/// The rows by candidate, for results that list them in another order.
pub(crate) fn by_candidate(tally: &Tally) -> BTreeMap<CandidateId, TallyRow> {
    tally.rows.iter().map(|row| (row.candidate, row.clone())).collect()
}

/// The kind of outcome and its candidates, in no order.
pub(crate) fn whom(outcome: &Outcome) -> (&'static str, Vec<CandidateId>) {
    let (kind, candidates) = match outcome {
        Outcome::Elected { candidates } => ("elected", candidates.as_slice()),
        Outcome::Tied { candidates, .. } => ("tied", candidates.as_slice()),
        Outcome::NoVotes => ("no votes", [].as_slice()),
        Outcome::Carried | Outcome::Rejected | Outcome::NotDecided => panic!("no motion is an election"),
    };
    let mut candidates = candidates.to_vec();
    candidates.sort();
    (kind, candidates)
}
