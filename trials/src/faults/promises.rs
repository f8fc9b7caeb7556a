//! The receipts that voters hold (I6): each is signed, is always the same, and is kept.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use serde_json::Value;
use urna_core::signed_note;
use urna_core::{BallotId, Commitment, Sha256Hash, Tracker};
use urna_trials::api::{Ballot, text};
use urna_trials::invariants::{Found, Violation};
use urna_trials::server::Instance;

use super::crowd::Paper;

/// The receipts of a ballot.
#[derive(Debug)]
pub(super) struct Promises {
    /// The first answer for each paper; every later receipt must be the same.
    first: Vec<Option<Vec<u8>>>,
    violations: Vec<Violation>,
}

fn violation(found: impl Into<String>) -> Violation {
    Violation { invariant: "I6", found: found.into() }
}

impl Promises {
    pub(super) fn new(papers: usize) -> Self {
        Self { first: vec![None; papers], violations: Vec::new() }
    }

    /// Notes an answer to a recorded vote.
    pub(super) fn hear(&mut self, place: usize, answer: Vec<u8>) {
        match &self.first[place] {
            None => self.first[place] = Some(answer),
            Some(first) if *first == answer => {}
            Some(_) => self.violations.push(violation(format!("vote {place} has two different receipts"))),
        }
    }

    /// Both papers are the same vote and have the same receipt, byte for byte.
    pub(super) fn must_be_the_same(&mut self, one: usize, other: usize) {
        if self.first[one] != self.first[other] {
            self.violations.push(violation(format!("votes {one} and {other} are one, and have different receipts")));
        }
    }

    /// Compares with the ballot box of the closed ballot. `manifest` is the hash that the ballot shows.
    pub(super) fn check(
        self,
        papers: &[Paper],
        ballot: &Ballot,
        manifest: &str,
        instance: &Instance,
        found: &Found,
    ) -> Result<Vec<Violation>> {
        let in_box: HashMap<&[u8], &[u8]> =
            found.votes.iter().map(|vote| (vote.tracker_hash.as_slice(), vote.commitment.as_slice())).collect();
        let signing = instance.keys()?.signing;
        let id: BallotId = ballot.id.parse()?;
        let mut violations = self.violations;
        for (paper, answer) in papers.iter().zip(&self.first) {
            let Some(answer) = answer else { continue };
            let wrong = |what: &str| violation(format!("a receipt of attendee {} {what}", paper.voter));
            let receipt: Value = serde_json::from_slice(answer).context("an answer with a receipt is JSON")?;
            let commitment: Commitment = text(&receipt, "/receipt/commitment")?.parse()?;
            let holder = Sha256Hash::of(paper.tracker.as_bytes());
            let note = format!("urna receipt v2\n{}\n{manifest}\n{commitment}\n{holder}\n", ballot.id);
            if text(&receipt, "/receipt/tracker")?.parse::<Tracker>()? != paper.tracker {
                violations.push(wrong("is about another tracker"));
            }
            if text(&receipt, "/receipt/code")? != paper.tracker.code(id).to_string() {
                violations.push(wrong("has another code"));
            }
            // Ed25519 is deterministic: exactly one signature is right.
            if text(&receipt, "/receipt/signed_note")? != signed_note::sign(&note, &signing) {
                violations.push(wrong("is not signed as it should be"));
            }
            if in_box.get(paper.tracker.hash().as_bytes().as_slice()) != Some(&commitment.as_bytes().as_slice()) {
                violations.push(wrong("promises a commitment that is not in the box"));
            }
        }
        Ok(violations)
    }
}
