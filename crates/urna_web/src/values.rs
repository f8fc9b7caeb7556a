//! Texts in requests, checked while they are deserialized: an invalid text never reaches a handler.

pub(crate) mod schemas;

use serde::{Deserialize, Deserializer, de};
use urna_core::text::{InvalidText, LocalText, line, paragraph};
use urna_core::{Colour, Email, ZoneName};

fn checked<'de, D, T>(deserializer: D, check: impl Fn(&str) -> Result<T, InvalidText>) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    check(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// One line of at most `MAX` characters.
#[derive(Debug, Clone)]
pub(crate) struct Line<const MAX: usize>(pub(crate) String);

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| line(text, MAX).map(Self))
    }
}

/// One or several lines of at most `MAX` characters in total.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph<const MAX: usize>(pub(crate) String);

impl<'de, const MAX: usize> Deserialize<'de> for Paragraph<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| paragraph(text, MAX).map(Self))
    }
}

/// A text in one language or several, not checked yet: the definition of a ballot checks it.
#[derive(Debug, Clone)]
pub(crate) struct Local(pub(crate) LocalText);

impl<'de> Deserialize<'de> for Local {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's error for untagged enums is useless, except for a missing field.
        LocalText::deserialize(deserializer).map(Self).map_err(|error: D::Error| {
            let wrong = "a text, or an object of texts under language tags such as en or pt-BR";
            if error.to_string().starts_with("missing field") { error } else { de::Error::custom(wrong) }
        })
    }
}

/// An e-mail address.
#[derive(Debug, Clone)]
pub(crate) struct EmailField(pub(crate) Email);

impl<'de> Deserialize<'de> for EmailField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Email::parse(&String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// A day, such as `2026-11-25`.
#[derive(Debug, Clone)]
pub(crate) struct Day(pub(crate) jiff::civil::Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day = text.parse().ok().filter(|day: &jiff::civil::Date| day.to_string() == text && day.year() >= 1900);
        day.map(Self).ok_or_else(|| de::Error::custom("not a day in the form 2026-11-25"))
    }
}

/// A time zone.
#[derive(Debug, Clone)]
pub(crate) struct Zone(pub(crate) ZoneName);

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ZoneName::parse(&String::deserialize(deserializer)?).map(Self).map_err(de::Error::custom)
    }
}

/// A colour, such as `#17456b`.
#[derive(Debug, Clone)]
pub(crate) struct Accent(pub(crate) Colour);

impl<'de> Deserialize<'de> for Accent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(de::Error::custom)
    }
}

/// A canonical domain, such as `cluster.example`.
#[derive(Debug, Clone)]
pub(crate) struct Domain(pub(crate) String);

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        urna_core::email::canonical_domain(&String::deserialize(deserializer)?)
            .map(Self)
            .ok_or_else(|| de::Error::custom("not a domain name, such as cluster.example"))
    }
}
