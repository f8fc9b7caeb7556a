//! Conferences: a name, a few days, and a rule for joining the roll.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ids::ConferenceId;
use crate::registration::Registration;
use crate::sha256::Sha256Hash;
use crate::text::{Language, Slug};
use crate::time::Timestamp;

/// A conference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conference {
    /// Its id; web addresses use the slug instead.
    pub id: ConferenceId,
    /// Its name in web addresses; unique.
    pub slug: Slug,
    /// At most 200 characters.
    pub name: String,
    /// The first day.
    pub starts_on: Date,
    /// The last day; not before the first.
    pub ends_on: Date,
    /// The time zone where it is held; decides when its days begin and end.
    pub time_zone: ZoneName,
    /// In the order of preference; at least one.
    pub languages: Vec<Language>,
    /// The rule for self-registration.
    pub registration: Registration,
    /// Canonical domains that `listed_domains` admits.
    pub listed_domains: Vec<String>,
    /// The colour of its pages, if it has its own.
    pub accent: Option<Colour>,
    /// The SHA-256 of its logo.
    pub logo: Option<Sha256Hash>,
}

/// A colour of the sRGB space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// The text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a colour, such as #17456b")]
pub struct InvalidColour;

impl FromStr for Colour {
    type Err = InvalidColour;

    /// `#` and six digits of hexadecimal, in any case.
    fn from_str(text: &str) -> Result<Self, InvalidColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(InvalidColour)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(InvalidColour);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| InvalidColour);
        Ok(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// When the voting of a conference ends, over its announced and running ballots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voting {
    /// No such ballot: each is a draft, closed or cancelled.
    Over,
    /// The last of them closes at this time.
    Until(Timestamp),
    /// At least one has no closing time.
    Open,
}

impl Conference {
    /// Whether personal links and badge codes have expired: with the conference, or with its last ballot if that is
    /// later.
    #[must_use]
    pub fn is_over(&self, voting: Voting, now: Timestamp) -> bool {
        self.ends_at() <= now && voting == Voting::Over
    }

    /// The time until which personal links and badge codes are valid, as far as known.
    #[must_use]
    pub fn is_open_until(&self, voting: Voting) -> Timestamp {
        match voting {
            Voting::Until(closes_at) => self.ends_at().max(closes_at),
            Voting::Over | Voting::Open => self.ends_at(),
        }
    }

    /// The end of the last day, in the conference's time zone.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        let next = self.ends_on.tomorrow().unwrap_or(self.ends_on);
        let end = next.to_zoned(self.time_zone.zone()).map(|zoned| zoned.timestamp());
        Timestamp::from_jiff(end.unwrap_or(jiff::Timestamp::MAX))
    }
}

/// The name of a time zone in the IANA database, such as `Europe/Brussels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(String, TimeZone);

/// The text names no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a time zone, such as Europe/Brussels")]
pub struct InvalidZone;

impl ZoneName {
    /// Looks the zone up by its name.
    pub fn parse(name: &str) -> Result<Self, InvalidZone> {
        let zone = TimeZone::get(name).map_err(|_| InvalidZone)?;
        let name = zone.iana_name().ok_or(InvalidZone)?.to_owned();
        Ok(Self(name, zone))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The zone itself.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.1.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_live_until_the_last_day_and_the_last_ballot_end() {
        let conference = Conference {
            id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            slug: Slug::parse("eccp-2026").unwrap(),
            name: "European Cluster Conference".to_owned(),
            starts_on: "2026-11-25".parse().unwrap(),
            ends_on: "2026-11-27".parse().unwrap(),
            time_zone: ZoneName::parse("Europe/Brussels").unwrap(),
            languages: vec![Language::parse("en").unwrap()],
            registration: Registration::Closed,
            listed_domains: Vec::new(),
            accent: None,
            logo: None,
        };
        let end = conference.ends_at();
        assert_eq!(end.to_string(), "2026-11-27T23:00:00Z");
        let (just_before, later) = (end.plus_seconds(-1), end.plus_seconds(1));
        for voting in [Voting::Over, Voting::Until(later), Voting::Open] {
            assert!(!conference.is_over(voting, just_before));
            assert_eq!(conference.is_over(voting, end), voting == Voting::Over);
        }
        assert_eq!(conference.is_open_until(Voting::Until(just_before)), end);
        assert_eq!(conference.is_open_until(Voting::Until(later)), later);
        assert_eq!(conference.is_open_until(Voting::Open), end);
        assert!(ZoneName::parse("Europe/Atlantis").is_err());
    }

    #[test]
    fn a_colour_has_six_digits() {
        let colour = Colour { red: 0x17, green: 0x45, blue: 0x6b };
        assert_eq!("#17456B".parse(), Ok(colour));
        assert_eq!(colour.to_string(), "#17456b");
        for broken in ["17456b", "#17456", "#17456bb", "#+7456b", "#17456é", "", "red"] {
            assert_eq!(broken.parse::<Colour>(), Err(InvalidColour), "{broken}");
        }
    }
}
