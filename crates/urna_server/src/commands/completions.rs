//! `urna completions`: a script that completes commands in a shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::command_line::CommandLine;
use crate::exit::Stop;

pub(super) fn run(shell: Shell) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "urna", &mut script);
    crate::output::print(&String::from_utf8_lossy(&script))
}
