//! The conformance suite of `urna_store`: every public function, on both engines.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, and what it unwraps is what it is about")]

mod attendees;
mod audit_events;
mod backup;
mod badge_codes;
mod ballot_box;
mod ballots;
mod casts;
mod changes;
mod conferences;
mod coverage;
mod db;
mod lock;
mod migrations;
mod organisers;
mod outbox;
mod portraits;
mod publications;
mod raw;
mod sample;
mod statements;
mod suitable;
mod undoable;

use std::process::ExitCode;

fn main() -> ExitCode {
    urna_tests::run([
        attendees::cases(),
        audit_events::cases(),
        backup::cases(),
        badge_codes::cases(),
        ballot_box::cases(),
        ballots::cases(),
        casts::cases(),
        changes::cases(),
        conferences::cases(),
        coverage::cases(),
        db::cases(),
        lock::cases(),
        migrations::cases(),
        organisers::cases(),
        outbox::cases(),
        portraits::cases(),
        publications::cases(),
        statements::cases(),
        suitable::cases(),
        undoable::cases(),
    ])
}
