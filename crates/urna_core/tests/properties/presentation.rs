//! The order in which a voter sees the candidates.

use std::collections::BTreeMap;

use proptest::prelude::*;
use urna_core::presentation::candidate_order;
use urna_core::{AttendeeId, BallotId, TieRule};
use uuid::Uuid;

use crate::cases;
use crate::election::definition;

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn everybody_sees_each_candidate_once_and_always_in_the_same_order(
        ballot in any::<u128>(),
        voter in any::<u128>(),
        candidates in 0..=100u16,
    ) {
        let definition = definition(candidates, true, TieRule::Lot {});
        let (ballot, voter) = (BallotId::new(Uuid::from_u128(ballot)), AttendeeId::new(Uuid::from_u128(voter)));
        let mut order = candidate_order(ballot, voter, &definition);
        let mut elsewhere = definition.clone();
        elsewhere.candidates.reverse();
        prop_assert_eq!(&candidate_order(ballot, voter, &elsewhere), &order, "the order depends on the list");
        order.sort();
        let ids: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
        prop_assert_eq!(order, ids);
    }
}

#[test]
fn nobody_stands_first_for_everyone() {
    let definition = definition(5, true, TieRule::Lot {});
    let mut first = BTreeMap::new();
    for voter in 0..1_000 {
        let order =
            candidate_order(BallotId::new(Uuid::from_u128(1)), AttendeeId::new(Uuid::from_u128(voter)), &definition);
        *first.entry(order[0]).or_insert(0) += 1;
    }
    assert!(first.len() == 5 && first.values().all(|times| (140..260).contains(times)), "{first:?}");
}
