//! A ballot follows its specification in any order of events: whatever people, organisers, the clock, the scheduler and
//! crashes do to it through two instances.
//!
//! The sequences are the same in every run. `PROPTEST_CASES=1000` tries more of them, `PROPTEST_RNG_SEED=1` others.

mod checks;
mod service;
mod state;
mod steps;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner, contextualize_config};
use proptest_state_machine::ReferenceStateMachine as _;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use urna_core::StateName;
use urna_tests::{Cases, World, cases};

use service::{Lived, Memory, Service};
use state::Model;
use steps::{At, Deed, Life, Step};

pub(super) fn cases() -> Cases {
    cases! {
        on_each_engine:
            a_ballot_lives_as_the_specification_says,
            what_instances_remember_changes_nothing_in_a_life;
    }
}

/// The number of lives tried, unless the environment sets another.
const LIVES: u32 = 40;

/// The end of every life that has not ended otherwise: the recorded votes are counted.
const ENDING: [Step; 4] = {
    const fn step(deed: Deed) -> Step {
        Step { at: At::There, deed }
    }
    let publish = step(Deed::Publish { note: false });
    [step(Deed::Go(StateName::Closed)), publish, step(Deed::BreakTie), publish]
};

/// A life that takes longer waits for something that never comes. Each life has its own limit, because a case may have
/// more lives than its time limit allows.
const TIME_LIMIT: Duration = Duration::from_secs(30);

fn config(memory: Memory) -> Config {
    let seed = match memory {
        Memory::Off => 20_261_125,
        Memory::On => 20_261_126,
    };
    contextualize_config(Config {
        cases: LIVES,
        rng_seed: RngSeed::Fixed(seed),
        // The seed is enough to reproduce a failure.
        failure_persistence: None,
        max_shrink_time: 60_000,
        ..Config::default()
    })
}

/// Uses only the sequences of `proptest-state-machine`: they depend on the model's state, and stay sensible while they
/// shrink. Its runner is synchronous and recreates the system for each sequence, whereas a service is slow to start and
/// answers asynchronously. So the sequences are played here, on one service.
fn try_lives(world: &World, memory: Memory) {
    let runtime = Handle::current();
    let failure = tokio::task::block_in_place(|| {
        let service = Mutex::new(runtime.block_on(Service::start(world, memory)));
        let outcome =
            TestRunner::new(config(memory)).run(&Life::sequential_strategy(15..=40), |(model, steps, seen)| {
                let life = async { play(&mut *service.lock().await, model, &steps, seen.as_deref()).await };
                let lived = runtime.block_on(async { tokio::time::timeout(TIME_LIMIT, life).await });
                let compared = lived.unwrap_or_else(|_elapsed| Err(anyhow!("not done after {TIME_LIMIT:?}")));
                compared.map_err(|difference| TestCaseError::fail(format!("{difference:#}")))
            });
        runtime.block_on(service.into_inner().stop());
        outcome.err()
    });
    match failure {
        None => {}
        Some(TestError::Fail(reason, (model, steps, _))) => panic!("{}", story(&model, &steps, reason.message())),
        Some(TestError::Abort(reason)) => panic!("the sequences cannot be made: {reason}"),
    }
}

async fn a_ballot_lives_as_the_specification_says(world: &World) {
    try_lives(world, Memory::Off);
}

async fn what_instances_remember_changes_nothing_in_a_life(world: &World) {
    try_lives(world, Memory::On);
}

/// Plays a life. Counts the steps that were `seen`: those after a failing one need not be tried for removal.
async fn play(
    service: &mut Service<'_>,
    model: Model,
    steps: &[Step],
    seen: Option<&AtomicUsize>,
) -> anyhow::Result<()> {
    let mut lived = Lived::begin(service, model).await;
    for (number, step) in (1..).zip(steps) {
        if let Some(seen) = seen {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        lived.live(step).await.with_context(|| format!("step {number}"))?;
    }
    for step in &ENDING {
        if !lived.model.has_ended() {
            lived.live(step).await.with_context(|| format!("after that, in the end, {step:?}"))?;
        }
    }
    Ok(())
}

/// Describes the shortest failing life.
fn story(model: &Model, steps: &[Step], reason: &str) -> String {
    let last = model.people.len() - 1;
    let rule = model.tie_rule;
    let mut story = format!("a draft (tie rule {rule:?}) and people 0 to {last}, the last not approved yet; then:\n");
    for (number, Step { at, deed }) in (1..).zip(steps) {
        let _infallible = writeln!(story, "{number:>4}. {:<5}  {deed:?}", format!("{at:?}"));
    }
    story + reason
}
