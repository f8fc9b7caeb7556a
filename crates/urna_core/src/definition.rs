//! What a ballot asks, of whom, and by which rules: everything that freezing fixes.

mod parse;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use parse::{DefinitionFault, DefinitionPlace, DefinitionRefused};

use crate::attendee::Eligibility;
use crate::ids::CandidateId;
use crate::method::Method;
use crate::sha256::Sha256Hash;
use crate::text::{Country, Language, LocalText, look};

/// What a ballot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody is honoured: an award.
    Award,
    /// The attendees are asked for their view.
    Consultation,
}

/// What settles a tie for the first place; chosen before anybody votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TieRule {
    /// A tie-break decided by people and recorded with its reason.
    Jury {},
    /// A lot drawn reproducibly from the commitments of the votes.
    Lot {},
    /// All who are tied are elected.
    Shared {},
}

/// How much of the votes the public record opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// Every vote, without its voter: anyone can recount.
    Full,
    /// Only the counts and the commitments.
    Counts,
}

/// Somebody or something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Made by the service.
    pub id: CandidateId,
    /// At most 200 characters.
    pub name: LocalText,
    /// At most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// At most 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biography: Option<LocalText>,
    /// An `https` address, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The SHA-256 of the portrait with 384 pixels on a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Sha256Hash>,
}

impl Candidate {
    /// Whether there is more to read about them than name, organisation and country.
    #[must_use]
    pub const fn says_more(&self) -> bool {
        self.biography.is_some() || self.website.is_some()
    }
}

/// The definition of a ballot. Its canonical JSON with the ballot's id is the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What the ballot is called, at most 200 characters.
    pub title: LocalText,
    /// What is asked, at most 500 characters.
    pub question: LocalText,
    /// The language in which the texts were written; needed where one is given in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_language: Option<Language>,
    /// What it is for.
    pub kind: Kind,
    /// How it is voted on and counted.
    pub method: Method,
    /// In the order that choices refer to; at most [`MOST_CANDIDATES`].
    pub candidates: Vec<Candidate>,
    /// Whether a vote may choose nobody.
    pub allow_blank: bool,
    /// Who may vote, beyond being verified.
    #[serde(default)]
    pub eligibility: Eligibility,
    /// What settles a tie.
    pub tie_rule: TieRule,
    /// How much of the votes is published.
    pub disclosure: Disclosure,
}

/// The most candidates of one ballot: more cannot be read on a phone, and fit one definition of 16 KiB.
pub const MOST_CANDIDATES: usize = 100;

impl Definition {
    /// Where a candidate stands in the list, as choices refer to it.
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

    /// How many candidates there are.
    #[must_use]
    pub fn candidate_count(&self) -> u16 {
        u16::try_from(self.candidates.len()).unwrap_or(u16::MAX)
    }

    /// The first candidate who has the name of one before, in any of its languages: voters could not tell the two apart.
    /// Names are compared by their [`look`].
    #[must_use]
    pub fn doubled_name(&self) -> Option<usize> {
        let mut seen = BTreeSet::new();
        self.candidates.iter().position(|candidate| {
            // One candidate may have the same name in several languages.
            let own: BTreeSet<String> = candidate.name.texts().map(look).collect();
            let is_doubled = own.iter().any(|name| seen.contains(name));
            seen.extend(own);
            is_doubled
        })
    }

    /// A text of this ballot in its original language.
    #[must_use]
    pub fn original<'a>(&self, text: &'a LocalText) -> &'a str {
        text.in_language(None, self.original_language.as_ref())
    }
}
