//! The languages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use icu_plurals::PluralCategory;
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;
use urna_core::{Country, Language, Timestamp, ZoneName};

use crate::direction::isolated;
use crate::formats::{Formats, repeated_hour};
use crate::pseudo::pseudo;

/// Name and text of every language's files.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// The language in which messages are first written.
pub(crate) const ORIGINAL: &str = "en";

/// English with accents and longer words, to test whether pages cope with other languages. It is never offered.
const PSEUDO: &str = "en-XA";

/// One language: its messages, and its formats of dates and numbers.
pub struct Speech {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    formats: Formats,
    /// Codes and names, in the order of the names.
    countries: OnceLock<Vec<(String, String)>>,
}

/// A value in a message.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text, inserted unchanged.
    Text(String),
    /// A number in the language's format; it selects between singular and plural.
    Number(u64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Value> for FluentValue<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Text(text) => text.into(),
            Value::Number(number) => number.into(),
        }
    }
}

/// The quality of a translation, as its files declare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The language in which messages are first written.
    Original,
    /// Translated by a program; no native speaker has read it.
    Machine,
    /// Read by a native speaker.
    Reviewed,
}

impl Speech {
    /// The quality of the translation.
    ///
    /// # Panics
    /// In tests, if the files name no known status.
    #[must_use]
    pub fn status(&self) -> Status {
        let known = [("original", Status::Original), ("machine", Status::Machine), ("reviewed", Status::Reviewed)];
        let said = self.bundle.get_message("language-status").and_then(|message| message.value());
        let said = said.map(|pattern| self.bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned());
        let found = known.into_iter().find(|(name, _)| said.as_deref() == Some(name));
        debug_assert!(found.is_some() || self.language.as_str() == PSEUDO, "{}: {said:?}", self.language);
        found.map_or(Status::Machine, |(_, status)| status)
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> &Language {
        &self.language
    }

    /// A message without values.
    #[must_use]
    pub fn say(&self, id: &str) -> String {
        self.with(id, [])
    }

    /// A message with values. Texts from right to left are [isolated] from the words around them.
    ///
    /// # Panics
    /// In tests, if there is no such message or a value is missing. In the service the message's name appears instead.
    #[must_use]
    pub fn with<const N: usize>(&self, id: &str, values: [(&str, Value); N]) -> String {
        let isolate = |value| match value {
            Value::Text(text) => Value::Text(isolated(&text).into_owned()),
            Value::Number(_) => value,
        };
        let args: FluentArgs<'_> = values.map(|(name, value)| (name, isolate(value))).into_iter().collect();
        let mut errors = Vec::new();
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        let text = pattern.map(|pattern| self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned());
        debug_assert!(text.is_some() && errors.is_empty(), "{}: {id}: {errors:?}", self.language);
        text.unwrap_or_else(|| id.to_owned())
    }

    /// A message with one value.
    #[must_use]
    pub fn with1(&self, id: &str, name: &str, value: impl Into<Value>) -> String {
        self.with(id, [(name, value.into())])
    }

    /// A whole number: `1,234`, `1.234`.
    #[must_use]
    pub fn number(&self, number: u64) -> String {
        self.formats.number(number)
    }

    /// A share as a percentage with one decimal, rounded half up: `60.5 %`. A share of zero is zero.
    #[must_use]
    pub fn percent(&self, part: u64, whole: u64) -> String {
        self.with1("percent", "number", self.formats.tenths(part, whole))
    }

    /// A share with four decimal places, as in results (`0.5253`), as a percentage.
    #[must_use]
    pub fn percent_of_share(&self, share: &str) -> String {
        let ten_thousandths = share.replace('.', "").parse().unwrap_or(0);
        self.percent(ten_thousandths, 10_000)
    }

    /// A decimal number such as `4.25`, as the language writes it; a text that is none stays as it is.
    #[must_use]
    pub fn decimal(&self, number: &str) -> String {
        self.formats.decimal(number).unwrap_or_else(|| number.to_owned())
    }

    /// What a clock at a place shows, where the place is told beside it: `18:40`.
    #[must_use]
    pub fn clock(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.formats.time(at, zone)
    }

    /// The time on a clock at a place: `18:40 (Brussels time)`.
    #[must_use]
    pub fn time(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.there(at, self.formats.time(at, zone), zone)
    }

    /// The same with seconds: `18:40:07 (Brussels time)`.
    #[must_use]
    pub fn time_with_seconds(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.there(at, self.formats.time_with_seconds(at, zone), zone)
    }

    /// The day at a place: `27 November 2026`.
    #[must_use]
    pub fn date(&self, at: Timestamp, zone: &ZoneName) -> String {
        self.formats.date(at, zone)
    }

    /// Date and time at a place: `27 November 2026, 18:40 (Brussels time)`.
    #[must_use]
    pub fn date_time(&self, at: Timestamp, zone: &ZoneName) -> String {
        let (date, time) = (self.formats.date(at, zone), self.formats.time(at, zone));
        let joined = self.with("date-and-time", [("date", date.into()), ("time", time.into())]);
        self.there(at, joined, zone)
    }

    /// The time alone if it is on the same day there as `now`, otherwise with its date.
    #[must_use]
    pub fn moment(&self, at: Timestamp, now: Timestamp, zone: &ZoneName) -> String {
        let day = |at: Timestamp| at.as_jiff().to_zoned(zone.zone()).date();
        if day(at) == day(now) { self.time(at, zone) } else { self.date_time(at, zone) }
    }

    /// A day: `27 November 2026`.
    #[must_use]
    pub fn day(&self, date: jiff::civil::Date) -> String {
        self.formats.day(date)
    }

    /// A list in a sentence: `A, B and C`.
    #[must_use]
    pub fn list(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                self.with("list-and", [("first", first.join(", ").into()), ("last", last.as_str().into())])
            }
        }
    }

    /// The name of a country, or its code if it has no name.
    #[must_use]
    pub fn country(&self, country: &Country) -> String {
        self.formats.country(country.as_str()).unwrap_or(country.as_str()).to_owned()
    }

    /// Code and name of every country, sorted by name.
    #[must_use]
    pub fn countries(&self) -> &[(String, String)] {
        self.countries.get_or_init(|| {
            let letters = || (b'A'..=b'Z').map(char::from);
            let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
            let countries = codes.filter(|code| !NO_COUNTRIES.contains(&code.as_str()));
            let named = countries.filter_map(|code| Some((code.clone(), self.formats.country(&code)?.to_owned())));
            let mut named: Vec<_> = named.collect();
            named.sort_by(|(_, one), (_, other)| self.formats.compare(one, other));
            named
        })
    }

    /// A message with one number, for programs that fill it in elsewhere: one pattern for each plural form of the
    /// language, under the form's name in CLDR, with `{n}` for the number.
    #[must_use]
    pub fn patterns(&self, id: &str, name: &str) -> BTreeMap<&'static str, String> {
        let mut patterns = BTreeMap::new();
        for number in 0..=120 {
            patterns
                .entry(category_name(self.formats.plural(number)))
                .or_insert_with(|| self.with1(id, name, number).replacen(&self.number(number), "{n}", 1));
        }
        patterns
    }

    /// Adds the place, and the offset in the hour that comes twice when clocks are put back.
    fn there(&self, at: Timestamp, time: String, zone: &ZoneName) -> String {
        let (time, city) = (("time", time.into()), ("city", self.formats.city(zone).into()));
        match repeated_hour(at, zone) {
            Some(offset) => self.with("time-there-twice", [time, city, ("offset", offset.into())]),
            None => self.with("time-there", [time, city]),
        }
    }
}

/// CLDR's names that belong to no country: groups, parts, and placeholders.
const NO_COUNTRIES: [&str; 14] = ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"];

const fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

impl std::fmt::Debug for Speech {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Speech").field(&self.language).finish()
    }
}

/// Path and text of each file of a language.
pub(crate) fn files(tag: &str) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    FILES.iter().filter(move |(path, _)| folder(path) == tag)
}

fn folder(path: &str) -> &str {
    path.split('/').next().unwrap_or(path)
}

fn build(tag: &str, from: &str) -> Speech {
    let language = Language::parse(tag).expect("the folders of languages are language tags");
    let id: LanguageIdentifier = tag.parse().expect("a language tag is one everywhere");
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Pages put names into their own elements; isolating marks would end up in attributes and file names.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(write_number));
    if tag == PSEUDO {
        bundle.set_transform(Some(pseudo));
    }
    for (path, text) in files(from) {
        let resource = FluentResource::try_new((*text).to_owned());
        let resource = resource.unwrap_or_else(|(_, errors)| panic!("{path} cannot be read: {errors:?}"));
        bundle.add_resource(resource).unwrap_or_else(|errors| panic!("{path} has a message again: {errors:?}"));
    }
    Speech { language, bundle, formats: Formats::of(from), countries: OnceLock::new() }
}

/// Writes numbers in messages with the digits and the grouping of the language.
fn write_number(value: &FluentValue<'_>, memoizer: &IntlLangMemoizer) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let whole = format!("{:.0}", number.value).parse().ok()?;
    memoizer.with_try_get::<Formats, _, _>((), |formats| formats.number(whole)).ok()
}

static SPEECHES: LazyLock<BTreeMap<String, Speech>> = LazyLock::new(|| {
    let tags: BTreeSet<&str> = FILES.iter().map(|(path, _)| folder(path)).collect();
    let all = tags.iter().map(|tag| ((*tag).to_owned(), build(tag, tag)));
    all.chain([(PSEUDO.to_owned(), build(PSEUDO, ORIGINAL))]).collect()
});

/// A language, if it has messages; includes the pseudo-language.
#[must_use]
pub fn speech(language: &str) -> Option<&'static Speech> {
    SPEECHES.get(language)
}

/// The offered languages, sorted by tag.
pub fn speeches() -> impl Iterator<Item = &'static Speech> {
    SPEECHES.values().filter(|speech| speech.language.as_str() != PSEUDO)
}

/// The tags of the offered languages.
pub fn languages() -> impl Iterator<Item = &'static Language> {
    speeches().map(Speech::language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_that_comes_twice_is_told_apart() {
        let zone = ZoneName::parse("Europe/Brussels").unwrap();
        let (english, german) = (speech("en").unwrap(), speech("de").unwrap());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (summer, winter) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        assert_eq!(english.time(summer, &zone), "02:30 (Brussels time, UTC+2)");
        assert_eq!(english.time(winter, &zone), "02:30 (Brussels time, UTC+1)");
        assert_eq!(german.time(winter, &zone), "02:30 Uhr (Ortszeit Brüssel, UTC+1)");
        for once in ["2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z", "2026-03-29T01:00:00Z"] {
            assert!(!english.time(at(once), &zone).contains("UTC"), "{once}");
        }
        let far = ZoneName::parse("Australia/Lord_Howe").unwrap();
        assert!(english.time(at("2026-04-04T14:45:00Z"), &far).contains("UTC+11"), "half an hour comes twice");
        assert!(english.time(at("2026-04-04T15:15:00Z"), &far).contains("UTC+10:30"));
    }
}
