//! `urna-trials`: the program behind `cargo xtask bench`, `faults`, `power-cut`, `linking` and `timing`.

mod bench;
mod chance;
mod faults;
mod linking;
mod power_cut;
mod timing;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Benchmarks and fault trials of the real release binary on real databases
#[derive(Debug, Parser)]
#[command(name = "urna-trials")]
struct Arguments {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Debug, Subcommand)]
enum Trial {
    /// Run the benchmark
    Bench(bench::Options),
    /// The baseline of the benchmark: a server that only answers
    #[command(hide = true)]
    BareHandler(bench::bare::Options),
    /// Inject faults into the server and its surroundings, and check its promises
    Faults(faults::Options),
    /// Cut the power at any point of the server's writes, and look for lost votes
    PowerCut(power_cut::Options),
    /// Guess who voted for whom, with everything that a database administrator has
    Linking(linking::Options),
    /// Try to tell by response times whether somebody is known
    Timing(timing::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().trial {
        Trial::Bench(options) => bench::run(options).await,
        Trial::BareHandler(options) => bench::bare::serve(options).await,
        Trial::Faults(options) => faults::run(options).await,
        Trial::PowerCut(options) => power_cut::run(options).await,
        Trial::Linking(options) => linking::run(options).await,
        Trial::Timing(options) => timing::run(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("urna-trials: {error:#}");
            ExitCode::FAILURE
        }
    }
}
