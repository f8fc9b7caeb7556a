//! Texts given by people: names, slugs, languages, countries, and texts in several languages.

use std::collections::BTreeMap;
use std::fmt;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Only white space and invisible characters.
    #[error("must not be empty")]
    Empty,
    /// More characters than the field allows.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most characters that the field allows.
        max: usize,
    },
    /// Control characters, line separators, noncharacters, or characters that change the writing direction.
    #[error("must not contain control characters")]
    ControlCharacter,
    /// Not of the form that the field requires.
    #[error("must be {form}")]
    Form {
        /// The form, as the end of a sentence.
        form: &'static str,
    },
}

/// Trims, normalises (NFC) and checks one line or, with `lines`, one paragraph of text.
fn clean(text: &str, max: usize, lines: bool) -> Result<String, InvalidText> {
    let text: String = text.trim().nfc().collect();
    if !text.chars().any(is_visible) {
        return Err(InvalidText::Empty);
    }
    if text.chars().count() > max {
        return Err(InvalidText::TooLong { max });
    }
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    // Unicode keeps these for programs (noncharacters); XML forbids two of them.
    let is_none = |c: char| u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    let breaks = |c: char| (c.is_control() && !(lines && c == '\n')) || matches!(c, '\u{2028}' | '\u{2029}');
    if text.chars().any(|c| breaks(c) || turns(c) || is_none(c)) {
        return Err(InvalidText::ControlCharacter);
    }
    Ok(text)
}

/// Whether a font draws something for a character by itself: a letter, number, punctuation mark or symbol, except
/// those that Unicode calls ignorable ([UAX #44](https://www.unicode.org/reports/tr44/),
/// `Default_Ignorable_Code_Point`), such as the Hangul fillers, and [`BLANKS`], which Unicode counts as letters and
/// symbols although they look empty.
fn is_visible(c: char) -> bool {
    let drawn = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Number)
        .union(GeneralCategoryGroup::Punctuation)
        .union(GeneralCategoryGroup::Symbol);
    drawn.contains(CodePointMapData::<GeneralCategory>::new().get(c)) && !is_ignorable(c) && !BLANKS.contains(&c)
}

/// The empty braille pattern, the null notehead, the two blanks of Egyptian hieroglyphs, the Khitan filler, and the
/// object replacement character.
const BLANKS: [char; 6] = ['\u{2800}', '\u{1d159}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{fffc}'];

/// Fillers that a font draws as wide as a letter: all forms of the Hangul fillers, and the empty braille pattern.
const FILLERS: [char; 5] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}', '\u{2800}'];

/// Whether a character is drawn over the one before it, such as an accent.
fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(c)) && !is_ignorable(c)
}

/// Whether a font draws nothing for a character (`Default_Ignorable_Code_Point`).
pub(crate) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// The look of a name, for comparison: compatibility forms unified (NFKC), case and undrawn characters ignored,
/// white space and fillers as single spaces. To a reader, two texts with one look are one name.
#[must_use]
pub fn look(text: &str) -> String {
    let spaced = text.nfkc().map(|c| if FILLERS.contains(&c) { ' ' } else { c });
    let plain: String = spaced.filter(|c| c.is_whitespace() || is_visible(*c) || is_mark(*c)).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    // Fold both ways: in lower case `ẞ` is `ß`, in upper case `ß` is `SS`. The dot that `İ` leaves over `i` is
    // invisible.
    let folded = words.join(" ").to_lowercase().to_uppercase().to_lowercase().replace("i\u{307}", "i");
    folded.nfkc().collect()
}

/// Checks one line of free text, such as an organisation: NFC, at most `max` characters, no control characters.
pub fn line(text: &str, max: usize) -> Result<String, InvalidText> {
    clean(text, max, false)
}

/// Checks text of several lines, such as a biography: NFC, at most `max` characters, no control characters but `\n`.
pub fn paragraph(text: &str, max: usize) -> Result<String, InvalidText> {
    clean(&text.replace("\r\n", "\n"), max, true)
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $parse:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses the text as given.
            pub fn parse(text: &str) -> Result<Self, InvalidText> {
                let parse: fn(&str) -> Result<String, InvalidText> = $parse;
                parse(text).map(Self)
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidText;

            fn try_from(text: String) -> Result<Self, InvalidText> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )*};
}

texts! {
    /// The name of a person, up to 200 characters, as they write it.
    PersonName = |text| line(text, 200);
    /// The address part of a conference or ballot: 1 to 60 of `a–z`, `0–9` and single hyphens within.
    Slug = slug;
    /// A stakeholder group, defined freely by each conference, in the form of a slug.
    Category = slug;
    /// A country as two capital letters (the form of ISO 3166-1 alpha-2).
    Country = |text| {
        let text = text.trim().to_ascii_uppercase();
        let form = InvalidText::Form { form: "two letters, such as PL (ISO 3166-1 alpha-2)" };
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) { Ok(text) } else { Err(form) }
    };
    /// A language tag, such as `en` or `pt-BR` (the part of BCP 47 that conferences need: language and region).
    Language = language;
}

impl PersonName {
    /// Takes the name as stored. Rules for new names get stricter; people keep a name taken under older rules, and
    /// their vote.
    #[must_use]
    pub const fn from_stored(name: String) -> Self {
        Self(name)
    }
}

fn slug(text: &str) -> Result<String, InvalidText> {
    let legal = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    match text.len() {
        0 => Err(InvalidText::Empty),
        61.. => Err(InvalidText::TooLong { max: 60 }),
        _ if text.split('-').all(legal) => Ok(text.to_owned()),
        _ => Err(InvalidText::Form { form: "made of a-z, 0-9 and single hyphens between them" }),
    }
}

fn language(text: &str) -> Result<String, InvalidText> {
    let form = InvalidText::Form { form: "a language tag, such as en or pt-BR" };
    let (language, region) = text.split_once('-').map_or((text, None), |(language, region)| (language, Some(region)));
    let letters = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic())
    };
    if !letters(language, 2..=3) || region.is_some_and(|region| !letters(region, 2..=2)) {
        return Err(form);
    }
    let language = language.to_ascii_lowercase();
    Ok(region.map_or_else(|| language.clone(), |region| format!("{language}-{}", region.to_ascii_uppercase())))
}

/// Path segments that the service itself uses: at the top (`/verify`), where a conference would otherwise stand, or
/// below a conference (`/{conference}/enter`), where a ballot would.
pub const RESERVED_SLUGS: &[&str] = &[
    "about",
    "accessibility",
    "account",
    "admin",
    "api",
    "assets",
    "attendees",
    "ballots",
    "conferences",
    "console",
    "demo",
    "desk",
    "docs",
    "enter",
    "favicon",
    "finalists",
    "healthz",
    "help",
    "how-it-works",
    "keys",
    "l",
    "language",
    "languages",
    "legal",
    "link",
    "login",
    "logout",
    "me",
    "metrics",
    "new",
    "organisers",
    "privacy",
    "problems",
    "readyz",
    "receipts",
    "register",
    "results",
    "robots",
    "screens",
    "security",
    "session",
    "sessions",
    "setup",
    "sign-in",
    "sign-out",
    "states",
    "static",
    "status",
    "tokens",
    "verify",
    "votes",
];

impl Slug {
    /// Whether the service itself uses this as a path segment; see [`RESERVED_SLUGS`].
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        RESERVED_SLUGS.contains(&self.as_str())
    }
}

/// A text of a ballot: in one language, or in several by language tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LocalText {
    /// One text, in the language of the ballot.
    One(String),
    /// The same text in several languages.
    #[serde(deserialize_with = "one_text_per_language")]
    Many(BTreeMap<Language, String>),
}

/// Refuses a tag given twice, also in two spellings (`pt-br`, `pt-BR`): one text would be lost silently.
fn one_text_per_language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Language, String>, D::Error> {
    struct Texts;

    impl<'de> Visitor<'de> for Texts {
        type Value = BTreeMap<Language, String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("texts under language tags")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Self::Value, A::Error> {
            let mut texts = BTreeMap::new();
            while let Some((tag, text)) = given.next_entry::<String, String>()? {
                let language = Language::parse(&tag).map_err(serde::de::Error::custom)?;
                if texts.insert(language, text).is_some() {
                    return Err(serde::de::Error::custom(format!("a second text in the language {tag}")));
                }
            }
            Ok(texts)
        }
    }

    deserializer.deserialize_map(Texts)
}

impl Language {
    /// The tag without its region: `pt` for `pt-BR`.
    fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl LocalText {
    /// Checks each text with `check`, such as [`line()`] or [`paragraph`], and keeps the cleaned form.
    pub fn parse(self, check: impl Fn(&str) -> Result<String, InvalidText>) -> Result<Self, InvalidText> {
        match self {
            Self::One(text) => check(&text).map(Self::One),
            Self::Many(texts) if texts.is_empty() => Err(InvalidText::Empty),
            Self::Many(texts) => {
                let texts: Result<_, InvalidText> =
                    texts.into_iter().map(|(language, text)| Ok((language, check(&text)?))).collect();
                texts.map(Self::Many)
            }
        }
    }

    /// The text in each of its languages.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::One(text) => (Some(text), None),
            Self::Many(texts) => (None, Some(texts.values())),
        };
        one.into_iter().chain(many.into_iter().flatten()).map(String::as_str)
    }

    /// The text in the wanted language, else in the original one, else the first. Without an exact match, `pt`
    /// serves a reader of `pt-BR`, and the other way round.
    #[must_use]
    pub fn in_language(&self, wanted: Option<&Language>, original: Option<&Language>) -> &str {
        self.found(wanted, original).0
    }

    /// The same text, and the language that it is in; `None` if nobody has said which.
    #[must_use]
    pub fn with_language<'a>(
        &'a self,
        wanted: Option<&Language>,
        original: Option<&'a Language>,
    ) -> (&'a str, Option<&'a Language>) {
        let (text, language) = self.found(wanted, original);
        (text, language.or(original))
    }

    /// A text without a language of its own is in the original one.
    fn found(&self, wanted: Option<&Language>, original: Option<&Language>) -> (&str, Option<&Language>) {
        let texts = match self {
            Self::One(text) => return (text, None),
            Self::Many(texts) => texts,
        };
        let exactly_or_kin = |language: &Language| {
            let kin = || texts.iter().find(|(tag, _)| tag.primary() == language.primary());
            texts.get_key_value(language).or_else(kin)
        };
        let found = wanted.and_then(exactly_or_kin).or_else(|| original.and_then(exactly_or_kin));
        found.or_else(|| texts.iter().next()).map_or(("", None), |(language, text)| (text, Some(language)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_letters() {
        assert_eq!(
            PersonName::parse("  Zoe\u{308} Łukaszewicz-Ó Briain ").unwrap().as_str(),
            "Zoë Łukaszewicz-Ó Briain"
        );
        assert_eq!(PersonName::parse(" \u{a0} "), Err(InvalidText::Empty));
        for unseen in [
            "\u{200b}\u{2060}",
            "\u{3164}",
            "\u{2800}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{301}",
            "\u{e0041}",
            "\u{fe0f}",
            "\u{1d159}",
            "\u{13441}\u{13442}",
            "\u{16fe4}",
            "\u{fffc}",
            "\u{e000}",
        ] {
            assert_eq!(PersonName::parse(unseen), Err(InvalidText::Empty), "{unseen:?}");
        }
        assert!(PersonName::parse("\u{1f3c6}").is_ok() && PersonName::parse("李").is_ok());
        assert_eq!(PersonName::parse("a\u{2028}b"), Err(InvalidText::ControlCharacter));
        assert_eq!(paragraph("a\r\nb", 9).as_deref(), Ok("a\nb"));
        assert_eq!(PersonName::parse("a\nb"), Err(InvalidText::ControlCharacter));
        assert_eq!(PersonName::parse("a\u{202e}b"), Err(InvalidText::ControlCharacter));
        assert_eq!(PersonName::parse(&"é".repeat(201)), Err(InvalidText::TooLong { max: 200 }));
        assert!(PersonName::parse(&"é".repeat(200)).is_ok());
    }

    #[test]
    fn names_that_look_alike_have_one_look() {
        for alike in [
            "anna  strauss",
            "Anna\u{a0}Strauß",
            "ANNA STRAUSS",
            "ANNA STRAUẞ",
            "Anna\u{3164}Strauß",
            "Anna\u{2800}Strauß",
            "Anna\u{ffa0}\u{115f}Strauß",
            "Anna Strauß\u{1d159}",
            "Anna Strau\u{fffc}ß",
            "\u{e000}Anna \u{13441}Strauß\u{fff9}",
            "An\u{200b}na Strauß",
            "Ａｎｎａ Strauß",
            "Anna Strauß\u{3164}",
        ] {
            assert_eq!(look(alike), look("Anna Strauß"), "{alike:?}");
        }
        assert_eq!(look("Zoë"), look("Zoe\u{308}"));
        assert_ne!(look("Zoë"), look("Zoe"));
        assert_eq!(look("İPEK"), look("i\u{307}pek"));
        assert_eq!(look("ipek"), look("i\u{307}pek"));
        assert_ne!(look("नि"), look("न"), "a vowel sign is visible");
    }

    #[test]
    fn slugs_are_plain_and_some_are_reserved() {
        assert!(Slug::parse("eccp-2026").is_ok());
        for bad in ["", "-a", "a-", "a--b", "Ä", "a b", "A", &"a".repeat(61)] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
        assert!(RESERVED_SLUGS.is_sorted());
        for reserved in RESERVED_SLUGS {
            assert!(Slug::parse(reserved).unwrap().is_reserved(), "{reserved}");
        }
        assert!(!Slug::parse("eccp-2026").unwrap().is_reserved());
    }

    #[test]
    fn languages_and_countries_have_one_spelling() {
        assert_eq!(Language::parse("PT-br").unwrap().as_str(), "pt-BR");
        assert!(Language::parse("english").is_err());
        assert_eq!(Country::parse(" pl ").unwrap().as_str(), "PL");
        assert!(Country::parse("POL").is_err());
    }

    #[test]
    fn a_text_is_found_in_the_wanted_or_the_original_language() {
        let text: LocalText = serde_json::from_str(r#"{"de": "Wer?", "en": "Who?"}"#).unwrap();
        let (fr, en) = (Language::parse("fr").unwrap(), Language::parse("en").unwrap());
        assert_eq!(text.in_language(Some(&fr), Some(&en)), "Who?");
        assert_eq!(text.in_language(None, None), "Wer?");
        let (de_at, pt) = (Language::parse("de-AT").unwrap(), Language::parse("pt").unwrap());
        assert_eq!(text.in_language(Some(&de_at), Some(&en)), "Wer?", "the region is no reason to change the language");
        let text: LocalText = serde_json::from_str(r#"{"en": "Who?", "pt-BR": "Quem?"}"#).unwrap();
        let pt_br = Language::parse("pt-BR").unwrap();
        assert_eq!(text.with_language(Some(&pt), Some(&en)), ("Quem?", Some(&pt_br)), "the language is the text's own");
        assert_eq!(text.with_language(Some(&fr), None), ("Who?", Some(&en)), "the first, if the original is unknown");
    }

    #[test]
    fn a_language_has_one_text() {
        assert!(serde_json::from_str::<LocalText>(r#"{"pt-br": "a", "pt-BR": "b"}"#).is_err());
        assert!(serde_json::from_str::<LocalText>(r#"{"en": "a", "en": "b"}"#).is_err());
        assert!(serde_json::from_str::<LocalText>(r#"{"english": "a"}"#).is_err());
    }
}
