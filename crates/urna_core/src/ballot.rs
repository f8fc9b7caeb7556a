//! A ballot and its life, as states that each carry exactly their own data.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::definition::Definition;
use crate::ids::{BallotId, ConferenceId};
use crate::manifest::Manifest;
use crate::sha256::Sha256Hash;
use crate::text::Slug;
use crate::time::Timestamp;

/// A frozen definition, as bytes and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The bytes as served.
    pub manifest: Manifest,
    /// Their SHA-256.
    pub hash: Sha256Hash,
}

impl From<Manifest> for Frozen {
    fn from(manifest: Manifest) -> Self {
        let hash = manifest.hash();
        Self { manifest, hash }
    }
}

/// The facts fixed by the close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// When the ballot closed, by the clock of the lock.
    pub at: Timestamp,
    /// The number of people who are verified and admitted, or took part.
    pub eligible: u64,
    /// The number of people who took part; also the number of votes in the box.
    pub voted: u64,
    /// SHA-256 of the signed statement. The statement is secret until the publication; this hash is not.
    pub statement: Sha256Hash,
}

/// The state of a ballot, with its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Being written; only organisers see it.
    Draft,
    /// Fixed and announced; not open yet.
    Ready(Frozen),
    /// Votes are recorded.
    Open(Frozen),
    /// Open, but votes are refused for now.
    Paused(Frozen),
    /// No vote is recorded any more; the box is sorted and counted.
    Closed(Frozen, Closing),
    /// The result is public.
    Published(Frozen, Closing, Version),
    /// Given up, with a reason; choices are deleted.
    Cancelled {
        /// The definition, if it had been frozen.
        frozen: Option<Frozen>,
        /// The reason, in the organisers' words.
        reason: String,
    },
}

/// The number of a published result, from 1.
pub type Version = u32;

/// The name of a state, without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// See [`State::Draft`].
    Draft,
    /// See [`State::Ready`].
    Ready,
    /// See [`State::Open`].
    Open,
    /// See [`State::Paused`].
    Paused,
    /// See [`State::Closed`].
    Closed,
    /// See [`State::Published`].
    Published,
    /// See [`State::Cancelled`].
    Cancelled,
}

impl StateName {
    /// Every state, in the order of a ballot's life.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Ready, Self::Open, Self::Paused, Self::Closed, Self::Published, Self::Cancelled];

    /// The name as the API and the database spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Ready => "ready",
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the box holds encrypted votes: open or paused.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Open | Self::Paused)
    }

    /// Whether no vote can ever be recorded any more: closed, published or cancelled.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Published | Self::Cancelled)
    }

    /// Whether voting is over and the votes were counted: closed or published.
    #[must_use]
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Closed | Self::Published)
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl State {
    /// The name of the state.
    #[must_use]
    pub const fn name(&self) -> StateName {
        match self {
            Self::Draft => StateName::Draft,
            Self::Ready(_) => StateName::Ready,
            Self::Open(_) => StateName::Open,
            Self::Paused(_) => StateName::Paused,
            Self::Closed(..) => StateName::Closed,
            Self::Published(..) => StateName::Published,
            Self::Cancelled { .. } => StateName::Cancelled,
        }
    }

    /// The frozen definition, from `ready` on.
    #[must_use]
    pub const fn frozen(&self) -> Option<&Frozen> {
        match self {
            Self::Draft => None,
            Self::Ready(frozen)
            | Self::Open(frozen)
            | Self::Paused(frozen)
            | Self::Closed(frozen, _)
            | Self::Published(frozen, ..) => Some(frozen),
            Self::Cancelled { frozen, .. } => frozen.as_ref(),
        }
    }

    /// The facts fixed by the close, once closed.
    #[must_use]
    pub const fn closing(&self) -> Option<&Closing> {
        match self {
            Self::Closed(_, closing) | Self::Published(_, closing, _) => Some(closing),
            _ => None,
        }
    }

    /// The latest published version, if any.
    #[must_use]
    pub const fn published_version(&self) -> Option<Version> {
        match self {
            Self::Published(_, _, version) => Some(*version),
            _ => None,
        }
    }
}

/// The planned times. None of them is part of the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Announced only; nothing happens by itself.
    pub planned_for: Option<Timestamp>,
    /// A `ready` ballot opens by itself at this time.
    pub opens_at: Option<Timestamp>,
    /// From this time on, no vote is recorded.
    pub closes_at: Option<Timestamp>,
}

/// A question that is put to the vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// Its id.
    pub id: BallotId,
    /// The conference whose roll votes on it.
    pub conference: ConferenceId,
    /// Its name in web addresses, unique within the conference.
    pub slug: Slug,
    /// The definition; from `ready` on it is what the manifest says.
    pub definition: Arc<Definition>,
    /// The planned times of opening and close.
    pub schedule: Schedule,
    /// The state it is in.
    pub state: State,
}

/// A ballot in a list, without its definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BallotSummary {
    /// Its id.
    pub id: BallotId,
    /// The name of its state, as stored.
    pub state: StateName,
    /// When it closes by itself.
    pub closes_at: Option<Timestamp>,
}

impl BallotSummary {
    /// See [`Ballot::state_at`].
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> StateName {
        state_at(self.state, self.closes_at, now)
    }
}

impl Ballot {
    /// The state at `now`: an open or paused ballot whose closing time has come counts as closed, even if nothing
    /// has closed it yet.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> StateName {
        state_at(self.state.name(), self.schedule.closes_at, now)
    }
}

/// See [`Ballot::state_at`]; for callers that have the facts but not the ballot.
#[must_use]
pub fn state_at(state: StateName, closes_at: Option<Timestamp>, now: Timestamp) -> StateName {
    if state.is_running() && closes_at.is_some_and(|closes_at| closes_at <= now) { StateName::Closed } else { state }
}
