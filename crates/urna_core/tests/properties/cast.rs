//! The decision about a vote: in every case there is, and in whole afternoons of voting.

use std::collections::BTreeMap;

use proptest::prelude::*;
use urna_core::cast::{CastFacts, CastRefused, TrackerUse, Verdict, judge};
use urna_core::{Ineligible, StateName, Timestamp};

use crate::cases;

const CLOSES_AT: i64 = 1_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("within the calendar")
}

/// Every combination of facts, with the clock before, at and after the closing time.
fn all_facts() -> Vec<CastFacts> {
    let trackers = [
        TrackerUse::Unused,
        TrackerUse::Own { same_choice: true },
        TrackerUse::Own { same_choice: false },
        TrackerUse::Foreign,
        TrackerUse::InBox,
    ];
    let refusals = [
        Ineligible::OtherConference,
        Ineligible::Unverified,
        Ineligible::Pending,
        Ineligible::Blocked,
        Ineligible::Category,
    ];
    let eligible: Vec<_> = std::iter::once(Ok(())).chain(refusals.map(Err)).collect();
    let mut all = Vec::new();
    for state in StateName::ALL {
        for (closes_at, now) in [
            (None, at(CLOSES_AT)),
            (Some(at(CLOSES_AT)), at(CLOSES_AT - 1)),
            (Some(at(CLOSES_AT)), at(CLOSES_AT)),
            (Some(at(CLOSES_AT)), at(CLOSES_AT + 1)),
        ] {
            for took_part in [false, true] {
                for tracker in trackers {
                    all.extend(eligible.iter().map(|&eligible| CastFacts {
                        state,
                        closes_at,
                        now,
                        took_part,
                        tracker,
                        eligible,
                    }));
                }
            }
        }
    }
    all
}

fn is_over(facts: &CastFacts) -> bool {
    facts.closes_at.is_some_and(|closes_at| closes_at <= facts.now)
}

#[test]
fn a_vote_is_recorded_exactly_when_everything_is_in_order() {
    for facts in all_facts() {
        let in_order = facts.state == StateName::Open
            && !is_over(&facts)
            && !facts.took_part
            && facts.tracker == TrackerUse::Unused
            && facts.eligible.is_ok();
        assert_eq!(judge(&facts) == Ok(Verdict::Record), in_order, "{facts:?}");
    }
}

#[test]
fn nothing_is_recorded_at_or_after_the_closing_time() {
    for facts in all_facts().into_iter().filter(is_over) {
        assert_ne!(judge(&facts), Ok(Verdict::Record), "{facts:?}");
    }
}

#[test]
fn ones_own_retry_is_never_refused_before_cancellation() {
    for facts in all_facts() {
        let begun = facts.state.is_running() || facts.state.is_counted();
        let own = match facts.tracker {
            TrackerUse::Own { same_choice } => same_choice,
            // The voter is not known any more.
            TrackerUse::InBox => facts.state.is_counted(),
            TrackerUse::Unused | TrackerUse::Foreign => false,
        };
        if begun && own && facts.took_part {
            assert_eq!(judge(&facts), Ok(Verdict::Repeat), "{facts:?}");
        }
    }
}

#[test]
fn who_took_no_part_gets_no_receipt() {
    for facts in all_facts().into_iter().filter(|facts| !facts.took_part) {
        if !matches!(facts.tracker, TrackerUse::Own { .. }) {
            assert_ne!(judge(&facts), Ok(Verdict::Repeat), "{facts:?}");
        }
    }
}

#[test]
fn while_voting_runs_anothers_tracker_gives_no_receipt_to_anybody() {
    for facts in all_facts() {
        let runs = facts.state.is_running() && !is_over(&facts);
        if runs && facts.tracker == TrackerUse::Foreign {
            let refused = if facts.took_part { CastRefused::AlreadyVoted } else { CastRefused::TrackerReused };
            assert_eq!(judge(&facts), Err(refused), "{facts:?}");
        }
    }
}

#[test]
fn eligibility_matters_only_to_a_vote_that_would_be_recorded() {
    for facts in all_facts() {
        let eligible = CastFacts { eligible: Ok(()), ..facts };
        let expected = match (judge(&eligible), facts.eligible) {
            (Ok(Verdict::Record), Err(why)) => Err(CastRefused::NotEligible(why)),
            (verdict, _) => verdict,
        };
        assert_eq!(judge(&facts), expected, "{facts:?}");
    }
}

#[test]
fn whether_a_ballot_past_its_closing_time_was_sealed_makes_no_difference() {
    for facts in all_facts().into_iter().filter(|facts| facts.state.is_running() && is_over(facts)) {
        assert_eq!(judge(&facts), judge(&CastFacts { state: StateName::Closed, ..facts }), "{facts:?}");
    }
}

#[test]
fn each_state_that_takes_no_votes_says_so() {
    for facts in all_facts() {
        let verdict = judge(&facts);
        match facts.state {
            StateName::Draft | StateName::Ready => assert_eq!(verdict, Err(CastRefused::NotOpen)),
            StateName::Cancelled => assert_eq!(verdict, Err(CastRefused::Cancelled)),
            _ => assert_ne!(verdict, Err(CastRefused::NotOpen)),
        }
    }
}

/// One event in an afternoon: an attendee sends a vote, or the ballot's state changes.
#[derive(Debug, Clone)]
enum Happening {
    Cast { attendee: u8, tracker: u8, choice: u8 },
    State(StateName),
}

fn afternoon() -> impl Strategy<Value = Vec<Happening>> {
    let cast =
        (0..4u8, 0..6u8, 0..3u8).prop_map(|(attendee, tracker, choice)| Happening::Cast { attendee, tracker, choice });
    let state = prop::sample::select(vec![StateName::Open, StateName::Open, StateName::Paused, StateName::Closed]);
    prop::collection::vec(prop_oneof![8 => cast, 1 => state.prop_map(Happening::State)], 0..60)
}

proptest! {
    #![proptest_config(cases(256))]

    /// A box in memory: as many votes as participations, one per attendee and tracker, and every retry is answered.
    #[test]
    fn one_attendee_has_one_vote_whatever_is_sent(afternoon in afternoon()) {
        let mut state = StateName::Open;
        let mut votes: BTreeMap<u8, (u8, u8)> = BTreeMap::new(); // tracker: attendee, choice
        let mut sealed_at = None;
        for happening in afternoon {
            let (attendee, tracker, choice) = match happening {
                Happening::State(to) if state != StateName::Closed => { state = to; continue; }
                Happening::State(_) => continue,
                Happening::Cast { attendee, tracker, choice } => (attendee, tracker, choice),
            };
            let took_part = votes.values().any(|(voter, _)| *voter == attendee);
            let tracker_use = match votes.get(&tracker) {
                None => TrackerUse::Unused,
                Some(_) if state == StateName::Closed => TrackerUse::InBox,
                Some((voter, chosen)) if *voter == attendee => TrackerUse::Own { same_choice: *chosen == choice },
                Some(_) => TrackerUse::Foreign,
            };
            let (closes_at, now, eligible) = (None, at(0), Ok(()));
            let facts = CastFacts { state, closes_at, now, took_part, tracker: tracker_use, eligible };
            match judge(&facts) {
                Ok(Verdict::Record) => {
                    prop_assert!(!took_part, "a second vote");
                    prop_assert_eq!(votes.insert(tracker, (attendee, choice)), None, "a vote was overwritten");
                }
                Ok(Verdict::Repeat) => prop_assert!(took_part && votes.contains_key(&tracker)),
                Err(_) => {
                    let own = votes.get(&tracker) == Some(&(attendee, choice));
                    prop_assert!(!own, "a retry was refused");
                }
            }
            if state == StateName::Closed {
                prop_assert_eq!(*sealed_at.get_or_insert(votes.len()), votes.len(), "a vote after the close");
            }
        }
    }
}
