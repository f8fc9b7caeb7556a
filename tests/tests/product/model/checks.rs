//! The invariants after every step, seen through the interface and in the tables.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::ensure;
use reqwest::Method;
use serde_json::{Value, json};
use urna_core::StateName;

use super::service::{Lived, Memory, PATIENCE, at};
use super::state::{CANDIDATES, Outcome};
use super::steps::{Deed, Step};
use crate::look::{BoxRows, box_rows, commitments};

impl Lived<'_, '_> {
    pub(super) async fn check(&mut self, step: &Step) -> anyhow::Result<()> {
        self.check_tables().await?;
        self.check_turnout(step).await?;
        if let Deed::Cast { who, .. } = step.deed {
            // Any other change would show at the next step.
            return self.check_participation(step, who).await;
        }
        self.check_state(step).await?;
        self.check_results().await?;
        match step.deed {
            Deed::Go(_) | Deed::Publish { .. } | Deed::RunSchedule | Deed::Restart => self.check_receipts().await,
            _ => Ok(()),
        }
    }

    /// One vote for each participation, in the inbox or in the ballot box, or only its code; and none of anybody else.
    async fn check_tables(&mut self) -> anyhow::Result<()> {
        let found = box_rows(self.service.world, &self.ballot).await;
        // Some request has carried out the close that was due.
        if found.keys == 0 {
            self.model.carry_out();
        }
        let model = &self.model;
        let person = |voter: usize| model.people[voter].standing.map(|_| self.people[voter].id.clone());
        let mut participants: Vec<_> = model.votes.iter().map(|vote| person(vote.voter)).collect();
        participants.sort_unstable();
        let votes = i64::try_from(model.votes.len())?;
        let (inbox, sealed, cancelled, keys) = match model.carried_out {
            StateName::Draft | StateName::Ready => (0, 0, 0, 0),
            StateName::Open | StateName::Paused => (votes, 0, 0, 1),
            StateName::Closed | StateName::Published => (0, votes, 0, 0),
            StateName::Cancelled => (0, 0, votes, 0),
        };
        let expected = BoxRows { participants, inbox, sealed, cancelled, keys };
        ensure!(found == expected, "in the tables: expected {expected:?}, found {found:?}");
        if sealed > 0 {
            let mut promised = Vec::new();
            for vote in &model.votes {
                promised.push(self.receipt(vote.voter)?["commitment"].as_str().unwrap_or_default().to_owned());
            }
            promised.sort_unstable();
            let found = commitments(self.service.world, &self.ballot).await;
            ensure!(found == promised, "in the box: expected the commitments {promised:?}, found {found:?}");
        }
        Ok(())
    }

    /// Reads without a socket: there are more reads than deeds, and the response is the same.
    async fn look(&self, path: &str) -> Value {
        let instance = self.service.instance(self.fresh);
        // Only a draft is hidden from the public.
        let draft = self.model.carried_out == StateName::Draft;
        let api = if draft { self.service.organiser(self.fresh) } else { &self.service.public };
        instance.answer(api.request(Method::GET, path)).await.json
    }

    async fn look_at_ballot(&self, what: &str) -> Value {
        self.look(&format!("ballots/{}/{what}", self.ballot.id)).await
    }

    async fn check_state(&self, step: &Step) -> anyhow::Result<()> {
        let model = &self.model;
        let expected = json!({
            "state": model.state().as_str(),
            "opens_at": null,
            "closes_at": model.closes_at.map(|micros| at(micros).to_string()),
            "result_available": model.carried_out == StateName::Published,
        });
        let begun = Instant::now();
        loop {
            let found = self.look_at_ballot("state").await;
            if found == expected {
                return Ok(());
            }
            // The passing of time does not invalidate a cache.
            let is_told = self.service.memory == Memory::Off || !matches!(step.deed, Deed::Wait(_));
            let may_be_old = !is_told && begun.elapsed() < PATIENCE;
            ensure!(may_be_old, "the state: expected {expected}, found {found}");
            tokio::task::yield_now().await;
        }
    }

    async fn check_turnout(&self, step: &Step) -> anyhow::Result<()> {
        // Organisers never get cached responses; for the public a turnout may be a second old.
        let found = self.service.organiser(step.at).ballot(&self.ballot, "turnout").await.json;
        // The number of eligible attendees of a cancelled ballot is not promised.
        let given_up = self.model.carried_out == StateName::Cancelled;
        let eligible = if given_up { found["eligible"].clone() } else { json!(self.model.eligible()) };
        let expected = json!({"eligible": eligible, "voted": self.model.votes.len()});
        ensure!(found == expected, "the turnout: expected {expected}, found {found}");
        Ok(())
    }

    /// No result before the publication, and afterwards the model's own count.
    async fn check_results(&self) -> anyhow::Result<()> {
        let model = &self.model;
        let found = self.look_at_ballot("results").await;
        if model.carried_out != StateName::Published {
            ensure!(found["status"] == 404, "a result that is not published: {found}");
            return Ok(());
        }
        let (votes, blank) = model.count();
        let (kind, elected) = match model.outcome() {
            Outcome::Elected(elected) => ("elected", elected),
            Outcome::NoVotes => ("no_votes", Vec::new()),
            Outcome::Tied => ("tied", Vec::new()),
        };
        let row = |place: usize| (json!(self.ballot.candidates[place]), (votes[place], elected.contains(&place)));
        let expected: BTreeMap<_, _> = (0..CANDIDATES).map(row).map(|(id, row)| (id.to_string(), json!(row))).collect();
        let rows = found["rows"].as_array().into_iter().flatten();
        let rows: BTreeMap<_, _> =
            rows.map(|row| (row["candidate_id"].to_string(), json!((&row["votes"], &row["elected"])))).collect();
        ensure!(rows == expected, "the rows of the result: expected {expected:?}, found {found}");
        let (voted, eligible) = (model.votes.len(), model.eligible());
        let turnout = json!({"eligible": eligible, "voted": voted, "counted": voted - blank, "blank": blank});
        let versions: Vec<_> = (1..=model.version).collect();
        let (expected, version) = (json!([turnout, kind, versions]), &found["version"]);
        let said = json!([found["turnout"], found["outcome"]["type"], found["versions"]]);
        ensure!(said == expected && *version == model.version, "the result: expected {expected}, found {found}");
        Ok(())
    }

    /// The service's statement to voters about their participation.
    async fn check_participation(&self, step: &Step, who: usize) -> anyhow::Result<()> {
        let model = &self.model;
        if !model.people[who].signed_in || model.carried_out == StateName::Draft {
            return Ok(());
        }
        let told = self.voter(step.at, who).ballot(&self.ballot, "participation").await.json;
        let expected = json!([model.is_eligible(who), model.vote_of(who).is_some()]);
        let found = json!([told["eligible"], told["has_voted"]]);
        ensure!(found == expected, "[eligible, has_voted] of person {who}: expected {expected}, found {told}");
        Ok(())
    }

    /// Every receipt ever given is known, and so is the fate of its vote.
    async fn check_receipts(&self) -> anyhow::Result<()> {
        let status = match self.model.carried_out {
            StateName::Published => "counted",
            StateName::Cancelled => "cancelled",
            _ => "recorded",
        };
        let expected = json!({"ballot_id": self.ballot.id, "status": status});
        for vote in &self.model.votes {
            let code = self.receipt(vote.voter)?["code"].as_str().unwrap_or_default().to_owned();
            let found = self.look(&format!("receipts/{code}")).await;
            ensure!(found == expected, "the receipt {code}: expected {expected}, found {found}");
        }
        Ok(())
    }
}
