//! The whole way after a power cut: the real server on what is left, every voter once more, the close and the result.

use std::fs;

use anyhow::Result;
use urna_trials::api::Api;
use urna_trials::invariants::{Violation, look};
use urna_trials::journal::{History, Journal};
use urna_trials::server::{Instance, Server};
use urna_trials::votes::Outcome as Said;

use super::cuts::{Outcome, save};
use super::recording::{Recording, cast_all, data, memory_folder};

/// Goes that way. A voter whose vote was acknowledged must hear that it had been recorded before.
pub(super) async fn go_on(recording: &Recording, outcome: &Outcome, acknowledged: &[String]) -> Result<Vec<Violation>> {
    let folder = memory_folder()?;
    fs::copy(&recording.instance.secret_file, folder.path().join("urna.secret"))?;
    let instance = Instance::sqlite(folder.path().canonicalize()?)?;
    save(&outcome.image, &data(&instance))?;
    let journal = Journal::create(folder.path().join("journal"))?;
    let server = Server::start(instance).await?;
    let history = cast_all(server.address(), &recording.papers, journal).await?;
    let mut violations = repeated(&history, acknowledged);
    let mut api = Api::sign_in(server.address(), &recording.organiser).await?;
    api.transition(&recording.ballot, "closed").await?;
    let results = api.publish(&recording.ballot).await?;
    let found = look(&server.instance().database, &recording.ballot).await?;
    violations.extend(history.check(&found));
    violations.extend(found.recount()?.check(&recording.ballot, &results));
    Ok(violations)
}

fn repeated(history: &History, acknowledged: &[String]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut violated = |found| violations.push(Violation { invariant: "I1", found });
    for entry in &history.entries {
        let before = acknowledged.contains(&entry.tracker.to_string());
        match &entry.ended {
            Some((Said::Ok { status: 200 }, _)) => {}
            Some((Said::Ok { .. }, _)) if !before => {}
            Some((Said::Ok { .. }, _)) => violated(format!("the vote of attendee {} was recorded anew", entry.voter)),
            other => violated(format!("attendee {} hears {other:?} after the cut", entry.voter)),
        }
    }
    violations
}
