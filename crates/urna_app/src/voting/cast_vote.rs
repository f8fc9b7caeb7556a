//! An attendee casts a vote: the heart of the service.

use std::sync::Arc;
use std::time::Duration;

use urna_core::attendee::Ineligible;
use urna_core::cast::{CastFacts, CastRefused, TrackerUse, Verdict, judge};
use urna_core::choice::{Choice, GivenChoice, longest_choice};
use urna_core::receipt::Receipt;
use urna_core::sealed_vote::{BoxKeys, InboxVote, SealNonce};
use urna_core::{AttendeeId, BallotId, Commitment, Nonce, Tracker};
use urna_store::attendees::{OnRoll, find_attendee_by_key};
use urna_store::ballot_box;
use urna_store::ballots::{OfConference, find_ballot_key};
use urna_store::lock::{confirm_durable, lock_for_cast};
use urna_store::{BallotLock, CommitError, Shared, Tx};

use crate::app::App;
use crate::attendee_sessions::Voter;
use crate::ballots::{load, unwrap_box_key};
use crate::failure::{Failure, Refusal, Thing};
use crate::random;

/// How long a voter waits at most; after that the outcome is unknown to them, and a retry tells.
const DEADLINE: Duration = Duration::from_secs(10);

/// How often a cast that lost a race is judged again. Each time somebody else's vote was recorded, so twice suffices.
const ATTEMPTS: u32 = 3;

/// A vote as it was sent.
#[derive(Debug, Clone)]
pub struct CastVote {
    /// On which ballot.
    pub ballot: BallotId,
    /// What was chosen.
    pub choice: GivenChoice,
    /// Made by the voter's device, so that a retry is safe; without one the server makes it.
    pub tracker: Option<Tracker>,
}

/// A vote that is durably recorded.
#[derive(Debug)]
pub struct RecordedVote {
    /// The voter's proof.
    pub receipt: Receipt,
    /// Whether it had been recorded before, and this was a retry.
    pub repeated: bool,
}

impl App {
    /// Records a vote, exactly once. The work does not depend on the caller, who may hang up.
    ///
    /// # Errors
    /// [`Refusal::Cast`], [`Refusal::InvalidChoice`]; [`Failure::NotRecorded`] where it surely is not,
    /// [`Failure::OutcomeUnknown`] where nobody knows: then a retry with the tracker tells.
    pub async fn cast_vote(self: &Arc<Self>, voter: &Voter, cast: CastVote) -> Result<RecordedVote, Failure> {
        let tracker = cast.tracker.unwrap_or_else(|| Tracker::new(random::bytes()));
        let (app, on_roll) = (Arc::clone(self), voter.on_roll.clone());
        let work = tokio::spawn(async move { app.record(&on_roll, &cast, tracker).await });
        match tokio::time::timeout(DEADLINE, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(Failure::OutcomeUnknown(tracker)),
        }
    }

    async fn record(&self, voter: &OnRoll, cast: &CastVote, tracker: Tracker) -> Result<RecordedVote, Failure> {
        for _ in 0..ATTEMPTS {
            match self.try_record(voter, cast, tracker).await {
                Ok(Some(recorded)) => return Ok(recorded),
                // Somebody took the place between the look and the write: now it can be seen who.
                Ok(None) => {}
                Err(Failure::Unavailable(error)) => {
                    tracing::error!(%error, "a vote could not be recorded");
                    return Err(Failure::NotRecorded);
                }
                Err(failure) => return Err(failure),
            }
        }
        Err(Failure::NotRecorded)
    }

    async fn try_record(
        &self,
        voter: &OnRoll,
        cast: &CastVote,
        tracker: Tracker,
    ) -> Result<Option<RecordedVote>, Failure> {
        let mut tx = self.write().await?;
        let key = find_ballot_key(&mut tx, cast.ballot).await?.ok_or(Refusal::NotFound(Thing::Ballot))?;
        let lock = lock_for_cast(&mut tx, key, self.clock.for_lock()).await?;
        let found = load(&mut tx, cast.ballot).await?;
        let choice = Choice::parse(&cast.choice, &found.ballot.definition)?;
        let attempt = Attempt { app: self, voter, found: &found, tracker, choice };

        // The participation first: it is committed together with its vote, so whoever sees the one sees the other after.
        let took_part = ballot_box::find_participation(&mut tx, key, voter.attendee.key).await?;
        let mut known = attempt.look_up(&mut tx).await?;
        match judge(&attempt.facts(&mut tx, &lock, &known, took_part).await?)? {
            Verdict::Repeat => {
                let commitment = known.commitment.ok_or(CastRefused::AlreadyVoted)?;
                let receipt = attempt.receipt(commitment, true)?;
                // The answer rests on a read: what was read must be as durable as what is written.
                confirm_durable(&mut tx).await?;
                tx.commit().await.map_err(|error| {
                    tracing::error!(%error, "a retry could not be confirmed");
                    Failure::OutcomeUnknown(tracker)
                })?;
                Ok(Some(receipt))
            }
            Verdict::Record => {
                let keys = known.keys.take().ok_or(CastRefused::NotOpen)?;
                let Some(commitment) = attempt.write(&mut tx, &lock, &keys).await? else { return Ok(None) };
                let receipt = attempt.receipt(commitment, false)?;
                tx.commit().await.map_err(|error| match error {
                    CommitError::RolledBack(error) => {
                        tracing::error!(%error, "a vote was rolled back");
                        Failure::NotRecorded
                    }
                    CommitError::Unknown(error) => {
                        tracing::error!(%error, "the commit of a vote was not answered");
                        Failure::OutcomeUnknown(tracker)
                    }
                })?;
                metrics::counter!("urna_votes_recorded_total").increment(1);
                Ok(Some(receipt))
            }
        }
    }
}

/// What the database knows of a tracker.
struct Known {
    tracker: TrackerUse,
    /// Of the vote that has the tracker.
    commitment: Option<Commitment>,
    /// While the ballot runs.
    keys: Option<BoxKeys>,
}

/// One try to record one vote.
struct Attempt<'a> {
    app: &'a App,
    voter: &'a OnRoll,
    found: &'a OfConference,
    tracker: Tracker,
    choice: Choice,
}

impl Attempt<'_> {
    fn voter_id(&self) -> AttendeeId {
        self.voter.attendee.id
    }

    /// Looks for a vote with this tracker: encrypted in the inbox while the ballot runs, in the box after the close.
    async fn look_up(&self, tx: &mut Tx) -> Result<Known, Failure> {
        let ballot = &self.found.ballot;
        let code = self.tracker.code(ballot.id);
        if ballot.state.name().is_counted() {
            let vote = ballot_box::find_box_vote(tx, ballot.key, code).await?;
            let vote = vote.filter(|vote| vote.tracker == self.tracker.hash());
            let tracker = if vote.is_some() { TrackerUse::InBox } else { TrackerUse::Unused };
            return Ok(Known { tracker, commitment: vote.map(|vote| vote.commitment), keys: None });
        }
        if !ballot.state.name().is_running() {
            return Ok(Known { tracker: TrackerUse::Unused, commitment: None, keys: None });
        }
        let wrapped = ballot_box::find_box_key(tx, ballot.key).await?;
        let keys = unwrap_box_key(self.app, ballot.id, wrapped.as_deref())?.open_box(ballot.id);
        let slot = keys.slot(code);
        let Some(sealed) = ballot_box::find_inbox_vote(tx, ballot.key, slot).await? else {
            return Ok(Known { tracker: TrackerUse::Unused, commitment: None, keys: Some(keys) });
        };
        let vote = keys.unseal(slot, &sealed).map_err(|_| urna_store::StoreError::Corrupt("ballot_inbox.sealed"))?;
        // Two trackers may share a code; then this one is as good as unused, but its slot is taken.
        let same_tracker = vote.tracker == self.tracker.hash();
        let own = same_tracker && vote.voter == self.tracker.voter_hash(self.voter_id());
        let tracker = if own {
            TrackerUse::Own { same_choice: vote.choice == self.choice.encode() }
        } else {
            TrackerUse::Foreign
        };
        // Whose the tracker is does not matter any more from the closing time on, sealed or not.
        let choice = Choice::decode(&vote.choice, &ballot.definition)?;
        let commitment = same_tracker.then(|| self.commitment(&vote.nonce, &choice)).transpose()?;
        Ok(Known { tracker, commitment, keys: Some(keys) })
    }

    /// Everything that the decision rests on, read under the lock, nothing from memory.
    async fn facts(
        &self,
        tx: &mut Tx,
        lock: &BallotLock<Shared>,
        known: &Known,
        took_part: bool,
    ) -> Result<CastFacts, Failure> {
        let ballot = &self.found.ballot;
        let current = find_attendee_by_key(tx, self.voter.attendee.key).await?.ok_or(Refusal::NotSignedIn)?;
        let eligible = if current.conference == self.found.conference {
            ballot.definition.eligibility.admits(current.attendee.status, current.attendee.category.as_ref())
        } else {
            Err(Ineligible::OtherConference)
        };
        Ok(CastFacts {
            state: ballot.state.name(),
            closes_at: ballot.schedule.closes_at,
            now: lock.now,
            took_part,
            tracker: known.tracker,
            eligible,
        })
    }

    /// Writes participation and vote; `None` where somebody else's writing came first.
    async fn write(
        &self,
        tx: &mut Tx,
        lock: &BallotLock<Shared>,
        keys: &BoxKeys,
    ) -> Result<Option<Commitment>, Failure> {
        if !ballot_box::insert_participation(tx, lock, self.voter.attendee.key).await? {
            return Ok(None);
        }
        let definition = &self.found.ballot.definition;
        let nonce = Nonce::new(random::bytes());
        let code = self.tracker.code(self.found.ballot.id);
        let vote = InboxVote {
            tracker: self.tracker.hash(),
            code,
            voter: self.tracker.voter_hash(self.voter_id()),
            nonce,
            choice: self.choice.encode(),
        };
        let sealed = keys.seal(&vote, longest_choice(definition), SealNonce(random::bytes()));
        if !ballot_box::insert_inbox_vote(tx, lock, keys.slot(code), &sealed).await? {
            return Ok(None);
        }
        self.commitment(&nonce, &self.choice).map(Some)
    }

    fn commitment(&self, nonce: &Nonce, choice: &Choice) -> Result<Commitment, Failure> {
        let frozen = self.found.ballot.state.frozen().ok_or(CastRefused::NotOpen)?;
        Ok(Commitment::commit(&frozen.hash, &self.tracker.hash(), nonce, choice))
    }

    fn receipt(&self, commitment: Commitment, repeated: bool) -> Result<RecordedVote, Failure> {
        let ballot = &self.found.ballot;
        let frozen = ballot.state.frozen().ok_or(CastRefused::NotOpen)?;
        let signing = &self.app.keys.signing;
        let receipt = Receipt::sign(ballot.id, &frozen.hash, self.tracker, commitment, signing);
        Ok(RecordedVote { receipt, repeated })
    }
}
