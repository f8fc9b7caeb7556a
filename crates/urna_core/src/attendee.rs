//! Attendees: what is known of a person's standing, and who may vote.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::AttendeeId;
use crate::text::{Category, Country, Language, PersonName};

/// Where an attendee stands on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttendeeStatus {
    /// Registered; the mailbox is not proven.
    Registered,
    /// The mailbox is proven; an organiser has yet to approve.
    Pending,
    /// May vote where the ballot admits them.
    Verified,
    /// An organiser has barred them.
    Blocked,
}

impl AttendeeStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Registered, Self::Pending, Self::Verified, Self::Blocked];

    /// The name as the API and the database spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Blocked => "blocked",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A person on the roll of one conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Their id.
    pub id: AttendeeId,
    /// One address is one attendee per conference; without one they vote with a badge code.
    pub email: Option<Email>,
    /// As they write it.
    pub name: PersonName,
    /// At most 200 characters.
    pub organisation: Option<String>,
    /// Where they come from.
    pub country: Option<Country>,
    /// Their stakeholder group.
    pub category: Option<Category>,
    /// In which they are written to.
    pub language: Option<Language>,
    /// Their id in the system that the roll came from; unique per conference, at most 200 characters.
    pub external_id: Option<String>,
    /// Where they stand.
    pub status: AttendeeStatus,
    /// Counts the replacements of their personal link, from 1.
    pub link_generation: u32,
}

/// Whom a ballot admits, beyond being verified. The default admits everyone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Only these stakeholder groups; `None` admits all, an empty set nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<BTreeSet<Category>>,
}

/// Why an attendee may not vote on a ballot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Ineligible {
    /// On the roll of another conference.
    #[error("the ballot belongs to another conference")]
    OtherConference,
    /// The mailbox is not proven.
    #[error("the e-mail address is not verified yet")]
    Unverified,
    /// Not approved yet.
    #[error("the registration awaits approval")]
    Pending,
    /// Barred by an organiser.
    #[error("the organisers have barred this attendee")]
    Blocked,
    /// Not in a group that the ballot admits.
    #[error("the ballot is for other groups of attendees")]
    Category,
}

impl Ineligible {
    /// The name as the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherConference => "other-conference",
            Self::Unverified => "unverified",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Category => "category",
        }
    }
}

impl Eligibility {
    /// Whether someone of this standing and group, on the ballot's own roll, may vote.
    pub fn admits(&self, status: AttendeeStatus, category: Option<&Category>) -> Result<(), Ineligible> {
        match status {
            AttendeeStatus::Registered => return Err(Ineligible::Unverified),
            AttendeeStatus::Pending => return Err(Ineligible::Pending),
            AttendeeStatus::Blocked => return Err(Ineligible::Blocked),
            AttendeeStatus::Verified => {}
        }
        match (&self.categories, category) {
            (None, _) => Ok(()),
            (Some(admitted), Some(category)) if admitted.contains(category) => Ok(()),
            (Some(_), _) => Err(Ineligible::Category),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_verified_of_an_admitted_group_may_vote() {
        let research = Category::parse("research").unwrap();
        let business = Category::parse("business").unwrap();
        let all = Eligibility::default();
        let some = Eligibility { categories: Some([research.clone()].into()) };
        assert_eq!(all.admits(AttendeeStatus::Verified, None), Ok(()));
        assert_eq!(some.admits(AttendeeStatus::Verified, Some(&research)), Ok(()));
        assert_eq!(some.admits(AttendeeStatus::Verified, Some(&business)), Err(Ineligible::Category));
        assert_eq!(some.admits(AttendeeStatus::Verified, None), Err(Ineligible::Category));
        for (status, why) in [
            (AttendeeStatus::Registered, Ineligible::Unverified),
            (AttendeeStatus::Pending, Ineligible::Pending),
            (AttendeeStatus::Blocked, Ineligible::Blocked),
        ] {
            assert_eq!(all.admits(status, Some(&research)), Err(why));
        }
    }
}
