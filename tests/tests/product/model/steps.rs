//! The possible events in the life of a ballot, and their likelihood.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use proptest_state_machine::ReferenceStateMachine;
use urna_core::{AttendeeStatus, StateName};

use super::state::{CANDIDATES, Choice, Model, TieRule, Tracker};

/// The instance that gets the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Here,
    There,
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) at: At,
    pub(super) deed: Deed,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    /// An organiser requests a transition.
    Go(StateName),
    Cast {
        who: usize,
        tracker: Tracker,
        choice: Choice,
    },
    SetClose(Closing),
    Wait(Until),
    /// The scheduler acts.
    RunSchedule,
    /// A new person is added to the roll and signs in.
    Join,
    SignIn(usize),
    Block(usize),
    Approve(usize),
    Erase(usize),
    /// An organiser reads the tally.
    Count,
    BreakTie,
    Publish {
        note: bool,
    },
    /// The instance crashes, and another replaces it.
    Restart,
}

/// The requested closing time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Closing {
    Never,
    InSeconds(u8),
    /// A microsecond ago.
    JustPassed,
}

/// The new time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    Seconds(u8),
    /// A microsecond before the closing time.
    JustBeforeTheClose,
    TheClose,
}

/// The numbers of phones' trackers are below this: more than there are people.
const TRACKERS: u8 = 12;

/// The maximum number of people, so low that they interact.
const PEOPLE: usize = 7;

/// A ballot's life.
#[derive(Debug)]
pub(super) struct Life;

impl ReferenceStateMachine for Life {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        select(vec![TieRule::Shared, TieRule::Jury]).prop_map(|rule| Model::new(rule, 4)).boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        (select(vec![At::Here, At::There]), deeds(model)).prop_map(|(at, deed)| Step { at, deed }).boxed()
    }

    fn apply(mut model: Model, step: &Step) -> Model {
        let _heard = model.live(&step.deed);
        model
    }

    fn preconditions(model: &Model, step: &Step) -> bool {
        model.knows(&step.deed)
    }
}

/// Anything may happen at any time; events relevant to the current state are likelier.
fn deeds(model: &Model) -> BoxedStrategy<Deed> {
    let state = model.state();
    let (begins, runs) = match state {
        StateName::Draft | StateName::Ready => (true, false),
        StateName::Open | StateName::Paused => (false, true),
        _ => (false, false),
    };
    let over = !begins && !runs;
    let due = state != model.carried_out;
    let who = || 0..model.people.len();
    let anywhere: Vec<_> = StateName::ALL.into_iter().filter(|to| *to != StateName::Published).collect();
    let closes_later = model.closes_at.is_some_and(|closes_at| closes_at > model.now);
    let options = [
        (likelier(runs, 80, 25), casts(model)),
        (if over { 2 } else { likelier(begins, 40, 5) }, onward(state)),
        (likelier(over, 10, 3), select(anywhere).prop_map(Deed::Go).boxed()),
        (likelier(over, 6, 0), Just(Deed::Go(StateName::Open)).boxed()),
        (likelier(due, 25, likelier(over, 3, 6)), closings()),
        (3, (1..=10u8).prop_map(|seconds| Deed::Wait(Until::Seconds(seconds))).boxed()),
        (likelier(closes_later, 4, 0), Just(Deed::Wait(Until::JustBeforeTheClose)).boxed()),
        (likelier(closes_later, 6, 0), Just(Deed::Wait(Until::TheClose)).boxed()),
        (2, Just(Deed::RunSchedule).boxed()),
        (likelier(model.people.len() < PEOPLE, 2, 0), Just(Deed::Join).boxed()),
        (4, who().prop_map(Deed::SignIn).boxed()),
        (3, who().prop_map(Deed::Block).boxed()),
        (3, who().prop_map(Deed::Approve).boxed()),
        (4, who().prop_map(Deed::Erase).boxed()),
        (1, Just(Deed::Count).boxed()),
        (likelier(state == StateName::Closed, 4, 1), Just(Deed::BreakTie).boxed()),
        (likelier(over, 3, 1), any::<bool>().prop_map(|note| Deed::Publish { note }).boxed()),
        (2, Just(Deed::Restart).boxed()),
    ];
    Union::new_weighted(options.into_iter().filter(|(weight, _)| *weight > 0).collect()).boxed()
}

const fn likelier(likely: bool, weight: u32, otherwise: u32) -> u32 {
    if likely { weight } else { otherwise }
}

/// The usual next transitions.
fn onward(state: StateName) -> BoxedStrategy<Deed> {
    use StateName::{Cancelled, Closed, Draft, Open, Paused, Ready};
    let to = match state {
        Draft => vec![Open, Open, Ready],
        Ready => vec![Open, Open, Draft],
        Open => vec![Paused, Paused, Paused, Closed, Cancelled],
        Paused => vec![Open, Open, Open, Closed, Cancelled],
        _ => return Just(Deed::Publish { note: false }).boxed(),
    };
    select(to).prop_map(Deed::Go).boxed()
}

fn closings() -> BoxedStrategy<Deed> {
    let closing = prop_oneof![
        2 => Just(Closing::Never),
        4 => (1..=20u8).prop_map(Closing::InSeconds),
        1 => Just(Closing::InSeconds(0)),
        1 => Just(Closing::JustPassed),
    ];
    closing.prop_map(Deed::SetClose).boxed()
}

/// A vote, likelier from somebody who can vote.
fn casts(model: &Model) -> BoxedStrategy<Deed> {
    let runs = matches!(model.state(), StateName::Open | StateName::Paused);
    let weight = |who: usize| {
        let person = model.people[who];
        let (may_vote, has_voted) = (person.standing == Some(AttendeeStatus::Verified), model.vote_of(who).is_some());
        let may_hear_something_new = if has_voted { !runs } else { runs && may_vote };
        likelier(person.signed_in, likelier(may_hear_something_new, 8, 4), 1)
    };
    Union::new_weighted((0..model.people.len()).map(|who| (weight(who), cast_of(model, who))).collect()).boxed()
}

/// A vote of this person: new, a retry, or with somebody else's tracker.
fn cast_of(model: &Model, who: usize) -> BoxedStrategy<Deed> {
    let choice = || {
        prop_oneof![
            8 => (0..CANDIDATES).prop_map(Choice::Candidate),
            3 => Just(Choice::Blank),
            1 => Just(Choice::Stranger),
        ]
    };
    let cast = move |tracker, choice| Deed::Cast { who, tracker, choice };
    let with = move |tracker: BoxedStrategy<Tracker>| {
        (tracker, choice()).prop_map(move |(tracker, choice)| cast(tracker, choice)).boxed()
    };
    let used: Vec<_> = model.votes.iter().map(|vote| vote.tracker).collect();
    let unused = (0..TRACKERS).map(Tracker::Made).filter(|tracker| !used.contains(tracker)).collect::<Vec<_>>();
    let mut options = vec![(6, with(select(unused).boxed())), (1, with(Just(Tracker::Absent).boxed()))];
    let own = model.vote_of(who).copied();
    if !used.is_empty() {
        let is_a_stranger_too_late = own.is_none() && model.state() == StateName::Closed;
        options.push((likelier(is_a_stranger_too_late, 10, 2), with(select(used).boxed())));
    }
    if let Some(own) = own {
        options.push((4, Just(cast(own.tracker, own.choice)).boxed()));
        options.push((2, with(Just(own.tracker).boxed())));
    }
    Union::new_weighted(options).boxed()
}
