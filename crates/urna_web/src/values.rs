//! Texts in requests, checked while they are read: what does not fit never reaches a handler.

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

/// Lines of at most `MAX` characters in all.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph<const MAX: usize>(pub(crate) String);

impl<'de, const MAX: usize> Deserialize<'de> for Paragraph<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(deserializer, |text| paragraph(text, MAX).map(Self))
    }
}

/// One line, in one language or several.
#[derive(Debug, Clone)]
pub(crate) struct LocalLine<const MAX: usize>(pub(crate) LocalText);

impl<'de, const MAX: usize> Deserialize<'de> for LocalLine<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        local(deserializer)?.parse(|text| line(text, MAX)).map(Self).map_err(de::Error::custom)
    }
}

/// Lines, in one language or several.
#[derive(Debug, Clone)]
pub(crate) struct LocalParagraph<const MAX: usize>(pub(crate) LocalText);

impl<'de, const MAX: usize> Deserialize<'de> for LocalParagraph<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        local(deserializer)?.parse(|text| paragraph(text, MAX)).map(Self).map_err(de::Error::custom)
    }
}

fn local<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LocalText, D::Error> {
    // What an untagged enum says of itself helps nobody; that a field is missing is said by serde, through it.
    LocalText::deserialize(deserializer).map_err(|error: D::Error| {
        let wrong = "a text, or an object of texts under language tags such as en or pt-BR";
        if error.to_string().starts_with("missing field") { error } else { de::Error::custom(wrong) }
    })
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

/// An `https` address of at most 500 characters.
#[derive(Debug, Clone)]
pub(crate) struct Website(pub(crate) String);

impl<'de> Deserialize<'de> for Website {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = checked(deserializer, |text| line(text, 500))?;
        let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
        let legal = host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
            && !text.chars().any(|c| c.is_whitespace() || "\"<>\\^`{|}".contains(c));
        if legal { Ok(Self(text)) } else { Err(de::Error::custom("not an address that begins with https://")) }
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
