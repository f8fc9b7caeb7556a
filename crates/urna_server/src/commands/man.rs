//! `urna man`: the manual, from the same definitions as `--help`.

use std::path::Path;

use clap::CommandFactory as _;

use crate::command_line::CommandLine;
use crate::exit::Stop;

pub(super) fn run(folder: &Path) -> Result<(), Stop> {
    clap_mangen::generate_to(CommandLine::command(), folder)
        .map_err(|error| Stop::failed(format!("{} cannot be written to: {error}", folder.display())))
}
