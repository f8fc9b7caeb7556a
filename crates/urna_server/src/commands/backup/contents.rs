//! The contents of a backup, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};
use urna_core::StateName;
use urna_core::keys::Keys;
use urna_store::backup::Inventory;
use uuid::Uuid;

/// A backup after it was read.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) is_sqlite: bool,
    bytes: u64,
    /// The last step of the schema; 0 if there is none.
    pub(super) step: i64,
    conferences: u64,
    attendees: u64,
    /// The number of ballots in each state.
    ballots: BTreeMap<String, usize>,
    /// Ballots whose votes and participations differ in number, apart from votes that a decision left out.
    pub(super) uneven: Vec<Uuid>,
    /// Ballots with unreadable votes, and how many; empty if the secret is not available.
    pub(super) unreadable: Vec<(Uuid, u64)>,
    /// Closed ballots whose ballot box differs from the one signed at the close.
    pub(super) altered: Vec<Uuid>,
    /// Whether it belongs to the master secret of this instance; `None` if there is no secret.
    pub(super) secret_fits: Option<bool>,
}

/// States in which votes are still encrypted.
const OPEN: [StateName; 2] = [StateName::Open, StateName::Paused];
/// States in which votes and participations are equal in number.
const WITH_VOTES: [StateName; 4] = [StateName::Open, StateName::Paused, StateName::Closed, StateName::Published];

impl Contents {
    pub(super) fn new(inventory: Inventory, is_sqlite: bool, bytes: u64, keys: Option<&Keys>) -> Self {
        let secret_fits = keys.map(|keys| inventory.fingerprint.as_deref() == Some(keys.fingerprint.as_slice()));
        let own = keys.filter(|_| secret_fits == Some(true));
        let unreadable = own.map(|keys| inventory.unreadable(&keys.wrapping)).unwrap_or_default();
        let id = |number: &i64| inventory.ballots.iter().find(|(known, ..)| known == number).map(|(_, id, _)| *id);
        let unreadable = unreadable.iter().filter_map(|(number, count)| Some((id(number)?, *count))).collect();
        let altered = inventory.altered().iter().filter_map(id).collect();
        let Inventory { step, conferences, attendees, ballots, participations, votes, left_out, .. } = inventory;
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for (_, _, state) in &ballots {
            *states.entry(state.clone()).or_default() += 1;
        }
        let has_votes = |state: &str| WITH_VOTES.iter().any(|name| name.as_str() == state);
        let uneven = |(number, _, state): &&(i64, Uuid, String)| {
            let count = |of: &BTreeMap<i64, u64>| of.get(number).copied().unwrap_or(0);
            has_votes(state) && count(&participations) != count(&votes) + count(&left_out)
        };
        let uneven = ballots.iter().filter(uneven).map(|(_, id, _)| *id).collect();
        let step = step.unwrap_or(0);
        Self {
            is_sqlite,
            bytes,
            step,
            conferences,
            attendees,
            ballots: states,
            uneven,
            unreadable,
            altered,
            secret_fits,
        }
    }

    /// Describes the damage, if any.
    pub(super) fn damage(&self) -> Option<String> {
        let mut damage: Vec<String> = self
            .uneven
            .iter()
            .map(|ballot| format!("ballot {ballot} has another number of votes than of people who took part"))
            .collect();
        damage.extend(self.unreadable.iter().map(|(ballot, count)| {
            let votes = if *count == 1 { "1 vote".to_owned() } else { format!("{count} votes") };
            format!("ballot {ballot} has {votes} that cannot be read")
        }));
        damage.extend(
            self.altered
                .iter()
                .map(|ballot| format!("ballot {ballot} has other votes in its box than were signed at the close")),
        );
        (!damage.is_empty()).then(|| damage.join("; "))
    }

    fn engine(&self) -> &'static str {
        if self.is_sqlite { "SQLite" } else { "PostgreSQL" }
    }

    fn open(&self) -> usize {
        OPEN.iter().filter_map(|state| self.ballots.get(state.as_str())).sum()
    }

    pub(super) fn document(&self) -> Value {
        json!({
            "engine": self.engine(), "bytes": self.bytes, "schema_step": self.step, "conferences": self.conferences,
            "attendees": self.attendees, "ballots": self.ballots, "secret_fits": self.secret_fits,
            "damage": self.damage(),
        })
    }

    /// Advice for the operator about the file.
    pub(super) fn advice(&self) -> String {
        match self.open() {
            0 => String::new(),
            open => {
                let ballots =
                    if open == 1 { "1 ballot is open".to_owned() } else { format!("{open} ballots are open") };
                format!(
                    "NOTE: {ballots}, and their votes are in this file, encrypted. Whoever has the file and the master \
                     secret can read who voted for whom, also after the close: keep them in different hands, and delete \
                     the file after the close.\n"
                )
            }
        }
    }

    /// Advice for the operator about the restored database.
    pub(super) fn advice_after_restore(&self) -> String {
        match self.open() {
            0 => String::new(),
            _ => {
                "NOTE: a ballot was open when this backup was made. Votes that were cast later are not in it, although \
                  people hold receipts for them, and those people could vote again: cancel that ballot and repeat it.\n"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states: Vec<String> = self.ballots.iter().map(|(state, count)| format!("{count} {state}")).collect();
        let ballots = if states.is_empty() { "none".to_owned() } else { states.join(", ") };
        writeln!(f, "  database     {}, {} bytes, schema step {}", self.engine(), self.bytes, self.step)?;
        writeln!(f, "  conferences  {}", self.conferences)?;
        writeln!(f, "  attendees    {}", self.attendees)?;
        writeln!(f, "  ballots      {ballots}")?;
        let secret = match self.secret_fits {
            Some(true) => "this instance's",
            Some(false) => "ANOTHER one than this instance's",
            None => "not at hand, so not compared",
        };
        writeln!(f, "  secret       {secret}")
    }
}

#[cfg(test)]
mod tests {
    use urna_core::keys::MasterSecret;

    use super::*;

    fn keys() -> Keys {
        Keys::derive(&MasterSecret::new([7; 32]))
    }

    fn contents(state: &str, took_part: u64, votes: u64) -> Contents {
        let inventory = Inventory {
            step: Some(5),
            fingerprint: Some(keys().fingerprint.to_vec()),
            ballots: vec![(1, Uuid::nil(), state.to_owned())],
            participations: [(1, took_part)].into(),
            votes: [(1, votes)].into(),
            ..Inventory::default()
        };
        Contents::new(inventory, true, 1, Some(&keys()))
    }

    #[test]
    fn a_missing_vote_is_noticed_where_votes_are_kept() {
        for state in WITH_VOTES {
            assert!(contents(state.as_str(), 3, 3).uneven.is_empty());
            assert_eq!(contents(state.as_str(), 3, 2).uneven, [Uuid::nil()]);
        }
        assert!(contents("cancelled", 3, 0).uneven.is_empty());
    }

    #[test]
    fn a_vote_that_a_decision_left_out_is_not_missing() {
        let mut inventory = Inventory {
            ballots: vec![(1, Uuid::nil(), "published".to_owned())],
            participations: [(1, 3)].into(),
            votes: [(1, 2)].into(),
            ..Inventory::default()
        };
        inventory.add_history(1, r#"{"type":"opened","eligible":3}"#);
        assert!(Contents::new(inventory.clone(), true, 1, None).damage().is_some());
        inventory.add_history(1, r#"{"type":"closed","eligible":3,"voted":3,"unreadable":1}"#);
        assert_eq!(Contents::new(inventory, true, 1, None).damage(), None);
    }

    #[test]
    fn an_encrypted_vote_that_cannot_be_read_is_counted() {
        let inventory = Inventory {
            fingerprint: Some(keys().fingerprint.to_vec()),
            ballots: vec![(1, Uuid::nil(), "open".to_owned())],
            participations: [(1, 2)].into(),
            votes: [(1, 2)].into(),
            inbox: vec![(1, vec![0; 32], vec![0; 100]), (1, vec![1; 3], Vec::new())],
            ..Inventory::default()
        };
        let without_the_secret = Contents::new(inventory.clone(), true, 1, None);
        assert_eq!(without_the_secret.damage(), None, "only whoever has the secret can tell");
        let damage = Contents::new(inventory, true, 1, Some(&keys())).damage().unwrap();
        assert!(damage.ends_with("has 2 votes that cannot be read"), "{damage}");
    }

    #[test]
    fn an_open_ballot_comes_with_advice() {
        assert!(contents("open", 1, 1).advice().contains("1 ballot is open"));
        assert!(contents("paused", 1, 1).advice_after_restore().contains("cancel"));
        assert_eq!(contents("closed", 1, 1).advice(), "");
        assert_eq!(contents("closed", 1, 1).secret_fits, Some(true));
    }
}
