//! The fault harness.

use anyhow::{Result, bail};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Only these rows of the catalogue of faults
    #[arg(long, value_name = "ROW", value_delimiter = ',')]
    only: Vec<u32>,
    /// How many rounds of each row, instead of its own number
    #[arg(long, value_name = "N")]
    rounds: Option<u32>,
}

/// Lets the faults happen, and checks the invariants after each.
#[expect(clippy::unused_async, reason = "the trials are all called alike")]
pub(crate) async fn run(options: Options) -> Result<()> {
    bail!("not written yet (only: {:?}, rounds: {:?})", options.only, options.rounds)
}
