//! Attendees: a person's standing, and who may vote.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::AttendeeId;
use crate::registration::Registration;
use crate::text::{Category, Country, Language, PersonName};

/// An attendee's standing on the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttendeeStatus {
    /// Registered; the mailbox is not proven.
    Registered,
    /// The mailbox is proven; an organiser has yet to approve.
    Pending,
    /// May vote on ballots that admit them.
    Verified,
    /// An organiser has blocked them.
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

    /// The status with that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// The ground on which somebody is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifiedBy {
    /// They proved the mailbox of their address.
    Mailbox,
    /// An organiser approved a person who had joined the roll unproven. A new address has to be proven; the
    /// approval is kept meanwhile.
    Approval,
    /// An organiser vouched for the person when adding them to the roll.
    Organiser,
}

impl VerifiedBy {
    /// Every ground.
    pub const ALL: [Self; 3] = [Self::Mailbox, Self::Approval, Self::Organiser];

    /// The name as the API and the database spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Approval => "approval",
            Self::Organiser => "organiser",
        }
    }

    /// The ground with that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.as_str() == name)
    }
}

/// The stakeholder group that a person claims. It admits them to nothing: eligibility needs a [`Category`], and
/// only a confirmation turns a claim into one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ClaimedCategory(Category);

impl ClaimedCategory {
    /// A person's own claim.
    #[must_use]
    pub const fn new(category: Category) -> Self {
        Self(category)
    }

    /// Its name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Confirms the claim, on the word of somebody with the right to decide it.
    #[must_use]
    pub fn confirm(self) -> Category {
        self.0
    }
}

/// A person on the roll of one conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Their id.
    pub id: AttendeeId,
    /// One address is one attendee per conference; without one they vote with a badge code.
    pub email: Option<Email>,
    /// As the person writes it.
    pub name: PersonName,
    /// At most 200 characters.
    pub organisation: Option<String>,
    /// The country they come from.
    pub country: Option<Country>,
    /// Their stakeholder group, as an organiser entered or confirmed it.
    pub category: Option<Category>,
    /// Their stakeholder group as they claim it, until an organiser decides about it.
    pub claimed_category: Option<ClaimedCategory>,
    /// The language of mail to them.
    pub language: Option<Language>,
    /// Their id in the system that the roll came from; unique per conference, at most 200 characters.
    pub external_id: Option<String>,
    /// Their standing on the roll.
    pub status: AttendeeStatus,
    /// The ground of the standing: for a verified person, and for a blocked one until an approval lifts it. For
    /// a registered person it can only be an approval given before the address changed.
    pub verified_by: Option<VerifiedBy>,
    /// Counts the replacements of their personal link, from 1.
    pub link_generation: u32,
}

impl Attendee {
    /// They signed in through a link sent to their address. Returns whether that changes anything.
    pub fn prove_mailbox(&mut self, rule: Registration, listed: &[String]) -> bool {
        let (AttendeeStatus::Registered, Some(email)) = (self.status, &self.email) else { return false };
        let approved = self.verified_by == Some(VerifiedBy::Approval);
        (self.status, self.verified_by) = if approved {
            (AttendeeStatus::Verified, self.verified_by)
        } else if rule.is_met_by_proof(email, listed) {
            (AttendeeStatus::Verified, Some(VerifiedBy::Mailbox))
        } else {
            (AttendeeStatus::Pending, None)
        };
        true
    }

    /// An organiser says that they may vote, whatever their standing was, and confirms the group that they claim
    /// (unless one was entered or confirmed before). Returns whether that changes anything.
    pub fn approve(&mut self) -> bool {
        let claimed = self.claimed_category.take();
        let settles = claimed.is_some();
        self.category = self.category.take().or(claimed.map(ClaimedCategory::confirm));
        if self.status == AttendeeStatus::Verified {
            return settles;
        }
        self.status = AttendeeStatus::Verified;
        if self.verified_by != Some(VerifiedBy::Organiser) {
            self.verified_by = Some(VerifiedBy::Approval);
        }
        true
    }

    /// An organiser says which stakeholder group they belong to; that settles their claim.
    pub fn assign(&mut self, category: Option<Category>) {
        if category.is_some() {
            self.claimed_category = None;
        }
        self.category = category;
    }

    /// An organiser blocks them. Returns whether they were not blocked before.
    pub fn block(&mut self) -> bool {
        std::mem::replace(&mut self.status, AttendeeStatus::Blocked) != AttendeeStatus::Blocked
    }

    /// An organiser changes or removes their address. Returns whether the mailbox differs. If so, their personal
    /// link moves to the next generation, and a verified person must prove the new mailbox unless an organiser
    /// vouched for them when adding them.
    pub fn move_to(&mut self, email: Option<Email>) -> bool {
        if self.email == email {
            return false;
        }
        self.email = email;
        self.link_generation = self.link_generation.saturating_add(1);
        if self.verified_by == Some(VerifiedBy::Mailbox) {
            self.verified_by = None;
        }
        self.status = match (self.status, self.verified_by) {
            (AttendeeStatus::Blocked, _) => AttendeeStatus::Blocked,
            (AttendeeStatus::Verified, Some(VerifiedBy::Organiser)) => AttendeeStatus::Verified,
            _ => AttendeeStatus::Registered,
        };
        true
    }
}

/// Which verified attendees a ballot admits. The default admits all of them.
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
    #[error("the organisers have blocked this attendee")]
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
    /// Whether the ballot admits the claimed group, once somebody confirms it.
    #[must_use]
    pub fn asks_for(&self, claimed: &ClaimedCategory) -> bool {
        self.categories.as_ref().is_some_and(|admitted| admitted.contains(&claimed.0))
    }

    /// Whether a person of this standing and group, on the ballot's own roll, may vote.
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

    fn anna(status: AttendeeStatus, verified_by: Option<VerifiedBy>) -> Attendee {
        Attendee {
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            email: Some(Email::parse("anna@cluster.example").unwrap()),
            name: PersonName::parse("Anna").unwrap(),
            organisation: None,
            country: None,
            category: None,
            claimed_category: None,
            language: None,
            external_id: None,
            status,
            verified_by,
            link_generation: 1,
        }
    }

    fn standing(person: &Attendee) -> (AttendeeStatus, Option<VerifiedBy>) {
        (person.status, person.verified_by)
    }

    #[test]
    fn a_proof_verifies_or_asks_for_approval_and_never_unblocks() {
        use AttendeeStatus::{Blocked, Pending, Registered, Verified};
        let listed = ["cluster.example".to_owned()];
        for (rule, listed, proven) in [
            (Registration::Open, &[][..], (Verified, Some(VerifiedBy::Mailbox))),
            (Registration::Closed, &[], (Verified, Some(VerifiedBy::Mailbox))),
            (Registration::Approval, &[], (Pending, None)),
            (Registration::ListedDomains, &listed, (Verified, Some(VerifiedBy::Mailbox))),
            (Registration::ListedDomains, &[], (Pending, None)),
        ] {
            let mut person = anna(Registered, None);
            assert!(person.prove_mailbox(rule, listed));
            assert_eq!(standing(&person), proven, "{rule:?}");
            let mut approved = anna(Registered, Some(VerifiedBy::Approval));
            assert!(approved.prove_mailbox(rule, listed));
            assert_eq!(standing(&approved), (Verified, Some(VerifiedBy::Approval)), "{rule:?}");
            for status in [Pending, Verified, Blocked] {
                let mut person = anna(status, None);
                assert!(!person.prove_mailbox(rule, listed));
                assert_eq!(standing(&person), (status, None));
            }
        }
        let mut without_address = Attendee { email: None, ..anna(Registered, None) };
        assert!(!without_address.prove_mailbox(Registration::Open, &[]), "there is no mailbox");
        assert_eq!(without_address.status, Registered);
    }

    #[test]
    fn another_address_is_proven_anew_unless_an_organiser_vouched() {
        use AttendeeStatus::{Blocked, Pending, Registered, Verified};
        use VerifiedBy::{Approval, Mailbox, Organiser};
        for (before, after) in [
            ((Registered, None), (Registered, None)),
            ((Pending, None), (Registered, None)),
            ((Verified, Some(Mailbox)), (Registered, None)),
            ((Verified, Some(Approval)), (Registered, Some(Approval))),
            ((Registered, Some(Approval)), (Registered, Some(Approval))),
            ((Verified, Some(Organiser)), (Verified, Some(Organiser))),
            // Written by hand: the ground is unknown.
            ((Verified, None), (Registered, None)),
            ((Blocked, Some(Mailbox)), (Blocked, None)),
            ((Blocked, Some(Organiser)), (Blocked, Some(Organiser))),
        ] {
            for email in [Some(Email::parse("anna@elsewhere.example").unwrap()), None] {
                let mut person = anna(before.0, before.1);
                assert!(!person.move_to(person.email.clone()), "the same mailbox");
                assert_eq!((standing(&person), person.link_generation), (before, 1));
                assert!(person.move_to(email.clone()));
                assert_eq!((standing(&person), person.link_generation, &person.email), (after, 2, &email));
            }
        }
    }

    #[test]
    fn an_approval_is_not_more_than_a_vouching_at_the_desk() {
        for (before, after) in [
            (None, VerifiedBy::Approval),
            (Some(VerifiedBy::Mailbox), VerifiedBy::Approval),
            (Some(VerifiedBy::Organiser), VerifiedBy::Organiser),
        ] {
            let mut person = anna(AttendeeStatus::Pending, before);
            assert!(person.block() && !person.block());
            assert!(person.approve() && !person.approve());
            assert_eq!(standing(&person), (AttendeeStatus::Verified, Some(after)));
        }
    }

    #[test]
    fn a_claim_admits_to_nothing_until_it_is_confirmed() {
        let jury = Category::parse("jury").unwrap();
        let only_jury = Eligibility { categories: Some([jury.clone()].into()) };
        let claims = || Attendee {
            claimed_category: Some(ClaimedCategory::new(jury.clone())),
            ..anna(AttendeeStatus::Verified, Some(VerifiedBy::Mailbox))
        };
        let admits = |person: &Attendee| only_jury.admits(person.status, person.category.as_ref());
        let mut person = claims();
        assert_eq!(admits(&person), Err(Ineligible::Category));
        assert!(only_jury.asks_for(person.claimed_category.as_ref().unwrap()));
        assert!(!Eligibility::default().asks_for(person.claimed_category.as_ref().unwrap()));
        assert!(person.approve() && !person.approve());
        assert_eq!((admits(&person), &person.claimed_category), (Ok(()), &None));
        assert_eq!(person.verified_by, Some(VerifiedBy::Mailbox), "confirming a group is not vouching");

        let mut entered = claims();
        entered.assign(Some(jury.clone()));
        assert_eq!((admits(&entered), &entered.claimed_category), (Ok(()), &None));
        let mut other = claims();
        other.assign(Some(Category::parse("press").unwrap()));
        assert_eq!((admits(&other), &other.claimed_category), (Err(Ineligible::Category), &None));
        let mut open = claims();
        open.assign(None);
        assert_eq!(open, claims(), "nothing was decided");
        let mut both = Attendee { category: Some(Category::parse("press").unwrap()), ..claims() };
        assert!(both.approve());
        assert_eq!(admits(&both), Err(Ineligible::Category), "the entered group stays");
    }

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
