//! How people come onto the roll by themselves.

use serde::{Deserialize, Serialize};

use crate::attendee::AttendeeStatus;
use crate::email::Email;

/// A conference's rule for people who register themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Nobody can; organisers add people.
    Closed,
    /// Whoever proves a mailbox in one of the conference's listed domains.
    ListedDomains,
    /// Whoever proves a mailbox and is then approved by an organiser.
    Approval,
    /// Whoever proves a mailbox. One person with many mailboxes holds many votes.
    Open,
}

/// Why somebody cannot register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RegistrationRefused {
    /// The conference takes no registrations.
    #[error("this conference takes no registrations")]
    Closed,
    /// The address is not in a listed domain.
    #[error("this conference takes addresses of listed domains only")]
    DomainNotListed,
}

impl Registration {
    /// Every rule.
    pub const ALL: [Self; 4] = [Self::Closed, Self::ListedDomains, Self::Approval, Self::Open];

    /// The name as the API and the database spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::ListedDomains => "listed_domains",
            Self::Approval => "approval",
            Self::Open => "open",
        }
    }

    /// The rule of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }

    /// Whether somebody with this address may register; `listed` are canonical domains.
    pub fn admits(self, email: &Email, listed: &[String]) -> Result<(), RegistrationRefused> {
        match self {
            Self::Closed => Err(RegistrationRefused::Closed),
            Self::ListedDomains if !listed.iter().any(|domain| domain == email.domain()) => {
                Err(RegistrationRefused::DomainNotListed)
            }
            Self::ListedDomains | Self::Approval | Self::Open => Ok(()),
        }
    }

    /// Where someone stands who has just proven their mailbox by signing in through the mailed link.
    ///
    /// With `Closed` only organisers add people: whom they did not vouch for proves the mailbox, and that is enough.
    #[must_use]
    pub fn after_proof(self, status: AttendeeStatus) -> AttendeeStatus {
        match (status, self) {
            (AttendeeStatus::Registered, Self::Approval) => AttendeeStatus::Pending,
            (AttendeeStatus::Registered, _) => AttendeeStatus::Verified,
            (other, _) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_admits_whom_it_says() {
        let email = Email::parse("anna@cluster.example").unwrap();
        let listed = vec!["cluster.example".to_owned()];
        assert_eq!(Registration::Closed.admits(&email, &listed), Err(RegistrationRefused::Closed));
        assert_eq!(Registration::ListedDomains.admits(&email, &listed), Ok(()));
        assert_eq!(Registration::ListedDomains.admits(&email, &[]), Err(RegistrationRefused::DomainNotListed));
        assert_eq!(Registration::Open.admits(&email, &[]), Ok(()));
    }

    #[test]
    fn proving_a_mailbox_verifies_or_asks_for_approval_and_never_unblocks() {
        assert_eq!(Registration::Open.after_proof(AttendeeStatus::Registered), AttendeeStatus::Verified);
        assert_eq!(Registration::Approval.after_proof(AttendeeStatus::Registered), AttendeeStatus::Pending);
        for rule in Registration::ALL {
            for status in [AttendeeStatus::Pending, AttendeeStatus::Verified, AttendeeStatus::Blocked] {
                assert_eq!(rule.after_proof(status), status);
            }
        }
    }
}
