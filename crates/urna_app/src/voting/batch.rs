//! The casts of one batch on one ballot: judged one after the other under the ballot's lock, and written together.

use std::collections::HashSet;

use urna_core::attendee::{AttendeeStatus, Ineligible};
use urna_core::cast::{CastFacts, CastRefused, TrackerUse, Verdict, judge};
use urna_core::choice::{Choice, longest_choice};
use urna_core::sealed_vote::{BoxKeys, InboxVote, SealNonce, Slot};
use urna_core::{Attendee, Ballot, BallotId, Commitment, Nonce, ReceiptCode, Sha256Hash};
use urna_store::ballot_box::find_box_vote;
use urna_store::ballots::{OfConference, find_ballot};
use urna_store::casts::{Asked, AskedCast, Sender, insert_votes, lock_for_casts};
use urna_store::lock::lock_for_cast;
use urna_store::{CastLock, Key, Standing, StoreError, Tx};

use super::cast::{Cast, Recorded};
use crate::app::App;
use crate::ballots::unwrap_box_key;
use crate::failure::{Failure, Refusal};
use crate::random;

/// Why a batch was not recorded; all of it was rolled back.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The database is unavailable: each cast alone would fare no better.
    #[error("the transaction could not begin: {0}")]
    Away(#[source] StoreError),
    /// Possibly the fault of one cast.
    #[error(transparent)]
    Broken(#[from] StoreError),
    /// The database stalls.
    #[error("it took too long")]
    Slow,
    /// Must be judged again.
    #[error("another instance recorded one of the votes in between")]
    Overtaken,
}

/// The verdict on one cast in a batch.
#[derive(Debug)]
pub(super) enum Judged {
    /// Recorded by this batch, or before; final once the transaction is committed.
    Recorded(Recorded),
    /// Refused, whether or not the transaction commits.
    Refused(Failure),
    /// The same attendee or tracker is recorded by this batch; the next batch sees it and answers.
    Later,
}

impl Judged {
    /// Whether the batch writes a vote for it.
    pub(super) const fn is_new(&self) -> bool {
        matches!(self, Self::Recorded(Recorded { repeated: false, .. }))
    }

    /// Whether the answer says that a vote is recorded, without writing one.
    pub(super) const fn rests_on_a_read(&self) -> bool {
        matches!(
            self,
            Self::Recorded(Recorded { repeated: true, .. })
                | Self::Refused(Failure::Refused(Refusal::Cast(CastRefused::AlreadyVoted)))
        )
    }
}

/// The result of taking a ballot's lock.
pub(super) enum Locked<'a> {
    /// Its casts can be judged.
    Batch(Batch<'a>),
    /// Closed before, and put back in the database: it takes no casts, and reveals nothing.
    PutBack,
    /// The ballot no longer exists.
    Gone,
}

/// A ballot as cached by the writer between batches. While the ballot runs, the cache stays true: the definition
/// was frozen and the box key made by the time it opened.
pub(super) struct RememberedBallot {
    found: OfConference,
    /// The wrapped key as read, and the keys derived from it; only while the ballot runs.
    open: Option<(Vec<u8>, BoxKeys)>,
}

impl RememberedBallot {
    /// Reads the ballot whose lock is held.
    async fn load(app: &App, tx: &mut Tx, id: BallotId, standing: &Standing) -> Result<Self, StoreError> {
        let found =
            find_ballot(tx, id).await?.ok_or(StoreError::Corrupt("ballots: a ballot that is locked is there"))?;
        let open = if standing.state.is_running() {
            let keys = unwrap_box_key(app, id, standing.box_key.as_deref())?.open_box(id);
            standing.box_key.clone().map(|wrapped| (wrapped, keys))
        } else {
            None
        };
        Ok(Self { found, open })
    }

    /// Whether the cache is still true, by the data read under the lock.
    fn is_true(&self, standing: &Standing) -> bool {
        match (&self.open, &standing.box_key) {
            (Some((wrapped, _)), Some(stored)) => standing.state.is_running() && wrapped == stored,
            _ => false,
        }
    }

    fn read<'c>(&self, cast: &'c Cast) -> Result<ParsedCast<'c>, Failure> {
        let choice = Choice::parse(&cast.choice, &self.found.ballot.definition)?;
        // Without an open box there are no slots: nothing is in this one.
        let code = cast.tracker.code(cast.ballot);
        let slot = self.open.as_ref().map_or(Slot([0; 32]), |(_, keys)| keys.slot(code));
        Ok(ParsedCast { cast, choice, code, slot })
    }

    /// Takes the ballot's lock and, in the same statement, reads the facts for its casts.
    async fn lock_and_read<'c>(
        &self,
        app: &App,
        tx: &mut Tx,
        casts: &[&'c Cast],
    ) -> Result<BatchFacts<'c>, StoreError> {
        let read: Vec<_> = casts.iter().map(|cast| self.read(cast)).collect();
        let asked = |ParsedCast { cast, slot, .. }: &ParsedCast<'_>| AskedCast {
            attendee: cast.attendee,
            session: cast.session,
            slot: *slot,
        };
        let asked: Vec<_> = read.iter().flatten().map(asked).collect();
        let asked = Asked {
            conference: self.found.conference,
            with_categories: self.found.ballot.definition.eligibility.categories.is_some(),
            casts: &asked,
        };
        let (lock, senders) = lock_for_casts(tx, self.found.ballot.key, app.clock.for_lock(), asked).await?;
        Ok(BatchFacts { lock, casts: read, senders })
    }
}

/// A cast that can be judged: its choice is valid for the ballot.
struct ParsedCast<'c> {
    cast: &'c Cast,
    choice: Choice,
    code: ReceiptCode,
    slot: Slot,
}

/// The facts for the casts of a batch.
struct BatchFacts<'c> {
    lock: CastLock,
    casts: Vec<Result<ParsedCast<'c>, Failure>>,
    /// One for each cast that can be judged.
    senders: Vec<Sender>,
}

/// The casts of one batch on one ballot, whose lock is held.
pub(super) struct Batch<'a> {
    tx: &'a mut Tx,
    ballot: &'a RememberedBallot,
    standing: Standing,
    facts: BatchFacts<'a>,
}

/// The use of a tracker, and the commitment of the vote that has it.
type TrackerLookup = (TrackerUse, Option<Commitment>);

impl<'a> Batch<'a> {
    /// Takes the lock of a ballot, and reads the facts for the casts: in one statement if the cached ballot is
    /// still true.
    pub(super) async fn lock(
        app: &App,
        tx: &'a mut Tx,
        (id, key): (BallotId, Key<Ballot>),
        remembered: &'a mut Option<RememberedBallot>,
        casts: &[&'a Cast],
    ) -> Result<Locked<'a>, StoreError> {
        let is_put_back =
            |standing: Option<&Standing>| standing.is_some_and(|standing| app.closed.is_put_back(id, standing.state));
        let mut facts = None;
        if let Some(loaded) = remembered.take() {
            let read = loaded.lock_and_read(app, tx, casts).await?;
            if is_put_back(read.lock.standing.as_ref()) {
                return Ok(Locked::PutBack);
            }
            if read.lock.standing.as_ref().is_some_and(|standing| loaded.is_true(standing)) {
                (*remembered, facts) = (Some(loaded), Some(read));
            }
        }
        if facts.is_none() {
            let standing = lock_for_cast(tx, key, app.clock.for_lock()).await?.standing;
            if is_put_back(standing.as_ref()) {
                return Ok(Locked::PutBack);
            }
            let Some(standing) = standing else { return Ok(Locked::Gone) };
            facts = Some(
                remembered
                    .insert(RememberedBallot::load(app, tx, id, &standing).await?)
                    .lock_and_read(app, tx, casts)
                    .await?,
            );
        }
        let (Some(ballot), Some(mut facts)) = (remembered.as_ref(), facts) else { return Ok(Locked::Gone) };
        let standing = facts.lock.standing.take();
        Ok(standing.map_or(Locked::Gone, |standing| Locked::Batch(Batch { tx, ballot, standing, facts })))
    }

    /// Judges the casts in order, and writes the votes to record.
    pub(super) async fn record(mut self) -> Result<Vec<Judged>, Trouble> {
        let (read, senders) = (std::mem::take(&mut self.facts.casts), std::mem::take(&mut self.facts.senders));
        let mut senders = senders.into_iter();
        let mut new = New::default();
        let mut judged = Vec::with_capacity(read.len());
        for parsed in read {
            judged.push(match parsed {
                Ok(parsed) => {
                    let sender = senders.next().ok_or(StoreError::Corrupt("casts: a sender for each"))?;
                    self.judge(&parsed, &sender, &mut new).await?
                }
                Err(failure) => Judged::Refused(failure),
            });
        }
        let New { mut attendees, mut inbox, .. } = new;
        if !attendees.is_empty() && !insert_votes(self.tx, &self.facts.lock, &mut attendees, &mut inbox).await? {
            return Err(Trouble::Overtaken);
        }
        Ok(judged)
    }

    async fn judge(&mut self, parsed: &ParsedCast<'_>, sender: &Sender, new: &mut New) -> Result<Judged, StoreError> {
        // The session was read earlier, maybe from the cache: it may have ended since, and its holder may not be
        // the person.
        let Some(status) = sender.status.filter(|_| sender.signed_in) else {
            return Ok(Judged::Refused(Refusal::NotSignedIn.into()));
        };
        let (tracker, commitment) = self.look_up(parsed, sender).await?;
        let facts = CastFacts {
            state: self.standing.state,
            closes_at: self.standing.closes_at,
            now: self.facts.lock.now,
            took_part: sender.took_part,
            tracker,
            eligible: self.eligible(sender, status),
        };
        Ok(match judge(&facts) {
            Err(refused) => Judged::Refused(refused.into()),
            Ok(Verdict::Repeat) => match commitment {
                Some(commitment) => {
                    Judged::Recorded(Recorded { manifest: self.manifest()?, commitment, repeated: true })
                }
                None => Judged::Refused(CastRefused::AlreadyVoted.into()),
            },
            Ok(Verdict::Record) if !new.take(parsed) => Judged::Later,
            Ok(Verdict::Record) => {
                let (commitment, sealed) = self.seal(parsed)?;
                new.inbox.push((parsed.slot, sealed));
                Judged::Recorded(Recorded { manifest: self.manifest()?, commitment, repeated: false })
            }
        })
    }

    fn manifest(&self) -> Result<Sha256Hash, StoreError> {
        let frozen = self.ballot.found.ballot.state.frozen();
        frozen.map(|frozen| frozen.hash).ok_or(StoreError::Corrupt("ballots.manifest"))
    }

    fn eligible(&self, sender: &Sender, status: AttendeeStatus) -> Result<(), Ineligible> {
        if !sender.on_this_roll {
            return Err(Ineligible::OtherConference);
        }
        self.ballot.found.ballot.definition.eligibility.admits(status, sender.category.as_ref())
    }

    /// Looks for a vote with the cast's tracker: encrypted in the inbox while the ballot runs, in the box after the close.
    async fn look_up(&mut self, parsed: &ParsedCast<'_>, sender: &Sender) -> Result<TrackerLookup, StoreError> {
        let ballot = &self.ballot.found.ballot;
        let tracker = parsed.cast.tracker;
        if self.standing.state.is_counted() && sender.took_part {
            let vote = find_box_vote(self.tx, ballot.key, parsed.code).await?;
            let vote = vote.filter(|vote| vote.tracker == tracker.hash());
            let used = if vote.is_some() { TrackerUse::InBox } else { TrackerUse::Unused };
            return Ok((used, vote.map(|vote| vote.commitment)));
        }
        let (Some((_, keys)), Some(sealed)) = (&self.ballot.open, &sender.sealed) else {
            return Ok((TrackerUse::Unused, None));
        };
        let vote = keys.unseal(parsed.slot, sealed).ok();
        let Some(vote) = vote.filter(|vote| Choice::decode(&vote.choice, &ballot.definition).is_ok()) else {
            // The stored vote is damaged: nobody can say whose it is, and trying again would not help.
            tracing::error!(ballot = %ballot.id, "a vote in the inbox cannot be read");
            return Ok((TrackerUse::Foreign, None));
        };
        // Two trackers may share a code; this one is then as good as unused, but its slot is taken.
        let same_tracker = vote.tracker == tracker.hash();
        let own = same_tracker && vote.voter == tracker.voter_hash(parsed.cast.voter);
        let used = if own {
            TrackerUse::Own { same_choice: vote.choice == parsed.choice.encode() }
        } else {
            TrackerUse::Foreign
        };
        // From the closing time on, the voter behind the tracker does not matter any more, sealed yet or not.
        let commitment = if same_tracker { Some(vote.commitment(&self.manifest()?)) } else { None };
        Ok((used, commitment))
    }

    /// The encrypted vote, and the commitment to it.
    fn seal(&self, parsed: &ParsedCast<'_>) -> Result<(Commitment, Vec<u8>), StoreError> {
        let ParsedCast { cast, choice, code, .. } = parsed;
        let (_, keys) = self.ballot.open.as_ref().ok_or(StoreError::Corrupt("box_keys: a running ballot has one"))?;
        let vote = InboxVote {
            tracker: cast.tracker.hash(),
            code: *code,
            voter: cast.tracker.voter_hash(cast.voter),
            nonce: Nonce::new(random::bytes()),
            choice: choice.encode(),
        };
        let longest = longest_choice(&self.ballot.found.ballot.definition);
        let sealed = keys.seal(&vote, longest, SealNonce(random::bytes()));
        Ok((vote.commitment(&self.manifest()?), sealed))
    }
}

/// The votes that a batch writes. `attendees` and `inbox` are each sorted before they are written.
#[derive(Default)]
struct New {
    attendees: Vec<Key<Attendee>>,
    inbox: Vec<(Slot, Vec<u8>)>,
    taken: (HashSet<Key<Attendee>>, HashSet<Slot>),
}

impl New {
    /// Notes a vote of this attendee with this tracker; `false` if either is among the new votes already.
    fn take(&mut self, parsed: &ParsedCast<'_>) -> bool {
        let (attendees, slots) = &mut self.taken;
        let (attendee, slot) = (parsed.cast.attendee, parsed.slot);
        if attendees.contains(&attendee) || slots.contains(&slot) {
            return false;
        }
        attendees.insert(attendee);
        slots.insert(slot);
        self.attendees.push(attendee);
        true
    }
}
