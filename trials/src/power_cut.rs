//! The power-cut test.

use anyhow::{Result, bail};

/// What can be chosen.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many cuts
    #[arg(long, value_name = "N")]
    cuts: Option<u32>,
}

/// Cuts the power.
#[expect(clippy::unused_async, reason = "the trials are all called alike")]
pub(crate) async fn run(options: Options) -> Result<()> {
    bail!("not written yet (cuts: {:?})", options.cuts)
}
