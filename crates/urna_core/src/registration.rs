//! Rules for people who put themselves on the roll.

use serde::{Deserialize, Serialize};

use crate::email::Email;

/// A conference's rule for people who register themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Nobody registers; organisers add people.
    Closed,
    /// Anyone who proves a mailbox in one of the conference's listed domains.
    ListedDomains,
    /// Anyone who proves a mailbox and is then approved by an organiser.
    Approval,
    /// Anyone who proves a mailbox. One person with many mailboxes holds many votes.
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

    /// Whether a person with this address may register; `listed` are canonical domains.
    pub fn admits(self, email: &Email, listed: &[String]) -> Result<(), RegistrationRefused> {
        match self {
            Self::Closed => Err(RegistrationRefused::Closed),
            Self::ListedDomains if !listed.iter().any(|domain| domain == email.domain()) => {
                Err(RegistrationRefused::DomainNotListed)
            }
            Self::ListedDomains | Self::Approval | Self::Open => Ok(()),
        }
    }

    /// Whether the rule asks for no more than a proven mailbox of this address; otherwise an organiser has yet to
    /// approve. `listed` are the canonical domains at the time of the proof: the address or the list may have
    /// changed since registration.
    ///
    /// With `Closed` only organisers add people. A person added without being vouched for proves the mailbox, and
    /// that is enough.
    #[must_use]
    pub fn is_met_by_proof(self, email: &Email, listed: &[String]) -> bool {
        match self {
            Self::Approval => false,
            Self::ListedDomains => self.admits(email, listed).is_ok(),
            Self::Closed | Self::Open => true,
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
    fn a_listed_domain_is_exactly_that_domain() {
        let listed = vec!["cluster.example".to_owned(), "xn--mnchen-3ya.example".to_owned()];
        let is_met = |email: &str| {
            let email = Email::parse(email).unwrap();
            let met = Registration::ListedDomains.is_met_by_proof(&email, &listed);
            assert_eq!(met, Registration::ListedDomains.admits(&email, &listed).is_ok());
            met
        };
        for inside in
            ["anna@cluster.example", "anna@CLUSTER.Example", "anna@MÜNCHEN.example", "anna@mu\u{308}nchen.example"]
        {
            assert!(is_met(inside), "{inside}");
        }
        for outside in
            ["anna@mail.cluster.example", "anna@notcluster.example", "anna@cluster.example.org", "a@munchen.example"]
        {
            assert!(!is_met(outside), "{outside}");
        }
    }
}
