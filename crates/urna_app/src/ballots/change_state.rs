//! Moves a ballot to its next state. Closing sorts the box and signs its content; cancelling empties it.

use serde_json::json;
use urna_core::ballot::{Closing, State, StateName};
use urna_core::choice::Choice;
use urna_core::life_cycle::{HistoryEvent, TransitionStep, due, missing_to_freeze, missing_to_open, steps};
use urna_core::sealed_vote::{BoxKey, InboxVote, SealNonce, Slot, unreadable};
use urna_core::{BallotId, Frozen, Manifest, ReceiptCode, Timestamp};
use urna_store::ballot_box::{self, BoxVote};
use urna_store::ballots::{self as store, OfConference};
use urna_store::publications::delete_tie_break;
use urna_store::statements::delete_statement;
use urna_store::{BallotLock, Exclusive, StoreError, Tx};

use super::{load_for_change, load_locked};
use crate::app::App;
use crate::audit::AuditEntry;
use crate::authority::{Authority, Manage};
use crate::failure::{Failure, Refusal};
use crate::random;
use crate::results::{BallotAtClose, sign_statement};

/// A requested change of state.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The state to go to.
    pub to: StateName,
    /// The reason; required for cancelling, and for closing without some votes.
    pub reason: Option<String>,
    /// Close although this many votes cannot be read any more; must equal the number found.
    pub without_unreadable: Option<u64>,
    /// Freeze although every vote is published and long rankings can be recognised.
    pub accepts_recognisable: bool,
}

impl From<StateName> for Wanted {
    fn from(to: StateName) -> Self {
        Self { to, reason: None, without_unreadable: None, accepts_recognisable: false }
    }
}

impl Wanted {
    fn check(&self) -> Result<(), Refusal> {
        let invalid = |pointer, code, detail: &str| Err(Refusal::invalid(pointer, code, detail));
        match self {
            Self { to: StateName::Cancelled, reason: None, .. } => {
                invalid("/reason", "missing", "cancelling needs a reason, which is published")
            }
            Self { accepts_recognisable: true, to, .. } if !matches!(to, StateName::Ready | StateName::Open) => {
                invalid("/accept", "not-allowed", "only a ballot that becomes ready needs anything accepted")
            }
            Self { without_unreadable: Some(_), to, .. } if *to != StateName::Closed => {
                invalid("/without_unreadable", "not-allowed", "only a close can leave votes out")
            }
            Self { without_unreadable: Some(0), .. } => {
                invalid("/without_unreadable", "invalid-value", "a number from 1, or nothing")
            }
            Self { without_unreadable: Some(_), reason: None, .. } => {
                invalid("/reason", "missing", "closing without votes needs a reason")
            }
            _ => Ok(()),
        }
    }
}

/// A completed change of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The state before.
    pub from: StateName,
    /// The state now.
    pub to: StateName,
    /// The time, by the clock of the lock.
    pub at: Timestamp,
    /// Whether the list of closed ballots outside the database is complete; if not, an operator has to look into it.
    pub listed: bool,
}

impl App {
    /// Moves a ballot to another state.
    ///
    /// # Errors
    /// [`Refusal::InvalidTransition`], [`Refusal::NotReady`], [`Refusal::Invalid`] for a missing reason;
    /// [`Refusal::UnreadableVotes`] with the number of votes that a close would leave out, and
    /// [`Refusal::TooManyVotes`]; [`Refusal::PutBack`] for a ballot that was closed before, unless it is being
    /// cancelled.
    pub async fn change_state(
        &self,
        by: &Authority<Manage>,
        id: BallotId,
        wanted: impl Into<Wanted>,
    ) -> Result<Transition, Failure> {
        let wanted = wanted.into();
        wanted.check()?;
        let to = wanted.to;
        self.follow_clock().await?;
        let mut tx = self.write().await?;
        let (found, lock) = load_locked(self, &mut tx, id).await?;
        let is_put_back = self.closed.is_put_back(id, found.ballot.state.name());
        if is_put_back && to != StateName::Cancelled {
            return Err(Refusal::PutBack.into());
        }
        let at = lock.now;
        let mut change = StateChange { app: self, tx, lock, found, entries: Vec::new(), is_put_back };
        let settled = !is_put_back && change.settle().await?;
        let from = change.found.ballot.state.name();
        match change.walk(by, from, &wanted).await {
            Ok(()) => Ok(Transition { from, to, at, listed: change.commit().await? }),
            // Keep the scheduled step even if the request is refused.
            Err(Failure::Refused(refusal)) if settled => {
                drop(change);
                self.settle_ballot(id).await?;
                Err(refusal.into())
            }
            Err(failure) => Err(failure),
        }
    }

    /// Takes the step that the ballot's schedule makes due; returns whether there was one.
    pub(crate) async fn settle_ballot(&self, id: BallotId) -> Result<bool, Failure> {
        let mut tx = self.write().await?;
        let (found, lock) = load_for_change(self, &mut tx, id).await?;
        let mut change = StateChange { app: self, tx, lock, found, entries: Vec::new(), is_put_back: false };
        let settled = change.settle().await?;
        if settled {
            change.commit().await?;
        }
        Ok(settled)
    }
}

/// A change of one ballot under its lock.
struct StateChange<'a> {
    app: &'a App,
    tx: Tx,
    lock: BallotLock<Exclusive>,
    found: OfConference,
    /// Audit entries; written last, since appending to the audit log makes all other writers wait.
    entries: Vec<AuditEntry>,
    /// The ballot was closed before: its inbox, if it has one, is not the service's own, and must not be read.
    is_put_back: bool,
}

impl StateChange<'_> {
    /// Takes the step that is due by the schedule.
    async fn settle(&mut self) -> Result<bool, Failure> {
        let Some(step) = due(self.found.ballot.state.name(), &self.found.ballot.schedule, self.lock.now) else {
            return Ok(false);
        };
        match self.take(step, &StateName::Closed.into()).await {
            Ok(()) => {}
            // The schedule makes no decisions. If nobody is eligible, the opening time passes without an opening,
            // just as an organiser's attempt would be refused. If votes cannot be read, an organiser decides; until
            // then nothing more is recorded.
            Err(Failure::Refused(_)) => return Ok(false),
            Err(failure) => return Err(failure),
        }
        self.remember(&Authority::schedule(), step);
        Ok(true)
    }

    async fn walk(&mut self, by: &Authority<Manage>, from: StateName, wanted: &Wanted) -> Result<(), Failure> {
        for step in steps(from, wanted.to)? {
            self.take(*step, wanted).await?;
            self.remember(by, *step);
            if let (TransitionStep::Close, Some(unreadable), Some(entry)) =
                (*step, wanted.without_unreadable, self.entries.last_mut())
            {
                entry.add(json!({"without_unreadable": unreadable, "reason": wanted.reason}));
            }
            let is_accepted = wanted.accepts_recognisable && self.found.ballot.definition.has_recognisable_rankings();
            if let (TransitionStep::Freeze, true, Some(entry)) = (*step, is_accepted, self.entries.last_mut()) {
                entry.add(json!({"accepted": ["recognisable-rankings"]}));
            }
        }
        Ok(())
    }

    fn remember(&mut self, by: &Authority<Manage>, step: TransitionStep) {
        let action = match step {
            TransitionStep::Freeze => "ballot.frozen",
            TransitionStep::Thaw => "ballot.thawed",
            TransitionStep::Open => "ballot.opened",
            TransitionStep::Pause => "ballot.paused",
            TransitionStep::Resume => "ballot.resumed",
            TransitionStep::Close => "ballot.closed",
            TransitionStep::Cancel => "ballot.cancelled",
        };
        let details = match &self.found.ballot.state {
            State::Ready(frozen) => json!({"manifest_sha256": frozen.hash.to_string()}),
            State::Closed(_, Closing { eligible, voted, statement, .. }) => {
                json!({"eligible": eligible, "voted": voted, "statement_sha256": statement.to_string()})
            }
            _ => serde_json::Value::Null,
        };
        let entry = AuditEntry::new(self.lock.now, by.actor(), action).ballot(&self.found.ballot).details(details);
        self.entries.push(entry);
    }

    /// Writes the audit log and commits. Puts a ballot that is over on the list outside the database before anybody
    /// is told; returns whether the list was written.
    async fn commit(mut self) -> Result<bool, Failure> {
        for entry in self.entries {
            entry.record(&mut self.tx).await?;
        }
        self.tx.commit().await?;
        let ballot = &self.found.ballot;
        if !ballot.state.name().is_over() {
            return Ok(true);
        }
        self.app.closed.add([ballot.id]);
        Ok(self.app.closed.save().await)
    }

    async fn take(&mut self, step: TransitionStep, wanted: &Wanted) -> Result<(), Failure> {
        let ballot = &self.found.ballot.value;
        let frozen = || ballot.state.frozen().cloned().ok_or(StoreError::Corrupt("ballots.manifest"));
        let (state, event) = match step {
            TransitionStep::Freeze => {
                let missing = missing_to_freeze(&ballot.definition, wanted.accepts_recognisable);
                if !missing.is_empty() {
                    return Err(Refusal::NotReady(missing).into());
                }
                let mut definition = (*ballot.definition).clone();
                definition.method = definition.method.settled(definition.candidate_count());
                let frozen = Frozen::from(Manifest::freeze(ballot.id, &definition));
                self.found.ballot.value.definition = definition.into();
                (State::Ready(frozen), None)
            }
            TransitionStep::Thaw => {
                store::delete_withdrawals(&mut self.tx, &self.lock).await?;
                delete_tie_break(&mut self.tx, &self.lock).await?;
                (State::Draft, None)
            }
            TransitionStep::Open => {
                let frozen = frozen()?;
                let eligible = self.open().await?;
                (State::Open(frozen), Some(HistoryEvent::Opened { eligible }))
            }
            TransitionStep::Pause => (State::Paused(frozen()?), Some(HistoryEvent::Paused)),
            TransitionStep::Resume => (State::Open(frozen()?), Some(HistoryEvent::Resumed)),
            TransitionStep::Close => {
                let frozen = frozen()?;
                let (closing, unreadable) = self.close(&frozen, wanted.without_unreadable).await?;
                let Closing { eligible, voted, .. } = closing;
                (State::Closed(frozen, closing), Some(HistoryEvent::Closed { eligible, voted, unreadable }))
            }
            TransitionStep::Cancel => {
                let reason = wanted.reason.clone().unwrap_or_default();
                self.cancel().await?;
                let frozen = self.found.ballot.state.frozen().cloned();
                (State::Cancelled { frozen, reason: reason.clone() }, Some(HistoryEvent::Cancelled { reason }))
            }
        };
        store::set_state(&mut self.tx, &self.lock, &state).await?;
        if let Some(event) = event {
            store::insert_history(&mut self.tx, &self.lock, &event).await?;
        }
        self.found.ballot.value.state = state;
        Ok(())
    }

    /// Makes the box key; returns the number of people who can vote.
    async fn open(&mut self) -> Result<u64, Failure> {
        urna_store::conferences::lock_conference(&mut self.tx, self.found.conference).await?;
        let ballot = &self.found.ballot;
        let eligibility = &ballot.definition.eligibility;
        let eligible = ballot_box::count_eligible(&mut self.tx, ballot.key, self.found.conference, eligibility).await?;
        let missing = missing_to_open(&ballot.schedule, eligible, self.lock.now);
        if !missing.is_empty() {
            return Err(Refusal::NotReady(missing).into());
        }
        let key = BoxKey::new(random::bytes());
        let wrapped = key.wrap(&self.app.keys.wrapping, ballot.id, SealNonce(random::bytes()));
        ballot_box::insert_box_key(&mut self.tx, &self.lock, &wrapped).await?;
        Ok(eligible)
    }

    /// Sorts the votes into the box and destroys the box key. Returns the number of unreadable votes left out,
    /// which must equal the one decided.
    async fn close(&mut self, frozen: &Frozen, without: Option<u64>) -> Result<(Closing, u64), Failure> {
        let votes = self.open_inbox().await?;
        let ballot = &self.found.ballot;
        let eligibility = &ballot.definition.eligibility;
        let eligible = ballot_box::count_eligible(&mut self.tx, ballot.key, self.found.conference, eligibility).await?;
        let voted = ballot_box::count_participations(&mut self.tx, ballot.key).await?;
        let unreadable = unreadable(voted, u64::try_from(votes.len()).unwrap_or(u64::MAX))?;
        if unreadable != without.unwrap_or(0) {
            let ballot = ballot.id;
            tracing::error!(%ballot, unreadable, of = voted, "votes cannot be read: the ballot is not closed without a decision");
            return Err(Refusal::UnreadableVotes { unreadable }.into());
        }
        let (votes, choices) = commit_votes(votes, frozen);
        ballot_box::close_box(&mut self.tx, &self.lock, &votes).await?;
        let at_close = BallotAtClose { ballot, frozen, votes: &votes, choices, eligible, voted, unreadable };
        let statement = sign_statement(self.app, &mut self.tx, &self.lock, at_close).await?;
        let due = ballot.schedule.closes_at.filter(|closes_at| *closes_at <= self.lock.now);
        let at = due.unwrap_or(self.lock.now);
        store::set_closing_time(&mut self.tx, &self.lock, Some(at)).await?;
        self.found.ballot.value.schedule.closes_at = Some(at);
        Ok((Closing { at, eligible, voted, statement }, unreadable))
    }

    /// Deletes the choices and keeps the codes.
    async fn cancel(&mut self) -> Result<(), Failure> {
        let mut codes: Vec<ReceiptCode> = match self.found.ballot.state.name() {
            _ if self.is_put_back => ballot_box::list_codes(&mut self.tx, self.found.ballot.key).await?,
            StateName::Open | StateName::Paused => {
                self.open_inbox().await?.into_iter().map(|(vote, _)| vote.code).collect()
            }
            StateName::Closed => ballot_box::list_codes(&mut self.tx, self.found.ballot.key).await?,
            _ => Vec::new(),
        };
        codes.sort_unstable();
        codes.dedup();
        ballot_box::cancel_box(&mut self.tx, &self.lock, &codes).await?;
        delete_statement(&mut self.tx, &self.lock).await?;
        Ok(())
    }

    /// Decrypts every readable vote. Leaves out anything that cannot be decrypted, or is not a vote on this ballot.
    async fn open_inbox(&mut self) -> Result<Vec<(InboxVote, Choice)>, Failure> {
        let ballot = &self.found.ballot;
        let wrapped = ballot_box::find_box_key(&mut self.tx, ballot.key).await?;
        let sealed = ballot_box::list_inbox(&mut self.tx, &self.lock).await?;
        let keys = match unwrap_box_key(self.app, ballot.id, wrapped.as_deref()) {
            Ok(key) => key.open_box(ballot.id),
            Err(error) => {
                tracing::error!(ballot = %ballot.id, %error, "the key of a ballot cannot be read, so none of its votes can be");
                return Ok(Vec::new());
            }
        };
        let unseal = |slot: &Slot, sealed: &[u8]| {
            let vote = keys.unseal(*slot, sealed).ok()?;
            let choice = Choice::decode(&vote.choice, &ballot.definition).ok()?;
            Some((vote, choice))
        };
        let votes = sealed.iter().filter_map(|(slot, sealed)| {
            let vote = unseal(slot, sealed);
            if vote.is_none() {
                tracing::error!(ballot = %ballot.id, slot = hex(slot), "the vote in this slot cannot be read");
            }
            vote
        });
        Ok(votes.collect())
    }
}

fn hex(slot: &Slot) -> String {
    slot.0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The box key of a running ballot.
pub(crate) fn unwrap_box_key(app: &App, ballot: BallotId, wrapped: Option<&[u8]>) -> Result<BoxKey, StoreError> {
    let wrapped = wrapped.ok_or(StoreError::Corrupt("box_keys: a running ballot has one"))?;
    BoxKey::unwrap(wrapped, &app.keys.wrapping, ballot).map_err(|_| StoreError::Corrupt("box_keys.wrapped"))
}

/// The votes with their commitments, in the order of these, and the choice in each of them.
fn commit_votes(votes: Vec<(InboxVote, Choice)>, frozen: &Frozen) -> (Vec<BoxVote>, Vec<Choice>) {
    let commit = |(vote, choice): (InboxVote, Choice)| {
        let commitment = vote.commitment(&frozen.hash);
        let vote =
            BoxVote { commitment, code: vote.code, tracker: vote.tracker, nonce: vote.nonce, choice: vote.choice };
        (vote, choice)
    };
    let mut committed: Vec<_> = votes.into_iter().map(commit).collect();
    committed.sort_unstable_by_key(|(vote, _)| vote.commitment);
    committed.into_iter().unzip()
}
