//! The whole procedure after a power cut: the real server on the remains, a retry by every voter, the close and the
//! result.

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use urna_trials::api::Api;
use urna_trials::invariants::{Violation, look};
use urna_trials::journal::{History, Journal};
use urna_trials::server::{Instance, Server};
use urna_trials::votes::Outcome as Said;

use super::cuts::{Outcome, save};
use super::folder::Folder;
use super::recording::{Recording, cast, data};

/// The server must be ready again within this time (I8).
const RECOVERY: Duration = Duration::from_secs(2);

/// Runs the procedure. Returns the time until the server was ready. Voters whose vote was acknowledged before must hear
/// that it had been recorded.
pub(super) async fn go_on(
    recording: &Recording,
    outcome: &Outcome,
    acknowledged: &[String],
    memory: &Folder,
) -> Result<(Duration, Vec<Violation>)> {
    let folder = memory.further()?;
    fs::copy(&recording.instance.secret_file, folder.path().join("urna.secret"))?;
    let mut instance = Instance::sqlite(folder.path())?;
    instance.urna.clone_from(&recording.instance.urna);
    save(&outcome.image, &data(&instance))?;
    let journal = Arc::new(Journal::create(folder.path().join("journal"))?);
    let server = Server::start(instance).await?;
    cast(server.address(), &recording.papers, 0..recording.papers.len(), &journal).await?;
    let history = Arc::into_inner(journal).context("a voter still holds the journal")?.finish()?;
    let mut violations = repeated(&history, &acknowledged.iter().map(String::as_str).collect());
    let mut api = Api::sign_in(server.address(), &recording.organiser).await?;
    api.transition(&recording.ballot, "closed").await?;
    let results = api.publish(&recording.ballot).await?;
    let found = look(&server.instance().database, &recording.ballot).await?;
    violations.extend(history.check(&found));
    violations.extend(found.recount()?.check(&recording.ballot, &results));
    let ready_after = server.ready_after();
    if ready_after > RECOVERY {
        violations.push(Violation { invariant: "I8", found: format!("ready again after {ready_after:?}") });
    }
    Ok((ready_after, violations))
}

fn repeated(history: &History, acknowledged: &HashSet<&str>) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut violated = |found| violations.push(Violation { invariant: "I1", found });
    for entry in &history.entries {
        let before = acknowledged.contains(&*entry.tracker.to_string());
        match &entry.ended {
            Some((Said::Ok { status: 200 }, _)) => {}
            Some((Said::Ok { .. }, _)) if !before => {}
            Some((Said::Ok { .. }, _)) => violated(format!("the vote of attendee {} was recorded anew", entry.voter)),
            other => violated(format!("attendee {} hears {other:?} after the cut", entry.voter)),
        }
    }
    violations
}
