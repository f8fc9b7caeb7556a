//! Failed attempts to sign in as an organiser, collected for the audit log: a number for each account, with no e-mail
//! or network address. They are not written at once, for two reasons: a known account would answer later than an
//! unknown one, and a stranger could fill the log.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::json;
use urna_core::audit::Actor;
use urna_core::{OrganiserId, Timestamp};

use crate::app::App;
use crate::audit::AuditEntry;
use crate::failure::Failure;

/// The shortest time between two entries about one account.
const WINDOW_SECONDS: i64 = 15 * 60;

/// Attempts at one account; all unknown accounts together under `None`.
#[derive(Debug, Clone, Copy)]
struct Tries {
    /// Attempts since the last entry.
    count: u64,
    /// The time of the first of them.
    since: Timestamp,
    /// The time of the last entry.
    written: Option<Timestamp>,
}

/// An account, the number of attempts, and the time of the first.
type Due = (Option<OrganiserId>, u64, Timestamp);

/// Attempts seen by one instance: at most one entry for each organiser, and one for unknown accounts.
#[derive(Debug, Default)]
pub(crate) struct FailedSignIns(Mutex<HashMap<Option<OrganiserId>, Tries>>);

impl FailedSignIns {
    /// A poisoned lock is harmless: no holder's change can fail halfway.
    fn lock(&self) -> MutexGuard<'_, HashMap<Option<OrganiserId>, Tries>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an attempt at an account, existing or not.
    pub(crate) fn count(&self, account: Option<OrganiserId>, now: Timestamp) {
        let mut all = self.lock();
        let tries = all.entry(account).or_insert(Tries { count: 0, since: now, written: None });
        if tries.count == 0 {
            tries.since = now;
        }
        tries.count = tries.count.saturating_add(1);
    }

    /// Restores the counts of entries that could not be written.
    fn put_back(&self, due: Vec<Due>) {
        let mut all = self.lock();
        for (account, count, since) in due {
            let tries = all.entry(account).or_insert(Tries { count: 0, since, written: None });
            *tries = Tries { count: tries.count.saturating_add(count), since, written: None };
        }
    }

    /// Takes the entries to write now; forgets accounts whose last entry is old and that had no attempts since.
    fn due(&self, now: Timestamp, all_of_them: bool) -> Vec<Due> {
        let mut all = self.lock();
        let rests = |tries: &Tries| tries.written.is_some_and(|at| at <= now && now < at.plus_seconds(WINDOW_SECONDS));
        all.retain(|_, tries| tries.count > 0 || rests(tries));
        let due = all.iter_mut().filter(|(_, tries)| tries.count > 0 && (all_of_them || !rests(tries)));
        let mut due: Vec<_> = due
            .map(|(account, tries)| {
                tries.written = Some(now);
                (*account, std::mem::take(&mut tries.count), tries.since)
            })
            .collect();
        due.sort_unstable();
        due
    }
}

impl App {
    /// Writes failed sign-ins of organisers into the audit log, each account at most every quarter of an hour.
    /// Called regularly by the server.
    pub async fn record_failed_sign_ins(&self) -> Result<(), Failure> {
        self.write_failed_sign_ins(false).await
    }

    /// Writes all that are due; with `all_of_them` also the rest, before the instance ends.
    pub(crate) async fn write_failed_sign_ins(&self, all_of_them: bool) -> Result<(), Failure> {
        let now = self.now();
        let due = self.failed_sign_ins.due(now, all_of_them);
        if due.is_empty() {
            return Ok(());
        }
        let written = self.insert_failed_sign_ins(&due, now).await;
        if written.is_err() {
            self.failed_sign_ins.put_back(due);
        }
        written
    }

    async fn insert_failed_sign_ins(&self, due: &[Due], now: Timestamp) -> Result<(), Failure> {
        let mut tx = self.write().await?;
        for (account, count, since) in due {
            let entry = AuditEntry::new(now, Actor::Stranger, "organiser.sign_in_failed");
            let entry = account.iter().fold(entry, AuditEntry::subject);
            entry.details(json!({"count": count, "since": since.to_string()})).record(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_written_of_once_in_a_quarter_of_an_hour_however_often_it_is_tried() {
        let tries = FailedSignIns::default();
        let start: Timestamp = "2026-11-25T18:30:00Z".parse().unwrap();
        let at = |seconds| start.plus_seconds(seconds);
        (0..1_000).for_each(|second| tries.count(None, at(second)));
        assert_eq!(tries.due(at(1_000), false), [(None, 1_000, start)]);
        tries.count(None, at(1_010));
        tries.count(None, at(1_020));
        assert_eq!(tries.due(at(1_899), false), []);
        assert_eq!(tries.due(at(1_900), false), [(None, 2, at(1_010))]);
        tries.count(None, at(1_910));
        assert_eq!(tries.due(at(1_920), true), [(None, 1, at(1_910))], "at the end of the instance");
        tries.put_back(vec![(None, 1, at(1_910))]);
        assert_eq!(tries.due(at(1_930), false), [(None, 1, at(1_910))], "the database was away");
        assert_eq!(tries.due(at(9_999), false), []);
        assert!(tries.lock().is_empty(), "accounts without attempts are forgotten");
    }
}
