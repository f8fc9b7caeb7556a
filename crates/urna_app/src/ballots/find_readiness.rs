//! Tells organisers whether a ballot can open, and what to check before.

use urna_core::life_cycle::{Missing, missing_to_freeze, missing_to_open};
use urna_core::readiness::{Warning, warnings};
use urna_core::{BallotId, StateName};
use urna_store::attendees::count_claims;
use urna_store::ballot_box::count_eligible;
use urna_store::conferences::get_conference;

use super::load;
use crate::app::App;
use crate::authority::{Authority, Observe};
use crate::failure::Failure;

/// The readiness of a ballot for its opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it can be opened now.
    pub is_ready: bool,
    /// The number of people who can vote on it: verified and admitted, or took part.
    pub eligible: u64,
    /// Conditions not met, which prevent the opening.
    pub missing: Vec<Missing>,
    /// Points to check, which do not prevent the opening.
    pub warnings: Vec<Warning>,
}

impl App {
    /// Whether a ballot can open, which conditions it does not meet, and what may surprise once it is open.
    pub async fn find_readiness(&self, _by: &Authority<Observe>, id: BallotId) -> Result<Readiness, Failure> {
        let mut tx = self.read().await?;
        let found = load(&mut tx, id).await?;
        let ballot = &found.ballot;
        let eligibility = &ballot.definition.eligibility;
        let eligible = count_eligible(&mut tx, ballot.key, found.conference, eligibility).await?;
        let claims = count_claims(&mut tx, found.conference, eligibility).await?;
        let conference = get_conference(&mut tx, found.conference).await?;
        let state = ballot.state_at(self.now());
        let mut missing = Vec::new();
        if state == StateName::Draft {
            missing.extend(missing_to_freeze(&ballot.definition, false));
        }
        let is_before = matches!(state, StateName::Draft | StateName::Ready);
        if is_before {
            missing.extend(missing_to_open(&ballot.schedule, eligible, self.now()));
        }
        let is_over = state.is_counted() || state == StateName::Cancelled;
        let warnings = if is_over { Vec::new() } else { warnings(&conference, &ballot.schedule, claims) };
        Ok(Readiness { is_ready: is_before && missing.is_empty(), eligible, missing, warnings })
    }
}
