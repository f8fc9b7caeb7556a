//! Organisers' roles, from reading to appointing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The role of an organiser; each may do what the lower ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything but addresses.
    Observer,
    /// Adds, approves and helps attendees.
    Desk,
    /// Runs conferences and ballots.
    Organiser,
    /// Appoints organisers.
    Owner,
}

impl Role {
    /// Every role, lowest first.
    pub const ALL: [Self; 4] = [Self::Observer, Self::Desk, Self::Organiser, Self::Owner];

    /// The name as the API and the database spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Observer => "observer",
            Self::Desk => "desk",
            Self::Organiser => "organiser",
            Self::Owner => "owner",
        }
    }

    /// The role with that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
