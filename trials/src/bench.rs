//! The benchmark.

use anyhow::{Result, bail};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Shorter runs and smaller sizes: to see that it works, not what it measures
    #[arg(long)]
    quick: bool,
}

/// Measures.
#[expect(clippy::unused_async, reason = "the trials are all called alike")]
pub(crate) async fn run(options: Options) -> Result<()> {
    bail!("not written yet (quick: {})", options.quick)
}
