//! Reads ballots.

use urna_core::attendee::Ineligible;
use urna_core::ballot::BallotSummary;
use urna_core::presentation::candidate_order;
use urna_core::{Ballot, BallotId, CandidateId, Conference, Slug, StateName};
use urna_store::Tx;
use urna_store::ballot_box::{count_eligible, count_participations, find_participation, list_participations};
use urna_store::ballots::{
    OfConference, find_ballot_by_slug, find_ballot_key, list_all_ballots, list_ballots, list_summaries,
    list_withdrawals,
};
use urna_store::conferences::get_conference;

use super::load;
use crate::app::App;
use crate::authority::{Authority, Manage};
use crate::conferences;
use crate::failure::{Failure, Refusal, Thing};
use crate::sessions::Voter;

/// The number of people who can vote, and who have voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnout {
    /// The number of people who are verified and admitted, or took part; fixed at the close.
    pub eligible: u64,
    /// The number of people who took part.
    pub voted: u64,
}

/// An attendee's standing in one ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participation {
    /// Whether they may vote, or have voted.
    pub eligible: bool,
    /// The reason why they may not vote.
    pub reason: Option<Ineligible>,
    /// Whether they have voted.
    pub has_voted: bool,
    /// The candidates in this voter's own order.
    pub candidate_order: Vec<CandidateId>,
}

/// A ballot as shown on a page.
#[derive(Debug, Clone)]
pub struct BallotView {
    /// The ballot.
    pub ballot: Ballot,
    /// The conference of the ballot.
    pub conference: Conference,
    /// Candidates who can no longer win.
    pub withdrawn: Vec<CandidateId>,
    /// The reader's standing, if they are signed in.
    pub participation: Option<Participation>,
}

/// A conference as shown on its page.
#[derive(Debug, Clone)]
pub struct ConferenceView {
    /// The conference.
    pub conference: Conference,
    /// Its ballots except drafts, oldest first; each with the reader's standing, if they are on its roll.
    pub ballots: Vec<(Ballot, Option<Participation>)>,
}

/// The reader of ballots. Only organisers see drafts; for everyone else a draft does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody.
    Public,
    /// An organiser of any role.
    Organisers,
}

impl Audience {
    const fn sees_drafts(self) -> bool {
        matches!(self, Self::Organisers)
    }
}

async fn load_visible(tx: &mut Tx, id: BallotId, audience: Audience) -> Result<OfConference, Failure> {
    let found = load(tx, id).await?;
    if !audience.sees_drafts() && found.ballot.state.name() == StateName::Draft {
        return Err(Refusal::NotFound(Thing::Ballot).into());
    }
    Ok(found)
}

impl App {
    /// The ballot with this id.
    pub async fn find_ballot(&self, id: BallotId, audience: Audience) -> Result<Ballot, Failure> {
        let mut tx = self.read().await?;
        Ok(load_visible(&mut tx, id, audience).await?.ballot.value)
    }

    /// A conference's ballots, oldest first, starting after `after`; at most `limit`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` was a draft that is gone.
    pub async fn list_ballots(
        &self,
        conference: &Slug,
        audience: Audience,
        after: Option<BallotId>,
        limit: u32,
    ) -> Result<Vec<Ballot>, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        if let Some(after) = after
            && find_ballot_key(&mut tx, after).await?.is_none()
        {
            return Err(Refusal::cursor_gone().into());
        }
        let rows = list_ballots(&mut tx, conference.key, audience.sees_drafts(), after, limit).await?;
        Ok(rows.into_iter().map(|found| found.ballot.value).collect())
    }

    /// Every ballot of every conference, for the command line.
    pub async fn list_all_ballots(&self, _by: &Authority<Manage>) -> Result<Vec<Ballot>, Failure> {
        let mut tx = self.read().await?;
        let rows = list_all_ballots(&mut tx).await?;
        Ok(rows.into_iter().map(|found| found.ballot.value).collect())
    }

    /// The number of people who can vote, and who have voted.
    pub async fn find_turnout(&self, id: BallotId, audience: Audience) -> Result<Turnout, Failure> {
        let mut tx = self.read().await?;
        let found = load_visible(&mut tx, id, audience).await?;
        if let Some(closing) = found.ballot.state.closing() {
            return Ok(Turnout { eligible: closing.eligible, voted: closing.voted });
        }
        let eligibility = &found.ballot.definition.eligibility;
        let eligible = count_eligible(&mut tx, found.ballot.key, found.conference, eligibility).await?;
        let voted = count_participations(&mut tx, found.ballot.key).await?;
        Ok(Turnout { eligible, voted })
    }

    /// An attendee's standing in a ballot.
    pub async fn find_participation(&self, voter: &Voter, id: BallotId) -> Result<Participation, Failure> {
        let mut tx = self.read().await?;
        let found = load_visible(&mut tx, id, Audience::Public).await?;
        participation(&mut tx, &found, voter).await
    }

    /// A ballot with everything for its pages; drafts are hidden from everybody.
    pub async fn view_ballot(&self, id: BallotId, voter: Option<&Voter>) -> Result<BallotView, Failure> {
        let mut tx = self.read().await?;
        let found = load_visible(&mut tx, id, Audience::Public).await?;
        let participation = match voter {
            Some(voter) => Some(participation(&mut tx, &found, voter).await?),
            None => None,
        };
        let withdrawn = list_withdrawals(&mut tx, found.ballot.key).await?;
        let conference = get_conference(&mut tx, found.conference).await?.value;
        Ok(BallotView { ballot: found.ballot.value, conference, withdrawn, participation })
    }

    /// The ballot of a conference with this slug, with everything for its pages.
    pub async fn view_ballot_by_slug(&self, conference: &Slug, ballot: &Slug) -> Result<BallotView, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let found = find_ballot_by_slug(&mut tx, conference.key, ballot).await?;
        let found = found.filter(|found| found.ballot.state.name() != StateName::Draft);
        let ballot = found.ok_or(Refusal::NotFound(Thing::Ballot))?.ballot;
        let withdrawn = list_withdrawals(&mut tx, ballot.key).await?;
        Ok(BallotView { ballot: ballot.value, conference: conference.value, withdrawn, participation: None })
    }

    /// The states of a conference's ballots except drafts, oldest first; at most `limit`.
    pub async fn list_ballot_states(&self, conference: &Slug, limit: u32) -> Result<Vec<BallotSummary>, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        Ok(list_summaries(&mut tx, conference.key, limit).await?)
    }

    /// A conference with at most `limit` of its ballots, and a voter's standing in each if they are on its roll.
    pub async fn view_conference(
        &self,
        conference: &Slug,
        voter: Option<&Voter>,
        limit: u32,
    ) -> Result<ConferenceView, Failure> {
        let mut tx = self.read().await?;
        let conference = conferences::load(&mut tx, conference).await?;
        let found = list_ballots(&mut tx, conference.key, false, None, limit).await?;
        let voter = voter.filter(|voter| voter.on_roll.conference == conference.key);
        let voted = match voter {
            Some(voter) => list_participations(&mut tx, conference.key, voter.on_roll.attendee.key).await?,
            None => Vec::new(),
        };
        let with_standing = |found: OfConference| {
            let participation = voter.map(|voter| standing_of(&found, voter, voted.contains(&found.ballot.key)));
            (found.ballot.value, participation)
        };
        Ok(ConferenceView { ballots: found.into_iter().map(with_standing).collect(), conference: conference.value })
    }
}

async fn participation(tx: &mut Tx, found: &OfConference, voter: &Voter) -> Result<Participation, Failure> {
    let has_voted = find_participation(tx, found.ballot.key, voter.on_roll.attendee.key).await?;
    Ok(standing_of(found, voter, has_voted))
}

fn standing_of(found: &OfConference, voter: &Voter, has_voted: bool) -> Participation {
    let standing = standing(found, voter);
    Participation {
        eligible: has_voted || standing.is_ok(),
        reason: standing.err().filter(|_| !has_voted),
        has_voted,
        candidate_order: candidate_order(found.ballot.id, voter.attendee().id, &found.ballot.definition),
    }
}

/// Whether an attendee may vote on a ballot, whatever its state.
fn standing(found: &OfConference, voter: &Voter) -> Result<(), Ineligible> {
    if voter.on_roll.conference != found.conference {
        return Err(Ineligible::OtherConference);
    }
    let attendee = voter.attendee();
    found.ballot.definition.eligibility.admits(attendee.status, attendee.category.as_ref())
}
