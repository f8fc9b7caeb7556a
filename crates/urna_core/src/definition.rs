//! The definition of a ballot: question, electorate and rules, all fixed by freezing.

mod parse;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use parse::{DefinitionFault, DefinitionPlace, DefinitionRefused};

use crate::attendee::Eligibility;
use crate::ids::CandidateId;
use crate::method::motion::Quorum;
use crate::method::{DEFAULT_RANKS, MOST_UNBOUNDED, Method};
use crate::sha256::Sha256Hash;
use crate::text::{Country, Language, LocalText, look};

/// The purpose of a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Honours somebody: an award.
    Award,
    /// Asks the attendees for their view.
    Consultation,
}

/// The rule that settles ties; chosen before anybody votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TieRule {
    /// A tie-break decided by people and recorded with its reason.
    Jury {},
    /// A lot drawn reproducibly from the commitments of the votes.
    Lot {},
    /// All tied candidates are elected.
    Shared {},
    /// A motion with as many yes as no is rejected.
    Rejected {},
}

/// Whether the public record discloses every vote or only the totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// Every vote, without its voter: anyone can recount.
    Full,
    /// Only the counts and the commitments.
    Counts,
}

/// A person or thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Assigned by the service.
    pub id: CandidateId,
    /// At most 200 characters.
    pub name: LocalText,
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The country where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biography: Option<LocalText>,
    /// An `https` address, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The SHA-256 of the portrait, 384 pixels square.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Sha256Hash>,
}

impl Candidate {
    /// Whether there is more to read than name, organisation and country.
    #[must_use]
    pub const fn has_details(&self) -> bool {
        self.biography.is_some() || self.website.is_some()
    }
}

/// The definition of a ballot. Its canonical JSON with the ballot's id is the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The name of the ballot, at most 200 characters.
    pub title: LocalText,
    /// The question put to the vote, at most 500 characters.
    pub question: LocalText,
    /// The language in which the texts were written; required if any text is given in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_language: Option<Language>,
    /// Its purpose.
    pub kind: Kind,
    /// The method of voting and counting.
    pub method: Method,
    /// In the order that choices refer to; at most [`MOST_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// Whether a vote may choose nobody.
    pub allow_blank: bool,
    /// Which verified attendees may vote.
    #[serde(default)]
    pub eligibility: Eligibility,
    /// The rule that settles a tie.
    pub tie_rule: TieRule,
    /// How many of the votes are published.
    pub disclosure: Disclosure,
}

/// The most candidates of one ballot: nobody reads more on a phone.
pub const MOST_CANDIDATES: usize = 100;

impl Definition {
    /// The candidate's place in the list, as choices refer to it.
    #[must_use]
    pub fn index_of(&self, id: CandidateId) -> Option<u16> {
        let index = self.candidates.iter().position(|candidate| candidate.id == id)?;
        u16::try_from(index).ok()
    }

    /// The candidate at this place of the list.
    #[must_use]
    pub fn candidate(&self, index: u16) -> Option<&Candidate> {
        self.candidates.get(usize::from(index))
    }

    /// The number of candidates.
    #[must_use]
    pub fn candidate_count(&self) -> u16 {
        u16::try_from(self.candidates.len()).unwrap_or(u16::MAX)
    }

    /// The first candidate that shares a name, in any language, with an earlier one: voters could not tell the two
    /// apart. Names are compared by their [`look`].
    #[must_use]
    pub fn duplicate_name_at(&self) -> Option<usize> {
        let mut seen = BTreeSet::new();
        self.candidates.iter().position(|candidate| {
            // One candidate may have the same name in several languages.
            let own: BTreeSet<String> = candidate.name.texts().map(look).collect();
            let is_doubled = own.iter().any(|name| seen.contains(name));
            seen.extend(own);
            is_doubled
        })
    }

    /// Whether published rankings could tell who cast them: long ones are rare, so that a voter can be told to "sign" with
    /// an order (pattern voting, also called the Italian attack).
    #[must_use]
    pub fn has_recognisable_rankings(&self) -> bool {
        let candidates = self.candidate_count();
        let ranks = self.method.settled(candidates).most_ranks(candidates);
        let is_long = candidates > MOST_UNBOUNDED && ranks > DEFAULT_RANKS;
        self.disclosure == Disclosure::Full && matches!(self.method, Method::Ranked { .. }) && is_long
    }

    /// Whether the jury may seal an order before the close: one of all candidates, for a count in which ties can meet
    /// anybody.
    #[must_use]
    pub fn takes_sealed_order(&self) -> bool {
        self.method.orders_everybody() && self.tie_rule == TieRule::Jury {}
    }

    /// Whether a quorum is a part of those who are present: nobody can tell who is, and the ballot cannot be frozen.
    #[must_use]
    pub fn needs_presence(&self) -> bool {
        matches!(self.method, Method::Motion { quorum: Quorum::Present { .. }, .. })
    }

    /// A text of this ballot in its original language.
    #[must_use]
    pub fn original<'a>(&self, text: &'a LocalText) -> &'a str {
        text.in_language(None, self.original_language.as_ref())
    }
}
