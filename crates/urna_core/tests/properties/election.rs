//! Whole elections for the properties to try: up to six candidates, so that ties and empty rows are common.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::subsequence;
use urna_core::tally::{Outcome, Row, Tally, tally};
use urna_core::{
    Candidate, CandidateId, Choice, Definition, Disclosure, Eligibility, Kind, LocalText, Method, TieRule,
};
use uuid::Uuid;

/// A ballot with its votes, whoever withdrew, and the order that settles a tie, if there is one.
#[derive(Debug, Clone)]
pub(crate) struct Election {
    pub(crate) definition: Definition,
    pub(crate) choices: Vec<Choice>,
    pub(crate) withdrawn: Vec<CandidateId>,
    pub(crate) order: Option<Vec<CandidateId>>,
}

impl Election {
    pub(crate) fn tally(&self) -> Tally {
        tally(&self.definition, &self.choices, &self.withdrawn, self.order.as_deref())
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
    }
}

pub(crate) fn definition(candidates: u16, allow_blank: bool, tie_rule: TieRule) -> Definition {
    Definition {
        title: LocalText::One("Title".to_owned()),
        question: LocalText::One("Question?".to_owned()),
        original_language: None,
        kind: Kind::Award,
        method: Method::Plurality {},
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

pub(crate) fn election() -> impl Strategy<Value = Election> {
    (1u16..=6, tie_rule()).prop_flat_map(|(candidates, tie_rule)| {
        let definition = definition(candidates, true, tie_rule);
        let ids: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
        let choice = prop_oneof![
            5 => (0..candidates).prop_map(|index| Choice::Plurality(Some(index))),
            1 => Just(Choice::Plurality(None)),
        ];
        // Few votes make ties, and one election in three has somebody withdrawn.
        let withdrawn = prop_oneof![2 => Just(Vec::new()), 1 => subsequence(ids.clone(), 0..=ids.len())];
        let order = prop::option::of(Just(ids).prop_shuffle());
        (Just(definition), prop::collection::vec(choice, 0..25), withdrawn, order)
            .prop_map(|(definition, choices, withdrawn, order)| Election { definition, choices, withdrawn, order })
    })
}

/// The rows by candidate, for results that list them in another order.
pub(crate) fn by_candidate(tally: &Tally) -> BTreeMap<CandidateId, Row> {
    tally.rows.iter().map(|row| (row.candidate, row.clone())).collect()
}

/// What kind of outcome it is, and of whom, in no order.
pub(crate) fn whom(outcome: &Outcome) -> (&'static str, Vec<CandidateId>) {
    let (kind, candidates) = match outcome {
        Outcome::Elected { candidates } => ("elected", candidates.as_slice()),
        Outcome::Tied { candidates, .. } => ("tied", candidates.as_slice()),
        Outcome::NoVotes => ("no votes", [].as_slice()),
    };
    let mut candidates = candidates.to_vec();
    candidates.sort();
    (kind, candidates)
}
