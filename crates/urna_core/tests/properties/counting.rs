//! Counting: fair to voters and candidates, and the same by every route.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use proptest::prelude::*;
use urna_core::choice::Mark;
use urna_core::count::{Lot, TieBreakRefused, Votes, Withdrawals, count, count_decided};
use urna_core::method::Seats;
use urna_core::method::ranked::RankedCount;
use urna_core::tally::{CountStep, Outcome, TallyRow, share};
use urna_core::{CandidateId, Choice, Commitment, Definition, Method, Sha256Hash, TieRule};
use uuid::Uuid;

use crate::cases;
use crate::election::{Election, TURNOUT, by_candidate, choice, definition, election, whom};

/// An election, and another order of its candidates.
fn with_shuffled_candidates() -> impl Strategy<Value = (Election, Vec<usize>)> {
    election().prop_flat_map(|election| {
        let places: Vec<usize> = (0..election.definition.candidates.len()).collect();
        (Just(election), Just(places).prop_shuffle())
    })
}

fn with_shuffled_votes() -> impl Strategy<Value = (Election, Vec<Choice>)> {
    election().prop_flat_map(|election| {
        let choices = election.choices.clone();
        (Just(election), Just(choices).prop_shuffle())
    })
}

/// Long division, digit by digit.
fn share_by_long_division(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "0.0000".to_owned();
    }
    let (mut rest, whole) = (u128::from(part), u128::from(whole));
    let mut digits: Vec<u128> = Vec::new();
    for _ in 0..5 {
        digits.push(rest / whole);
        rest = rest % whole * 10;
    }
    // `rest` is ten times the remainder after the last digit.
    let mut carry = u128::from(rest >= 5 * whole);
    for digit in digits.iter_mut().rev() {
        *digit += carry;
        carry = *digit / 10;
        *digit %= 10;
    }
    let text: Vec<String> = digits.iter().map(u128::to_string).collect();
    format!("{}.{}", text[0], text[1..].concat())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_order_of_votes_is_irrelevant((election, shuffled) in with_shuffled_votes()) {
        let again = Election { choices: shuffled, ..election.clone() };
        prop_assert_eq!(again.tally(), election.tally());
    }

    #[test]
    fn a_recount_is_the_count(election in election()) {
        prop_assert_eq!(election.tally(), election.tally());
        // From the record: the votes as bytes.
        let read = election.choices.iter().map(|choice| Choice::decode(&choice.encode(), &election.definition));
        let choices = read.collect::<Result<Vec<_>, _>>().expect("an encoded choice can be read");
        let recount = Election { choices, ..election.clone() }.tally();
        prop_assert_eq!(&recount, &election.tally());
        let json = serde_json::to_string(&recount).expect("a tally is JSON");
        prop_assert_eq!(serde_json::from_str::<urna_core::tally::Tally>(&json).ok(), Some(recount));
    }

    /// A candidate's name does not matter: the result is the same under another.
    #[test]
    fn names_of_candidates_are_irrelevant(election in election(), salt in any::<u128>()) {
        let rename = |id: CandidateId| CandidateId::new(Uuid::from_u128(id.uuid().as_u128() ^ salt));
        let mut renamed = election.clone();
        renamed.definition.candidates.iter_mut().for_each(|candidate| candidate.id = rename(candidate.id));
        renamed.withdrawn.iter_mut().for_each(|id| *id = rename(*id));
        renamed.order.iter_mut().flatten().for_each(|id| *id = rename(*id));
        let (mut before, after) = (election.tally(), renamed.tally());
        prop_assert_eq!(whom(&after.outcome).0, whom(&before.outcome).0);
        let mut expected: Vec<_> = whom(&before.outcome).1.into_iter().map(rename).collect();
        expected.sort();
        prop_assert_eq!(whom(&after.outcome).1, expected);
        before.rows.iter_mut().for_each(|row| row.candidate = rename(row.candidate));
        prop_assert_eq!(after.rows, before.rows);
    }

    /// A candidate's place in the list does not matter: votes, rank, share and chance are the same.
    #[test]
    fn places_in_the_list_are_irrelevant((election, places) in with_shuffled_candidates()) {
        let mut moved = election.clone();
        moved.definition.candidates = places.iter().map(|old| election.definition.candidates[*old].clone()).collect();
        let new_place = |mark: &Mark| {
            let new = places.iter().position(|old| *old == usize::from(mark.candidate)).expect("a permutation");
            u16::try_from(new).expect("few candidates")
        };
        for moving in &mut moved.choices {
            let marks = moving.marks().iter().map(|mark| Mark { candidate: new_place(mark), ..*mark });
            *moving = Choice::of(election.definition.method, marks);
        }
        let (before, after) = (election.tally(), moved.tally());
        prop_assert_eq!(by_candidate(&after), by_candidate(&before));
        prop_assert_eq!(whom(&after.outcome), whom(&before.outcome));
    }

    #[test]
    fn one_more_vote_never_hurts(election in election(), place in any::<prop::sample::Index>()) {
        let index = place.index(election.definition.candidates.len());
        let favoured = election.definition.candidates[index].id;
        let mut more = election.clone();
        more.choices.push(election.vote_for(u16::try_from(index).expect("few candidates")));
        // A tie across the last of several seats keeps back those above it, too; and one vote of a score is for all.
        let was_open = !matches!(election.tally().outcome, Outcome::Elected { .. });
        let (before, after) = (by_candidate(&election.tally()), by_candidate(&more.tally()));
        prop_assert_eq!(after[&favoured].votes, before[&favoured].votes + 1);
        prop_assert!(after[&favoured].rank <= before[&favoured].rank, "the rank got worse");
        prop_assert!(after[&favoured].elected || !before[&favoured].elected, "no longer elected");
        for (other, row) in after.iter().filter(|(other, _)| **other != favoured) {
            prop_assert!(row.rank >= before[other].rank, "somebody else rose");
            prop_assert!(!row.elected || was_open || before[other].elected, "somebody else came to be elected");
        }
    }

    #[test]
    fn a_blank_vote_changes_nobodys_place(election in election()) {
        let mut more = election.clone();
        more.choices.push(choice(election.definition.method, []));
        let (before, after) = (election.tally(), more.tally());
        prop_assert_eq!(after.blank, before.blank + 1);
        prop_assert_eq!(after.rows, before.rows);
        prop_assert_eq!(after.outcome, before.outcome);
    }

    #[test]
    fn the_numbers_add_up(election in election()) {
        let tally = election.tally();
        prop_assert_eq!(tally.voted, u64::try_from(election.choices.len()).expect("few"));
        prop_assert_eq!(tally.counted + tally.blank, tally.voted);
        let fewest = if let Method::Score { min, .. } = election.definition.method { min } else { 0 };
        let marks = election.choices.iter().flat_map(Choice::marks).filter(|mark| mark.value > fewest).count();
        prop_assert_eq!(tally.rows.iter().map(|row| row.votes).sum::<u64>(), u64::try_from(marks).expect("few"));
        let totals = election.totals();
        let total = |row: &TallyRow| row.points.unwrap_or(row.votes);
        prop_assert!(tally.rows.iter().all(|row| total(row) == totals[&row.candidate]));
        let mut candidates: Vec<_> = tally.rows.iter().map(|row| row.candidate).collect();
        let mut expected = election.ids();
        // Best first, equals in the order of the manifest (where the ids ascend).
        prop_assert!(tally.rows.is_sorted_by_key(|row| (Reverse(total(row)), row.candidate)));
        candidates.sort();
        expected.sort();
        prop_assert_eq!(candidates, expected, "one row per candidate");
        for row in &tally.rows {
            let better = tally.rows.iter().filter(|other| total(other) > total(row)).count();
            prop_assert_eq!(usize::try_from(row.rank).expect("few"), better + 1);
            prop_assert_eq!(&row.share, &share_by_long_division(row.votes, tally.counted));
            prop_assert_eq!(row.withdrawn, election.withdrawn.contains(&row.candidate));
            prop_assert!(!(row.withdrawn && row.elected), "elected although withdrawn");
        }
        let mut elected: Vec<_> = tally.rows.iter().filter(|row| row.elected).map(|row| row.candidate).collect();
        elected.sort();
        let expected = if let Outcome::Elected { candidates } = tally.outcome { candidates } else { Vec::new() };
        prop_assert_eq!(elected, expected);
    }

    /// The outcome from first principles: who has more than the others, for as many as there are seats.
    #[test]
    fn the_seats_go_to_those_who_have_most(election in election()) {
        let mut totals = election.totals();
        totals.retain(|id, _| !election.withdrawn.contains(id));
        let has_votes = election.choices.iter().any(|choice| !choice.is_blank());
        if matches!(election.definition.method, Method::Score { .. }) {
            totals.retain(|_, _| has_votes);
        } else {
            totals.retain(|_, votes| *votes > 0);
        }
        let seats = usize::from(election.definition.method.seats());
        let ahead = |total: u64| totals.values().filter(|other| **other > total).count();
        let level = |total: u64| totals.values().filter(|other| **other >= total).count();
        let of = |fits: &dyn Fn(u64) -> bool| -> Vec<CandidateId> {
            totals.iter().filter(|(_, total)| fits(**total)).map(|(id, _)| *id).collect()
        };
        let certain = of(&|total| level(total) <= seats);
        let tied = of(&|total| ahead(total) < seats && level(total) > seats);
        let together = |more: &[CandidateId]| {
            let mut candidates = [certain.as_slice(), more].concat();
            candidates.sort();
            Outcome::Elected { candidates }
        };
        let rule = election.definition.tie_rule;
        let expected = match (tied.as_slice(), rule, &election.order) {
            ([], _, _) if certain.is_empty() => Outcome::NoVotes,
            ([], _, _) => together(&[]),
            (tied, TieRule::Shared {}, _) => together(tied),
            (_, TieRule::Lot {} | TieRule::Rejected {}, _) | (_, _, None) => Outcome::Tied { candidates: tied, rule },
            (tied, TieRule::Jury {}, Some(order)) => {
                let chosen = order.iter().copied().filter(|id| tied.contains(id)).take(seats - certain.len());
                together(&chosen.collect::<Vec<_>>())
            }
        };
        prop_assert_eq!(election.tally().outcome, expected);
    }

    /// A reader of the derivation alone comes to the same numbers and the same outcome.
    #[test]
    fn the_derivation_leads_to_the_outcome(election in election()) {
        let tally = election.tally();
        let seats = usize::from(election.definition.method.seats());
        let (mut elected, mut secure) = (None, Vec::new());
        for step in &tally.derivation {
            match step {
                CountStep::SetBlankAside { voted, blank, counted } => {
                    prop_assert_eq!((*voted, *blank, *counted), (tally.voted, tally.blank, tally.counted));
                }
                CountStep::Scores { votes } => {
                    prop_assert!(votes.iter().all(|votes| votes.iter().sum::<u64>() == tally.counted));
                }
                CountStep::Points { points } => {
                    let rows: BTreeMap<_, _> = tally.rows.iter().filter_map(|row| Some((row.candidate, row.points?))).collect();
                    prop_assert_eq!(points.iter().copied().collect::<BTreeMap<_, _>>(), rows);
                }
                CountStep::Count { votes } => {
                    let rows: BTreeMap<_, _> = tally.rows.iter().map(|row| (row.candidate, row.votes)).collect();
                    prop_assert_eq!(votes.iter().copied().collect::<BTreeMap<_, _>>(), rows);
                }
                CountStep::LeaveOutWithdrawn { candidates } => {
                    let mut withdrawn = election.ids();
                    withdrawn.retain(|id| election.withdrawn.contains(id));
                    prop_assert_eq!(candidates, &withdrawn);
                }
                CountStep::MostVotes { candidates, above, .. } | CountStep::MostPoints { candidates, above, .. } => {
                    secure.clone_from(above);
                    let fit = above.len() + candidates.len() <= seats;
                    elected = fit.then(|| [above.as_slice(), candidates].concat());
                }
                CountStep::SettleTie { elected: settled, .. } => elected = Some([secure.as_slice(), settled].concat()),
                other => prop_assert!(false, "a step of another count: {other:?}"),
            }
        }
        let named = tally.derivation.iter().any(|step| matches!(step, CountStep::LeaveOutWithdrawn { .. }));
        prop_assert_eq!(named, !election.withdrawn.is_empty());
        let outcome = if let Outcome::Elected { candidates } = tally.outcome { Some(candidates) } else { None };
        if let Some(elected) = &mut elected {
            elected.sort();
        }
        prop_assert_eq!(elected, outcome);
    }

    #[test]
    fn shares_are_rounded_half_up(part in any::<u64>(), more in any::<u64>()) {
        let whole = part.saturating_add(more);
        prop_assert_eq!(share(part, whole), share_by_long_division(part, whole));
        let (part, whole) = (part % 2000, whole % 2000 + part % 2000);
        prop_assert_eq!(share(part, whole), share_by_long_division(part, whole));
    }

    #[test]
    fn a_lot_names_each_of_the_tied_once_and_is_drawn_alike_again(
        tied in prop::sample::subsequence((0..20usize).collect::<Vec<_>>(), 0..20).prop_shuffle(),
        manifest in any::<[u8; 32]>(),
        mut commitments in prop::collection::vec(any::<[u8; 32]>(), 0..5),
    ) {
        let definition = definition(20, true, TieRule::Lot {});
        let tied: Vec<_> = tied.into_iter().map(|place| definition.candidates[place].id).collect();
        commitments.sort_unstable();
        let commitments: Vec<_> = commitments.into_iter().map(Commitment::new).collect();
        let manifest = Sha256Hash::new(manifest);
        let lot = Lot::new(&manifest, &commitments).expect("they are sorted");
        let drawn = lot.draw(&definition, &tied);
        let sorted = |ids: &[CandidateId]| { let mut ids = ids.to_vec(); ids.sort(); ids };
        prop_assert_eq!(sorted(&drawn), sorted(&tied));
        // Independent of the order in which the tied are given, and of the other candidates.
        prop_assert_eq!(&lot.draw(&definition, &sorted(&tied)), &drawn);
        let everybody: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
        let mut of_all = lot.draw(&definition, &everybody);
        of_all.retain(|id| tied.contains(id));
        prop_assert_eq!(of_all, drawn);
    }

    #[test]
    fn a_tie_break_names_each_of_the_tied_once(election in election(), extra in 0..8u128, drop in any::<bool>()) {
        let outcome = Election { order: None, ..election.clone() }.tally().outcome;
        let decide = |jury: &[CandidateId]| {
            count_decided(&election.definition, &election.votes(), election.withdrawals(), jury).map(|tally| tally.derivation)
        };
        let Outcome::Tied { candidates, rule: TieRule::Jury {} } = &outcome else {
            prop_assert_eq!(decide(&election.ids()), Err(TieBreakRefused::NoTie));
            return Ok(());
        };
        let mut order = candidates.clone();
        order.reverse();
        let settled = |derivation: Vec<CountStep>| match derivation.last() {
            Some(CountStep::SettleTie { elected, .. }) => elected.clone(),
            _ => Vec::new(),
        };
        let elected = decide(&order).map(settled).expect("the order is of the tied");
        prop_assert!(!elected.is_empty() && elected.len() < order.len());
        prop_assert_eq!(elected.as_slice(), &order[..elected.len()]);
        if drop { order.pop(); } else { order.push(CandidateId::new(Uuid::from_u128(extra))); }
        prop_assert_eq!(decide(&order), Err(TieBreakRefused::NotTheTied));
    }

    #[test]
    fn a_lot_settles_the_ties_that_it_is_for(election in election(), manifest in any::<[u8; 32]>()) {
        let manifest = Sha256Hash::new(manifest);
        let lot = Lot::new(&manifest, &[]).expect("nothing is sorted");
        let definition = &election.definition;
        let drawn = count(definition, &election.votes(), election.withdrawals(), Some(lot));
        let undecided = Election { order: None, ..election.clone() }.tally();
        if let Outcome::Tied { candidates, rule: TieRule::Lot {} } = &undecided.outcome {
            let order = lot.draw(definition, candidates);
            let Some(CountStep::SettleTie { rule, order: drawn_order, elected }) = drawn.derivation.last() else {
                return Err(TestCaseError::fail("the lot settled nothing"));
            };
            prop_assert_eq!((rule, drawn_order), (&TieRule::Lot {}, &order));
            prop_assert_eq!(elected.as_slice(), &order[..elected.len()]);
            prop_assert!(elected.iter().all(|id| drawn.rows.iter().any(|row| row.candidate == *id && row.elected)));
        } else {
            prop_assert_eq!(drawn, undecided);
        }
    }

    /// A record that discloses counts alone leads to the same tally.
    #[test]
    fn counts_lead_to_the_tally_of_the_votes(election in election()) {
        let tally = Election { order: None, ..election.clone() }.tally();
        let votes = Votes::disclosed(&tally, &election.definition, TURNOUT).expect("a tally has its votes");
        prop_assert_eq!(votes.voted(), tally.voted);
        let again = count(&election.definition, &votes, election.withdrawals(), None);
        prop_assert_eq!(again, tally);
    }
}

/// The fewest points are no worse than any others if everybody has them: the scale may begin at 0 or at 1.
#[test]
fn where_a_scale_begins_is_irrelevant() {
    for min in 0..=1 {
        let method = Method::Score { min, max: min + 3, seats: Seats(2) };
        let definition = Definition { method, ..definition(3, true, TieRule::Shared {}) };
        let marks = [3, 0, 0].map(|points| points + min);
        let marks = (0..).zip(marks).map(|(candidate, value)| Mark { candidate, value });
        let votes = Votes::of(&[Choice::of(method, marks)], &definition, TURNOUT);
        let tally = count(&definition, &votes, Withdrawals::default(), None);
        assert_eq!(tally.rows.iter().filter(|row| row.elected).count(), 3, "two share the second seat");
    }
}

/// Duels that are disclosed without the votes must fit the first places.
#[test]
fn nobody_stands_above_a_first_place() {
    let method = Method::Ranked { count: RankedCount::Schulze, max_ranks: None, seats: Seats::ONE };
    let definition = Definition { method, ..definition(2, true, TieRule::Lot {}) };
    let order = |places: [u16; 2]| {
        Choice::of(method, places.into_iter().zip(1..).map(|(candidate, value)| Mark { candidate, value }))
    };
    let votes = Votes::of(&[order([0, 1]), order([0, 1]), order([1, 0])], &definition, TURNOUT);
    let mut tally = count(&definition, &votes, Withdrawals::default(), None);
    assert_eq!(Votes::disclosed(&tally, &definition, TURNOUT), Some(votes));
    for step in &mut tally.derivation {
        if let CountStep::FirstPlaces { votes } = step {
            // All three put the first candidate first, and yet one prefers the other.
            votes[0].1 = 3;
        }
    }
    assert_eq!(Votes::disclosed(&tally, &definition, TURNOUT), None);
}

/// A lot that always fell on the same place would pass for a permutation too.
#[test]
fn a_lot_falls_on_everybody_sooner_or_later() {
    let definition = definition(4, true, TieRule::Lot {});
    let tied: Vec<_> = definition.candidates.iter().map(|candidate| candidate.id).collect();
    let mut wins = BTreeMap::new();
    for number in 0..=255 {
        let (manifest, commitments) = (Sha256Hash::new([7; 32]), [Commitment::new([number; 32])]);
        let drawn = Lot::new(&manifest, &commitments).expect("one is sorted").draw(&definition, &tied);
        *wins.entry(drawn[0]).or_insert(0) += 1;
    }
    assert!(wins.len() == 4 && wins.values().all(|wins| *wins > 32), "{wins:?}");
}
