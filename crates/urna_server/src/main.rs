//! The binary `urna`: configuration, telemetry, wiring, shutdown, and the command line.

mod accept;
mod command_line;
mod commands;
mod demo;
mod exit;
mod instance;
mod monitoring;
mod output;
mod secret;
mod server;
mod settings;
mod signals;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::command_line::CommandLine;
use crate::exit::Stop;

/// mimalloc, because the futures of requests are boxed, each larger than the blocks that glibc's allocator keeps ready.
/// Huge pages stay off: they would double the memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match run(command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("urna: {stop}");
            stop.exit.into()
        }
    }
}

fn run(command_line: CommandLine) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Stop::failed(format!("the runtime does not start: {error}")))?;
    let outcome = runtime.block_on(commands::run(command_line));
    // Do not wait for tasks that still block, such as a DNS lookup.
    runtime.shutdown_background();
    outcome
}
