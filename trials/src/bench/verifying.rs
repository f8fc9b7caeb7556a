//! P13: both verifiers check a published record, on one processor.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use urna_trials::api::Ballot;
use urna_trials::http::{self, Connection};
use xtask::{environment, python};

use super::measure::{count, mebibytes, median};
use super::report::{Goal, Row, Unit, thousands};
use super::site::Site;

/// Time limit for creating and fetching a record.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Measures with a ballot of this many votes, which it publishes.
pub(super) async fn measure(site: &Site, ballot: &Ballot, votes: usize, rounds: usize) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let record = folder.path().join("record.zip");
    let mut connection = Connection::new(site.server.address(), TIMEOUT);
    let begun = Instant::now();
    let request = http::get(&format!("/api/v1/ballots/{}/record.zip", ballot.id), None);
    let answer = connection.send(&request).await.context("the record cannot be fetched")?;
    ensure!(answer.status == 200, "the record was answered with {}", answer.status);
    fs::write(&record, answer.body)?;
    let made = format!(
        "{:.1} MiB, made and fetched in {:.2} s",
        mebibytes(u64::try_from(answer.body.len())?),
        begun.elapsed().as_secs_f64()
    );
    let urna = site.server.instance().urna.as_os_str();
    let python = python::PYNACL.python()?;
    let script = environment::root().join("tests/verifier/verify.py");
    let verifiers = [
        ("`urna verify`", 2.0, vec![urna, "verify".as_ref()]),
        ("the second verifier, in Python,", 60.0, vec![python.as_os_str(), script.as_os_str()]),
    ];
    let mut rows = Vec::new();
    for (name, limit, words) in verifiers {
        site.say(format_args!("P13: {name} checks {} votes", thousands(count(votes))));
        let mut times = Vec::new();
        for _ in 0..rounds {
            let begun = Instant::now();
            let mut command = Command::new("taskset");
            command.args(["-c", "0"]).args(&words).arg(&record);
            check(&mut command, name)?;
            times.push(begun.elapsed().as_secs_f64());
        }
        let what = format!("{name} on a record of {} votes, on one processor", thousands(count(votes)));
        let row = Row::new(Goal::P13, site.engine, what).at_most(limit, median(times), Unit::Seconds);
        rows.push(row.detail(made.clone()));
    }
    // Make sure that they really check: both must reject a record with a changed byte.
    spoil(&record)?;
    for words in [vec![urna, "verify".as_ref()], vec![python.as_os_str(), script.as_os_str()]] {
        let said = Command::new(words[0]).args(&words[1..]).arg(&record).stderr(Stdio::null()).output()?;
        ensure!(said.status.code() == Some(7), "a record with a changed byte was verified");
    }
    Ok(rows)
}

fn check(command: &mut Command, name: &str) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started"))?;
    ensure!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Changes a byte in the middle, which belongs to one of the openings.
fn spoil(record: &Path) -> Result<()> {
    let mut bytes = fs::read(record)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    Ok(fs::write(record, bytes)?)
}
