//! Properties of all votes, ballots and texts, not only of examples.
//!
//! The cases are the same in every run; `PROPTEST_RNG_SEED=1` draws others, and `PROPTEST_CASES=100000` draws more.

mod cast;
mod choices;
mod codes;
mod counting;
mod election;
mod email;
mod life_cycle;
mod motions;
mod presentation;
mod ranked;
mod sealed_vote;
mod time;

use proptest::test_runner::{Config, RngSeed};

/// The number of cases for a property. It and the seed are fixed unless the environment gives others.
fn cases(cases: u32) -> Config {
    let config = Config::default();
    let rng_seed = if config.rng_seed == RngSeed::Random { RngSeed::Fixed(20_261_122) } else { config.rng_seed };
    #[expect(clippy::disallowed_methods, reason = "the settings of a test are the environment's")]
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases };
    Config { cases, rng_seed, failure_persistence: None, ..config }
}
