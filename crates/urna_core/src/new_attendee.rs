//! A person to put on a roll, parsed from text: one parser for every way in (the API, pages, tables).

use std::fmt;

use crate::attendee::{Attendee, AttendeeStatus, ClaimedCategory, VerifiedBy};
use crate::email::{Email, InvalidEmail};
use crate::ids::AttendeeId;
use crate::text::{Category, Country, InvalidText, Language, PersonName, line};

/// A person's data as text; `None` where nothing was given.
#[derive(Debug, Clone, Copy, Default)]
pub struct PersonText<'a> {
    /// An e-mail address.
    pub email: Option<&'a str>,
    /// The name, as the person writes it.
    pub name: &'a str,
    /// The organisation where they work.
    pub organisation: Option<&'a str>,
    /// Two letters.
    pub country: Option<&'a str>,
    /// The stakeholder group, as a slug.
    pub category: Option<&'a str>,
    /// A language tag.
    pub language: Option<&'a str>,
    /// The id in the system that the roll came from.
    pub external_id: Option<&'a str>,
}

/// A field of [`PersonText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonField {
    /// The e-mail address.
    Email,
    /// The name.
    Name,
    /// The organisation.
    Organisation,
    /// The country.
    Country,
    /// The stakeholder group.
    Category,
    /// The language.
    Language,
    /// The id in another system.
    ExternalId,
}

impl fmt::Display for PersonField {
    /// The name as the API and tables spell it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Organisation => "organisation",
            Self::Country => "country",
            Self::Category => "category",
            Self::Language => "language",
            Self::ExternalId => "external_id",
        })
    }
}

/// Why a field was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefused {
    /// Not an address.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// Not a text of that form.
    #[error(transparent)]
    Text(#[from] InvalidText),
}

/// A person described by anyone, in terms of the roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttendee {
    /// Without an address they vote with a badge code.
    pub email: Option<Email>,
    /// As the person writes it.
    pub name: PersonName,
    /// At most 200 characters.
    pub organisation: Option<String>,
    /// The country they come from.
    pub country: Option<Country>,
    /// Their stakeholder group. Whether it counts depends on who states it.
    pub category: Option<Category>,
    /// The language of mail to them.
    pub language: Option<Language>,
    /// Their id in the system that the roll came from, at most 200 characters.
    pub external_id: Option<String>,
}

impl NewAttendee {
    /// A new attendee, put on the roll by an organiser: verified if the organiser vouches for them, else with a
    /// mailbox to prove.
    #[must_use]
    pub fn on_roll(self, id: AttendeeId, vouched_for: bool) -> Attendee {
        let status = if vouched_for { AttendeeStatus::Verified } else { AttendeeStatus::Registered };
        Attendee {
            id,
            email: self.email,
            name: self.name,
            organisation: self.organisation,
            country: self.country,
            category: self.category,
            claimed_category: None,
            language: self.language,
            external_id: self.external_id,
            status,
            verified_by: vouched_for.then_some(VerifiedBy::Organiser),
            link_generation: 1,
        }
    }

    /// A person who registers themselves: the group that they name is a claim.
    #[must_use]
    pub fn registered(self, id: AttendeeId) -> Attendee {
        let claimed_category = self.category.clone().map(ClaimedCategory::new);
        Attendee { category: None, claimed_category, external_id: None, ..self.on_roll(id, false) }
    }

    /// Parses every field; on failure, returns each field that is wrong and why.
    pub fn parse(text: &PersonText<'_>) -> Result<Self, Vec<(PersonField, PersonRefused)>> {
        let mut faults = Vec::new();
        let email = optional(text.email, PersonField::Email, Email::parse, &mut faults);
        let name = match PersonName::parse(text.name) {
            Ok(name) => Some(name),
            Err(invalid) => {
                faults.push((PersonField::Name, invalid.into()));
                None
            }
        };
        let short = |text: &str| line(text, 200);
        let organisation = optional(text.organisation, PersonField::Organisation, short, &mut faults);
        let country = optional(text.country, PersonField::Country, Country::parse, &mut faults);
        let category = optional(text.category, PersonField::Category, Category::parse, &mut faults);
        let language = optional(text.language, PersonField::Language, Language::parse, &mut faults);
        let external_id = optional(text.external_id, PersonField::ExternalId, short, &mut faults);
        match name.filter(|_| faults.is_empty()) {
            Some(name) => Ok(Self { email, name, organisation, country, category, language, external_id }),
            None => Err(faults),
        }
    }
}

/// Parses a field that may be left out.
fn optional<T, E: Into<PersonRefused>>(
    text: Option<&str>,
    field: PersonField,
    parse: impl Fn(&str) -> Result<T, E>,
    faults: &mut Vec<(PersonField, PersonRefused)>,
) -> Option<T> {
    match parse(text?) {
        Ok(value) => Some(value),
        Err(refused) => {
            faults.push((field, refused.into()));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read_and_cleaned() {
        let text = PersonText {
            email: Some("Anna@Cluster.Example"),
            name: " Zoë Łukaszewicz ",
            organisation: Some("Tatra  Cluster "),
            country: Some("pl"),
            category: Some("cluster-policy"),
            language: Some("pt-br"),
            external_id: Some("A-17"),
        };
        let person = NewAttendee::parse(&text).unwrap();
        assert_eq!((person.name.as_str(), person.country.unwrap().as_str()), ("Zoë Łukaszewicz", "PL"));
        assert_eq!(person.language.unwrap().as_str(), "pt-BR");
        assert_eq!(person.external_id.as_deref(), Some("A-17"));
        let least = NewAttendee::parse(&PersonText { name: "Ana", ..PersonText::default() }).unwrap();
        assert_eq!((least.email, least.organisation, least.country), (None, None, None));
    }

    #[test]
    fn every_mistake_is_told_with_its_field() {
        let text = PersonText {
            email: Some("nobody"),
            name: "",
            organisation: Some(&"x".repeat(201)),
            country: Some("Poland"),
            category: Some("Two Words"),
            language: Some("english"),
            external_id: Some(""),
        };
        let faults = NewAttendee::parse(&text).unwrap_err();
        let fields: Vec<_> = faults.iter().map(|(field, _)| field.to_string()).collect();
        assert_eq!(fields, ["email", "name", "organisation", "country", "category", "language", "external_id"]);
        assert_eq!(faults[2].1, PersonRefused::Text(InvalidText::TooLong { max: 200 }));
    }
}
