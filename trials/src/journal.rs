//! The oracle outside of the system: it records attempts and answers, and checks whether the database agrees.
//!
//! One line per event, with nanoseconds since the journal began:
//!
//! ```text
//! invoke ATTEMPT VOTER TRACKER CHOICE NANOS
//! ok|fail|unknown ATTEMPT STATUS CODE NANOS
//! close-invoke NANOS
//! close-return NANOS
//! ```

mod check;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, Result};
use urna_core::Tracker;

use crate::votes::Outcome;

/// A journal that is being written, by any number of clients at once.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    begun: Instant,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: BufWriter<File>,
    attempts: u64,
    failed: Option<std::io::Error>,
}

/// An attempt that was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt(u64);

impl Journal {
    /// Begins a journal in a new file.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let file = File::create_new(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        let inner = Inner { file: BufWriter::new(file), attempts: 0, failed: None };
        Ok(Self { path, begun: Instant::now(), inner: Mutex::new(inner) })
    }

    /// Call before the request is sent. `voter` is the row key of the attendee ([`crate::stage::Voter`]), `choice` the
    /// index of the candidate.
    pub fn invoke(&self, voter: i64, tracker: &Tracker, choice: u16) -> Attempt {
        let mut inner = self.lock();
        inner.attempts += 1;
        let attempt = inner.attempts;
        let now = self.begun.elapsed().as_nanos();
        inner.write(format_args!("invoke {attempt} {voter} {tracker} {choice} {now}"));
        Attempt(attempt)
    }

    /// Call when the answer has arrived or was given up. An attempt without this counts as unknown.
    pub fn outcome(&self, Attempt(attempt): Attempt, outcome: &Outcome) {
        let now = self.begun.elapsed().as_nanos();
        let (word, status, code) = match outcome {
            Outcome::Ok { status } => ("ok", status, "-"),
            Outcome::Fail { status, code } => ("fail", status, code.as_str()),
            Outcome::Unknown { status, code } => ("unknown", status, code.as_str()),
        };
        self.lock().write(format_args!("{word} {attempt} {status} {code} {now}"));
    }

    /// Call before the request to close is sent.
    pub fn close_invoked(&self) {
        let now = self.begun.elapsed().as_nanos();
        self.lock().write(format_args!("close-invoke {now}"));
    }

    /// Call when the server says that it has closed the ballot.
    pub fn close_returned(&self) {
        let now = self.begun.elapsed().as_nanos();
        self.lock().write(format_args!("close-return {now}"));
    }

    /// Ends the journal, and reads it back.
    pub fn finish(self) -> Result<History> {
        let mut inner = self.inner.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = inner.failed {
            return Err(error).context("the journal could not be written");
        }
        inner.file.flush().context("the journal could not be written")?;
        History::read(&self.path)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// A journal with a gap is worthless: the first error is kept, and [`Journal::finish`] returns it.
    fn write(&mut self, line: std::fmt::Arguments<'_>) {
        if let Err(error) = writeln!(self.file, "{line}") {
            self.failed.get_or_insert(error);
        }
    }
}

/// One attempt, from its announcement to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The row key of the attendee.
    pub voter: i64,
    /// The tracker of the vote.
    pub tracker: Tracker,
    /// The index of the candidate.
    pub choice: u16,
    /// The time it began.
    pub invoked: u128,
    /// The outcome and its time; `None` if the harness itself never learned it.
    pub ended: Option<(Outcome, u128)>,
}

/// A journal that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// By the number of the attempt.
    pub entries: Vec<Entry>,
    /// The times at which a close was requested.
    pub close_invoked: Vec<u128>,
    /// The times at which the server confirmed the close.
    pub close_returned: Vec<u128>,
}

impl History {
    /// Reads a journal.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut history = Self::default();
        let mut places = HashMap::new();
        for line in text.lines() {
            history.take(line, &mut places).with_context(|| format!("not a line of a journal: {line}"))?;
        }
        Ok(history)
    }

    fn take(&mut self, line: &str, places: &mut HashMap<u64, usize>) -> Option<()> {
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["invoke", attempt, voter, tracker, choice, nanos] => {
                places.insert(attempt.parse().ok()?, self.entries.len());
                self.entries.push(Entry {
                    voter: voter.parse().ok()?,
                    tracker: tracker.parse().ok()?,
                    choice: choice.parse().ok()?,
                    invoked: nanos.parse().ok()?,
                    ended: None,
                });
            }
            ["close-invoke", nanos] => self.close_invoked.push(nanos.parse().ok()?),
            ["close-return", nanos] => self.close_returned.push(nanos.parse().ok()?),
            [word, attempt, status, code, nanos] => {
                let (status, code) = (status.parse().ok()?, code.to_owned());
                let outcome = match word {
                    "ok" => Outcome::Ok { status },
                    "fail" => Outcome::Fail { status, code },
                    "unknown" => Outcome::Unknown { status, code },
                    _ => return None,
                };
                let place = *places.get(&attempt.parse().ok()?)?;
                self.entries[place].ended = Some((outcome, nanos.parse().ok()?));
            }
            _ => return None,
        }
        Some(())
    }
}
