//! What a backup holds, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};
use urna_core::StateName;
use urna_store::backup::Inventory;
use uuid::Uuid;

/// A backup that was read.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) is_sqlite: bool,
    bytes: u64,
    /// The last step of the schema; 0 where there is none.
    pub(super) step: i64,
    conferences: u64,
    attendees: u64,
    /// How many ballots are in each state.
    ballots: BTreeMap<String, usize>,
    /// Ballots with another number of votes than of people who took part.
    pub(super) uneven: Vec<Uuid>,
    /// Whether it belongs to the master secret of this instance, if there is one.
    pub(super) secret_fits: Option<bool>,
}

/// States in which votes are still encrypted.
const OPEN: [StateName; 2] = [StateName::Open, StateName::Paused];
/// States in which there are as many votes as participations.
const WITH_VOTES: [StateName; 4] = [StateName::Open, StateName::Paused, StateName::Closed, StateName::Published];

impl Contents {
    pub(super) fn new(inventory: Inventory, is_sqlite: bool, bytes: u64, secret: Option<[u8; 32]>) -> Self {
        let Inventory { step, fingerprint, conferences, attendees, ballots, participations, votes } = inventory;
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for (_, _, state) in &ballots {
            *states.entry(state.clone()).or_default() += 1;
        }
        let has_votes = |state: &str| WITH_VOTES.iter().any(|name| name.as_str() == state);
        let uneven = |(number, _, state): &&(i64, Uuid, String)| {
            has_votes(state) && participations.get(number) != votes.get(number)
        };
        let uneven = ballots.iter().filter(uneven).map(|(_, id, _)| *id).collect();
        let secret_fits = secret.map(|secret| fingerprint.as_deref() == Some(&secret));
        let step = step.unwrap_or(0);
        Self { is_sqlite, bytes, step, conferences, attendees, ballots: states, uneven, secret_fits }
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
        })
    }

    /// What an operator has to know about the file.
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

    /// What an operator has to know about the database.
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
    use super::*;

    fn contents(state: &str, took_part: u64, votes: u64) -> Contents {
        let inventory = Inventory {
            step: Some(5),
            fingerprint: Some(vec![7; 32]),
            ballots: vec![(1, Uuid::nil(), state.to_owned())],
            participations: [(1, took_part)].into(),
            votes: [(1, votes)].into(),
            ..Inventory::default()
        };
        Contents::new(inventory, true, 1, Some([7; 32]))
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
    fn an_open_ballot_comes_with_advice() {
        assert!(contents("open", 1, 1).advice().contains("1 ballot is open"));
        assert!(contents("paused", 1, 1).advice_after_restore().contains("cancel"));
        assert_eq!(contents("closed", 1, 1).advice(), "");
        assert_eq!(contents("closed", 1, 1).secret_fits, Some(true));
    }
}
