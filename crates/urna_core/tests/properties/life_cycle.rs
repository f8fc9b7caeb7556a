//! The life of a ballot: whatever is asked of it, it goes forward.

use proptest::prelude::*;
use urna_core::ballot::state_at;
use urna_core::life_cycle::{TransitionStep, allowed, due, steps};
use urna_core::{Schedule, StateName, Timestamp};

use crate::cases;

/// A state's stage in the life of a ballot; a ballot may move back and forth between states of one stage.
fn age(state: StateName) -> u8 {
    match state {
        StateName::Draft | StateName::Ready => 0,
        StateName::Open | StateName::Paused => 1,
        StateName::Closed => 2,
        StateName::Published | StateName::Cancelled => 3,
    }
}

/// The state after one step, written down independently; `None` if the step makes no sense.
fn after(state: StateName, step: TransitionStep) -> Option<StateName> {
    use StateName::{Cancelled, Closed, Draft, Open, Paused, Published, Ready};
    Some(match (state, step) {
        (Draft, TransitionStep::Freeze) => Ready,
        (Ready, TransitionStep::Thaw) => Draft,
        (Ready, TransitionStep::Open) | (Paused, TransitionStep::Resume) => Open,
        (Open, TransitionStep::Pause) => Paused,
        (Open | Paused, TransitionStep::Close) => Closed,
        (state, TransitionStep::Cancel) if !matches!(state, Published | Cancelled) => Cancelled,
        _ => return None,
    })
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).expect("within the calendar")
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_walk_never_goes_back_from_open(walk in prop::collection::vec(prop::sample::select(&StateName::ALL), 0..40)) {
        let (mut state, mut openings, mut frozen) = (StateName::Draft, 0, false);
        for to in walk {
            let from = state;
            let Ok(steps) = steps(from, to) else {
                prop_assert!(!allowed(from).contains(&to));
                // Publishing is not a transition: it is a resource of its own.
                if from == StateName::Closed && to == StateName::Published { state = to; }
                continue;
            };
            for step in steps {
                let next = after(state, *step);
                prop_assert!(next.is_some(), "{:?} from {}", step, state);
                state = next.unwrap_or(state);
                frozen = match step { TransitionStep::Freeze => true, TransitionStep::Thaw => false, _ => frozen };
                openings += u32::from(*step == TransitionStep::Open);
            }
            prop_assert_eq!(state, to);
            prop_assert!(age(state) >= age(from), "back from {} to {}", from, state);
            prop_assert!(frozen || matches!(state, StateName::Draft | StateName::Cancelled), "{} but not frozen", state);
        }
        prop_assert!(openings <= 1, "a second box key");
    }

    /// The scheduler, run at any times, takes each step once and then no more.
    #[test]
    fn the_scheduler_comes_to_rest(
        start in prop::sample::select(&StateName::ALL),
        opens_at in prop::option::of(0..100i64),
        closes_at in prop::option::of(0..100i64),
        mut times in prop::collection::vec(0..120i64, 1..20),
    ) {
        let schedule = Schedule { planned_for: None, opens_at: opens_at.map(at), closes_at: closes_at.map(at) };
        times.sort_unstable();
        let mut state = start;
        for now in times {
            while let Some(step) = due(state, &schedule, at(now)) {
                let next = after(state, step);
                prop_assert!(next.is_some_and(|next| age(next) > age(state)), "{:?} from {}", step, state);
                state = next.unwrap_or(state);
            }
            let over = closes_at.is_some_and(|closes_at| closes_at <= now);
            prop_assert!(!(over && state.is_running()), "still running after its closing time");
            prop_assert_eq!(state_at(start, schedule.closes_at, at(now)).is_running(), start.is_running() && !over);
        }
    }
}
