//! Sets the stage: an organiser, a conference and any number of signed-in attendees, written directly to the database.
//! On SQLite this happens before the server starts.

mod roll;

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use urna_core::ConferenceId;
use uuid::Uuid;

pub use self::roll::add_voters;
use crate::server::Instance;

/// An organiser who can sign in.
#[derive(Debug, Clone)]
pub struct Organiser {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// The wanted roll.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The number of verified attendees.
    pub attendees: usize,
    /// Whether they are signed in. Otherwise [`Voter::session`] is empty.
    pub sessions: bool,
    /// Whether they have personal links.
    pub links: bool,
}

/// An attendee.
#[derive(Debug, Clone)]
pub struct Voter {
    /// The id in the API.
    pub id: Uuid,
    /// The row key, which participations refer to.
    pub key: i64,
    /// The token for `Authorization: Bearer`.
    pub session: String,
    /// The token of the personal link.
    pub link: Option<String>,
}

/// The slug of the first conference.
pub const CONFERENCE: &str = "trial";

/// A database prepared for a trial.
#[derive(Debug)]
pub struct Staged {
    /// An owner.
    pub organiser: Organiser,
    /// The slug of the conference.
    pub conference: String,
    /// The roll, in the order of the rows.
    pub voters: Vec<Voter>,
}

/// Brings the schema up to date, and creates an organiser, a conference and its roll.
pub async fn set(instance: &Instance, plan: Plan) -> Result<Staged> {
    call(instance, &["migrate"], "")?;
    let organiser = create_organiser(instance, "owner@example.org")?;
    let voters = add_conference(instance, CONFERENCE, plan).await?;
    Ok(Staged { organiser, conference: CONFERENCE.to_owned(), voters })
}

/// Another conference with its own roll.
pub async fn add_conference(instance: &Instance, slug: &str, plan: Plan) -> Result<Vec<Voter>> {
    let db = instance.database.connect().await?;
    let conference = roll::add_conference(&db, slug).await?;
    let voters = add_voters(&db, &instance.keys()?, conference, plan).await;
    db.close().await;
    voters
}

/// An owner, created by the binary itself.
pub fn create_organiser(instance: &Instance, email: &str) -> Result<Organiser> {
    let password = format!("{}-{}", ConferenceId::new(roll::id()), ConferenceId::new(roll::id()));
    call(instance, &["organiser", "create", email, "--role", "owner", "--password-stdin"], &password)?;
    Ok(Organiser { email: email.to_owned(), password })
}

/// Runs a command of the binary to its end, and returns its stdout.
pub fn call(instance: &Instance, arguments: &[&str], input: &str) -> Result<String> {
    let mut command = instance.command();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().with_context(|| format!("{} cannot be started", instance.urna.display()))?;
    let mut stdin = process.stdin.take().context("the input is a pipe")?;
    // A command that does not read its input may have ended before.
    let written = writeln!(stdin, "{input}");
    drop(stdin);
    let output = process.wait_with_output()?;
    if !output.status.success() {
        bail!("urna {} failed ({}): {}", arguments.join(" "), output.status, String::from_utf8_lossy(&output.stderr));
    }
    if !input.is_empty() {
        written.context("the input could not be handed over")?;
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
